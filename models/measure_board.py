"""A year's obligations as a table, by state, and as figures by division and month."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, exists, extract, func, not_, select
from sqlalchemy.orm import Session, aliased

from domain.calendar import fiscal_year_bounds
from domain.states import ObligationState
from models.bangkok import bangkok_date
from models.measure import Measure, Obligation, Plan
from models.progress import ProgressReport, ReportStatus

SOON = timedelta(days=14)


class Lane(StrEnum):
    """Where an obligation stands; each is in one lane."""

    LATER = "later"  # open, its day more than two weeks ahead
    SOON = "soon"
    OVERDUE = "overdue"
    WAITING = "waiting"  # open; the last word is a problem, or a wish that nobody decided
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    CANCELLED = "cancelled"


class Show(StrEnum):
    """What a table may be cut down to besides one lane."""

    ALL = ""  # but what was cancelled
    OPEN = "open"
    LATE = "late"  # every open one whose day is over, whatever was heard of it
    PROBLEM = "problem"
    POSTPONE = "postpone"


class Sort(StrEnum):
    NUMBER = ""
    DUE = "due"


@dataclass(frozen=True)
class Chosen:
    """Which obligations of a plan are meant."""

    agency_id: int
    plan_id: UUID
    today: date
    show: Show | Lane = Show.ALL
    division_id: UUID | None = None
    within: frozenset[UUID] | None = None  # the divisions that the viewer may see; None: all
    instrument: str = ""
    indicator: str = ""
    code: str = ""
    words: str = ""  # in the title
    first: date | None = None  # due from this day …
    last: date | None = None  # … to this one
    outside: tuple[date, date] | None = None  # due before the first or after the second

    def shown(self, show: Show | Lane) -> Chosen:
        return replace(self, show=show)


def _waits(*statuses: ReportStatus) -> ColumnElement[bool]:
    """The last that was heard is a problem, or a wish to postpone that nobody has decided."""
    last, newer = aliased(ProgressReport), aliased(ProgressReport)
    undecided = (last.status != ReportStatus.POSTPONE) | last.review.is_(None)
    return (
        exists()
        .where(
            last.agency_id == Obligation.agency_id,
            last.obligation_id == Obligation.id,
            last.status.in_(statuses),
            undecided,
            ~exists().where(
                newer.agency_id == last.agency_id,
                newer.obligation_id == last.obligation_id,
                newer.number > last.number,
            ),
        )
        .correlate(Obligation)
    )


def _lane(today: date) -> ColumnElement[str]:
    state = Obligation.state
    return case(
        *(
            (state == one, lane.value)
            for one, lane in (
                (ObligationState.CANCELLED, Lane.CANCELLED),
                (ObligationState.ANSWERED, Lane.ANSWERED),
                (ObligationState.ACCEPTED, Lane.ACCEPTED),
            )
        ),
        (_waits(ReportStatus.PROBLEM, ReportStatus.POSTPONE), Lane.WAITING.value),
        (Obligation.due_on < today, Lane.OVERDUE.value),
        (Obligation.due_on <= today + SOON, Lane.SOON.value),
        else_=Lane.LATER.value,
    )


def _in_lane(lane: Lane, today: date) -> ColumnElement[bool]:
    for state in ObligationState:
        if state is not ObligationState.OPEN and state.value == lane.value:
            return Obligation.state == state
    waits = _waits(ReportStatus.PROBLEM, ReportStatus.POSTPONE)
    is_open = Obligation.state == ObligationState.OPEN
    if lane is Lane.WAITING:
        return is_open & waits
    due = Obligation.due_on
    when = {
        Lane.OVERDUE: due < today,
        Lane.SOON: (due >= today) & (due <= today + SOON),
        Lane.LATER: due > today + SOON,
    }
    return is_open & when[lane] & not_(waits)


def _shown(show: Show | Lane, today: date) -> ColumnElement[bool]:
    if isinstance(show, Lane):
        return _in_lane(show, today)
    is_open = Obligation.state == ObligationState.OPEN
    if show is Show.ALL:
        return Obligation.state != ObligationState.CANCELLED
    if show is Show.LATE:
        return is_open & (Obligation.due_on < today)
    if show is Show.OPEN:
        return is_open
    wanted = ReportStatus.PROBLEM if show is Show.PROBLEM else ReportStatus.POSTPONE
    return is_open & _waits(wanted)


def _like(column: Any, words: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.icontains(words, autoescape=True)
    return found


def _of(chosen: Chosen) -> list[ColumnElement[bool]]:
    """All that was chosen, but for what is shown of it."""
    found = [Obligation.agency_id == chosen.agency_id, Measure.plan_id == chosen.plan_id]
    if chosen.within is not None:
        found.append(Obligation.division_id.in_(chosen.within))
    if chosen.division_id is not None:
        found.append(Obligation.division_id == chosen.division_id)
    if chosen.instrument:
        found.append(Measure.instrument == chosen.instrument)
    if chosen.indicator:
        found.append(Measure.indicator == chosen.indicator)
    if chosen.code:
        found.append(_like(Measure.code, chosen.code))
    if chosen.words:
        found.append(_like(Measure.title, chosen.words))
    if chosen.first is not None:
        found.append(Obligation.due_on >= chosen.first)
    if chosen.last is not None:
        found.append(Obligation.due_on <= chosen.last)
    if chosen.outside is not None:
        before, after = chosen.outside
        found.append((Obligation.due_on < before) | (Obligation.due_on > after))
    return found


def lanes_of(session: Session, chosen: Chosen) -> dict[Lane, int]:
    """How many stand in each lane, whatever is shown of them."""
    lane = _lane(chosen.today).label("lane")
    query = (
        select(lane, func.count())
        .select_from(Obligation)
        .join(Measure, Obligation.measure)
        .where(*_of(chosen))
        .group_by(lane)
    )
    found = {Lane(row[0]): row[1] for row in session.execute(query)}
    return {one: found.get(one, 0) for one in Lane}


def count_of(session: Session, chosen: Chosen) -> int:
    query = (
        select(func.count())
        .select_from(Obligation)
        .join(Measure, Obligation.measure)
        .where(*_of(chosen), _shown(chosen.show, chosen.today))
    )
    return session.scalar(query) or 0


def page_of(
    session: Session, chosen: Chosen, sort: Sort, offset: int, limit: int
) -> list[Obligation]:
    by_number = (Measure.number, Obligation.due_on, Obligation.id)
    by_day = (Obligation.due_on, Measure.number, Obligation.id)
    query = (
        select(Obligation)
        .join(Measure, Obligation.measure)
        .where(*_of(chosen), _shown(chosen.show, chosen.today))
        .order_by(*(by_day if sort is Sort.DUE else by_number))
        .offset(offset)
        .limit(limit)
    )
    return list(session.scalars(query))


def latest_reports(
    session: Session, agency_id: int, obligation_ids: Collection[UUID]
) -> dict[UUID, ProgressReport]:
    """The last report of each that has one."""
    newer = aliased(ProgressReport)
    query = select(ProgressReport).where(
        ProgressReport.agency_id == agency_id,
        ProgressReport.obligation_id.in_(obligation_ids),
        ~exists().where(
            newer.agency_id == ProgressReport.agency_id,
            newer.obligation_id == ProgressReport.obligation_id,
            newer.number > ProgressReport.number,
        ),
    )
    return {one.obligation_id: one for one in session.scalars(query)}


def indicators_of(session: Session, plan: Plan) -> tuple[list[str], list[str]]:
    """The instruments and the indicators that a plan's measures name."""
    of_plan = (Measure.agency_id == plan.agency_id, Measure.plan_id == plan.id)

    def named(column: Any) -> Sequence[str]:
        return session.scalars(select(column).where(*of_plan, column.is_not(None)).distinct()).all()

    instruments = sorted(filter(None, named(Measure.instrument)))
    return instruments, sorted(filter(None, named(Measure.indicator)), key=_by_number)


