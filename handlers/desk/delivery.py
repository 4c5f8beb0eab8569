"""What went wrong between LINE and us, and the button that tries an event again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from domain.calendar import bangkok_day
from domain.states import OutboxState
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.pages import render
from handlers.desk.quota import quota_view
from handlers.desk.viewer import this_person
from handlers.desk.words import code_word, outcome_word
from models import audit
from models.agency import Agency
from models.inbox import failed_events, replay_event
from models.outbox import counts_by_state, troubled


@dataclass(frozen=True)
class FailedEvent:
    event_id: str
    received_on: date
    error: str
    attempts: int


@dataclass(frozen=True)
class TroubledMessage:
    kind: str
    state: OutboxState
    attempts: int
    outcome: str
    day: date  # the instant could tell whose receipt it was


@desk.get("/delivery")
def delivery() -> tuple[str, int]:
    with services().db.reading() as session:
        agency = session.get_one(Agency, this_person(session).agency_id)
        quota = quota_view(session, agency, bangkok_day(now()))
        events = [
            FailedEvent(event.event_id, event.received_on, event.error or "", event.attempts)
            for event in failed_events(session, agency.id)
        ]
        messages = [
            TroubledMessage(
                kind=code_word(message.kind),
                state=message.state,
                attempts=message.attempts,
                outcome=outcome_word(message.outcome or ""),
                day=bangkok_day(message.created_at),
            )
            for message in troubled(session, agency.id)
        ]
        found = counts_by_state(session, agency.id)
    counts = [(state, found.get(state, 0)) for state in OutboxState]
    return render(
        "delivery.html",
        section="desk.delivery",
        quota=quota,
        events=events,
        messages=messages,
        counts=counts,
    )


@desk.post("/delivery/replay")
def replay() -> Response:
    event_id = request.form.get("event_id", "")
    if not event_id.isprintable() or not 0 < len(event_id) <= 64:
        abort(400)
    with services().db.writing() as session:
        person = this_person(session)
        replayed = replay_event(session, person.agency_id, event_id, now())
        if replayed:
            audit.record(
                session,
                person.agency_id,
                action="inbox.replayed",
                subject=f"event:{event_id}",
                actor=f"person:{person.id}",
                now=now(),
            )
    if replayed:
        flash("ส่งข้อความนี้เข้าคิวอีกครั้งแล้ว", "success")
    else:
        flash("ไม่พบข้อความนี้ในรายการ อาจมีผู้อื่นสั่งให้ลองใหม่ไปแล้ว", "warning")
    return redirect(url_for("desk.delivery"))
