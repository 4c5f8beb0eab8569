"""Everybody who works here, by division: their posts, how they are reached, and what is vacant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from domain.reminders import Level
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.forms import options
from handlers.desk.pages import render
from handlers.desk.people_forms import PersonForm, id_of
from handlers.desk.people_notices import tell_of_new_right
from handlers.desk.permissions import Permission, may
from handlers.desk.viewer import this_person
from handlers.desk.words import word
from models import audit
from models.division import Division, active_divisions
from models.duty import Member, Staff, linked_group, staff_of, unlink_group
from models.person import Person, Post, Role, add_person, find_person
from models.staffing import Gap, gaps_of

_OF_ONE_DIVISION = (Level.DIVISION, Level.HEAD)
LEVELS = {
    Level.DIVISION: "เจ้าหน้าที่",
    Level.HEAD: "หัวหน้า",
    Level.CLERK: "ปลัด",
    Level.MAYOR: "นายก",
}
UNCHOSEN = "ไม่สังกัด"


@dataclass(frozen=True)
class Reach:
    """How somebody is told: in a word, and whether it works."""

    label: str
    look: str


_LINE = Reach("LINE", "tag-good")
_MAIL = Reach("อีเมล", "tag-busy")
_BLOCKED = Reach("LINE ส่งไม่ถึง", "tag-late")
_NOWHERE = Reach("ยังติดต่อไม่ได้", "tag-late")
_UNLINKED = Reach("ยังไม่เชื่อม", "")  # whom no reminder would reach anyway


def reach_of(member: Member) -> list[Reach]:
    found = []
    if member.line is not None:
        found.append(_LINE)
    elif member.person.contact_id is not None:
        found.append(_BLOCKED)  # they blocked the account
    if member.email is not None:
        found.append(_MAIL)
    in_the_ladder = bool(member.duties) or member.person.post is not None
    return found or [_NOWHERE if in_the_ladder else _UNLINKED]


@dataclass(frozen=True)
class Row:
    id: UUID
    name: str
    post: str
    also: str  # the other divisions they serve
    reach: list[Reach]


@dataclass(frozen=True)
class Group:
    """A division with its people and its LINE groups."""

    id: UUID
    name: str
    rows: list[Row]
    line_groups: list[UUID]


@dataclass(frozen=True)
class Lack:
    """A post in which nobody can be told, and who is told instead."""

    where: str
    why: str
    told: str
    people: list[tuple[UUID, str]] = field(default_factory=list)


def _post(member: Member) -> str:
    person = member.person
    return word(person.post) if person.post is not None else word(person.role)


def _row(member: Member, names: dict[UUID, str], division_id: UUID | None = None) -> Row:
    post = _post(member)
    if division_id is not None and member.person.post is None:
        post = LEVELS[Level.HEAD if member.duties[division_id] else Level.DIVISION]
        if member.person.division_id != division_id:
            post += " (ดูแลเพิ่ม)"
    also = ", ".join(
        f"{names[one]} ({LEVELS[Level.HEAD]})" if is_head else names[one]
        for one, is_head in member.duties.items()
        if one != division_id and one in names
    )
    return Row(member.person.id, member.person.name, post, also, reach_of(member))


def _groups(staff: Staff, divisions: Sequence[Division]) -> list[Group]:
    names = {one.id: one.name for one in divisions}
    found = []
    for division in divisions:
        serving = [one for one in staff.members if division.id in one.duties]
        serving.sort(key=lambda one: (not one.duties[division.id], one.person.name))
        found.append(
            Group(
                division.id,
                division.name,
                [_row(one, names, division.id) for one in serving],
                [one.id for one in staff.groups.get(division.id, [])],
            )
        )
    return found


def _lack(where: str, gap: Gap) -> Lack:
    why = _NOWHERE.label if gap.holders else "ตำแหน่งว่าง"
    told = LEVELS[gap.told] if gap.told is not None else ""
    if gap.told is Level.HEAD:
        told = "หัวหน้าส่วนราชการเดียวกัน"
    people = [(one.person.id, one.person.name) for one in gap.holders]
    return Lack(where, why, told, people)


def _lacks(staff: Staff, divisions: Sequence[Division]) -> list[Lack]:
    """Of divisions, each; of the posts above them, which are everybody's, once."""
    above: dict[Level, Lack] = {}
    found = []
    for division in divisions:
        for gap in gaps_of(staff, division.id):
            if gap.level in _OF_ONE_DIVISION:
                found.append(_lack(f"{LEVELS[gap.level]} {division.name}", gap))
            else:
                above.setdefault(gap.level, _lack(LEVELS[gap.level], gap))
    return [*above.values(), *found]


