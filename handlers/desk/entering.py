"""From the right password to being in, over the second factor where one is asked for.

Between the two somebody is nobody yet: the session holds who gave the password, for ten minutes,
and opens nothing but the pages of the second factor.
"""

from __future__ import annotations

import time
from datetime import datetime

from flask import flash, g, redirect, session, url_for
from flask_security import login_user
from werkzeug.wrappers import Response

from handlers.context import now, services
from handlers.desk.viewer import SECOND_FACTOR, Refused, Viewer, held, load_viewer, log
from handlers.desk.ways import go_on, safe_next
from models import login as logins

HALF_FOR = 10 * 60  # seconds
LAST_TIME = "last_signed_in"  # in the session: when they had signed in before this time
_HALF = "half_in"


def half_way(viewer: Viewer, wanted: str | None) -> None:
    """They gave the right password, and are asked for more."""
    session[_HALF] = {"id": viewer.fs_uniquifier, "at": time.time(), "next": wanted or ""}


def half_in() -> tuple[Viewer, str | None] | None:
    """Who gave their password a moment ago, and where they want to go."""
    half = session.get(_HALF)
    if not isinstance(half, dict) or not 0 <= time.time() - half["at"] < HALF_FOR:
        return None
    viewer = load_viewer(half["id"])
    return (viewer, safe_next(half["next"])) if viewer else None


def enter(
    viewer: Viewer, wanted: str | None, kept: str, *, second_factor: bool
) -> tuple[str, int] | Response:
    """They have given all that is asked of them."""
    if not let_in(viewer, second_factor=second_factor):
        flash("ยังไม่ได้เข้าสู่ระบบ เพราะข้อมูลของท่านเพิ่งถูกเปลี่ยน กรุณาเข้าสู่ระบบอีกครั้ง", "warning")
        return redirect(url_for("desk.sign_in"))
    return go_on(viewer, wanted, kept)


def let_in(viewer: Viewer, *, second_factor: bool) -> bool:
    with services().db.writing() as db_session:
        try:
            person = held(db_session, viewer)
        except Refused:
            return False
        last_time = person.signed_in_at
        logins.complete_sign_in(person, now())
        log(db_session, person, "person.signed_in")
    renew_session()
    start_session(viewer, second_factor=second_factor, last_time=last_time)
    return True


def start_session(viewer: Viewer, *, second_factor: bool, last_time: datetime | None) -> None:
    session.permanent = True
    login_user(viewer, authn_via=["password"])
    session[SECOND_FACTOR] = second_factor
    session[LAST_TIME] = last_time.isoformat() if last_time else ""


def renew_session() -> None:
    """Nothing of the session goes on, its token of forms neither."""
    session.clear()
    g.pop("csrf_token", None)
