"""One member of staff: inviting, revoking, e-mail, further divisions, leaving and coming back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import segno
from flask import abort, flash, redirect, request, url_for
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from documents.drawing import add_friend_link
from domain.addresses import chat_link, read_email
from domain.calendar import bangkok_day
from domain.reminders import Level
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.forms import stripped
from handlers.desk.pages import render
from handlers.desk.people import LEVELS, Reach, reach_of
from handlers.desk.people_forms import id_of
from handlers.desk.people_notices import (
    tell_of_invitation,
    tell_of_lost_reader,
    tell_of_new_right,
)
from handlers.desk.viewer import signed_in, this_person
from handlers.desk.words import word
from models import audit
from models.agency import Agency
from models.complaint_hands import let_go
from models.division import active_divisions, division_names, get_division
from models.duty import (
    add_duty,
    come_back,
    duties_of,
    email_of,
    email_taken,
    leave,
    remove_duty,
    remove_email,
    set_email,
    staff_of,
)
from models.invitation import INVITATION_DAYS, invite, open_invitation
from models.login import is_locked
from models.person import OF_A_DIVISION, Person, get_person, unlink
from models.second_factor import has_second_factor
from models.staffing import PersonChanged, hold, is_last_admin, mark_of, unchanged

CHANGED = (
    "ยังไม่ได้บันทึก เพราะมีผู้ดูแลระบบอีกคนแก้ไขเจ้าหน้าที่ผู้นี้ หรือออกรหัสเชิญใหม่ หลังจากท่านเปิดหน้านี้ "
    "ด้านล่างคือข้อมูลล่าสุด กรุณาตรวจแล้วทำอีกครั้งหากยังต้องการ"
)

LAST_ADMIN = "ผู้นี้เป็นผู้ดูแลระบบคนเดียวของหน่วยงาน ให้เพิ่มหรือตั้งผู้ดูแลระบบอีกคนก่อน"


class Refused(Exception):
    """What was asked for cannot be done; the text says why, in Thai."""


@dataclass(frozen=True)
class Duty:
    division_id: UUID
    division: str
    post: str
    own: bool  # theirs, and not one that they look after besides


@dataclass(frozen=True)
class View:
    id: UUID
    name: str
    username: str
    post: str
    active: bool
    itself: bool  # the admin who looks
    linked: bool
    reach: list[Reach]
    email: str
    invited_until: datetime | None
    duties: list[Duty]
    further: list[tuple[UUID, str]]  # divisions that can be added
    has_password: bool
    has_second_factor: bool
    signed_in_at: datetime | None
    locked_until: datetime | None
    seen: str


def _view(session: Session, person_id: UUID) -> View:
    admin = this_person(session)
    person = get_person(session, admin.agency_id, person_id)
    if person is None:
        abort(404)
    divisions = division_names(session, admin.agency_id)
    bound = person.role in OF_A_DIVISION
    duties = [
        Duty(
            one,
            divisions[one],
            LEVELS[Level.HEAD if is_head else Level.DIVISION],
            bound and one == person.division_id,
        )
        for one, is_head in duties_of(session, person).items()
        if bound or one != person.division_id
    ]
    member = next(
        (one for one in staff_of(session, admin.agency_id).members if one.person.id == person.id),
        None,
    )
    invitation = open_invitation(session, person, now())
    taken = {one.division_id for one in duties}
    return View(
        id=person.id,
        name=person.name,
        username=person.username,
        post=word(person.role) + (f" ({word(person.post)})" if person.post else ""),
        active=person.active,
        itself=person.id == admin.id,
        linked=person.contact_id is not None,
        reach=reach_of(member) if member else [],
        email=email_of(session, person),
        invited_until=invitation.expires_at if invitation else None,
        duties=duties,
        further=[
            (one.id, one.name)
            for one in active_divisions(session, admin.agency_id)
            if one.id not in taken
        ],
        has_password=person.password_hash is not None,
        has_second_factor=has_second_factor(person),
        signed_in_at=person.signed_in_at,
        locked_until=person.locked_until if is_locked(person, now()) else None,
        seen=mark_of(session, person, now()),
    )


@desk.get("/people/<uuid:person_id>")
def person(person_id: UUID) -> tuple[str, int]:
    return show_person(person_id)


def show_person(
    person_id: UUID, *, warning: str = "", typed: str | None = None, status: int = 200
) -> tuple[str, int]:
    with services().db.reading() as session:
        view = _view(session, person_id)
    return render(
        "person.html",
        section="desk.people",
        person=view,
        email=view.email if typed is None else typed,
        warning=warning,
        status=status,
    )


Deed = Callable[[Session, Person, Person], str]  # the session, the person, the admin: what to say


def hold_both(session: Session, person_id: UUID) -> tuple[Person, Person]:
    """The person as they were seen and the admin: two admins of one office come one by one."""
    viewer = signed_in()
    if viewer is None:
        abort(403)
    hold(session, viewer.agency_id, {viewer.person_id, person_id})
    admin = this_person(session)
    held = unchanged(session, admin.agency_id, person_id, request.form.get("seen", ""), now())
    if held is None:
        abort(404)
    return held, admin


def carry_out(
    person_id: UUID, deed: Deed, *, typed: str | None = None
) -> tuple[str, int] | Response:
    try:
        with services().db.writing() as session:
            held, admin = hold_both(session, person_id)
            done = deed(session, held, admin)
    except PersonChanged:
        return show_person(person_id, warning=CHANGED, typed=typed, status=409)
    except Refused as why:
        return show_person(person_id, warning=str(why), typed=typed, status=422)
    except IntegrityError:
        return show_person(person_id, warning=CHANGED, typed=typed, status=409)
    flash(done, "success")
    return redirect(url_for("desk.person", person_id=person_id))


def log(session: Session, person: Person, admin: Person, action: str, **detail: str) -> None:
    audit.record_deed(session, admin, action, f"person:{person.id}", now(), detail)


@dataclass(frozen=True)
class Code:
    """What is shown once."""

    name: str
    username: str
    agency: str
    slug: str
    desk: str  # the address of the page where a password is chosen
    code: str
    until: date
    basic_id: str
    add_link: str
    link: str
    qr: str  # a data address; "" while the account's id is unknown
    heads: bool


@desk.post("/people/<uuid:person_id>/invite")
def invite_person(person_id: UUID) -> tuple[str, int] | Response:
    try:
        with services().db.writing() as session:
            held, admin = hold_both(session, person_id)
            if not held.active:
                raise Refused("ผู้นี้พ้นหน้าที่แล้ว ให้กลับมาปฏิบัติหน้าที่ก่อน จึงออกรหัสเชิญได้")
            text = invite(session, held, now())
            log(session, held, admin, "person.invited")
            tell_of_invitation(session, held, admin, now())
            agency = session.get_one(Agency, held.agency_id)
            code = _code(held, agency, text, heads=any(duties_of(session, held).values()))
    except PersonChanged:
        return show_person(person_id, warning=CHANGED, status=409)
    except Refused as why:
        return show_person(person_id, warning=str(why), status=422)
    return render("person_invited.html", section="desk.people", invited=code, person_id=person_id)


def _code(person: Person, agency: Agency, text: str, *, heads: bool) -> Code:
    basic_id = agency.basic_id or ""
    link = chat_link(basic_id, text) if basic_id else ""
    return Code(
        name=person.name,
        username=person.username,
        agency=agency.name,
        slug=agency.slug,
        desk=url_for("desk.invitation", _external=True),
        code=text,
        until=bangkok_day(now() + timedelta(days=INVITATION_DAYS)),
        basic_id=basic_id,
        add_link=add_friend_link(basic_id) if basic_id else "",
        link=link,
        qr=segno.make_qr(link, error="m").svg_data_uri(scale=6, border=4) if link else "",
        heads=heads,
    )


@desk.post("/people/<uuid:person_id>/unlink")
def unlink_person(person_id: UUID) -> tuple[str, int] | Response:
    def deed(session: Session, held: Person, admin: Person) -> str:
        if held.contact_id is not None:
            tell_of_lost_reader(session, held, admin, "ยกเลิกการเชื่อม LINE", now())
        if not unlink(session, held):
            raise Refused("ผู้นี้ยังไม่ได้เชื่อมบัญชี LINE จึงไม่มีอะไรต้องยกเลิก")
        log(session, held, admin, "person.unlinked")
        return f"ยกเลิกการเชื่อม LINE ของ {held.name} แล้ว บัญชี LINE นั้นจะไม่ได้รับงานและรายงานแทนไม่ได้อีก"

    return carry_out(person_id, deed)


@desk.post("/people/<uuid:person_id>/email")
def set_person_email(person_id: UUID) -> tuple[str, int] | Response:
    typed = stripped(request.form.get("email", ""))

    def deed(session: Session, held: Person, admin: Person) -> str:
        if not typed:
            if email_of(session, held):
                tell_of_lost_reader(session, held, admin, "ลบอีเมล", now())
            if not remove_email(session, held):
                raise Refused("ยังไม่ได้กรอกอีเมล")
            log(session, held, admin, "person.email_removed")
            return "ลบอีเมลแล้ว"
        address = read_email(typed)
        if address is None:
            raise Refused("ยังไม่ได้บันทึก อีเมลไม่ถูกต้อง ตรวจอีกครั้ง ตัวอย่างที่ถูกต้อง: saraban@example.go.th")
        if not held.active:
            raise Refused("ผู้นี้พ้นหน้าที่แล้ว ให้กลับมาปฏิบัติหน้าที่ก่อน จึงกรอกอีเมลได้")
        if email_taken(session, held, address):
            raise Refused("ยังไม่ได้บันทึก อีเมลนี้เป็นของเจ้าหน้าที่อีกคนแล้ว หนึ่งอีเมลใช้ได้หนึ่งคน")
        if email_of(session, held) not in ("", address):
            tell_of_lost_reader(session, held, admin, "เปลี่ยนอีเมล", now())
        set_email(session, held, address)
        log(session, held, admin, "person.email_set")
        return "บันทึกอีเมลแล้ว ระบบจะส่งสรุปงานทางอีเมลเมื่อผู้นี้ไม่ได้เชื่อม LINE"

    return carry_out(person_id, deed, typed=typed)


@desk.post("/people/<uuid:person_id>/duties")
def add_person_duty(person_id: UUID) -> tuple[str, int] | Response:
    division_id = id_of(request.form.get("division", ""))
    is_head = request.form.get("post", "") == "head"

    def deed(session: Session, held: Person, admin: Person) -> str:
        division = get_division(session, held.agency_id, division_id) if division_id else None
        if division is None or not division.active:
            raise Refused("กรุณาเลือกส่วนราชการ")
        if not held.active:
            raise Refused("ผู้นี้พ้นหน้าที่แล้ว ให้กลับมาปฏิบัติหน้าที่ก่อน")
        if held.role in OF_A_DIVISION and division.id == held.division_id:
            raise Refused(f"{division.name}เป็นส่วนราชการของผู้นี้อยู่แล้ว")
        add_duty(session, held, division.id, is_head=is_head)
        post = "head" if is_head else "staff"
        log(session, held, admin, "duty.added", division=str(division.id), post=post)
        return f"{held.name} ดูแล{division.name}ด้วยแล้ว"

    return carry_out(person_id, deed)


@desk.post("/people/<uuid:person_id>/duties/<uuid:division_id>/remove")
def remove_person_duty(person_id: UUID, division_id: UUID) -> tuple[str, int] | Response:
    def deed(session: Session, held: Person, admin: Person) -> str:
        if not remove_duty(session, held, division_id):
            raise Refused("ผู้นี้ไม่ได้ดูแลส่วนราชการนั้นเพิ่มอยู่แล้ว")
        log(session, held, admin, "duty.removed", division=str(division_id))
        return "บันทึกแล้ว ผู้นี้ไม่ดูแลส่วนราชการนั้นเพิ่มอีก"

    return carry_out(person_id, deed)


@desk.post("/people/<uuid:person_id>/leave")
def give_up_person(person_id: UUID) -> tuple[str, int] | Response:
    def deed(session: Session, held: Person, admin: Person) -> str:
        if held.id == admin.id:
            raise Refused("ท่านให้ตนเองพ้นหน้าที่ไม่ได้ กรุณาให้ผู้ดูแลระบบอีกคนทำ")
        if not held.active:
            raise Refused("ผู้นี้พ้นหน้าที่อยู่แล้ว")
        if is_last_admin(session, held):
            raise Refused(LAST_ADMIN)
        tell_of_lost_reader(session, held, admin, "บันทึกการพ้นหน้าที่", now())
        leave(session, held, now())
        cases = let_go(session, held, admin, now())  # holds cases: before the log is written to
        log(session, held, admin, "person.given_up")
        left = f" เรื่องร้องเรียน {cases} เรื่องที่ถืออยู่ยังไม่มีผู้รับผิดชอบ กรุณามอบหมายใหม่" if cases else ""
        return f"{held.name} พ้นหน้าที่แล้ว ออกจากระบบทุกเครื่อง เลิกเชื่อม LINE และรหัสเชิญใช้ไม่ได้แล้ว{left}"

    return carry_out(person_id, deed)


@desk.post("/people/<uuid:person_id>/return")
def return_person(person_id: UUID) -> tuple[str, int] | Response:
    def deed(session: Session, held: Person, admin: Person) -> str:
        if held.active:
            raise Refused("ผู้นี้ปฏิบัติหน้าที่อยู่แล้ว")
        division = (
            get_division(session, held.agency_id, held.division_id) if held.division_id else None
        )
        if division is not None and not division.active:
            raise Refused(f"{division.name} เลิกใช้แล้ว กรุณานำส่วนราชการนั้นกลับมาใช้ก่อน แล้วจึงให้ผู้นี้กลับมา")
        come_back(session, held)
        log(session, held, admin, "person.returned")
        tell_of_new_right(session, held, admin, now())
        return f"{held.name} กลับมาปฏิบัติหน้าที่แล้ว ออกรหัสเชิญใหม่เพื่อให้ตั้งรหัสผ่านและเชื่อม LINE"

    return carry_out(person_id, deed)
