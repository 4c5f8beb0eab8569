"""A division's answer given on the desk, and the way to it from the button of an e-mail."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import HiddenField, RadioField, StringField
from wtforms.fields import TextAreaField
from wtforms.validators import ValidationError

from domain import answer_words
from domain.calendar import bangkok_day, short_date, short_instant
from domain.percent import bare_percent, percent_in
from domain.states import ObligationState
from domain.taps import TOKEN
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.days import read_day
from handlers.desk.evidence import LIMITS, sentences_of
from handlers.desk.forms import LONGEST_TEXT, MISTAKE, at_most, options, stripped, words_of
from handlers.desk.pages import Trouble, render
from handlers.desk.permissions import may_see_obligation
from handlers.desk.viewer import this_person
from handlers.desk.words import review_word, word
from handlers.uploads import MOST_FILES, Kept, Refusal, clean_uploads, describe_files, seal_files
from models import audit
from models.complaint_web import files_of_token, files_token
from models.duty import staff_of
from models.measure import Obligation, get_obligation, lateness, may_answer
from models.measure_review import ObligationChanged, SeenObligation, hold_unchanged
from models.person import Person, get_person
from models.postponement import latest_day, superiors
from models.progress import (
    ProgressReport,
    ReportStatus,
    add_to_report,
    latest_report,
    report_progress,
    summary_of,
    was_returned,
)
from models.tap import read_tap

_LONGEST_TOKEN = 300
_SECOND_CLICK = timedelta(minutes=2)
_CHANGED = (
    "ยังไม่ได้บันทึกครั้งนี้ เพราะมีผู้รายงานหรือตรวจรายการนี้ระหว่างที่ท่านเปิดอยู่ "
    "กรุณาอ่านข้อมูลล่าสุด แล้วกดบันทึกอีกครั้งหากยังต้องการ"
)
_DEAD_LINK = Trouble(
    "ลิงก์นี้ใช้ไม่ได้แล้ว",
    "ลิงก์อาจหมดอายุ คัดลอกมาไม่ครบ หรือเป็นของหน่วยงานอื่น ยังไม่มีการบันทึกอะไร "
    "กรุณาเปิดเมนู “มาตรการ” แล้วเลือกรายการที่ต้องการรายงานผล",
)


@dataclass(frozen=True)
class Days:
    """Between which days a due date may be wished for."""

    due_on: date
    today: date
    furthest: date

    @property
    def first(self) -> date:
        return max(self.due_on + timedelta(days=1), self.today)


class ProgressForm(FlaskForm):  # type: ignore[misc]
    days: Days | None = None

    seen = HiddenField(id="progress-seen")
    kept = HiddenField()
    status = RadioField(
        "ผลการดำเนินการ",
        choices=options(*words_of(ReportStatus)),
        validate_choice=False,
    )
    summary = TextAreaField(
        "สรุปผล ความคืบหน้า ปัญหา หรือเหตุผล",
        filters=[stripped],
        validators=[at_most(LONGEST_TEXT)],
        description="ต้องกรอกเมื่อ “ติดปัญหา” หรือ “ขอเลื่อน”",
    )
    percent = StringField(
        "ทำไปแล้วกี่เปอร์เซ็นต์ (เฉพาะ “กำลังทำ” ไม่บังคับ)", filters=[stripped], description="ตัวเลข 0 ถึง 100"
    )
    help_wanted = TextAreaField(
        "ต้องการให้ช่วยอย่างไร (เฉพาะ “ติดปัญหา” ไม่บังคับ)",
        filters=[stripped],
        validators=[at_most(1000)],
    )
    postpone_to = StringField("ขอเลื่อนเป็นวันที่ (เฉพาะ “ขอเลื่อน”)", filters=[stripped])

    def validate_status(self, one: RadioField) -> None:
        if one.data not in set(ReportStatus):
            raise ValidationError("กรุณาเลือกผลการดำเนินการ")

    def validate_summary(self, one: TextAreaField) -> None:
        if one.data:
            return
        if self.status.data == ReportStatus.PROBLEM:
            raise ValidationError("กรุณากรอกว่าติดปัญหาอะไร")
        if self.status.data == ReportStatus.POSTPONE:
            raise ValidationError("กรุณากรอกเหตุผลที่ขอเลื่อน")

    def validate_percent(self, one: StringField) -> None:
        said = one.data if self.status.data == ReportStatus.IN_PROGRESS else ""
        if said and bare_percent(said) is None:
            raise ValidationError("กรุณากรอกเป็นตัวเลข 0 ถึง 100")

    def validate_postpone_to(self, one: StringField) -> None:
        if self.status.data != ReportStatus.POSTPONE or self.days is None:
            return
        picked = read_day(one.data)
        if picked is None:
            wrong = "อ่านวันที่ไม่ได้ " if one.data else ""
            raise ValidationError(f"{wrong}กรุณากรอกวันที่ขอเลื่อน วัน/เดือน/ปี พ.ศ. เช่น 30/9/2566")
        shown = short_date(picked)
        if picked <= self.days.due_on:
            due = short_date(self.days.due_on)
            raise ValidationError(f"วันที่ {shown} ต้องอยู่หลังวันครบกำหนดเดิม {due}")
        if picked < self.days.today:
            raise ValidationError(f"วันที่ {shown} ผ่านไปแล้ว กรุณากรอกวันใหม่")
        if picked > self.days.furthest:
            raise ValidationError(
                f"วันที่ {shown} ไกลเกินไป เลื่อนได้ไม่เกิน {short_date(self.days.furthest)}"
            )

    @property
    def picked(self) -> date | None:
        return read_day(self.postpone_to.data or "")


@dataclass(frozen=True)
class Asked:
    """An obligation as the page shows it to who may answer it."""

    id: UUID
    number: int
    code: str | None
    title: str
    division: str
    due_on: date
    days_late: int
    open: bool
    recorded: str  # what was answered before, and by whom; empty where nothing was
    returned: bool  # … and was sent back
    seen: str
    days: Days


@dataclass
class Brought:
    """What came with the form besides its words."""

    before: list[str] = field(default_factory=list)  # files of an earlier try
    sealed: list[Kept] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def _find(session: Session, obligation_id: UUID) -> tuple[Person, Obligation]:
    person = this_person(session)
    obligation = get_obligation(session, person.agency_id, obligation_id)
    if obligation is None or not may_see_obligation(session, person, obligation):
        abort(404)
    if not may_answer(session, person, obligation):
        abort(403)
    return person, obligation


def _asked(session: Session, obligation: Obligation, at: datetime) -> Asked:
    latest, today = latest_report(session, obligation), bangkok_day(at)
    measure, is_open = obligation.measure, obligation.state is ObligationState.OPEN
    return Asked(
        id=obligation.id,
        number=measure.number,
        code=measure.code,
        title=measure.title,
        division=obligation.division.name,
        due_on=obligation.due_on,
        days_late=max(lateness(obligation, at), 0) if is_open else 0,
        open=is_open,
        recorded=_recorded(session, obligation, latest),
        returned=was_returned(session, obligation),
        seen=f"{obligation.state.value}.{latest.number if latest else 0}",
        days=Days(obligation.due_on, today, latest_day(session, obligation, today)),
    )


def _recorded(session: Session, obligation: Obligation, latest: ProgressReport | None) -> str:
    """As a second tap in LINE is answered."""
    if obligation.state is ObligationState.CANCELLED:
        return "งานนี้ถูกยกเลิกแล้ว ไม่ต้องรายงานผลค่ะ"
    if latest is None:
        return ""
    reporter = get_person(session, latest.agency_id, latest.person_id)
    by = f" โดย {reporter.name}" if reporter is not None else ""
    said = f"บันทึกไว้แล้วว่า “{word(latest.status)}” เมื่อ {short_instant(latest.reported_at)}{by}"
    if latest.status is ReportStatus.POSTPONE and latest.review is not None:
        said += f" ผลการพิจารณา: {review_word(latest.status, latest.review)}"
    return said if obligation.state is ObligationState.OPEN else f"{said} ไม่ต้องรายงานซ้ำค่ะ"


def _show(
    asked: Asked,
    form: ProgressForm,
    *,
    warning: str = "",
    refused: list[Refusal] | None = None,
    kept: int = 0,
    status: int = 200,
) -> tuple[str, int]:
    form.seen.data = asked.seen
    return render(
        "obligation_answer.html",
        section="desk.measures",
        asked=asked,
        form=form,
        picked=form.picked,
        warning=warning,
        refused=sentences_of(refused or []),
        kept=kept,
        limits=LIMITS,
        status=status,
    )


@desk.get("/measures/<uuid:obligation_id>/answer")
def answer_form(obligation_id: UUID) -> tuple[str, int]:
    with services().db.reading() as session:
        _, obligation = _find(session, obligation_id)
        asked = _asked(session, obligation, now())
    form = ProgressForm(formdata=None)
    chosen = request.args.get("status", "")
    form.status.data = chosen if chosen in set(ReportStatus) else None
    return _show(asked, form)


@desk.post("/measures/<uuid:obligation_id>/answer")
def answer_obligation(obligation_id: UUID) -> tuple[str, int] | Response:
    form = ProgressForm()
    with services().db.reading() as session:
        person, obligation = _find(session, obligation_id)
        asked = _asked(session, obligation, now())
        agency_id, owner = person.agency_id, f"desk/{person.id}/{obligation_id}"
        brought = Brought(files_of_token(session, agency_id, owner, form.kept.data or ""))
    form.days = asked.days
    if not asked.open:
        if _is_second_click(obligation_id, form):
            return redirect(url_for("desk.obligation", obligation_id=obligation_id))
        return _show(asked, form, status=409)
    cleaned, brought.refused = clean_uploads(
        request.files.getlist("files"), MOST_FILES - len(brought.before)
    )
    brought.sealed = seal_files(services().blobs, agency_id, cleaned, asked.days.today)
    if not form.validate() or brought.refused:
        return _keep_and_show(obligation_id, form, brought, owner, MISTAKE, 422)
    try:
        flash(_record(obligation_id, form, brought), "success")
    except ObligationChanged:
        if not _is_second_click(obligation_id, form):
            return _keep_and_show(obligation_id, form, brought, owner, _CHANGED, 409)
    return redirect(url_for("desk.obligation", obligation_id=obligation_id))


def _record(obligation_id: UUID, form: ProgressForm, brought: Brought) -> str:
    """Record the answer; what to say of it. Raises `ObligationChanged`."""
    at, status = now(), ReportStatus(form.status.data)
    with services().db.writing() as session:
        person = this_person(session)
        seen = _read_seen(form.seen.data)
        obligation = hold_unchanged(session, person.agency_id, obligation_id, seen)
        if obligation.state is not ObligationState.OPEN:
            raise ObligationChanged
        if not may_answer(session, person, obligation):
            abort(403)
        report = report_progress(
            session,
            obligation,
            person,
            status,
            channel="desk",
            now=at,
            summary=_summary(form) or None,
            postpone_to=form.picked if status is ReportStatus.POSTPONE else None,
            percent=_percent(form),
            ready_at=at,
        )
        ids = describe_files(session, person.agency_id, brought.sealed, bangkok_day(at))
        add_to_report(session, report, files=[*brought.before, *ids])
        audit.record_deed(session, person, "progress.reported", f"obligation:{obligation.id}", at)
        return _thanks(session, person, obligation, report)


def _thanks(
    session: Session, person: Person, obligation: Obligation, report: ProgressReport
) -> str:
    said = f"บันทึกรายงานผลแล้ว: {word(report.status)}"
    if report.postpone_to is not None:
        said += f"เป็น {short_date(report.postpone_to)} กำหนดเดิมยังใช้อยู่จนกว่าจะได้รับอนุมัติ"
    if report.status not in (ReportStatus.PROBLEM, ReportStatus.POSTPONE):
        return said
    above = superiors(staff_of(session, person.agency_id), obligation.division_id, person.id)
    wish = report.status is ReportStatus.POSTPONE
    told = answer_words.who_is_told(above.level, obligation.division.name, wish=wish)
    return f"{said} {told}"


def _summary(form: ProgressForm) -> str:
    parts = [form.summary.data or ""]
    if form.status.data == ReportStatus.PROBLEM and form.help_wanted.data:
        parts.append(f"ต้องการให้ช่วย: {form.help_wanted.data}")
    return "\n".join(one for one in parts if one)


def _percent(form: ProgressForm) -> int | None:
    if form.status.data != ReportStatus.IN_PROGRESS:
        return None
    said = form.percent.data
    return bare_percent(said) if said else percent_in(form.summary.data or "")


def _read_seen(text: str | None) -> SeenObligation:
    state, _, last = (text or "").partition(".")
    try:
        return SeenObligation(ObligationState(state), int(last))
    except ValueError:
        abort(400)


def _is_second_click(obligation_id: UUID, form: ProgressForm) -> bool:
    """Whether the very same words were recorded a moment ago."""
    at = now()
    with services().db.reading() as session:
        person, obligation = _find(session, obligation_id)
        latest = latest_report(session, obligation)
        return (
            latest is not None
            and latest.person_id == person.id
            and latest.channel == "desk"
            and latest.status.value == form.status.data
            and at - latest.reported_at < _SECOND_CLICK
            and summary_of(session, latest) == _summary(form)
        )


def _keep_and_show(
    obligation_id: UUID,
    form: ProgressForm,
    brought: Brought,
    owner: str,
    warning: str,
    status: int,
) -> tuple[str, int]:
    """The form again, with its words; its files wait until it comes back."""
    with services().db.writing() as session:
        person, obligation = _find(session, obligation_id)
        asked = _asked(session, obligation, now())
        new = describe_files(session, person.agency_id, brought.sealed, asked.days.today)
        ids = [*brought.before, *new]
        form.kept.data = files_token(session, person.agency_id, owner, ids) if ids else ""
    return _show(
        asked, form, warning=warning, refused=brought.refused, kept=len(ids), status=status
    )


@desk.get("/answer/<token>")
def answer_link(token: str) -> tuple[str, int] | Response:
    """The button of an e-mail. It records nothing: mail scanners open links, too."""
    with services().db.reading() as session:
        person = this_person(session)
        tap = None
        if len(token) <= _LONGEST_TOKEN:
            tap = read_tap(session, person.agency_id, TOKEN + token, now())
    if tap is None:
        return render("trouble.html", trouble=_DEAD_LINK, status=404)
    return redirect(
        url_for("desk.answer_form", obligation_id=tap.obligation_id, status=tap.status.value)
    )
