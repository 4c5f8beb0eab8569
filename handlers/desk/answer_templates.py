"""Templates of answers: listed, added, changed, removed by those who hand out cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from domain.answer_template import PLACES, unknown_places
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.case_forms import TemplateForm
from handlers.desk.forms import MISTAKE
from handlers.desk.pages import render
from handlers.desk.viewer import this_person
from models.answer_template import (
    MOST_TEMPLATES,
    AnswerTemplate,
    BadTemplate,
    get_template,
    put_template,
    remove_template,
    templates_of,
)
from models.person import names_of


@dataclass(frozen=True)
class TemplateRow:
    id: UUID
    title: str
    text: str
    by: str
    at: datetime


@desk.get("/answer-templates")
def answer_templates() -> tuple[str, int]:
    with services().db.reading() as session:
        person = this_person(session)
        found = templates_of(session, person.agency_id)
        names = names_of(session, person.agency_id, {one.made_by for one in found})
        rows = [
            TemplateRow(one.id, one.title, one.text, names.get(one.made_by, ""), one.changed_at)
            for one in found
        ]
    return render(
        "answer_templates.html", section="desk.complaints", rows=rows, most=MOST_TEMPLATES
    )


@desk.get("/answer-templates/new")
def new_template() -> tuple[str, int]:
    return _form(TemplateForm(formdata=None), None)


@desk.get("/answer-templates/<uuid:template_id>")
def answer_template(template_id: UUID) -> tuple[str, int]:
    form = TemplateForm(formdata=None)
    with services().db.reading() as session:
        found = _found(session, template_id)
        form.title.data, form.text.data = found.title, found.text
        form.seen.data = found.changed_at.isoformat()
    return _form(form, template_id)


def _found(session: Session, template_id: UUID) -> AnswerTemplate:
    found = get_template(session, this_person(session).agency_id, template_id)
    if found is None:
        abort(404)
    return found


def _form(
    form: TemplateForm, template_id: UUID | None, *, warning: str = "", status: int = 200
) -> tuple[str, int]:
    return render(
        "answer_template.html",
        section="desk.complaints",
        form=form,
        template_id=template_id,
        places=PLACES,
        warning=warning,
        status=status,
    )


@desk.post("/answer-templates/new")
def add_template() -> tuple[str, int] | Response:
    return _put(None)


@desk.post("/answer-templates/<uuid:template_id>")
def change_template(template_id: UUID) -> tuple[str, int] | Response:
    return _put(template_id)


_WHY_NOT = {
    "taken": "มีแบบคำตอบชื่อนี้แล้ว กรุณาใช้ชื่ออื่น",
    "many": f"มีแบบคำตอบครบ {MOST_TEMPLATES} แบบแล้ว กรุณาลบแบบที่ไม่ใช้ก่อน",
}
_CHANGED = (
    "ยังไม่ได้บันทึก เพราะมีผู้อื่นแก้แบบคำตอบนี้ระหว่างที่ท่านเปิดอยู่ ข้อความของผู้นั้นอยู่ด้านล่าง "
    "หากส่งอีกครั้ง ข้อความของท่านจะแทนที่"
)


def _put(template_id: UUID | None) -> tuple[str, int] | Response:
    form = TemplateForm()
    valid = form.validate()
    unknown = unknown_places(form.text.data or "")
    if unknown:
        known = " ".join(f"{{{one}}}" for one in PLACES)
        braced = " ".join(f"{{{one}}}" for one in unknown)
        form.text.errors = [*form.text.errors, f"ไม่รู้จัก {braced} ช่องที่เติมให้เองได้มี {known}"]
    theirs = ""
    try:
        with services().db.writing() as session:
            found = None if template_id is None else _found(session, template_id)
            if valid and not unknown:
                if found is not None and form.seen.data != found.changed_at.isoformat():
                    theirs = found.text
                    form.seen.data = found.changed_at.isoformat()
                    raise BadTemplate("changed")
                person = this_person(session)
                put_template(session, person, found, form.title.data, form.text.data, now())
    except BadTemplate as error:
        if error.why == "changed":
            form.text.description = f"ข้อความที่ผู้อื่นบันทึกไว้: {theirs}"
            return _form(form, template_id, warning=_CHANGED, status=409)
        form.title.errors = [_WHY_NOT[error.why]]
        return _form(form, template_id, warning=MISTAKE, status=422)
    if not valid or unknown:
        return _form(form, template_id, warning=MISTAKE, status=422)
    flash("บันทึกแบบคำตอบแล้ว", "success")
    return redirect(url_for("desk.answer_templates"))


@desk.post("/answer-templates/<uuid:template_id>/remove")
def drop_template(template_id: UUID) -> Response:
    with services().db.writing() as session:
        person = this_person(session)
        found = get_template(session, person.agency_id, template_id)
        changed = found is not None and request.form.get("seen") != found.changed_at.isoformat()
        if found is not None and not changed:
            remove_template(session, found, person, now())
    if changed:
        flash("ยังไม่ได้ลบ เพราะมีผู้อื่นแก้แบบคำตอบนี้ กรุณาอ่านอีกครั้งก่อนลบ", "warning")
    else:
        flash("ลบแบบคำตอบแล้ว" if found else "แบบคำตอบนี้ถูกลบไปแล้ว", "success")
    return redirect(url_for("desk.answer_templates"))
