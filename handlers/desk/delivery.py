"""How messages come and go: the month's quota, what waits, what failed, and whether the machine
keeps up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response as FlaskResponse
from flask import abort, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from domain.calendar import bangkok_day
from handlers.context import now, services
from handlers.desk import live
from handlers.desk.blueprint import desk
from handlers.desk.delivery_words import BOXES
from handlers.desk.pages import render
from handlers.desk.quota import quota_view
from handlers.desk.viewer import this_person
from handlers.desk.words import outcome_word
from models import audit
from models.agency import Agency
from models.delivery import NOT_SET_UP, Box, counts, mail_waits_for_settings, pulse, replay_failed
from models.inbox import replay_event

MOST_AT_ONCE = 100
_LATE = timedelta(minutes=5)
_STOPPED = timedelta(minutes=90)  # a job runs each hour


@dataclass(frozen=True)
class Counts:
    boxes: list[tuple[Box, str, int]]
    failed: int
    coming: int
    waits: str
    comes: str
    late: bool
    clock: datetime | None
    stopped: bool
    mail_waits: str  # why, where a mail waits for the server's settings


@desk.get("/delivery")
def delivery() -> tuple[str, int]:
    with services().db.reading() as session:
        agency = session.get_one(Agency, this_person(session).agency_id)
        quota = quota_view(session, agency, bangkok_day(now()))
        found = _counts(session, agency.id)
    return render("delivery.html", section="desk.delivery", quota=quota, counts=found)


@desk.get("/delivery/live")
def delivery_live() -> FlaskResponse:
    with services().db.reading() as session:
        found = _counts(session, this_person(session).agency_id)
    return live.piece("delivery_live.html", counts=found)


def _counts(session: Session, agency_id: int) -> Counts:
    at = now()
    found, beat = counts(session, agency_id), pulse(session, agency_id, at)
    out = at - beat.oldest_out if beat.oldest_out else timedelta()
    come = at - beat.oldest_in if beat.oldest_in else timedelta()
    return Counts(
        boxes=[(box, BOXES[box], found[box]) for box in Box],
        failed=beat.failed_in,
        coming=beat.waiting_in,
        waits=_ago(out) if beat.oldest_out else "",
        comes=_ago(come) if beat.oldest_in else "",
        late=max(out, come) > _LATE,
        clock=beat.last_tick,
        stopped=beat.last_tick is not None and at - beat.last_tick > _STOPPED,
        mail_waits=outcome_word(NOT_SET_UP) if mail_waits_for_settings(session, agency_id) else "",
    )


def _ago(span: timedelta) -> str:
    minutes = max(int(span.total_seconds() // 60), 0)
    if minutes < 1:
        return "ไม่ถึง 1 นาที"
    if minutes < 60:
        return f"{minutes} นาที"
    hours = minutes // 60
    return f"{hours} ชั่วโมง" if hours < 48 else f"{hours // 24:,} วัน"


@desk.post("/delivery/replay")
def replay() -> Response:
    event_id = request.form.get("event_id", "")
    if not event_id.isprintable() or not 0 < len(event_id) <= 64:
        abort(400)
    with services().db.writing() as session:
        person = this_person(session)
        replayed = replay_event(session, person.agency_id, event_id, now())
        if replayed:
            audit.record_deed(session, person, "inbox.replayed", f"event:{event_id}", now())
    if replayed:
        flash("ส่งข้อความนี้เข้าคิวอีกครั้งแล้ว", "success")
    else:
        flash("ไม่พบข้อความนี้ในรายการ อาจมีผู้อื่นสั่งให้ลองใหม่ไปแล้ว", "warning")
    return redirect(url_for("desk.delivery_messages", box="failed"))


@desk.post("/delivery/replay-all")
def replay_all() -> Response:
    with services().db.writing() as session:
        person = this_person(session)
        replayed = replay_failed(session, person.agency_id, now(), MOST_AT_ONCE)
        if replayed:
            audit.record_deed(
                session, person, "inbox.replayed_all", "inbox", now(), {"count": str(replayed)}
            )
    if replayed:
        flash(f"ส่งเข้าคิวอีกครั้งแล้ว {replayed} ข้อความ หากยังมีเหลือ กดอีกครั้งได้", "success")
    else:
        flash("ไม่มีข้อความที่ต้องลองใหม่ อาจมีผู้อื่นสั่งไปแล้ว", "warning")
    return redirect(url_for("desk.delivery_messages", box="failed"))
