"""What the desk has LINE tell people at once; sent by the outbox after the request's commit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from domain import wording
from domain.calendar import short_date
from domain.messages import Fact, Message, Slip
from handlers.desk.words import word
from models.complaint import Complaint
from models.contact import Contact, line_id_of
from models.division import get_division
from models.measure import Obligation, latest_report, may_answer, review_note_of
from models.notice import contact_of_person, contact_of_reporter
from models.outbox import enqueue
from models.person import Person, Role, get_person
from models.reminder import report_buttons


def tell_of_answer(session: Session, complaint: Complaint, at: datetime) -> None:
    """Tell the reporter that there is an answer. Neither the answer nor the case is named: a
    lock screen shows this to whoever stands by, and the receipt code is what opens the rest."""
    contact = contact_of_reporter(session, complaint)
    if contact is None:
        return
    words = wording.plain(
        "มีคำตอบจากเจ้าหน้าที่แล้วค่ะ\n"
        "อ่านคำตอบได้โดยพิมพ์รหัสติดตามเรื่อง 16 หลักในแชตนี้ หรือกดปุ่ม “ติดตามเรื่อง” ด้านล่าง",
        (wording.TRACK,),
    )
    _tell(session, contact, words, "answer", at)


def tell_of_return(
    session: Session, obligation: Obligation, reviewer: Person, at: datetime
) -> None:
    """Tell the officer who reported that their report came back, and let them answer there."""
    report = latest_report(session, obligation)
    if report is None or report.person_id == reviewer.id:
        return
    officer = get_person(session, obligation.agency_id, report.person_id)
    if officer is None or not may_answer(officer, obligation):
        return
    contact = contact_of_person(session, officer)
    if contact is None:
        return
    measure = obligation.measure
    slip = Slip(
        title="รายงานผลถูกส่งกลับให้แก้ไข",
        facts=(
            Fact(name="มาตรการ", value=f"{measure.code or ''} {measure.title}".strip()),
            Fact(name="กำหนดรายงาน", value=short_date(obligation.due_on)),
            Fact(name="ผู้ส่งกลับ", value=_post(session, reviewer)),
            Fact(name="เหตุผล", value=review_note_of(session, report)),
        ),
        note="กรุณาแก้ไขตามเหตุผลข้างต้น แล้วกดปุ่มด้านล่างเพื่อรายงานใหม่ หลังกดแล้วส่งคำอธิบายและหลักฐานเพิ่มได้ค่ะ",
        buttons=report_buttons(session, obligation, at),
    )
    _tell(session, contact, slip, "returned", at)


def _post(session: Session, person: Person) -> str:
    if person.role is Role.DIVISION_HEAD and person.division_id is not None:
        division = get_division(session, person.agency_id, person.division_id)
        if division is not None:
            return f"{word(person.role)} ({division.name})"
    return word(person.role)


def _tell(session: Session, contact: Contact, message: Message, kind: str, at: datetime) -> None:
    enqueue(
        session,
        contact.agency_id,
        line_id_of(session, contact),
        [message],
        kind=kind,
        now=at,
        worth_quota=True,
    )
