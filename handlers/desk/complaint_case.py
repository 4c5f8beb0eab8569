"""One complaint: what it says, what became of it, and what an officer may do next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from flask import Response as Piece
from flask import abort, flash, redirect, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from domain.states import ComplaintState, IllegalMove
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.case_door import is_shut, needs_fresh, readable, working_on
from handlers.desk.case_forms import AssignForm, ExtendForm, HandForm
from handlers.desk.case_templates import filled_template, template_choices
from handlers.desk.case_timeline import Show, timeline
from handlers.desk.case_view import Case, case_from
from handlers.desk.forms import (
    MISTAKE,
    AnswerForm,
    MoveForm,
    NoteForm,
    ProposalForm,
    options,
    words_of,
)
from handlers.desk.freshness import ask_again
from handlers.desk.live import piece
from handlers.desk.notices import tell_of_answer, tell_of_outcome
from handlers.desk.pages import render
from handlers.desk.viewer import this_person
from models import complaint_work as work
from models.complaint import Complaint
from models.complaint_access import log_opening, opened_entries, speaks_for_office
from models.complaint_hands import CannotHand
from models.complaint_work import ChangedMeanwhile, Seen
from models.person import Person


def _move() -> MoveForm:
    # formdata=None: a form beside the one that was sent must not read its fields.
    return MoveForm(formdata=None)


class Mistake(Exception):
    """A field says what is wrong with it."""


@dataclass
class Forms:
    """The page's forms; the one that was sent keeps what was typed into it."""

    move: MoveForm = field(default_factory=_move)
    answer: AnswerForm = field(default_factory=lambda: AnswerForm(formdata=None))
    note: NoteForm = field(default_factory=lambda: NoteForm(formdata=None))
    proposal: ProposalForm = field(default_factory=lambda: ProposalForm(formdata=None))
    assign: AssignForm = field(default_factory=lambda: AssignForm(formdata=None))
    hand: HandForm = field(default_factory=lambda: HandForm(formdata=None))
    extend: ExtendForm = field(default_factory=lambda: ExtendForm(formdata=None))


_ANNOUNCED = (
    "ระบบจะแจ้งผู้ร้องทาง LINE ว่ามีคำตอบแล้ว หากบัญชีนั้นยังรับข้อความได้ โดยไม่แสดงคำตอบในข้อความแจ้ง "
    "ผู้ร้องอ่านคำตอบได้ด้วยรหัสติดตามเรื่อง"
)
_UNANNOUNCED = "ระบบแจ้งผู้ร้องรายนี้ไม่ได้ ผู้ร้องจะอ่านคำตอบได้เมื่อติดตามเรื่องด้วยรหัสติดตามเรื่องเอง"


def _show(
    case: Case,
    forms: Forms,
    *,
    templates: list[tuple[str, str]],
    warning: str = "",
    filled: bool = False,
    status: int = 200,
) -> tuple[str, int]:
    forms.move.new_state.choices = options(("", "เลือกสถานะ"), *words_of(case.next_states))
    forms.assign.person.choices = options(("", "ยังไม่มีผู้รับผิดชอบ"), *case.people)
    forms.hand.division.choices = options(("", "ไม่ได้ส่งให้ส่วนราชการใด"), *case.divisions)
    if forms.assign.person.data is None:
        forms.assign.person.data = str(case.assignee_id or "")
    if forms.hand.division.data is None:
        forms.hand.division.data = str(case.division_id or "")
    # Whoever sends the page again has read it as it is now.
    for one in (forms.move, forms.answer, forms.assign, forms.hand, forms.extend):
        one.seen.data = case.seen
    forms.answer.answer.description = _ANNOUNCED if case.answer_is_announced else _UNANNOUNCED
    show = asked_show()
    return render(
        "complaint.html",
        section="desk.complaints",
        case=case,
        forms=forms,
        templates=templates,
        show=show,
        happenings=case.timeline.shown(show),
        warning=warning,
        filled=filled,
        status=status,
    )


