from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.percent import bare_percent, is_no_share, percent_in


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("60%", 60),
        ("60 %", 60),
        ("ทำไปแล้ว 60 เปอร์เซ็นต์", 60),
        ("ทำได้60เปอร์เซ็นแล้ว", 60),
        ("ร้อยละ 60", 60),
        ("ร้อยละ ๖๐ ของงานทั้งหมด", 60),
        ("๒๕%", 25),
        ("เสร็จ 100%", 100),
        ("0%", 0),
        ("62.5%", 62),
    ],
)
def test_a_share_is_read_as_people_write_it(text: str, share: int) -> None:
    assert percent_in(text) == share


@pytest.mark.parametrize(
    "text",
    [
        *("150%", "งบ 80% งาน 60%", "ปี 2566", "ห้อง 12", "1,060%", ""),
        "https://example.go.th/60%20b",
        "เบิกจ่าย 1060 เปอร์เซ็นต์",
    ],
)
def test_what_is_no_share_or_not_one_alone_is_left_alone(text: str) -> None:
    assert percent_in(text) is None


def test_a_number_alone_is_a_share_only_where_it_can_be_one() -> None:
    assert [bare_percent(text) for text in ("60", " ๗๕ ", "25%", "ร้อยละ 90")] == [60, 75, 25, 90]
    assert [bare_percent(text) for text in ("101", "2566", "ทำแล้ว 60%", "")] == [None] * 4


@pytest.mark.parametrize(
    ("text", "share"),
    [
        *(("99.5%", 99), ("99.99 เปอร์เซ็นต์", 99), ("ร้อยละ 60.5", 60), ("0.9%", 0)),
        *(("60-70%", 60), ("60%–70%", 60), ("ประมาณ ๖๐ ถึง ๗๐ เปอร์เซ็นต์", 60), ("ร้อยละ 60-70", 60)),
        *(("ทำแล้ว 60% เหลืออีก 40%", 60), ("เหลือรอลงนาม ทำไปแล้ว 60%", 60)),
        *(("เพิ่มขึ้นเป็น 60%", 60), ("อีก 2 วันเสร็จ ตอนนี้ 60%", 60), ("คืบหน้า - 60%", 60)),
        ("ทำไปแล้ว 60% เหลือรอลงนาม", 60),
    ],
)
def test_never_more_is_read_than_was_said(text: str, share: int) -> None:
    assert percent_in(text) == share


@pytest.mark.parametrize(
    "text",
    [
        *("เหลืออีก 40%", "เหลืองานอีกประมาณ 40%", "อีก 40% จะเสร็จ", "40% ที่เหลือ", "ยังค้างร้อยละ 40"),
        *("ยังไม่ถึง 50%", "เสร็จไม่ถึง 50%", "เกือบ 50%", "ไม่เกิน ๕๐ เปอร์เซ็นต์", "ยังไม่เสร็จ 40%"),
        *("-5%", "−5%", "ร้อยละ -5", "+5%", "เพิ่มขึ้น 10%", "100.5%"),
    ],
)
def test_what_is_left_or_not_reached_is_not_read(text: str) -> None:
    assert percent_in(text) is None
    assert bare_percent(text) is None


@given(st.integers(0, 10_000), st.sampled_from(["{}%", "ทำแล้ว {} เปอร์เซ็นต์", "ร้อยละ {}"]))
def test_a_share_is_rounded_down_and_never_beyond_a_hundred(hundredths: int, form: str) -> None:
    text = form.format(f"{hundredths / 100:.2f}")
    assert percent_in(text) == hundredths // 100


@given(st.text("0123456789๐๖%-–.,ถึงร้อยละเหลือ \n", max_size=40))
def test_no_text_gives_anything_but_a_share(text: str) -> None:
    for found in (percent_in(text), bare_percent(text)):
        assert found is None or 0 <= found <= 100
    assert not (is_no_share(text) and bare_percent(text) is not None)


def test_a_percentage_alone_that_cannot_be_is_known_as_such() -> None:
    for text in ("150%", " ๑๕๐ เปอร์เซ็นต์ ", "ร้อยละ 101", "-5%", "1,060%", "100.5%"):
        assert is_no_share(text)
    for text in ("100%", "0%", "-0%", "60", "150", "งบ 150%", "60-170%", "", "+5%"):
        assert not is_no_share(text)
