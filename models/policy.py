"""When an agency reminds: its policy, and the days on which its office is closed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.reminders import BadPolicy, Level, Policy, check_policy
from domain.workdays import OfficeCalendar
from models.base import Base, Tenant

DEFAULT_WEEKLY_ON = 0  # Monday
DEFAULT_RESERVE = 30  # a tenth of the free plan's month in Thailand (300, per LINE in 2026)


class ReminderPolicy(Base):
    """What an agency chose; one that chose nothing has no row, and the defaults."""

    __tablename__ = "reminder_policy"
    __table_args__ = (
        CheckConstraint("repeat_days > 0", name="repeats"),
        CheckConstraint("weekly_on BETWEEN 0 AND 4", name="a_workday"),
        CheckConstraint("quota_reserve >= 0", name="reserve"),
    )

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    early: Mapped[list[int]] = mapped_column(JSON)  # days before the due date
    repeat_days: Mapped[int]
    head_after: Mapped[int]
    clerk_after: Mapped[int]
    mayor_after: Mapped[int]
    weekly_on: Mapped[int]  # the executives' day: 0 Monday to 4 Friday
    quota_reserve: Mapped[int]  # messages of the month kept for receipts of complaints


class OffDay(Tenant, Base):
    """A day on which this office is closed, besides weekends and public holidays."""

    __tablename__ = "off_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))


def _row(session: Session, agency_id: int) -> ReminderPolicy | None:
    return session.get(ReminderPolicy, agency_id)


def policy_of(session: Session, agency_id: int) -> Policy:
    row = _row(session, agency_id)
    if row is None:
        return Policy()
    joins = {
        Level.HEAD: row.head_after,
        Level.CLERK: row.clerk_after,
        Level.MAYOR: row.mayor_after,
    }
    return Policy(early=tuple(row.early), repeat=row.repeat_days, joins=joins)


def weekly_day(session: Session, agency_id: int) -> int:
    """The weekday of the executives' digest, 0 Monday to 4 Friday."""
    row = _row(session, agency_id)
    return DEFAULT_WEEKLY_ON if row is None else row.weekly_on


def quota_reserve(session: Session, agency_id: int) -> int:
    """How many of the month's messages are kept for receipts of complaints."""
    row = _row(session, agency_id)
    return DEFAULT_RESERVE if row is None else row.quota_reserve


def set_policy(
    session: Session, agency_id: int, policy: Policy, *, weekly_on: int, reserve: int
) -> None:
    """Raises `domain.reminders.BadPolicy`. Open obligations follow it from their next stage on."""
    check_policy(policy)
    if not 0 <= weekly_on <= 4:
        raise BadPolicy("the executives' day must be a weekday")
    if reserve < 0:
        raise BadPolicy("the reserve cannot be less than nothing")
    row = _row(session, agency_id)
    if row is None:
        row = ReminderPolicy(agency_id=agency_id)
        session.add(row)
    row.early = sorted(set(policy.early), reverse=True)
    row.repeat_days = policy.repeat
    row.head_after = policy.joins[Level.HEAD]
    row.clerk_after = policy.joins[Level.CLERK]
    row.mayor_after = policy.joins[Level.MAYOR]
    row.weekly_on, row.quota_reserve = weekly_on, reserve
    session.info.pop("timing", None)  # `models.measure` keeps it for a session
    session.flush()


def off_days(session: Session, agency_id: int) -> list[OffDay]:
    query = select(OffDay).where(OffDay.agency_id == agency_id).order_by(OffDay.day)
    return list(session.scalars(query))


def put_off_day(session: Session, agency_id: int, day: date, name: str) -> None:
    found = session.get(OffDay, (agency_id, day))
    if found is None:
        found = OffDay(agency_id=agency_id, day=day)
        session.add(found)
    found.name = name.strip()[:200]
    session.flush()


def remove_off_day(session: Session, agency_id: int, day: date) -> bool:
    found = session.get(OffDay, (agency_id, day))
    if found is None:
        return False
    session.delete(found)
    session.flush()
    return True


def calendar_of(session: Session, agency_id: int) -> OfficeCalendar:
    days = session.scalars(select(OffDay.day).where(OffDay.agency_id == agency_id))
    return OfficeCalendar(frozenset(days))
