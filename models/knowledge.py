"""The knowledge base (คลังคำตอบ), and the questions that people asked of it."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, Index, String, Text, func, or_, select, true
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.calendar import bangkok_day
from domain.knowledge import ArticleRow, Fault, fault_of, is_expired, tidy_paraphrases
from domain.states import QuestionState
from models import vault
from models.audit import AuditHead
from models.base import WITHOUT_ROW_ORDER, Base, Ordered, Unordered, state_column, within_agency
from models.contact import Contact
from models.division import find_division

__all__ = ["ArticleRow"]  # of the domain; callers know it by this name too
_MOMENT = timedelta(microseconds=1)


_SAID = {
    "no_key": "key, question and answer must not be empty",
    "no_question": "key, question and answer must not be empty",
    "no_answer": "key, question and answer must not be empty",
    "long_key": "the key is longer than {} characters",
    "long_question": "the question is longer than {} characters",
    "long_answer": "the answer is longer than {} characters, more than LINE shows",
    "long_category": "the category is longer than {} characters",
    "long_link": "the link is longer than {} characters",
    "many_paraphrases": "there are more than {} paraphrases",
    "long_paraphrase": "a paraphrase is longer than {} characters",
    "bad_link": "the link must begin with https:// or http://",
    "no_division": "there is no division {!r}",
    "bad_day": "{!r} is no day, such as 31/12/2569",
    "twice": "the same key stands in line {}",
    "formula": "{} is a formula; put plain text there",
    "merged": "{} is merged; part the cells",
    "error": "{} is an error; put plain text there",
}


class BadArticle(ValueError):
    """An entry cannot be stored as given; the text says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(_SAID[fault.code].format(fault.about))
        self.fault = fault


class Article(Ordered, Base):
    __tablename__ = "article"
    __table_args__ = (
        Index("uq_article_key", "agency_id", "key", unique=True),
        within_agency("division_id", "division"),
    )

    key: Mapped[str] = mapped_column(String(60))
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    paraphrases: Mapped[list[str]] = mapped_column(JSON, default=list)
    category: Mapped[str] = mapped_column(String(100), default="")
    link: Mapped[str] = mapped_column(String(1000), default="")
    division_id: Mapped[UUID | None]
    updated_at: Mapped[datetime]
    valid_until: Mapped[date | None]  # the last day it is an answer


_UNTOLD = sql("state = 'waiting' and told_on is null")


class Question(Unordered, Base):
    """What somebody asked. Kept by day, and with a way back only while nobody could answer."""

    __tablename__ = "question"
    __table_args__ = (
        Index("ix_question_state", "agency_id", "state", "asked_on"),
        Index("ix_question_article_id", "agency_id", "article_id"),
        Index("ix_question_untold", "agency_id", sqlite_where=_UNTOLD, postgresql_where=_UNTOLD),
        within_agency("contact_id", "contact"),
        within_agency("article_id", "article"),
        within_agency("division_id", "division"),
        within_agency("answered_by", "person"),
        WITHOUT_ROW_ORDER,
    )

    text: Mapped[bytes]  # sealed: people write their names and troubles into questions
    state: Mapped[QuestionState] = mapped_column(state_column(QuestionState, "state"))
    asked_on: Mapped[date]
    contact_id: Mapped[UUID | None]
    article_id: Mapped[UUID | None]  # the entry that was shown, or picked
    useful: Mapped[bool | None]  # what the asker said of the answer, once
    division_id: Mapped[UUID | None]  # whose question it is while it waits
    told_on: Mapped[date | None]  # when those who answer were told of it
    answer: Mapped[bytes | None]  # sealed: an officer's own words
    answered_by: Mapped[UUID | None]  # or who closed it
    answered_on: Mapped[date | None]
    closed_because: Mapped[bytes | None]  # sealed; for officers, the asker never reads it


def put_article(session: Session, agency_id: int, row: ArticleRow, now: datetime) -> Article:
    """Insert an entry, or change the one with the same key. Raises `BadArticle`."""
    fault = fault_of(row)
    if fault is not None:
        raise BadArticle(fault)
    division = find_division(session, agency_id, row.division) if row.division.strip() else None
    if row.division.strip() and division is None:
        raise BadArticle(Fault("no_division", row.division))
    article = find_article(session, agency_id, row.key.strip())
    if article is None:
        article = Article(agency_id=agency_id, key=row.key.strip())
        session.add(article)
    set_article(article, row, division.id if division else None)
    touch(session, article, now)
    return article


