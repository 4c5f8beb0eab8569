"""Words after a tap that may be a tip: they wait alone, and only their own "yes" files them."""

from __future__ import annotations

from datetime import date

import pytest

from models.conversation import ConversationKey, load
from models.measure import MeasureRow
from tests.chat.officers import MORNING, cards, evidence_of, linked, obligation, plans, reports
from tests.chat.test_notes import card_of
from tests.chat.test_reports import photo
from tests.chat.test_unsend import unsends
from tests.town import Town, find_action, words

TIP = "มีคนเรียกรับเงินค่าใบอนุญาต"


@pytest.fixture
def officer(town: Town, frozen) -> str:
    frozen.move_to(MORNING)
    plans(town, MeasureRow(4, "ประกาศนโยบายไม่รับของขวัญ", ["กองคลัง"], [date(2023, 4, 3)], code="O38"))
    return linked(town, "finance", "เจ้าหน้าที่กองคลัง")


def taps(town: Town, officer: str, title: str, label: str = "กำลังทำ") -> list[dict]:
    return town.choose(officer, card_of(town, officer, title), label)


def kept(town: Town, officer: str) -> str:
    """All that is kept of the conversation, unsealed."""
    with town.db.reading() as session:
        return str(load(session, ConversationKey(town.offices.makham.agency_id, officer, officer)))


def said(town: Town) -> list[str]:
    return sorted(text for _, text in reports(town))


def test_a_possible_tip_is_not_filed_with_what_is_typed_after_it(town: Town, officer: str) -> None:
    taps(town, officer, "งบประมาณ")
    asked = town.says(officer, TIP)
    assert "ใช่ไหมคะ" in words(asked)
    assert TIP[:12] not in words(asked)
    taps(town, officer, "ของขวัญ")
    assert TIP not in kept(town, officer)
    again = town.says(officer, "ทำได้ 70% แล้ว")
    assert "ข้อความ 1 ข้อความที่ส่งมา (“ทำได้ 70% แล้ว”)" in words(again)
    town.choose(officer, again, "2.")
    assert said(town) == ["", "ทำได้ 70% แล้ว"]
    assert "ตอบไปแล้ว" in words(town.choose(officer, asked, "ใช่"))
    assert said(town) == ["", "ทำได้ 70% แล้ว"]


def test_new_words_drop_a_possible_tip_and_are_asked_about(town: Town, officer: str) -> None:
    taps(town, officer, "งบประมาณ")
    tip = town.says(officer, TIP)
    asked = town.says(officer, "ยังไม่ได้ลงนาม")
    assert "ยังไม่ได้ลงนาม" in words(asked)
    assert TIP not in kept(town, officer)
    assert said(town) == [""]
    assert "ตอบไปแล้ว" in words(town.choose(officer, tip, "ใช่"))
    town.choose(officer, asked, "ใช่")
    assert said(town) == ["ยังไม่ได้ลงนาม"]
    assert "เพิ่มข้อความลงในรายงานแล้ว" in words(town.says(officer, "รอลงนามอยู่"))


def test_a_photo_after_a_possible_tip_is_no_evidence_unasked(town: Town, officer: str) -> None:
    taps(town, officer, "งบประมาณ")
    town.says(officer, TIP)
    asked = town.sends_file(officer, photo())
    assert "ไฟล์ 1 ไฟล์ที่ส่งมา" in words(asked)
    assert TIP not in kept(town, officer)
    [(report, _)] = reports(town)
    assert evidence_of(town, report.id) == 0


def test_words_that_waited_before_a_possible_tip_are_answered_apart(
    town: Town, officer: str
) -> None:
    taps(town, officer, "งบประมาณ")
    taps(town, officer, "ของขวัญ")
    note = town.says(officer, "ส่งให้สำนักปลัดแล้ว")
    tip = town.says(officer, TIP)
    assert "ส่งให้สำนักปลัดแล้ว" not in words(tip)
    town.choose(officer, note, "1.")
    assert said(town) == ["", "ส่งให้สำนักปลัดแล้ว"]
    assert TIP not in kept(town, officer)
    assert "ตอบไปแล้ว" in words(town.choose(officer, tip, "1."))
    assert said(town) == ["", "ส่งให้สำนักปลัดแล้ว"]


def test_a_direct_yes_files_it_and_nothing_else(town: Town, officer: str) -> None:
    taps(town, officer, "งบประมาณ")
    taps(town, officer, "ของขวัญ")
    note = town.says(officer, "ส่งให้สำนักปลัดแล้ว")
    tip = town.says(officer, TIP)
    assert "จะไม่ถูกเก็บไว้" in words(tip)
    town.choose(officer, tip, "2.")
    assert said(town) == ["", TIP]
    town.choose(officer, note, "1.")
    assert said(town) == sorted(["ส่งให้สำนักปลัดแล้ว", TIP])


def test_no_opens_the_way_for_tips(town: Town, officer: str) -> None:
    taps(town, officer, "งบประมาณ")
    door = town.choose(officer, town.says(officer, TIP), "ไม่ใช่")
    assert find_action(door, "แจ้งเบาะแสทุจริต")
    assert said(town) == [""]


def test_a_possible_tip_that_is_unsent_is_gone(town: Town, officer: str) -> None:
    taps(town, officer, "งบประมาณ")
    event = town.line.user_sends_text("makham", officer, TIP)
    town.happens(event)
    asked = cards(town, officer)[-1:]
    unsends(town, event)
    assert TIP not in kept(town, officer)
    assert "ตอบไปแล้ว" in words(town.choose(officer, asked, "ใช่"))
    assert said(town) == [""]


def test_answers_to_a_guided_report_of_corruption_are_not_filed_with_notes(
    town: Town, officer: str
) -> None:
    mine = card_of(town, officer, "งบประมาณ")
    town.says(officer, "แจ้งเบาะแสทุจริต")
    town.choose(officer, mine, "กำลังทำ")
    asked = town.says(officer, "ผู้อำนวยการกองช่าง")
    assert "ผู้อำนวยการกองช่าง" not in words(asked)
    again = town.says(officer, "ทำได้ 70% แล้ว")
    town.choose(officer, again, "ใช่")
    assert said(town) == ["ทำได้ 70% แล้ว"]


def test_the_question_shows_the_beginning_of_long_words(town: Town, officer: str) -> None:
    taps(town, officer, "งบประมาณ")
    taps(town, officer, "ของขวัญ")
    text = "ส่งให้สำนักปลัดแล้ว " + "และรอลงนามจากผู้บริหาร " * 5
    asked = words(town.says(officer, text))
    assert "“ส่งให้สำนักปลัดแล้ว และรอลงนาม" in asked
    assert text not in asked


def test_words_whose_day_is_over_leave_the_conversation_of_a_guided_report(
    town: Town, officer: str, frozen
) -> None:
    mine = card_of(town, officer, "งบประมาณ")
    town.choose(officer, town.says(officer, "แจ้งเรื่องร้องเรียน"), "แจ้งปัญหา")
    town.choose(officer, mine, "กำลังทำ")
    town.says(officer, "ฝาท่อหน้าสำนักงานแตก")
    assert "ฝาท่อ" in kept(town, officer)
    frozen.shift(25 * 3600)
    town.says(officer, "สวัสดีค่ะ")
    assert "ฝาท่อ" not in kept(town, officer)
    assert obligation(town, "งบประมาณ")
