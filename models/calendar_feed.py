"""A division's calendar of obligations, opened by whoever has its secret address."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import vault
from models.base import Base, Tenant, within_agency
from models.division import Division
from models.measure import Measure, Obligation, Plan
from models.progress import ProgressReport

_PURPOSE = "calendar"
_LONGEST_KEY = 43  # 32 bytes: nobody finds one by trying


class CalendarFeed(Tenant, Base):
    __tablename__ = "calendar_feed"
    __table_args__ = (
        Index("uq_calendar_feed_key_hash", "agency_id", "key_hash", unique=True),
        within_agency("division_id", "division"),
    )

    division_id: Mapped[UUID] = mapped_column(primary_key=True)
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(16))
    key: Mapped[bytes]  # sealed: the desk shows the address again
    made_on: Mapped[date]


def make_feed(session: Session, agency_id: int, division_id: UUID, today: date) -> str:
    """A new key of a division's calendar; the one before opens nothing from now on."""
    key = secrets.token_urlsafe(32)
    feed = session.get(CalendarFeed, (agency_id, division_id))
    if feed is None:
        feed = CalendarFeed(agency_id=agency_id, division_id=division_id)
        session.add(feed)
    feed.key_hash = vault.blind(session, agency_id, _PURPOSE, key)
    feed.key = vault.seal_text(session, agency_id, _PURPOSE, key)
    feed.made_on = today
    session.flush()
    return key


def revoke_feed(session: Session, agency_id: int, division_id: UUID) -> bool:
    """Close a division's calendar; False where it has none."""
    feed = session.get(CalendarFeed, (agency_id, division_id))
    if feed is None:
        return False
    session.delete(feed)
    session.flush()
    return True


def feed_of(session: Session, agency_id: int, division_id: UUID) -> CalendarFeed | None:
    return session.get(CalendarFeed, (agency_id, division_id))


def key_of(session: Session, feed: CalendarFeed) -> str:
    return vault.open_text(session, feed.agency_id, _PURPOSE, feed.key)


def mark_of(feed: CalendarFeed | None) -> str:
    """What a form carries, to notice that somebody else has made another address meanwhile."""
    return "" if feed is None else feed.key_hash.hex()


def division_of_key(session: Session, agency_id: int, key: str) -> Division | None:
    """The division whose calendar a key opens; None for what is unknown or revoked."""
    if len(key) != _LONGEST_KEY or not key.isascii():
        return None
    return session.scalar(
        select(Division)
        .join(
            CalendarFeed,
            (CalendarFeed.agency_id == Division.agency_id)
            & (CalendarFeed.division_id == Division.id),
        )
        .where(
            CalendarFeed.agency_id == agency_id,
            CalendarFeed.key_hash == vault.blind(session, agency_id, _PURPOSE, key),
        )
    )


def obligations_in_feed(session: Session, agency_id: int, division_id: UUID) -> list[Obligation]:
    """A division's obligations of the newest plan and of the year before it, the cancelled ones
    too: a calendar that has them is told so."""
    newest = select(func.max(Plan.fiscal_year)).where(Plan.agency_id == agency_id).scalar_subquery()
    return list(
        session.scalars(
            select(Obligation)
            .join(Measure, Obligation.measure)
            .join(Plan, (Plan.agency_id == Measure.agency_id) & (Plan.id == Measure.plan_id))
            .where(
                Obligation.agency_id == agency_id,
                Obligation.division_id == division_id,
                Plan.fiscal_year >= newest - 1,
            )
            .order_by(Obligation.due_on, Obligation.id)
        )
    )


def reports_in_feed(
    session: Session, agency_id: int, division_id: UUID
) -> dict[UUID, tuple[int, datetime]]:
    """Obligation: how many times it was reported or reviewed, and when last."""
    reviewed = func.coalesce(ProgressReport.reviewed_at, ProgressReport.reported_at)
    rows = session.execute(
        select(
            ProgressReport.obligation_id,
            func.count() + func.count(ProgressReport.reviewed_at),
            func.max(ProgressReport.reported_at),
            func.max(reviewed),
        )
        .join(
            Obligation,
            (Obligation.agency_id == ProgressReport.agency_id)
            & (Obligation.id == ProgressReport.obligation_id),
        )
        .where(ProgressReport.agency_id == agency_id, Obligation.division_id == division_id)
        .group_by(ProgressReport.obligation_id)
    )
    return {row[0]: (row[1], max(row[2], row[3])) for row in rows}
