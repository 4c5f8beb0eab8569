"""Signing in and out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import BoundedSemaphore
from urllib.parse import urlsplit

from flask import redirect, request, session, url_for
from flask_login import login_user, logout_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.forms import SignInForm
from handlers.desk.pages import render
from handlers.desk.viewer import Viewer, signed_in, viewer_from
from models import audit
from models import person as staff
from models.agency import find_agency, only_agency
from models.person import Login, Person, find_person, hold_person, login_of

_FAILURES = "sign_in_failures"  # of this browser, whoever was named: it tells nothing of anybody
_MANY = 5

# Comparing a password costs tens of milliseconds of a whole core, and the webhook's threads are
# the same ones: so few compare at once, few more wait, and the rest are asked to come back.
_AT_ONCE = 2
_WAITING = 4
_PATIENCE = 2.0  # seconds
_turns = BoundedSemaphore(_AT_ONCE)
_room = BoundedSemaphore(_AT_ONCE + _WAITING)


class Crowded(Exception):
    """Too many sign in at this moment."""


@contextmanager
def _a_turn() -> Iterator[None]:
    if not _room.acquire(blocking=False):
        raise Crowded
    try:
        if not _turns.acquire(timeout=_PATIENCE):
            raise Crowded
        try:
            yield
        finally:
            _turns.release()
    finally:
        _room.release()


def _safe_next(target: str) -> str | None:
    """``target`` where it is a page of the desk; anything else is dropped."""
    if not target.isprintable() or "\\" in target:
        return None
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not parts.path.startswith("/desk/"):
        return None
    return target


@desk.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> tuple[str, int] | Response:
    wanted = _safe_next(request.args.get("next", ""))
    if signed_in() is not None:
        return redirect(wanted or url_for("desk.home"))
    form = SignInForm()
    with services().db.reading() as db_session:
        alone = only_agency(db_session)
        only = (alone.slug, alone.name) if alone else None
    if request.method == "GET" and not only:
        form.agency.data = request.args.get("agency", "")[:40].replace("\0", "")
    failed, crowded, status = False, False, 200
    if request.method == "POST":
        if form.validate() and (only or form.agency.data):
            slug = only[0] if only else form.agency.data.lower()
            try:
                viewer = _check(slug, form.username.data, form.password.data)
            except Crowded:
                crowded, status = True, 503
            else:
                if viewer is not None:
                    return _enter(viewer, wanted)
                failed, status = True, 401
                session[_FAILURES] = session.get(_FAILURES, 0) + 1
        else:
            status = 422
            if not only and not form.agency.data:
                form.agency.errors = [*form.agency.errors, "กรุณากรอกรหัสหน่วยงาน"]
    return render(
        "sign_in.html",
        form=form,
        only_agency=only[1] if only else None,
        failed=failed,
        crowded=crowded,
        must_wait=session.get(_FAILURES, 0) >= _MANY,
        next_page=wanted,
        status=status,
    )


def _check(slug: str, username: str, password: str) -> Viewer | None:
    """Compare with no session open, then record what came of it. Raises `Crowded`."""
    db = services().db
    with db.reading() as db_session:
        agency = find_agency(db_session, slug)
        person = find_person(db_session, agency.id, username) if agency else None
        login = login_of(person)
        agency_id = agency.id if agency else None
    with _a_turn():
        matched = staff.password_matches(login, password)
        new_hash = staff.newer_hash(login, password) if login and matched else None
    if agency_id is None or login is None:
        return None
    with db.writing() as db_session:
        held = hold_person(db_session, agency_id, login.person_id)
        return _record(db_session, held, login, matched, new_hash) if held else None


def _record(
    db_session: Session, person: Person, login: Login, matched: bool, new_hash: str | None
) -> Viewer | None:
    at = now()
    locked_before = person.locked_until
    if staff.record_sign_in(person, login, matched, at, new_hash):
        _log(db_session, person, "person.signed_in", f"person:{person.id}", at)
        return viewer_from(db_session, person)
    if person.locked_until != locked_before:
        _log(db_session, person, "person.locked", "system", at)
    return None


def _log(db_session: Session, person: Person, action: str, actor: str, at: datetime) -> None:
    db_session.flush()
    audit.record(
        db_session,
        person.agency_id,
        action=action,
        subject=f"person:{person.id}",
        actor=actor,
        now=at,
    )


def _enter(viewer: Viewer, wanted: str | None) -> Response:
    session.clear()  # nothing that was planted before the password was given stays
    session.permanent = True
    login_user(viewer)
    return redirect(wanted or url_for("desk.home"))


@desk.post("/sign-out")
def sign_out() -> Response:
    viewer = signed_in()
    if viewer is not None:
        with services().db.writing() as db_session:
            audit.record(
                db_session,
                viewer.agency_id,
                action="person.signed_out",
                subject=f"person:{viewer.person_id}",
                actor=f"person:{viewer.person_id}",
                now=now(),
            )
    logout_user()
    session.clear()
    return redirect(url_for("desk.sign_in"))
