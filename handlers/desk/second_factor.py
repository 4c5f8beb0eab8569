"""The second page of the sign-in: a one-time code, a recovery code, or setting the first one up.

Demanded of whoever may see complaints (`Viewer.check_tf_required`); others may set it up too.
"""

from __future__ import annotations

import base64
import binascii

import segno
from flask import abort, flash, redirect, request, session, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import Length

from domain.keyring import CannotOpen
from handlers.context import services
from handlers.desk.blueprint import desk
from handlers.desk.entering import enter, half_in, half_way, let_in, renew_session
from handlers.desk.forms import filled, stripped
from handlers.desk.kept import carried, open_kept
from handlers.desk.pages import render
from handlers.desk.security import NotSetUp, extension, right_code
from handlers.desk.viewer import SECOND_FACTOR, Refused, Viewer, load_viewer, signed_in

_NEW = "new_factor"  # in the session: the key that is being set up, sealed
_WRONG = "wrong_codes"  # of this browser
_MANY = 5
_FEW_LEFT = 3


def _digits(value: str | None) -> str:
    """As it was typed: in groups, or in Thai numerals."""
    return "".join(
        str(int(mark)) if mark.isdecimal() else mark for mark in stripped(value)
    ).replace(" ", "")


class CodeForm(FlaskForm):  # type: ignore[misc]
    code = StringField(
        "ตัวเลข 6 หลัก",
        filters=[_digits],
        validators=[filled("กรุณาพิมพ์ตัวเลข 6 หลัก"), Length(max=20, message="พิมพ์เฉพาะตัวเลข 6 หลัก")],
    )


class RecoveryForm(FlaskForm):  # type: ignore[misc]
    code = StringField(
        "รหัสสำรอง",
        filters=[stripped],
        validators=[filled("กรุณาพิมพ์รหัสสำรอง"), Length(max=40, message="รหัสสำรองยาวเกินไป")],
    )


def begin(viewer: Viewer, wanted: str | None, kept: str) -> tuple[str, int] | Response:
    """They gave the right password. What was planted in the session before it is gone."""
    renew_session()
    required, _ = viewer.check_tf_required([], False)
    if not required:
        return enter(viewer, wanted, kept, second_factor=False)
    half_way(viewer, wanted)
    if kept:  # a redirection would lose what the form carries: the next page is drawn at once
        if viewer.has_second_factor:
            return _show_code(CodeForm(formdata=None), kept=kept)
        return _show_setup(viewer, CodeForm(formdata=None), at_sign_in=True, kept=kept)
    page = "desk.sign_in_code" if viewer.has_second_factor else "desk.sign_in_setup"
    return redirect(url_for(page))


def _from_the_start() -> Response:
    if signed_in() is not None:
        return redirect(url_for("desk.home"))
    if request.method == "POST":
        flash("ยังไม่ได้เข้าสู่ระบบ เพราะหน้านี้เปิดไว้นานเกิน 10 นาที กรุณาเริ่มใหม่", "warning")
    return redirect(url_for("desk.sign_in"))


def _show_code(
    form: CodeForm, *, kept: str = "", trouble: bool = False, status: int = 200
) -> tuple[str, int]:
    return render(
        "sign_in_code.html",
        form=form,
        kept=kept,
        trouble=trouble,
        must_wait=session.get(_WRONG, 0) >= _MANY,
        status=status,
    )


@desk.route("/sign-in/code", methods=["GET", "POST"])
def sign_in_code() -> tuple[str, int] | Response:
    half = half_in()
    if half is None:
        return _from_the_start()
    viewer, wanted = half
    if not viewer.has_second_factor:
        return redirect(url_for("desk.sign_in_setup"))
    if request.method == "GET":
        return _show_code(CodeForm(formdata=None))
    form, kept = CodeForm(), carried()
    if not form.validate():
        return _show_code(form, kept=kept, status=422)
    if right_code(viewer, form.code.data):
        return enter(viewer, wanted, kept, second_factor=True)
    session[_WRONG] = session.get(_WRONG, 0) + 1
    return _show_code(form, kept=kept, trouble=True, status=401)


@desk.route("/sign-in/recovery", methods=["GET", "POST"])
def sign_in_recovery() -> tuple[str, int] | Response:
    half = half_in()
    if half is None or not half[0].has_second_factor:
        return _from_the_start()
    viewer, wanted = half
    form, kept = RecoveryForm(), carried()
    trouble, status = False, 200
    # The page of the one-time code leads here with a form too, so that a kept text comes along.
    if request.method == "POST" and "code" in request.form:
        if not form.validate():
            status = 422
        elif extension().mf_recovery_codes_util.delete_recovery_code(viewer, form.code.data):
            left = len(extension().datastore.mf_get_recovery_codes(viewer))
            answer = enter(viewer, wanted, kept, second_factor=True)
            if left < _FEW_LEFT:
                flash(f"เหลือรหัสสำรองอีก {left} รหัส ออกชุดใหม่ได้ที่หน้า “บัญชีของฉัน”", "warning")
            return answer
        else:
            viewer.track_failed_authn("recovery", tfa=True)
            session[_WRONG] = session.get(_WRONG, 0) + 1
            trouble, status = True, 401
    return render(
        "sign_in_recovery.html",
        form=form,
        kept=kept,
        trouble=trouble,
        must_wait=session.get(_WRONG, 0) >= _MANY,
        status=status,
    )


