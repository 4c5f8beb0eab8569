"""What the desk has LINE or e-mail tell officers of cases: that there is something, never what."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.messages import Message, Text
from domain.states import OutboxState
from domain.workdays import next_opening
from models.complaint import Complaint
from models.complaint_access import readers_of
from models.contact import Contact, line_hash, line_id_of
from models.division import Division
from models.duty import duties_of, staff_of
from models.notice import tell
from models.outbox import OutboxMessage
from models.person import Person
from models.sealed_identity import deciders

ASSIGNED, HANDED = "case_assigned", "case_handed"
IDENTITY, DECIDED = "identity_asked", "identity_decided"


def tell_assignee(
    session: Session, complaint: Complaint, person: Person, by: Person, now: datetime
) -> None:
    """That a case was given to them; not where they took it themselves. Of many that are given in
    one go they are told once: the message counts nothing and names nothing."""
    if person.id == by.id:
        return
    said = Text(text="มีเรื่องที่ท่านได้รับมอบหมายเพิ่ม กรุณาเข้าสู่ระบบเว็บเจ้าหน้าที่ แล้วดู “เรื่องของฉัน” ที่หน้าแรกค่ะ")
    _tell_once(session, complaint.agency_id, [person], said, ASSIGNED, now)


def tell_division(
    session: Session, complaint: Complaint, division: Division, by: Person, now: datetime
) -> int:
    """Those of the division who may read the case, that one was handed to them; how many can be
    reached."""
    people = [
        one
        for one in readers_of(session, complaint)
        if one.id != by.id and division.id in duties_of(session, one)
    ]
    said = Text(
        text=f"มีเรื่องร้องเรียนที่ส่งให้{division.name} กรุณาเข้าสู่ระบบเว็บเจ้าหน้าที่ แล้วดูที่ “เรื่องร้องเรียน” ค่ะ"
    )
    return _tell_once(session, complaint.agency_id, people, said, HANDED, now)


def tell_of_identity_decision(
    session: Session, agency_id: int, asker: Person, granted: bool, now: datetime
) -> None:
    """Whoever asked to see an identity: that somebody decided, and not of which case."""
    what = (
        "อนุมัติคำขอเปิดดูตัวตนผู้ร้องของท่านแล้ว เปิดดูได้ภายใน 24 ชั่วโมง"
        if granted
        else "คำขอเปิดดูตัวตนผู้ร้องของท่านไม่ได้รับอนุมัติ"
    )
    said = Text(text=f"{what} กรุณาเข้าสู่ระบบเว็บเจ้าหน้าที่เพื่อดูรายละเอียดค่ะ")
    _tell_once(session, agency_id, [asker], said, DECIDED, now)


def tell_of_identity_request(
    session: Session, complaint: Complaint, asker: Person, now: datetime
) -> None:
    """Those who can say yes or no; neither the case nor who asks is named."""
    said = Text(text="มีคำขอเปิดดูตัวตนผู้ร้องที่รอท่านพิจารณา กรุณาเข้าสู่ระบบเว็บเจ้าหน้าที่ แล้วดูที่หน้าแรกค่ะ")
    people = deciders(session, complaint, asker)
    _tell_once(session, complaint.agency_id, people, said, IDENTITY, now)


def _tell_once(
    session: Session,
    agency_id: int,
    people: list[Person],
    said: Message,
    kind: str,
    now: datetime,
) -> int:
    """How many of them can be reached, told now or about to be."""
    reached = 0
    wanted = {one.id for one in people}
    for member in staff_of(session, agency_id).members:
        contact = member.contact
        if member.person.id not in wanted or contact is None:
            continue
        reached += 1
        if _waits_already(session, contact, kind):
            continue
        row = tell(session, contact, [said], kind, now)
        row.next_at = next_opening(now) or now  # nobody is woken by it
    session.flush()
    return reached


def _waits_already(session: Session, contact: Contact, kind: str) -> bool:
    address = line_id_of(session, contact)
    query = select(OutboxMessage.id).where(
        OutboxMessage.agency_id == contact.agency_id,
        OutboxMessage.recipient_hash == line_hash(session, contact.agency_id, address),
        OutboxMessage.kind == kind,
        OutboxMessage.state == OutboxState.WAITING,
    )
    return session.scalar(query.limit(1)) is not None
