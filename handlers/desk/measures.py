"""A plan's obligations, one obligation with its reports, and what becomes of a report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from domain.calendar import bangkok_day, fiscal_year
from domain.states import OBLIGATION_MOVES, IllegalMove, ObligationState
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.files import FileLink, link_to
from handlers.desk.forms import AcceptForm, ReturnForm
from handlers.desk.notices import tell_of_return
from handlers.desk.pages import render
from handlers.desk.permissions import (
    Permission,
    division_limit,
    may,
    may_accept,
    may_review,
    may_see_obligation,
)
from handlers.desk.viewer import this_person
from handlers.desk.words import code_word
from models import measure_review as review
from models.division import divisions_of, get_division
from models.measure import (
    Obligation,
    Plan,
    ReportStatus,
    ReviewOutcome,
    get_obligation,
    lateness,
    obligations_of,
    plans_of,
)
from models.measure_review import ObligationChanged, OpenedReport, SeenObligation
from models.person import Person


@dataclass(frozen=True)
class Due:
    id: UUID
    division: str
    due_on: date
    state: ObligationState
    days_late: int  # 0 unless it is open and its day is over


@dataclass
class MeasureGroup:
    number: int
    code: str | None
    title: str
    dropped: bool  # a corrected plan no longer lists it; its reports remain
    dues: list[Due] = field(default_factory=list)


def _due(obligation: Obligation, at: datetime) -> Due:
    days = lateness(obligation, at) if obligation.state is ObligationState.OPEN else 0
    return Due(
        id=obligation.id,
        division=obligation.division.name,
        due_on=obligation.due_on,
        state=obligation.state,
        days_late=max(days, 0),
    )


SHOW: dict[str, Callable[[Due], bool]] = {
    "": lambda _due: True,
    "late": lambda due: due.days_late > 0,
    "answered": lambda due: due.state is ObligationState.ANSWERED,
}


@desk.get("/measures")
def measures() -> tuple[str, int]:
    at = now()
    show = request.args.get("show", "")
    if show not in SHOW:
        abort(404)
    groups: dict[UUID, MeasureGroup] = {}
    with services().db.reading() as session:
        person = this_person(session)
        imports = may(person.role, Permission.PLANS)
        limit = division_limit(person)
        division_id = limit or _asked_division(session, person)
        plans = plans_of(session, person.agency_id)
        plan = _asked_plan(plans, at)
        divisions = [(one.id, one.name) for one in divisions_of(session, person.agency_id)]
        if plan is not None:
            for obligation in obligations_of(session, person.agency_id, plan, division_id):
                due = _due(obligation, at)
                if not SHOW[show](due):
                    continue
                measure = obligation.measure
                group = groups.setdefault(
                    measure.id,
                    MeasureGroup(measure.number, measure.code, measure.title, measure.dropped),
                )
                group.dues.append(due)
        years = [one.fiscal_year for one in plans]
        year, title = (plan.fiscal_year, plan.title) if plan else (None, "")
    return render(
        "measures.html",
        section="desk.measures",
        groups=list(groups.values()),
        divisions=divisions,
        division_id=division_id,
        own_division=dict(divisions).get(limit) if limit else None,
        years=years,
        year=year,
        plan_title=title,
        show=show,
        imports=imports,
    )


def _asked_division(session: Session, person: Person) -> UUID | None:
    text = request.args.get("division", "")
    if not text:
        return None
    try:
        division_id = UUID(text)
    except ValueError:
        abort(404)
    if get_division(session, person.agency_id, division_id) is None:
        abort(404)
    return division_id


def _asked_plan(plans: list[Plan], at: datetime) -> Plan | None:
    """The asked year's plan; else this fiscal year's; else the newest."""
    asked = request.args.get("year", "")
    if asked:
        found = [plan for plan in plans if str(plan.fiscal_year) == asked]
        return found[0] if found else abort(404)
    this_year = fiscal_year(bangkok_day(at))
    found = [plan for plan in plans if plan.fiscal_year == this_year]
    return next(iter(found or plans), None)


@dataclass(frozen=True)
class ReviewView:
    outcome: ReviewOutcome
    by: str
    at: datetime | None
    note: str


@dataclass(frozen=True)
class ReportView:
    number: int
    status: ReportStatus
    summary: str
    postpone_to: date | None
    by: str
    at: datetime
    channel: str
    files: list[FileLink]
    review: ReviewView | None


@dataclass(frozen=True)
class ObligationView:
    id: UUID
    number: int
    code: str | None
    title: str
    steps: str
    schedule_text: str
    due: Due
    reports: list[ReportView]
    seen: str
    may_accept: bool
    may_return: bool
    own_report: bool  # could be accepted, but not by the one who gave it


def _report_view(opened: OpenedReport) -> ReportView:
    report = opened.report
    return ReportView(
        number=report.number,
        status=report.status,
        summary=opened.summary,
        postpone_to=report.postpone_to,
        by=opened.person.name,
        at=report.reported_at,
        channel=code_word(report.channel),
        files=[link_to(stored) for stored in opened.files],
        review=_review_view(opened),
    )


def _review_view(opened: OpenedReport) -> ReviewView | None:
    report = opened.report
    if report.review is None:
        return None
    by = opened.reviewer.name if opened.reviewer else "ไม่ทราบชื่อ"
    return ReviewView(report.review, by, report.reviewed_at, opened.review_note)


def _open(session: Session, obligation_id: UUID) -> ObligationView:
    person = this_person(session)
    obligation = get_obligation(session, person.agency_id, obligation_id)
    if obligation is None or not may_see_obligation(person, obligation):
        abort(404)
    reports = [_report_view(opened) for opened in review.reports_of(session, obligation)]
    reviewer, measure = may_review(person, obligation), obligation.measure
    to_accept = reviewer and ObligationState.ACCEPTED in OBLIGATION_MOVES[obligation.state]
    accepts = to_accept and may_accept(session, person, obligation)
    return ObligationView(
        id=obligation.id,
        number=measure.number,
        code=measure.code,
        title=measure.title,
        steps=measure.steps,
        schedule_text=measure.schedule_text,
        due=_due(obligation, now()),
        reports=reports,
        seen=f"{obligation.state.value}.{reports[0].number if reports else 0}",
        may_accept=accepts,
        may_return=reviewer and obligation.state in review.RETURNABLE,
        own_report=to_accept and not accepts,
    )


def _show(
    view: ObligationView, send_back: ReturnForm, *, warning: str = "", status: int = 200
) -> tuple[str, int]:
    accept = AcceptForm(formdata=None)
    accept.seen.data = send_back.seen.data = view.seen
    return render(
        "obligation.html",
        section="desk.measures",
        view=view,
        accept=accept,
        send_back=send_back,
        warning=warning,
        status=status,
    )


@desk.get("/measures/<uuid:obligation_id>")
def obligation(obligation_id: UUID) -> tuple[str, int]:
    with services().db.reading() as session:
        view = _open(session, obligation_id)
    return _show(view, ReturnForm(formdata=None))


Deed = Callable[[Session, Obligation, Person], None]

_CHANGED = "ยังไม่ได้บันทึก เพราะมีการรายงานหรือตรวจรายการนี้ระหว่างที่ท่านเปิดอยู่ กรุณาอ่านข้อมูลล่าสุด แล้วเลือกอีกครั้ง"
_ILLEGAL = "ยังไม่ได้บันทึก เพราะสถานะของรายการตอนนี้ทำเช่นนั้นไม่ได้"
_OWN = (
    "ยังไม่ได้บันทึก เพราะท่านเป็นผู้รายงานผลครั้งนี้เอง จึงยอมรับเองไม่ได้ "
    "กรุณาให้ผู้อื่นที่มีสิทธิ์ตรวจ (หัวหน้าของส่วนราชการหรือผู้ดูแลระบบ) เป็นผู้ตรวจ"
)
_MISTAKE = "ยังไม่ได้บันทึก กรุณาแก้ช่องที่มีข้อความสีแดง"


class OwnReport(Exception):
    """Somebody was about to accept what they reported themselves."""


def _read_seen(text: str) -> SeenObligation:
    state, _, last = text.partition(".")
    try:
        return SeenObligation(ObligationState(state), int(last))
    except ValueError:
        abort(400)


def _do(
    obligation_id: UUID, seen: str, send_back: ReturnForm, deed: Deed, *, valid: bool, done: str
) -> tuple[str, int] | Response:
    warning, status = _MISTAKE, 422
    try:
        with services().db.writing() as session:
            person = this_person(session)
            found = get_obligation(session, person.agency_id, obligation_id, lock=True)
            if found is None or not may_see_obligation(person, found):
                abort(404)
            if not may_review(person, found):
                abort(403)
            if valid:
                held = review.hold_unchanged(session, found.agency_id, found.id, _read_seen(seen))
                deed(session, held, person)
    except ObligationChanged:
        warning, status = _CHANGED, 409
    except IllegalMove:
        warning, status = _ILLEGAL, 409
    except OwnReport:
        warning, status = _OWN, 403
    else:
        if valid:
            flash(done, "success")
            return redirect(url_for("desk.obligation", obligation_id=obligation_id))
    with services().db.reading() as session:
        view = _open(session, obligation_id)
    return _show(view, send_back, warning=warning, status=status)


@desk.post("/measures/<uuid:obligation_id>/accept")
def accept_report(obligation_id: UUID) -> tuple[str, int] | Response:
    form = AcceptForm()

    def deed(session: Session, held: Obligation, person: Person) -> None:
        if not may_accept(session, person, held):
            raise OwnReport
        review.accept_report(session, held, person, now())

    return _do(
        obligation_id,
        form.seen.data or "",
        ReturnForm(formdata=None),
        deed,
        valid=form.validate(),
        done="ยอมรับรายงานผลแล้ว",
    )


@desk.post("/measures/<uuid:obligation_id>/return")
def return_report(obligation_id: UUID) -> tuple[str, int] | Response:
    form = ReturnForm()

    def deed(session: Session, held: Obligation, person: Person) -> None:
        review.return_report(session, held, person, form.reason.data, now())
        tell_of_return(session, held, person, now())

    return _do(
        obligation_id,
        form.seen.data or "",
        form,
        deed,
        valid=form.validate(),
        done="ส่งกลับให้แก้ไขแล้ว ระบบจะแจ้งเตือนส่วนราชการอีกครั้ง",
    )
