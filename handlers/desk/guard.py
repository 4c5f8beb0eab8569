"""Every desk request passes here: who asks, may they, did our own page send them."""

from __future__ import annotations

from flask import Response, abort, current_app, flash, redirect, request, url_for
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response as AnyResponse

from handlers.desk.blueprint import desk
from handlers.desk.permissions import ROUTES, Open, may
from handlers.desk.plan_reader import MOST_BYTES as MOST_BYTES_OF_A_PLAN
from handlers.desk.viewer import signed_in
from handlers.uploads import MOST_BYTES_OF_A_REQUEST, HoldInMemory

_MOST_BYTES_OF_A_FORM = 256 * 1024
_LARGER = {
    "desk.upload_plan": MOST_BYTES_OF_A_PLAN + _MOST_BYTES_OF_A_FORM,
    "desk.enter_complaint": MOST_BYTES_OF_A_REQUEST,
    "desk.answer_obligation": MOST_BYTES_OF_A_REQUEST,
}
_WITH_EVIDENCE = ("desk.enter_complaint", "desk.answer_obligation")

_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'none'",  # the desk has no script at all
        "img-src 'self' data:",  # Bootstrap draws the arrows of its fields so
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


@desk.before_request
def guard() -> AnyResponse | None:
    endpoint = request.endpoint or ""
    request.max_content_length = _LARGER.get(endpoint, _MOST_BYTES_OF_A_FORM)
    if endpoint in _WITH_EVIDENCE:
        request.form_data_parser_class = HoldInMemory  # evidence never lies unsealed on a disk
    needed = ROUTES.get(endpoint)
    if needed is None:
        abort(403)
    if needed is not Open.PUBLIC:
        viewer = signed_in()
        if viewer is None:
            return _ask_to_sign_in()
        if not isinstance(needed, Open) and not may(viewer.role, needed):
            abort(403)
    csrf = current_app.extensions["csrf"]
    if not isinstance(csrf, CSRFProtect):
        raise TypeError("the app was made without CSRF protection")
    csrf.protect()
    return None


def _ask_to_sign_in() -> AnyResponse:
    if request.method in ("GET", "HEAD"):
        wanted = request.full_path.rstrip("?")
        return redirect(url_for("desk.sign_in", next=wanted if wanted != "/desk/" else None))
    flash("ยังไม่ได้บันทึก เพราะการเข้าสู่ระบบหมดเวลาแล้ว กรุณาเข้าสู่ระบบอีกครั้ง", "warning")
    return redirect(url_for("desk.sign_in"))


@desk.after_request
def harden(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["X-Frame-Options"] = "DENY"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.endpoint != "desk.static":
        headers["Cache-Control"] = "no-store"
    return response
