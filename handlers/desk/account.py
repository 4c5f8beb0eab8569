"""One's own account: the password, the authenticator, when one was last in, leaving everywhere."""

from __future__ import annotations

from datetime import datetime

from flask import abort, flash, redirect, request, session, url_for
from flask_security import logout_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from domain.passwords import LONGEST
from handlers.context import services
from handlers.desk.blueprint import desk
from handlers.desk.entering import LAST_TIME, renew_session, start_session
from handlers.desk.freshness import now_fresh
from handlers.desk.pages import render
from handlers.desk.passwords import CROWDED, fault_in_thai, gave_password
from handlers.desk.security import extension
from handlers.desk.turns import Crowded, a_turn
from handlers.desk.viewer import (
    SECOND_FACTOR,
    Refused,
    Viewer,
    held,
    log,
    signed_in,
    this_person,
    viewer_from,
)
from models.hashing import hash_of
from models.login import end_sessions
from models.person import keep_hash


class ChangePasswordForm(FlaskForm):  # type: ignore[misc]
    old_password = PasswordField(
        "รหัสผ่านเดิม",
        validators=[
            InputRequired("กรุณากรอกรหัสผ่านเดิม"),
            Length(max=LONGEST, message="รหัสผ่านยาวเกินไป"),
        ],
    )
    new_password = PasswordField(
        "รหัสผ่านใหม่",
        validators=[InputRequired("กรุณากรอกรหัสผ่านใหม่")],
        description="อย่างน้อย 10 ตัวอักษร ใช้ภาษาไทยหรือเว้นวรรคได้ คำที่ไม่เกี่ยวกันสามคำต่อกันจำง่ายและเดายาก",
    )


def _viewer() -> Viewer:
    viewer = signed_in()
    if viewer is None:
        abort(403)
    return viewer


@desk.get("/account")
def account() -> tuple[str, int]:
    return _show(ChangePasswordForm(formdata=None))


def _show(form: ChangePasswordForm, *, warning: str = "", status: int = 200) -> tuple[str, int]:
    viewer = _viewer()
    last = session.get(LAST_TIME, "")
    return render(
        "account.html",
        section="desk.account",
        form=form,
        last_time=datetime.fromisoformat(last) if last else None,
        codes_left=len(extension().datastore.mf_get_recovery_codes(viewer)),
        warning=warning,
        status=status,
    )


@desk.post("/account/password")
def change_password() -> tuple[str, int] | Response:
    viewer, form = _viewer(), ChangePasswordForm()
    if not form.validate():
        return _show(form, warning="ยังไม่ได้เปลี่ยน กรุณาแก้ช่องที่มีข้อความสีแดง", status=422)
    fault = fault_in_thai(form.new_password.data, viewer.username)
    if fault:
        form.new_password.errors = [fault]
        return _show(form, warning="ยังไม่ได้เปลี่ยน กรุณาตั้งรหัสผ่านอื่น", status=422)
    try:
        if not gave_password(viewer, form.old_password.data):
            form.old_password.errors = ["รหัสผ่านเดิมไม่ถูกต้อง หากผิดหลายครั้ง ระบบจะให้รอสักครู่"]
            return _show(form, warning="ยังไม่ได้เปลี่ยน", status=422)
        with a_turn():
            password_hash = hash_of(form.new_password.data)
    except Crowded:
        return _show(form, warning=CROWDED, status=503)
    with services().db.writing() as db_session:
        try:
            person = held(db_session, viewer)
        except Refused:
            abort(403)
        keep_hash(person, password_hash)
        log(db_session, person, "person.password_changed")
        changed = viewer_from(db_session, person)
    _go_on_as(changed)
    flash("เปลี่ยนรหัสผ่านแล้ว เครื่องอื่นที่เปิดค้างไว้ออกจากระบบแล้ว", "success")
    return redirect(url_for("desk.account"))


def _go_on_as(viewer: Viewer) -> None:
    """This browser's session goes on; all others ended with the old key."""
    last, second = session.get(LAST_TIME, ""), session.get(SECOND_FACTOR) is True
    renew_session()
    last_time = datetime.fromisoformat(last) if last else None
    start_session(viewer, second_factor=second, last_time=last_time)
    now_fresh()


@desk.post("/account/leave-everywhere")
def end_my_sessions() -> Response:
    if request.form.get("sure") != "yes":
        abort(400)
    with services().db.writing() as db_session:
        person = this_person(db_session)
        end_sessions(db_session, person)
        log(db_session, person, "person.sessions_ended")
    logout_user()
    renew_session()
    flash("ออกจากระบบทุกเครื่องแล้ว", "success")
    return redirect(url_for("desk.sign_in"))
