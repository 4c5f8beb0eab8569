"""What people asked and nobody could answer yet, and which answers people found wanting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.limits import shorten
from handlers.context import services
from handlers.desk.blueprint import desk
from handlers.desk.pages import render
from handlers.desk.viewer import this_person
from models.division import division_names
from models.knowledge import Question, waiting_questions
from models.question_rules import questions_of
from models.question_work import recently_answered, usefulness

_SHOWN = 100
_ANSWERED_SHOWN = 20
_JUDGED_SHOWN = 50
_BEGINNING = 300


@dataclass(frozen=True)
class Row:
    id: UUID
    day: date
    text: str
    division: str


@desk.get("/questions")
def questions() -> tuple[str, int]:
    with services().db.reading() as session:
        person = this_person(session)
        names = division_names(session, person.agency_id)
        within = questions_of(session, person)
        found = waiting_questions(session, person.agency_id, _SHOWN, within)
        rows = [_row(question, text, question.asked_on, names) for question, text in found]
        answered = [
            _row(question, text, question.answered_on or question.asked_on, names)
            for question, text in recently_answered(session, person, _ANSWERED_SHOWN)
        ]
        judged = usefulness(session, person, _JUDGED_SHOWN)
    return render(
        "questions.html",
        section="desk.questions",
        rows=rows,
        full=len(rows) == _SHOWN,
        answered=answered,
        judged=judged,
    )


def _row(question: Question, text: str, day: date, names: dict[UUID, str]) -> Row:
    division = names.get(question.division_id, "") if question.division_id else ""
    return Row(question.id, day, shorten(text, _BEGINNING), division)
