"""Phrases about time found in the running text of a plan's cells."""

from __future__ import annotations

from datetime import date

import pytest

from domain.schedules import Kind, find_schedules

YEAR = 2570


def phrases(text: str) -> list[str]:
    return [one.text for one in find_schedules(text, YEAR)]


def test_each_deadline_of_a_list_is_found_with_the_words_that_make_it_one() -> None:
    text = (
        "๑.จัดทำคู่มือการปฏิบัติงานแต่ละตำแหน่ง ให้แล้วเสร็จภายในเดือน ธันวาคม "
        "๒.รายงานผลให้ผู้บริหารทราบ อย่างน้อยไตร มาสละ ๑ ครั้ง ๓.ปฏิบัติงานตามคู่มือ"
    )
    found = find_schedules(text, YEAR)
    assert [one.text for one in found] == [
        "ให้แล้วเสร็จภายในเดือน ธันวาคม",
        "อย่างน้อยไตร มาสละ ๑ ครั้ง",
    ]
    assert [one.kind for one in found] == [Kind.DUE, Kind.RECURRENCE]
    for one in found:
        assert text[slice(*one.span)] == one.text


def test_a_year_and_the_number_of_the_next_item_are_kept_apart() -> None:
    (found,) = find_schedules("เผยแพร่ภายในตุลาคม ๒๕๖๙ ๒. แจ้งเวียนคู่มือ", YEAR)
    assert found.due_dates == (date(2026, 10, 31),)


@pytest.mark.parametrize(
    "text",
    [
        "จัดทำแผนพัฒนาท้องถิ่น พ.ศ.๒๕๖๖-๒๕๗๐ และเผยแพร่",
        "เผยแพร่แผนดำเนินงานประจำปี พ.ศ.๒๕๗๐ ผ่านเว็บไซต์",
        "รายงานแผนการใช้จ่ายงบประมาณประจำปี ๒๕๗๐",
        "ตามคำสั่งที่ ๙๖๗/๒๕๖๘",
        "รายงานการกำกับติดตามประจำปี รอบ ๖ เดือน ตามแบบ",
        "โทร. ๐ ๑๒๓๔ ๕๖๗๘ ต่อ ๑๒",
        "สำนักงาน ก.พ. กำหนด",
        "คะแนน ๘๐.๕๐ ลำดับที่ ๓",
    ],
)
def test_the_name_of_a_plan_is_no_deadline(text: str) -> None:
    assert [one for one in find_schedules(text, YEAR) if one.due_dates] == []


def test_a_round_whose_report_has_a_day_of_its_own_adds_no_day() -> None:
    text = "รายงานผลตามแผนรอบ ๖ เดือน ของปีงบประมาณ พ.ศ. ๒๕๗๐ ภายในเดือนเมษายน ๒๕๗๐"
    (found,) = find_schedules(text, YEAR)
    assert (found.text, found.due_dates) == ("ภายในเดือนเมษายน ๒๕๗๐", (date(2027, 4, 30),))


def test_two_rounds_named_together_are_two_days() -> None:
    (found,) = find_schedules("รายงานผลการดำเนินงานรอบ ๖ เดือน และรอบ ๑๒ เดือน", YEAR)
    assert found.due_dates == (date(2027, 3, 31), date(2027, 9, 30))


def test_a_named_fiscal_year_is_a_window_where_something_is_done_in_it() -> None:
    (found,) = find_schedules("เผยแพร่แผนจัดซื้อจัดจ้างในปีงบประมาณ พ.ศ.๒๕๗๐", YEAR)
    assert (found.kind, found.due_dates) == (Kind.WINDOW, (date(2027, 9, 30),))


def test_deadlines_and_manners_stand_apart() -> None:
    text = "ประชาสัมพันธ์อย่างต่อเนื่อง ภายในเดือนมกราคม และรายงานทุกครั้งที่มีการตรวจสอบ"
    assert [one.kind for one in find_schedules(text, YEAR)] == [Kind.VAGUE, Kind.DUE, Kind.EVENT]


def test_the_letters_at_the_end_of_another_word_are_no_part_of_the_phrase() -> None:
    assert phrases("แจ้งผลการใช้จ่ายงบประมาณในที่ประชุมประจำเดือน") == ["ในที่ประชุมประจำเดือน"]


def test_what_was_done_is_found_as_past() -> None:
    (found,) = find_schedules("ประกาศแล้วเมื่อวันที่ ๓๐ มกราคม ๒๕๗๐", YEAR)
    assert (found.kind, found.start, found.due_dates) == (Kind.NONE, date(2027, 1, 30), ())


def test_a_deadline_of_the_past_year_is_kept_as_printed_and_said() -> None:
    (found,) = find_schedules("ภายในเดือนกันยายน ๒๕๖๙", YEAR)
    assert found.due_dates == (date(2026, 9, 30),)
    assert "outside_fiscal_year" in found.flags


def test_a_rhythm_whose_day_is_told_after_it_is_one_deadline() -> None:
    (found,) = find_schedules("จัดทำสรุปผลรายเดือน (สขร.๑) ภายในวันที่ ๕ ของทุกเดือน", YEAR)
    assert found.recurrence == "FREQ=MONTHLY;BYMONTHDAY=5"


def test_a_rhythm_of_another_item_stays() -> None:
    found = find_schedules("๑.ติดตามทุกเดือน ๒.รายงานภายในวันที่ ๕ ของทุกเดือน", YEAR)
    assert [one.recurrence for one in found] == ["FREQ=MONTHLY", "FREQ=MONTHLY;BYMONTHDAY=5"]


def test_an_event_ends_where_a_deadline_begins() -> None:
    found = find_schedules("หลังเสร็จสิ้นโครงการให้รายงานภายในเดือนมีนาคม ๒๕๗๐", YEAR)
    assert [one.kind for one in found] == [Kind.EVENT, Kind.DUE]
    assert found[1].due_dates == (date(2027, 3, 31),)


def test_the_number_of_the_next_item_is_no_quarter() -> None:
    found = find_schedules("ดำเนินการ ไตรมาสที่ ๑ ๒. สรุปผล ไตรมาสที่ ๒", YEAR)
    assert [one.due_dates for one in found] == [(date(2026, 12, 31),), (date(2027, 3, 31),)]
