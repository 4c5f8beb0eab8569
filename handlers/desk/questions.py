"""What people asked and nobody could answer yet."""

from __future__ import annotations

from handlers.context import services
from handlers.desk.blueprint import desk
from handlers.desk.pages import render
from handlers.desk.viewer import this_person
from models.knowledge import waiting_questions

_SHOWN = 100


@desk.get("/questions")
def questions() -> tuple[str, int]:
    with services().db.reading() as session:
        found = waiting_questions(session, this_person(session).agency_id, _SHOWN)
        rows = [(question.asked_on, text) for question, text in found]
    return render("questions.html", section="desk.questions", rows=rows, full=len(rows) == _SHOWN)
