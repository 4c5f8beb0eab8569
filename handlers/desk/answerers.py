"""Who answers the questions of each division."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.pages import render
from handlers.desk.viewer import this_person
from handlers.desk.words import word
from models import audit
from models.division import active_divisions, answerers_of, get_division, name_answerer
from models.notice import contact_of_person
from models.person import get_person
from models.question_rules import may_be_answerer, possible_answerers


@dataclass(frozen=True)
class Choice:
    id: UUID
    label: str


@dataclass(frozen=True)
class Row:
    division_id: UUID
    division: str
    answerer_id: UUID | None
    answerer: str
    trouble: str
    choices: list[Choice]


_GONE = "ผู้นี้ตอบแทนส่วนราชการนี้ไม่ได้แล้ว คำถามจะไปถึงเจ้าหน้าที่รับเรื่องแทน กรุณาเลือกใหม่"
_UNLINKED = "ยังไม่ได้เชื่อมบัญชี LINE หรือปิดรับข้อความ จึงแจ้งทาง LINE ไม่ได้ คำถามจะแจ้งเจ้าหน้าที่รับเรื่องแทน"


@desk.get("/answerers")
def answerers() -> tuple[str, int]:
    with services().db.reading() as session:
        agency_id = this_person(session).agency_id
        named = answerers_of(session, agency_id)
        people = possible_answerers(session, agency_id)
        rows = []
        for division in active_divisions(session, agency_id):
            person_id = named.get(division.id)
            person = get_person(session, agency_id, person_id) if person_id else None
            trouble = ""
            if person is not None and not may_be_answerer(person, division.id):
                trouble = _GONE
            elif person is not None and contact_of_person(session, person) is None:
                trouble = _UNLINKED
            choices = [
                Choice(one.id, f"{one.name} ({word(one.role)})")
                for one in people
                if may_be_answerer(one, division.id)
            ]
            rows.append(
                Row(
                    division.id,
                    division.name,
                    person_id,
                    person.name if person else "",
                    trouble,
                    choices,
                )
            )
    return render("answerers.html", section="desk.answerers", rows=rows)


@desk.post("/answerers", endpoint="name_answerer")
def name_answerer_of_a_division() -> Response:
    division_id = _id(request.form.get("division", ""))
    person_text = request.form.get("person", "")
    person_id = _id(person_text) if person_text else None
    if division_id is None or (person_text and person_id is None):
        abort(400)
    with services().db.writing() as session:
        admin = this_person(session)
        division = get_division(session, admin.agency_id, division_id)
        person = get_person(session, admin.agency_id, person_id) if person_id else None
        if division is None or (person_id is not None and person is None):
            abort(404)
        if person is not None and not may_be_answerer(person, division.id):
            flash(f"{person.name} ตอบแทน{division.name}ไม่ได้ กรุณาเลือกผู้อื่น", "warning")
            return redirect(url_for("desk.answerers"))
        name_answerer(session, admin.agency_id, division.id, person_id)
        audit.record_deed(
            session,
            admin,
            "answerer.named",
            f"division:{division.id}",
            now(),
            {"person": str(person_id or "")},
        )
        done = f"{division.name}: " + (
            f"ผู้ตอบคำถามคือ {person.name}" if person else "ไม่มีผู้ตอบคำถามโดยเฉพาะ เจ้าหน้าที่รับเรื่องตอบแทน"
        )
    flash(done, "success")
    return redirect(url_for("desk.answerers"))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
