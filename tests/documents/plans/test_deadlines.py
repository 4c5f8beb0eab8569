"""Which phrases of a measure become deadlines, and which only tell of a habit."""

from __future__ import annotations

from datetime import date

import pytest

from documents.plans import reread
from domain.calendar import fiscal_year_bounds
from domain.plan import Column, ReadMeasure
from tests.documents.plans.paper import (
    MUNICIPALITY,
    SUBDISTRICT,
    flag_names,
    measures_of,
    read_text,
)

HEADER = (
    *("มาตรการ", "ขั้นตอน", "ผู้รับผิดชอบ", "ระยะเวลา", "การกำกับติดตาม", "ผลการดำเนินงาน"),
    *("ผลสำเร็จ", "ข้อเสนอแนะ"),
)


def measure(
    *,
    title: str = "จัดทำคู่มือ",
    steps: str = "",
    when: str = "",
    follow: str = "",
    result: str = "",
    success: str = "",
    advice: str = "",
    plan: str = MUNICIPALITY,
) -> ReadMeasure:
    cells = (title, steps, "กองคลัง", when, follow, result, success, advice)
    [found] = measures_of(cells, header=HEADER, title=plan)
    return found


def shown(found: ReadMeasure) -> list[tuple[Column, bool]]:
    return [(one.column, one.habit) for one in found.schedules]


@pytest.mark.parametrize(("plan", "year"), [(MUNICIPALITY, 2027), (SUBDISTRICT, 2028)])
def test_the_column_of_times_gives_deadlines_in_the_plans_year(plan: str, year: int) -> None:
    found = measure(when="ภายในเดือนมีนาคม", plan=plan)
    assert found.deadlines == (date(year, 3, 31),)
    assert shown(found) == [(Column.SCHEDULE, False)]


def test_two_bullets_in_the_column_of_times_are_two_days() -> None:
    assert measure(when="-มี.ค. ๗๐\n-ก.ย. ๗๐").deadlines == (date(2027, 3, 31), date(2027, 9, 30))


def test_a_monthly_meeting_among_the_steps_is_shown_and_is_no_deadline() -> None:
    found = measure(steps="๑. ประชุมพนักงานเป็นประจำทุกเดือน ๒. สรุปผล", when="ตลอดปีงบประมาณ")
    assert found.deadlines == (date(2027, 9, 30),)
    assert (Column.STEPS, True) in shown(found)
    assert len(found.due_dates) == 12


@pytest.mark.parametrize(
    "text",
    [
        "ผู้บริหารกำกับติดตามทุกเดือน",
        "๑. เจ้าหน้าที่เผยแพร่ข้อมูล ๒. ผู้บริหารกำกับติดตามการเผยแพร่ทุกไตรมาส",
        "ปลัดเทศบาลติดตามงานทุกเดือน",
        "แจ้งในที่ประชุมประจำเดือน",
        "แจ้งผลในการประชุมทุกเดือน",
    ],
)
def test_who_leads_and_who_meets_is_a_habit(text: str) -> None:
    found = measure(follow=text)
    assert found.deadlines == ()
    assert shown(found) == [(Column.MONITORING, True)]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("รายงานผู้บริหาร อย่างน้อยไตรมาสละ ๑ ครั้ง", 4),
        ("เจ้าหน้าที่รายงานผลทุกเดือน", 12),
        ("๑. ผู้บริหารมอบนโยบาย ๒. เจ้าหน้าที่รายงานผลทุก ๓ เดือน", 4),
        ("ผู้บริหารกำชับให้เจ้าหน้าที่รายงานผลทุกไตรมาส", 4),
    ],
)
def test_who_must_report_has_deadlines(text: str, count: int) -> None:
    found = measure(follow=text)
    assert len(found.deadlines) == count
    assert shown(found) == [(Column.MONITORING, False)]


