"""The division's side of the chat: taps on the buttons of a digest."""

from __future__ import annotations

from datetime import date, timedelta

from domain import answer_words, wording
from domain.calendar import short_date, short_instant
from domain.messages import Choice, Message, Text
from domain.percent import is_no_share
from domain.states import ObligationState
from domain.taps import Move
from handlers.chat.memory import FOLLOW_UP, Memory, begin_follow_up
from handlers.chat.turn import Answer, FetchedFile, Turn
from models import audit, stored_file
from models.contact import find_contact
from models.duty import duties_of, staff_of
from models.measure import Obligation, get_obligation, may_answer
from models.person import Person, get_person, person_of_contact
from models.postponement import latest_day, superiors
from models.progress import (
    ReportStatus,
    ReviewOutcome,
    get_report,
    latest_report,
    report_progress,
)
from models.tap import Tap, read_tap

_SAME_TAP = timedelta(minutes=2)  # a doubled tap, or two colleagues at once
_SAME_WISH = timedelta(hours=24)  # for the same day
_MAY_COME_AGAIN = (ReportStatus.IN_PROGRESS, ReportStatus.PROBLEM)
FINISH = wording.button("เสร็จแล้ว ไม่มีเพิ่ม", Move.NEXT)
ROLL = Choice(label="ส่งรูปหลักฐาน", opens="camera_roll")
_SHARES = tuple(Choice(label=f"{share}%") for share in (25, 50, 75, 90))

STATUS_WORDS = {
    ReportStatus.DONE: "ดำเนินการแล้ว",
    ReportStatus.IN_PROGRESS: "กำลังดำเนินการ",
    ReportStatus.PROBLEM: "ติดปัญหา",
    ReportStatus.POSTPONE: "ขอเลื่อนกำหนด",
}
_THEN = {
    ReportStatus.DONE: "พิมพ์สรุปผล หรือส่งรูปและไฟล์หลักฐานเพิ่มได้ภายใน 30 นาทีค่ะ",
    ReportStatus.IN_PROGRESS: "กดหรือพิมพ์ว่าทำไปแล้วกี่เปอร์เซ็นต์ พิมพ์บอกความคืบหน้า หรือส่งรูปเพิ่มได้ "
    "ภายใน 30 นาทีค่ะ",
    ReportStatus.PROBLEM: "พิมพ์บอกว่าติดปัญหาอะไรและต้องการให้ช่วยอย่างไร ภายใน 30 นาทีค่ะ",
    ReportStatus.POSTPONE: "พิมพ์เหตุผลที่ขอเลื่อนภายใน 30 นาทีค่ะ กำหนดเดิมยังใช้อยู่จนกว่าจะได้รับอนุมัติ",
}


def staff_member(turn: Turn) -> Person | None:
    """The member of staff who wrote or tapped, whether in a chat of their own or in a group."""
    if not turn.inbound.user_id:
        return None
    contact = find_contact(turn.session, turn.agency_id, turn.inbound.user_id)
    return None if contact is None else person_of_contact(turn.session, contact)


def tapped(turn: Turn) -> Answer:
    """A button of a digest."""
    tap = read_tap(turn.session, turn.agency_id, turn.inbound.postback_data, turn.now)
    if tap is None:
        return _say("ปุ่มนี้ใช้ไม่ได้แล้ว กรุณาใช้ปุ่มในข้อความเตือนล่าสุด หรือพิมพ์ “งานของฉัน” ค่ะ")
    person = staff_member(turn)
    if person is None:
        return _say(answer_words.NOT_LINKED)
    obligation = get_obligation(turn.session, turn.agency_id, tap.obligation_id, lock=True)
    if obligation is None:
        return _say("ไม่พบงานนี้แล้ว อาจถูกยกเลิกไปแล้วค่ะ")
    if not may_answer(turn.session, person, obligation):
        return _say(f"งานนี้เป็นของ{obligation.division.name} ท่านจึงรายงานแทนไม่ได้ค่ะ")
    asks = tap.status is ReportStatus.POSTPONE and turn.inbound.picked_date is None
    if asks and obligation.state is ObligationState.OPEN:
        return _ask_for_a_date(turn, obligation)
    already = _recorded_already(turn, obligation, tap)
    if already is not None:
        return already
    return _record(turn, person, obligation, tap)


def _recorded_already(turn: Turn, obligation: Obligation, tap: Tap) -> Answer | None:
    latest = latest_report(turn.session, obligation)
    if obligation.state is ObligationState.CANCELLED:
        return _say("งานนี้ถูกยกเลิกแล้ว ไม่ต้องรายงานผลค่ะ")
    if latest is None:
        return None
    closed = obligation.state is not ObligationState.OPEN
    returned = latest.review is ReviewOutcome.RETURNED  # then the same words are a new answer
    while_same = _SAME_WISH if tap.status is ReportStatus.POSTPONE else _SAME_TAP
    same = (
        not returned and latest.status is tap.status and turn.now - latest.reported_at < while_same
    )
    if not closed and (not same or turn.inbound.picked_date not in (None, latest.postpone_to)):
        return None
    reporter = get_person(turn.session, turn.agency_id, latest.person_id)
    by = f" โดย {reporter.name}" if reporter is not None else ""
    said = (
        f"บันทึกไว้แล้วว่า “{STATUS_WORDS[latest.status]}” เมื่อ "
        f"{short_instant(latest.reported_at)}{by} ไม่ต้องกดซ้ำค่ะ"
    )
    if not closed and tap.status in _MAY_COME_AGAIN:
        said += " หากมีเรื่องใหม่จะรายงานเพิ่ม กดปุ่มนี้อีกครั้งได้ในอีก 2 นาที"
    return _say(said)


