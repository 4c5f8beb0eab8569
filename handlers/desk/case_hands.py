"""In whose hands a case is: taken, given to somebody, handed to a division, allowed more time."""

from __future__ import annotations

from uuid import UUID

from flask import abort, flash
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from domain.calendar import short_date
from handlers.context import now
from handlers.desk.blueprint import desk
from handlers.desk.case_forms import AssignForm, ExtendForm, HandForm, TakeForm
from handlers.desk.case_notices import tell_assignee, tell_division
from handlers.desk.complaint_case import Forms, Mistake, do
from handlers.desk.notices import tell_of_answer
from models import complaint_work as work
from models.complaint import Complaint
from models.complaint_access import hands_out
from models.complaint_hands import CannotHand, assign, extend, hand_over, may_assign
from models.division import Division, active_divisions
from models.person import Person, get_person


def _id(text: str | None) -> UUID | None:
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError as error:
        raise CannotHand from error


@desk.post("/complaints/<uuid:complaint_id>/take")
def take_complaint(complaint_id: UUID) -> tuple[str, int] | Response:
    def deed(session: Session, complaint: Complaint, person: Person) -> None:
        assign(session, complaint, person, person, now())

    return do(complaint_id, TakeForm(), Forms(), deed, "ท่านเป็นผู้รับผิดชอบเรื่องนี้แล้ว")


@desk.post("/complaints/<uuid:complaint_id>/assign")
def assign_complaint(complaint_id: UUID) -> tuple[str, int] | Response:
    form = AssignForm()

    def deed(session: Session, complaint: Complaint, person: Person) -> None:
        if not may_assign(session, person, complaint):
            abort(403)
        wanted = _id(form.person.data)
        chosen = get_person(session, complaint.agency_id, wanted) if wanted else None
        if wanted is not None and chosen is None:
            raise CannotHand
        if assign(session, complaint, chosen, person, now()) and chosen is not None:
            tell_assignee(session, complaint, chosen, person, now())

    return do(complaint_id, form, Forms(assign=form), deed, "บันทึกผู้รับผิดชอบแล้ว")


@desk.post("/complaints/<uuid:complaint_id>/hand")
def hand_complaint(complaint_id: UUID) -> tuple[str, int] | Response:
    form = HandForm()

    def deed(session: Session, complaint: Complaint, person: Person) -> None:
        if not hands_out(person):
            abort(403)
        wanted = _id(form.division.data)
        division = _division(session, complaint, wanted)
        if hand_over(session, complaint, division, person, now()) and division is not None:
            flash(*told(division.name, tell_division(session, complaint, division, person, now())))

    return do(complaint_id, form, Forms(hand=form), deed, "บันทึกส่วนราชการที่รับเรื่องแล้ว")


def told(division: str, count: int) -> tuple[str, str]:
    """What to say, and how, of those who were told that a case was handed to their division."""
    if count:
        return f"แจ้งเจ้าหน้าที่{division}แล้ว {count} คน", "success"
    return f"ยังไม่มีผู้ใดใน{division}ที่ระบบแจ้งได้ กรุณาแจ้งด้วยตนเอง", "warning"


def _division(session: Session, complaint: Complaint, wanted: UUID | None) -> Division | None:
    if wanted is None:
        return None
    found = [one for one in active_divisions(session, complaint.agency_id) if one.id == wanted]
    if not found:
        raise CannotHand
    return found[0]


@desk.post("/complaints/<uuid:complaint_id>/extend")
def extend_complaint(complaint_id: UUID) -> tuple[str, int] | Response:
    form = ExtendForm()

    def deed(session: Session, complaint: Complaint, person: Person) -> None:
        if not hands_out(person):
            abort(403)
        until, reason = form.day, form.extend_reason.data
        if until is None:
            raise CannotHand
        try:
            extend(session, complaint, until, reason, person, now())
        except ValueError as error:
            form.until.errors = [
                f"ต้องเป็นวันหลังจากกำหนดเดิม ({short_date(complaint.outcome_by)}) "
                "และหลังจากวันนี้ ไม่เกินหนึ่งปี"
                if complaint.outcome_by
                else "ต้องเป็นวันหลังจากวันนี้ ไม่เกินหนึ่งปี"
            ]
            raise Mistake from error
        if form.tell.data:
            words = (
                f"เรื่องของท่านต้องใช้เวลาดำเนินการเพิ่ม คาดว่าจะแจ้งผลได้ภายในวันที่ {short_date(until)}\n"
                f"เหตุผล: {reason}"
            )
            work.answer_complaint(session, complaint, person, words, now())
            tell_of_answer(session, complaint, now())

    return do(complaint_id, form, Forms(extend=form), deed, "ขยายกำหนดแจ้งผลแล้ว")
