"""Keeping count of an agency's LINE quota between two readings, and its reserve."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from domain.quota import Quota
from models.agency import Agency
from models.contact import ContactKind, find_contact
from models.policy import quota_reserve

# Said to the people who report: the reserve is theirs.
_FOR_REPORTERS = frozenset({"answer", "outcome"})
_READ_AGAIN = timedelta(hours=23)


def quota_of(session: Session, agency: Agency) -> Quota | None:
    """The month as LINE last said and as we have sent since; None where LINE never said."""
    if agency.quota_checked_at is None:
        return None
    return Quota(agency.quota_limit, agency.quota_used or 0, quota_reserve(session, agency.id))


def push_cost(session: Session, agency_id: int, line_id: str) -> int:
    """What LINE counts for a push: 1 for a person, its members for a group."""
    contact = find_contact(session, agency_id, line_id)
    if contact is None or contact.kind is ContactKind.USER:
        return 1
    return max(contact.members or 1, 1)


def is_kept_back(
    session: Session, agency_id: int, line_id: str, kind: str, *, must_arrive: bool
) -> bool:
    """Whether a push would take what is kept for receipts of complaints."""
    if must_arrive or kind in _FOR_REPORTERS:
        return False
    quota = quota_of(session, session.get_one(Agency, agency_id))
    if quota is None or quota.spendable is None:
        return False
    return quota.spendable < push_cost(session, agency_id, line_id)


def note_pushed(session: Session, agency_id: int, line_id: str, now: datetime) -> None:
    """Count a push until LINE is asked again."""
    session.execute(
        update(Agency)
        .where(Agency.id == agency_id)
        .values(
            quota_used=Agency.quota_used + push_cost(session, agency_id, line_id),
            quota_moved_at=now,
        )
    )


def note_quota_trouble(session: Session, agency_id: int, now: datetime) -> None:
    """LINE said that the quota is used up, or a push was kept back: ask again soon."""
    session.execute(update(Agency).where(Agency.id == agency_id).values(quota_moved_at=now))


def set_quota(session: Session, agency: Agency, limit: int | None, used: int, at: datetime) -> None:
    """What LINE says now."""
    agency.quota_limit, agency.quota_used, agency.quota_checked_at = limit, used, at
    session.flush()


def quotas_to_read(session: Session, now: datetime, month_began: datetime) -> list[int]:
    """Agencies whose figures may have moved since LINE was asked: of thousands, few each hour."""
    query = select(Agency.id).where(
        or_(
            Agency.quota_checked_at.is_(None),
            Agency.quota_checked_at < func.coalesce(Agency.quota_moved_at, month_began),
            Agency.quota_checked_at < month_began,
            Agency.quota_checked_at < now - _READ_AGAIN,
            # Held messages wait for room: a larger plan may be bought on any day.
            Agency.quota_used >= Agency.quota_limit,
            # The clock went back.
            Agency.quota_checked_at > now + timedelta(hours=1),
        )
    )
    return list(session.scalars(query.order_by(Agency.id)))
