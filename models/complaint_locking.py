"""Locking cases, in the one order in which everybody locks them.

A report and those that repeat it change together: they are locked together. First the reports that
others repeat, then those that repeat them, each kind in the order of the ids. Who locked them in
another order would wait for somebody who waits for them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.complaint import Complaint, ComplaintJoin

_TRIES = 5


class KeepsChanging(Exception):
    """Others joined and parted these cases again and again meanwhile."""


@dataclass(frozen=True)
class _Family:
    roots: frozenset[UUID]
    others: frozenset[UUID]


def hold_together(session: Session, agency_id: int, ids: Collection[UUID]) -> dict[UUID, Complaint]:
    """Lock these cases with all that they repeat and all that repeats those, as they are now. Call
    it before anything else is locked: a line of the audit log, say."""
    session.flush()
    for _ in range(_TRIES):
        family = _family(session, agency_id, ids)
        attempt = session.begin_nested()
        held = _hold(session, agency_id, family.roots) | _hold(session, agency_id, family.others)
        if _family(session, agency_id, ids) == family:
            attempt.commit()
            _forget_joins(session)
            return held
        # Joined or parted while we waited. What was locked is let go: the order would be wrong.
        attempt.rollback()
    raise KeepsChanging


def hold_complaint(session: Session, agency_id: int, complaint_id: UUID) -> Complaint | None:
    """One case, with its family (`hold_together`); None where there is none."""
    return hold_together(session, agency_id, [complaint_id]).get(complaint_id)


def hold_free(session: Session, agency_id: int, ids: Collection[UUID]) -> dict[UUID, Complaint]:
    """Lock those of them that nobody else holds at this moment, and only where what they repeat is
    free too. It waits for nobody."""
    firsts = _firsts(session, agency_id, ids)
    roots = _hold(session, agency_id, {firsts.get(one, one) for one in ids}, skip=True)
    free = {one for one in ids if one not in roots and firsts.get(one) in roots}
    held = roots | _hold(session, agency_id, free, skip=True)
    now = _firsts(session, agency_id, ids)
    _forget_joins(session)
    return {one: held[one] for one in ids if one in held and now.get(one) == firsts.get(one)}


def _firsts(session: Session, agency_id: int, ids: Collection[UUID]) -> dict[UUID, UUID]:
    """What each of them repeats, read anew; those that repeat nothing are not in it."""
    query = select(ComplaintJoin.complaint_id, ComplaintJoin.first_id).where(
        ComplaintJoin.agency_id == agency_id, ComplaintJoin.complaint_id.in_(ids)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _family(session: Session, agency_id: int, ids: Collection[UUID]) -> _Family:
    firsts = _firsts(session, agency_id, ids)
    roots = {firsts.get(one, one) for one in ids}
    repeats = session.scalars(
        select(ComplaintJoin.complaint_id).where(
            ComplaintJoin.agency_id == agency_id,
            ComplaintJoin.first_id.in_(roots),
        )
    )
    others = set(repeats)
    return _Family(frozenset(roots), frozenset(others))


def _hold(
    session: Session, agency_id: int, ids: Collection[UUID], *, skip: bool = False
) -> dict[UUID, Complaint]:
    if not ids:
        return {}
    query = (
        select(Complaint)
        .where(Complaint.agency_id == agency_id, Complaint.id.in_(ids))
        .order_by(Complaint.id)
        .with_for_update(of=Complaint, skip_locked=skip)
        .execution_options(populate_existing=True)
    )
    return {one.id: one for one in session.scalars(query)}


def _forget_joins(session: Session) -> None:
    """What this session knew of joins may be older than the locks."""
    for one in list(session.identity_map.values()):
        if isinstance(one, ComplaintJoin):
            session.expire(one)
