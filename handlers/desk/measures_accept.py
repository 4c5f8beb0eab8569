"""Accepting several reports at once, from the table."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from domain.states import IllegalMove, ObligationState
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.measures import PAGE
from handlers.desk.pages import render
from handlers.desk.permissions import may_accept, may_review, may_see_obligation
from handlers.desk.viewer import this_person
from models import measure_review as review
from models.measure import get_obligation, hold_obligations
from models.measure_review import ObligationChanged, SeenObligation
from models.person import Person

_LONGEST_QUERY = 1000
_CHANGED = "มีการรายงานหรือตรวจรายการนี้ระหว่างที่ท่านเปิดอยู่ กรุณาเปิดอ่านก่อน"
_OWN = "ท่านเป็นผู้รายงานผลครั้งนี้เอง ต้องให้ผู้อื่นเป็นผู้ตรวจ"
_NOT_YOURS = "ท่านไม่มีสิทธิ์ตรวจรายการของส่วนราชการนี้"


@dataclass(frozen=True)
class Skipped:
    id: UUID
    number: int
    title: str
    division: str
    why: str


def _marked() -> dict[UUID, SeenObligation]:
    """What was ticked, each with how it stood on the page: ``<id> <state>.<last report>``."""
    found: dict[UUID, SeenObligation] = {}
    values = request.form.getlist("one")
    if len(values) > PAGE:
        abort(400)
    for value in values:
        id_, _, seen = value.partition(" ")
        state, _, last = seen.partition(".")
        try:
            found[UUID(id_)] = SeenObligation(ObligationState(state), int(last))
        except ValueError:
            abort(400)
    return found


def _accept(
    session: Session, person: Person, obligation_id: UUID, seen: SeenObligation
) -> Skipped | None:
    """None where it is accepted."""
    found = get_obligation(session, person.agency_id, obligation_id, lock=True)
    if found is None or not may_see_obligation(session, person, found):
        abort(404)
    why = ""
    try:
        review.hold_unchanged(session, person.agency_id, found.id, seen)
        if not may_review(session, person, found):
            why = _NOT_YOURS
        elif not may_accept(session, person, found):
            why = _OWN
        else:
            review.accept_report(session, found, person, now())
    except (ObligationChanged, IllegalMove):
        why = _CHANGED
    if not why:
        return None
    return Skipped(found.id, found.measure.number, found.measure.title, found.division.name, why)


def _back() -> str:
    """The table as it was cut down; read and written anew, so that it leads nowhere else."""
    text = request.form.get("query", "")[:_LONGEST_QUERY]
    query = urlencode(parse_qsl(text, errors="ignore"))
    return url_for("desk.measures") + (f"?{query}" if query else "")


@desk.post("/measures/accept")
def accept_reports() -> tuple[str, int] | Response:
    marked = _marked()
    if not marked:
        flash("ยังไม่ได้เลือกรายการ กรุณาทำเครื่องหมายหน้ารายการที่ต้องการยอมรับ", "warning")
        return redirect(_back())
    with services().db.writing() as session:
        person = this_person(session)
        # All of them are held, in one order, before the first line of the audit log is written:
        # whoever works on one of them meanwhile holds it, and waits for the log.
        hold_obligations(session, person.agency_id, sorted(marked))
        done = [_accept(session, person, one, marked[one]) for one in sorted(marked)]
    skipped = [one for one in done if one is not None]
    accepted = len(done) - len(skipped)
    if not skipped:
        flash(f"ยอมรับรายงานผลแล้ว {accepted} รายการ", "success")
        return redirect(_back())
    return render(
        "measures_accepted.html",
        section="desk.measures",
        accepted=accepted,
        skipped=skipped,
        back=_back(),
        status=200 if accepted else 409,
    )
