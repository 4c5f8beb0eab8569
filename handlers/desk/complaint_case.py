"""One complaint: what it says, what became of it, and what an officer may do next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask import abort, flash, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from domain.states import COMPLAINT_MOVES, ComplaintState, IllegalMove
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.complaint_list import reporter_name
from handlers.desk.complaint_same import (
    SameReports,
    by_whom,
    facts_of,
    same_reports,
    shown_text,
    stars_of,
)
from handlers.desk.files import FileLink, link_to
from handlers.desk.forms import AnswerForm, MoveForm, NoteForm
from handlers.desk.notices import tell_of_answer, tell_of_outcome
from handlers.desk.pages import render
from handlers.desk.viewer import this_person
from handlers.desk.words import word
from models import complaint_work as work
from models.complaint import (
    Complaint,
    ComplaintChannel,
    ComplaintKind,
    EntryKind,
    IdentityMode,
    receipt_marker,
)
from models.complaint_log import NotAllowed, OpenedComplaint, OpenedEntry, access_complaint
from models.complaint_web import is_kept_from_somebody
from models.complaint_work import ChangedMeanwhile, Seen
from models.person import Person
from models.stored_file import files_of_complaint


@dataclass(frozen=True)
class Happening:
    kind: EntryKind
    by: str
    on: date
    at: datetime | None  # of an officer's doing; a reporter's is told by day
    new_state: ComplaintState | None
    text: str


@dataclass(frozen=True)
class Case:
    """A complaint as plain data, for a template that runs after the session is closed."""

    id: UUID
    marker: str
    kind: ComplaintKind
    state: ComplaintState
    seen: str
    received_on: date
    channel: ComplaintChannel
    mode: IdentityMode
    reporter: str
    phone: str
    facts: list[tuple[str, str]]
    happenings: list[Happening]
    files: list[FileLink]
    restricted: bool  # kept from somebody; from whom is not written here
    stars: int | None
    same: SameReports

    @property
    def next_states(self) -> list[ComplaintState]:
        return [state for state in ComplaintState if state in COMPLAINT_MOVES[self.state]]

    @property
    def answerable(self) -> bool:
        return self.state in work.ANSWERABLE

    @property
    def answer_is_announced(self) -> bool:
        """Whether the reporter's account may be told; whether it could be is not for officers."""
        by_line = self.channel is ComplaintChannel.LINE
        return by_line and self.mode is not IdentityMode.ANONYMOUS

    @property
    def may_end_with_answer(self) -> bool:
        return work.may_become_answered(self.state)


def _case(session: Session, person: Person, opened: OpenedComplaint) -> Case:
    complaint = opened.complaint
    last = opened.entries[-1].entry.number if opened.entries else 0
    files = files_of_complaint(session, complaint.agency_id, complaint.id)
    return Case(
        id=complaint.id,
        marker=receipt_marker(complaint),
        kind=complaint.kind,
        state=complaint.state,
        seen=f"{complaint.state.value}.{last}",
        received_on=complaint.received_on,
        channel=complaint.channel,
        mode=complaint.identity_mode,
        reporter=reporter_name(opened),
        phone=(opened.identity or {}).get("phone", ""),
        facts=facts_of(opened.content),
        happenings=[_happening(entry) for entry in opened.entries],
        files=[link_to(stored) for stored in files],
        restricted=is_kept_from_somebody(session, complaint),
        stars=stars_of(session, complaint),
        same=same_reports(session, person, complaint, now()),
    )


def _happening(opened: OpenedEntry) -> Happening:
    entry = opened.entry
    return Happening(
        kind=entry.kind,
        by=opened.person.name if opened.person else by_whom(entry.kind),
        on=entry.happened_on,
        at=entry.happened_at if opened.person else None,
        new_state=entry.new_state,
        text=shown_text(entry.kind, opened.text),
    )


@dataclass
class Forms:
    """The page's three forms; the one that was sent keeps what was typed into it."""

    move: MoveForm
    answer: AnswerForm
    note: NoteForm


def _empty_forms() -> Forms:
    # formdata=None: a form beside the one that was sent must not read its fields.
    return Forms(MoveForm(formdata=None), AnswerForm(formdata=None), NoteForm(formdata=None))


_ANNOUNCED = (
    "ระบบจะแจ้งผู้ร้องทาง LINE ว่ามีคำตอบแล้ว หากบัญชีนั้นยังรับข้อความได้ โดยไม่แสดงคำตอบในข้อความแจ้ง "
    "ผู้ร้องอ่านคำตอบได้ด้วยรหัสติดตามเรื่อง"
)
_UNANNOUNCED = "ระบบแจ้งผู้ร้องรายนี้ไม่ได้ ผู้ร้องจะอ่านคำตอบได้เมื่อติดตามเรื่องด้วยรหัสติดตามเรื่องเอง"