def set_article(article: Article, row: ArticleRow, division_id: UUID | None) -> None:
    """Give an entry the words of a row that has no fault; what the row is silent on stays."""
    if "question" not in row.absent or article.question is None:
        article.question = row.question.strip()
    if "answer" not in row.absent or article.answer is None:
        article.answer = row.answer.strip()
    if "paraphrases" not in row.absent or article.paraphrases is None:
        article.paraphrases = tidy_paraphrases(row.paraphrases)
    if "category" not in row.absent or article.category is None:
        article.category = row.category.strip()
    if "link" not in row.absent or article.link is None:
        article.link = row.link.strip()
    if "division" not in row.absent:
        article.division_id = division_id
    if "valid_until" not in row.absent:
        article.valid_until = row.valid_until


def touch(session: Session, article: Article, now: datetime) -> None:
    """It was changed: later than any other entry of the agency, so that every index notices.

    One who changes an agency's entries waits for the other: of two who overlap, the earlier clock
    could be the later commit.
    """
    with session.no_autoflush:  # a new one has no time yet
        queue_up(session, article.agency_id)
        newest = session.scalar(
            select(func.max(Article.updated_at)).where(Article.agency_id == article.agency_id)
        )
    article.updated_at = now if newest is None or now > newest else newest + _MOMENT
    session.flush()


def queue_up(session: Session, agency_id: int) -> None:
    """Of two who change an agency's entries, the second waits here for the first's commit."""
    # The row that each line of the audit log takes anyway: a lock of its own would be taken before
    # it here and after it there, and two such would wait for each other.
    session.execute(
        select(AuditHead.number).where(AuditHead.agency_id == agency_id).with_for_update()
    )


def articles_of(session: Session, agency_id: int) -> list[Article]:
    """All of them, also those that are no answer any more."""
    return list(
        session.scalars(select(Article).where(Article.agency_id == agency_id).order_by(Article.key))
    )


def valid_on(today: date) -> ColumnElement[bool]:
    """Entries that are an answer on that day."""
    return or_(Article.valid_until.is_(None), Article.valid_until >= today)


def valid_articles(session: Session, agency_id: int, today: date) -> list[Article]:
    query = select(Article).where(Article.agency_id == agency_id, valid_on(today))
    return list(session.scalars(query.order_by(Article.key)))


def find_article(session: Session, agency_id: int, key: str) -> Article | None:
    return session.scalar(select(Article).where(Article.agency_id == agency_id, Article.key == key))


def find_valid(session: Session, agency_id: int, key: str, today: date) -> Article | None:
    """The entry of a key, while it is an answer: an index may be of the day before."""
    article = find_article(session, agency_id, key)
    return None if article is None or is_expired(article.valid_until, today) else article


def knowledge_version(session: Session, agency_id: int, today: date) -> str:
    """Changes whenever an entry does, goes or expires: what an index was built from.

    A change makes its entry the newest (`touch`); one that goes or expires makes them fewer.
    """
    every, valid = session.execute(
        select(func.count(), func.count().filter(valid_on(today))).where(
            Article.agency_id == agency_id
        )
    ).one()
    newest = session.execute(
        select(Article.id, Article.updated_at)
        .where(Article.agency_id == agency_id)
        .order_by(Article.updated_at.desc(), Article.id.desc())
        .limit(1)
    ).first()
    said = "" if newest is None else f"{newest[0]}/{newest[1].isoformat()}"
    return hashlib.sha256(f"{every}/{valid}/{said}".encode()).hexdigest()[:16]


def store_question(
    session: Session,
    agency_id: int,
    text: str,
    state: QuestionState,
    now: datetime,
    *,
    contact: Contact | None = None,
    article: Article | None = None,
    division_id: UUID | None = None,
) -> Question:
    """Keep what was asked; the asker only where an answer is still owed."""
    question = Question(
        agency_id=agency_id,
        text=vault.seal_text(session, agency_id, "question", text),
        state=state,
        asked_on=bangkok_day(now),
        contact_id=contact.id if contact and state is QuestionState.WAITING else None,
        article_id=article.id if article else None,
        division_id=division_id,
    )
    session.add(question)
    session.flush()
    return question


def waiting_questions(
    session: Session, agency_id: int, limit: int = 100, within: ColumnElement[bool] | None = None
) -> list[tuple[Question, str]]:
    """What nobody could answer yet, newest day first, with its text; ``within`` leaves out more."""
    rows = session.scalars(
        select(Question)
        .where(
            Question.agency_id == agency_id,
            Question.state == QuestionState.WAITING,
            true() if within is None else within,
        )
        .order_by(Question.asked_on.desc(), Question.id)
        .limit(limit)
    )
    return [(row, text_of(session, row)) for row in rows]


def text_of(session: Session, question: Question) -> str:
    """What was asked, opened."""
    return vault.open_text(session, question.agency_id, "question", question.text)
