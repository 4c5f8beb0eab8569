"""A case on paper, for the office's file: what it says and what became of it. Who a sealed
reporter is, is never on it; notes among officers are where they are asked for."""

from __future__ import annotations

from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from domain.calendar import bangkok_day
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.case_door import needs_fresh, readable
from handlers.desk.case_timeline import Side
from handlers.desk.case_view import case_from
from handlers.desk.freshness import ask_again
from handlers.desk.pages import render
from handlers.desk.viewer import this_person
from models.agency import Agency
from models.complaint_access import log_opening


@desk.get("/complaints/<uuid:complaint_id>/print")
def print_complaint(complaint_id: UUID) -> tuple[str, int] | Response:
    notes = "notes" in request.args
    with services().db.writing() as session:
        person = this_person(session)
        found = readable(session, person, complaint_id)
        if needs_fresh(found):
            return ask_again()
        opened = log_opening(session, person, found, now(), action="complaint.printed")
        case = case_from(session, person, opened)
        office = session.get_one(Agency, person.agency_id).name
        by = person.name
    sides = {Side.BOTH, Side.DEED, *({Side.INSIDE} if notes else ())}
    happenings = [one for one in case.timeline.happenings if one.side in sides]
    return render(
        "complaint_print.html",
        section="desk.complaints",
        case=case,
        happenings=happenings,
        notes=notes,
        office=office,
        by=by,
        today=bangkok_day(now()),
        printed_at=now(),
    )
