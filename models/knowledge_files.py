"""Many entries at once: what a file would change, and changing it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from domain.divisions import Outcome, match_division
from domain.knowledge import COLUMNS, ArticleRow, Fault, fault_of, tidy_paraphrases
from models import audit
from models.division import division_names, known_divisions
from models.knowledge import Article, articles_of, queue_up, set_article, touch
from models.person import Person

Settle = Callable[[str], str]


class Fate(StrEnum):
    """What becomes of one row of a file."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    BAD = "bad"


@dataclass(frozen=True)
class Compared:
    number: int
    row: ArticleRow
    fate: Fate
    fault: Fault | None = None
    changes: tuple[str, ...] = ()  # the columns that differ
    division_id: UUID | None = None


def rows_of(session: Session, agency_id: int) -> list[ArticleRow]:
    """Every entry as a file writes it."""
    names = division_names(session, agency_id)
    return [row_of(one, names) for one in articles_of(session, agency_id)]


def row_of(article: Article, names: dict[UUID, str]) -> ArticleRow:
    return ArticleRow(
        key=article.key,
        question=article.question,
        answer=article.answer,
        paraphrases=list(article.paraphrases),
        category=article.category,
        link=article.link,
        division=names.get(article.division_id, "") if article.division_id else "",
        valid_until=article.valid_until,
    )


def compare(
    session: Session,
    agency_id: int,
    rows: Iterable[tuple[int, ArticleRow, Fault | None]],
    settle: Settle,
) -> list[Compared]:
    """What each row (its number, itself, what its reader found wrong) would do to the entries.

    ``settle``: what the file may have done to a text; texts that it makes equal are the same.
    """
    known = {one.key: one for one in articles_of(session, agency_id)}
    divisions = known_divisions(session, agency_id)
    named: dict[str, UUID | None] = {}
    seen: dict[str, int] = {}
    found = []
    for number, row, said in rows:
        fault = said or fault_of(row)
        if fault is None and row.key in seen:
            fault = Fault("twice", str(seen[row.key]))
        division_id = None
        if fault is None and row.division:
            if row.division not in named:
                match = match_division(row.division, divisions)
                named[row.division] = match.ids[0] if match.outcome is Outcome.ONE else None
            division_id = named[row.division]
            if division_id is None:
                fault = Fault("no_division", row.division[:80])
        if fault is not None:
            found.append(Compared(number, row, Fate.BAD, fault))
            continue
        seen[row.key] = number
        article = known.get(row.key)
        if article is None:
            found.append(Compared(number, row, Fate.NEW, division_id=division_id))
            continue
        changes = _changes(article, row, division_id, settle)
        fate = Fate.CHANGED if changes else Fate.SAME
        found.append(Compared(number, row, fate, changes=changes, division_id=division_id))
    return found


def _changes(
    article: Article, row: ArticleRow, division_id: UUID | None, settle: Settle
) -> tuple[str, ...]:
    differs = {
        "question": settle(article.question) != settle(row.question),
        "answer": settle(article.answer) != settle(row.answer),
        "paraphrases": [settle(one) for one in tidy_paraphrases(article.paraphrases)]
        != [settle(one) for one in tidy_paraphrases(row.paraphrases)],
        "category": settle(article.category) != settle(row.category),
        "link": settle(article.link) != settle(row.link),
        "division": article.division_id != division_id,
        "valid_until": article.valid_until != row.valid_until,
    }
    return tuple(name for name, yes in differs.items() if yes and name not in row.absent)


def import_rows(
    session: Session,
    agency_id: int,
    compared: Sequence[Compared],
    person: Person | None,
    now: datetime,
) -> int:
    """Store what is new or changed; how many that were. Call `hold_entries` before `compare`."""
    known = {one.key: one for one in articles_of(session, agency_id)}
    done = 0
    for one in compared:
        if one.fate not in (Fate.NEW, Fate.CHANGED):
            continue
        article = known.get(one.row.key)
        row = one.row
        if article is None:
            article = Article(agency_id=agency_id, key=row.key)
            session.add(article)
        else:
            row = _only(row, one.changes)
        article.updated_at = now
        set_article(article, row, one.division_id)
        last, done = article, done + 1
    if done:
        session.flush()
        touch(session, last, now)  # every index notices
        detail = {fate.value: str(_count(compared, fate)) for fate in Fate}
        actor = f"person:{person.id}" if person else "system"
        audit.record(
            session,
            agency_id,
            action="articles.imported",
            subject="knowledge",
            actor=actor,
            now=now,
            detail=detail,
        )
    return done


def hold_entries(session: Session, agency_id: int) -> None:
    """From here to the commit nobody else changes the agency's entries."""
    queue_up(session, agency_id)


def _only(row: ArticleRow, changes: Sequence[str]) -> ArticleRow:
    """What does not differ stays to the letter, empty lines that a workbook loses included."""
    return replace(row, absent=frozenset(COLUMNS) - {*changes})


def _count(compared: Sequence[Compared], fate: Fate) -> int:
    return sum(one.fate is fate for one in compared)
