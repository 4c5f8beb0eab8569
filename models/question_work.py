"""What becomes of a question: rated, passed to a person, answered, handed on, closed, kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from domain import question_words
from domain.calendar import bangkok_day
from domain.digits import arabic_digits
from domain.states import QUESTION_MOVES, QuestionState, check_move
from models import audit, vault
from models.agency import Agency
from models.contact import Contact
from models.division import get_division
from models.knowledge import (
    Article,
    ArticleRow,
    Question,
    find_article,
    put_article,
    text_of,
)
from models.notice import tell
from models.person import Person
from models.question_rules import articles_of_viewer, questions_of

RATED_WITHIN = timedelta(days=30)
LONGEST_ANSWER = 3000  # with what was asked, one LINE message holds it
LONGEST_REASON = 1000
LONGEST_KEPT_QUESTION = 300  # what everybody is shown: longer is a story, to be told shorter
# A telephone or identity number: what is asked with it must be tidied before everybody reads it.
_LONG_NUMBER = re.compile(r"\d(?:[ .-]?\d){8,}")


def hold_question(session: Session, agency_id: int, question_id: UUID) -> Question | None:
    """The question as it is now, locked: of two who answer at once one comes second."""
    return session.scalar(
        select(Question)
        .where(Question.agency_id == agency_id, Question.id == question_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _move(question: Question, state: QuestionState) -> None:
    check_move(QUESTION_MOVES, question.state, state)
    question.state = state


def may_be_rated(question: Question, now: datetime) -> bool:
    old = bangkok_day(now) - question.asked_on > RATED_WITHIN
    return question.state is QuestionState.ANSWERED and not old


def pick_article(question: Question, article: Article) -> None:
    """The asker chose an entry: nothing is owed to them any more."""
    _move(question, QuestionState.ANSWERED)
    question.article_id = article.id
    question.contact_id = None


def pass_to_a_person(question: Question, asker: Contact) -> None:
    """Nothing in the knowledge base was right: somebody is asked, and told anew."""
    _move(question, QuestionState.WAITING)
    question.contact_id = asker.id
    question.told_on = None


def contact_of_asker(session: Session, question: Question) -> Contact | None:
    """Whom an answer would reach; None where there is nobody to send it to."""
    if question.contact_id is None:
        return None
    contact = session.get(Contact, (question.agency_id, question.contact_id))
    return contact if contact is not None and contact.reachable else None


def answer_waiting(
    session: Session,
    question: Question,
    person: Person,
    text: str,
    now: datetime,
    *,
    told: bool = False,
) -> bool:
    """Answer in a person's words; whether there was somebody to send it to.

    ``told``: the asker gets these words already, with another of their questions.

    Raises `domain.states.IllegalMove` where somebody has answered. Needs the question's lock.
    """
    asker = contact_of_asker(session, question)
    _move(question, QuestionState.ANSWERED)
    agency_id = question.agency_id
    question.answer = vault.seal_text(session, agency_id, "question", text)
    question.answered_by = person.id
    question.answered_on = bangkok_day(now)
    question.contact_id = None
    if asker is not None and not told:
        message = question_words.answer_to_asker(
            asked=text_of(session, question),
            answer=text,
            source=source_of(session, question),
            day=question.answered_on,
            rating=question.id.hex if question.useful is None else None,
        )
        tell(session, asker, [message], "question_answer", now)
    session.flush()
    audit.record_deed(session, person, "question.answered", f"question:{question.id}", now)
    return asker is not None


def answer_of(session: Session, question: Question) -> str:
    """An officer's own words; "" where there are none."""
    if question.answer is None:
        return ""
    return vault.open_text(session, question.agency_id, "question", question.answer)


def reason_of(session: Session, question: Question) -> str:
    """Why it was closed without an answer."""
    if question.closed_because is None:
        return ""
    return vault.open_text(session, question.agency_id, "question", question.closed_because)


def source_of(session: Session, question: Question) -> str:
    """In whose name it is answered."""
    if question.division_id is not None:
        division = get_division(session, question.agency_id, question.division_id)
        if division is not None:
            return division.name
    return session.get_one(Agency, question.agency_id).name


