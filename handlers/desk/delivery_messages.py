"""Messages by what became of them, a page at a time: never whose, never what they say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from domain.calendar import bangkok_day
from domain.states import OutboxState
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.delivery import MOST_AT_ONCE
from handlers.desk.delivery_words import BOXES, Told, kind_word, outcome_told, why_not_again
from handlers.desk.pages import render
from handlers.desk.viewer import this_person
from models import audit
from models import delivery as boxes
from models.delivery import Box
from models.outbox import EMAIL, OutboxMessage

_PAGE = 50
FAILED = "failed"  # of the inbox; every other box is the outbox's


@dataclass(frozen=True)
class Row:
    id: UUID
    day: date  # the instant could tell whose receipt it was
    kind: str
    by_mail: bool
    state: OutboxState
    attempts: int
    told: Told
    next_at: datetime | None
    again: bool
    may_have_arrived: bool
    droppable: bool
    why_not: str


@dataclass(frozen=True)
class FailedEvent:
    event_id: str
    received_on: date
    error: str
    attempts: int


def _row(message: OutboxMessage) -> Row:
    waits = message.state is OutboxState.WAITING and message.attempts > 0
    return Row(
        id=message.id,
        day=bangkok_day(message.created_at),
        kind=kind_word(message.kind),
        by_mail=message.via == EMAIL,
        state=message.state,
        attempts=message.attempts,
        told=outcome_told(message.outcome or ""),
        next_at=message.next_at if waits else None,
        again=boxes.may_be_sent_again(message),
        may_have_arrived=message.ambiguous,
        droppable=boxes.may_be_dropped(message),
        why_not=why_not_again(message),
    )


@desk.get("/delivery/messages")
def delivery_messages() -> tuple[str, int]:
    wanted = request.args.get("box", Box.TROUBLED.value)
    before = request.args.get("before", "")
    if wanted == FAILED:
        return _show_failed(before)
    box = Box(wanted) if wanted in set(Box) else None
    cursor = _id(before)
    warning = ""
    if box is None or (before and cursor is None):
        warning = "ที่อยู่นี้ไม่ถูกต้อง จึงแสดงรายการที่มีปัญหาทั้งหมดแทน"
        box, cursor = Box.TROUBLED, None
    with services().db.reading() as session:
        agency_id = this_person(session).agency_id
        found = boxes.page_of(session, agency_id, box, cursor, _PAGE + 1)
        rows = [_row(message) for message in found[:_PAGE]]
    return render(
        "delivery_messages.html",
        section="desk.delivery",
        box=box.value,
        title=BOXES[box],
        boxes=_names(),
        rows=rows,
        more=rows[-1].id if len(found) > _PAGE else None,
        paged=cursor is not None,
        warning=warning,
    )


def _names() -> list[tuple[str, str]]:
    return [(FAILED, "ข้อความเข้าที่ไม่สำเร็จ"), *((box.value, BOXES[box]) for box in Box)]


def _show_failed(before: str) -> tuple[str, int]:
    if not before.isprintable() or len(before) > 64:
        abort(400)
    with services().db.reading() as session:
        agency_id = this_person(session).agency_id
        found = boxes.failed_page(session, agency_id, before, _PAGE + 1)
        events = [
            FailedEvent(one.event_id, one.received_on, one.error or "", one.attempts)
            for one in found[:_PAGE]
        ]
    return render(
        "delivery_failed.html",
        section="desk.delivery",
        box=FAILED,
        boxes=_names(),
        events=events,
        more=events[-1].event_id if len(found) > _PAGE else None,
        paged=bool(before),
        at_once=MOST_AT_ONCE,
    )


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _held(session: Session) -> OutboxMessage:
    person = this_person(session)
    message_id = _id(request.form.get("message", ""))
    if message_id is None:
        abort(400)
    message = boxes.hold_message(session, person.agency_id, message_id)
    if message is None:
        abort(404)
    return message


@desk.post("/delivery/send-again")
def send_again() -> Response:
    with services().db.writing() as session:
        message = _held(session)
        may = boxes.may_be_sent_again(message)
        if may:
            boxes.send_again(session, message, now())
            _record(session, message, "message.sent_again")
    if may:
        flash("สั่งให้ส่งเดี๋ยวนี้แล้ว หากยังส่งไม่ได้ ระบบจะลองใหม่หรือพักไว้ตามเดิม", "success")
    else:
        flash("ส่งใหม่ไม่ได้แล้ว เพราะข้อความนี้จบไปแล้วหรือกำลังส่งอยู่", "warning")
    return _back()


@desk.post("/delivery/drop")
def drop_message() -> Response:
    with services().db.writing() as session:
        message = _held(session)
        may, must_arrive = boxes.may_be_dropped(message), message.must_arrive
        if may:
            boxes.drop(session, message, now())
            _record(session, message, "message.dropped")
    if may:
        flash("ยกเลิกการส่งแล้ว ผู้รับและเนื้อความถูกลบ", "success")
    elif must_arrive:
        flash("ยกเลิกไม่ได้ ข้อความนี้มีรหัสติดตามเรื่อง ซึ่งผู้ร้องขอใหม่ไม่ได้", "warning")
    else:
        flash("ยกเลิกไม่ได้แล้ว เพราะข้อความนี้จบไปแล้วหรือกำลังส่งอยู่", "warning")
    return _back()


def _back() -> Response:
    box = request.form.get("box", "")
    wanted = box if box in set(Box) else Box.TROUBLED.value
    return redirect(url_for("desk.delivery_messages", box=wanted))


def _record(session: Session, message: OutboxMessage, action: str) -> None:
    person = this_person(session)
    audit.record_deed(
        session, person, action, f"message:{message.id}", now(), {"kind": message.kind}
    )
