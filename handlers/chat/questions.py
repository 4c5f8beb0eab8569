"""Questions: the right answer, three suggestions, or an honest "I have passed it on"."""

from __future__ import annotations

from uuid import UUID

from domain import wording
from domain.calendar import bangkok_day, short_date
from domain.limits import shorten
from domain.messages import Choice, Text
from domain.states import QUESTION_MOVES, QuestionState, check_move
from domain.taps import CHOOSE, Move
from handlers.chat.turn import Answer, Turn
from models.contact import ContactKind, meet
from models.division import get_division
from models.knowledge import Article, Question, find_article, store_question

_LABEL_GRAPHEMES = 20  # LINE's limit on a quick reply's label
_MOST_DISPLAY = 300  # and on what it types for the person
_NOTHING_FITS = "ไม่ตรงกับที่ถาม"
_HONEST = "ขออภัย ยังไม่มีคำตอบเรื่องนี้ในระบบค่ะ ได้ส่งคำถามต่อให้เจ้าหน้าที่แล้ว"
_STILL_OPEN = frozenset({QuestionState.SUGGESTED, QuestionState.WAITING})


def answer_question(turn: Turn, text: str) -> Answer:
    decision = turn.search(text)
    if decision.kind == "answer" and decision.hits:
        article = find_article(turn.session, turn.agency_id, decision.hits[0].key)
        if article is not None:
            store_question(
                turn.session,
                turn.agency_id,
                text,
                QuestionState.ANSWERED,
                turn.now,
                article=article,
            )
            return Answer([_spoken(turn, article)])
    nearest = _articles(turn, [hit.key for hit in decision.hits[:3]])
    if decision.kind == "suggest" and nearest:
        return _suggest(turn, text, nearest)
    return _pass_on(turn, text, nearest)


def _articles(turn: Turn, keys: list[str]) -> list[Article]:
    found = [find_article(turn.session, turn.agency_id, key) for key in keys]
    return [article for article in found if article is not None]


def _spoken(turn: Turn, article: Article) -> Text:
    """An answer with where it comes from and how fresh it is."""
    lines = [article.answer]
    if article.link:
        lines.append(article.link)
    source = turn.agency.name
    if article.division_id is not None:
        division = get_division(turn.session, turn.agency_id, article.division_id)
        source = division.name if division is not None else source
    updated = short_date(bangkok_day(article.updated_at))
    lines.append(f"ข้อมูลจาก{source} ปรับปรุงเมื่อ {updated}")
    return wording.plain("\n\n".join(lines), (wording.ASK, wording.COMPLAIN, wording.HUMAN))


def _suggest(turn: Turn, text: str, articles: list[Article]) -> Answer:
    question = store_question(turn.session, turn.agency_id, text, QuestionState.SUGGESTED, turn.now)
    nothing = Choice(label=_NOTHING_FITS, say=_NOTHING_FITS, data=f"{CHOOSE}{question.id.hex}:")
    return Answer(
        [
            wording.plain(
                "ท่านหมายถึงเรื่องใดต่อไปนี้คะ\n" + _listed(articles),
                (*_choices(question, articles), nothing),
            )
        ]
    )


def _listed(articles: list[Article]) -> str:
    return "\n".join(f"{number}. {one.question}" for number, one in enumerate(articles, start=1))


def _choices(question: Question, articles: list[Article]) -> list[Choice]:
    return [
        Choice(
            label=shorten(f"{number}. {one.question}", _LABEL_GRAPHEMES),
            say=shorten(one.question, _MOST_DISPLAY),
            data=f"{CHOOSE}{question.id.hex}:{one.key}",
        )
        for number, one in enumerate(articles, start=1)
    ]


def chosen(turn: Turn) -> Answer:
    """A suggestion was tapped, or that none of them fits."""
    question_id, _, key = turn.inbound.postback_data[len(CHOOSE) :].partition(":")
    question = _question(turn, question_id)
    if key:
        article = find_article(turn.session, turn.agency_id, key)
        if article is None:
            return Answer([wording.plain("คำตอบนี้ถูกนำออกแล้ว ลองพิมพ์คำถามอีกครั้งค่ะ")])
        if question is not None and question.state in _STILL_OPEN:
            check_move(QUESTION_MOVES, question.state, QuestionState.ANSWERED)
            question.state = QuestionState.ANSWERED
            question.article_id = article.id
            question.contact_id = None  # nothing is owed to the asker any more
        return Answer([_spoken(turn, article)])
    if question is not None and question.state is QuestionState.SUGGESTED:
        check_move(QUESTION_MOVES, question.state, QuestionState.WAITING)
        question.state = QuestionState.WAITING
        contact = meet(turn.session, turn.agency_id, ContactKind.USER, turn.inbound.user_id)
        question.contact_id = contact.id
    return _passed_on()


def _question(turn: Turn, question_id: str) -> Question | None:
    try:
        wanted = UUID(question_id)
    except ValueError:
        return None
    return turn.session.get(Question, (turn.agency_id, wanted))


def _pass_on(turn: Turn, text: str, nearest: list[Article]) -> Answer:
    """Honestly unknown. What comes nearest is shown beside it: it is the right one more often
    than a cautious decision dares to say (docs/search.md)."""
    contact = meet(turn.session, turn.agency_id, ContactKind.USER, turn.inbound.user_id)
    question = store_question(
        turn.session, turn.agency_id, text, QuestionState.WAITING, turn.now, contact=contact
    )
    if not nearest:
        return _passed_on()
    return Answer(
        [
            wording.plain(
                f"{_HONEST}\n\nเรื่องที่ใกล้เคียงที่สุดในระบบ\n{_listed(nearest)}",
                (*_choices(question, nearest), wording.COMPLAIN, wording.HUMAN),
            )
        ]
    )


def _passed_on() -> Answer:
    return Answer(
        [wording.plain(f"{_HONEST}\nระหว่างนี้ลองถามด้วยคำอื่น หรือเลือกด้านล่างค่ะ", wording.DOORS)]
    )


def offer(turn: Turn, text: str, move: Move) -> Answer:
    """A message that sounds like a report: the answer if there is one, and the door to report."""
    if move is Move.CORRUPTION:
        return Answer(
            [
                wording.plain(
                    "หากพบเห็นการทุจริต แจ้งได้ที่นี่โดยไม่ต้องเปิดเผยตัวตนก็ได้ค่ะ กดปุ่มด้านล่างเพื่อเริ่ม "
                    "ข้อความที่พิมพ์มายังไม่ได้บันทึกไว้",
                    (wording.CORRUPTION, wording.ASK, wording.HUMAN),
                )
            ]
        )
    decision = turn.search(text)
    ask = wording.plain(
        "ต้องการแจ้งเรื่องนี้ให้เจ้าหน้าที่ดำเนินการไหมคะ กดปุ่มด้านล่างเพื่อเริ่มได้เลย",
        (wording.COMPLAIN, wording.ASK, wording.HUMAN),
    )
    if decision.kind == "answer" and decision.hits:
        article = find_article(turn.session, turn.agency_id, decision.hits[0].key)
        if article is not None:
            return Answer([_spoken(turn, article), ask])
    return Answer([ask])