def asked_show() -> Show:
    try:
        return Show(request.args.get("show", Show.ALL.value))
    except ValueError:
        return Show.ALL


@desk.get("/complaints/<uuid:complaint_id>")
def complaint(complaint_id: UUID) -> tuple[str, int] | Response:
    forms = Forms()
    with services().db.writing() as session:  # the opening is logged
        person = this_person(session)
        found = readable(session, person, complaint_id)
        if needs_fresh(found):
            return ask_again()
        case = case_from(session, person, log_opening(session, person, found, now()))
        templates = template_choices(session, person)
        picked = request.args.get("template", "")
        forms.answer.answer.data = _proposed(case) or filled_template(session, found, picked, "")
    return _show(case, forms, templates=templates)


@desk.post("/complaints/<uuid:complaint_id>/fill")
def fill_answer(complaint_id: UUID) -> tuple[str, int] | Response:
    """The page again, with a template in the answer's box below what was typed. Posted, though it
    changes nothing: what somebody types does not belong into an address."""
    if is_shut(complaint_id):
        return ask_again()
    form = AnswerForm()
    with services().db.writing() as session:
        person = this_person(session)
        found = readable(session, person, complaint_id)
        picked = request.form.get("template", "")
        form.answer.data = filled_template(session, found, picked, form.answer.data or "")
        case = case_from(session, person, log_opening(session, person, found, now()))
        templates = template_choices(session, person)
    return _show(case, Forms(answer=form), templates=templates, filled=True)


def _proposed(case: Case) -> str:
    """A colleague's proposal, to be read, changed and sent."""
    wanted = request.args.get("proposal", "")
    found = [one.text for one in case.timeline.happenings if str(one.proposal or "") == wanted]
    return found[0] if wanted and found else ""


@desk.get("/complaints/<uuid:complaint_id>/live")
def complaint_live(complaint_id: UUID) -> Piece:
    """The timeline while the page is open. It writes nothing: so it answers only to who opened the
    page today, which is on the record."""
    with services().db.reading() as session:
        person = this_person(session)
        found = readable(session, person, complaint_id)
        if needs_fresh(found) or not work.opened_lately(session, found, person, now()):
            return Piece(status=204)
        line = timeline(session, person, found, opened_entries(session, found))
        speak = speaks_for_office(session, person, found)
    show = asked_show()
    return piece(
        "complaint_timeline.html",
        line=line,
        happenings=line.shown(show),
        case_id=complaint_id,
        speak=speak,
        show=show,
    )


def read_seen(text: str) -> Seen:
    state, _, rest = text.partition(".")
    last, _, deed = rest.partition(".")
    try:
        return Seen(ComplaintState(state), int(last), int(deed) if deed else None)
    except ValueError:
        abort(400)


Deed = Callable[[Session, Complaint, Person], None]

_CHANGED = (
    "ยังไม่ได้บันทึก เพราะมีผู้อื่นแก้ไขเรื่องนี้ระหว่างที่ท่านเปิดอยู่ กรุณาอ่านสิ่งที่เปลี่ยนไปด้านล่าง แล้วส่งอีกครั้งหากยังต้องการ"
)
_ILLEGAL = "ยังไม่ได้บันทึก เพราะสถานะของเรื่องตอนนี้ทำเช่นนั้นไม่ได้ กรุณาเลือกใหม่"
_SILENT = "ยังไม่มีคำตอบถึงผู้ร้อง กรุณาตอบก่อนแล้วจึงปิดเรื่อง หรือทำเครื่องหมายที่ช่องนี้"
_CANNOT_HAND = (
    "ยังไม่ได้บันทึก เพราะเรื่องนี้ส่งให้ผู้นั้นหรือส่วนราชการนั้นไม่ได้ ระบบส่งเรื่องให้เฉพาะผู้ที่มีสิทธิ์เปิดอ่านเท่านั้น กรุณาเลือกใหม่"
)


