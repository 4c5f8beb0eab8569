"""The audit log: what was asked for, a page at a time, and whether its chain is whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from handlers.context import services
from handlers.desk.audit_chain import chain_state
from handlers.desk.audit_lines import lines_of
from handlers.desk.blueprint import desk
from handlers.desk.days import read_day
from handlers.desk.pages import render
from handlers.desk.viewer import this_person
from models import audit_log as log
from models.audit import entry_count
from models.audit_log import Wanted
from models.person import Person

_SHOWN = 100
# What actions are gathered under, and what they begin with.
GROUPS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "signing_in": (
        "การเข้าสู่ระบบ",
        (
            *("person.signed", "person.locked", "person.confirmed", "person.password"),
            *("person.second", "person.recovery", "person.sessions"),
        ),
    ),
    "complaints": ("เรื่องร้องเรียนและหลักฐาน", ("complaint", "file.", "identity.", "case.")),
    "measures": (
        "มาตรการและแผน",
        ("obligation.", "progress.", "postponement.", "plan.", "measure", "calendar."),
    ),
    "knowledge": (
        "คำถามและคลังคำตอบ",
        ("question.", "article.", "knowledge", "lexicon.", "answerer."),
    ),
    "talks": ("การสนทนากับประชาชน", ("talk.",)),
    "people": ("บุคลากรและส่วนราชการ", ("person.", "duty.", "group.", "division.")),
    "settings": (
        "การตั้งค่า",
        ("policy.", "off_day.", "office.", "text.", "retention.", "template.", "view."),
    ),
    "delivery": ("การรับส่งข้อความ", ("inbox.", "message.")),
    "data": ("การลบและส่งออกข้อมูล", ("data.", "retention.erased", "audit.")),
}
SYSTEM = "system"


@dataclass(frozen=True)
class Asked:
    """The filters as the address has them, and what was wrong with them."""

    wanted: Wanted
    values: dict[str, str]
    troubles: list[str]

    @property
    def is_filtered(self) -> bool:
        return any(self.values.values())


def asked(session: Session, viewer: Person, args: Mapping[str, str]) -> Asked:
    """Nonsense is said to be nonsense, and left out."""
    values = {
        name: args.get(name, "").replace("\0", "").strip()[:60]
        for name in ("person", "group", "case", "from", "to")
    }
    troubles = []
    actor = ""
    if values["person"]:
        actor = _actor(values["person"])
        if not actor:
            troubles.append("ไม่พบผู้ทำที่เลือก")
    groups: tuple[str, ...] = ()
    if values["group"]:
        groups = GROUPS[values["group"]][1] if values["group"] in GROUPS else ()
        if not groups:
            troubles.append("ไม่พบกลุ่มการทำงานที่เลือก")
    subjects = None
    if values["case"]:
        subjects = log.marked(session, viewer, values["case"])
        if not subjects:
            troubles.append("ไม่พบเรื่องที่ท่านอ่านได้ซึ่งมีรหัสนี้ รหัสเรื่องมี 6 ตัว เช่น 3F2A9C")
    first, last = read_day(values["from"]), read_day(values["to"])
    for name, day in (("from", first), ("to", last)):
        if values[name] and day is None:
            troubles.append(f"อ่านวันที่ “{values[name]}” ไม่ออก กรุณากรอกแบบ 15/3/2566")
    if first and last and last < first:
        troubles.append("วันสุดท้ายอยู่ก่อนวันแรก จึงไม่พบรายการ")
    return Asked(Wanted(actor, groups, subjects, first, last), values, troubles)


def _actor(value: str) -> str:
    if value == SYSTEM:
        return SYSTEM
    try:
        return f"person:{UUID(value)}"
    except ValueError:
        return ""


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) <= 9 else None


@desk.get("/audit")
def audit_log() -> tuple[str, int]:
    before, after = _number(request.args.get("before")), _number(request.args.get("after"))
    with services().db.reading() as session:
        viewer = this_person(session)
        agency_id = viewer.agency_id
        look = asked(session, viewer, request.args)
        found = log.page(session, agency_id, look.wanted, _SHOWN + 1, before=before, after=after)
        count = entry_count(session, agency_id)
        people = [(str(one), name) for one, name in log.actors_of(session, agency_id)]
        chain = chain_state(session, agency_id, count)
        if after is not None:
            entries = found[-_SHOWN:]
            newer, older = len(found) > _SHOWN, after > 0
        else:
            entries = found[:_SHOWN]
            newer, older = before is not None, len(found) > _SHOWN
        lines = lines_of(session, viewer, entries)
    return render(
        "audit.html",
        section="desk.audit_log",
        lines=lines,
        count=count,
        chain=chain,
        asked=look,
        filters={name: value for name, value in look.values.items() if value},
        people=people,
        groups=[(key, words) for key, (words, _) in GROUPS.items()],
        newer=lines[0].number if lines and newer else None,
        older=lines[-1].number if lines and older else None,
        warning=" · ".join(look.troubles),
    )
