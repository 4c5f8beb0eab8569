"""One obligation with its reports, and what becomes of a report or of a wish to postpone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from flask import abort, flash, redirect, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from domain.answer_words import wish_is_over
from domain.calendar import bangkok_day
from domain.states import OBLIGATION_MOVES, IllegalMove, ObligationState
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.forms import MISTAKE, AcceptForm, DeclineForm, GrantForm, ReturnForm
from handlers.desk.measures import Due, due_of
from handlers.desk.notices import tell_of_return
from handlers.desk.obligation_timeline import Moment, moment_of
from handlers.desk.pages import render
from handlers.desk.permissions import (
    Permission,
    may,
    may_accept,
    may_decide_wish,
    may_review,
    may_see_obligation,
)
from handlers.desk.viewer import this_person
from models import measure_review as review
from models import postponement
from models.answer_notices import tell_of_decision
from models.complaint_measures import LinkedComplaints, complaints_of_measure
from models.measure import Obligation, Plan, get_obligation, may_answer
from models.measure_review import ObligationChanged, OpenedReport, SeenObligation
from models.obligation_history import history_of
from models.person import Person
from models.postponement import WishIsOver
from models.progress import ProgressReport, ReportStatus, latest_report


@dataclass(frozen=True)
class WishView:
    """A wish to postpone that nobody has decided."""

    postpone_to: date | None
    by: str
    is_own: bool  # the viewer's, who does not decide it
    may_decide: bool
    has_passed: bool  # the day wished for is over: it can only be declined


@dataclass(frozen=True)
class ObligationView:
    id: UUID
    number: int
    code: str | None
    title: str
    steps: str
    schedule_text: str
    year: int
    due: Due
    timeline: list[Moment]
    more: bool  # only the newest of each kind are shown
    complaints: LinkedComplaints | None  # that bear on the measure; None: not for this viewer
    seen: str
    may_accept: bool
    may_return: bool
    may_report: bool
    own_report: bool  # could be accepted, but not by the one who gave it
    may_change: bool  # its day, its division, whether there is one
    wish: WishView | None  # waits for a decision

    @property
    def has_reports(self) -> bool:
        return any(one.report is not None for one in self.timeline)

    @property
    def has_side(self) -> bool:
        return self.may_accept or self.may_return or self.wish is not None


def _open(session: Session, obligation_id: UUID) -> ObligationView:
    person = this_person(session)
    obligation = get_obligation(session, person.agency_id, obligation_id)
    if obligation is None or not may_see_obligation(session, person, obligation):
        abort(404)
    history = history_of(session, obligation)
    opened = history.reports
    reviewer, measure = may_review(session, person, obligation), obligation.measure
    to_accept = reviewer and ObligationState.ACCEPTED in OBLIGATION_MOVES[obligation.state]
    accepts = to_accept and may_accept(session, person, obligation)
    return ObligationView(
        id=obligation.id,
        number=measure.number,
        code=measure.code,
        title=measure.title,
        steps=measure.steps,
        schedule_text=measure.schedule_text,
        year=session.get_one(Plan, (obligation.agency_id, measure.plan_id)).fiscal_year,
        due=due_of(obligation, now(), opened[0].report if opened else None),
        timeline=[moment_of(one) for one in history.happenings],
        more=history.is_cut,
        complaints=complaints_of_measure(session, person, measure.id)
        if may(person.role, Permission.COMPLAINTS)
        else None,
        seen=f"{obligation.state.value}.{opened[0].report.number if opened else 0}",
        may_accept=accepts,
        may_return=reviewer and obligation.state in review.RETURNABLE,
        may_report=obligation.state is ObligationState.OPEN
        and may_answer(session, person, obligation),
        own_report=to_accept and not accepts,
        may_change=may(person.role, Permission.PLANS),
        wish=_wish(session, obligation, opened[0], person) if opened else None,
    )


def _wish(
    session: Session, obligation: Obligation, latest: OpenedReport, person: Person
) -> WishView | None:
    report = latest.report
    is_wish = report.status is ReportStatus.POSTPONE
    if not is_wish or postponement.over(session, obligation, report) is not None:
        return None
    is_own = report.person_id == person.id
    may_decide = may_decide_wish(session, person, obligation, report)
    if not is_own and not may_decide:
        return None
    day = report.postpone_to
    passed = day is None or day < bangkok_day(now())
    return WishView(day, latest.person.name, is_own, may_decide, passed)


@dataclass
class Forms:
    """The forms of the page: empty, but for one that came back with a mistake."""

    send_back: ReturnForm = field(default_factory=lambda: ReturnForm(formdata=None))
    decline: DeclineForm = field(default_factory=lambda: DeclineForm(formdata=None))


def _show(
    view: ObligationView, forms: Forms, *, warning: str = "", status: int = 200
) -> tuple[str, int]:
    accept, grant = AcceptForm(formdata=None), GrantForm(formdata=None)
    for form in (accept, grant, forms.send_back, forms.decline):
        form.seen.data = view.seen
    return render(
        "obligation.html",
        section="desk.measures",
        view=view,
        accept=accept,
        grant=grant,
        send_back=forms.send_back,
        decline=forms.decline,
        warning=warning,
        status=status,
    )


@desk.get("/measures/<uuid:obligation_id>")
def obligation(obligation_id: UUID) -> tuple[str, int]:
    with services().db.reading() as session:
        view = _open(session, obligation_id)
    return _show(view, Forms())


Deed = Callable[[Session, Obligation, Person], None]

_CHANGED = "ยังไม่ได้บันทึก เพราะมีการรายงานหรือตรวจรายการนี้ระหว่างที่ท่านเปิดอยู่ กรุณาอ่านข้อมูลล่าสุด แล้วเลือกอีกครั้ง"
_ILLEGAL = "ยังไม่ได้บันทึก เพราะสถานะของรายการตอนนี้ทำเช่นนั้นไม่ได้"
_OWN = (
    "ยังไม่ได้บันทึก เพราะท่านเป็นผู้รายงานผลครั้งนี้เอง จึงยอมรับเองไม่ได้ "
    "กรุณาให้ผู้อื่นที่มีสิทธิ์ตรวจ (หัวหน้าของส่วนราชการหรือผู้ดูแลระบบ) เป็นผู้ตรวจ"
)


class OwnReport(Exception):
    """Somebody was about to accept what they reported themselves."""


def _read_seen(text: str) -> SeenObligation:
    state, _, last = text.partition(".")
    try:
        return SeenObligation(ObligationState(state), int(last))
    except ValueError:
        abort(400)


Allowed = Callable[[Session, Person, Obligation], bool]


def _do(
    obligation_id: UUID,
    sent: FlaskForm,
    forms: Forms,
    deed: Deed,
    done: str,
    allowed: Allowed = may_review,
) -> tuple[str, int] | Response:
    warning, status = MISTAKE, 422
    valid = sent.validate()
    try:
        with services().db.writing() as session:
            person = this_person(session)
            found = get_obligation(session, person.agency_id, obligation_id, lock=True)
            if found is None or not may_see_obligation(session, person, found):
                abort(404)
            if not allowed(session, person, found):
                abort(403)
            if valid:
                seen = _read_seen(sent.seen.data or "")
                held = review.hold_unchanged(session, found.agency_id, found.id, seen)
                deed(session, held, person)
    except ObligationChanged:
        warning, status = _CHANGED, 409
    except IllegalMove:
        warning, status = _ILLEGAL, 409
    except OwnReport:
        warning, status = _OWN, 403
    except WishIsOver as over:
        warning, status = f"ยังไม่ได้บันทึก {wish_is_over(over.why.value)}", 409
    else:
        if valid:
            flash(done, "success")
            return redirect(url_for("desk.obligation", obligation_id=obligation_id))
    with services().db.reading() as session:
        view = _open(session, obligation_id)
    return _show(view, forms, warning=warning, status=status)


@desk.post("/measures/<uuid:obligation_id>/accept")
def accept_report(obligation_id: UUID) -> tuple[str, int] | Response:
    form = AcceptForm()

    def deed(session: Session, held: Obligation, person: Person) -> None:
        if not may_accept(session, person, held):
            raise OwnReport
        review.accept_report(session, held, person, now())

    return _do(obligation_id, form, Forms(), deed, "ยอมรับรายงานผลแล้ว")


@desk.post("/measures/<uuid:obligation_id>/return")
def return_report(obligation_id: UUID) -> tuple[str, int] | Response:
    form = ReturnForm()

    def deed(session: Session, held: Obligation, person: Person) -> None:
        review.return_report(session, held, person, form.reason.data, now())
        tell_of_return(session, held, person, now())

    done = "ส่งกลับให้แก้ไขแล้ว ระบบจะแจ้งเตือนส่วนราชการอีกครั้ง"
    return _do(obligation_id, form, Forms(send_back=form), deed, done)


def _decides(session: Session, person: Person, obligation: Obligation) -> bool:
    """Of the latest report; whether that is a wish at all, the deed asks."""
    report = latest_report(session, obligation)
    if report is None:
        return may_review(session, person, obligation)
    return may_decide_wish(session, person, obligation, report)


def _wish_of(session: Session, held: Obligation) -> ProgressReport:
    report = latest_report(session, held)
    if report is None or report.status is not ReportStatus.POSTPONE:
        raise IllegalMove("there is no wish to postpone")
    return report


@desk.post("/measures/<uuid:obligation_id>/postponement/grant")
def grant_postponement(obligation_id: UUID) -> tuple[str, int] | Response:
    form = GrantForm()

    def deed(session: Session, held: Obligation, person: Person) -> None:
        report = _wish_of(session, held)
        postponement.grant(session, held, report, person, now())
        tell_of_decision(session, held, report, person, now(), now())

    done = "อนุมัติให้เลื่อนแล้ว ระบบจะเตือนตามกำหนดใหม่และแจ้งผู้ขอ"
    return _do(obligation_id, form, Forms(), deed, done, _decides)


@desk.post("/measures/<uuid:obligation_id>/postponement/decline")
def decline_postponement(obligation_id: UUID) -> tuple[str, int] | Response:
    form = DeclineForm()

    def deed(session: Session, held: Obligation, person: Person) -> None:
        report = _wish_of(session, held)
        postponement.decline(session, held, report, person, form.reason.data, now())
        tell_of_decision(session, held, report, person, now(), now())

    done = "บันทึกว่าไม่อนุมัติแล้ว กำหนดเดิมยังใช้อยู่ และระบบจะแจ้งผู้ขอ"
    return _do(obligation_id, form, Forms(decline=form), deed, done, _decides)
