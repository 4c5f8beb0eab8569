"""The agency's divisions: what they are called, who is in them, what they have in hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import StringField

from domain.reminders import Level
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.forms import at_most, filled, stripped
from handlers.desk.pages import render
from handlers.desk.viewer import this_person
from models import audit
from models import division_changes as changes
from models.agency import hold_agency
from models.complaint_access import visible_to
from models.division import Division, answerers_of, divisions_of, get_division
from models.division_changes import BadDivision, Load
from models.duty import Staff, staff_of
from models.person import Person, names_of
from models.staffing import gaps_of


class NameForm(FlaskForm):  # type: ignore[misc]
    name = StringField(
        "ชื่อส่วนราชการ",
        filters=[stripped],
        validators=[filled("กรุณากรอกชื่อส่วนราชการ"), at_most(changes.LONGEST_NAME)],
    )


class AliasForm(FlaskForm):  # type: ignore[misc]
    alias = StringField(
        "ชื่อเรียกอื่น",
        filters=[stripped],
        validators=[filled("กรุณากรอกชื่อเรียก"), at_most(changes.LONGEST_NAME)],
        description="เช่น ชื่อย่อ ชื่อเดิม หรือชื่อที่พิมพ์ในแผน",
    )


@dataclass(frozen=True)
class View:
    id: UUID
    name: str
    aliases: list[str]
    active: bool
    heads: list[str]
    lacks: list[str]
    answerer: str
    load: Load
    seen: str

    @property
    def hindrances(self) -> list[str]:
        """Why it cannot be retired yet."""
        counted = (
            (self.load.people, "เจ้าหน้าที่ {} คน", "ให้พ้นหน้าที่หรือเลิกดูแลส่วนราชการนี้ก่อน"),
            (self.load.groups, "กลุ่ม LINE {} กลุ่ม", "เลิกเชื่อมกลุ่มก่อน"),
            (self.load.obligations, "งวดรายงานที่ยังไม่ปิด {} งวด", "รายงานหรือยกเลิกให้ครบก่อน"),
            (self.load.cases, "เรื่องร้องเรียนที่ยังไม่จบ {} เรื่อง", "ปิดเรื่องหรือส่งต่อก่อน"),
            (self.load.questions, "คำถามรอคำตอบ {} ข้อ", "ตอบหรือส่งต่อก่อน"),
        )
        return [f"{what.format(f'{count:,}')} ({do})" for count, what, do in counted if count]


_LEVELS = {Level.DIVISION: "เจ้าหน้าที่", Level.HEAD: "หัวหน้า"}


def _views(session: Session, admin: Person, only: UUID | None = None) -> list[View]:
    agency_id = admin.agency_id
    divisions = divisions_of(session, agency_id)
    staff = staff_of(session, agency_id)
    loads = changes.loads_of(session, agency_id, visible_to(admin))
    answerers = answerers_of(session, agency_id)
    names = names_of(session, agency_id, set(answerers.values()))
    return [
        View(
            id=one.id,
            name=one.name,
            aliases=list(one.aliases),
            active=one.active,
            heads=[member.person.name for member in staff.holders(one.id, Level.HEAD)],
            lacks=_lacks(staff, one) if one.active else [],
            answerer=names.get(answerers[one.id], "") if one.id in answerers else "",
            load=loads[one.id],
            seen=changes.mark_of(one),
        )
        for one in divisions
        if only is None or one.id == only
    ]


def _lacks(staff: Staff, division: Division) -> list[str]:
    """Posts of this division that are vacant, or whose holders cannot be reached."""
    return [
        f"{_LEVELS[gap.level]} "
        + ("ยังไม่ได้เชื่อม LINE และไม่มีอีเมล" if gap.holders else "ยังไม่มีผู้ดำรงตำแหน่ง")
        for gap in gaps_of(staff, division.id)
        if gap.level in _LEVELS
    ]


@desk.get("/divisions")
def divisions() -> tuple[str, int]:
    return _show_all(NameForm(formdata=None))


def _show_all(form: NameForm, *, warning: str = "", status: int = 200) -> tuple[str, int]:
    with services().db.reading() as session:
        views = _views(session, this_person(session))
    return render(
        "divisions.html",
        section="desk.divisions",
        active=[one for one in views if one.active],
        retired=[one for one in views if not one.active],
        form=form,
        warning=warning,
        status=status,
    )


@desk.post("/divisions")
def add_division() -> tuple[str, int] | Response:
    form = NameForm()
    if not form.validate_on_submit():
        return _show_all(form, warning="ยังไม่ได้เพิ่ม กรุณาแก้ไขช่องที่มีข้อความสีแดง", status=422)
    try:
        with services().db.writing() as session:
            admin = this_person(session)
            hold_agency(session, admin.agency_id)  # of two who add the same name, one does
            added = changes.add(session, admin.agency_id, form.name.data)
            _record(session, admin, added, "division.added", {"name": added.name})
            name = added.name
    except BadDivision as error:
        form.name.errors = [told(error)]
        return _show_all(form, warning="ยังไม่ได้เพิ่ม กรุณาแก้ไขช่องที่มีข้อความสีแดง", status=422)
    flash(f"เพิ่ม{name}แล้ว", "success")
    return redirect(url_for("desk.divisions"))


def told(error: BadDivision) -> str:
    other = error.division
    return {
        "empty": "กรุณากรอกชื่อ",
        "long": f"ชื่อยาวเกินไป เขียนได้ไม่เกิน {changes.LONGEST_NAME} ตัวอักษร",
        "every": "ชื่อนี้หมายถึงทุกส่วนราชการ ใช้เป็นชื่อของส่วนราชการเดียวไม่ได้",
        "taken": f"ชื่อนี้หมายถึง “{other}” อยู่แล้ว กรุณาใช้ชื่ออื่น หรือแก้ชื่อเรียกของ “{other}” ก่อน",
        "retired": f"“{other}” เป็นชื่อของส่วนราชการที่เลิกใช้แล้ว หากเป็นส่วนราชการเดิม ให้เปิดใช้อีกครั้งแทน",
        "many": f"มีส่วนราชการครบ {changes.MOST_DIVISIONS} แห่งแล้ว เพิ่มอีกไม่ได้",
        "many_aliases": f"มีชื่อเรียกครบ {changes.MOST_ALIASES} ชื่อแล้ว กรุณาลบชื่อที่ไม่ใช้ก่อน",
    }[error.reason]


@desk.get("/divisions/<uuid:division_id>")
def division(division_id: UUID) -> tuple[str, int]:
    return _show(division_id, None, AliasForm(formdata=None))


def _show(
    division_id: UUID,
    name_form: NameForm | None,
    alias_form: AliasForm,
    *,
    warning: str = "",
    status: int = 200,
) -> tuple[str, int]:
    with services().db.reading() as session:
        admin = this_person(session)
        if get_division(session, admin.agency_id, division_id) is None:
            abort(404)
        view = _views(session, admin, division_id)[0]
    return render(
        "division.html",
        section="desk.divisions",
        division=view,
        name_form=name_form or NameForm(formdata=None, data={"name": view.name}),
        alias_form=alias_form,
        warning=warning,
        status=status,
    )


Deed = Callable[[Session, Person, Division], str]  # what to say when it is done
_CHANGED = "ยังไม่ได้บันทึก เพราะมีผู้อื่นแก้ส่วนราชการนี้เมื่อสักครู่ กรุณาตรวจข้อมูลล่าสุดด้านล่าง แล้วลองอีกครั้ง"
_NOT_SAVED = "ยังไม่ได้บันทึก กรุณาแก้ไขช่องที่มีข้อความสีแดง"


class _CannotRetire(Exception):
    pass


def _do(
    division_id: UUID,
    deed: Deed,
    name_form: NameForm | None = None,
    alias_form: AliasForm | None = None,
) -> tuple[str, int] | Response:
    """Do it to the division as it was seen; else say what changed, and keep what was typed."""
    shown = alias_form or AliasForm(formdata=None)
    form = name_form or alias_form
    if form is not None and not form.validate():
        return _show(division_id, name_form, shown, warning=_NOT_SAVED, status=422)
    try:
        with services().db.writing() as session:
            admin = this_person(session)
            hold_agency(session, admin.agency_id)
            found = changes.hold_division(session, admin.agency_id, division_id)
            if found is None:
                abort(404)
            changed = changes.mark_of(found) != request.form.get("seen", "")
            done = "" if changed else deed(session, admin, found)
    except BadDivision as error:
        if form is None:
            return _show(division_id, None, shown, warning=told(error), status=409)
        field = name_form.name if name_form else shown.alias
        field.errors = [told(error)]
        return _show(division_id, name_form, shown, warning=_NOT_SAVED, status=422)
    except _CannotRetire:
        text = "ยังเลิกใช้ไม่ได้ เพราะยังมีงานหรือคนอยู่ในส่วนราชการนี้ ดูรายการด้านล่าง"
        return _show(division_id, None, shown, warning=text, status=409)
    if changed:
        return _show(division_id, name_form, shown, warning=_CHANGED, status=409)
    flash(done, "success")
    return redirect(url_for("desk.division", division_id=division_id))


@desk.post("/divisions/<uuid:division_id>/rename")
def rename_division(division_id: UUID) -> tuple[str, int] | Response:
    form = NameForm()

    def deed(session: Session, admin: Person, found: Division) -> str:
        before = found.name
        if not changes.rename(session, found, form.name.data):
            return "ชื่อเหมือนเดิม ไม่มีอะไรเปลี่ยน"
        _record(session, admin, found, "division.renamed", {"from": before, "to": found.name})
        return f"เปลี่ยนชื่อเป็น “{found.name}” แล้ว ชื่อเดิมเก็บไว้เป็นชื่อเรียกอื่น"

    return _do(division_id, deed, name_form=form)


@desk.post("/divisions/<uuid:division_id>/aliases")
def add_division_alias(division_id: UUID) -> tuple[str, int] | Response:
    form = AliasForm()

    def deed(session: Session, admin: Person, found: Division) -> str:
        if not changes.add_alias(session, found, form.alias.data):
            return "มีชื่อเรียกนี้อยู่แล้ว ไม่ต้องเพิ่ม"
        _record(session, admin, found, "division.alias_added", {"alias": found.aliases[-1]})
        return f"เพิ่มชื่อเรียก “{found.aliases[-1]}” แล้ว"

    return _do(division_id, deed, alias_form=form)


@desk.post("/divisions/<uuid:division_id>/aliases/remove")
def remove_division_alias(division_id: UUID) -> tuple[str, int] | Response:
    alias = request.form.get("alias", "")

    def deed(session: Session, admin: Person, found: Division) -> str:
        if not changes.remove_alias(session, found, alias):
            return "ไม่มีชื่อเรียกนี้แล้ว"
        _record(session, admin, found, "division.alias_removed", {"alias": alias})
        return f"ลบชื่อเรียก “{alias}” แล้ว"

    return _do(division_id, deed)


@desk.post("/divisions/<uuid:division_id>/retire")
def retire_division(division_id: UUID) -> tuple[str, int] | Response:
    def deed(session: Session, admin: Person, found: Division) -> str:
        if not found.active:
            return "ส่วนราชการนี้เลิกใช้ไปแล้ว"
        loads = changes.loads_of(session, admin.agency_id, visible_to(admin))
        if not loads[found.id].is_nothing:
            raise _CannotRetire
        changes.retire(session, found)
        _record(session, admin, found, "division.retired", {})
        return f"เลิกใช้{found.name}แล้ว ประวัติที่ผ่านมายังอยู่ครบ"

    return _do(division_id, deed)


@desk.post("/divisions/<uuid:division_id>/bring-back")
def bring_back_division(division_id: UUID) -> tuple[str, int] | Response:
    def deed(session: Session, admin: Person, found: Division) -> str:
        if found.active:
            return "ส่วนราชการนี้ใช้อยู่แล้ว"
        changes.bring_back(session, found)
        _record(session, admin, found, "division.brought_back", {})
        return f"เปิดใช้{found.name}อีกครั้งแล้ว"

    return _do(division_id, deed)


def _record(
    session: Session, admin: Person, division: Division, action: str, detail: dict[str, str]
) -> None:
    audit.record_deed(session, admin, action, f"division:{division.id}", now(), detail)
