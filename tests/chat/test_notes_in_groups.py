"""After a tap: what ends it, what a typed button does not do, and small talk in a group."""

from __future__ import annotations

from datetime import date

import pytest

from models.measure import MeasureRow
from models.progress import ReportStatus
from tests.chat.officers import MORNING, cards, linked, plans, reports
from tests.chat.test_notes import answer, card_of, report_of
from tests.town import Town, words


@pytest.fixture
def officer(town: Town, frozen) -> str:
    frozen.move_to(MORNING)
    return linked(town, "finance", "เจ้าหน้าที่กองคลัง")


@pytest.fixture
def group(town: Town, officer: str) -> str:
    """The division's group, where the officer has tapped "under way"."""
    found = town.line.add_group("กลุ่มกองคลัง", [town.line.world.users[officer]], "makham").group_id
    town.link_group(town.offices.makham, "finance", found)
    town.tick(MORNING)
    town.choose(officer, cards(town, found), "กำลังทำ", group=found)
    return found


def said(town: Town) -> list[str]:
    return [text for _, text in reports(town)]


def test_finished_ends_what_was_tapped_earlier_and_later(town: Town, officer: str, frozen) -> None:
    plans(town, MeasureRow(4, "ประกาศนโยบายไม่รับของขวัญ", ["กองคลัง"], [date(2023, 4, 3)], code="O38"))
    town.choose(officer, card_of(town, officer, "งบประมาณ"), "กำลังทำ")
    town.choose(officer, card_of(town, officer, "ของขวัญ"), "กำลังทำ")
    told = town.choose(officer, town.says(officer, "ส่งให้สำนักปลัดแล้ว"), "2.")
    assert "เพิ่มลงในรายงาน “O11" in words(told)
    frozen.shift(60)
    assert "เรียบร้อย" in words(town.choose(officer, told, "เสร็จแล้ว ไม่มีเพิ่ม"))
    for text in ("ตอนนี้กี่โมงแล้ว", "ลงนามแล้ว เหลือเผยแพร่"):
        asked = words(town.says(officer, text))
        assert "เกี่ยวกับงานไหน" not in asked
        assert "ใช่ไหมคะ" not in asked
    assert report_of(town, "งบประมาณ") == "ส่งให้สำนักปลัดแล้ว"
    assert {one.ready_at for one, _ in reports(town)} == {MORNING.replace(minute=1)}


@pytest.mark.parametrize("typed", ["เสร็จแล้ว", "เสร็จแล้วค่ะ", " เสร็จแล้ว ครับ"])
def test_a_typed_button_closes_nothing_and_says_so(town: Town, officer: str, typed: str) -> None:
    answer(town, officer)
    told = words(town.says(officer, typed))
    assert "งานนี้ยังเปิดอยู่" in told
    assert "กดปุ่ม “เสร็จแล้ว”" in told
    assert "งานของฉัน" in told
    [(report, _)] = reports(town)
    assert report.status is ReportStatus.IN_PROGRESS
    listed = town.says(officer, "งานของฉัน")
    town.choose(officer, listed, "เสร็จแล้ว")
    assert reports(town)[-1][0].status is ReportStatus.DONE


def test_a_typed_button_that_was_asked_about_says_so_too(town: Town, officer: str) -> None:
    plans(town, MeasureRow(4, "ประกาศนโยบายไม่รับของขวัญ", ["กองคลัง"], [date(2023, 4, 3)], code="O38"))
    town.choose(officer, card_of(town, officer, "งบประมาณ"), "กำลังทำ")
    town.choose(officer, card_of(town, officer, "ของขวัญ"), "กำลังทำ")
    told = town.choose(officer, town.says(officer, "เสร็จแล้ว"), "1.")
    assert "งานนี้ยังเปิดอยู่" in words(told)


def test_another_typed_button_says_what_stays_recorded(town: Town, officer: str) -> None:
    answer(town, officer)
    assert "ยังบันทึกไว้ว่า “กำลังดำเนินการ”" in words(town.says(officer, "ติดปัญหา"))


def test_the_words_of_the_button_that_was_pressed_are_a_plain_note(
    town: Town, officer: str
) -> None:
    answer(town, officer, "เสร็จแล้ว")
    assert "ยังเปิดอยู่" not in words(town.says(officer, "เสร็จแล้ว"))


@pytest.mark.parametrize(
    "chat",
    [
        *("ขอบคุณครับหัวหน้า", "พรุ่งนี้กินข้าวที่ไหนดี", "รับทราบค่ะ", "สวัสดีตอนเช้าครับทุกคน"),
        *("ครับ", "ได้ครับ", "ขอบคุณพี่มากๆ ค่ะ", "555", "👍"),
    ],
)
def test_small_talk_in_a_group_is_not_kept(town: Town, officer: str, group: str, chat: str) -> None:
    assert town.says(officer, chat, group=group) == []
    assert said(town) == [""]


@pytest.mark.parametrize(
    "note",
    [
        *("รอลงนาม", "อัปโหลดแล้วค่ะ", "ส่งหนังสือแล้ว ขอบคุณค่ะ", "ขอบคุณค่ะ ส่งเอกสารให้แล้ว"),
        *("เผยแพร่แล้วค่ะ", "อนุมัติแล้วครับ ขอบคุณ", "เรียบร้อยแล้วครับ", "70%ค่ะ", "วิทยากรป่วย"),
    ],
)
def test_a_note_in_a_group_is_kept_and_acknowledged(
    town: Town, officer: str, group: str, note: str
) -> None:
    assert "แล้วค่ะ" in words(town.says(officer, note, group=group))
    assert said(town) == [note]


def test_small_talk_that_names_the_account_is_kept(town: Town, officer: str, group: str) -> None:
    event = town.line.user_sends_text(
        "makham", officer, "พรุ่งนี้กินข้าวที่ไหนดี", group_id=group, mention_bot=True
    )
    town.happens(event)
    assert "พรุ่งนี้กินข้าวที่ไหนดี" in said(town)[0]