def do(
    complaint_id: UUID, sent: FlaskForm, forms: Forms, deed: Deed, done: str
) -> tuple[str, int] | Response:
    """Run one verb on a complaint; where it cannot be, show the page with what was typed, and with
    what changed since it was shown. Where a change of others does no harm the form has no ``seen``.
    """
    if is_shut(complaint_id):
        return ask_again()
    warning, status = MISTAKE, 422
    valid = sent.validate()
    mark = read_seen(sent.seen.data or "") if valid and "seen" in sent else None
    if valid:
        try:
            with working_on(complaint_id) as (session, held, person):
                if mark is not None:
                    work.check_unchanged(session, held, mark)
                deed(session, held, person)
        except ChangedMeanwhile:
            warning, status = _CHANGED, 409
        except IllegalMove:
            warning, status = _ILLEGAL, 409
        except Mistake:
            pass  # as where the form itself found it
        except CannotHand:
            warning, status = _CANNOT_HAND, 409
        else:
            flash(done, "success")
            return redirect(url_for("desk.complaint", complaint_id=complaint_id))
    with services().db.writing() as session:
        person = this_person(session)
        found = readable(session, person, complaint_id)
        opened = log_opening(session, person, found, now())
        case = case_from(session, person, opened, mark if status == 409 else None)
        templates = template_choices(session, person)
    return _show(case, forms, templates=templates, warning=warning, status=status)


def must_speak(session: Session, person: Person, complaint: Complaint) -> None:
    if not speaks_for_office(session, person, complaint):
        abort(403)


@desk.post("/complaints/<uuid:complaint_id>/move")
def move_complaint(complaint_id: UUID) -> tuple[str, int] | Response:
    form = MoveForm()

    def deed(session: Session, complaint: Complaint, person: Person) -> None:
        must_speak(session, person, complaint)
        new_state = ComplaintState(form.new_state.data)
        closes = new_state is ComplaintState.CLOSED
        if closes and complaint.answered_on is None and not form.silently.data:
            form.silently.errors = [_SILENT]
            raise Mistake
        work.change_state(session, complaint, new_state, person, now(), form.reason.data or None)
        if closes:
            tell_of_outcome(session, complaint, now())

    return do(complaint_id, form, Forms(move=form), deed, "เปลี่ยนสถานะแล้ว")


@desk.post("/complaints/<uuid:complaint_id>/answer")
def answer_complaint(complaint_id: UUID) -> tuple[str, int] | Response:
    form = AnswerForm()

    def deed(session: Session, complaint: Complaint, person: Person) -> None:
        must_speak(session, person, complaint)
        if complaint.state is ComplaintState.RECEIVED:
            work.change_state(session, complaint, ComplaintState.IN_REVIEW, person, now())
        work.answer_complaint(session, complaint, person, form.answer.data, now())
        tell_of_answer(session, complaint, now())
        if form.final.data and work.may_become_answered(complaint.state):
            work.change_state(session, complaint, ComplaintState.ANSWERED, person, now())

    return do(complaint_id, form, Forms(answer=form), deed, "บันทึกคำตอบถึงผู้ร้องแล้ว")


@desk.post("/complaints/<uuid:complaint_id>/note")
def note_complaint(complaint_id: UUID) -> tuple[str, int] | Response:
    proposes = request.form.get("proposes") == "y"
    form: ProposalForm | NoteForm = ProposalForm() if proposes else NoteForm()

    def deed(session: Session, complaint: Complaint, person: Person) -> None:
        work.note_complaint(session, complaint, person, form.note.data, now(), proposes=proposes)

    # A note takes nothing from anybody's words: it is kept whatever others wrote meanwhile.
    done = "เสนอร่างคำตอบแล้ว" if proposes else "เพิ่มบันทึกภายในแล้ว"
    forms = Forms(proposal=form) if proposes else Forms(note=form)
    return do(complaint_id, form, forms, deed, done)
