"""One question: answer it, hand it to another division, close it, keep its answer for others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import abort, flash, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from domain.states import IllegalMove, QuestionState
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.forms import MISTAKE, options
from handlers.desk.knowledge_words import say_fault
from handlers.desk.pages import render
from handlers.desk.questions_forms import (
    AnswerQuestionForm,
    CloseForm,
    HandOverForm,
    KeepForm,
    QuestionForms,
    empty_forms,
)
from handlers.desk.viewer import this_person
from models import question_work as work
from models.division import active_divisions, divisions_of, get_division
from models.knowledge import BadArticle, Question, text_of
from models.person import Person, get_person
from models.question_rules import may_answer_question

_NOBODY_IN_PARTICULAR = "ไม่ระบุส่วนราชการ (เจ้าหน้าที่รับเรื่องตอบ)"


@dataclass(frozen=True)
class Case:
    """A question as plain data, for a template that runs after the session is closed."""

    id: UUID
    text: str
    state: QuestionState
    asked_on: date
    division: str
    division_id: UUID | None
    reachable: bool
    answer: str
    reason: str
    by: str
    on: date | None
    kept: bool
    divisions: list[tuple[str, str]]

    @property
    def waits(self) -> bool:
        return self.state is QuestionState.WAITING

    @property
    def may_be_kept(self) -> bool:
        return self.state is QuestionState.ANSWERED and bool(self.answer) and not self.kept


def _case(session: Session, question: Question) -> Case:
    agency_id = question.agency_id
    divisions = divisions_of(session, agency_id)
    names = {one.id: one.name for one in divisions}
    by = get_person(session, agency_id, question.answered_by) if question.answered_by else None
    return Case(
        id=question.id,
        text=text_of(session, question),
        state=question.state,
        asked_on=question.asked_on,
        division=names.get(question.division_id, "") if question.division_id else "",
        division_id=question.division_id,
        reachable=work.contact_of_asker(session, question) is not None,
        answer=work.answer_of(session, question),
        reason=work.reason_of(session, question),
        by=by.name if by else "",
        on=question.answered_on,
        kept=work.is_kept(session, question),
        divisions=[
            ("", _NOBODY_IN_PARTICULAR),
            *((str(one.id), one.name) for one in divisions if one.active),
        ],
    )


def _find(session: Session, person: Person, question_id: UUID) -> Question:
    """The question, locked, for somebody who may answer it; 404 for anybody else."""
    question = work.hold_question(session, person.agency_id, question_id)
    if question is None or not may_answer_question(session, person, question):
        abort(404)
    return question


_SENT_TO = "ระบบจะส่งคำตอบนี้ถึงผู้ถามทาง LINE ทันที และลบข้อมูลที่โยงถึงผู้ถาม"
_SENT_TO_NOBODY = "ไม่มีแชตของผู้ถามให้ส่งคำตอบแล้ว คำตอบจะบันทึกไว้ในระบบเท่านั้น แต่ยังเก็บเป็นคลังคำตอบได้"


def _show(
    case: Case, forms: QuestionForms, *, warning: str = "", status: int = 200
) -> tuple[str, int]:
    forms.hand_over.division.choices = options(*case.divisions)
    if forms.hand_over.division.data is None:
        forms.hand_over.division.data = str(case.division_id or "")
    for field in (forms.answer.asked, forms.keep.asked):
        if field.data is None or (field.data == "" and not field.errors):
            field.data = case.text
    forms.answer.answer.description = _SENT_TO if case.reachable else _SENT_TO_NOBODY
    return render(
        "question.html",
        section="desk.questions",
        case=case,
        forms=forms,
        warning=warning,
        status=status,
    )


@desk.get("/questions/<uuid:question_id>")
def question(question_id: UUID) -> tuple[str, int]:
    with services().db.reading() as session:
        person = this_person(session)
        found = session.get(Question, (person.agency_id, question_id))
        if found is None or not may_answer_question(session, person, found):
            abort(404)
        case = _case(session, found)
    return _show(case, empty_forms())


Deed = Callable[[Session, Question, Person], str]

_CHANGED = "ยังไม่ได้บันทึก เพราะคำถามนี้มีผู้ตอบหรือปิดไปแล้วระหว่างที่ท่านเปิดอยู่ กรุณาอ่านผลด้านล่าง"


def _do(
    question_id: UUID, forms: QuestionForms, deed: Deed, *, valid: bool
) -> tuple[str, int] | Response:
    """Run one verb on a question; where it cannot be, show the page with what was typed."""
    warning, status = MISTAKE, 422
    if valid:
        try:
            with services().db.writing() as session:
                person = this_person(session)
                done = deed(session, _find(session, person, question_id), person)
        except IllegalMove:
            warning, status = _CHANGED, 409
        except BadArticle as bad:
            warning = f"ยังไม่ได้บันทึก {say_fault(bad.fault)}"
        else:
            flash(done, "success")
            return redirect(url_for("desk.questions"))
    with services().db.writing() as session:
        case = _case(session, _find(session, this_person(session), question_id))
    return _show(case, forms, warning=warning, status=status)


@desk.post("/questions/<uuid:question_id>/answer")
def answer_question(question_id: UUID) -> tuple[str, int] | Response:
    forms = empty_forms()
    form = forms.answer = AnswerQuestionForm()

    def deed(session: Session, question: Question, person: Person) -> str:
        sent = work.answer_waiting(session, question, person, form.answer.data, now())
        done = (
            "ส่งคำตอบถึงผู้ถามทาง LINE แล้ว" if sent else "บันทึกคำตอบแล้ว แต่ไม่ได้ส่ง เพราะไม่มีแชตของผู้ถามให้ส่ง"
        )
        if form.keep.data:
            work.keep_as_article(session, question, person, now(), form.asked.data)
            done += " และเก็บเป็นคลังคำตอบแล้ว"
        return done

    return _do(question_id, forms, deed, valid=form.validate())


@desk.post("/questions/<uuid:question_id>/keep")
def keep_question(question_id: UUID) -> tuple[str, int] | Response:
    forms = empty_forms()
    form = forms.keep = KeepForm(prefix="keep-")

    def deed(session: Session, question: Question, person: Person) -> str:
        if question.state is not QuestionState.ANSWERED or not work.answer_of(session, question):
            raise IllegalMove("a question without an officer's answer cannot be kept")
        made = work.keep_as_article(session, question, person, now(), form.asked.data)
        return "เก็บเป็นคลังคำตอบแล้ว" if made else "คำถามนี้อยู่ในคลังคำตอบแล้ว"

    return _do(question_id, forms, deed, valid=form.validate())


@desk.post("/questions/<uuid:question_id>/hand-over")
def hand_over_question(question_id: UUID) -> tuple[str, int] | Response:
    forms = empty_forms()
    form = forms.hand_over = HandOverForm()
    with services().db.reading() as session:
        divisions = active_divisions(session, this_person(session).agency_id)
        form.division.choices = options(("", ""), *((str(one.id), one.name) for one in divisions))

    def deed(session: Session, question: Question, person: Person) -> str:
        division_id = UUID(form.division.data) if form.division.data else None
        found = get_division(session, person.agency_id, division_id) if division_id else None
        if division_id is not None and (found is None or not found.active):
            abort(404)
        if question.state is not QuestionState.WAITING:
            raise IllegalMove("only a question that waits is handed over")
        work.hand_over(session, question, division_id, person, now())
        return "ส่งต่อคำถามแล้ว ระบบจะแจ้งผู้ตอบคำถามของส่วนราชการนั้นทาง LINE ในเวลาทำการ"

    return _do(question_id, forms, deed, valid=form.validate())


@desk.post("/questions/<uuid:question_id>/close")
def close_question(question_id: UUID) -> tuple[str, int] | Response:
    forms = empty_forms()
    form = forms.close = CloseForm()

    def deed(session: Session, question: Question, person: Person) -> str:
        work.close_question(session, question, person, form.reason.data, now())
        return "ปิดคำถามโดยไม่ตอบแล้ว"

    return _do(question_id, forms, deed, valid=form.validate())
