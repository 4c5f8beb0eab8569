"""Every desk request passes here: who asks, may they, did our own page send them."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as AnyResponse

from handlers.desk.blueprint import desk
from handlers.desk.freshness import ask_again, is_fresh
from handlers.desk.kept import carried, keep, open_kept, sent_by_our_page
from handlers.desk.permissions import FRESH, ROUTES, Open, may
from handlers.desk.plan_reader import MOST_BYTES as MOST_BYTES_OF_A_PLAN
from handlers.desk.security import is_live, no_answer
from handlers.desk.signing_in import show_sign_in
from handlers.desk.viewer import signed_in
from handlers.desk.ways import show_kept
from handlers.protection import check_token
from handlers.uploads import MOST_BYTES_OF_A_REQUEST, HoldInMemory

_MOST_BYTES_OF_A_FORM = 256 * 1024
_LARGER = {
    "desk.preview_knowledge": 6 * 1024 * 1024,  # `knowledge_files` says which it takes
    "desk.upload_plan": MOST_BYTES_OF_A_PLAN + _MOST_BYTES_OF_A_FORM,
    "desk.enter_complaint": MOST_BYTES_OF_A_REQUEST,
    "desk.answer_obligation": MOST_BYTES_OF_A_REQUEST,
}
_WITH_EVIDENCE = ("desk.enter_complaint", "desk.answer_obligation")

_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",  # live.js alone; each page does its work without it
        "img-src 'self' data:",  # Bootstrap draws the arrows of its fields so
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


# Nothing is done; what the form carried is shown, with a token of today.
_OLD_PAGE = "หน้านั้นเปิดทิ้งไว้นาน หรือท่านเข้าสู่ระบบใหม่ในหน้าต่างอื่น"
_Answer = AnyResponse | tuple[str, int]


@desk.before_request
def guard() -> _Answer | None:
    endpoint = request.endpoint or ""
    request.max_content_length = _LARGER.get(endpoint, _MOST_BYTES_OF_A_FORM)
    if endpoint in _WITH_EVIDENCE:
        request.form_data_parser_class = HoldInMemory  # evidence never lies unsealed on a disk
    needed = ROUTES.get(endpoint)
    if needed is None:
        abort(403)
    if needed is Open.PUBLIC:
        return _check_public_form(endpoint)
    viewer = signed_in()
    if viewer is None:
        return no_answer() if is_live() else _ask_to_sign_in()
    if not isinstance(needed, Open) and not may(viewer.role, needed):
        abort(403)
    try:
        check_token()
    except CSRFError:
        kept = open_kept(keep(), viewer)
        if kept is None:
            raise
        return show_kept(kept, why=_OLD_PAGE, status=400)
    if endpoint in FRESH and not is_fresh():
        return ask_again()
    return None


def _check_public_form(endpoint: str) -> _Answer | None:
    try:
        check_token()
    except CSRFError:
        if endpoint != "desk.sign_in" or not carried() or not sent_by_our_page():
            raise
        # The page lay open for so long that its token has ended: the text goes on all the same.
        return show_sign_in(
            kept=carried(),
            warning="ยังไม่ได้เข้าสู่ระบบ เพราะหน้านี้เปิดไว้นานเกินไป กรุณากรอกอีกครั้ง",
            status=400,
        )
    return None


def _ask_to_sign_in() -> _Answer:
    if request.method in ("GET", "HEAD"):
        wanted = request.full_path.rstrip("?")
        return redirect(url_for("desk.sign_in", next=wanted if wanted != "/desk/" else None))
    kept = keep()
    if kept:
        return show_sign_in(kept=kept, status=401)
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
