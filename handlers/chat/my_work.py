"""An officer types "งานของฉัน": a list with buttons, to answer what is overdue and what is not."""

from __future__ import annotations

from uuid import UUID

from domain import answer_words as words
from domain.messages import Choice, Menu, Message, Text
from handlers.chat.staff import staff_member
from handlers.chat.turn import SILENCE, Answer, Turn
from models.contact import find_contact
from models.digest import digest_of
from models.duty import duties_of
from models.my_work import open_count, work_of
from models.person import Person, Role

_SEES_ALL = frozenset({Role.ADMIN, Role.EXECUTIVE})


def show(turn: Turn) -> Answer:
    """A free reply. In a group only what is the group's own: others read it."""
    group = _group_division(turn)
    if turn.inbound.in_group and group is None:
        return SILENCE  # a group that is none of ours
    person = staff_member(turn)
    if person is None:
        return _say(words.NOT_LINKED)
    divisions = list(duties_of(turn.session, person))
    if group is not None:
        divisions = [one for one in divisions if one == group]
    summary = _summary(turn, person)
    if not divisions:
        return Answer(summary) if summary else _say(_NO_DIVISION)
    found = work_of(turn.session, turn.agency_id, divisions, turn.today)
    if not found:
        nothing = Text(text="ไม่มีงานที่รอรายงานผลค่ะ เมื่อใกล้ถึงกำหนดของงานใหม่ ระบบจะเตือนในแชตนี้")
        return Answer([*summary, nothing])
    return Answer([*summary, digest_of(turn.session, found, turn.today, turn.now, turn.public_url)])


_NO_DIVISION = "บัญชีของท่านไม่ได้อยู่ในส่วนราชการที่ต้องรายงานผลในแชตนี้ค่ะ หากไม่ถูกต้อง กรุณาแจ้งผู้ดูแลระบบ"


def _group_division(turn: Turn) -> UUID | None:
    if not turn.inbound.in_group:
        return None
    group = find_contact(turn.session, turn.agency_id, turn.inbound.chat_id)
    return None if group is None else group.division_id


def _summary(turn: Turn, person: Person) -> list[Message]:
    """For whom the whole office's work is theirs: figures, and the way to the rest."""
    if turn.inbound.in_group or (person.post is None and person.role not in _SEES_ALL):
        return []
    count, late = open_count(turn.session, turn.agency_id, turn.today)
    if not count:
        return [Text(text="ทั้งหน่วยงานไม่มีมาตรการที่รอรายงานผลค่ะ")]
    text = f"ทั้งหน่วยงานมีมาตรการรอรายงานผล {count} รายการ"
    text += f" เกินกำหนดแล้ว {late} รายการ" if late else " ยังไม่มีรายการที่เกินกำหนดค่ะ"
    if not turn.public_url:
        return [Text(text=f"{text}\nดูทั้งหมดได้ที่เว็บเจ้าหน้าที่ หน้ามาตรการ")]
    link = Choice(label="เปิดดูทั้งหมด", url=f"{turn.public_url}/desk/measures")
    return [Menu(title="งานของหน่วยงาน", text=text, choices=(link,))]


def _say(text: str) -> Answer:
    return Answer([Text(text=text)])
