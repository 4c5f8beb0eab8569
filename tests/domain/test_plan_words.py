"""Plans as data: what is said of a reading, how it is written down, its days typed and moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.plan import (
    Column,
    FoundSchedule,
    IndicatorScore,
    PlanFlag,
    ReadMeasure,
    ScoreTable,
)
from domain.plan_dates import moved, typed_day, typed_form
from domain.plan_json import measure_from_json, measure_to_json, scores_from_json, scores_to_json
from domain.plan_words import column_word, explain_flag, kind_word, needs_look
from domain.schedules.types import Kind, Schedule, ScheduleFlag

DAY = date(2023, 3, 31)
DUE = FoundSchedule(Column.SCHEDULE, Schedule("31 มี.ค. 66", Kind.DUE, DAY, DAY, (DAY,)))
WHOLE = ReadMeasure(1, "คู่มือ", divisions=("กองคลัง",), schedules=(DUE,))


@pytest.mark.parametrize("flag", [*PlanFlag, *ScheduleFlag])
def test_every_flag_is_explained_in_thai_with_and_without_its_detail(
    flag: PlanFlag | ScheduleFlag,
) -> None:
    for text in (flag.value, f"{flag.value}:๑๑", f"{flag.value}: "):
        said = explain_flag(text)
        assert "ก" <= said[0] <= "ฮ" or said[0] in "เแโใไ"
        assert flag.value not in said
        assert "{" not in said
        assert ":" not in said


def test_a_detail_is_told_where_it_helps() -> None:
    assert "๑๑" in explain_flag("code_repaired:๑๑")
    assert "31 เมษายน" in explain_flag("impossible_date:31 เมษายน")
    assert "97.96" in explain_flag("scores_disagree:97.96")
    assert explain_flag("something_new:x") == "something_new:x"


def test_every_kind_and_column_has_its_word() -> None:
    assert len({kind_word(one) for one in Kind}) == len(Kind)
    assert len({column_word(one) for one in Column}) == len(Column)


def test_a_measure_wants_a_look_where_a_reading_is_unsure_or_lacks_a_date() -> None:
    assert not needs_look(WHOLE)
    assert not needs_look(replace(WHOLE, flags=("rows_joined", "indicator_inherited")))
    assert needs_look(replace(WHOLE, flags=("code_repaired:๑๑",)))
    assert needs_look(replace(WHOLE, schedules=()))
    assert needs_look(replace(WHOLE, divisions=()))
    doubtful = replace(DUE.reading, flags=("outside_fiscal_year",))
    assert needs_look(replace(WHOLE, schedules=(replace(DUE, reading=doubtful),)))
    habit = FoundSchedule(Column.STEPS, replace(doubtful, flags=("ask",)), habit=True)
    assert not needs_look(replace(WHOLE, schedules=(DUE, habit)))
    assert needs_look(replace(WHOLE, schedules=(habit,)))


days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
readings = st.builds(
    Schedule,
    text=st.text(max_size=20),
    kind=st.sampled_from(Kind),
    start=st.none() | days,
    end=st.none() | days,
    due_dates=st.lists(days, max_size=3, unique=True).map(lambda some: tuple(sorted(some))),
    recurrence=st.none() | st.just("FREQ=MONTHLY;BYMONTHDAY=-1"),
    flags=st.lists(st.sampled_from(ScheduleFlag).map(str), max_size=2).map(tuple),
)
texts = st.text(max_size=20)
lines = st.lists(texts, max_size=3).map(tuple)
measures = st.builds(
    ReadMeasure,
    number=st.integers(1, 9999),
    title=texts,
    indicator=st.none() | texts,
    instrument=st.sampled_from([None, "IIT", "EIT", "OIT"]),
    code=st.none() | texts,
    divisions=lines,
    steps=lines,
    schedules=st.lists(
        st.builds(FoundSchedule, st.sampled_from(Column), readings, habit=st.booleans()), max_size=3
    ).map(tuple),
    result=texts,
    success=texts,
    recommendation=texts,
    source_lines=st.lists(st.integers(1, 99), max_size=3).map(tuple),
    flags=lines,
)


@given(measures)
def test_what_is_written_as_json_is_read_back(measure: ReadMeasure) -> None:
    assert measure_from_json(measure_to_json(measure)) == measure


def test_json_says_days_in_iso_form_and_habits_beside_deadlines() -> None:
    month_end = date(2022, 10, 31)
    habit = FoundSchedule(
        Column.STEPS,
        Schedule("ทุกเดือน", Kind.RECURRENCE, due_dates=(month_end,), recurrence="FREQ=MONTHLY"),
        habit=True,
    )
    said = measure_to_json(ReadMeasure(1, "คู่มือ", schedules=(DUE, habit)))
    assert said["due_dates"] == ["2022-10-31", "2023-03-31"]
    assert said["schedule_texts"] == ["31 มี.ค. 66", "ทุกเดือน"]
    assert said["recurrence"] == "FREQ=MONTHLY"
    assert said["schedules"][1] == {
        "column": "steps",
        "text": "ทุกเดือน",
        "kind": "recurrence",
        "start": None,
        "end": None,
        "due_dates": ["2022-10-31"],
        "recurrence": "FREQ=MONTHLY",
        "flags": [],
        "habit": True,
    }


def test_scores_are_written_and_read_back() -> None:
    table = ScoreTable(2565, 97.96, (IndicatorScore(1, "การปฏิบัติหน้าที่", 98.5),), ("x",))
    assert scores_from_json(scores_to_json(table)) == table


@pytest.mark.parametrize(
    "text", ["31/3/2566", "๓๑/๓/๒๕๖๖", " 31 / 03 / 2566 ", "31-3-2566", "31/3/2023"]
)
def test_a_day_is_read_as_officers_type_it(text: str) -> None:
    assert typed_day(text) == DAY


@pytest.mark.parametrize(
    "text", ["", "31/4/2566", "31/3/66", "31 มีนาคม 2566", "1/13/2566", "0/1/2566"]
)
def test_what_is_no_such_day_is_left_to_others(text: str) -> None:
    assert typed_day(text) is None


@given(days)
def test_a_day_that_is_written_is_read_back(day: date) -> None:
    assert typed_day(typed_form(day)) == day


@given(days, st.integers(-20, 20))
def test_a_moved_day_keeps_its_month_and_the_end_of_a_month_stays_its_end(
    day: date, years: int
) -> None:
    there = moved(day, years)
    assert (there.year, there.month) == (day.year + years, day.month)
    is_last = (day + timedelta(days=1)).day == 1
    if is_last:
        assert (there + timedelta(days=1)).day == 1
    else:
        assert there.day == day.day


def test_the_end_of_february_is_moved_to_the_end_of_february() -> None:
    assert moved(DAY, 1) == date(2024, 3, 31)
    assert moved(date(2023, 2, 28), 1) == date(2024, 2, 29)
    assert moved(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert moved(date(2024, 2, 28), 1) == date(2025, 2, 28)
