"""Signing in and out: the first page, with the password. The second is in `second_factor`."""

from __future__ import annotations

from flask import redirect, request, session, url_for
from flask_security import logout_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.forms import SignInForm
from handlers.desk.kept import carried, writer
from handlers.desk.pages import render
from handlers.desk.second_factor import begin
from handlers.desk.turns import Crowded, a_turn
from handlers.desk.viewer import Viewer, log, signed_in, viewer_from
from handlers.desk.ways import go_on, safe_next
from models import login as logins
from models.agency import Agency, find_agency, only_agency
from models.login import Login, login_of
from models.person import Person, find_person, get_person, hold_person

_FAILURES = "sign_in_failures"  # of this browser, whoever was named: it tells nothing of anybody
_MANY = 5


def show_sign_in(
    form: SignInForm | None = None,
    *,
    wanted: str | None = None,
    kept: str = "",
    warning: str = "",
    failed: bool = False,
    crowded: bool = False,
    status: int = 200,
) -> tuple[str, int]:
    only = _only_agency()
    form = form or _form(kept)
    if request.method == "GET" and not only:
        form.agency.data = request.args.get("agency", "")[:40].replace("\0", "")
    return render(
        "sign_in.html",
        form=form,
        only_agency=only[1] if only else None,
        failed=failed,
        crowded=crowded,
        must_wait=session.get(_FAILURES, 0) >= _MANY,
        next_page=wanted,
        kept=kept,
        warning=warning,
        status=status,
    )


def _form(kept: str) -> SignInForm:
    """Whoever was sent away in the middle of a text need not type again who they are."""
    form = SignInForm(formdata=None)
    known = writer() if kept else None
    if known is not None:
        with services().db.reading() as db_session:
            person, agency = get_person(db_session, *known), db_session.get(Agency, known[0])
            if person is not None and agency is not None:
                form.username.data, form.agency.data = person.username, agency.slug
    return form


def _only_agency() -> tuple[str, str] | None:
    with services().db.reading() as db_session:
        alone = only_agency(db_session)
        return (alone.slug, alone.name) if alone else None


@desk.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> tuple[str, int] | Response:
    wanted, kept = safe_next(request.args.get("next", "")), carried()
    viewer = signed_in()
    if viewer is not None:
        return go_on(viewer, wanted, kept)
    if request.method == "GET":
        return show_sign_in(wanted=wanted)
    form, only = SignInForm(), _only_agency()
    if not form.validate() or not (only or form.agency.data):
        if not only and not form.agency.data:
            form.agency.errors = [*form.agency.errors, "กรุณากรอกรหัสหน่วยงาน"]
        return show_sign_in(form, wanted=wanted, kept=kept, status=422)
    slug = only[0] if only else form.agency.data.lower()
    try:
        viewer = _check(slug, form.username.data, form.password.data)
    except Crowded:
        return show_sign_in(form, wanted=wanted, kept=kept, crowded=True, status=503)
    if viewer is None:
        session[_FAILURES] = session.get(_FAILURES, 0) + 1
        return show_sign_in(form, wanted=wanted, kept=kept, failed=True, status=401)
    return begin(viewer, wanted, kept)


def _check(slug: str, username: str, password: str) -> Viewer | None:
    """Compare with no session open, then record what came of it. Raises `Crowded`."""
    db = services().db
    with db.reading() as db_session:
        agency = find_agency(db_session, slug)
        person = find_person(db_session, agency.id, username) if agency else None
        login = login_of(person)
        agency_id = agency.id if agency else None
    with a_turn():
        matched = logins.password_matches(login, password)
        new_hash = logins.newer_hash(login, password) if login and matched else None
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
    if logins.record_password(person, login, matched, at, new_hash):
        return viewer_from(db_session, person)
    if person.locked_until != locked_before:
        log(db_session, person, "person.locked", actor="system")
    return None


@desk.post("/sign-out")
def sign_out() -> Response:
    viewer = signed_in()
    if viewer is not None:
        with services().db.writing() as db_session:
            person = get_person(db_session, viewer.agency_id, viewer.person_id)
            if person is not None:
                log(db_session, person, "person.signed_out")
    logout_user()
    session.clear()
    return redirect(url_for("desk.sign_in"))
