"""The division's side of the chat: linking an account, taps on a digest, notes and evidence."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from domain import wording
from domain.calendar import short_date, short_instant
from domain.messages import Choice, Message, Text
from domain.states import ObligationState
from domain.taps import Move
from handlers.chat.memory import FollowUp, Memory, begin_follow_up, remember
from handlers.chat.turn import Answer, FetchedFile, FileTrouble, Turn
from models import audit, stored_file
from models.contact import Contact, ContactKind, find_contact, meet
from models.measure import (
    Obligation,
    ProgressReport,
    ReportStatus,
    ReviewOutcome,
    add_to_report,
    get_obligation,
    get_report,
    latest_report,
    may_answer,
    report_progress,
)
from models.person import Person, Role, accept_invitation, get_person, person_of_contact
from models.tap import Tap, read_tap

_INVITATION = re.compile(r"\s*PS[-\s]?[A-Z2-9]{5}[-\s]?[A-Z2-9]{5}\s*", re.IGNORECASE)
_SAME_TAP = timedelta(hours=24)
_FINISH = wording.button("เสร็จแล้ว ไม่มีเพิ่ม", Move.NEXT)
_ROLL = Choice(label="ส่งรูปหลักฐาน", opens="camera_roll")

STATUS_WORDS = {
    ReportStatus.DONE: "ดำเนินการแล้ว",
    ReportStatus.IN_PROGRESS: "กำลังดำเนินการ",
    ReportStatus.PROBLEM: "ติดปัญหา",
    ReportStatus.POSTPONE: "ขอเลื่อนกำหนด",
}
_THEN = {
    ReportStatus.DONE: "พิมพ์สรุปผล หรือส่งรูปและไฟล์หลักฐานเพิ่มได้ภายใน 30 นาทีค่ะ",
    ReportStatus.IN_PROGRESS: "พิมพ์บอกความคืบหน้า หรือส่งรูปเพิ่มได้ภายใน 30 นาทีค่ะ",
    ReportStatus.PROBLEM: "พิมพ์บอกว่าติดปัญหาอะไรและต้องการให้ช่วยอย่างไร ภายใน 30 นาทีค่ะ",
    ReportStatus.POSTPONE: "พิมพ์เหตุผลที่ขอเลื่อนภายใน 30 นาทีค่ะ กำหนดเดิมยังใช้อยู่จนกว่าจะได้รับอนุมัติ",
}


def staff_member(turn: Turn) -> Person | None:
    """The member of staff who wrote or tapped, whether in a chat of their own or in a group."""
    if not turn.inbound.user_id:
        return None
    contact = find_contact(turn.session, turn.agency_id, turn.inbound.user_id)
    return None if contact is None else person_of_contact(turn.session, contact)


def looks_like_invitation(text: str) -> bool:
    return _INVITATION.fullmatch(text) is not None


def link(turn: Turn) -> Answer:
    """An invitation code was typed: link the account, or the group to its head's division."""
    session, inbound = turn.session, turn.inbound
    if inbound.in_group:
        return _link_group(turn)
    contact = meet(session, turn.agency_id, ContactKind.USER, inbound.user_id)
    person = accept_invitation(session, turn.agency_id, inbound.text, contact, turn.now)
    if person is None:
        return _say("รหัสนี้ใช้ไม่ได้หรือหมดอายุแล้ว กรุณาขอรหัสใหม่จากผู้ดูแลระบบค่ะ")
    _audit(turn, person, "person.linked", f"person:{person.id}")
    return _say(
        f"เชื่อมบัญชี LINE นี้กับ {person.name} แล้วค่ะ ระบบจะเตือนงานที่ครบกำหนดในแชตนี้ "
        "กดปุ่มใต้รายการเพื่อรายงานผลได้เลย"
    )


def _link_group(turn: Turn) -> Answer:
    person = staff_member(turn)
    if person is None or person.division_id is None or person.role is not Role.DIVISION_HEAD:
        return _say("การเชื่อมกลุ่มต้องทำโดยหัวหน้ากองที่เชื่อมบัญชี LINE ของตนแล้วค่ะ")
    group = meet(turn.session, turn.agency_id, ContactKind.GROUP, turn.inbound.chat_id)
    used = _use_own_invitation(turn, person)
    if not used:
        return _say("รหัสนี้ใช้ไม่ได้หรือหมดอายุแล้ว กรุณาขอรหัสใหม่จากผู้ดูแลระบบค่ะ")
    group.division_id = person.division_id
    group.reachable = True
    _audit(turn, person, "group.linked", f"division:{person.division_id}")
    return _say("เชื่อมกลุ่มนี้กับกองของท่านแล้วค่ะ งานที่ครบกำหนดของกองจะแจ้งในกลุ่มนี้ด้วย")


def _use_own_invitation(turn: Turn, person: Person) -> bool:
    if person.contact_id is None:
        return False
    own = turn.session.get_one(Contact, (turn.agency_id, person.contact_id))
    invited = accept_invitation(turn.session, turn.agency_id, turn.inbound.text, own, turn.now)
    return invited is not None and invited.id == person.id


