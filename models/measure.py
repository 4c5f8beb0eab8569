"""Plans, their measures, and the obligations (งวดรายงาน) that follow from them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, Text, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from domain.calendar import bangkok_day, fiscal_year_bounds
from domain.divisions import EVERY_DIVISION as EVERY_DIVISION  # also by this name
from domain.divisions import Outcome, match_division
from domain.reminders import Policy, first_reminder
from domain.states import ObligationState
from domain.workdays import OfficeCalendar
from models import audit
from models.base import Base, Ordered, state_column, within_agency
from models.division import Division, known_divisions
from models.duty import serves
from models.person import Person, Role
from models.policy import calendar_of, policy_of


class Plan(Ordered, Base):
    """A fiscal year's plan of integrity measures."""

    __tablename__ = "plan"
    __table_args__ = (Index("uq_plan_year", "agency_id", "fiscal_year", unique=True),)

    fiscal_year: Mapped[int]  # พ.ศ.
    title: Mapped[str] = mapped_column(String(300))


class Measure(Ordered, Base):
    __tablename__ = "measure"
    __table_args__ = (
        Index("uq_measure_number", "agency_id", "plan_id", "number", unique=True),
        within_agency("plan_id", "plan"),
    )

    plan_id: Mapped[UUID]
    number: Mapped[int]  # its place in the plan
    code: Mapped[str | None] = mapped_column(String(10))  # I30, E10, O29
    title: Mapped[str] = mapped_column(Text)
    indicator: Mapped[str | None] = mapped_column(Text)  # 3 การเปิดเผยข้อมูล
    instrument: Mapped[str | None] = mapped_column(String(10))  # IIT, EIT, OIT
    responsible: Mapped[str] = mapped_column(Text, default="")  # as printed, one name a line
    steps: Mapped[str] = mapped_column(Text, default="")
    schedule_text: Mapped[str] = mapped_column(Text, default="")  # as printed
    result: Mapped[str] = mapped_column(Text, default="")
    success: Mapped[str] = mapped_column(Text, default="")
    recommendation: Mapped[str] = mapped_column(Text, default="")
    # A corrected file no longer lists it; kept for the answers that were given to it.
    dropped: Mapped[bool] = mapped_column(default=False)


def _as_due(context: Any) -> date:
    due_on: date = context.get_current_parameters()["due_on"]
    return due_on


