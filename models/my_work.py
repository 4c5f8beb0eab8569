"""What a member of staff still has to report, whether it is overdue or not."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from domain.states import ObligationState
from models.measure import Obligation

AHEAD = timedelta(days=60)


def work_of(
    session: Session, agency_id: int, divisions: Collection[UUID], today: date
) -> list[Obligation]:
    """Open obligations of some divisions: what is overdue, then what falls due within 60 days;
    where there is neither, the next ones, however far."""
    open_ones = (
        select(Obligation)
        .where(
            Obligation.agency_id == agency_id,
            Obligation.division_id.in_(divisions),
            Obligation.state == ObligationState.OPEN,
        )
        .order_by(Obligation.due_on, Obligation.id)
    )
    found = list(session.scalars(open_ones.where(Obligation.due_on <= today + AHEAD)))
    if found:
        return found
    first = session.scalar(open_ones.limit(1))
    if first is None:
        return []
    return list(session.scalars(open_ones.where(Obligation.due_on == first.due_on)))


def open_count(session: Session, agency_id: int, today: date) -> tuple[int, int]:
    """How many obligations of an agency are open, and how many of them overdue."""

    def count(query: Select[int]) -> int:
        return session.scalar(query) or 0

    every = select(func.count(Obligation.id)).where(
        Obligation.agency_id == agency_id, Obligation.state == ObligationState.OPEN
    )
    return count(every), count(every.where(Obligation.due_on < today))
