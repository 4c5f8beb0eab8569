"""Whether the password was given lately, and the page that asks for it again.

Some pages open only to somebody who has just shown that they are who they were: exports, a
corruption report, another person's sign-in. `permissions.FRESH` lists the endpoints that always
ask. A view that knows only when it has looked calls these two itself::

    if not is_fresh():
        return ask_again()
"""

from __future__ import annotations

import time
from datetime import timedelta

from flask import abort, redirect, request, session, url_for
from flask_security import check_and_update_authn_fresh
from flask_security.utils import set_request_attr
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from domain.passwords import LONGEST
from handlers.context import services
from handlers.desk.blueprint import desk
from handlers.desk.kept import carried, keep
from handlers.desk.pages import render
from handlers.desk.passwords import CROWDED, gave_password
from handlers.desk.turns import Crowded
from handlers.desk.viewer import Refused, held, log, signed_in
from handlers.desk.ways import go_on, safe_next

FRESH_FOR = timedelta(minutes=15)
_GIVEN_AT = "fs_paa"  # Flask-Security's: "primary authentication at", in seconds


def is_fresh() -> bool:
    """Whether the password was given in this session within the last 15 minutes."""
    set_request_attr("fs_paa", session.get(_GIVEN_AT, 0))
    return bool(check_and_update_authn_fresh(FRESH_FOR, timedelta(0)))


def now_fresh() -> None:
    session[_GIVEN_AT] = time.time()


def ask_again() -> tuple[str, int] | Response:
    """What a view returns: the page that asks for the password, and leads back here."""
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("desk.confirm_identity", next=request.full_path.rstrip("?")))
    return _ask(PasswordForm(formdata=None), None, kept=keep(), status=401)


class PasswordForm(FlaskForm):  # type: ignore[misc]
    password = PasswordField(
        "รหัสผ่านของท่าน",
        validators=[
            InputRequired("กรุณากรอกรหัสผ่าน"),
            Length(max=LONGEST, message="รหัสผ่านยาวเกินไป"),
        ],
    )


def _ask(
    form: PasswordForm,
    wanted: str | None,
    *,
    kept: str = "",
    trouble: str = "",
    status: int = 200,
) -> tuple[str, int]:
    return render(
        "confirm.html", form=form, next_page=wanted, kept=kept, trouble=trouble, status=status
    )


@desk.route("/confirm", methods=["GET", "POST"])
def confirm_identity() -> tuple[str, int] | Response:
    viewer = signed_in()
    if viewer is None:
        abort(403)
    wanted = safe_next(request.args.get("next", ""))
    if request.method == "GET":
        return _ask(PasswordForm(formdata=None), wanted)
    form, kept = PasswordForm(), carried()
    if not form.validate():
        return _ask(form, wanted, kept=kept, status=422)
    try:
        right = gave_password(viewer, form.password.data)
    except Crowded:
        return _ask(form, wanted, kept=kept, trouble=CROWDED, status=503)
    if not right:
        trouble = "รหัสผ่านไม่ถูกต้อง หากผิดหลายครั้ง ระบบจะให้รอสักครู่ (ไม่เกิน 15 นาที)"
        return _ask(form, wanted, kept=kept, trouble=trouble, status=401)
    with services().db.writing() as db_session:
        try:
            log(db_session, held(db_session, viewer), "person.confirmed")
        except Refused:
            abort(403)
    now_fresh()
    return go_on(viewer, wanted, kept, why="ตอนที่ท่านกดส่ง ระบบขอให้ยืนยันรหัสผ่านก่อน")
