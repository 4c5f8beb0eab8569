"""A reporter taps while an officer works on the same case: the case is looked at as it is then."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from domain.states import ComplaintState
from models.complaint import EntryKind
from models.complaint_work import change_state, find_for_work
from tests.chat.test_cases import labels, lines_of, report_a_hole, state_of, the_case
from tests.offices import NOON
from tests.town import Json, Town, actions, words


def button(messages: list[Json], label: str) -> str:
    [found] = [one["data"] for one in actions(messages) if one["label"] == label]
    return found


def closed_meanwhile(town: Town, code: str, deed: Callable[[], list[Json]]) -> list[Json]:
    """What a reporter is told whose deed came while an officer was closing the case."""
    told: list[list[Json]] = []
    thread = threading.Thread(target=lambda: told.append(deed()))
    officer = town.offices.makham.people["officer"]
    with town.db.writing() as session:
        case = find_for_work(session, officer, the_case(session, town, code).id)
        change_state(session, case, ComplaintState.CLOSED, officer, NOON, "จบ")
        thread.start()
        thread.join(1.5)  # on PostgreSQL it waits for the row, on SQLite for its turn
        assert thread.is_alive()
    thread.join(40)
    return told[0]


def test_a_withdrawal_that_came_while_an_officer_closed_the_case_undoes_nothing(
    town: Town,
) -> None:
    user = town.user("ผู้แจ้ง")
    code = report_a_hole(town, user)
    sure = town.taps(user, button(town.says(user, code), "ถอนเรื่อง"))
    [first, *_] = [one["data"] for one in actions(sure) if "withdraw!" in one.get("data", "")]
    told = closed_meanwhile(town, code, lambda: town.taps(user, first))
    assert state_of(town, code) is ComplaintState.CLOSED
    assert "ถอนเรื่องแล้ว" not in words(told)
    assert labels(told)


@pytest.mark.parametrize("label", ["เพิ่มข้อมูล", "สอบถามเพิ่ม"])
def test_words_for_a_case_that_was_closed_while_they_were_sent_are_refused_as_a_whole(
    town: Town, label: str
) -> None:
    user = town.user("ผู้แจ้ง")
    code = report_a_hole(town, user)
    town.taps(user, button(town.says(user, code), label))
    town.says(user, "น้ำท่วมแล้วด้วย")
    told = closed_meanwhile(town, code, lambda: town.says(user, "ส่ง"))
    assert "ส่งให้เจ้าหน้าที่" not in words(told)
    kinds = [kind for kind, _ in lines_of(town, code)]
    assert EntryKind.ADDED not in kinds
    assert EntryKind.ASKED not in kinds
