"""Questions: the right answer, three suggestions, or an honest "I have passed it on"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from domain import question_words as words
from domain.calendar import bangkok_day
from domain.messages import Text
from domain.question_words import Suggestion
from domain.states import QuestionState
from domain.taps import CHOOSE, USEFUL
from handlers.chat.turn import Answer, Turn
from models.contact import ContactKind, meet
from models.division import get_division
from models.knowledge import Article, Question, find_valid, store_question, text_of
from models.question_work import (
    hold_question,
    may_be_rated,
    pass_to_a_person,
    pick_article,
)

_STILL_OPEN = frozenset({QuestionState.SUGGESTED, QuestionState.WAITING})


def answer_question(turn: Turn, text: str) -> Answer:
    decision = turn.search(text)
    if decision.kind == "answer" and decision.hits:
        article = find_valid(turn.session, turn.agency_id, decision.hits[0].key, turn.today)
        if article is not None:
            return Answer([_spoken(turn, article, _answered(turn, text, article))])
    nearest = _articles(turn, [hit.key for hit in decision.hits[:3]])
    if decision.kind == "suggest" and nearest:
        return _suggest(turn, text, nearest)
    return _pass_on(turn, text, nearest)


def _answered(turn: Turn, text: str, article: Article) -> Question:
    return store_question(
        turn.session, turn.agency_id, text, QuestionState.ANSWERED, turn.now, article=article
    )


def _articles(turn: Turn, keys: list[str]) -> list[Article]:
    found = [find_valid(turn.session, turn.agency_id, key, turn.today) for key in keys]
    return [article for article in found if article is not None]


def _suggestions(articles: list[Article]) -> list[Suggestion]:
    return [Suggestion(one.key, one.question) for one in articles]


def _spoken(turn: Turn, article: Article, question: Question | None) -> Text:
    """An answer with where it comes from and how fresh it is; judged under its question."""
    source = turn.agency.name
    if article.division_id is not None:
        division = get_division(turn.session, turn.agency_id, article.division_id)
        source = division.name if division is not None else source
    return words.answer(
        article.answer,
        article.link,
        source,
        bangkok_day(article.updated_at),
        None if question is None else question.id.hex,
    )


def _whose(nearest: list[Article]) -> UUID | None:
    """The division that a question most likely concerns."""
    return next((one.division_id for one in nearest if one.division_id is not None), None)


def _suggest(turn: Turn, text: str, articles: list[Article]) -> Answer:
    question = store_question(
        turn.session,
        turn.agency_id,
        text,
        QuestionState.SUGGESTED,
        turn.now,
        division_id=_whose(articles),
    )
    return Answer([words.did_you_mean(question.id.hex, _suggestions(articles))])


def chosen(turn: Turn) -> Answer:
    """A suggestion was tapped, or that none of them fits."""
    question_id, _, key = turn.inbound.postback_data[len(CHOOSE) :].partition(":")
    question = _question(turn, question_id)
    if not key:
        return _none_fits(turn, question)
    article = find_valid(turn.session, turn.agency_id, key, turn.today)
    if article is None:
        still = question is not None and question.state is QuestionState.SUGGESTED
        return Answer([words.entry_is_gone(question.id.hex if question and still else None)])
    if question is not None and question.state in _STILL_OPEN:
        pick_article(question, article)
    elif question is not None and question.article_id != article.id:
        # Another pick after an answer: judged on its own, so that no entry gets the other's blame.
        question = _answered(turn, text_of(turn.session, question), article)
    return Answer([_spoken(turn, article, question)])


def _none_fits(turn: Turn, question: Question | None) -> Answer:
    if question is None or question.state is QuestionState.CLOSED:
        return Answer([words.too_old_to_rate()])
    if question.state is QuestionState.WAITING:
        return Answer([words.with_an_officer_already()])
    if question.state is QuestionState.ANSWERED:
        if not may_be_rated(question, turn.now) or question.useful is not False:
            return Answer([words.too_old_to_rate()])
        if question.division_id is None and question.article_id is not None:
            article = turn.session.get(Article, (turn.agency_id, question.article_id))
            question.division_id = None if article is None else article.division_id
    asker = meet(turn.session, turn.agency_id, ContactKind.USER, turn.inbound.user_id)
    pass_to_a_person(question, asker)
    return Answer([words.passed_on()])


def rated(turn: Turn) -> Answer:
    """What the asker says of an answer. Recorded once; what comes later is told so."""
    question_id, _, verdict = turn.inbound.postback_data[len(USEFUL) :].partition(":")
    question = _question(turn, question_id)
    if question is None or verdict not in ("0", "1"):
        return Answer([words.too_old_to_rate()])
    if question.state is QuestionState.WAITING:
        return Answer([words.with_an_officer_already()])
    if not may_be_rated(question, turn.now):
        return Answer([words.too_old_to_rate()])
    again = question.useful is not None
    if again and (question.useful or verdict == "1"):
        return Answer([words.rated_already()])
    if verdict == "1":
        question.useful = True
        return Answer([words.glad_it_helped()])
    # Before anything is kept: the search may have to be done first.
    decision = turn.search(text_of(turn.session, question))
    question.useful = False
    others = _articles(turn, [hit.key for hit in decision.hits[:3]])
    others = [one for one in others if one.id != question.article_id]
    return Answer([words.sorry_it_did_not(question.id.hex, _suggestions(others), again=again)])


def _question(turn: Turn, question_id: str) -> Question | None:
    """The question of a button, locked; None for what is forged or another agency's."""
    try:
        wanted = UUID(question_id)
    except ValueError:
        return None
    return hold_question(turn.session, turn.agency_id, wanted)


def _pass_on(turn: Turn, text: str, nearest: list[Article]) -> Answer:
    contact = meet(turn.session, turn.agency_id, ContactKind.USER, turn.inbound.user_id)
    question = store_question(
        turn.session,
        turn.agency_id,
        text,
        QuestionState.WAITING,
        turn.now,
        contact=contact,
        division_id=_whose(nearest),
    )
    return Answer([words.passed_on(question.id.hex, _suggestions(nearest))])


def before_the_door(turn: Turn, text: str, offer: Callable[[], Answer]) -> Answer:
    """The door to report, and before it the answer where one is known for sure."""
    decision = turn.search(text)
    offered = offer()
    if decision.kind != "answer" or not decision.hits:
        return offered
    article = find_valid(turn.session, turn.agency_id, decision.hits[0].key, turn.today)
    if article is None:
        return offered
    question = _answered(turn, text, article)
    # Only the last message's quick replies show, so the judgement stands beside the door.
    last = words.judged_there(offered.messages, question.id.hex)
    return replace(offered, messages=[_spoken(turn, article, None), *last])
