"""Opening the identity of a sealed reporter: one asks and says why, a second says yes or no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.case_door import is_shut, needs_fresh, readable, working_on
from handlers.desk.case_forms import AskIdentityForm
from handlers.desk.case_notices import tell_of_identity_decision, tell_of_identity_request
from handlers.desk.freshness import ask_again
from handlers.desk.pages import render
from handlers.desk.viewer import this_person
from models import sealed_identity as sealed
from models.complaint import Complaint, IdentityMode, receipt_marker
from models.new_rights import NewRight, new_right
from models.person import Person, names_of
from models.sealed_identity import CannotAsk, CannotDecide, Identity, TooNew

_WHY_NEW = {
    "person.added": "ท่านเพิ่งถูกเพิ่มเป็นเจ้าหน้าที่",
    "person.returned": "ท่านเพิ่งกลับมาปฏิบัติหน้าที่",
    "person.changed": "บทบาทของท่านเพิ่งถูกเปลี่ยน",
    "person.password_set": "เพิ่งมีการตั้งรหัสผ่านของท่านด้วยรหัสเชิญ",
    "person.password_changed": "รหัสผ่านของท่านเพิ่งถูกตั้งใหม่โดยผู้ดูแลเครื่องแม่ข่าย",
    "person.second_factor_reset": "แอปยืนยันตัวตนของท่านเพิ่งถูกล้าง",
    "person.second_factor_set": "เพิ่งมีการตั้งแอปยืนยันตัวตนของท่านใหม่",
}


@dataclass(frozen=True)
class Waiting:
    id: UUID
    by: str
    at: datetime
    until: datetime
    reason: str
    mine: bool


@dataclass(frozen=True)
class IdentityPage:
    id: UUID
    marker: str
    mode: IdentityMode
    sealed: bool
    promised: bool  # that nobody would ever open it
    waiting: list[Waiting]
    until: datetime | None  # till when it is open to the viewer
    deciders: list[str]
    new: NewRight | None  # the viewer's right is new: they only read

    @property
    def why_new(self) -> str:
        return _WHY_NEW[self.new.why] if self.new else ""

    @property
    def asked(self) -> bool:
        return any(one.mine for one in self.waiting)


def _page(session: Session, person: Person, complaint: Complaint) -> IdentityPage:
    requests = sealed.requests_of_case(session, complaint, now())
    names = names_of(session, complaint.agency_id, {one.by for one in requests})
    return IdentityPage(
        id=complaint.id,
        marker=receipt_marker(complaint),
        mode=complaint.identity_mode,
        sealed=sealed.is_sealed(complaint),
        promised=sealed.was_promised(session, complaint),
        waiting=[
            Waiting(
                one.id, names.get(one.by, ""), one.at, one.until, one.reason, one.by == person.id
            )
            for one in requests
        ],
        until=sealed.opened_until(session, complaint, person, now()),
        deciders=[one.name for one in sealed.deciders(session, complaint, person)],
        new=new_right(session, person, now()),
    )


@desk.get("/complaints/<uuid:complaint_id>/identity")
def case_identity(complaint_id: UUID) -> tuple[str, int] | Response:
    with services().db.reading() as session:
        person = this_person(session)
        if not sealed.holds_the_right(person):
            abort(403)
        found = readable(session, person, complaint_id)
        if needs_fresh(found):
            return ask_again()
        page = _page(session, person, found)
    return _show(page, AskIdentityForm(formdata=None))


def _show(
    page: IdentityPage,
    form: AskIdentityForm,
    *,
    identity: Identity | None = None,
    warning: str = "",
    status: int = 200,
) -> tuple[str, int]:
    return render(
        "complaint_identity.html",
        section="desk.complaints",
        page=page,
        form=form,
        identity=identity,
        warning=warning,
        status=status,
    )


_WHY_NOT = {
    "not_sealed": "ยังไม่ได้บันทึก เพราะเรื่องนี้ไม่มีตัวตนที่ปิดผนึกไว้ให้เปิด",
    "promised": "ยังไม่ได้บันทึก เพราะผู้ร้องรายนี้แจ้งเรื่องเมื่อระบบสัญญาว่าจะไม่มีผู้ใดเปิดดูตัวตน",
    "waiting": "ท่านขอไว้แล้ว กรุณารอผู้พิจารณา",
    "open": "เปิดให้ท่านดูอยู่แล้ว",
    "new": "ยังไม่ได้ส่งคำขอ เพราะท่านเพิ่งได้สิทธิ์นี้และยังไม่ครบ 72 ชั่วโมง",
}


@desk.post("/complaints/<uuid:complaint_id>/identity")
def ask_identity(complaint_id: UUID) -> tuple[str, int] | Response:
    if is_shut(complaint_id):
        return ask_again()
    form = AskIdentityForm()
    valid = form.validate()
    warning, status = "", 422
    with working_on(complaint_id, sealed.holds_the_right) as (session, held, person):
        if valid:
            try:
                sealed.ask(session, held, person, form.reason.data, now())
            except CannotAsk as error:
                warning, status = _WHY_NOT[error.why], 409
            else:
                tell_of_identity_request(session, held, person, now())
                status = 302
        page = _page(session, person, held)
    if status == 302:
        flash("ส่งคำขอแล้ว เมื่อผู้มีสิทธิ์อีกคนหนึ่งอนุมัติ ท่านจะเปิดดูได้ 24 ชั่วโมง", "success")
        return redirect(url_for("desk.case_identity", complaint_id=complaint_id))
    return _show(page, form, warning=warning, status=status)


@desk.post("/complaints/<uuid:complaint_id>/identity/<uuid:request_id>")
def decide_identity(complaint_id: UUID, request_id: UUID) -> tuple[str, int] | Response:
    decision = request.form.get("decision", "")
    if decision not in ("yes", "no"):
        abort(400)
    yes = decision == "yes"
    with working_on(complaint_id, sealed.holds_the_right) as (session, held, person):
        if yes and needs_fresh(held):
            return redirect(url_for("desk.case_identity", complaint_id=complaint_id))
        done, too_new = True, False
        try:
            sealed.decide(session, held, request_id, person, now(), yes=yes)
            asker = sealed.asker_of(session, held, request_id)
            tell_of_identity_decision(session, held.agency_id, asker, yes, now())
        except TooNew:
            too_new = True
        except CannotDecide:
            done = False
    if too_new:
        flash("ยังไม่ได้บันทึก เพราะท่านเพิ่งได้สิทธิ์นี้และยังไม่ครบ 72 ชั่วโมง", "warning")
    elif not done:
        flash("ยังไม่ได้บันทึก เพราะคำขอนี้มีผู้พิจารณาแล้ว หมดเวลาแล้ว หรือเป็นคำขอของท่านเอง", "warning")
    elif yes:
        flash("อนุมัติแล้ว ผู้ขอเปิดดูได้คนเดียวภายใน 24 ชั่วโมง", "success")
    else:
        flash("ไม่อนุมัติ ตัวตนยังปิดผนึกอยู่", "success")
    return redirect(url_for("desk.case_identity", complaint_id=complaint_id))


@desk.post("/complaints/<uuid:complaint_id>/identity/look")
def see_identity(complaint_id: UUID) -> tuple[str, int] | Response:
    """Posted: each look is a deed, on the record, and no address in a history opens it again."""
    with working_on(complaint_id, sealed.holds_the_right) as (session, held, person):
        if needs_fresh(held):
            return redirect(url_for("desk.case_identity", complaint_id=complaint_id))
        identity = sealed.look(session, held, person, now())
        page = _page(session, person, held)
    if identity is None:
        flash("เปิดดูไม่ได้ เพราะยังไม่ได้รับอนุมัติ ครบ 24 ชั่วโมงแล้ว หรือท่านเพิ่งได้สิทธิ์นี้ไม่ถึง 72 ชั่วโมง", "warning")
        return redirect(url_for("desk.case_identity", complaint_id=complaint_id))
    return _show(page, AskIdentityForm(formdata=None), identity=identity)
