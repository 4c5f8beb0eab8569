"""How long complaints and questions are kept: counted before it is switched on, and asked twice."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from domain.calendar import bangkok_day
from domain.office import OfficeWays, months_before
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.forms import options
from handlers.desk.pages import render
from handlers.desk.settings import CHANGED, NOT_SAVED, hold, kept_for
from handlers.desk.viewer import this_person
from models import audit
from models.office import mark_of_ways, set_ways, ways_of
from models.retention import Due, due

_COMPLAINTS = (6, 12, 24, 36, 60, 120)
_QUESTIONS = (3, 6, 12, 24, 36, 60)


def _choices(months: tuple[int, ...]) -> list[SelectChoice]:
    return options(("", "ไม่ลบ"), *((str(one), f"ลบเมื่อครบ {kept_for(one)}") for one in months))


def _values(field: SelectField) -> set[str]:
    return {one.value for one in field.choices}


class RetentionForm(FlaskForm):  # type: ignore[misc]
    complaints = SelectField(
        "เรื่องร้องเรียนที่จบแล้ว",
        choices=_choices(_COMPLAINTS),
        validate_choice=False,
        description="นับจากวันที่ปิดเรื่องหรือผู้ร้องถอนเรื่อง",
    )
    questions = SelectField(
        "คำถามที่ตอบหรือปิดแล้ว",
        choices=_choices(_QUESTIONS),
        validate_choice=False,
        description="นับจากวันที่ตอบ",
    )

    def offer(self, ways: OfficeWays) -> None:
        """What is set already can be kept, whatever the list is by now."""
        for field, months in (
            (self.complaints, ways.keep_complaints_months),
            (self.questions, ways.keep_questions_months),
        ):
            if months is not None and str(months) not in _values(field):
                more = options((str(months), f"ลบเมื่อครบ {kept_for(months)}"))
                field.choices = [*field.choices, *more]

    def validate_complaints(self, field: SelectField) -> None:
        _check(field)

    def validate_questions(self, field: SelectField) -> None:
        _check(field)

    def onto(self, ways: OfficeWays) -> OfficeWays:
        return replace(
            ways,
            keep_complaints_months=_months(self.complaints),
            keep_questions_months=_months(self.questions),
        )


def _check(field: SelectField) -> None:
    if field.data not in _values(field):
        raise ValidationError("กรุณาเลือกจากรายการ")


def _months(field: SelectField) -> int | None:
    return int(field.data) if field.data else None


def _erases_more(before: OfficeWays, after: OfficeWays) -> bool:
    """Switched on, or for a shorter time: what cannot be undone is asked twice."""
    pairs = (
        (before.keep_complaints_months, after.keep_complaints_months),
        (before.keep_questions_months, after.keep_questions_months),
    )
    return any(new is not None and (old is None or new < old) for old, new in pairs)


@desk.get("/settings/retention")
def retention() -> tuple[str, int]:
    return _show(None)


def _show(form: RetentionForm | None, *, warning: str = "", status: int = 200) -> tuple[str, int]:
    today = bangkok_day(now())
    with services().db.reading() as session:
        agency_id = this_person(session).agency_id
        ways = ways_of(session, agency_id)
        tonight = due(session, agency_id, ways, today)
    if form is None:
        form = RetentionForm(
            formdata=None,
            data={
                "complaints": str(ways.keep_complaints_months or ""),
                "questions": str(ways.keep_questions_months or ""),
            },
        )
    form.offer(ways)
    return render(
        "settings_retention.html",
        section="desk.settings",
        form=form,
        now=_told(ways),
        on=ways.keep_complaints_months is not None or ways.keep_questions_months is not None,
        tonight=tonight,
        seen=mark_of_ways(ways),
        warning=warning,
        status=status,
    )


def _told(ways: OfficeWays) -> list[tuple[str, str]]:
    return [
        ("เรื่องร้องเรียนที่จบแล้ว", _when(ways.keep_complaints_months)),
        ("คำถามที่ตอบหรือปิดแล้ว", _when(ways.keep_questions_months)),
    ]


def _when(months: int | None) -> str:
    return "ไม่ลบ" if months is None else f"ลบเมื่อครบ {kept_for(months)}"


def _ask_again(ways: OfficeWays, coming: Due, seen: str, form: RetentionForm) -> tuple[str, int]:
    today = bangkok_day(now())
    days = {
        name: months_before(today, months)
        for name, months in (
            ("complaints", ways.keep_complaints_months),
            ("questions", ways.keep_questions_months),
        )
        if months is not None
    }
    return render(
        "settings_retention_sure.html",
        section="desk.settings",
        now=_told(ways),
        coming=coming,
        days=days,
        seen=seen,
        form=form,
    )


@desk.post("/settings/retention")
def set_retention() -> tuple[str, int] | Response:
    form = RetentionForm()
    today = bangkok_day(now())
    with services().db.reading() as session:
        form.offer(ways_of(session, this_person(session).agency_id))
    if not form.validate_on_submit():
        return _show(form, warning=NOT_SAVED, status=422)
    seen = request.form.get("seen", "")
    sure = request.form.get("sure") == f"{form.complaints.data}/{form.questions.data}"
    coming = Due()
    asks = False
    with services().db.writing() as session:
        admin = this_person(session)
        hold(session, admin)
        before = ways_of(session, admin.agency_id)
        after = form.onto(before)
        changed = mark_of_ways(before) != seen
        if not changed:
            asks = _erases_more(before, after) and not sure
            if asks:
                coming = due(session, admin.agency_id, after, today)
            elif after != before:
                set_ways(session, admin.agency_id, after)
                detail = {
                    "keep_complaints": _when(after.keep_complaints_months),
                    "keep_questions": _when(after.keep_questions_months),
                }
                audit.record_deed(session, admin, "retention.changed", "retention", now(), detail)
    if changed:
        return _show(form, warning=CHANGED, status=409)
    if asks:
        return _ask_again(after, coming, seen, form)
    flash("บันทึกระยะเวลาเก็บรักษาแล้ว", "success")
    return redirect(url_for("desk.retention"))
