"""Many cases into somebody's hands at once: all of those that are ticked, or none."""

from __future__ import annotations

from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.case_hands import told
from handlers.desk.case_notices import tell_assignee, tell_division
from handlers.desk.complaint_list import given_in, read_log, show_log
from handlers.desk.forms import stripped
from handlers.desk.viewer import this_person
from models.complaint import receipt_marker
from models.complaint_access import NotAllowed, hands_out
from models.complaint_hands import CannotHand, assign, hand_over, may_assign
from models.complaint_work import find_together
from models.division import Division, get_division
from models.person import Person, get_person

MOST_AT_ONCE = 200
_NAMED = 5  # of those that cannot go there


class Undone(Exception):
    """None of it was done; the text says why."""


@desk.post("/complaints/assign")
def assign_complaints() -> tuple[str, int] | Response:
    given = given_in(request.form.get("query", ""))
    ticked = request.form.getlist("complaint")
    try:
        ids = _ids(ticked)
        with services().db.writing() as session:
            by = this_person(session)
            done = _assign(session, by, ids, stripped(request.form.get("to")))
    except NotAllowed:
        abort(404)
    except Undone as trouble:
        with services().db.reading() as session:
            log = read_log(session, this_person(session), given)
        return show_log(log, warning=str(trouble), checked=ticked[:MOST_AT_ONCE], status=422)
    flash(done, "success")
    return redirect(url_for("desk.complaints", **given))  # type: ignore[arg-type]


def _ids(ticked: list[str]) -> list[UUID]:
    if not ticked:
        raise Undone("ยังไม่ได้มอบหมาย กรุณาเลือกเรื่องอย่างน้อยหนึ่งเรื่อง")
    if len(ticked) > MOST_AT_ONCE:
        raise Undone(f"ยังไม่ได้มอบหมาย มอบหมายได้ครั้งละไม่เกิน {MOST_AT_ONCE} เรื่อง")
    try:
        # In one order, so that two officers at once wait for each other and do not hang.
        return sorted({UUID(one) for one in ticked})
    except ValueError:
        abort(400)


def _assign(session: Session, by: Person, ids: list[UUID], to: str) -> str:
    kind, _, value = to.partition(":")
    target = _target(session, by, kind, value)
    # All of them are held before the first line of the audit log is written: whoever works on one
    # of them meanwhile holds it, and waits for the log.
    held = find_together(session, by, ids)
    refused: list[str] = []
    changed = reached = 0
    for one in ids:
        complaint = held[one]
        itself = isinstance(target, Person) and target.id == by.id
        if not itself and not may_assign(session, by, complaint):
            abort(403)
        try:
            if isinstance(target, Division):
                if hand_over(session, complaint, target, by, now()):
                    changed += 1
                    reached = tell_division(session, complaint, target, by, now())
            elif assign(session, complaint, target, by, now()):
                changed += 1
                if target is not None:
                    tell_assignee(session, complaint, target, by, now())  # once for all of them
        except CannotHand:
            refused.append(receipt_marker(complaint))
    if refused:
        shown = ", ".join(refused[:_NAMED])
        more = f" และอีก {len(refused) - _NAMED} เรื่อง" if len(refused) > _NAMED else ""
        raise Undone(
            f"ยังไม่ได้มอบหมายสักเรื่อง เพราะผู้รับไม่มีสิทธิ์เปิดอ่านเรื่อง {shown}{more} "
            "กรุณาส่งเรื่องเหล่านั้นให้ส่วนราชการของผู้รับก่อน นำเครื่องหมายออก หรือเลือกผู้รับคนอื่น"
        )
    same = len(ids) - changed
    kept = f" อีก {same} เรื่องอยู่ที่ผู้รับนั้นอยู่แล้ว" if same else ""
    if isinstance(target, Division) and changed:
        kept += f" {told(target.name, reached)[0]}"
    return f"มอบหมายแล้ว {changed} เรื่อง{kept}"


def _target(session: Session, by: Person, kind: str, value: str) -> Person | Division | None:
    if kind == "nobody":
        return None
    try:
        wanted = UUID(value)
    except ValueError:
        raise Undone("ยังไม่ได้มอบหมาย กรุณาเลือกผู้รับ") from None
    found: Person | Division | None = None
    if kind == "person":
        found = get_person(session, by.agency_id, wanted)
        gone = found is None or not found.active
    elif kind == "division":
        if not hands_out(by):
            abort(403)
        found = get_division(session, by.agency_id, wanted)
        gone = found is None or not found.active
    else:
        gone = True
    if gone:
        raise Undone("ยังไม่ได้มอบหมาย ไม่พบผู้รับที่เลือก อาจพ้นหน้าที่หรือถูกยุบไปแล้ว กรุณาเลือกใหม่")
    return found