def close_question(
    session: Session, question: Question, person: Person, reason: str, now: datetime
) -> None:
    """End it without an answer; the asker is told nothing. Raises `IllegalMove`."""
    _move(question, QuestionState.CLOSED)
    question.closed_because = vault.seal_text(session, question.agency_id, "question", reason)
    question.answered_by = person.id
    question.answered_on = bangkok_day(now)
    question.contact_id = None
    session.flush()
    audit.record_deed(session, person, "question.closed", f"question:{question.id}", now)


def hand_over(
    session: Session, question: Question, division_id: UUID | None, person: Person, now: datetime
) -> None:
    """From now on it waits for another division (None: for the officers), who are told of it."""
    question.division_id = division_id
    question.told_on = None
    session.flush()
    detail = {"division": str(division_id) if division_id else ""}
    audit.record_deed(
        session, person, "question.handed_over", f"question:{question.id}", now, detail
    )


def key_of(question: Question) -> str:
    """The key of the entry that is made of a question: the same however often it is asked for."""
    return f"q-{question.id.hex[:12]}"


def is_kept(session: Session, question: Question) -> bool:
    return find_article(session, question.agency_id, key_of(question)) is not None


def names_somebody(text: str) -> bool:
    """Whether it holds what looks like a telephone or identity number."""
    return _LONG_NUMBER.search(arabic_digits(text)) is not None


def keep_as_article(
    session: Session,
    question: Question,
    person: Person,
    now: datetime,
    asked: str = "",
    ways: Sequence[str] = (),
) -> bool:
    """Make an entry of an answered question; False when it was made already.

    ``asked`` is how the question shall read there, without what only concerns its asker; ``ways``
    are others of asking it. Needs the question's lock. Raises `models.knowledge.BadArticle`.
    """
    if is_kept(session, question):
        return False
    division = None
    if question.division_id is not None:
        division = get_division(session, question.agency_id, question.division_id)
    row = ArticleRow(
        key=key_of(question),
        question=asked or text_of(session, question),
        answer=answer_of(session, question),
        paraphrases=ways,
        division=division.name if division else "",
    )
    put_article(session, question.agency_id, row, now)
    audit.record_deed(
        session, person, "article.kept", f"question:{question.id}", now, {"key": row.key}
    )
    return True


def agencies_with_news(session: Session) -> list[int]:
    """Agencies where a question waits of which nobody was told."""
    query = select(Question.agency_id).where(
        Question.state == QuestionState.WAITING, Question.told_on.is_(None)
    )
    return list(session.scalars(query.distinct()))


def untold_questions(session: Session, agency_id: int) -> list[Question]:
    """What waits and nobody was told of, oldest day first, locked."""
    return list(
        session.scalars(
            select(Question)
            .where(
                Question.agency_id == agency_id,
                Question.state == QuestionState.WAITING,
                Question.told_on.is_(None),
            )
            .order_by(Question.asked_on, Question.id)
            .with_for_update()
        )
    )


def recently_answered(session: Session, person: Person, limit: int) -> list[tuple[Question, str]]:
    """What people answered last, of what this person may read."""
    rows = session.scalars(
        select(Question)
        .where(
            questions_of(session, person),
            Question.state == QuestionState.ANSWERED,
            Question.answer.is_not(None),
        )
        .order_by(Question.answered_on.desc(), Question.id)
        .limit(limit)
    )
    return [(row, text_of(session, row)) for row in rows]


@dataclass(frozen=True)
class Usefulness:
    """How many said of an entry (None: of what officers wrote) that it helped, or did not."""

    question: str | None
    useful: int
    not_useful: int


def usefulness(session: Session, person: Person, limit: int) -> list[Usefulness]:
    """Entries that were judged, those most often found wanting first."""
    bad = func.sum(case((Question.useful.is_(False), 1), else_=0))
    good = func.sum(case((Question.useful.is_(True), 1), else_=0))
    rows = session.execute(
        select(Article.question, good, bad)
        .select_from(Question)
        .outerjoin(
            Article,
            (Article.agency_id == Question.agency_id) & (Article.id == Question.article_id),
        )
        .where(Question.useful.is_not(None), articles_of_viewer(session, person))
        .group_by(Article.id, Article.question)
        .order_by(bad.desc(), good.desc(), Article.question)
        .limit(limit)
    )
    return [Usefulness(asked, int(useful), int(wanting)) for asked, useful, wanting in rows]
