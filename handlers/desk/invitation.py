"""An invitation's code, typed on the desk: whoever was invited chooses a password.

The code is typed and stands in no address: addresses end in logs and histories.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from domain.keyring import CannotOpen
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.forms import filled, stripped
from handlers.desk.guesses import guesses
from handlers.desk.pages import render
from handlers.desk.passwords import CROWDED, fault_in_thai
from handlers.desk.turns import Crowded, a_turn
from handlers.desk.viewer import log
from models.agency import Agency, find_agency, only_agency
from models.hashing import hash_of
from models.invitation import invited_person, use_on_desk
from models.person import keep_hash

_CONTEXT = "desk/invited"
_GOOD_FOR = 30 * 60  # seconds between the code and the password
_WRONG = "รหัสเชิญไม่ถูกต้อง หมดอายุ หรือใช้ตั้งรหัสผ่านไปแล้ว ตรวจแล้วพิมพ์อีกครั้ง หรือขอรหัสใหม่จากผู้ดูแลระบบของหน่วยงาน"
_TOO_MANY = "มีการลองรหัสเชิญผิดหลายครั้ง กรุณารอ 10 นาทีแล้วลองใหม่"


class InvitationForm(FlaskForm):  # type: ignore[misc]
    agency = StringField("รหัสหน่วยงาน", filters=[stripped], validators=[Length(max=40)])
    code = StringField(
        "รหัสเชิญ",
        filters=[stripped],
        validators=[filled("กรุณาพิมพ์รหัสเชิญ"), Length(max=60, message="รหัสเชิญยาวเกินไป")],
        description="ขึ้นต้นด้วย PS เช่น PS-ABCDE-23456 ผู้ดูแลระบบของหน่วยงานเป็นผู้ออกให้",
    )


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    password = PasswordField(
        "ตั้งรหัสผ่าน",
        validators=[InputRequired("กรุณาตั้งรหัสผ่าน")],
        description="อย่างน้อย 10 ตัวอักษร ใช้ภาษาไทยหรือเว้นวรรคได้ คำที่ไม่เกี่ยวกันสามคำต่อกันจำง่ายและเดายาก",
    )


@dataclass(frozen=True)
class Invited:
    agency_id: int
    agency: str
    username: str
    name: str


def _find(agency_id: int, code: str) -> Invited | None:
    with services().db.reading() as session:
        person = invited_person(session, agency_id, code, now())
        if person is None:
            return None
        agency = session.get_one(Agency, agency_id)
        return Invited(agency_id, agency.name, person.username, person.name)


def _only() -> tuple[int, str] | None:
    with services().db.reading() as session:
        found = only_agency(session)
        return (found.id, found.name) if found else None


def _agency_id(slug: str) -> int | None:
    with services().db.reading() as session:
        found = find_agency(session, slug.lower())
        return found.id if found else None


@desk.route("/invitation", methods=["GET", "POST"])
def invitation() -> tuple[str, int] | Response:
    only, form = _only(), InvitationForm()
    if request.method == "GET":
        return _show_code(InvitationForm(formdata=None), only)
    if not form.validate() or not (only or form.agency.data):
        if not only and not form.agency.data:
            form.agency.errors = [*form.agency.errors, "กรุณากรอกรหัสหน่วยงาน"]
        return _show_code(form, only, status=422)
    if not guesses().may_go_on():
        return _show_code(form, only, trouble=_TOO_MANY, status=429)
    agency_id = only[0] if only else _agency_id(form.agency.data)
    invited = _find(agency_id, form.code.data) if agency_id is not None else None
    if agency_id is None or invited is None:
        guesses().wrong()
        return _show_code(form, only, trouble=_WRONG, status=401)
    sealed = _seal(agency_id, form.code.data)
    return _show_password(NewPasswordForm(formdata=None), invited, sealed)


def _show_code(
    form: InvitationForm,
    only: tuple[int, str] | None,
    *,
    trouble: str = "",
    status: int = 200,
) -> tuple[str, int]:
    return render(
        "invitation.html",
        form=form,
        only_agency=only[1] if only else None,
        trouble=trouble,
        status=status,
    )


def _show_password(
    form: NewPasswordForm, invited: Invited, sealed: str, *, trouble: str = "", status: int = 200
) -> tuple[str, int]:
    return render(
        "invitation_password.html",
        form=form,
        invited=invited,
        sealed=sealed,
        trouble=trouble,
        status=status,
    )


@desk.post("/invitation/password")
def invitation_password() -> tuple[str, int] | Response:
    opened = _open(request.form.get("invited", ""))
    invited = _find(*opened) if opened else None
    if opened is None or invited is None:
        flash("รหัสเชิญใช้ไม่ได้แล้ว หรือหน้านี้เปิดไว้นานเกินไป กรุณาพิมพ์รหัสอีกครั้ง", "warning")
        return redirect(url_for("desk.invitation"))
    form, sealed = NewPasswordForm(), request.form["invited"]
    if not form.validate():
        return _show_password(form, invited, sealed, status=422)
    fault = fault_in_thai(form.password.data, invited.username)
    if fault:
        form.password.errors = [fault]
        return _show_password(form, invited, sealed, status=422)
    try:
        with a_turn():
            password_hash = hash_of(form.password.data)
    except Crowded:
        return _show_password(form, invited, sealed, trouble=CROWDED, status=503)
    with services().db.writing() as session:
        person = use_on_desk(session, *opened, now())
        if person is not None:
            keep_hash(person, password_hash)
            log(session, person, "person.password_set")
    if person is None:
        flash("รหัสเชิญนี้เพิ่งถูกใช้ไปแล้ว กรุณาขอรหัสใหม่จากผู้ดูแลระบบ", "warning")
        return redirect(url_for("desk.invitation"))
    flash(f"ตั้งรหัสผ่านแล้ว เข้าสู่ระบบด้วยชื่อผู้ใช้ {invited.username} ได้เลย", "success")
    return redirect(url_for("desk.sign_in"))


def _seal(agency_id: int, code: str) -> str:
    """The code, from the first page to the second, in the form and nowhere else."""
    plain = json.dumps([agency_id, code, time.time()]).encode()
    return base64.urlsafe_b64encode(services().db.keys.seal(plain, _CONTEXT)).decode()


def _open(sealed: str) -> tuple[int, str] | None:
    try:
        plain = services().db.keys.open(base64.urlsafe_b64decode(sealed.encode()), _CONTEXT)
        agency_id, code, at = json.loads(plain)
    except (CannotOpen, ValueError, binascii.Error):
        return None
    return (agency_id, code) if 0 <= time.time() - at < _GOOD_FOR else None
