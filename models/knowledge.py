"""The knowledge base (คลังคำตอบ), and the questions that people asked of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, Index, String, Text, func, select, true
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.calendar import bangkok_day
from domain.states import QuestionState
from models import vault
from models.base import WITHOUT_ROW_ORDER, Base, Ordered, Unordered, state_column, within_agency
from models.contact import Contact
from models.division import find_division


class BadArticle(ValueError):
    """An entry cannot be stored as given; the text says why."""


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


@dataclass(frozen=True)
class ArticleRow:
    """One row of an import: `key, question, answer, paraphrases, category, link, division`."""

    key: str
    question: str
    answer: str
    paraphrases: Sequence[str] = field(default_factory=list)
    category: str = ""
    link: str = ""
    division: str = ""


def put_article(session: Session, agency_id: int, row: ArticleRow, now: datetime) -> Article:
    """Insert an entry, or change the one with the same key. Raises `BadArticle`."""
    if not row.key.strip() or not row.question.strip() or not row.answer.strip():
        raise BadArticle("key, question and answer must not be empty")
    if row.link and not row.link.startswith(("https://", "http://")):
        raise BadArticle(f"the link of {row.key!r} must begin with https:// or http://")
    division = find_division(session, agency_id, row.division) if row.division else None
    if row.division and division is None:
        raise BadArticle(f"there is no division {row.division!r} for {row.key!r}")
    article = session.scalar(
        select(Article).where(Article.agency_id == agency_id, Article.key == row.key.strip())
    )
    if article is None:
        article = Article(agency_id=agency_id, key=row.key.strip())
        session.add(article)
    article.question = row.question.strip()
    article.answer = row.answer.strip()
    article.paraphrases = [text.strip() for text in row.paraphrases if text.strip()]
    article.category = row.category.strip()
    article.link = row.link.strip()
    article.division_id = division.id if division else None
    article.updated_at = now
    session.flush()
    return article


def articles_of(session: Session, agency_id: int) -> list[Article]:
    return list(
        session.scalars(select(Article).where(Article.agency_id == agency_id).order_by(Article.key))
    )


def find_article(session: Session, agency_id: int, key: str) -> Article | None:
    return session.scalar(select(Article).where(Article.agency_id == agency_id, Article.key == key))


def knowledge_version(session: Session, agency_id: int) -> str:
    """Changes whenever an entry does: what an index was built from."""
    count, newest = session.execute(
        select(func.count(), func.max(Article.updated_at)).where(Article.agency_id == agency_id)
    ).one()
    return hashlib.sha256(f"{count}/{newest}".encode()).hexdigest()[:16]


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
