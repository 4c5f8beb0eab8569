"""Telling divisions at once of what the office did with their rounds, where it asked for that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from domain.answer_words import named
from domain.calendar import short_date
from domain.limits import shorten
from domain.messages import Fact, Slip
from domain.reminders import Level
from models.contact import Contact
from models.duty import Staff, staff_of
from models.measure import Obligation
from models.notice import tell
from models.obligation_changes import Deed

_TITLES = {
    Deed.MOVED: "ผู้ดูแลระบบเปลี่ยนวันครบกำหนดรายงาน",
    Deed.ADDED: "ผู้ดูแลระบบเพิ่มงวดรายงาน",
    Deed.CANCELLED: "ผู้ดูแลระบบยกเลิกงวดรายงาน ไม่ต้องรายงานแล้ว",
    Deed.REOPENED: "ผู้ดูแลระบบเปิดงวดรายงานที่ยกเลิกไปอีกครั้ง",
    Deed.REASSIGNED: "ผู้ดูแลระบบเปลี่ยนส่วนราชการที่ต้องรายงาน",
}
_NOTES = {
    Deed.MOVED: "ระบบจะเตือนตามกำหนดใหม่ค่ะ",
    Deed.ADDED: "ระบบจะเตือนเมื่อใกล้ถึงกำหนด พิมพ์ “งานของฉัน” เพื่อดูรายการได้ทุกเมื่อค่ะ",
    Deed.CANCELLED: "ระบบจะไม่เตือนรายการนี้อีกค่ะ",
    Deed.REOPENED: "ระบบจะเตือนตามกำหนดนี้ พิมพ์ “งานของฉัน” เพื่อดูรายการได้ทุกเมื่อค่ะ",
    Deed.REASSIGNED: "ตั้งแต่นี้ส่วนราชการใหม่เป็นผู้รายงาน รายงานที่เคยส่งแล้วยังอยู่ครบค่ะ",
}
_DAYS_NAMED = 4
_REASON = 500


def tell_of_change(
    session: Session,
    deed: Deed,
    rounds: Sequence[Obligation],
    divisions: Sequence[tuple[UUID, str]],
    reason: str,
    at: datetime,
) -> int:
    """One message to each who serves a division concerned; how many are told. Groups are left to
    the digests: there a message counts once for each member."""
    staff = staff_of(session, rounds[0].agency_id)
    slip = _slip(deed, rounds, [name for _, name in divisions], reason)
    told: dict[UUID, Contact] = {}
    for division_id, _ in divisions:
        told |= _of_division(staff, division_id)
    for contact in told.values():
        tell(session, contact, [slip], "round_changed", at)
    return len(told)


def _of_division(staff: Staff, division_id: UUID) -> dict[UUID, Contact]:
    return {
        one.contact.id: one.contact
        for level in (Level.DIVISION, Level.HEAD)
        for one in staff.holders(division_id, level)
        if one.contact is not None
    }


def _slip(deed: Deed, rounds: Sequence[Obligation], names: Sequence[str], reason: str) -> Slip:
    measure = rounds[0].measure
    days = [short_date(one.due_on) for one in rounds[:_DAYS_NAMED]]
    more = len(rounds) - len(days)
    due = ", ".join(days) + (f" และอีก {more} งวด" if more else "")
    facts = [
        Fact(name="มาตรการ", value=named(measure.code, measure.title)),
        Fact(name="ส่วนราชการ", value=" → ".join(names)),
        Fact(name="กำหนดรายงาน", value=due),
        Fact(name="เหตุผล", value=shorten(reason, _REASON)),
    ]
    return Slip(title=_TITLES[deed], facts=tuple(facts), note=_NOTES[deed])
