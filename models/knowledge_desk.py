"""The knowledge base as officers look after it: the list, adding, changing, retiring, judging."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, func, or_, select
from sqlalchemy.orm import Session

from domain.calendar import bangkok_day
from domain.ids import time_ordered_id
from domain.knowledge import MOST_PARAPHRASES, ArticleRow, Fault, fault_of, tidy_paraphrases
from domain.thai_text import normalise
from models import audit
from models.knowledge import (
    Article,
    BadArticle,
    Question,
    queue_up,
    set_article,
    text_of,
    touch,
    valid_on,
)
from models.person import Person
from models.question_rules import articles_of_viewer

SOON = timedelta(days=30)
_FIELDS = ("question", "answer", "paraphrases", "category", "link", "division_id", "valid_until")


class Standing(StrEnum):
    """Which entries a list holds."""

    VALID = "valid"
    EXPIRED = "expired"
    SOON = "soon"  # expires within 30 days
    USELESS = "useless"  # somebody said that it did not help


@dataclass(frozen=True)
class Wanted:
    """The filters of the list."""

    text: str = ""
    category: str | None = None  # "": those without one
    division_id: UUID | None = None
    no_division: bool = False
    standing: Standing | None = None


@dataclass(frozen=True)
class Use:
    """How often an entry was shown, and what people said of it."""

    shown: int = 0
    useful: int = 0
    not_useful: int = 0

    @property
    def share(self) -> int | None:
        """Of those who said anything, how many in a hundred it helped."""
        judged = self.useful + self.not_useful
        return round(100 * self.useful / judged) if judged else None


def _condition(agency_id: int, wanted: Wanted, today: date) -> ColumnElement[bool]:
    found = Article.agency_id == agency_id
    if wanted.text:
        found &= _holds(wanted.text)
    if wanted.category is not None:
        found &= Article.category == wanted.category
    if wanted.no_division:
        found &= Article.division_id.is_(None)
    elif wanted.division_id is not None:
        found &= Article.division_id == wanted.division_id
    match wanted.standing:
        case Standing.VALID:
            found &= valid_on(today)
        case Standing.EXPIRED:
            found &= Article.valid_until < today
        case Standing.SOON:
            found &= Article.valid_until.between(today, today + SOON)
        case Standing.USELESS:
            bad = select(Question.article_id).where(
                Question.agency_id == agency_id, Question.useful.is_(False)
            )
            found &= Article.id.in_(bad)
    return found


def _holds(text: str) -> ColumnElement[bool]:
    # JSON is stored as ASCII: Thai is looked for as it is written there.
    escaped = json.dumps(text)[1:-1]
    return or_(
        Article.question.icontains(text, autoescape=True),
        Article.answer.icontains(text, autoescape=True),
        Article.category.icontains(text, autoescape=True),
        Article.key == text,
        cast(Article.paraphrases, Text).icontains(escaped, autoescape=True),
    )


def count_articles(session: Session, agency_id: int, wanted: Wanted, today: date) -> int:
    query = select(func.count()).select_from(Article)
    return session.scalar(query.where(_condition(agency_id, wanted, today))) or 0


def list_articles(
    session: Session, agency_id: int, wanted: Wanted, today: date, *, limit: int, skip: int = 0
) -> list[Article]:
    """What expires soon in the order of its days; all else, what was changed last first."""
    order = [Article.updated_at.desc(), Article.id]
    if wanted.standing is Standing.SOON:
        order.insert(0, Article.valid_until.asc())
    query = select(Article).where(_condition(agency_id, wanted, today))
    return list(session.scalars(query.order_by(*order).limit(limit).offset(skip)))


def categories_of(session: Session, agency_id: int) -> list[str]:
    query = select(Article.category).where(Article.agency_id == agency_id, Article.category != "")
    return list(session.scalars(query.distinct().order_by(Article.category)))


def uses_of(session: Session, agency_id: int, ids: Collection[UUID]) -> dict[UUID, Use]:
    rows = session.execute(
        select(
            Question.article_id,
            func.count(),
            func.count().filter(Question.useful.is_(True)),
            func.count().filter(Question.useful.is_(False)),
        )
        .where(Question.agency_id == agency_id, Question.article_id.in_(ids))
        .group_by(Question.article_id)
    )
    return {row[0]: Use(row[1], row[2], row[3]) for row in rows if row[0] is not None}


def get_article(session: Session, agency_id: int, article_id: UUID) -> Article | None:
    return session.get(Article, (agency_id, article_id))


def hold_article(session: Session, agency_id: int, article_id: UUID) -> Article | None:
    """The entry as it is now, locked; those who would change any other wait, too."""
    queue_up(session, agency_id)
    return session.scalar(
        select(Article)
        .where(Article.agency_id == agency_id, Article.id == article_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def mark_of(article: Article) -> str:
    """What a page carries of the entry that it showed: a few letters for each field."""
    return ".".join(
        hashlib.sha256(repr(getattr(article, name)).encode()).hexdigest()[:8] for name in _FIELDS
    )


def changed_since(article: Article, mark: str) -> list[str]:
    """Which fields differ from what a page showed; all of them where the mark is none of ours."""
    before, now = mark.split("."), mark_of(article).split(".")
    if len(before) != len(now):
        return list(_FIELDS)
    return [name for name, one, two in zip(_FIELDS, before, now, strict=True) if one != two]


def add_article(
    session: Session, person: Person, row: ArticleRow, division_id: UUID | None, now: datetime
) -> Article:
    """A new entry under a key of its own. Raises `BadArticle`."""
    article_id = time_ordered_id()
    row = replace(row, key=row.key or f"k-{article_id.hex[-12:]}")
    _check(row)
    article = Article(agency_id=person.agency_id, id=article_id, key=row.key, updated_at=now)
    set_article(article, row, division_id)
    queue_up(session, person.agency_id)
    session.add(article)
    touch(session, article, now)
    _log(session, person, "article.added", article, now)
    return article


def change_article(
    session: Session,
    person: Person,
    article: Article,
    row: ArticleRow,
    division_id: UUID | None,
    now: datetime,
) -> list[str]:
    """Give a held entry new words; the fields that changed. Raises `BadArticle`."""
    _check(row)
    before = mark_of(article)
    set_article(article, row, division_id)
    changed = changed_since(article, before)
    if changed:
        touch(session, article, now)
        _log(session, person, "article.changed", article, now, {"fields": ", ".join(changed)})
    return changed


def add_paraphrase(
    session: Session, person: Person, article: Article, text: str, now: datetime
) -> bool:
    """One more way of asking for a held entry; False where it is there. Raises `BadArticle`."""
    said = tidy_paraphrases([text])
    known = {normalise(one) for one in (article.question, *article.paraphrases)}
    new = [one for one in said if normalise(one) not in known]
    if not new:
        return False
    ways = [*article.paraphrases, *new]
    if len(ways) > MOST_PARAPHRASES:
        raise BadArticle(Fault("many_paraphrases", str(MOST_PARAPHRASES)))
    row = ArticleRow(article.key, article.question, article.answer, ways)
    _check(row)
    article.paraphrases = ways
    touch(session, article, now)
    _log(session, person, "article.paraphrase_added", article, now)
    return True


def _check(row: ArticleRow) -> None:
    fault = fault_of(row)
    if fault is not None:
        raise BadArticle(fault)


def is_spoken_of(session: Session, article: Article) -> bool:
    """Whether a question was answered with it: then it stays, for what was said to be known."""
    query = select(Question.id).where(
        Question.agency_id == article.agency_id, Question.article_id == article.id
    )
    return session.scalar(query.limit(1)) is not None


def remove_article(session: Session, person: Person, article: Article, now: datetime) -> bool:
    """Take a held entry out: True where it is gone, False where it is only no answer any more."""
    if not is_spoken_of(session, article):
        _log(session, person, "article.removed", article, now)
        session.delete(article)
        session.flush()
        return True
    article.valid_until = bangkok_day(now) - timedelta(days=1)
    touch(session, article, now)
    _log(session, person, "article.retired", article, now)
    return False


@dataclass(frozen=True)
class Judged:
    """An entry that somebody found wanting, with what they had asked."""

    article: Article
    use: Use
    asked: Sequence[tuple[date, str]]


def useless_articles(
    session: Session, person: Person, *, limit: int, questions: int
) -> list[Judged]:
    """What did most harm first: how many it did not help, then how few it did."""
    bad = func.count().filter(Question.useful.is_(False))
    good = func.count().filter(Question.useful.is_(True))
    rows = session.execute(
        select(Article, func.count(), good, bad)
        .join(
            Question,
            (Article.agency_id == Question.agency_id) & (Article.id == Question.article_id),
        )
        .where(articles_of_viewer(session, person))
        .group_by(Article.agency_id, Article.id)
        .having(bad > 0)
        .order_by(bad.desc(), good, Article.key)
        .limit(limit)
    ).all()
    found = []
    for article, shown, helped, wanting in rows:
        asked = session.scalars(
            select(Question)
            .where(
                Question.agency_id == article.agency_id,
                Question.article_id == article.id,
                Question.useful.is_(False),
            )
            .order_by(Question.asked_on.desc(), Question.id)
            .limit(questions)
        )
        said = [(one.asked_on, text_of(session, one)) for one in asked]
        found.append(Judged(article, Use(shown, helped, wanting), said))
    return found


def _log(
    session: Session,
    person: Person,
    action: str,
    article: Article,
    now: datetime,
    detail: dict[str, str] | None = None,
) -> None:
    audit.record_deed(
        session,
        person,
        action,
        f"article:{article.id}",
        now,
        {"key": article.key, **(detail or {})},
    )
