"""What a head types after "ไม่อนุมัติ": a reason that goes to the asker, or nothing of the kind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.ids import new_receipt_code, show_receipt_code
from models.knowledge import Question
from models.outbox import OutboxMessage
from models.progress import ReviewOutcome, review_note_of
from tests.chat.officers import MORNING, cards, linked, reports
from tests.town import Town, actions, find_action, words

LATER = MORNING + timedelta(minutes=45)
BRIBE = "ผู้อำนวยการกองเรียกรับเงินใต้โต๊ะจากผู้รับเหมา"


@pytest.fixture
def officer(town: Town, frozen) -> str:
    frozen.move_to(MORNING)
    return linked(town, "finance", "เจ้าหน้าที่กองคลัง")


@pytest.fixture
def head(town: Town, officer: str, frozen) -> str:
    """Of the officer's division, asked to decide on a wish to postpone."""
    line_id = linked(town, "finance_head", "ผู้อำนวยการกองคลัง")
    town.tick(MORNING)
    picker = find_action(town.choose(officer, cards(town, officer), "ขอเลื่อน"), "เลือกวันที่")
    town.taps(officer, picker["data"], date="2023-04-28")
    frozen.move_to(LATER)
    town.tick(LATER)
    return line_id


def wish_card(town: Town, head: str) -> list[dict]:
    return [one for one in cards(town, head) if "คำขอเลื่อน" in words([one])][-1:]


def declines(town: Town, head: str) -> list[dict]:
    return town.choose(head, wish_card(town, head), "ไม่อนุมัติ")


def nothing_is_decided(town: Town, officer: str) -> bool:
    [(report, _)] = reports(town)
    return report.review is None and "ผู้พิจารณา" not in words(cards(town, officer))


@pytest.mark.parametrize("form", [str, show_receipt_code])
def test_a_receipt_code_is_a_receipt_code_and_no_reason(
    town: Town, officer: str, head: str, form
) -> None:
    declines(town, head)
    code = form(new_receipt_code())
    assert "รหัส" in words(town.says(head, code))
    assert nothing_is_decided(town, officer)
    town.says(head, "ต้องทำให้เสร็จในไตรมาสนี้")  # nothing waits for a reason any more
    assert nothing_is_decided(town, officer)
    declines(town, head)
    town.says(head, "ต้องทำให้เสร็จในไตรมาสนี้")
    assert reports(town)[0][0].review is ReviewOutcome.RETURNED
    assert code not in words(town.line.messages_to(officer))


@pytest.mark.parametrize(
    "door", ["แจ้งเบาะแสทุจริต", "แจ้งเรื่องร้องเรียน", "ติดตามเรื่อง", "เมนู", "ขอคุยกับเจ้าหน้าที่"]
)
def test_a_typed_door_is_opened_and_no_reason(
    town: Town, officer: str, head: str, door: str
) -> None:
    declines(town, head)
    answer = words(town.says(head, door))
    assert "บันทึกแล้ว" not in answer
    assert nothing_is_decided(town, officer)
    town.says(head, "ถนนหน้าสำนักงานเป็นหลุม")
    assert nothing_is_decided(town, officer)


@pytest.mark.parametrize("said", [BRIBE, "ดูเรื่องเลขที่ 3822199969896611 ประกอบ"])
def test_words_of_corruption_and_a_code_among_words_are_not_taken_and_not_repeated(
    town: Town, officer: str, head: str, said: str
) -> None:
    declines(town, head)
    answer = town.says(head, said)
    text = words(answer)
    assert "ไม่ได้นำข้อความนี้ไปเป็นเหตุผล" in text
    assert said not in text
    labels = [one["label"] for one in actions(answer)]
    assert labels[0] == "ไม่ระบุเหตุผล"
    assert "แจ้งเบาะแสทุจริต" in labels
    assert nothing_is_decided(town, officer)
    with town.db.reading() as session:
        assert session.scalars(select(Question)).all() == []
    assert "บันทึกแล้ว: ไม่อนุมัติ" in words(town.says(head, "ต้องทำให้เสร็จในไตรมาสนี้"))
    [(report, _)] = reports(town)
    with town.db.reading() as session:
        assert review_note_of(session, report) == "ต้องทำให้เสร็จในไตรมาสนี้"
    assert said not in words(town.line.messages_to(officer))


def test_the_skip_button_offered_again_declines_without_a_reason(
    town: Town, officer: str, head: str
) -> None:
    declines(town, head)
    town.choose(head, town.says(head, BRIBE), "ไม่ระบุเหตุผล")
    [(report, _)] = reports(town)
    assert (report.review, report.review_note) == (ReviewOutcome.RETURNED, None)


def test_a_door_offered_there_is_opened_and_what_is_typed_next_belongs_to_it(
    town: Town, officer: str, head: str
) -> None:
    declines(town, head)
    town.choose(head, town.says(head, BRIBE), "แจ้งเบาะแสทุจริต")
    town.says(head, BRIBE)
    assert nothing_is_decided(town, officer)


def test_what_is_typed_in_a_guided_report_is_no_reason(town: Town, officer: str, head: str) -> None:
    town.says(head, "แจ้งเบาะแสทุจริต")
    asked = declines(town, head)
    assert "แจ้งเรื่องค้างอยู่" in words(asked)
    assert "บันทึกแล้ว" not in words(town.says(head, "เกิดขึ้นที่ห้องพัสดุ"))
    assert nothing_is_decided(town, officer)
    town.choose(head, asked, "ไม่ระบุเหตุผล")
    assert reports(town)[0][0].review is ReviewOutcome.RETURNED
    with town.db.reading() as session:
        kinds = session.scalars(select(OutboxMessage.kind)).all()
    assert kinds.count("postponement") == 2  # the head was asked, the officer told
