"""Signing in and out."""

from __future__ import annotations

from datetime import datetime
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
from models.person import Person, find_person

_FAILURES = "sign_in_failures"  # of this browser, whoever was named: it tells nothing of anybody
_MANY = 5


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
    failed, status = False, 200
    if request.method == "POST":
        if form.validate() and (only or form.agency.data):
            slug = only[0] if only else form.agency.data.lower()
            with services().db.writing() as db_session:
                viewer = _check(db_session, slug, form.username.data, form.password.data, now())
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
        must_wait=session.get(_FAILURES, 0) >= _MANY,
        next_page=wanted,
        status=status,
    )


def _check(
    db_session: Session, slug: str, username: str, password: str, at: datetime
) -> Viewer | None:
    agency = find_agency(db_session, slug)
    person = find_person(db_session, agency.id, username) if agency else None
    if person is not None:
        # Guesses made at the same moment are counted one after the other.
        db_session.refresh(person, with_for_update=True)
    locked_before = person.locked_until if person else None
    welcome = staff.sign_in(person, password, at)
    if person is None:
        return None
    if welcome:
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
