"""What a person has to see of a draft before it is imported, and its rows made ready to store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from domain.plan import ReadMeasure
from domain.plan_words import needs_look
from domain.states import PlanDraftState
from models.person import Person
from models.plan_changes import PlanChanges, PlannedMeasure
from models.plan_draft import DraftRows, PlanDraft, close_draft
from models.plan_import import apply, compare
from models.plan_names import Names, names_in


class YearMissing(Exception):
    """Nobody said yet which fiscal year the draft is of."""


class NamesAsked(Exception):
    """Some printed names are no known division, and nobody said yet what they mean."""


class NothingToImport(Exception):
    """The draft has no measures: importing it would empty the plan."""


@dataclass
class DraftReview:
    numbers: list[int] = field(default_factory=list)  # of every row
    look: list[int] = field(default_factory=list)  # numbers of rows that want a person's eye
    asked: dict[str, list[int]] = field(default_factory=dict)  # printed name -> where it stands
    without_date: int = 0
    without_division: int = 0

    @property
    def total(self) -> int:
        return len(self.numbers)


def review_draft(session: Session, draft: PlanDraft, names: Names) -> DraftReview:
    """One walk over all rows, a batch in memory at a time."""
    review = DraftReview()
    for row in DraftRows(session, draft):
        measure = row.measure
        review.numbers.append(measure.number)
        if not row.edited and needs_look(measure):
            review.look.append(measure.number)
        asked = names.asked(measure.divisions)
        for printed in asked:
            review.asked.setdefault(printed, []).append(measure.number)
        review.without_date += not measure.deadlines
        review.without_division += not asked and not names.meant(measure.divisions)
    return review


def planned(measure: ReadMeasure, names: Names) -> PlannedMeasure:
    """A read measure as it is stored. Routines that nobody ticked are no obligations."""
    texts = (one.reading.text.strip() for one in measure.schedules if not one.habit)
    return PlannedMeasure(
        number=measure.number,
        title=measure.title,
        division_ids=names.meant(measure.divisions),
        due=measure.deadlines,
        code=measure.code[:10] if measure.code else None,
        indicator=measure.indicator or None,
        instrument=measure.instrument[:10] if measure.instrument else None,
        responsible="\n".join(measure.divisions),
        steps="\n".join(measure.steps),
        schedule_text="\n".join(dict.fromkeys(text for text in texts if text)),
        result=measure.result,
        success=measure.success,
        recommendation=measure.recommendation,
    )


class _PlannedRows(Iterable[PlannedMeasure]):
    """A draft's rows as they are to be stored; each walk reads them again."""

    def __init__(self, session: Session, draft: PlanDraft, names: Names) -> None:
        self._rows = DraftRows(session, draft)
        self._names = names

    def __iter__(self) -> Iterator[PlannedMeasure]:
        return (planned(row.measure, self._names) for row in self._rows)


def _ready(session: Session, draft: PlanDraft) -> tuple[int, _PlannedRows]:
    names = names_in(session, draft)
    review = review_draft(session, draft, names)
    if review.asked:
        raise NamesAsked
    if draft.fiscal_year is None:
        raise YearMissing
    if not review.total:
        raise NothingToImport
    return draft.fiscal_year, _PlannedRows(session, draft, names)


def draft_changes(session: Session, draft: PlanDraft) -> PlanChanges:
    """What importing it would change. Raises `NamesAsked`, `YearMissing`, `NothingToImport`."""
    fiscal_year, rows = _ready(session, draft)
    return compare(session, draft.agency_id, fiscal_year, rows, title=draft.title)


def import_draft(
    session: Session, draft: PlanDraft, person: Person, mark: str, now: datetime
) -> PlanChanges:
    """Import a draft that `hold_draft` gave, as it was shown.

    Raises `PlanMoved`, `DraftIsClosed`, and what `draft_changes` raises.
    """
    fiscal_year, rows = _ready(session, draft)
    changes = apply(
        session,
        draft.agency_id,
        fiscal_year,
        rows,
        actor=f"person:{person.id}",
        title=draft.title,
        source_sha256=draft.source_sha256,
        now=now,
        mark=mark,
    )
    close_draft(session, draft, PlanDraftState.IMPORTED)
    return changes
