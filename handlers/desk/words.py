"""What states, kinds and roles are called on screen."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from domain.states import (
    ComplaintState,
    ObligationState,
    OutboxState,
    PlanDraftState,
    QuestionState,
    TalkState,
)
from models.complaint import ComplaintChannel, ComplaintKind, EntryKind, IdentityMode
from models.person import Post, Role
from models.progress import ReportStatus, ReviewOutcome

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
    Post: {
        Post.CLERK: "ปลัด",
        Post.MAYOR: "นายก",
    },
    ComplaintKind: {
        ComplaintKind.CORRUPTION: "แจ้งเบาะแสทุจริต",
        ComplaintKind.SERVICE: "แจ้งปัญหา เดือดร้อน",
        ComplaintKind.GENERAL: "ร้องเรียนเรื่องอื่น",
        ComplaintKind.SUGGESTION: "ข้อเสนอแนะ",
        ComplaintKind.REQUEST: "ขอรับบริการ",
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
        EntryKind.ASKED: "ผู้ร้องสอบถาม",
        EntryKind.JOINED: "มีผู้แจ้งเรื่องเดียวกันเพิ่ม",
        EntryKind.RATED: "ผู้ร้องให้คะแนน",
        EntryKind.TAKEN_BACK: "ผู้ร้องถอนข้อความ",
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
    PlanDraftState: {
        PlanDraftState.READING: "กำลังอ่าน",
        PlanDraftState.READY: "รอตรวจและนำเข้า",
        PlanDraftState.FAILED: "อ่านไม่ได้",
        PlanDraftState.IMPORTED: "นำเข้าแล้ว",
        PlanDraftState.DISCARDED: "ทิ้งแล้ว",
    },
    QuestionState: {
        QuestionState.ANSWERED: "ตอบแล้ว",
        QuestionState.SUGGESTED: "รอผู้ถามเลือกคำตอบ",
        QuestionState.WAITING: "รอคำตอบ",
        QuestionState.CLOSED: "ปิดโดยไม่ตอบ",
    },
    TalkState: {
        TalkState.WAITING: "รอเจ้าหน้าที่",
        TalkState.TALKING: "กำลังคุย",
        TalkState.OVER: "จบแล้ว",
    },
    OutboxState: {
        OutboxState.WAITING: "รอส่ง",
        OutboxState.SENDING: "กำลังส่ง",
        OutboxState.SENT: "ส่งแล้ว",
        OutboxState.REFUSED: "ปลายทางไม่รับ",
        OutboxState.HELD: "พักไว้ เพราะโควตาเดือนนี้หมด",
        OutboxState.UNKNOWN: "ไม่ทราบว่าถึงหรือไม่",
        OutboxState.DROPPED: "ไม่ต้องส่งแล้ว",
    },
}


def word(value: StrEnum) -> str:
    """Raises `KeyError` for what has no Thai name yet; a test names every member."""
    return _WORDS[type(value)][value]


def review_word(status: ReportStatus, outcome: ReviewOutcome) -> str:
    """What became of a report; a wish to postpone is granted or declined."""
    if status is not ReportStatus.POSTPONE:
        return word(outcome)
    granted = outcome is ReviewOutcome.ACCEPTED
    return "อนุมัติให้เลื่อนแล้ว" if granted else "ไม่อนุมัติให้เลื่อน"


def named_enums() -> list[type[StrEnum]]:
    return list(_WORDS)


# What the audit log, the outbox and the reports note as free text; the unknown stays as it is.
_CODES = {
    "person.signed_in": "เข้าสู่ระบบ",
    "person.signed_out": "ออกจากระบบ",
    "person.locked": "พักการเข้าใช้ เพราะใส่รหัสผ่านหรือรหัสยืนยันผิดหลายครั้ง",
    "person.confirmed": "ยืนยันรหัสผ่านอีกครั้ง",
    "person.password_set": "ตั้งรหัสผ่านด้วยรหัสเชิญ",
    "person.password_changed": "เปลี่ยนรหัสผ่าน",
    "person.second_factor_set": "ตั้งแอปยืนยันตัวตน",
    "person.second_factor_moved": "ย้ายแอปยืนยันตัวตนของตนไปเครื่องใหม่",
    "person.second_factor_reset": "ล้างแอปยืนยันตัวตนของเจ้าหน้าที่",
    "person.recovery_codes_made": "ออกรหัสสำรอง",
    "person.recovery_code_used": "เข้าสู่ระบบด้วยรหัสสำรอง",
    "person.sessions_ended": "ให้ออกจากระบบทุกเครื่อง",
    "person.changed": "แก้ไขข้อมูลเจ้าหน้าที่",
    "person.linked": "เชื่อมบัญชี LINE ของเจ้าหน้าที่",
    "group.linked": "เชื่อมกลุ่ม LINE ของส่วนราชการ",
    "group.unlinked": "เลิกเชื่อมกลุ่ม LINE ของส่วนราชการ",
    "person.unlinked": "เลิกเชื่อมบัญชี LINE ของเจ้าหน้าที่",
    "person.added": "เพิ่มเจ้าหน้าที่",
    "person.invited": "ออกรหัสเชิญให้เจ้าหน้าที่",
    "person.given_up": "บันทึกว่าเจ้าหน้าที่พ้นหน้าที่",
    "person.returned": "ให้เจ้าหน้าที่กลับมาปฏิบัติหน้าที่",
    "person.email_set": "บันทึกอีเมลของเจ้าหน้าที่",
    "person.email_removed": "ลบอีเมลของเจ้าหน้าที่",
    "duty.added": "ให้เจ้าหน้าที่ดูแลส่วนราชการเพิ่ม",
    "duty.removed": "ให้เจ้าหน้าที่เลิกดูแลส่วนราชการเพิ่ม",
    "calendar.made": "สร้างที่อยู่ปฏิทินงานของส่วนราชการ",
    "calendar.revoked": "ปิดปฏิทินงานของส่วนราชการ",
    "complaint.registered": "ลงทะเบียนเรื่องร้องเรียน",
    "complaint.entered": "บันทึกเรื่องที่รับทางอื่น",
    "complaint.opened": "เปิดอ่านเรื่องร้องเรียน",
    "complaint.moved": "เปลี่ยนสถานะเรื่องร้องเรียน",
    "complaint.answered": "ตอบผู้ร้อง",
    "complaint.noted": "เพิ่มบันทึกภายใน",
    "complaint.taken": "รับเรื่องไว้ดำเนินการเอง",
    "complaint.assigned": "มอบหมายผู้รับผิดชอบ",
    "complaint.unassigned": "ยกเลิกผู้รับผิดชอบ",
    "complaint.handed": "ส่งเรื่องให้ส่วนราชการ",
    "complaint.handed_back": "รับเรื่องคืนจากส่วนราชการ",
    "complaint.extended": "ขยายกำหนดแจ้งผล",
    "complaint.merged": "รวมกับเรื่องที่แจ้งไว้ก่อน",
    "complaint.merged_with": "มีเรื่องซ้ำมารวม",
    "complaint.unmerged": "ยกเลิกการรวมเรื่อง",
    "complaint.unmerged_from": "แยกเรื่องที่เคยรวมออก",
    "complaint.measure_linked": "เชื่อมเรื่องกับมาตรการ",
    "complaint.measure_unlinked": "เลิกเชื่อมเรื่องกับมาตรการ",
    "complaint.printed": "พิมพ์เรื่องร้องเรียน",
    "identity.asked": "ขอเปิดดูตัวตนผู้ร้อง",
    "identity.granted": "อนุมัติให้เปิดดูตัวตนผู้ร้อง",
    "identity.declined": "ไม่อนุมัติให้เปิดดูตัวตนผู้ร้อง",
    "identity.seen": "เปิดดูตัวตนผู้ร้อง",
    "template.added": "เพิ่มแบบคำตอบ",
    "template.changed": "แก้ไขแบบคำตอบ",
    "template.removed": "ลบแบบคำตอบ",
    "case_assigned": "แจ้งผู้รับผิดชอบว่ามีเรื่องใหม่",
    "sign_in_notice": "แจ้งว่ามีการเปลี่ยนทางเข้าสู่ระบบหรือสิทธิ์ของเจ้าหน้าที่",
    "case_handed": "แจ้งส่วนราชการว่ามีเรื่องส่งให้",
    "identity_decided": "แจ้งผลคำขอเปิดดูตัวตน",
    "identity_asked": "แจ้งผู้มีสิทธิ์ว่ามีคำขอเปิดดูตัวตน",
    "case_digest": "สรุปกำหนดของเรื่องร้องเรียน",
    "complaints.exported": "ส่งออกเรื่องร้องเรียนเป็นไฟล์",
    "view.saved": "บันทึกมุมมองของเรื่องร้องเรียน",
    "view.removed": "ลบมุมมองของเรื่องร้องเรียน",
    "file.opened": "เปิดไฟล์หลักฐาน",
    "progress.reported": "ส่งรายงานผล",
    "obligation.accepted": "ยอมรับรายงานผล",
    "obligation.returned": "ส่งรายงานผลกลับให้แก้ไข",
    "measures.exported": "ส่งออกตารางมาตรการเป็นไฟล์",
    "obligation.moved": "เปลี่ยนวันครบกำหนดรายงาน",
    "obligation.added": "เพิ่มงวดรายงาน",
    "obligation.cancelled": "ยกเลิกงวดรายงาน",
    "obligation.reopened": "เปิดงวดรายงานอีกครั้ง",
    "obligation.reassigned": "เปลี่ยนส่วนราชการที่รายงาน",
    "postponement.granted": "อนุมัติให้เลื่อนกำหนดรายงาน",
    "postponement.declined": "ไม่อนุมัติให้เลื่อนกำหนดรายงาน",
    "plan.uploaded": "ส่งไฟล์แผนเข้าระบบ",
    "plan.copied": "คัดลอกแผนเป็นร่างของปีถัดไป",
    "plan.discarded": "ทิ้งร่างแผน",
    "plan.imported": "นำเข้าแผน",
    "data.erased": "ลบข้อมูลส่วนบุคคลตามคำขอ",
    "division.added": "เพิ่มส่วนราชการ",
    "division.renamed": "เปลี่ยนชื่อส่วนราชการ",
    "division.alias_removed": "ลบชื่อเรียกของส่วนราชการ",
    "division.retired": "เลิกใช้ส่วนราชการ",
    "division.brought_back": "เปิดใช้ส่วนราชการอีกครั้ง",
    "office.changed": "เปลี่ยนเวลาทำการหรือกำหนดตอบเรื่อง",
    "text.changed": "แก้ข้อความของหน่วยงาน",
    "text.reset": "กลับไปใช้ข้อความที่มากับระบบ",
    "retention.changed": "เปลี่ยนระยะเวลาเก็บรักษา",
    "retention.erased": "ลบตามกำหนดเก็บรักษา",
    "inbox.replayed_all": "ประมวลผลข้อความเข้าที่ไม่สำเร็จอีกครั้งทั้งหมด",
    "message.sent_again": "สั่งส่งข้อความอีกครั้ง",
    "message.dropped": "ยกเลิกการส่งข้อความ",
    "audit.exported": "ดาวน์โหลดบันทึกการใช้งาน",
    "division.alias_added": "จำชื่อเรียกของส่วนราชการ",
    "question.answered": "ตอบคำถาม",
    "question.closed": "ปิดคำถามโดยไม่ตอบ",
    "question.handed_over": "ส่งต่อคำถามให้ส่วนราชการอื่น",
    "article.kept": "เก็บคำตอบเป็นคลังคำตอบ",
    "article.added": "เพิ่มรายการในคลังคำตอบ",
    "article.changed": "แก้รายการในคลังคำตอบ",
    "article.removed": "ลบรายการในคลังคำตอบ",
    "article.retired": "เลิกใช้รายการในคลังคำตอบ",
    "article.paraphrase_added": "เพิ่มคำถามแบบอื่นในคลังคำตอบ",
    "articles.imported": "นำเข้าไฟล์คลังคำตอบ",
    "answerer.named": "กำหนดผู้ตอบคำถามของส่วนราชการ",
    "lexicon.added": "เพิ่มคำที่ชาวบ้านใช้",
    "lexicon.removed": "ลบคำที่ชาวบ้านใช้",
    "talk.taken": "รับการสนทนากับประชาชน",
    "talk.ended": "จบการสนทนากับประชาชน",
    "question_answer": "คำตอบจากเจ้าหน้าที่ถึงผู้ถาม",
    "question_news": "แจ้งคำถามที่รอคำตอบ",
    "talk": "ข้อความในการสนทนากับเจ้าหน้าที่",
    "talk_news": "แจ้งว่ามีผู้ขอคุยกับเจ้าหน้าที่",
    "policy.changed": "เปลี่ยนกำหนดการเตือน",
    "off_day.added": "เพิ่มวันหยุดของหน่วยงาน",
    "off_day.removed": "ลบวันหยุดของหน่วยงาน",
    "weekly": "สรุปรายสัปดาห์ถึงผู้บริหาร",
    "inbox.replayed": "ประมวลผลข้อความเข้าอีกครั้ง",
    "chat": "ข้อความตอบในแชต",
    "digest": "สรุปแจ้งเตือนมาตรการ",
    "digest_mail": "สรุปแจ้งเตือนมาตรการทางอีเมล",
    "mail_not_set_up": "ยังไม่ได้ตั้งค่าเซิร์ฟเวอร์อีเมล อีเมลจะส่งเองเมื่อผู้ดูแลเครื่องตั้งค่าแล้ว",
    "mail_not_reached": "ติดต่อเซิร์ฟเวอร์อีเมลไม่ได้ ระบบจะลองใหม่เอง",
    "mail_no_answer": "เซิร์ฟเวอร์อีเมลไม่ตอบยืนยัน อีเมลอาจถึงแล้วหรือไม่ก็ได้",
    "mail_later": "เซิร์ฟเวอร์อีเมลขอให้ส่งใหม่ภายหลัง ระบบจะลองใหม่เอง",
    "mail_not_allowed": "เซิร์ฟเวอร์อีเมลไม่ยอมให้ระบบส่ง กรุณาให้ผู้ดูแลเครื่องตรวจการตั้งค่า",
    "mail_refused": "เซิร์ฟเวอร์อีเมลไม่รับที่อยู่นี้ กรุณาตรวจอีเมลของเจ้าหน้าที่",
    "mail_not_written": "ที่อยู่อีเมลใช้ส่งไม่ได้ กรุณาตรวจอีเมลของเจ้าหน้าที่",
    "mail_gave_up": "ลองส่งทางอีเมลครบหนึ่งวันแล้วไม่สำเร็จ",
    "mail_accepted": "เซิร์ฟเวอร์อีเมลรับแล้ว",
    "answer": "แจ้งผู้ร้องว่ามีคำตอบ",
    "outcome": "แจ้งผู้ร้องว่าปิดเรื่อง และขอคะแนน",
    "returned": "แจ้งว่ารายงานผลถูกส่งกลับ",
    "round_changed": "แจ้งส่วนราชการว่างวดรายงานเปลี่ยน",
    "problem": "แจ้งผู้บังคับบัญชาว่าส่วนราชการติดปัญหา",
    "postponement": "แจ้งคำขอเลื่อนกำหนดหรือผลการพิจารณา",
    "rating": "ขอคะแนนจากผู้ร้อง",
    "line": "LINE",
    "line_group": "กลุ่ม LINE",
    "web": "เว็บไซต์",
    "desk": "เว็บเจ้าหน้าที่",
}


def code_word(code: str) -> str:
    return _CODES.get(code, code)


def outcome_word(outcome: str) -> str:
    """What became of a message; a server's number stays behind the words."""
    name, _, number = outcome.rpartition("_")
    if number.isdigit() and name in _CODES:
        return f"{_CODES[name]} ({number})"
    return code_word(outcome)
