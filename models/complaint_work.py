"""What officers do with a complaint: move it on, answer its reporter, leave each other notes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.calendar import bangkok_day
from domain.states import COMPLAINT_MOVES, ComplaintState, IllegalMove
from models import complaint_clock
from models.audit import AuditEntry
from models.complaint import (
    Complaint,
    ComplaintEntry,
    EntryKind,
    add_entry,
    first_report,
    move_complaint,
    reports_of_the_same,
)
from models.complaint_access import find_to_read, log_deed, visible_to
from models.complaint_locking import hold_together
from models.complaint_parting import leave_to_the_next
from models.person import Person

# A closed or withdrawn complaint is taken up again before its reporter is told anything new.
ANSWERABLE = frozenset({ComplaintState.RECEIVED, ComplaintState.IN_REVIEW, ComplaintState.ANSWERED})


@dataclass(frozen=True)
class Seen:
    """How a complaint stood when somebody looked at it."""

    state: ComplaintState
    last_entry: int
    last_deed: int | None = None  # of the audit log; None where the mark says nothing of it


class ChangedMeanwhile(Exception):
    """Somebody else worked on it since it was looked at."""


def find_for_work(session: Session, viewer: Person, complaint_id: UUID) -> Complaint:
    """A complaint for a viewer who may read it, locked with all that it repeats or that repeats it:
    what is answered is answered to all of them. Raises `NotAllowed`.

    Opens nothing that is sealed and logs nothing: the verb that follows writes its own line.
    """
    return find_together(session, viewer, [complaint_id])[complaint_id]


def find_together(session: Session, viewer: Person, ids: Collection[UUID]) -> dict[UUID, Complaint]:
    """As `find_for_work`, of several: all are locked before anything is done with one of them."""
    hold_together(session, viewer.agency_id, ids)
    return {one: find_to_read(session, viewer, one) for one in ids}


def check_unchanged(session: Session, complaint: Complaint, seen: Seen) -> None:
    """Raises `ChangedMeanwhile`. The caller holds the complaint's lock (`find_for_work`)."""
    deed = last_deed(session, complaint)
    if (
        complaint.state is not seen.state
        or _last_entry(session, complaint) != seen.last_entry
        or (seen.last_deed is not None and deed != seen.last_deed)
    ):
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
    if new_state is ComplaintState.WITHDRAWN:
        leave_to_the_next(session, complaint, old_state, now)
    detail = {"from": old_state.value, "to": new_state.value}
    log_deed(session, complaint, person, "complaint.moved", now, detail)


def answer_complaint(
    session: Session, complaint: Complaint, person: Person, text: str, now: datetime
) -> None:
    """Say something to the reporter, who reads it with the receipt code.

    Raises `domain.states.IllegalMove` where the complaint is closed or withdrawn.
    """
    if complaint.state not in ANSWERABLE:
        raise IllegalMove(f"a complaint that is {complaint.state.value} takes no answer")
    add_entry(session, complaint, EntryKind.ANSWER, now, person=person, text=text)
    first = first_report(session, complaint)
    complaint_clock.answered(
        complaint,
        bangkok_day(now),
        first if first is not complaint else None,
        reports_of_the_same(session, complaint),
    )
    log_deed(session, complaint, person, "complaint.answered", now)


def may_become_answered(state: ComplaintState) -> bool:
    """Whoever answers a case has looked at it: one that was only received moves on by itself."""
    return state is ComplaintState.RECEIVED or ComplaintState.ANSWERED in COMPLAINT_MOVES[state]


PROPOSAL = "[ร่างคำตอบ] "  # how a note begins that proposes an answer


def note_complaint(
    session: Session,
    complaint: Complaint,
    person: Person,
    text: str,
    now: datetime,
    *,
    proposes: bool = False,
) -> None:
    """Say something to the other officers, or propose them what to answer; the reporter never
    reads it. Raises `domain.states.IllegalMove` where the case was erased: retention does not come
    back for what is written after it."""
    if complaint.erased_on is not None:
        raise IllegalMove("what a case said was erased; nothing is added to it")
    if proposes:
        text = PROPOSAL + text
    add_entry(session, complaint, EntryKind.NOTE, now, person=person, text=text)
    log_deed(session, complaint, person, "complaint.noted", now)


def visible_among(session: Session, viewer: Person, ids: Collection[UUID]) -> set[UUID]:
    """Those of ``ids`` that are complaints the viewer may read."""
    query = select(Complaint.id).where(visible_to(viewer), Complaint.id.in_(ids))
    return set(session.scalars(query))


# What changes nothing of a case: not among what somebody must be told has changed.
LOOKS = frozenset(
    {
        *("complaint.opened", "complaint.printed", "complaint.exported"),
        *("complaint.registered", "complaint.entered", "file.opened", "identity.seen"),
    }
)


def last_deed(session: Session, complaint: Complaint) -> int:
    """The number of the newest line of the audit log that says what somebody did with the case."""
    query = select(func.max(AuditEntry.number)).where(
        AuditEntry.agency_id == complaint.agency_id,
        AuditEntry.subject == f"complaint:{complaint.id}",
        AuditEntry.action.not_in(LOOKS),
    )
    return session.scalar(query) or 0


PAGE_LASTS = timedelta(hours=12)


def opened_lately(session: Session, complaint: Complaint, person: Person, now: datetime) -> bool:
    """Whether it is on the record that this person opened the case within half a day."""
    query = select(AuditEntry.number).where(
        AuditEntry.agency_id == complaint.agency_id,
        AuditEntry.subject == f"complaint:{complaint.id}",
        AuditEntry.actor == f"person:{person.id}",
        AuditEntry.action == "complaint.opened",
        AuditEntry.at > now - PAGE_LASTS,
    )
    return session.scalar(query.order_by(AuditEntry.number.desc()).limit(1)) is not None
