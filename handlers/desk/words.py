"""What states, kinds and roles are called on screen."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from domain.states import ComplaintState, ObligationState, OutboxState
from models.complaint import ComplaintChannel, ComplaintKind, EntryKind, IdentityMode
from models.measure import ReportStatus, ReviewOutcome
from models.person import Role

# Keyed by member, not by value: several enums share values such as "answered".
_WORDS: Mapping[type[StrEnum], Mapping[StrEnum, str]] = {
    Role: {
        Role.ADMIN: "ผู้ดูแลระบบ",
        Role.INTEGRITY_OFFICER: "เจ้าหน้าที่จริยธรรม",
        Role.OFFICER: "เจ้าหน้าที่รับเรื่อง",
        Role.DIVISION_HEAD: "หัวหน้าส่วนราชการ",
        Role.DIVISION_STAFF: "เจ้าหน้าที่ส่วนราชการ",
        Role.EXECUTIVE: "ผู้บริหาร",
        Role.AUDITOR: "ผู้ตรวจสอบ",
    },
    ComplaintKind: {
        ComplaintKind.CORRUPTION: "แจ้งเบาะแสทุจริต",
        ComplaintKind.SERVICE: "ร้องเรียนการให้บริการ",
        ComplaintKind.GENERAL: "ร้องเรียนทั่วไป",
        ComplaintKind.SUGGESTION: "ข้อเสนอแนะ",
        ComplaintKind.REQUEST: "คำขอ",
    },
    ComplaintState: {
        ComplaintState.RECEIVED: "รับเรื่องแล้ว",
        ComplaintState.IN_REVIEW: "กำลังตรวจสอบ",
        ComplaintState.ANSWERED: "ตอบแล้ว",
        ComplaintState.CLOSED: "ปิดเรื่อง",
        ComplaintState.WITHDRAWN: "ผู้ร้องถอนเรื่อง",
    },
    ComplaintChannel: {
        ComplaintChannel.LINE: "LINE",
        ComplaintChannel.WEB: "เว็บไซต์",
        ComplaintChannel.PHONE: "โทรศัพท์",
        ComplaintChannel.POST: "ไปรษณีย์",
        ComplaintChannel.WALK_IN: "มาด้วยตนเอง",
        ComplaintChannel.FACEBOOK: "Facebook",
    },
    IdentityMode: {
        IdentityMode.NAMED: "เปิดเผยชื่อ",
        IdentityMode.CONFIDENTIAL: "ผู้ร้องขอปกปิดตัวตน",
        IdentityMode.ANONYMOUS: "ไม่ประสงค์ออกนาม",
    },
    EntryKind: {
        EntryKind.FILED: "ผู้ร้องแจ้งเรื่อง",
        EntryKind.MOVED: "เปลี่ยนสถานะ",
        EntryKind.ANSWER: "ตอบผู้ร้อง",
        EntryKind.NOTE: "บันทึกภายใน",
        EntryKind.ADDED: "ผู้ร้องแจ้งเพิ่มเติม",
    },
    ObligationState: {
        ObligationState.OPEN: "เปิดอยู่",
        ObligationState.ANSWERED: "รายงานแล้ว",
        ObligationState.ACCEPTED: "ยอมรับแล้ว",
        ObligationState.CANCELLED: "ยกเลิก",
    },
    ReportStatus: {
        ReportStatus.DONE: "เสร็จแล้ว",
        ReportStatus.IN_PROGRESS: "กำลังทำ",
        ReportStatus.PROBLEM: "ติดปัญหา",
        ReportStatus.POSTPONE: "ขอเลื่อน",
    },
    ReviewOutcome: {
        ReviewOutcome.ACCEPTED: "ยอมรับแล้ว",
        ReviewOutcome.RETURNED: "ส่งกลับให้แก้ไข",
    },
    OutboxState: {
        OutboxState.WAITING: "รอส่ง",
        OutboxState.SENDING: "กำลังส่ง",
        OutboxState.SENT: "ส่งแล้ว",
        OutboxState.REFUSED: "LINE ไม่รับ",
        OutboxState.HELD: "พักไว้ เพราะโควตาเดือนนี้หมด",
        OutboxState.UNKNOWN: "ไม่ทราบว่าถึงหรือไม่",
        OutboxState.DROPPED: "ไม่ต้องส่งแล้ว",
    },
}


def word(value: StrEnum) -> str:
    """Raises `KeyError` for what has no Thai name yet; a test names every member."""
    return _WORDS[type(value)][value]


def named_enums() -> list[type[StrEnum]]:
    return list(_WORDS)


# What the audit log, the outbox and the reports note as free text; the unknown stays as it is.
_CODES = {
    "person.signed_in": "เข้าสู่ระบบ",
    "person.signed_out": "ออกจากระบบ",
    "person.locked": "พักการเข้าใช้ เพราะใส่รหัสผ่านผิดหลายครั้ง",
    "person.linked": "เชื่อมบัญชี LINE ของเจ้าหน้าที่",
    "group.linked": "เชื่อมกลุ่ม LINE ของส่วนราชการ",
    "complaint.registered": "ลงทะเบียนเรื่องร้องเรียน",
    "complaint.opened": "เปิดอ่านเรื่องร้องเรียน",
    "complaint.moved": "เปลี่ยนสถานะเรื่องร้องเรียน",
    "complaint.answered": "ตอบผู้ร้อง",
    "complaint.noted": "เพิ่มบันทึกภายใน",
    "file.opened": "เปิดไฟล์หลักฐาน",
    "progress.reported": "ส่งรายงานผล",
    "obligation.accepted": "ยอมรับรายงานผล",
    "obligation.returned": "ส่งรายงานผลกลับให้แก้ไข",
    "inbox.replayed": "ประมวลผลข้อความเข้าอีกครั้ง",
    "chat": "ข้อความตอบในแชต",
    "digest": "สรุปแจ้งเตือนมาตรการ",
    "answer": "แจ้งผู้ร้องว่ามีคำตอบ",
    "returned": "แจ้งว่ารายงานผลถูกส่งกลับ",
    "line": "LINE",
    "line_group": "กลุ่ม LINE",
    "web": "เว็บไซต์",
    "desk": "เว็บเจ้าหน้าที่",
}


def code_word(code: str) -> str:
    return _CODES.get(code, code)
