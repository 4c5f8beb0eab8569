"""What officers do with a complaint: move it on, answer its reporter, leave each other notes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.states import COMPLAINT_MOVES, ComplaintState, IllegalMove
from models import audit
from models.complaint import (
    Complaint,
    ComplaintEntry,
    EntryKind,
    add_entry,
    move_complaint,
)
from models.complaint_log import NotAllowed, visible_to
from models.person import Person

# A closed or withdrawn complaint is taken up again before its reporter is told anything new.
ANSWERABLE = frozenset({ComplaintState.RECEIVED, ComplaintState.IN_REVIEW, ComplaintState.ANSWERED})


@dataclass(frozen=True)
class Seen:
    """How a complaint stood when somebody looked at it."""

    state: ComplaintState
    last_entry: int


class ChangedMeanwhile(Exception):
    """Somebody else worked on it since it was looked at."""


def find_for_work(session: Session, viewer: Person, complaint_id: UUID) -> Complaint:
    """A complaint, locked, for a viewer who may read it. Raises `NotAllowed`.

    Opens nothing that is sealed and logs nothing: the verb that follows writes its own line.
    """
    complaint = session.scalar(
        select(Complaint).where(visible_to(viewer), Complaint.id == complaint_id).with_for_update()
    )
    if complaint is None:
        raise NotAllowed
    return complaint


def check_unchanged(session: Session, complaint: Complaint, seen: Seen) -> None:
    """Raises `ChangedMeanwhile`. The caller holds the complaint's lock (`find_for_work`)."""
    if complaint.state is not seen.state or _last_entry(session, complaint) != seen.last_entry:
        raise ChangedMeanwhile


def _last_entry(session: Session, complaint: Complaint) -> int:
    query = select(func.max(ComplaintEntry.number)).where(
        ComplaintEntry.agency_id == complaint.agency_id,
        ComplaintEntry.complaint_id == complaint.id,
    )
    return session.scalar(query) or 0


def change_state(
    session: Session,
    complaint: Complaint,
    new_state: ComplaintState,
    person: Person,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Move a complaint and log it. Raises `domain.states.IllegalMove`."""
    old_state = complaint.state
    move_complaint(session, complaint, new_state, person, now, reason)
    detail = {"from": old_state.value, "to": new_state.value}
    _log(session, complaint, person, "complaint.moved", now, detail)


def answer_complaint(
    session: Session, complaint: Complaint, person: Person, text: str, now: datetime
) -> None:
    """Say something to the reporter, who reads it with the receipt code.

    Raises `domain.states.IllegalMove` where the complaint is closed or withdrawn.
    """
    if complaint.state not in ANSWERABLE:
        raise IllegalMove(f"a complaint that is {complaint.state.value} takes no answer")
    add_entry(session, complaint, EntryKind.ANSWER, now, person=person, text=text)
    _log(session, complaint, person, "complaint.answered", now)


def may_become_answered(state: ComplaintState) -> bool:
    return ComplaintState.ANSWERED in COMPLAINT_MOVES[state]


def note_complaint(
    session: Session, complaint: Complaint, person: Person, text: str, now: datetime
) -> None:
    """Say something to the other officers; the reporter never reads it."""
    add_entry(session, complaint, EntryKind.NOTE, now, person=person, text=text)
    _log(session, complaint, person, "complaint.noted", now)


def _log(
    session: Session,
    complaint: Complaint,
    person: Person,
    action: str,
    now: datetime,
    detail: dict[str, str] | None = None,
) -> None:
    audit.record(
        session,
        complaint.agency_id,
        action=action,
        subject=f"complaint:{complaint.id}",
        actor=f"person:{person.id}",
        now=now,
        detail=detail,
    )


def visible_among(session: Session, viewer: Person, ids: Collection[UUID]) -> set[UUID]:
    """Those of ``ids`` that are complaints the viewer may read."""
    query = select(Complaint.id).where(visible_to(viewer), Complaint.id.in_(ids))
    return set(session.scalars(query))
