"""A receipt code that an officer types while answering a citizen's question is no answer."""

from __future__ import annotations

import pytest

from domain.ids import new_receipt_code, show_receipt_code
from domain.search import DecisionKind
from domain.states import QuestionState
from models.division import name_answerer
from tests.chat.questioning import ASKED, decides, know_all, news_to, only_question, staff
from tests.offices import NOON
from tests.town import Town, words


@pytest.mark.parametrize("form", [str, show_receipt_code])
def test_a_receipt_code_is_never_taken_for_the_answer(town: Town, form) -> None:
    know_all(town)
    decides(town, DecisionKind.UNKNOWN, "hours", "land-tax", "road")
    citizen, office = town.user("ประชาชน"), town.offices.makham
    town.says(citizen, ASKED)
    finance = staff(town, "finance")
    with town.db.writing() as session:
        division = office.divisions["finance"].id
        name_answerer(session, office.agency_id, division, office.people["finance"].id)
    town.tick(NOON)
    town.choose(finance, news_to(town, finance), "ตอบข้อ 1")
    code = form(new_receipt_code())
    answer = words(town.says(finance, code))
    assert code not in answer
    assert "ส่งคำตอบ" not in answer
    assert only_question(town).state is QuestionState.WAITING
    assert code not in words(town.line.messages_to(citizen))
