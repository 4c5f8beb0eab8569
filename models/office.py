"""An agency's own ways: its hours, its promises, how long it keeps what, and its words."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.agency_texts import spoken
from domain.calendar import BANGKOK
from domain.office import OfficeWays
from domain.workdays import is_workday
from models.base import Base, Tenant, within_agency


class OfficePolicy(Tenant, Base):
    """What an agency set; where it has no row, the defaults of `domain.office` hold."""

    __tablename__ = "office_policy"
    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="hours"),
        CheckConstraint("answer_days BETWEEN 1 AND outcome_days", name="days"),
    )

    opens_at: Mapped[time]  # Asia/Bangkok
    closes_at: Mapped[time]
    answer_days: Mapped[int]  # from the day a complaint came to its first answer
    outcome_days: Mapped[int]
    keep_complaints_months: Mapped[int | None]  # after they ended; None: for good
    keep_questions_months: Mapped[int | None]


class AgencyText(Tenant, Base):
    """Words of the agency's own in place of ours."""

    __tablename__ = "agency_text"
    __table_args__ = (within_agency("set_by", "person"),)

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    set_by: Mapped[UUID]
    set_at: Mapped[datetime]


def ways_of(session: Session, agency_id: int) -> OfficeWays:
    row = session.get(OfficePolicy, agency_id)
    return OfficeWays() if row is None else _ways(row)


def _ways(row: OfficePolicy) -> OfficeWays:
    return OfficeWays(
        row.opens_at,
        row.closes_at,
        row.answer_days,
        row.outcome_days,
        row.keep_complaints_months,
        row.keep_questions_months,
    )


def set_ways(session: Session, agency_id: int, ways: OfficeWays) -> None:
    """The caller has checked that the office opens before it closes, and answers in time."""
    row = session.get(OfficePolicy, agency_id)
    if row is None:
        row = OfficePolicy(agency_id=agency_id)
        session.add(row)
    row.opens_at, row.closes_at = ways.opens_at, ways.closes_at
    row.answer_days, row.outcome_days = ways.answer_days, ways.outcome_days
    row.keep_complaints_months = ways.keep_complaints_months
    row.keep_questions_months = ways.keep_questions_months
    session.flush()


def mark_of_ways(ways: OfficeWays) -> str:
    """What a form carries, to notice that somebody else changed them meanwhile."""
    return hashlib.blake2b(repr(ways).encode(), digest_size=12).hexdigest()


def who_is_open(session: Session, now: datetime) -> Callable[[int], bool]:
    """Which agencies are at work at an instant, by their own hours: one query for all of them."""
    local = now.astimezone(BANGKOK)
    at_work = is_workday(local.date())
    own = {row.agency_id: _ways(row) for row in session.scalars(select(OfficePolicy))}

    def is_open(agency_id: int) -> bool:
        return at_work and own.get(agency_id, OfficeWays()).is_open(local.time())

    return is_open


def agencies_that_erase(session: Session) -> list[int]:
    """Those that have set a retention period."""
    query = select(OfficePolicy.agency_id).where(
        OfficePolicy.keep_complaints_months.is_not(None)
        | OfficePolicy.keep_questions_months.is_not(None)
    )
    return list(session.scalars(query.order_by(OfficePolicy.agency_id)))


def texts_of(session: Session, agency_id: int) -> dict[str, str]:
    """The agency's own words, by key; what is missing is ours (`domain.agency_texts`)."""
    query = select(AgencyText).where(AgencyText.agency_id == agency_id)
    return {row.key: row.text for row in session.scalars(query)}


def put_text(
    session: Session, agency_id: int, key: str, text: str, person_id: UUID, now: datetime
) -> None:
    row = session.get(AgencyText, (agency_id, key))
    if row is None:
        row = AgencyText(agency_id=agency_id, key=key)
        session.add(row)
    row.text, row.set_by, row.set_at = text, person_id, now
    session.flush()


def reset_text(session: Session, agency_id: int, key: str) -> bool:
    row = session.get(AgencyText, (agency_id, key))
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return True


def text_for(session: Session, agency_id: int, key: str, **values: str) -> str:
    """One text as this agency says it, its placeholders filled. ``values`` brings the agency's
    name; its hours are known here. Never fails on what was stored."""
    row = session.get(AgencyText, (agency_id, key))
    values.setdefault("hours", ways_of(session, agency_id).hours)
    return spoken(key, None if row is None else row.text, **values)
