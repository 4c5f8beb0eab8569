"""Plans: what is there, a file to upload, a year to copy, an empty template."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from flask import Response, abort, current_app, flash, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from documents.blocks import BadDocument
from domain.calendar import bangkok_day, fiscal_year
from domain.states import PlanDraftState
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.pages import render
from handlers.desk.plan_forms import CopyForm, UploadForm
from handlers.desk.plan_reader import (
    MOST_AT_ONCE,
    MOST_BYTES,
    WAIT_SECONDS,
    FileTooLarge,
    TooManyReadings,
    draft_from_upload,
)
from handlers.desk.viewer import this_person
from models import audit
from models.division import active_divisions
from models.measure import BadPlan, plans_of
from models.person import names_of
from models.plan_copy import copy_plan as copy_into_draft
from models.plan_draft import DraftIsClosed, PlanDraft, drafts_of

TOO_LARGE = f"ไฟล์ใหญ่เกินไป ไฟล์แผนต้องมีขนาดไม่เกิน {MOST_BYTES // 1024 // 1024} MB"
TOO_MANY = (
    f"ขณะนี้ระบบกำลังอ่านไฟล์แผนอื่นอยู่ {MOST_AT_ONCE} ไฟล์ จึงยังไม่ได้รับไฟล์ของท่าน และไม่มีอะไรเปลี่ยน "
    "กรุณารอสักครู่ แล้วเลือกไฟล์ส่งใหม่"
)
_DIGITS_OF_A_YEAR = 4
_TEMPLATE_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class DraftLine:
    id: UUID
    source: str
    fiscal_year: int | None
    state: PlanDraftState
    stopped: bool
    by: str
    at: datetime


@dataclass(frozen=True)
class PlanLine:
    fiscal_year: int
    title: str


def _draft_line(draft: PlanDraft, names: dict[UUID, str]) -> DraftLine:
    by = names.get(draft.created_by, "ไม่ทราบชื่อ")
    return DraftLine(
        draft.id,
        draft.source_name,
        draft.fiscal_year,
        draft.state,
        draft.stopped(now()),
        by,
        draft.created_at,
    )


def _lines(session: Session) -> tuple[list[DraftLine], list[PlanLine]]:
    agency_id = this_person(session).agency_id
    drafts = drafts_of(session, agency_id)
    names = names_of(session, agency_id, {one.created_by for one in drafts})
    plans = [PlanLine(one.fiscal_year, one.title) for one in plans_of(session, agency_id)]
    return [_draft_line(one, names) for one in drafts], plans


def _show(form: UploadForm, *, warning: str = "", status: int = 200) -> tuple[str, int]:
    with services().db.reading() as session:
        drafts, plans = _lines(session)
    return render(
        "plans.html",
        section="desk.plans",
        form=form,
        copy=CopyForm(formdata=None),
        drafts=drafts,
        plans=plans,
        warning=warning,
        status=status,
    )


@desk.get("/plans")
def plans() -> tuple[str, int]:
    return _show(UploadForm(formdata=None))


@desk.post("/plans/upload")
def upload_plan() -> tuple[str, int] | AnyResponse:
    form = UploadForm()
    if not form.validate():
        return _show(form, warning="ยังไม่ได้อ่านแผน กรุณาแก้ช่องที่มีข้อความสีแดง", status=422)
    try:
        wait = current_app.config.get("PLAN_READING_WAIT_SECONDS", WAIT_SECONDS)
        begun = draft_from_upload(form.file.data, form.fiscal_year, wait)
    except BadDocument as error:
        return _show(form, warning=str(error), status=422)
    except FileTooLarge:
        return _show(form, warning=TOO_LARGE, status=422)
    except TooManyReadings:
        return _show(form, warning=TOO_MANY, status=503)
    except DraftIsClosed:
        return _show(form, warning="มีผู้ยกเลิกการอ่านไฟล์นี้ ยังไม่มีอะไรถูกบันทึก", status=409)
    if begun.ready:
        flash("อ่านแผนแล้ว กรุณาตรวจก่อนนำเข้า ยังไม่มีอะไรเปลี่ยนในแผนจริง", "success")
    return redirect(url_for("desk.plan_draft", draft_id=begun.draft_id))


@desk.post("/plans/copy")
def copy_plan() -> tuple[str, int] | AnyResponse:
    form = CopyForm()
    text = form.from_year.data or ""
    if not text.isascii() or not text.isdigit() or len(text) > _DIGITS_OF_A_YEAR:
        abort(400)
    from_year, to_year = int(text), int(text) + 1
    try:
        with services().db.writing() as session:
            person = this_person(session)
            draft = copy_into_draft(session, person, from_year, to_year, now())
            draft_id = draft.id
            audit.record_deed(
                session,
                person,
                "plan.copied",
                f"plan_draft:{draft_id}",
                now(),
                {"from_year": str(from_year), "fiscal_year": str(to_year)},
            )
    except BadPlan:
        warning = f"ไม่มีมาตรการของปีงบประมาณ {from_year} ให้คัดลอก"
        return _show(UploadForm(formdata=None), warning=warning, status=422)
    flash(f"คัดลอกเป็นร่างแผนปีงบประมาณ {to_year} แล้ว เลื่อนวันไปหนึ่งปี กรุณาตรวจก่อนนำเข้า", "success")
    return redirect(url_for("desk.plan_draft", draft_id=draft_id))


@desk.get("/plans/template.xlsx")
def plan_template() -> Response:
    from documents.template import write_template  # brings openpyxl: on first use

    with services().db.reading() as session:
        agency_id = this_person(session).agency_id
        names = [one.name for one in active_divisions(session, agency_id)]
    year = fiscal_year(bangkok_day(now()))
    with TemporaryDirectory(prefix="prongsai-plan-") as folder:
        path = Path(folder) / "template.xlsx"
        write_template(path, names, year)
        content = path.read_bytes()
    response = Response(content, content_type=_TEMPLATE_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="plan-{year}.xlsx"'
    return response