def _show(case: Case, forms: Forms, *, warning: str = "", status: int = 200) -> tuple[str, int]:
    choices = [(state.value, word(state)) for state in case.next_states]
    forms.move.new_state.choices = [("", "เลือกสถานะ"), *choices]
    # Whoever sends the page again has read it as it is now.
    forms.move.seen.data = forms.answer.seen.data = case.seen
    forms.answer.answer.description = _ANNOUNCED if case.answer_is_announced else _UNANNOUNCED
    return render(
        "complaint.html",
        section="desk.complaints",
        case=case,
        forms=forms,
        warning=warning,
        status=status,
    )


def _open(session: Session, complaint_id: UUID) -> Case:
    try:
        person = this_person(session)
        return _case(session, person, access_complaint(session, person, complaint_id, now()))
    except NotAllowed:
        abort(404)


@desk.get("/complaints/<uuid:complaint_id>")
def complaint(complaint_id: UUID) -> tuple[str, int]:
    with services().db.writing() as session:  # the opening is logged
        case = _open(session, complaint_id)
    return _show(case, _empty_forms())


def _read_seen(text: str) -> Seen:
    state, _, last = text.partition(".")
    try:
        return Seen(ComplaintState(state), int(last))
    except ValueError:
        abort(400)


Deed = Callable[[Session, Complaint, Person], None]

_CHANGED = (
    "ยังไม่ได้บันทึก เพราะมีผู้อื่นแก้ไขเรื่องนี้ระหว่างที่ท่านเปิดอยู่ "
    "กรุณาอ่านความเคลื่อนไหวล่าสุดด้านล่าง แล้วส่งอีกครั้งหากยังต้องการ"
)
_ILLEGAL = "ยังไม่ได้บันทึก เพราะสถานะของเรื่องตอนนี้ทำเช่นนั้นไม่ได้ กรุณาเลือกใหม่"
_MISTAKE = "ยังไม่ได้บันทึก กรุณาแก้ช่องที่มีข้อความสีแดง"


def _do(
    complaint_id: UUID, forms: Forms, deed: Deed, *, valid: bool, done: str
) -> tuple[str, int] | Response:
    """Run one verb on a complaint; where it cannot be, show the page with what was typed."""
    warning, status = _MISTAKE, 422
    if valid:
        try:
            with services().db.writing() as session:
                person = this_person(session)
                deed(session, work.find_for_work(session, person, complaint_id), person)
        except NotAllowed:
            abort(404)
        except ChangedMeanwhile:
            warning, status = _CHANGED, 409
        except IllegalMove:
            warning, status = _ILLEGAL, 409
        else:
            flash(done, "success")
            return redirect(url_for("desk.complaint", complaint_id=complaint_id))
    with services().db.writing() as session:
        case = _open(session, complaint_id)
    return _show(case, forms, warning=warning, status=status)


@desk.post("/complaints/<uuid:complaint_id>/move")
def move_complaint(complaint_id: UUID) -> tuple[str, int] | Response:
    form = MoveForm()
    forms = _empty_forms()
    forms.move = form

    def deed(session: Session, complaint: Complaint, person: Person) -> None:
        work.check_unchanged(session, complaint, _read_seen(form.seen.data or ""))
        new_state = ComplaintState(form.new_state.data)
        work.change_state(session, complaint, new_state, person, now(), form.reason.data or None)
        if new_state is ComplaintState.CLOSED:
            tell_of_outcome(session, complaint, now())

    return _do(complaint_id, forms, deed, valid=form.validate(), done="เปลี่ยนสถานะแล้ว")


@desk.post("/complaints/<uuid:complaint_id>/answer")
def answer_complaint(complaint_id: UUID) -> tuple[str, int] | Response:
    form = AnswerForm()
    forms = _empty_forms()
    forms.answer = form

    def deed(session: Session, complaint: Complaint, person: Person) -> None:
        work.check_unchanged(session, complaint, _read_seen(form.seen.data or ""))
        work.answer_complaint(session, complaint, person, form.answer.data, now())
        tell_of_answer(session, complaint, now())
        if form.final.data and work.may_become_answered(complaint.state):
            work.change_state(session, complaint, ComplaintState.ANSWERED, person, now())

    return _do(complaint_id, forms, deed, valid=form.validate(), done="บันทึกคำตอบถึงผู้ร้องแล้ว")


@desk.post("/complaints/<uuid:complaint_id>/note")
def note_complaint(complaint_id: UUID) -> tuple[str, int] | Response:
    form = NoteForm()
    forms = _empty_forms()
    forms.note = form

    def deed(session: Session, complaint: Complaint, person: Person) -> None:
        work.note_complaint(session, complaint, person, form.note.data, now())

    return _do(complaint_id, forms, deed, valid=form.validate(), done="เพิ่มบันทึกภายในแล้ว")
