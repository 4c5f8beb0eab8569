"""How many cases wait for somebody: the numbers on the desk's first page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models.complaint import Complaint, ComplaintExclusion, ComplaintKind
from models.complaint_access import hands_out, readers_of, visible_to
from models.complaint_clock import RUNNING
from models.complaint_hands import ComplaintAssignment
from models.person import Person, Role, who_can_sign_in

SOON = timedelta(days=3)
_MOST_OPENED = 200


@dataclass(frozen=True)
class CasesWaiting:
    mine: int  # running, and in the viewer's hands
    mine_due: int  # … due within three days, or late
    unassigned: int | None  # None for who hands out none
    late: int


def cases_waiting(session: Session, viewer: Person, today: date) -> CasesWaiting:
    """Of what the viewer may read. A case that owes nothing waits for nobody."""
    return CasesWaiting(
        mine=_count(session, viewer, _held_by(viewer)),
        mine_due=_count(session, viewer, _held_by(viewer), Complaint.due_on <= today + SOON),
        unassigned=_count(session, viewer, ~_held()) if hands_out(viewer) else None,
        late=_count(session, viewer, Complaint.due_on < today),
    )


def _count(session: Session, viewer: Person, *which: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(Complaint)
    query = query.where(visible_to(viewer), Complaint.due_on.is_not(None), *which)
    return session.scalar(query) or 0


def _held() -> ColumnElement[bool]:
    return (
        select(ComplaintAssignment.complaint_id)
        .where(
            ComplaintAssignment.agency_id == Complaint.agency_id,
            ComplaintAssignment.complaint_id == Complaint.id,
        )
        .exists()
    )


def _held_by(person: Person) -> ColumnElement[bool]:
    return Complaint.id.in_(
        select(ComplaintAssignment.complaint_id).where(
            ComplaintAssignment.agency_id == person.agency_id,
            ComplaintAssignment.person_id == person.id,
        )
    )


def cases_without_reader(session: Session, agency_id: int) -> int:
    """Running cases that nobody who can sign in may read: integrity officers or everybody left, or
    all who are there were excluded. Only a number: who asks may not read them either."""
    running = (Complaint.agency_id == agency_id, Complaint.state.in_(RUNNING))
    roles = {one.role for one in who_can_sign_in(session, agency_id)}
    count = 0
    corrupt = Complaint.kind == ComplaintKind.CORRUPTION
    if Role.INTEGRITY_OFFICER not in roles:
        count += _how_many(session, *running, corrupt)
        if not roles & {Role.ADMIN, Role.OFFICER}:
            return _how_many(session, *running)
    excluded = select(ComplaintExclusion.complaint_id).where(
        ComplaintExclusion.agency_id == agency_id
    )
    query = select(Complaint).where(*running, Complaint.id.in_(excluded))
    if Role.INTEGRITY_OFFICER not in roles:
        query = query.where(~corrupt)  # they are counted
    rows = session.scalars(query.order_by(Complaint.received_on, Complaint.id).limit(_MOST_OPENED))
    return count + sum(1 for one in rows if not readers_of(session, one))


def _how_many(session: Session, *which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Complaint).where(*which)) or 0
