"""Promises that hold for any phrase: what is written is read back, and nothing is invented."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.calendar import LONG_MONTHS, SHORT_MONTHS
from domain.digits import thai_digits
from domain.schedules import Schedule, find_schedules, read_schedule, write_schedule
from domain.schedules.canonical import Canonical
from domain.schedules.phrases import atoms_of

YEARS = st.integers(2560, 2590)
MONTHS = st.integers(1, 12)


@st.composite
def month_names(draw: st.DrawFn, month: int) -> str:
    """A month as people write it: spelt out or short, dots or none, a scan's space within."""
    long, short = LONG_MONTHS[month - 1], SHORT_MONTHS[month - 1]
    name = draw(st.sampled_from([long, short, short.rstrip("."), short.replace(".", "")]))
    if name == long and draw(st.booleans()):
        cut = draw(st.integers(1, len(long) - 1))
        name = f"{long[:cut]} {long[cut:]}"
    return name


@st.composite
def years_printed(draw: st.DrawFn, year: int) -> str:
    text = draw(
        st.sampled_from(
            [f"{year}", f"{year % 100:02d}", f"พ.ศ. {year}", f"พ.ศ.{year}", f"ค.ศ. {year - 543}"]
        )
    )
    return draw(st.sampled_from([text, thai_digits(text)]))


@st.composite
def months_printed(draw: st.DrawFn, month: int, year: int) -> str:
    name = draw(month_names(month))
    # Two letters without a dot need a space before the figures, as printed everywhere.
    space = draw(st.sampled_from([" ", "  ", ""])) if "." in name or name in LONG_MONTHS else " "
    return f"{name}{space}{draw(years_printed(year))}"


@st.composite
def days_printed(draw: st.DrawFn) -> tuple[str, date]:
    year, month = draw(YEARS), draw(MONTHS)
    day = draw(st.integers(1, monthrange(year - 543, month)[1]))
    number = draw(st.sampled_from([str(day), thai_digits(str(day))]))
    gap = draw(st.sampled_from([" ", "  "]))
    return f"{number}{gap}{draw(months_printed(month, year))}", date(year - 543, month, day)


def said(schedule: Schedule) -> tuple[object, ...]:
    return (
        *(schedule.kind, schedule.start, schedule.end, schedule.due_dates),
        schedule.recurrence,
    )


@given(days_printed(), st.sampled_from(["", "ภายในวันที่ ", "ไม่เกินวันที่ ", "ให้แล้วเสร็จภายใน ", "ณ วันที่ "]))
def test_a_day_is_read_however_it_is_printed(printed: tuple[str, date], before: str) -> None:
    phrase, day = printed
    assert read_schedule(before + phrase, 2570).due_dates == (day,)


@given(st.data(), YEARS, MONTHS)
def test_a_month_is_due_on_its_last_day_however_it_is_printed(
    data: st.DataObject, year: int, month: int
) -> None:
    phrase = data.draw(months_printed(month, year))
    before = data.draw(st.sampled_from(["", "ภายใน ", "ภายในเดือน", "ภายในเดือน ", "ในเดือน"]))
    last = date(year - 543, month, monthrange(year - 543, month)[1])
    assert read_schedule(before + phrase, 2570).due_dates == (last,)


@given(st.data(), YEARS, MONTHS, st.integers(1, 11))
def test_a_range_of_months_runs_from_its_first_day_to_its_last(
    data: st.DataObject, year: int, month: int, length: int
) -> None:
    first = date(year - 543, month, 1)
    index = first.year * 12 + month - 1 + length
    last_year, last_month = divmod(index, 12)
    begin = data.draw(months_printed(month, year))
    end = data.draw(months_printed(last_month + 1, last_year + 543))
    link = data.draw(st.sampled_from([" - ", "-", " – ", " ถึง ", " ถึงเดือน ", "- "]))
    reading = read_schedule(f"{begin}{link}{end}", 2570)
    assert reading.start == first
    assert reading.end == date(last_year, last_month + 1, monthrange(last_year, last_month + 1)[1])
    assert reading.due_dates == (reading.end,)