def _ask_for_a_date(turn: Turn, obligation: Obligation) -> Answer:
    earliest = max(obligation.due_on + timedelta(days=1), turn.today)
    furthest = latest_day(turn.session, obligation, turn.today)
    if earliest > furthest:
        return _say(
            f"งานนี้กำหนดวันที่ {short_date(obligation.due_on)} แล้ว เลื่อนต่อไปอีกไม่ได้ "
            "กรุณารายงานผล หรือกด “ติดปัญหา” เพื่อแจ้งหัวหน้าค่ะ"
        )
    pick = Choice(
        label="เลือกวันที่",
        opens="date",
        data=turn.inbound.postback_data,
        earliest=earliest,
        latest=furthest,
    )
    latest = latest_report(turn.session, obligation)
    wished = ""
    if latest is not None and latest.postpone_to is not None and latest.review is None:
        wished = f"ขอเลื่อนเป็น {short_date(latest.postpone_to)} ไว้แล้วและยังรอพิจารณา ถ้าจะเปลี่ยนวัน "
    text = f"{wished}ขอเลื่อนไปเป็นวันที่เท่าไร กดเลือกวันที่ด้านล่างค่ะ (หลังวันที่ {short_date(obligation.due_on)})"
    return Answer([Text(text=text, choices=(pick,))])


def _unfit(turn: Turn, obligation: Obligation, picked: date) -> str | None:
    """Why nobody can be asked for this day."""
    again = "กดปุ่ม “ขอเลื่อน” แล้วเลือกใหม่อีกครั้งค่ะ"
    if picked <= obligation.due_on:
        day = short_date(obligation.due_on)
        return f"ยังไม่ได้บันทึก วันที่ขอเลื่อนต้องอยู่หลังวันครบกำหนดเดิม {day} {again}"
    if picked < turn.today:
        return f"ยังไม่ได้บันทึก วันที่ {short_date(picked)} ผ่านไปแล้ว {again}"
    furthest = latest_day(turn.session, obligation, turn.today)
    if picked > furthest:
        return f"ยังไม่ได้บันทึก เลื่อนได้ไม่เกินวันที่ {short_date(furthest)} {again}"
    return None


def _record(turn: Turn, person: Person, obligation: Obligation, tap: Tap) -> Answer:
    picked = turn.inbound.picked_date if tap.status is ReportStatus.POSTPONE else None
    unfit = None if picked is None else _unfit(turn, obligation, picked)
    if unfit is not None:
        return _say(unfit)
    channel = "line_group" if turn.inbound.in_group else "line"
    report = report_progress(
        turn.session,
        obligation,
        person,
        tap.status,
        channel=channel,
        now=turn.now,
        postpone_to=picked,
        ready_at=turn.now + FOLLOW_UP,
    )
    audit.record_deed(
        turn.session, person, "progress.reported", f"obligation:{obligation.id}", turn.now
    )
    begin_follow_up(turn, report.id)
    words = STATUS_WORDS[tap.status]
    if picked is not None:
        words += f"เป็น {short_date(picked)}"
    named, then = f"“{obligation.measure.title}”", _THEN[tap.status]
    if set(duties_of(turn.session, person)) != {obligation.division_id}:
        named += f" ของ{obligation.division.name}"  # two divisions' measures may share a title
    told = _who_is_told(turn, person, obligation, tap.status)
    shares = _SHARES if tap.status is ReportStatus.IN_PROGRESS else ()
    text = f"บันทึกแล้ว: {words}\n{named}\n\n{then}{told}"
    return Answer([Text(text=text, choices=(*shares, ROLL, FINISH))])


def typed(turn: Turn, memory: Memory) -> Answer | None:
    """A share that cannot be, after a tap that asked for one; None when this is something else."""
    inbound = turn.inbound
    if inbound.message_type != "text" or not memory.is_free or not is_no_share(inbound.text):
        return None
    newest = next((one for one in memory.follow_ups if one.is_live(turn.now)), None)
    report = None if newest is None else get_report(turn.session, turn.agency_id, newest.report_id)
    person = staff_member(turn)
    if report is None or person is None or report.person_id != person.id:
        return None
    if report.status is not ReportStatus.IN_PROGRESS or report.review is not None:
        return None
    text = "ยังไม่ได้บันทึก เพราะเปอร์เซ็นต์ต้องอยู่ระหว่าง 0 ถึง 100 ค่ะ กดหรือพิมพ์ใหม่ว่าทำไปแล้วกี่เปอร์เซ็นต์"
    return Answer([Text(text=text, choices=(*_SHARES, ROLL, FINISH))])


def _who_is_told(turn: Turn, person: Person, obligation: Obligation, status: ReportStatus) -> str:
    if status not in (ReportStatus.PROBLEM, ReportStatus.POSTPONE):
        return ""
    above = superiors(staff_of(turn.session, turn.agency_id), obligation.division_id, person.id)
    wish = status is ReportStatus.POSTPONE
    return "\n" + answer_words.who_is_told(above.level, obligation.division.name, wish=wish)


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


def _say(text: str) -> Answer:
    messages: list[Message] = [Text(text=text)]
    return Answer(messages)
