"""Plans, their measures, and the obligations (งวดรายงาน) that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer, String, Text, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from domain.calendar import bangkok_day, fiscal_year_bounds
from domain.divisions import EVERY_DIVISION as EVERY_DIVISION  # also by this name
from domain.divisions import Outcome, match_division
from domain.reminders import Policy, first_reminder
from domain.states import OBLIGATION_MOVES, ObligationState, check_move
from models import vault
from models.base import Base, Ordered, state_column, within_agency
from models.division import Division, known_divisions
from models.person import Person, Role
from models.stored_file import drafted_files


class ReportStatus(StrEnum):
    DONE = "done"
    IN_PROGRESS = "in_progress"
    PROBLEM = "problem"
    POSTPONE = "postpone"


class ReviewOutcome(StrEnum):
    """What became of a report. One that nobody looked at yet has none."""

    ACCEPTED = "accepted"
    RETURNED = "returned"


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


class Obligation(Ordered, Base):
    __tablename__ = "obligation"
    __table_args__ = (
        Index(
            "uq_obligation_round", "agency_id", "measure_id", "division_id", "due_on", unique=True
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
    state: Mapped[ObligationState] = mapped_column(
        state_column(ObligationState, "state"), default=ObligationState.OPEN
    )
    remind_on: Mapped[date]  # when some level next reaches a new stage
    measure: Mapped[Measure] = relationship(viewonly=True, lazy="joined", innerjoin=True)
    division: Mapped[Division] = relationship(
        viewonly=True, lazy="joined", innerjoin=True, overlaps="measure"
    )


class ProgressReport(Ordered, Base):
    """A division's answer (รายงานผล)."""

    __tablename__ = "progress_report"
    __table_args__ = (
        Index("ix_progress_report_obligation", "agency_id", "obligation_id", "number", unique=True),
        CheckConstraint(
            "(review IS NULL) = (reviewed_by IS NULL) AND (review IS NULL) = (reviewed_at IS NULL)",
            name="review_has_a_reviewer",
        ),
        within_agency("obligation_id", "obligation"),
        within_agency("person_id", "person"),
        within_agency("reviewed_by", "person"),
    )

    obligation_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(Integer)  # 1, 2, … of this obligation
    status: Mapped[ReportStatus] = mapped_column(state_column(ReportStatus, "status"))
    summary: Mapped[bytes | None]  # sealed
    postpone_to: Mapped[date | None]
    person_id: Mapped[UUID]
    channel: Mapped[str] = mapped_column(String(20))
    reported_at: Mapped[datetime]
    review: Mapped[ReviewOutcome | None] = mapped_column(state_column(ReviewOutcome, "review"))
    review_note: Mapped[bytes | None]  # sealed
    reviewed_by: Mapped[UUID | None]
    reviewed_at: Mapped[datetime | None]


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
    rounds = select(Obligation.division_id, Obligation.due_on).where(
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
        remind_on=first_reminder(Policy(), due_on),
    )
    session.add(obligation)
    return obligation


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


def may_answer(person: Person, obligation: Obligation) -> bool:
    """Staff and head of the responsible division, and admins of the agency."""
    if not person.active or person.agency_id != obligation.agency_id:
        return False
    return person.role is Role.ADMIN or person.division_id == obligation.division_id


def plans_of(session: Session, agency_id: int) -> list[Plan]:
    return list(
        session.scalars(
            select(Plan).where(Plan.agency_id == agency_id).order_by(Plan.fiscal_year.desc())
        )
    )


def obligations_of(
    session: Session, agency_id: int, plan: Plan, division_id: UUID | None = None
) -> list[Obligation]:
    """A plan's obligations in the order of its measures, of one division or of all; what was
    cancelled is none any more."""
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
    return list(session.scalars(query))


def report_progress(
    session: Session,
    obligation: Obligation,
    person: Person,
    status: ReportStatus,
    *,
    channel: str,
    now: datetime,
    summary: str | None = None,
    postpone_to: date | None = None,
) -> ProgressReport:
    """Record a division's answer. Done closes the obligation until it is accepted or returned.

    Raises `domain.states.IllegalMove` when it is not open.
    """
    if obligation.state is not ObligationState.OPEN:
        check_move(OBLIGATION_MOVES, obligation.state, ObligationState.ANSWERED)
    latest = latest_report(session, obligation)
    report = ProgressReport(
        agency_id=obligation.agency_id,
        obligation_id=obligation.id,
        number=1 if latest is None else latest.number + 1,
        status=status,
        summary=_sealed_summary(session, obligation.agency_id, summary),
        postpone_to=postpone_to,
        person_id=person.id,
        channel=channel,
        reported_at=now,
    )
    session.add(report)
    if status is ReportStatus.DONE:
        check_move(OBLIGATION_MOVES, obligation.state, ObligationState.ANSWERED)
        obligation.state = ObligationState.ANSWERED
    session.flush()
    return report


def _sealed_summary(session: Session, agency_id: int, summary: str | None) -> bytes | None:
    return None if not summary else vault.seal_text(session, agency_id, "progress", summary)


def add_to_report(
    session: Session,
    report: ProgressReport,
    *,
    note: str | None = None,
    postpone_to: date | None = None,
    files: Sequence[str] = (),
) -> None:
    """Add words, a wished date or evidence to an answer that was just given."""
    if note:
        known = summary_of(session, report)
        joined = f"{known}\n{note}" if known else note
        report.summary = _sealed_summary(session, report.agency_id, joined)
    if postpone_to is not None:
        report.postpone_to = postpone_to
    for stored in drafted_files(session, report.agency_id, files):
        stored.progress_report_id = report.id
    session.flush()


def summary_of(session: Session, report: ProgressReport) -> str:
    if report.summary is None:
        return ""
    return vault.open_text(session, report.agency_id, "progress", report.summary)


def set_review(
    session: Session,
    report: ProgressReport,
    outcome: ReviewOutcome,
    reviewer: Person,
    now: datetime,
    note: str | None = None,
) -> None:
    """Write down what a reviewer decided, beside the division's own words. The newest stands."""
    report.review = outcome
    report.review_note = (
        vault.seal_text(session, report.agency_id, "review", note) if note else None
    )
    report.reviewed_by = reviewer.id
    report.reviewed_at = now
    session.flush()


def review_note_of(session: Session, report: ProgressReport) -> str:
    if report.review_note is None:
        return ""
    return vault.open_text(session, report.agency_id, "review", report.review_note)


def was_returned(session: Session, obligation: Obligation) -> bool:
    """True while an obligation is open again because its latest report was sent back."""
    if obligation.state is not ObligationState.OPEN:
        return False
    report = latest_report(session, obligation)
    return report is not None and report.review is ReviewOutcome.RETURNED


def latest_report(session: Session, obligation: Obligation) -> ProgressReport | None:
    return session.scalar(
        select(ProgressReport)
        .where(
            ProgressReport.agency_id == obligation.agency_id,
            ProgressReport.obligation_id == obligation.id,
        )
        .order_by(ProgressReport.number.desc())
        .limit(1)
    )


def get_report(session: Session, agency_id: int, report_id: UUID) -> ProgressReport | None:
    return session.get(ProgressReport, (agency_id, report_id))


def lateness(obligation: Obligation, now: datetime) -> int:
    """Days past the due date; negative while it lies ahead."""
    return (bangkok_day(now) - obligation.due_on).days
