"""The newest lines of the audit log, and whether its chain is whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import request

from domain.states import ComplaintState
from handlers.context import services
from handlers.desk.blueprint import desk
from handlers.desk.pages import render
from handlers.desk.viewer import this_person
from handlers.desk.words import code_word, word
from models import audit
from models.audit import AuditEntry
from models.complaint_work import visible_among
from models.division import divisions_of
from models.person import names_of

_SHOWN = 100
_WALKED_UNASKED = 20_000  # a longer chain takes seconds: it is walked when somebody asks


@dataclass(frozen=True)
class Line:
    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: str


_STATES = {"from": "จาก", "to": "เป็น"}


@desk.get("/audit")
def audit_log() -> tuple[str, int]:
    with services().db.reading() as session:
        person = this_person(session)
        agency_id = person.agency_id
        count = audit.entry_count(session, agency_id)
        walked = count <= _WALKED_UNASKED or "verify" in request.args
        broken = audit.verify(session, agency_id) if walked else None
        entries = audit.newest_entries(session, agency_id, _SHOWN)
        names = names_of(session, agency_id, _ids(entries, "person"))
        names |= {one.id: one.name for one in divisions_of(session, agency_id)}
        shown = visible_among(session, person, _ids(entries, "complaint"))
        lines = [_line(entry, names, shown) for entry in entries]
    return render(
        "audit.html",
        section="desk.audit_log",
        lines=lines,
        count=count,
        walked=walked,
        broken_at=broken.number if broken else None,
    )


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
    subject = "เรื่องร้องเรียนที่จำกัดผู้อ่าน" if hidden else _thing(entry.subject, names)
    return Line(
        number=entry.number,
        at=entry.at,
        actor=_thing(entry.actor, names),
        action=code_word(entry.action),
        subject=subject,
        detail="" if hidden else _detail(entry, names),
    )


def _thing(text: str, names: dict[UUID, str]) -> str:
    kind, _, value = text.partition(":")
    known = _uuid(value)
    if kind in _WITHOUT_ID:
        return _WITHOUT_ID[kind]
    if known is None:
        return text
    if kind == "person":
        return names.get(known, "ไม่ทราบชื่อ")
    if kind == "division" and known in names:
        return names[known]
    label = _THINGS.get(kind)
    mark = known.hex[-6:] if kind in _TIME_ORDERED else known.hex[:6]
    return f"{label} {mark.upper()}" if label else text


_WITHOUT_ID = {
    "system": "ระบบ",
    "cli": "ผู้ดูแลเครื่องแม่ข่าย",
    "policy": "กำหนดการเตือน",
    "off_day": "วันหยุดของหน่วยงาน",
}
# Their ids begin like their neighbours'.
_TIME_ORDERED = {"obligation", "progress_report", "plan", "plan_draft", "division"}
_THINGS = {
    "complaint": "เรื่อง",
    "obligation": "งวดรายงาน",
    "file": "ไฟล์",
    "progress_report": "รายงานผล",
    "division": "ส่วนราชการ",
    "plan": "แผน",
    "plan_draft": "ร่างแผน",
}
_DETAILS = {
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
}
_SHOWN_OF_A_HASH = 12


def _detail(entry: AuditEntry, names: dict[UUID, str]) -> str:
    if entry.action == "complaint.moved":
        return _move(entry.detail)
    return " · ".join(
        _thing(f"{key}:{value}", names)
        if key in _THINGS
        else f"{_DETAILS.get(key, key)}: {value[:_SHOWN_OF_A_HASH] if key == 'sha256' else value}"
        for key, value in entry.detail.items()
        if not (key.startswith("rounds_") and value == "0")
    )


def _move(detail: dict[str, str]) -> str:
    words = {state.value: word(state) for state in ComplaintState}
    return " ".join(
        f"{_STATES[key]} “{words.get(detail[key], detail[key])}”"
        for key in ("from", "to")
        if key in detail
    )