@desk.route("/sign-in/setup", methods=["GET", "POST"])
def sign_in_setup() -> tuple[str, int] | Response:
    """Whose role demands a second factor gets no further than this without one."""
    half = half_in()
    if half is None:
        return _from_the_start()
    viewer, wanted = half
    if viewer.has_second_factor:
        return redirect(url_for("desk.sign_in_code"))
    return _set_up(viewer, wanted, at_sign_in=True)


@desk.route("/second-factor", methods=["GET", "POST"], endpoint="second_factor")
def set_second_factor() -> tuple[str, int] | Response:
    """Somebody who is in sets it up, or moves it to another telephone."""
    viewer = signed_in()
    if viewer is None:
        abort(403)
    return _set_up(viewer, url_for("desk.account"), at_sign_in=False)


def _set_up(viewer: Viewer, wanted: str | None, *, at_sign_in: bool) -> tuple[str, int] | Response:
    form, kept = CodeForm(), carried()
    if request.method == "GET":
        return _show_setup(viewer, CodeForm(formdata=None), at_sign_in=at_sign_in)
    if not form.validate():
        return _show_setup(viewer, form, at_sign_in=at_sign_in, kept=kept, status=422)
    try:
        codes = extension().totp_factory.set_up(
            viewer, _new_secret(viewer), form.code.data, first=at_sign_in
        )
    except Refused:
        return _from_the_start()
    except NotSetUp as error:
        return _show_setup(
            viewer, form, at_sign_in=at_sign_in, kept=kept, not_done=error.why, status=409
        )
    if codes is None:
        return _show_setup(viewer, form, at_sign_in=at_sign_in, kept=kept, trouble=True, status=401)
    changed = load_viewer(viewer.fs_uniquifier)
    if changed is None:
        return _from_the_start()
    if at_sign_in and not let_in(changed, second_factor=True):
        return _from_the_start()
    session[SECOND_FACTOR] = True
    session.pop(_NEW, None)
    return _show_codes(changed, codes, wanted, kept)


def _show_codes(
    viewer: Viewer, codes: list[str], wanted: str | None, kept: str = ""
) -> tuple[str, int]:
    return render(
        "recovery_codes.html",
        codes=codes,
        wanted=wanted or url_for("desk.home"),
        kept_text=open_kept(kept, viewer) if kept else None,
    )


def _show_setup(
    viewer: Viewer,
    form: CodeForm,
    *,
    at_sign_in: bool,
    kept: str = "",
    trouble: bool = False,
    not_done: str = "",
    status: int = 200,
) -> tuple[str, int]:
    secret = _new_secret(viewer)
    codes = extension().totp_factory
    address = codes.get_totp_uri(viewer.username, secret)
    return render(
        "second_factor.html",
        form=form,
        at_sign_in=at_sign_in,
        anew=viewer.has_second_factor,
        qr=segno.make(address, error="m").png_data_uri(scale=6),
        key=codes.get_totp_pretty_key(secret),
        username=viewer.username,
        kept=kept,
        trouble=trouble,
        not_done=not_done,
        status=status,
    )


def _new_secret(viewer: Viewer) -> str:
    """The key that is being set up: the same while the page is shown again."""
    keys, context = services().db.keys, f"{viewer.agency_id}/new factor {viewer.person_id}"
    try:
        return keys.open(base64.b64decode(session.get(_NEW, "")), context).decode()
    except (CannotOpen, binascii.Error):
        secret: str = extension().totp_factory.generate_totp_secret()
        session[_NEW] = base64.b64encode(keys.seal(secret.encode(), context)).decode()
        return secret


@desk.post("/second-factor/codes")
def make_recovery_codes() -> tuple[str, int] | Response:
    viewer = signed_in()
    if viewer is None:
        abort(403)
    if not viewer.has_second_factor:
        flash("ต้องตั้งแอปยืนยันตัวตนก่อน จึงจะมีรหัสสำรอง", "warning")
        return redirect(url_for("desk.account"))
    try:
        codes = extension().mf_recovery_codes_util.create_recovery_codes(viewer)
    except Refused:
        abort(403)
    return _show_codes(viewer, codes, url_for("desk.account"))
