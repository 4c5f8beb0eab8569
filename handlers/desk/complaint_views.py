"""Filters of the log under a name: kept, opened, removed."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.complaint_filters import read_filters
from handlers.desk.complaint_list import given_in, read_log, show_log
from handlers.desk.forms import stripped
from handlers.desk.viewer import this_person
from models import saved_view
from models.saved_view import TooManyViews

_LONGEST_NAME = 100
_NO_NAME = "ยังไม่ได้บันทึก กรุณาตั้งชื่อมุมมอง"
_LONG_NAME = f"ยังไม่ได้บันทึก ชื่อมุมมองยาวได้ไม่เกิน {_LONGEST_NAME} ตัวอักษร"
_TOO_MANY = f"ยังไม่ได้บันทึก ท่านมีมุมมองครบ {saved_view.MOST_VIEWS} มุมมองแล้ว กรุณาลบมุมมองที่ไม่ใช้ก่อน"


@desk.post("/complaints/views")
def save_view() -> tuple[str, int] | Response:
    given = given_in(request.form.get("query", ""))
    name = " ".join(stripped(request.form.get("name")).split())
    shared = request.form.get("shared") == "y"
    trouble = _NO_NAME if not name else _LONG_NAME if len(name) > _LONGEST_NAME else ""
    query: dict[str, str] = {}
    if not trouble:
        try:
            with services().db.writing() as session:
                person = this_person(session)
                asked, _ = read_filters(session, person, given)
                query = dict(asked.query)
                kept = urlencode(query)
                saved_view.save_view(session, person, name, kept, shared=shared, now=now())
        except TooManyViews:
            trouble = _TOO_MANY
    if trouble:
        with services().db.reading() as session:
            log = read_log(session, this_person(session), given)
        return show_log(log, warning=trouble, status=422)
    flash("บันทึกมุมมองแล้ว", "success")
    return redirect(url_for("desk.complaints", **query))  # type: ignore[arg-type]


@desk.get("/complaints/views/<uuid:view_id>")
def open_view(view_id: UUID) -> Response:
    """What a view keeps and this version does not know is dropped; what is gone since, the log
    says beside its filter."""
    with services().db.reading() as session:
        view = saved_view.find_view(session, this_person(session), view_id)
        if view is None:
            abort(404)
        query = dict(given_in(saved_view.query_of(session, view)))
    return redirect(url_for("desk.complaints", **query))  # type: ignore[arg-type]


@desk.post("/complaints/views/<uuid:view_id>/remove")
def remove_view(view_id: UUID) -> Response:
    with services().db.writing() as session:
        person = this_person(session)
        view = saved_view.find_view(session, person, view_id)
        if view is None:
            abort(404)
        if not saved_view.may_change(person, view):
            abort(403)
        saved_view.remove_view(session, person, view, now())
    flash("ลบมุมมองแล้ว", "success")
    return redirect(url_for("desk.complaints"))