def _by_number(indicator: str) -> tuple[int, str]:
    first = indicator.split(maxsplit=1)[0]
    number = int(first) if first.isascii() and first.isdigit() and len(first) < 4 else 1000
    return number, indicator


@dataclass(frozen=True)
class Heat:
    """What became of the obligations of a division that fall due in a month."""

    on_time: int = 0  # reported as done on the due day or before it
    late: int = 0  # … after it
    overdue: int = 0  # not reported as done, and its day is over
    ahead: int = 0  # not reported as done, and there is time

    def __add__(self, other: Heat) -> Heat:
        return Heat(
            self.on_time + other.on_time,
            self.late + other.late,
            self.overdue + other.overdue,
            self.ahead + other.ahead,
        )

    @property
    def done(self) -> int:
        return self.on_time + self.late

    @property
    def due(self) -> int:
        return self.done + self.overdue + self.ahead

    @property
    def percent(self) -> int | None:
        """Never 100 before all of it is done; None of nothing."""
        return self.done * 100 // self.due if self.due else None


Month = tuple[int, int]  # of the western calendar


def heat_of(
    session: Session, plan: Plan, today: date, within: frozenset[UUID] | None = None
) -> dict[tuple[UUID, Month], Heat]:
    """Counted by the database in one go, by division and by the month of the due day."""
    return {
        (row[0], (int(row[1]), int(row[2]))): Heat(*(int(one) for one in row[3:]))
        for row in session.execute(_heat(plan, today, within))
    }


def _heat(
    plan: Plan, today: date, within: frozenset[UUID] | None
) -> Select[UUID, int, int, *tuple[Any, ...]]:
    done_at = (
        select(ProgressReport.obligation_id, func.min(ProgressReport.reported_at).label("at"))
        .where(
            ProgressReport.agency_id == plan.agency_id,
            ProgressReport.status == ReportStatus.DONE,
        )
        .group_by(ProgressReport.obligation_id)
        .subquery()
    )
    due = Obligation.due_on
    is_open = Obligation.state == ObligationState.OPEN
    # Accepted without a report, as by an earlier system: nothing says that it was late.
    in_time = done_at.c.at.is_(None) | (bangkok_date(done_at.c.at) <= due)
    kinds = (
        not_(is_open) & in_time,
        not_(is_open) & not_(in_time),
        is_open & (due < today),
        is_open & (due >= today),
    )
    year, month = extract("year", due), extract("month", due)
    query = (
        select(
            Obligation.division_id,
            year,
            month,
            *(func.sum(case((one, 1), else_=0)) for one in kinds),
        )
        .select_from(Obligation)
        .join(Measure, Obligation.measure)
        .outerjoin(done_at, done_at.c.obligation_id == Obligation.id)
        .where(
            Obligation.agency_id == plan.agency_id,
            Measure.plan_id == plan.id,
            Obligation.state != ObligationState.CANCELLED,
        )
        .group_by(Obligation.division_id, year, month)
    )
    return query if within is None else query.where(Obligation.division_id.in_(within))


def months_of(fiscal_year: int) -> list[Month]:
    """October to September."""
    first, last = fiscal_year_bounds(fiscal_year)
    return [(first.year, one) for one in (10, 11, 12)] + [(last.year, one) for one in range(1, 10)]
