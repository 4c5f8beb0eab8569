"""A first report is withdrawn by its reporter: those that repeat it go on without it.

The oldest of them is the first one from then on. What officers answered was answered to all of
their reporters, so it stands there too; and it is as far as the withdrawn one was, so that nobody
who was told "in review" reads that nothing has begun.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.calendar import bangkok_day, start_of_bangkok_day
from domain.states import ComplaintState
from models import complaint_clock, vault
from models.complaint import (
    Complaint,
    ComplaintEntry,
    ComplaintJoin,
    EntryKind,
    add_entry,
    reports_of_the_same,
)
from models.person import Person

_BEGUN = frozenset({ComplaintState.IN_REVIEW, ComplaintState.ANSWERED})
_TO_THE_NEXT = "ผู้แจ้งรายแรกถอนเรื่องแล้ว เรื่องนี้จึงดำเนินการต่อเป็นเรื่องหลัก"
_FROM_THE_FIRST = "เรื่องของผู้แจ้งรายอื่นที่รวมไว้ ไม่ได้ถอนไปด้วย และดำเนินการต่อแยกจากเรื่องนี้"


def leave_to_the_next(
    session: Session, first: Complaint, old_state: ComplaintState, now: datetime
) -> None:
    """After ``first`` was withdrawn, which stood at ``old_state`` before. The caller holds it with
    all that repeats it. No line of the audit log tells of it: its minute would be the reporter's;
    a note of the day does."""
    others = reports_of_the_same(session, first)
    if not others:
        return
    day = bangkok_day(now)
    going_on = [
        one for one in others if one.state not in complaint_clock.ENDED and one.erased_on is None
    ]
    by_age = sorted(going_on, key=lambda one: (one.received_on, one.id))
    heir = by_age[0] if by_age else None
    for one in others:
        row = session.get_one(ComplaintJoin, (one.agency_id, one.id))
        if heir is None or one is heir:
            session.delete(row)
            session.flush()
            complaint_clock.parted(session, one, day)
        else:
            row.first_id = heir.id
    if heir is None:
        session.flush()
        return
    _hand_down(session, first, heir)
    if old_state in _BEGUN and heir.state is ComplaintState.RECEIVED:
        heir.state = ComplaintState.IN_REVIEW
        complaint_clock.parted(session, heir, day)
    for one in others:
        if one is not heir:
            complaint_clock.joined(one, heir)
    session.flush()
    midnight = start_of_bangkok_day(day)
    add_entry(session, heir, EntryKind.NOTE, midnight, text=_TO_THE_NEXT)
    add_entry(session, first, EntryKind.NOTE, midnight, text=_FROM_THE_FIRST)


def _hand_down(session: Session, first: Complaint, heir: Complaint) -> None:
    """What officers answered, with its own day and its own author."""
    rows = session.scalars(
        select(ComplaintEntry)
        .where(
            ComplaintEntry.agency_id == first.agency_id,
            ComplaintEntry.complaint_id == first.id,
            ComplaintEntry.kind == EntryKind.ANSWER,
        )
        .order_by(ComplaintEntry.number)
    ).all()
    for row in rows:
        if row.text is None or row.person_id is None:
            continue
        text = vault.open_text(session, row.agency_id, "complaint", row.text)
        at = row.happened_at or start_of_bangkok_day(row.happened_on)
        person = session.get_one(Person, (row.agency_id, row.person_id))
        add_entry(session, heir, EntryKind.ANSWER, at, person=person, text=text)
