"""What the office does with the rounds of a plan by hand: another day, another division, one more,
one less, and again.

The plan's own day (``planned_on``) stays where it was printed, so that a corrected file finds the
round again. Why something was changed is officers' free text: the audit log takes none, so it is
sealed in a row of its own. Such a round an import leaves as it is (`models.plan_import`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.calendar import bangkok_day, fiscal_year_bounds
from domain.states import OBLIGATION_MOVES, IllegalMove, ObligationState, check_move
from models import vault
from models.base import Base, Tenant, state_column, within_agency
from models.division import Division
from models.measure import (
    Measure,
    Obligation,
    Plan,
    add_obligation,
    get_obligation,
    log_deed,
    remind_from_the_first,
)
from models.measure_review import ObligationChanged
from models.person import Person
from models.plan_changes import Round
from models.postponement import latest_day, over
from models.progress import ReportStatus, latest_report
from models.reminder import remind_again

_PURPOSE = "progress"


class Deed(StrEnum):
    MOVED = "moved"
    ADDED = "added"
    CANCELLED = "cancelled"
    REOPENED = "reopened"
    REASSIGNED = "reassigned"


class ObligationChange(Tenant, Base):
    """One thing that the office did with a round, numbered from 1 within it."""

    __tablename__ = "obligation_change"
    __table_args__ = (
        within_agency("obligation_id", "obligation"),
        within_agency("person_id", "person"),
        within_agency("from_division_id", "division"),
    )

    obligation_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    deed: Mapped[Deed] = mapped_column(state_column(Deed, "deed"))
    person_id: Mapped[UUID]
    happened_at: Mapped[datetime]
    from_division_id: Mapped[UUID | None]  # whose it was, where it was reassigned
    content: Mapped[bytes]  # sealed JSON {"reason", and what was before and after}


class RoundIsThere(Exception):
    """The division has a round of this measure on this day already."""

    def __init__(self, day: date, *, cancelled: bool) -> None:
        super().__init__(day.isoformat())
        self.day, self.cancelled = day, cancelled


class WishWaits(Exception):
    """Somebody wished to postpone, and nobody has decided it yet."""


class BadDay(ValueError):
    """A day that a round cannot have: it is the same, or beyond ``first`` and ``last``."""

    def __init__(self, first: date, last: date, *, same: bool = False) -> None:
        super().__init__(f"{first} to {last}")
        self.first, self.last, self.same = first, last, same


class SameDivision(ValueError):
    """It is theirs already."""


@dataclass(frozen=True)
class Change:
    """A row of the office beside the reports, opened."""

    deed: Deed
    reason: str
    facts: Mapping[str, str]
    person_id: UUID
    at: datetime


def mark_of(session: Session, obligation: Obligation) -> str:
    """How a round stands, so that of two who change it the second is told."""
    report = latest_report(session, obligation)
    last = 0 if report is None else report.number
    review = "" if report is None or report.review is None else report.review.value
    changed = _last_change(session, obligation)
    return f"{obligation.state.value}.{last}.{changed}.{review}.{obligation.due_on}"


def _last_change(session: Session, obligation: Obligation) -> int:
    query = select(func.max(ObligationChange.number)).where(
        ObligationChange.agency_id == obligation.agency_id,
        ObligationChange.obligation_id == obligation.id,
    )
    return session.scalar(query) or 0


def hold_as_seen(
    session: Session, agency_id: int, obligation_id: UUID, seen: str
) -> Obligation | None:
    """The round, locked, still as it was seen; None where there is none. Raises
    `ObligationChanged`."""
    obligation = get_obligation(session, agency_id, obligation_id, lock=True)
    if obligation is not None and mark_of(session, obligation) != seen:
        raise ObligationChanged
    return obligation


def days_of(session: Session, obligation: Obligation, today: date) -> tuple[date, date]:
    """Between which days a round of this plan may fall due."""
    plan = session.get_one(Plan, (obligation.agency_id, obligation.measure.plan_id))
    return fiscal_year_bounds(plan.fiscal_year)[0], latest_day(session, obligation, today)


def _check_day(session: Session, obligation: Obligation, day: date, today: date) -> None:
    first, last = days_of(session, obligation, today)
    if not first <= day <= last:
        raise BadDay(first, last)


def _check_no_wish(session: Session, obligation: Obligation) -> None:
    report = latest_report(session, obligation)
    if report is None or report.status is not ReportStatus.POSTPONE:
        return
    if over(session, obligation, report) is None:
        raise WishWaits


def move_due(
    session: Session, obligation: Obligation, person: Person, day: date, reason: str, now: datetime
) -> None:
    """Another due day for an open round; its reminders begin anew. Raises `IllegalMove`,
    `WishWaits`, `BadDay`."""
    if obligation.state is not ObligationState.OPEN:
        raise IllegalMove(f"the obligation is {obligation.state.value}")
    _check_no_wish(session, obligation)
    today = bangkok_day(now)
    _check_day(session, obligation, day, today)
    old = obligation.due_on
    if day == old:
        raise BadDay(*days_of(session, obligation, today), same=True)
    obligation.due_on = day
    _begin_anew(session, obligation, today)
    facts = {"due_from": old.isoformat(), "due_to": day.isoformat()}
    _note(session, obligation, person, Deed.MOVED, reason, now, facts)


def cancel_round(
    session: Session, obligation: Obligation, person: Person, reason: str, now: datetime
) -> None:
    """An open round is none any more. Raises `IllegalMove`."""
    check_move(OBLIGATION_MOVES, obligation.state, ObligationState.CANCELLED)
    obligation.state = ObligationState.CANCELLED
    _note(session, obligation, person, Deed.CANCELLED, reason, now)


def reopen_round(
    session: Session, obligation: Obligation, person: Person, reason: str, now: datetime
) -> None:
    """What was cancelled is to be reported after all. What was accepted is returned instead
    (`models.measure_review.return_report`). Raises `IllegalMove`."""
    if obligation.state is not ObligationState.CANCELLED:
        raise IllegalMove(f"the obligation is {obligation.state.value}")
    obligation.state = ObligationState.OPEN
    _begin_anew(session, obligation, bangkok_day(now))
    _note(session, obligation, person, Deed.REOPENED, reason, now)


def add_round(
    session: Session,
    like: Obligation,
    division: Division,
    day: date,
    person: Person,
    reason: str,
    now: datetime,
) -> Obligation:
    """One more round of the measure of ``like``. Raises `RoundIsThere`, `BadDay`."""
    _check_day(session, like, day, bangkok_day(now))
    measure = session.get_one(Measure, (like.agency_id, like.measure_id))
    _check_free(session, measure.agency_id, measure.id, division.id, day)
    added = add_obligation(session, measure, division.id, day)
    session.flush()
    facts = {"due_to": day.isoformat(), "to_division": division.name}
    _note(session, added, person, Deed.ADDED, reason, now, facts)
    return added


REASSIGNABLE = frozenset({ObligationState.OPEN, ObligationState.ANSWERED})


def reassign(
    session: Session,
    obligation: Obligation,
    division: Division,
    person: Person,
    reason: str,
    now: datetime,
    *,
    following: bool = False,
) -> Sequence[Obligation]:
    """Hand a round to another division, and with ``following`` every open one of the same measure
    and division that is due from today on. What was reported stays with who reported it. All of
    them, or none: raises `IllegalMove`, `WishWaits`, `SameDivision`, `RoundIsThere`."""
    if obligation.state not in REASSIGNABLE:
        raise IllegalMove(f"the obligation is {obligation.state.value}")
    if division.id == obligation.division_id:
        raise SameDivision
    rounds = [obligation, *(_following(session, obligation, bangkok_day(now)) if following else ())]
    for one in rounds:
        _check_no_wish(session, one)
        _check_free(session, one.agency_id, one.measure_id, division.id, one.planned_on)
    for one in rounds:
        facts = {"from_division": one.division.name, "to_division": division.name}
        old = one.division_id
        one.division_id = division.id
        session.flush()
        session.refresh(one, ["division"])
        if one.state is ObligationState.OPEN:
            _begin_anew(session, one, bangkok_day(now))
        _note(session, one, person, Deed.REASSIGNED, reason, now, facts, old)
    return rounds


def _following(session: Session, obligation: Obligation, today: date) -> list[Obligation]:
    query = (
        select(Obligation)
        .where(
            Obligation.agency_id == obligation.agency_id,
            Obligation.measure_id == obligation.measure_id,
            Obligation.division_id == obligation.division_id,
            Obligation.state == ObligationState.OPEN,
            Obligation.due_on >= today,
            Obligation.id != obligation.id,
        )
        .order_by(Obligation.id)
        .with_for_update(of=Obligation)
    )
    return list(session.scalars(query))


def _check_free(
    session: Session, agency_id: int, measure_id: UUID, division_id: UUID, day: date
) -> None:
    state = session.scalar(
        select(Obligation.state).where(
            Obligation.agency_id == agency_id,
            Obligation.measure_id == measure_id,
            Obligation.division_id == division_id,
            Obligation.planned_on == day,
        )
    )
    if state is not None:
        raise RoundIsThere(day, cancelled=state is ObligationState.CANCELLED)


def _begin_anew(session: Session, obligation: Obligation, today: date) -> None:
    """Its stages speak from the first on; what was said of it before counts no more."""
    remind_again(session, obligation, today)
    remind_from_the_first(session, obligation)


def _note(
    session: Session,
    obligation: Obligation,
    person: Person,
    deed: Deed,
    reason: str,
    now: datetime,
    facts: Mapping[str, str] | None = None,
    from_division_id: UUID | None = None,
) -> None:
    """The change with its reason beside the reports, and the fact alone in the audit log."""
    kept = {"reason": reason, **(facts or {})}
    session.add(
        ObligationChange(
            agency_id=obligation.agency_id,
            obligation_id=obligation.id,
            number=_last_change(session, obligation) + 1,
            deed=deed,
            person_id=person.id,
            happened_at=now,
            from_division_id=from_division_id,
            content=vault.seal_json(session, obligation.agency_id, _PURPOSE, kept),
        )
    )
    log_deed(session, obligation, person, f"obligation.{deed.value}", now, facts)


def changes_of(session: Session, obligation: Obligation, limit: int) -> list[Change]:
    """What the office did with a round, newest first."""
    rows = session.scalars(
        select(ObligationChange)
        .where(
            ObligationChange.agency_id == obligation.agency_id,
            ObligationChange.obligation_id == obligation.id,
        )
        .order_by(ObligationChange.number.desc())
        .limit(limit)
    )
    found = []
    for row in rows:
        kept = vault.open_json(session, row.agency_id, _PURPOSE, row.content)
        found.append(Change(row.deed, kept.pop("reason"), kept, row.person_id, row.happened_at))
    return found


def changed_by_hand(session: Session, agency_id: int, plan_id: UUID) -> set[UUID]:
    """The rounds of a plan that the office changed, and an import leaves alone."""
    return set(session.scalars(_changes_in(agency_id, plan_id, ObligationChange.obligation_id)))


def handed_over(session: Session, agency_id: int, plan_id: UUID) -> dict[UUID, set[Round]]:
    """By measure: the rounds that a plan prints for one division and another reports by now."""
    asked = (Obligation.measure_id, Obligation.planned_on, ObligationChange.from_division_id)
    found: dict[UUID, set[Round]] = {}
    for measure_id, planned_on, division_id in session.execute(
        _changes_in(agency_id, plan_id, *asked)
    ):
        if division_id is not None:
            found.setdefault(measure_id, set()).add(Round(planned_on, division_id))
    return found


def _changes_in(agency_id: int, plan_id: UUID, *columns: Any) -> Select[Any]:
    of_it = (Obligation.agency_id == ObligationChange.agency_id) & (
        Obligation.id == ObligationChange.obligation_id
    )
    return (
        select(*columns)
        .select_from(ObligationChange)
        .join(Obligation, of_it)
        .join(Measure, Obligation.measure)
        .where(ObligationChange.agency_id == agency_id, Measure.plan_id == plan_id)
    )
