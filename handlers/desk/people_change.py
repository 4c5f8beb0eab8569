"""One member of staff: another name, role, post or division, and their sign-in."""

from __future__ import annotations

from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.forms import MISTAKE, options
from handlers.desk.pages import render
from handlers.desk.people import UNCHOSEN
from handlers.desk.people_forms import ChangeForm, id_of
from handlers.desk.people_notices import (
    tell_of_lost_reader,
    tell_of_new_right,
    tell_of_reset,
)
from handlers.desk.people_person import (
    CHANGED,
    LAST_ADMIN,
    Refused,
    carry_out,
    hold_both,
    log,
)
from handlers.desk.viewer import this_person
from models.complaint_hands import let_go
from models.division import active_divisions
from models.invitation import end_invitations
from models.login import end_sessions
from models.person import Person, Post, Role, get_person
from models.second_factor import reset_second_factor
from models.staffing import (
    PersonChanged,
    Place,
    change_person,
    is_last_admin,
    mark_of,
    place_of,
)

_OWN_ROLE = "ท่านเปลี่ยนบทบาทของตนเองไม่ได้ กรุณาให้ผู้ดูแลระบบอีกคนทำ"


@desk.get("/people/<uuid:person_id>/change")
def change_person_form(person_id: UUID) -> tuple[str, int]:
    return _show(person_id)


def _show(
    person_id: UUID, form: ChangeForm | None = None, *, warning: str = "", status: int = 200
) -> tuple[str, int]:
    """The person as they are now, or what was typed beside the latest mark."""
    typed = form is not None
    form = form or ChangeForm(formdata=None)
    with services().db.reading() as session:
        admin = this_person(session)
        person = get_person(session, admin.agency_id, person_id)
        if person is None:
            abort(404)
        _offer(session, form, person)
        itself, name = person.id == admin.id, person.name
        seen = mark_of(session, person, now())
        if not typed:
            form.name.data, form.role.data = person.name, person.role.value
            form.division.data = str(person.division_id or "")
            form.post.data = person.post.value if person.post else ""
    return render(
        "person_change.html",
        section="desk.people",
        form=form,
        person_id=person_id,
        name=name,
        itself=itself,
        seen=seen,
        warning=warning,
        status=status,
    )


def _offer(session: Session, form: ChangeForm, person: Person) -> None:
    divisions = {str(one.id): one.name for one in active_divisions(session, person.agency_id)}
    form.division.choices = options(("", UNCHOSEN), *divisions.items())


@desk.post("/people/<uuid:person_id>/change", endpoint="change_person")
def change_a_person(person_id: UUID) -> tuple[str, int] | Response:
    form = ChangeForm()
    try:
        with services().db.writing() as session:
            held, admin = hold_both(session, person_id)
            _offer(session, form, held)
            place = _place(form, held, admin)
            if place.role is not Role.ADMIN and is_last_admin(session, held):
                raise Refused(LAST_ADMIN)
            before = place_of(held)
            moved = place != before
            if place.role is not before.role:
                tell_of_lost_reader(session, held, admin, "เปลี่ยนบทบาท", now())
            changed = change_person(session, held, form.name.data, place)
            if moved:
                let_go(session, held, admin, now())  # holds cases: before the log is written to
            if changed:
                log(session, held, admin, "person.changed", **changed)
            if held.role is not before.role:
                tell_of_new_right(session, held, admin, now())
            name = held.name
    except PersonChanged:
        return _show(person_id, form, warning=CHANGED, status=409)
    except Refused as why:
        return _show(person_id, form, warning=str(why), status=422)
    if moved:
        flash(f"บันทึกแล้ว {name} ออกจากระบบทุกเครื่อง และใช้สิทธิใหม่เมื่อเข้าสู่ระบบอีกครั้ง", "success")
    else:
        flash("บันทึกแล้ว" if changed else "ไม่มีอะไรเปลี่ยน", "success")
    return redirect(url_for("desk.person", person_id=person_id))


def _place(form: ChangeForm, held: Person, admin: Person) -> Place:
    """Where the form puts them. Raises `Refused`."""
    if held.id == admin.id:  # the page offers them their name alone
        if "role" in request.form and request.form["role"] != held.role.value:
            raise Refused(_OWN_ROLE)
        for one in (form.role, form.division, form.post):
            del form[one.name]
        if not form.validate():
            raise Refused(MISTAKE)
        return place_of(held)
    if not form.validate():
        raise Refused(MISTAKE)
    post = Post(form.post.data) if form.post.data else None
    return Place(Role(form.role.data), id_of(form.division.data), post)


@desk.post("/people/<uuid:person_id>/sessions/end")
def end_person_sessions(person_id: UUID) -> tuple[str, int] | Response:
    def deed(session: Session, held: Person, admin: Person) -> str:
        end_sessions(session, held)
        log(session, held, admin, "person.sessions_ended")
        return f"{held.name} ออกจากระบบทุกเครื่องแล้ว"

    return carry_out(person_id, deed)


@desk.post("/people/<uuid:person_id>/second-factor/reset")
def reset_person_second_factor(person_id: UUID) -> tuple[str, int] | Response:
    def deed(session: Session, held: Person, admin: Person) -> str:
        if not reset_second_factor(session, held):
            raise Refused("ผู้นี้ยังไม่ได้ตั้งแอปยืนยันตัวตน จึงไม่มีอะไรต้องล้าง")
        # A code that was given out before could bring a finder in with a factor of their own.
        end_invitations(session, held, now())
        log(session, held, admin, "person.second_factor_reset")
        tell_of_reset(session, held, admin, now())
        return f"ล้างแอปยืนยันตัวตนของ {held.name} แล้ว ผู้นี้ต้องตั้งใหม่เมื่อเข้าสู่ระบบครั้งหน้า"

    return carry_out(person_id, deed)