class Obligation(Ordered, Base):
    __tablename__ = "obligation"
    __table_args__ = (
        Index(
            "uq_obligation_round",
            *("agency_id", "measure_id", "division_id", "planned_on"),
            unique=True,
        ),
        Index(
            "ix_obligation_remind_on",
            "remind_on",
            "agency_id",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_obligation_division", "agency_id", "division_id", "due_on"),
        within_agency("measure_id", "measure"),
        within_agency("division_id", "division"),
    )

    measure_id: Mapped[UUID]
    division_id: Mapped[UUID]
    due_on: Mapped[date]
    # The plan's day: a postponement moves ``due_on`` and leaves it.
    planned_on: Mapped[date] = mapped_column(default=_as_due, server_default="2000-01-01")
    state: Mapped[ObligationState] = mapped_column(
        state_column(ObligationState, "state"), default=ObligationState.OPEN
    )
    remind_on: Mapped[date]  # when some level next reaches a new stage
    measure: Mapped[Measure] = relationship(viewonly=True, lazy="joined", innerjoin=True)
    division: Mapped[Division] = relationship(
        viewonly=True, lazy="joined", innerjoin=True, overlaps="measure"
    )


@dataclass(frozen=True)
class MeasureRow:
    """A measure on its way in. ``divisions`` are names as printed; ``due`` the days of report."""

    number: int
    title: str
    divisions: Sequence[str]
    due: Sequence[date]
    steps: str = ""
    code: str | None = None
    schedule_text: str = ""


class BadPlan(ValueError):
    """The plan cannot be stored as given; the text says why."""


def put_plan(
    session: Session, agency_id: int, fiscal_year: int, title: str, rows: Sequence[MeasureRow]
) -> Plan:
    """Store a plan, its measures and their obligations; what is there already stays as it is.

    Raises `BadPlan` for a division that the agency does not have.
    """
    fiscal_year_bounds(fiscal_year)
    plan = session.scalar(
        select(Plan).where(Plan.agency_id == agency_id, Plan.fiscal_year == fiscal_year)
    )
    if plan is None:
        plan = Plan(agency_id=agency_id, fiscal_year=fiscal_year, title=title)
        session.add(plan)
        session.flush()
    for row in rows:
        _put_measure(session, plan, row)
    return plan


def _put_measure(session: Session, plan: Plan, row: MeasureRow) -> None:
    agency_id = plan.agency_id
    measure = session.scalar(
        select(Measure).where(
            Measure.agency_id == agency_id,
            Measure.plan_id == plan.id,
            Measure.number == row.number,
        )
    )
    if measure is None:
        measure = Measure(agency_id=agency_id, plan_id=plan.id, number=row.number)
        session.add(measure)
    measure.code = row.code
    measure.title = row.title
    measure.responsible = "\n".join(row.divisions)
    measure.steps = row.steps
    measure.schedule_text = row.schedule_text
    session.flush()
    rounds = select(Obligation.division_id, Obligation.planned_on).where(
        Obligation.agency_id == agency_id, Obligation.measure_id == measure.id
    )
    known = {(division_id, due_on) for division_id, due_on in session.execute(rounds)}
    for division_id in _divisions(session, agency_id, row.divisions):
        for due_on in row.due:
            if (division_id, due_on) not in known:
                known.add((division_id, due_on))
                add_obligation(session, measure, division_id, due_on)
    session.flush()


def add_obligation(
    session: Session, measure: Measure, division_id: UUID, due_on: date
) -> Obligation:
    obligation = Obligation(
        agency_id=measure.agency_id,
        measure_id=measure.id,
        division_id=division_id,
        due_on=due_on,
        planned_on=due_on,
    )
    remind_from_the_first(session, obligation)
    session.add(obligation)
    return obligation


def remind_from_the_first(session: Session, obligation: Obligation) -> None:
    """Let its first stage be the next to speak."""
    policy, calendar = _timing(session, obligation.agency_id)
    obligation.remind_on = first_reminder(policy, obligation.due_on, calendar)


def _timing(session: Session, agency_id: int) -> tuple[Policy, OfficeCalendar]:
    """Read once a session and agency: a plan brings thousands of obligations."""
    kept: dict[int, tuple[Policy, OfficeCalendar]] = session.info.setdefault("timing", {})
    if agency_id not in kept:
        kept[agency_id] = policy_of(session, agency_id), calendar_of(session, agency_id)
    return kept[agency_id]


def _divisions(session: Session, agency_id: int, names: Sequence[str]) -> list[UUID]:
    every = known_divisions(session, agency_id)
    chosen: list[UUID] = []
    for name in names:
        match = match_division(name, every)
        if match.outcome is Outcome.EVERY:
            return [one.id for one in every]
        if match.outcome is not Outcome.ONE:
            raise BadPlan(f"there is no division {name!r}")
        chosen.extend(match.ids)
    return chosen


def get_obligation(
    session: Session, agency_id: int, obligation_id: UUID, *, lock: bool = False
) -> Obligation | None:
    query = select(Obligation).where(
        Obligation.agency_id == agency_id, Obligation.id == obligation_id
    )
    return session.scalar(query.with_for_update(of=Obligation) if lock else query)


def hold_obligations(session: Session, agency_id: int, ids: Collection[UUID]) -> None:
    """Lock several, in the order of their ids."""
    session.execute(
        select(Obligation.id)
        .where(Obligation.agency_id == agency_id, Obligation.id.in_(ids))
        .order_by(Obligation.id)
        .with_for_update()
    ).all()


def may_answer(session: Session, person: Person, obligation: Obligation) -> bool:
    """Whoever serves the responsible division, and admins of the agency."""
    if not person.active or person.agency_id != obligation.agency_id:
        return False
    return person.role is Role.ADMIN or serves(session, person, obligation.division_id)


def plans_of(session: Session, agency_id: int) -> list[Plan]:
    return list(
        session.scalars(
            select(Plan).where(Plan.agency_id == agency_id).order_by(Plan.fiscal_year.desc())
        )
    )


def get_plan(session: Session, agency_id: int, fiscal_year: int) -> Plan | None:
    return session.scalar(
        select(Plan).where(Plan.agency_id == agency_id, Plan.fiscal_year == fiscal_year)
    )


def obligations_of(
    session: Session,
    agency_id: int,
    plan: Plan,
    division_id: UUID | None = None,
    within: Collection[UUID] | None = None,
) -> list[Obligation]:
    """A plan's obligations in the order of its measures, of one division, of those ``within``, or
    of all; what was cancelled is none any more."""
    query = (
        select(Obligation)
        .join(Measure, Obligation.measure)
        .where(
            Obligation.agency_id == agency_id,
            Measure.plan_id == plan.id,
            Obligation.state != ObligationState.CANCELLED,
        )
        .order_by(Measure.number, Obligation.due_on, Obligation.id)
    )
    if division_id is not None:
        query = query.where(Obligation.division_id == division_id)
    if within is not None:
        query = query.where(Obligation.division_id.in_(within))
    return list(session.scalars(query))


def lateness(obligation: Obligation, now: datetime) -> int:
    """Days past the due date; negative while it lies ahead."""
    return (bangkok_day(now) - obligation.due_on).days


def log_deed(
    session: Session,
    obligation: Obligation,
    person: Person,
    action: str,
    now: datetime,
    detail: Mapping[str, str] | None = None,
) -> None:
    """What somebody did with an obligation, for the audit log."""
    session.flush()
    audit.record_deed(session, person, action, f"obligation:{obligation.id}", now, detail)