PHRASES = st.sampled_from(
    [
        *("ต.ค. ๖๙ - ก.ย. ๗๐", "ภายในเดือนธันวาคม", "-มี.ค. ๗๐ -ก.ย. ๗๐", "ตลอดปี", "ตลอดปี ๗๑"),
        *("ไตรมาสที่ ๒", "ภายในไตรมาสที่ ๓", "ครึ่งปีแรก", "๖ เดือนหลัง", "รอบ ๖ เดือน", "ต้นปีงบประมาณ"),
        *("กลางปีงบประมาณ", "ปลายปีงบประมาณ", "สิ้นปีงบประมาณ", "สัปดาห์แรกของเดือนมกราคม"),
        *("สัปดาห์สุดท้ายของเดือนมีนาคม", "ต้นเดือนมีนาคม", "กลางเดือนมีนาคม", "ปลายเดือนมิถุนายน"),
        *("ทุกเดือน", "ทุก ๒ เดือน", "รายไตรมาส", "ปีละ ๒ ครั้ง", "ปีละ ๑ ครั้ง", "ทุกวันพุธ", "รายวัน"),
        *("ภายในวันที่ ๑๕ ของทุกเดือน", "ภายในวันที่ ๕ ของเดือนถัดไป", "วันทำการสุดท้ายของเดือน"),
        *("ทุกสิ้นเดือน", "สัปดาห์แรกของทุกเดือน", "ภายในเดือน ม.ค. ของทุกปี", "ทุกครั้งที่มีการประชุม"),
        *("ทุก ๖ เดือน ภายในเดือนเมษายน และเดือนตุลาคม ของทุกปี", "อย่างสม่ำเสมอ", "เมื่อ มี.ค. ๗๐"),
        *("ภายใน ๗ วันทำการหลังจากสิ้นเดือน", "ตั้งแต่เดือนตุลาคม จนถึงปัจจุบัน", "ตั้งแต่ ๑ มี.ค. ๗๐ เป็นต้นไป"),
        *("ทุกเดือน ต.ค. ๖๙ - ธ.ค. ๖๙", "ทุกวันที่ ๑ ของเดือน", "ภายในวันที่ ๑๕ มกราคม ของทุกปี", "", "ไม่มี"),
    ]
)


@given(PHRASES, YEARS)
def test_what_it_writes_it_reads_back(phrase: str, year: int) -> None:
    reading = read_schedule(phrase, year)
    assert said(read_schedule(write_schedule(reading), year)) == said(reading)


@given(days_printed(), days_printed(), YEARS)
def test_days_and_ranges_that_it_writes_it_reads_back(
    one: tuple[str, date], other: tuple[str, date], year: int
) -> None:
    for phrase in (one[0], f"ภายใน {one[0]}", f"{one[0]} - {other[0]}", f"{one[0]} และ {other[0]}"):
        reading = read_schedule(phrase, year)
        assert said(read_schedule(write_schedule(reading), year)) == said(reading)


# Letters, figures and words of time in any order: what a scan may make of a page.
PIECES = st.sampled_from(
    [
        *LONG_MONTHS,
        *SHORT_MONTHS,
        *(
            "๒๕๗๐",
            "70",
            "31",
            "๑.",
            " ",
            "-",
            "/",
            "ถึง",
            "และ",
            "ภายใน",
            "ทุก",
            "เดือน",
            "วันที่",
            "รอบ",
        ),
        *(
            "ไตรมาส",
            "ปีงบประมาณ",
            "ครั้ง",
            "สิ้น",
            "ต้น",
            "วัน",
            "นับแต่",
            "ของ",
            "เมื่อ",
            "แล้ว",
            "ก่อน",
            "x",
            "\n",
        ),
        *(
            "สัปดาห์",
            "แรก",
            "สุดท้าย",
            "ปี",
            "ละ",
            "๙๙๙๙๙",
            "พ.ศ.",
            "ค.ศ.",
            "ตลอด",
            "\u0e4d\u0e32",
            "\u200b",
        ),
    ]
)


@settings(max_examples=400)
@given(st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=60))
@example("\u0e4d\u0e32")
@example("มกราคมค.ศ.๒๕๗๐")
def test_any_text_is_read_and_its_phrases_stand_in_it_in_order(text: str) -> None:
    reading = read_schedule(text, 2570)
    assert list(reading.due_dates) == sorted(set(reading.due_dates))
    at = 0
    for found in find_schedules(text, 2570):
        start, end = found.span
        assert at <= start < end <= len(text)
        assert found.text == text[start:end]
        assert all(1857 <= day.year <= 2200 for day in found.due_dates)
        at = end


@given(st.text(alphabet="กขคงจชตนบปมยรลวสหอะาิีุูเแโ ่้", max_size=80))
def test_words_without_any_word_of_time_give_no_date(text: str) -> None:
    months = [one for one in find_schedules(text, 2570) if one.due_dates]
    assert all(_names_a_time(one.text) for one in months)


def _names_a_time(text: str) -> bool:
    return any(_atom.end for _atom in atoms_of(Canonical(text)))


HOSTILE = (
    *("ทุกครั้งที่", "1", "ม.ค. ", "ภายใน", "รอบ6เดือน", "๓๑/", "เมื่อมี", "วันที่1-", "ม.ค.-", "ทุกปี"),
    "วันที่1,",
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_the_work_grows_with_the_length_and_not_faster(piece: str) -> None:
    """Counted in calls, not in seconds: other work on the machine does not change them."""

    def calls(times: int) -> int:
        import sys

        count = 0

        def counted(_frame: object, event: str, _arg: object) -> None:
            nonlocal count
            count += event in ("call", "c_call")

        sys.setprofile(counted)
        try:
            find_schedules(piece * times, 2570)
            read_schedule(piece * times, 2570)
        finally:
            sys.setprofile(None)
        return count

    assert calls(4000) < 6 * calls(1000)
