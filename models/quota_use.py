"""Keeping count of an agency's LINE quota between two readings, and its reserve."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from domain.quota import Quota
from domain.states import OutboxState
from models.agency import Agency
from models.contact import ContactKind, find_contact
from models.outbox import OutboxMessage
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


def note_quota_trouble(session: Session, agency_id: int, now: datetime, *, used_up: bool) -> None:
    """LINE said that the quota is used up, or a push was kept back: ask again soon."""
    values: dict[str, Any] = {"quota_moved_at": now}
    if used_up:
        values["quota_used"] = func.coalesce(Agency.quota_limit, Agency.quota_used)
    session.execute(update(Agency).where(Agency.id == agency_id).values(values))


def release_held(
    session: Session, agency_id: int, now: datetime, *, at_work: bool = True, all_kinds: bool = True
) -> int:
    """Let held messages try again, as when a new month's quota has begun; how many.

    What is for those who report goes at any hour; the rest only while the office is ``at_work``,
    and with ``all_kinds``: while there is more than the reserve to spend.
    """
    statement = (
        update(OutboxMessage)
        .where(OutboxMessage.agency_id == agency_id, OutboxMessage.state == OutboxState.HELD)
        .values(state=OutboxState.WAITING, next_at=now, retry_key=None, first_push_at=None)
    )
    if not (at_work and all_kinds):
        urgent = or_(OutboxMessage.must_arrive, OutboxMessage.kind.in_(_FOR_REPORTERS))
        statement = statement.where(urgent)
    return session.connection().execute(statement).rowcount


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
