"""The figures that executives were sent, one row an agency and week."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, Index, Select, String, and_, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.calendar import bangkok_day, fiscal_year
from domain.states import ObligationState
from domain.weekly import (
    MOST_OVERDUE,
    Before,
    DivisionFigures,
    Figures,
    Overdue,
    in_order,
    monday_of,
    send_day,
)
from domain.workdays import OfficeCalendar
from models.agency import Agency
from models.base import Base, Tenant
from models.contact import Contact
from models.division import Division
from models.duty import Member, PersonEmail, staff_of
from models.measure import Measure, Obligation, Plan
from models.person import Person
from models.policy import DEFAULT_WEEKLY_ON, OffDay, ReminderPolicy
from models.progress import ProgressReport, ReportStatus

_BATCH = 1000
_LONGEST_TITLE = 300
_COMPARABLE = timedelta(weeks=8)


class WeeklyReport(Tenant, Base):
    __tablename__ = "weekly_report"
    __table_args__ = (Index("uq_weekly_report_key", "agency_id", "key", unique=True),)

    week_of: Mapped[date] = mapped_column(primary_key=True)  # its Monday
    key: Mapped[str] = mapped_column(String(43))  # of the picture's address
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime]


def figures_in(row: WeeklyReport) -> Figures:
    return Figures.model_validate(row.figures)


def keep_week(session: Session, agency_id: int, figures: Figures, now: datetime) -> WeeklyReport:
    """What executives are told of this week, under a key that nobody can guess. Raises
    `sqlalchemy.exc.IntegrityError` where the week has its row."""
    row = WeeklyReport(
        agency_id=agency_id,
        week_of=figures.week_of,
        key=secrets.token_urlsafe(32),
        figures=figures.model_dump(mode="json"),
        made_at=now,
    )
    session.add(row)
    session.flush()
    return row


def get_week(session: Session, agency_id: int, week_of: date) -> WeeklyReport | None:
    return session.get(WeeklyReport, (agency_id, week_of))


def find_week(session: Session, agency_id: int, key: str) -> WeeklyReport | None:
    """By the key of its picture's address."""
    return session.scalar(
        select(WeeklyReport).where(WeeklyReport.agency_id == agency_id, WeeklyReport.key == key)
    )


def weeks_of(session: Session, agency_id: int, limit: int) -> list[WeeklyReport]:
    """The newest first."""
    return list(
        session.scalars(
            select(WeeklyReport)
            .where(WeeklyReport.agency_id == agency_id)
            .order_by(WeeklyReport.week_of.desc())
            .limit(limit)
        )
    )


def executives_of(session: Session, agency_id: int) -> list[Member]:
    """ปลัด and นายก who can be reached, by LINE or e-mail."""
    members = staff_of(session, agency_id).members
    return [one for one in members if one.person.post is not None and one.contact is not None]


def agencies_to_tell(session: Session, today: date) -> list[int]:
    """Agencies whose day has come this week: with an executive who can be reached, something to
    say, and no row of the week yet."""
    monday = monday_of(today)
    days: dict[int, set[date]] = {}
    closed = select(OffDay.agency_id, OffDay.day).where(
        OffDay.day.between(monday, monday + timedelta(days=6))
    )
    for agency_id, day in session.execute(closed):
        days.setdefault(agency_id, set()).add(day)
    found = []
    for agency_id, weekday in session.execute(_candidates(monday, today)):
        calendar = OfficeCalendar(frozenset(days.get(agency_id, ())))
        chosen = send_day(monday, weekday, calendar)
        if chosen is not None and chosen <= today and calendar.is_workday(today):
            found.append(agency_id)
    return found


def _candidates(monday: date, today: date) -> Select[int, int]:
    of_line = (Contact.agency_id == Person.agency_id) & (Contact.id == Person.contact_id)
    by_mail = (
        select(PersonEmail.person_id)
        .join(
            Contact,
            (Contact.agency_id == PersonEmail.agency_id) & (Contact.id == PersonEmail.contact_id),
        )
        .where(
            PersonEmail.agency_id == Person.agency_id,
            PersonEmail.person_id == Person.id,
            Contact.reachable,
        )
        .exists()
    )
    reached = (
        select(Person.id)
        .where(
            Person.agency_id == Agency.id,
            Person.active,
            Person.post.is_not(None),
            or_(select(Contact.id).where(of_line, Contact.reachable).exists(), by_mail),
        )
        .exists()
    )
    told = (
        select(WeeklyReport.week_of)
        .where(WeeklyReport.agency_id == Agency.id, WeeklyReport.week_of == monday)
        .exists()
    )
    something = (
        select(Obligation.id)
        .join(Measure, _measure())
        .join(Plan, _plan())
        .where(Obligation.agency_id == Agency.id, _in_scope(fiscal_year(today)))
        .exists()
    )
    return (
        select(Agency.id, func.coalesce(ReminderPolicy.weekly_on, DEFAULT_WEEKLY_ON))
        .outerjoin(ReminderPolicy, ReminderPolicy.agency_id == Agency.id)
        .where(reached, ~told, something)
        .order_by(Agency.id)
    )


def _measure() -> ColumnElement[bool]:
    return (Measure.agency_id == Obligation.agency_id) & (Measure.id == Obligation.measure_id)


def _plan() -> ColumnElement[bool]:
    return (Plan.agency_id == Measure.agency_id) & (Plan.id == Measure.plan_id)


