"""Next year's plan, begun as a draft from this year's: its dates moved, its results left behind."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.calendar import fiscal_year_bounds, long_date, short_date
from domain.digits import thai_digits
from domain.plan import Column, FoundSchedule, PlanFlag, PlanHead, ReadMeasure
from domain.plan_dates import moved
from domain.schedules.types import Kind, Schedule
from domain.states import ObligationState
from models.division import division_names
from models.measure import BadPlan, Measure, Obligation, Plan
from models.person import Person
from models.plan_draft import PlanDraft, Reread, add_rows, begin_draft, finish_reading, set_year

_COPIED = "คัดลอกจากแผนปีงบประมาณ "  # an upload is called as its file is, with a dot in it


def copy_plan(
    session: Session, person: Person, from_year: int, to_year: int, now: datetime
) -> PlanDraft:
    """A draft of ``to_year`` from a person's agency's plan of ``from_year``: an officer sees,
    corrects and imports it like any other. Raises `BadPlan` when there is nothing to copy."""
    plan = session.scalar(
        select(Plan).where(Plan.agency_id == person.agency_id, Plan.fiscal_year == from_year)
    )
    measures = [] if plan is None else _measures(session, plan)
    if plan is None or not measures:
        raise BadPlan(f"there is no plan of {from_year} to copy")
    source = f"{plan.id}/{to_year}"
    draft = begin_draft(
        session,
        person,
        source_name=f"{_COPIED}{from_year}",
        source_sha256=hashlib.sha256(source.encode()).hexdigest(),
        now=now,
    )
    add_rows(session, draft, _copied(session, plan, measures, to_year - from_year))
    title = plan.title
    for digits in (str, lambda year: thai_digits(str(year))):
        title = title.replace(digits(from_year), digits(to_year))
    finish_reading(session, draft, PlanHead(agency=None, fiscal_year=to_year, title=title))
    return draft


def say_year(session: Session, draft: PlanDraft, year: int, reread: Reread) -> int:
    """As `set_year`; the days of a copy go along with its year. How many did.

    Not those of an upload: they are what its document says.
    """
    before = draft.fiscal_year
    if before is None or not re.fullmatch(_COPIED + r"\d+", draft.source_name):
        set_year(session, draft, year, reread)
        return 0
    mover = _Mover(year - before, *fiscal_year_bounds(year), reread)
    set_year(session, draft, year, mover)
    return mover.count


@dataclass
class _Mover:
    """Whole days alone, as a copy has them and people type them: phrases are read anew."""

    years: int
    first: date
    last: date
    reread: Reread
    count: int = 0

    def __call__(self, measure: ReadMeasure, year: int) -> ReadMeasure:
        schedules = tuple(self._moved(one) for one in measure.schedules)
        return self.reread(replace(measure, schedules=schedules), year)

    def _moved(self, found: FoundSchedule) -> FoundSchedule:
        days, text = found.reading.due_dates, found.reading.text
        if len(days) != 1 or text not in (short_date(days[0]), long_date(days[0])):
            return found
        if self.first <= days[0] <= self.last:
            return found  # somebody put it there
        self.count += 1
        return replace(found, reading=_due(moved(days[0], self.years)).reading)


def _measures(session: Session, plan: Plan) -> list[Measure]:
    query = (
        select(Measure)
        .where(
            Measure.agency_id == plan.agency_id,
            Measure.plan_id == plan.id,
            Measure.dropped.is_(False),
        )
        .order_by(Measure.number)
    )
    return list(session.scalars(query))


def _copied(
    session: Session, plan: Plan, measures: list[Measure], years: int
) -> Iterator[ReadMeasure]:
    rounds = _rounds(session, plan)
    names = division_names(session, plan.agency_id)
    for measure in measures:
        divisions, days = rounds[measure.id]
        printed = tuple(measure.responsible.splitlines())
        flags = () if days else (PlanFlag.SCHEDULE_MISSING.value,)
        yield ReadMeasure(
            number=measure.number,
            title=measure.title,
            indicator=measure.indicator,
            instrument=measure.instrument,
            code=measure.code,
            divisions=printed or tuple(names[one] for one in sorted(divisions)),
            steps=tuple(measure.steps.splitlines()),
            schedules=tuple(_due(moved(day, years)) for day in sorted(days)),
            flags=flags,
        )


def _due(day: date) -> FoundSchedule:
    # In the words of the new year: the old ones name the old.
    reading = Schedule(short_date(day), Kind.DUE, start=day, end=day, due_dates=(day,))
    return FoundSchedule(Column.SCHEDULE, reading)


def _rounds(session: Session, plan: Plan) -> dict[UUID, tuple[set[UUID], set[date]]]:
    query = (
        # A postponement of this year says nothing of the next.
        select(Obligation.measure_id, Obligation.division_id, Obligation.planned_on)
        .join(
            Measure,
            (Measure.agency_id == Obligation.agency_id) & (Measure.id == Obligation.measure_id),
        )
        .where(
            Obligation.agency_id == plan.agency_id,
            Measure.plan_id == plan.id,
            Obligation.state != ObligationState.CANCELLED,
        )
    )
    found: dict[UUID, tuple[set[UUID], set[date]]] = defaultdict(lambda: (set(), set()))
    for measure_id, division_id, due_on in session.execute(query):
        found[measure_id][0].add(division_id)
        found[measure_id][1].add(due_on)
    return found