def tapped(turn: Turn) -> Answer:
    """A button of a digest."""
    tap = read_tap(turn.session, turn.agency_id, turn.inbound.postback_data, turn.now)
    if tap is None:
        return _say("ปุ่มนี้ใช้ไม่ได้แล้ว กรุณาใช้ปุ่มในข้อความเตือนล่าสุดค่ะ")
    person = staff_member(turn)
    if person is None:
        return _say("บัญชี LINE ของท่านยังไม่ได้เชื่อมกับระบบ กรุณาขอรหัสเชิญจากผู้ดูแลระบบค่ะ")
    obligation = get_obligation(turn.session, turn.agency_id, tap.obligation_id, lock=True)
    if obligation is None:
        return _say("ไม่พบงานนี้แล้ว อาจถูกยกเลิกไปแล้วค่ะ")
    if not may_answer(person, obligation):
        return _say(f"งานนี้เป็นของ{obligation.division.name} ท่านจึงรายงานแทนไม่ได้ค่ะ")
    already = _recorded_already(turn, obligation, tap)
    if already is not None:
        return already
    if tap.status is ReportStatus.POSTPONE and turn.inbound.picked_date is None:
        return _ask_for_a_date(turn)
    return _record(turn, person, obligation, tap)


def _recorded_already(turn: Turn, obligation: Obligation, tap: Tap) -> Answer | None:
    latest = latest_report(turn.session, obligation)
    if obligation.state is ObligationState.CANCELLED:
        return _say("งานนี้ถูกยกเลิกแล้ว ไม่ต้องรายงานผลค่ะ")
    if latest is None:
        return None
    closed = obligation.state is not ObligationState.OPEN
    returned = latest.review is ReviewOutcome.RETURNED  # then the same words are a new answer
    same = (
        not returned and latest.status is tap.status and turn.now - latest.reported_at < _SAME_TAP
    )
    if not closed and (not same or turn.inbound.picked_date not in (None, latest.postpone_to)):
        return None
    reporter = get_person(turn.session, turn.agency_id, latest.person_id)
    by = f" โดย {reporter.name}" if reporter is not None else ""
    return _say(
        f"บันทึกไว้แล้วว่า “{STATUS_WORDS[latest.status]}” เมื่อ "
        f"{short_instant(latest.reported_at)}{by} ไม่ต้องกดซ้ำค่ะ"
    )


def _ask_for_a_date(turn: Turn) -> Answer:
    pick = Choice(label="เลือกวันที่", opens="date", data=turn.inbound.postback_data)
    return Answer([Text(text="ขอเลื่อนไปเป็นวันที่เท่าไร กดเลือกวันที่ด้านล่างค่ะ", choices=(pick,))])


def _record(turn: Turn, person: Person, obligation: Obligation, tap: Tap) -> Answer:
    picked = turn.inbound.picked_date if tap.status is ReportStatus.POSTPONE else None
    if picked is not None and picked <= obligation.due_on:
        return _say("วันที่ขอเลื่อนต้องอยู่หลังวันครบกำหนดเดิมค่ะ กดปุ่ม “ขอเลื่อน” แล้วเลือกใหม่อีกครั้ง")
    channel = "line_group" if turn.inbound.in_group else "line"
    report = report_progress(
        turn.session,
        obligation,
        person,
        tap.status,
        channel=channel,
        now=turn.now,
        postpone_to=picked,
    )
    _audit(turn, person, "progress.reported", f"obligation:{obligation.id}")
    begin_follow_up(turn, report.id)
    words = STATUS_WORDS[tap.status]
    if picked is not None:
        words += f"เป็น {short_date(picked)}"
    return Answer(
        [
            Text(
                text=f"บันทึกแล้ว: {words}\n“{obligation.measure.title}”\n\n{_THEN[tap.status]}",
                choices=(_ROLL, _FINISH),
            )
        ]
    )


def follow_up(turn: Turn, memory: Memory, waiting: FollowUp) -> Answer | None:
    """Words or a file within half an hour of a tap; None when this event is something else."""
    inbound = turn.inbound
    report = get_report(turn.session, turn.agency_id, waiting.report_id)
    person = staff_member(turn)
    if report is None or person is None or person.id != report.person_id:
        remember(turn, replace(memory, follow_up=None))
        return None
    if inbound.type == "postback" or _ends(inbound.text):
        remember(turn, replace(memory, follow_up=None))
        return _say("ขอบคุณค่ะ บันทึกรายงานเรียบร้อยแล้ว") if _ends_turn(turn) else None
    if inbound.is_media:
        return _keep_evidence(turn, report)
    if inbound.message_type == "text" and inbound.text.strip():
        add_to_report(turn.session, report, note=inbound.text.strip()[:5000])
        return _more("เพิ่มข้อความลงในรายงานแล้วค่ะ")
    return None


def _ends(text: str) -> bool:
    return wording.typed_move(text) in (Move.NEXT, Move.CANCEL) or text.strip() == _FINISH.label


def _ends_turn(turn: Turn) -> bool:
    return _ends(turn.inbound.text) or turn.inbound.postback_data == _FINISH.data


def _keep_evidence(turn: Turn, report: ProgressReport) -> Answer:
    file = turn.file()
    if isinstance(file, FileTrouble):
        return _more(file.reason)
    stored = keep_file(turn, file)
    add_to_report(turn.session, report, files=[stored])
    return _more("เพิ่มหลักฐานลงในรายงานแล้วค่ะ")


def keep_file(turn: Turn, file: FetchedFile) -> str:
    """Describe a fetched file as a draft's; its id."""
    stored = stored_file.describe(
        turn.session,
        turn.agency_id,
        media_type=file.media_type,
        size=file.size,
        blob=file.blob,
        today=turn.today,
    )
    return str(stored.id)


def _more(text: str) -> Answer:
    return Answer([Text(text=f"{text} ส่งเพิ่มได้อีก หรือกดเสร็จค่ะ", choices=(_ROLL, _FINISH))])


def _say(text: str) -> Answer:
    messages: list[Message] = [Text(text=text)]
    return Answer(messages)


def _audit(turn: Turn, person: Person, action: str, subject: str) -> None:
    audit.record(
        turn.session,
        turn.agency_id,
        action=action,
        subject=subject,
        actor=f"person:{person.id}",
        now=turn.now,
    )