def _in_scope(year: int) -> ColumnElement[bool]:
    """All of this fiscal year's plan, and what earlier ones left open: overdue, or postponed."""
    left = and_(Plan.fiscal_year < year, Obligation.state == ObligationState.OPEN)
    mine = and_(Plan.fiscal_year == year, Obligation.state != ObligationState.CANCELLED)
    return or_(mine, left)


def figures_of(session: Session, agency: Agency, today: date) -> Figures:
    """An agency's obligations as they stand on a day in Bangkok.

    On time: its first report as done came on or before the due date, whatever became of it.
    """
    year = fiscal_year(today)
    total: Counter[str] = Counter()
    divisions: dict[UUID, Counter[str]] = {}
    for division_id, due_on, state, plan_year, done_at in session.execute(_rows(agency.id, today)):
        kind = _kind(due_on, state, None if done_at is None else bangkok_day(done_at), today)
        counts = divisions.setdefault(division_id, Counter())
        for one in (total, counts):
            one[kind] += 1
            one["carried"] += kind == "late" and plan_year < year
        total["ahead_answered"] += kind == "ahead" and state is not ObligationState.OPEN
    names = _names(session, agency.id)
    week_of = monday_of(today)
    figures = Figures(
        agency=agency.name,
        week_of=week_of,
        counted_on=today,
        fiscal_year=year,
        due=_due(total),
        on_time=total["on_time"],
        late_answers=total["late_answers"],
        late=total["late"],
        carried=total["carried"],
        ahead=total["ahead"],
        ahead_answered=total["ahead_answered"],
        divisions=in_order(
            [
                DivisionFigures(
                    name=names[id_],
                    due=_due(counts),
                    on_time=counts["on_time"],
                    late_answers=counts["late_answers"],
                    late=counts["late"],
                )
                for id_, counts in divisions.items()
            ]
        ),
        overdue=_most_overdue(session, agency.id, year, today),
    )
    return figures.model_copy(update={"before": _before(session, agency.id, figures)})


def _due(counts: Counter[str]) -> int:
    """Of this year's plan: what earlier years left is none of its share."""
    return counts["on_time"] + counts["late_answers"] + counts["late"] - counts["carried"]


def _kind(due_on: date, state: ObligationState, done_on: date | None, today: date) -> str:
    if state is ObligationState.OPEN:
        return "late" if due_on < today else "ahead"
    if due_on > today:
        return "ahead"
    # Accepted without a report, as by an earlier system: nothing says that it was late.
    return "on_time" if done_on is None or done_on <= due_on else "late_answers"


def _rows(agency_id: int, today: date) -> Select[UUID, date, ObligationState, int, datetime | None]:
    done = (
        select(ProgressReport.obligation_id, func.min(ProgressReport.reported_at).label("at"))
        .where(
            ProgressReport.agency_id == agency_id,
            ProgressReport.status == ReportStatus.DONE,
        )
        .group_by(ProgressReport.obligation_id)
        .subquery()
    )
    return (
        select(
            Obligation.division_id,
            Obligation.due_on,
            Obligation.state,
            Plan.fiscal_year,
            done.c.at,
        )
        .join(Measure, _measure())
        .join(Plan, _plan())
        .outerjoin(done, done.c.obligation_id == Obligation.id)
        .where(Obligation.agency_id == agency_id, _in_scope(fiscal_year(today)))
        .execution_options(yield_per=_BATCH)
    )


def _names(session: Session, agency_id: int) -> dict[UUID, str]:
    query = select(Division.id, Division.name).where(Division.agency_id == agency_id)
    return {row[0]: row[1] for row in session.execute(query)}


def _most_overdue(session: Session, agency_id: int, year: int, today: date) -> tuple[Overdue, ...]:
    query = (
        select(Measure.code, Measure.title, Division.name, Obligation.due_on)
        .select_from(Obligation)
        .join(Measure, _measure())
        .join(Plan, _plan())
        .join(
            Division,
            (Division.agency_id == Obligation.agency_id) & (Division.id == Obligation.division_id),
        )
        .where(
            Obligation.agency_id == agency_id,
            Obligation.state == ObligationState.OPEN,
            Obligation.due_on < today,
            Plan.fiscal_year <= year,
        )
        .order_by(Obligation.due_on, Measure.number, Division.name, Obligation.id)
        .limit(MOST_OVERDUE)
    )
    return tuple(
        Overdue(
            code=row[0],
            title=" ".join(row[1].split())[:_LONGEST_TITLE],
            division=row[2],
            due_on=row[3],
        )
        for row in session.execute(query)
    )


def _before(session: Session, agency_id: int, figures: Figures) -> Before | None:
    """The last week that was told, unless that is too long ago to compare with."""
    row = session.scalar(
        select(WeeklyReport)
        .where(
            WeeklyReport.agency_id == agency_id,
            WeeklyReport.week_of < figures.week_of,
            WeeklyReport.week_of >= figures.week_of - _COMPARABLE,
        )
        .order_by(WeeklyReport.week_of.desc())
        .limit(1)
    )
    if row is None:
        return None
    old = figures_in(row)
    same_year = old.fiscal_year == figures.fiscal_year
    return Before(week_of=old.week_of, share=old.share if same_year else None, late=old.late)


def weeks_ahead(today: date, weekday: int, last: date, calendar: OfficeCalendar) -> int:
    """How many more weekly digests the days after ``today`` to ``last`` bring."""
    mondays: Sequence[date] = [
        monday_of(today) + timedelta(weeks=number) for number in range((last - today).days // 7 + 2)
    ]
    days = [send_day(monday, weekday, calendar) for monday in mondays]
    return sum(1 for day in days if day is not None and today < day <= last)
