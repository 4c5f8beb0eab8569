"""Lines of the audit log in words, with what their viewer may not know left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from domain.agency_texts import BY_KEY
from domain.states import ComplaintState
from handlers.desk.words import code_word, word
from models.audit import AuditEntry
from models.complaint_work import visible_among
from models.division import division_names
from models.person import Person, names_of


@dataclass(frozen=True)
class Line:
    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: str


_STATES = {"from": "จาก", "to": "เป็น"}
_WITHOUT_ID = {
    "system": "ระบบ",
    "cli": "ผู้ดูแลเครื่องแม่ข่าย",
    "policy": "กำหนดการเตือน",
    "off_day": "วันหยุดของหน่วยงาน",
    "office": "เวลาทำการและกำหนดตอบเรื่อง",
    "retention": "ระยะเวลาเก็บรักษา",
    "event": "ข้อความเข้า",
    "inbox": "ข้อความเข้า",
    "audit": "บันทึกการใช้งาน",
    "complaints": "เรื่องร้องเรียน",
    "knowledge": "คลังคำตอบ",
    "measures": "มาตรการ",
    "data": "ข้อมูลส่วนบุคคล",
    "lexicon": "คำที่ชาวบ้านใช้",
}
# Their ids begin like their neighbours'.
_TIME_ORDERED = {
    *("obligation", "progress_report", "plan", "plan_draft", "division", "message", "measure"),
    *("article", "template", "view"),
}
THINGS = {
    "complaint": "เรื่อง",
    "obligation": "งวดรายงาน",
    "measure": "มาตรการ",
    "file": "ไฟล์",
    "progress_report": "รายงานผล",
    "division": "ส่วนราชการ",
    "plan": "แผน",
    "plan_draft": "ร่างแผน",
    "message": "ข้อความออก",
    "question": "คำถาม",
    "article": "คลังคำตอบ",
    "talk": "การสนทนา",
    "template": "แบบคำตอบ",
    "view": "มุมมองที่บันทึกไว้",
    "person": "เจ้าหน้าที่",
}
DETAILS = {
    "fiscal_year": "ปีงบประมาณ",
    "from_year": "จากปีงบประมาณ",
    "sha256": "รหัสไฟล์",
    "measures": "มาตรการ",
    "new": "ใหม่",
    "changed": "เปลี่ยน",
    "gone": "นำออก",
    "early": "เตือนล่วงหน้า (วัน)",
    "repeat": "เตือนซ้ำทุก (วัน)",
    "head_after": "แจ้งหัวหน้าเมื่อเกิน (วัน)",
    "clerk_after": "แจ้งปลัดเมื่อเกิน (วัน)",
    "mayor_after": "แจ้งนายกเมื่อเกิน (วัน)",
    "reserve": "กันโควตา (ข้อความ)",
    "weekly_on": "วันส่งสรุปรายสัปดาห์",
    "first": "วันแรก",
    "last": "วันสุดท้าย",
    "rounds_added": "เพิ่มกำหนด",
    "rounds_reopened": "เปิดกำหนดอีกครั้ง",
    "rounds_cancelled": "ยกเลิกกำหนด",
    "rounds_kept": "คงกำหนดไว้",
    "from": "จาก",
    "to": "เป็น",
    "name": "ชื่อ",
    "alias": "ชื่อเรียก",
    "hours": "เวลาทำการ",
    "answer_days": "ตอบภายใน (วัน)",
    "outcome_days": "แจ้งผลภายใน (วัน)",
    "keep_complaints": "เรื่องร้องเรียน",
    "keep_questions": "คำถาม",
    "complaints": "เรื่อง",
    "files": "ไฟล์",
    "questions": "คำถาม",
    "text": "ข้อความ",
    "letters": "จำนวนตัวอักษร",
    "count": "จำนวน",
    "kind": "ชนิด",
    "lines": "จำนวนบรรทัด",
    "channel": "ช่องทาง",
    "role": "บทบาท",
    "post": "ตำแหน่ง",
    "received_on": "วันที่รับเรื่อง",
    "everyday": "คำที่ชาวบ้านใช้",
    "official": "คำทางการ",
    "filters": "ตัวกรอง",
    "format": "รูปแบบไฟล์",
    "key": "รหัส",
    "shared": "ใช้ร่วมกัน",
    "title": "ชื่อ",
    "fields": "ช่องที่แก้",
    "rows": "จำนวนแถว",
    "due_from": "กำหนดเดิม",
    "due_to": "กำหนดใหม่",
    "from_division": "จากส่วนราชการ",
    "to_division": "เป็นส่วนราชการ",
    "reason": "เหตุผล",
    "until": "ถึง",
    "due_on": "ครบกำหนด",
}
# Values that are codes of ours; any other value stands as it is.
_CODED = frozenset({"kind", "channel", "format"})
_SHOWN_OF_A_HASH = 12
_HIDDEN = "เรื่องร้องเรียนที่จำกัดผู้อ่าน"


def lines_of(session: Session, viewer: Person, entries: list[AuditEntry]) -> list[Line]:
    names = names_of(session, viewer.agency_id, _ids(entries, "person"))
    names |= division_names(session, viewer.agency_id)
    shown = visible_among(session, viewer, _ids(entries, "complaint"))
    return [_line(entry, names, shown) for entry in entries]


def _things(entry: AuditEntry) -> Iterable[tuple[str, str]]:
    for text in (entry.actor, entry.subject):
        kind, _, value = text.partition(":")
        yield kind, value
    yield from entry.detail.items()


def _ids(entries: Iterable[AuditEntry], kind: str) -> set[UUID]:
    found = set()
    for entry in entries:
        for one, value in _things(entry):
            if one == kind and (known := _uuid(value)):
                found.add(known)
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _line(entry: AuditEntry, names: dict[UUID, str], shown: set[UUID]) -> Line:
    # Of a complaint that the viewer may not read, the log tells only that somebody worked on one.
    hidden = any(
        kind == "complaint" and _uuid(value) not in shown for kind, value in _things(entry)
    )
    return Line(
        number=entry.number,
        at=entry.at,
        actor=_thing(entry.actor, names),
        action=code_word(entry.action),
        subject=_HIDDEN if hidden else _thing(entry.subject, names),
        detail="" if hidden else _detail(entry, names),
    )


def _thing(text: str, names: dict[UUID, str]) -> str:
    kind, _, value = text.partition(":")
    known = _uuid(value)
    if kind in _WITHOUT_ID:
        return _WITHOUT_ID[kind]
    if kind == "text" and value in BY_KEY:
        return f"ข้อความ “{BY_KEY[value].title}”"
    if known is None:
        return THINGS.get(text, text)
    if kind == "person":
        return names.get(known, "ไม่ทราบชื่อ")
    if kind == "division" and known in names:
        return names[known]
    label = THINGS.get(kind)
    mark = known.hex[-6:] if kind in _TIME_ORDERED else known.hex[:6]
    return f"{label} {mark.upper()}" if label else text


def _detail(entry: AuditEntry, names: dict[UUID, str]) -> str:
    if entry.action == "complaint.moved":
        return _move(entry.detail)
    return " · ".join(
        _part(key, value, names)
        for key, value in entry.detail.items()
        if value and not (key.startswith("rounds_") and value == "0")
    )


def _part(key: str, value: str, names: dict[UUID, str]) -> str:
    if key in THINGS and _uuid(value) is not None:
        return _thing(f"{key}:{value}", names)
    label = DETAILS.get(key) or THINGS.get(key, key)
    if key == "sha256":
        value = value[:_SHOWN_OF_A_HASH]
    return f"{label}: {code_word(value) if key in _CODED else value}"


def _move(detail: dict[str, str]) -> str:
    words = {state.value: word(state) for state in ComplaintState}
    return " ".join(
        f"{_STATES[key]} “{words.get(detail[key], detail[key])}”"
        for key in ("from", "to")
        if key in detail
    )