@desk.get("/people")
def people() -> tuple[str, int]:
    with services().db.reading() as session:
        person = this_person(session)
        agency_id = person.agency_id
        admin = may(person.role, Permission.PEOPLE)
        divisions = active_divisions(session, agency_id)
        staff = staff_of(session, agency_id)
        lacks = _lacks(staff, divisions)
        names = {one.id: one.name for one in divisions}
        groups = _groups(staff, divisions)
        others = [_row(one, names) for one in staff.members if not one.duties]
        gone = _gone(session, agency_id) if admin else []
    return render(
        "people.html",
        section="desk.people",
        admin=admin,
        groups=groups,
        others=others,
        lacks=lacks,
        gone=gone,
    )


def _gone(session: Session, agency_id: int) -> list[tuple[UUID, str]]:
    query = select(Person.id, Person.name).where(
        Person.agency_id == agency_id, Person.active.is_(False)
    )
    return [(row[0], row[1]) for row in session.execute(query.order_by(Person.name))]


@desk.get("/people/new")
def new_person() -> tuple[str, int]:
    return _show_new(PersonForm(formdata=None))


def _show_new(form: PersonForm, *, warning: str = "", status: int = 200) -> tuple[str, int]:
    if not form.division.choices:
        _offer_divisions(form)
    return render(
        "person_new.html", section="desk.people", form=form, warning=warning, status=status
    )


def _offer_divisions(form: PersonForm) -> None:
    with services().db.reading() as session:
        divisions = active_divisions(session, this_person(session).agency_id)
        found = ((str(one.id), one.name) for one in divisions)
        form.division.choices = options(("", UNCHOSEN), *found)


@desk.post("/people", endpoint="add_person")
def add_a_person() -> tuple[str, int] | Response:
    form = PersonForm()
    _offer_divisions(form)
    if not form.validate():
        return _show_new(form, warning="ยังไม่ได้เพิ่ม กรุณาแก้ช่องที่มีข้อความสีแดง", status=422)
    try:
        with services().db.writing() as session:
            admin = this_person(session)
            if find_person(session, admin.agency_id, form.username.data) is not None:
                form.username.errors = ["มีชื่อผู้ใช้นี้ในหน่วยงานแล้ว กรุณาใช้ชื่ออื่น"]
                return _show_new(form, warning="ยังไม่ได้เพิ่ม มีชื่อผู้ใช้นี้แล้ว", status=422)
            added = add_person(
                session,
                admin.agency_id,
                username=form.username.data,
                name=form.name.data,
                role=Role(form.role.data),
                division_id=id_of(form.division.data),
                post=Post(form.post.data) if form.post.data else None,
            )
            audit.record_deed(
                session,
                admin,
                "person.added",
                f"person:{added.id}",
                now(),
                {"role": added.role.value},
            )
            tell_of_new_right(session, added, admin, now())
            person_id, name = added.id, added.name
    except IntegrityError:  # on PostgreSQL another admin added them at the same moment
        warning = "ยังไม่ได้เพิ่ม เพราะมีผู้เพิ่มชื่อผู้ใช้นี้ในเวลาเดียวกัน"
        return _show_new(form, warning=warning, status=409)
    flash(f"เพิ่ม {name} แล้ว ขั้นต่อไป ออกรหัสเชิญให้เชื่อม LINE หรือกรอกอีเมลไว้รับแจ้ง", "success")
    return redirect(url_for("desk.person", person_id=person_id))


@desk.post("/people/groups/unlink")
def unlink_line_group() -> Response:
    group_id = id_of(request.form.get("group", ""))
    if group_id is None:
        abort(400)
    with services().db.writing() as session:
        admin = this_person(session)
        group = linked_group(session, admin.agency_id, group_id)
        if group is not None:
            audit.record_deed(
                session, admin, "group.unlinked", f"division:{group.division_id}", now()
            )
            unlink_group(session, group)
    if group is None:
        flash("กลุ่มนี้ไม่ได้เชื่อมอยู่แล้ว อาจมีผู้อื่นเลิกเชื่อมไปก่อน", "warning")
    else:
        flash("เลิกเชื่อมกลุ่ม LINE แล้ว งานของส่วนราชการจะไม่แจ้งในกลุ่มนั้นอีก", "success")
    return redirect(url_for("desk.people"))