def test_the_rhythm_in_a_title_is_a_duty() -> None:
    found = measure(title="สรุปผลการจัดซื้อจัดจ้าง รายเดือน")
    assert len(found.deadlines) == 12
    assert shown(found) == [(Column.TITLE, False)]


def test_the_period_in_a_title_is_none() -> None:
    found = measure(title="รายงานผลประจำปี รอบ ๖ เดือน", when="ภายในเดือนเมษายน")
    assert found.deadlines == (date(2027, 4, 30),)


@pytest.mark.parametrize("column", ["result", "success"])
def test_what_was_done_is_never_a_deadline(column: str) -> None:
    text = "ดำเนินการแล้วภายในเดือนตุลาคม ๒๕๖๙ และรายงานทุกไตรมาส"
    found = measure(**{column: text})  # type: ignore[arg-type]
    assert found.due_dates == ()
    assert found.schedules == ()


def test_what_is_advised_is_shown_and_is_no_deadline() -> None:
    found = measure(advice="ควรรายงานผลทุก ๓ เดือน", when="ตลอดปีงบประมาณ")
    assert found.deadlines == (date(2027, 9, 30),)
    assert (Column.RECOMMENDATION, True) in shown(found)


def test_no_time_and_a_vague_time_are_told_apart() -> None:
    assert "schedule_missing" in flag_names(measure())
    assert "schedule_missing" in flag_names(measure(steps="ทำอย่างสม่ำเสมอ"))
    vague = measure(when="อย่างสม่ำเสมอ")
    assert "schedule_vague" in flag_names(vague)
    assert "schedule_missing" not in flag_names(vague)
    assert vague.deadlines == ()
    assert not {"schedule_missing", "schedule_vague"} & flag_names(measure(when="ตลอดปีงบประมาณ"))


def test_manner_is_left_out_where_a_time_is_told() -> None:
    found = measure(when="ภายในเดือนมีนาคม", follow="เผยแพร่อย่างต่อเนื่อง")
    assert shown(found) == [(Column.SCHEDULE, False)]


def test_a_phrase_that_several_columns_repeat_is_one() -> None:
    found = measure(steps="รายงานภายในเดือนมีนาคม", follow="รายงานภายในเดือน มีนาคม")
    assert shown(found) == [(Column.MONITORING, False)]


def test_a_result_long_before_the_plans_year_is_probably_a_slip() -> None:
    slip = measure(result="ประชุมชี้แจงแล้วเมื่อวันที่ ๔ เมษายน ๒๕๖๙")
    assert any(flag.startswith("result_before_year:") for flag in slip.flags)
    for fine in ("ประชุมแล้วเมื่อวันที่ ๔ เมษายน ๒๕๗๐", "ประกาศแล้วในเดือนกันยายน ๒๕๖๙"):
        assert "result_before_year" not in flag_names(measure(result=fine))


def test_every_deadline_of_a_plain_rhythm_lies_in_the_plans_year() -> None:
    first, last = fiscal_year_bounds(2570)
    for text in ("ทุกเดือน", "ทุกไตรมาส", "รอบ ๖ เดือน และ ณ สิ้นปีงบประมาณ"):
        days = measure(when=text).deadlines
        assert days
        assert all(first <= day <= last for day in days)


def test_a_measure_reread_for_another_year_keeps_all_but_its_days() -> None:
    found = measure(when="ภายในเดือนมีนาคม", follow="ผู้บริหารติดตามทุกเดือน")
    again = reread(found, 2571)
    assert again.deadlines == (date(2028, 3, 31),)
    assert shown(again) == shown(found)
    assert (again.title, again.divisions) == (found.title, found.divisions)


def test_two_offices_with_the_same_words_differ_only_by_their_years() -> None:
    days = []
    for plan in (MUNICIPALITY, SUBDISTRICT):
        _, [found] = read_text(plan, [HEADER, ("ก. งาน", "", "กองคลัง", "ทุกไตรมาส", "", "", "", "")])
        days.append([(day.month, day.day) for day in found.deadlines])
    assert days[0] == days[1]
