"""Waiting questions that ask the same: answered once, for all who asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import BooleanField
from wtforms.fields import TextAreaField

from domain.states import IllegalMove
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.forms import filled, stripped
from handlers.desk.knowledge_words import say_fault
from handlers.desk.pages import render
from handlers.desk.questions_forms import check_asked, fits_line
from handlers.desk.viewer import this_person
from models.division import division_names
from models.knowledge import BadArticle
from models.person import Person
from models.question_groups import (
    MOST_AT_ONCE,
    MOST_LOOKED_AT,
    Done,
    Group,
    answer_group,
    group_with,
    groups_of,
    reachable_of,
    waiting_of,
)

PAGE = 30
_MOST_PAGES = 1000


class GroupForm(FlaskForm):  # type: ignore[misc]
    answer = TextAreaField(
        "คำตอบ", filters=[stripped], validators=[filled("กรุณากรอกคำตอบ"), fits_line]
    )
    keep = BooleanField("เก็บเป็นคลังคำตอบด้วย ระบบจะตอบคำถามแบบนี้เองในครั้งต่อไป")
    asked = TextAreaField(
        "คำถามที่จะแสดงในคลังคำตอบ",
        filters=[stripped],
        description="ทุกคนจะเห็นคำถามนี้ กรุณาลบชื่อ เบอร์โทร และเรื่องส่วนตัวของผู้ถามออกก่อน",
    )

    def validate_asked(self, field: TextAreaField) -> None:
        if self.keep.data:
            check_asked(field.data)


@dataclass(frozen=True)
class GroupRow:
    id: UUID
    text: str
    size: int
    people: int
    oldest: date
    newest: date
    divisions: str


@dataclass(frozen=True)
class Line:
    id: UUID
    text: str
    asked_on: date
    division: str
    private: bool
    taken: bool
    way: bool


@desk.get("/questions/groups")
def question_groups() -> tuple[str, int]:
    with services().db.reading() as session:
        person = this_person(session)
        names = division_names(session, person.agency_id)
        found = groups_of(session, person)
    pages = max(1, -(-len(found) // PAGE))
    page = min(_page(), pages)
    total = sum(len(one.asked) for one in found)
    rows = [_row(one, names) for one in found[(page - 1) * PAGE : page * PAGE]]
    return render(
        "question_groups.html",
        section="desk.questions",
        rows=rows,
        total=total,
        groups=len(found),
        page=page,
        pages=pages,
        full=total == MOST_LOOKED_AT,
    )


def _page() -> int:
    text = request.args.get("page", "1")[:6]
    return min(_MOST_PAGES, max(1, int(text))) if text.isascii() and text.isdigit() else 1


def _row(one: Group, names: dict[UUID, str]) -> GroupRow:
    said = dict.fromkeys(names.get(asked.division_id or one.id, "") for asked in one.asked)
    divisions = ", ".join(name for name in said if name)
    first, last = one.asked[0].asked_on, one.newest
    return GroupRow(one.id, one.text, len(one.asked), one.people, first, last, divisions)


@dataclass(frozen=True)
class Page:
    """A group as plain data."""

    id: UUID
    lines: list[Line]
    reachable: int
    text: str
    people: int = 0


def _shown(
    session: Session,
    person: Person,
    group: Group,
    question_id: UUID,
    taken: set[UUID] | None = None,
    ways: set[UUID] | None = None,
) -> Page:
    names = division_names(session, person.agency_id)
    lines = [
        Line(
            one.id,
            one.text,
            one.asked_on,
            names.get(one.division_id, "") if one.division_id else "",
            one.is_private,
            taken is None or one.id in taken,
            ways is not None and one.id in ways,
        )
        for one in group.asked
    ]
    reachable = reachable_of(session, person, group)
    return Page(question_id, lines, reachable, group.text, group.people)


def _show(page: Page, form: GroupForm, *, warning: str = "", status: int = 200) -> tuple[str, int]:
    return render(
        "question_group.html",
        section="desk.questions",
        page=page,
        form=form,
        most=MOST_AT_ONCE,
        warning=warning,
        status=status,
    )


@desk.get("/questions/groups/<uuid:question_id>")
def question_group(question_id: UUID) -> tuple[str, int] | Response:
    with services().db.reading() as session:
        person = this_person(session)
        found = group_with(session, person, question_id)
        page = _shown(session, person, found, question_id) if found else None
    if page is None:
        abort(404)
    form = GroupForm(formdata=None)
    form.asked.data = page.text
    return _show(page, form)


def _ids(name: str) -> list[UUID]:
    found = []
    for text in request.form.getlist(name)[:MOST_AT_ONCE]:
        try:
            found.append(UUID(text))
        except ValueError:
            abort(400)
    return found


_MISTAKE = "ยังไม่ได้ส่ง กรุณาแก้ช่องที่มีข้อความสีแดง"
_NOBODY = "ยังไม่ได้ส่ง กรุณาเลือกอย่างน้อยหนึ่งคำถาม"
_CHANGED = "ยังไม่ได้ส่ง เพราะคำถามเหล่านี้มีผู้ตอบหรือปิดไปแล้วระหว่างที่ท่านเปิดอยู่ คำตอบที่ท่านพิมพ์ยังอยู่ด้านล่าง"


@desk.post("/questions/groups/<uuid:question_id>")
def answer_question_group(question_id: UUID) -> tuple[str, int] | Response:
    form = GroupForm()
    offered, taken, ways = _ids("offered"), _ids("take"), _ids("way")
    warning, status = _MISTAKE, 422
    if form.validate():
        warning = _NOBODY
        if taken:
            try:
                with services().db.writing() as session:
                    asked = form.asked.data if form.keep.data else ""
                    done = answer_group(
                        session,
                        this_person(session),
                        taken,
                        form.answer.data,
                        now(),
                        asked=asked,
                        ways=ways,
                    )
            except IllegalMove:
                warning, status = _CHANGED, 409
            except BadArticle as bad:
                warning = f"ยังไม่ได้ส่ง {say_fault(bad.fault)}"
            else:
                flash(_said(done), "success")
                return redirect(url_for("desk.question_groups"))
    with services().db.reading() as session:
        person = this_person(session)
        found = waiting_of(session, person, offered or [question_id])
        page = (
            _shown(session, person, found, question_id, set(taken), set(ways))
            if found
            else Page(question_id, [], 0, "")
        )
    if not page.lines and status == 422:
        warning, status = _CHANGED, 409
    return _show(page, form, warning=warning, status=status)


def _said(done: Done) -> str:
    said = f"ส่งคำตอบถึงผู้ถามทาง LINE แล้ว {done.sent:,} คน"
    if done.answered > done.sent:
        said += f" รวม {done.answered:,} คำถาม ผู้ที่ถามหลายข้อได้รับคำตอบครั้งเดียว"
    if done.unsent:
        said += f" อีก {done.unsent:,} คำถามบันทึกคำตอบไว้ แต่ไม่มีแชตของผู้ถามให้ส่ง"
    if done.late:
        said += f" ข้าม {done.late:,} คำถามที่มีผู้ตอบหรือปิดไปก่อน"
    return said + (" และเก็บเป็นคลังคำตอบแล้ว" if done.kept else "")
