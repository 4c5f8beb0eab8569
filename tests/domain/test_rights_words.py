"""Asking for one's data: recognised as people type it, and never where something else is meant."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.limits import clusters, utf16_units
from domain.rights_words import (
    Held,
    HeldCase,
    Right,
    Tapped,
    asked_right,
    button_data,
    buttons,
    read_button,
    what_is_held,
)

NOW = datetime(2023, 3, 15, 5, 0, tzinfo=UTC)

ERASE = (
    "ลบข้อมูลของฉัน",
    "ลบข้อมูลของฉันค่ะ",
    "ลบข้อมูลฉัน",
    "ลบ ข้อมูล ของ ผม",
    "ขอลบข้อมูลส่วนตัว",
    "ขอให้ลบข้อมูลส่วนบุคคลของดิฉันทั้งหมดด้วยค่ะ",
    "อยากลบข้อมูลครับ",
    "ช่วยลบข้อมูลของหนูหน่อยได้ไหมคะ",
    "สวัสดีค่ะ ขอลบข้อมูลของฉัน",
    "ลบข้อมูล",
    "ลบประวัติการสนทนา",
    "เอาข้อมูลของฉันออกจากระบบ",
    "ขอถอนความยินยอม",
    "delete my data",
    "Delete my data!",
    "please erase all my personal data",
    "I want you to delete all of my information please",
    "forget me",
)
SEE = (
    "มีข้อมูลอะไรของฉันบ้าง",
    "มีข้อมูลของฉันอะไรบ้างคะ",
    "เก็บข้อมูลอะไรของผมไว้บ้างครับ",
    "ระบบเก็บข้อมูลอะไรเกี่ยวกับฉันไว้บ้าง",
    "ขอดูข้อมูลของฉัน",
    "ขอดูข้อมูลส่วนตัว",
    "ข้อมูลของฉัน",
    "อยากรู้ว่ามีข้อมูลอะไรของฉันบ้าง",
    "what do you hold about me",
    "What data do you have about me?",
    "show me my data",
    "my data",
)
NEITHER = (
    "",
    "สวัสดีค่ะ",
    "ลบข้อมูลทะเบียนบ้านทำอย่างไร",
    "ขอข้อมูลภาษีที่ดิน",
    "ขอดูข้อมูล",
    "ขอข้อมูลข่าวสาร",
    "มีข้อมูลอะไรบ้าง",
    "เอาข้อมูล",
    "เจ้าหน้าที่ลบข้อมูลของฉันโดยไม่ได้รับอนุญาต",
    "ข้อมูลของฉันผิด ต้องแก้ที่ไหน",
    "ลบข้อมูลของฉันแล้วเจ้าหน้าที่เรียกเงิน",
    "ยกเลิก",
    "ประวัติ",
    "delete my neighbour's data",
    "what do you do about dogs",
    "where is my data kept when I move house",
)


@pytest.mark.parametrize("text", ERASE)
def test_asking_to_delete_is_recognised(text: str) -> None:
    assert asked_right(text) is Right.ERASE


@pytest.mark.parametrize("text", SEE)
def test_asking_what_is_held_is_recognised(text: str) -> None:
    assert asked_right(text) is Right.SEE


@pytest.mark.parametrize("text", NEITHER)
def test_what_only_sounds_alike_is_left_to_the_others(text: str) -> None:
    assert asked_right(text) is None


@given(st.text(max_size=300))
def test_no_text_raises(text: str) -> None:
    asked_right(text)


@given(
    st.lists(
        st.sampled_from(
            ["ขอ", "ให้", "ขอให้", "ลบ", "ข้อมูล", "ของ", "ฉัน", "ไว้", "บ้าง", "อะไร", "มี", "ว่า", "ดู"]
        ),
        max_size=60,
    )
)
def test_no_text_takes_long(parts: list[str]) -> None:
    started = time.process_time()
    asked_right("".join(parts))
    assert time.process_time() - started < 0.2


def test_a_button_says_nothing_of_anybody_and_ends_after_a_day() -> None:
    data = button_data(Tapped.ERASE, False, NOW)
    assert read_button(data, NOW + timedelta(hours=23)) == (Tapped.ERASE, False)
    assert read_button(data, NOW + timedelta(hours=25)) == (None, False)
    assert read_button(button_data(Tapped.KEEP, True, NOW), NOW) == (Tapped.KEEP, True)


@given(st.text(max_size=300))
def test_a_forged_button_is_none(data: str) -> None:
    assert read_button("e:" + data, NOW)[0] is None or "erase" in data or "keep" in data


@pytest.mark.parametrize("english", [False, True])
def test_the_list_and_the_buttons_keep_lines_limits(english: bool) -> None:
    cases = tuple(HeldCase("corruption", True, date(2023, 3, 1)) for _ in range(500))
    held = Held(True, ("2026-1", date(2023, 3, 1)), cases, 9, True, 3, True)
    assert utf16_units(what_is_held(held, english).text) < 5000
    for choice in buttons(english, NOW):
        assert len(clusters(choice.label)) <= 20
