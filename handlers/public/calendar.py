"""A division's calendar of obligations, for whoever has its secret address. Nothing personal."""

from __future__ import annotations

from datetime import datetime

from flask import Response, abort, request
from sqlalchemy.orm import Session

from documents.calendar_file import Day, write_calendar
from domain.calendar import short_date
from domain.ids import time_of_id
from domain.states import ObligationState
from handlers.context import services
from handlers.public.blueprint import public
from handlers.public.guard import agency
from models.calendar_feed import division_of_key, obligations_in_feed, reports_in_feed
from models.division import Division
from models.measure import Obligation

_ZONE = "Asia/Bangkok"
_STATES = {
    ObligationState.OPEN: "ยังไม่เสร็จ",
    ObligationState.ANSWERED: "รายงานแล้ว รอตรวจรับ",
    ObligationState.ACCEPTED: "รายงานแล้ว และผ่านการตรวจรับ",
    ObligationState.CANCELLED: "ยกเลิก ไม่ต้องรายงาน",
}


@public.get("/<slug>/calendar/<key>.ics")
def calendar_feed(key: str) -> Response:
    here = agency()
    with services().db.reading() as session:
        division = division_of_key(session, here.id, key)
        if division is None:
            abort(404)
        name = f"งานมาตรการ {division.name} {here.name}"
        days = _days(session, division)
    response = Response(write_calendar(name, _ZONE, days), mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'inline; filename="prongsai.ics"'
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    # A calendar that asks again is told in one line that nothing changed.
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def _days(session: Session, division: Division) -> list[Day]:
    obligations = obligations_in_feed(session, division.agency_id, division.id)
    reports = reports_in_feed(session, division.agency_id, division.id)
    days = []
    for one in obligations:
        changes, last = reports.get(one.id, (0, time_of_id(one.id)))
        days.append(_day(one, division.name, changes, last))
    return days


def _day(obligation: Obligation, division: str, changes: int, last: datetime) -> Day:
    measure = obligation.measure
    cancelled = obligation.state is ObligationState.CANCELLED
    lines = [f"ผู้รับผิดชอบ: {division}", f"สถานะ: {_STATES[obligation.state]}"]
    if obligation.due_on != obligation.planned_on:
        lines.append(f"เลื่อนจากกำหนดเดิม {short_date(obligation.planned_on)}")
    return Day(
        uid=f"{obligation.id}@prongsai",
        on=obligation.due_on,
        title=f"{measure.code or ''} {measure.title}".strip(),
        text="\n".join(lines),
        changed=last,
        # A cancelled one is newer than itself before.
        version=2 * changes + cancelled,
        cancelled=cancelled,
        url=f"{request.url_root}desk/measures/{obligation.id}",
    )
