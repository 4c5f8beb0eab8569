from __future__ import annotations

import pytest

from domain.percent import bare_percent, percent_in


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
