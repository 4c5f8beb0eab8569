"""What an officer is told of cases' deadlines: composed when it is sent, so that it is true then.

No word of what a case says, or of whom it is about: its mark and how late it is, and of corruption
not even the mark. Who may not read cases (the clerk) gets a count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.calendar import bangkok_day
from domain.case_times import deadline_words
from domain.messages import CaseTicket, Choice, Fact, Slip
from models.complaint import Complaint, ComplaintKind, receipt_marker
from models.complaint_access import is_kept_from, readers_of, visible_to
from models.complaint_hands import assignees_of
from models.complaint_hidden import hidden_of
from models.division import division_names
from models.duty import duties_of
from models.person import Person, get_person

SHOWN_AT_MOST = 8
_RESTRICTED = "เรื่องที่จำกัดผู้อ่าน"


def compose(
    session: Session, agency_id: int, ticket: CaseTicket, now: datetime, desk_url: str
) -> Slip | None:
    """None when nothing is left to say: answered, given to somebody else, or the person left."""
    person = get_person(session, agency_id, UUID(ticket.person_id))
    if person is None or not person.active:
        return None
    readable = _readable(session, person, [*ticket.own, *ticket.loose, *ticket.above])
    held = assignees_of(session, agency_id, list(readable))
    own = [
        one
        for one in _in_order(readable, ticket.own)
        if (row := held.get(one.id)) is not None and row.person_id == person.id
    ]
    loose = [
        one
        for one in _in_order(readable, ticket.loose)
        if (row := held.get(one.id)) is None or not _is_read_by(session, one, row.person_id)
    ]
    late = [one for one in _in_order(readable, ticket.above) if _is_late(one, now)]
    facts = [
        *_listed(own, "เรื่องของท่าน", now),
        *_listed(loose, "ยังไม่มีผู้รับผิดชอบ", now),
        *_listed(late, "เกินกำหนดมานาน", now),
    ]
    unseen = [one for one in ticket.above if UUID(one) not in readable]
    facts += _counted(session, person, unseen, now)
    if not facts:
        return None
    buttons: tuple[Choice, ...] = ()
    if desk_url:
        where = "/desk/complaints?assignee=me&sort=due" if own else "/desk/"
        buttons = (Choice(label="เปิดเว็บเจ้าหน้าที่", url=f"{desk_url}{where}"),)
    return Slip(
        title="กำหนดของเรื่องร้องเรียน",
        facts=tuple(facts),
        note="รายละเอียดอ่านได้ในเว็บเจ้าหน้าที่เท่านั้นค่ะ",
        buttons=buttons,
    )


def _is_read_by(session: Session, complaint: Complaint, holder: UUID) -> bool:
    """Whoever has left, or may not read it any more, holds it in name only."""
    return any(one.id == holder for one in readers_of(session, complaint))


def _readable(session: Session, person: Person, ids: Sequence[str]) -> dict[UUID, Complaint]:
    wanted = {UUID(one) for one in ids}
    query = select(Complaint).where(
        visible_to(person), Complaint.id.in_(wanted), Complaint.due_on.is_not(None)
    )
    return {one.id: one for one in session.scalars(query)}


def _in_order(found: dict[UUID, Complaint], ids: Sequence[str]) -> list[Complaint]:
    return [found[known] for one in ids if (known := UUID(one)) in found]


def _is_late(complaint: Complaint, now: datetime) -> bool:
    return complaint.due_on is not None and complaint.due_on < bangkok_day(now)


def _listed(cases: Sequence[Complaint], what: str, now: datetime) -> list[Fact]:
    restricted = [one for one in cases if one.kind is ComplaintKind.CORRUPTION]
    plain = [one for one in cases if one.kind is not ComplaintKind.CORRUPTION]
    facts = [
        Fact(name=f"{what} {receipt_marker(one)}", value=_words(one, now))
        for one in plain[:SHOWN_AT_MOST]
    ]
    more = len(plain) - len(facts)
    if more:
        facts.append(Fact(name=what, value=f"อีก {more:,} เรื่อง"))
    if restricted:
        facts.append(Fact(name=what, value=f"{_RESTRICTED} {len(restricted):,} เรื่อง"))
    return facts


def _words(complaint: Complaint, now: datetime) -> str:
    if complaint.due_on is None:
        return ""
    answered = complaint.answered_on is not None
    return deadline_words(complaint.due_on, bangkok_day(now), answered=answered)


def _counted(session: Session, person: Person, ids: Sequence[str], now: datetime) -> list[Fact]:
    """For who stands above and reads no case: how many are late, and where they lie."""
    wanted = [UUID(one) for one in ids]
    if person.post is None or not wanted:
        return []
    hidden = hidden_of(session, person.agency_id, wanted)
    served = duties_of(session, person)
    names = division_names(session, person.agency_id)
    rows = session.scalars(
        select(Complaint).where(
            Complaint.agency_id == person.agency_id,
            Complaint.id.in_(wanted),
            Complaint.due_on < bangkok_day(now),
            Complaint.kind != ComplaintKind.CORRUPTION,
        )
    )
    counted = Counter(
        names.get(one.division_id, "") if one.division_id else "ผู้รับเรื่อง"
        for one in rows
        if not is_kept_from(person, served, hidden[one.id])
    )
    return [
        Fact(name=f"เรื่องที่เกินกำหนดมานาน ({where})", value=f"{count:,} เรื่อง")
        for where, count in sorted(counted.items())
    ]
