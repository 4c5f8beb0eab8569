"""Thai dates, fiscal years, and when an office is open."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import (
    BANGKOK,
    bangkok_day,
    days_between,
    fiscal_year,
    fiscal_year_bounds,
    long_date,
    short_date,
    short_instant,
    start_of_bangkok_day,
)
from domain.workdays import is_workday, is_working_time

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2023, 3, 14, 16, 59, 59, tzinfo=UTC), date(2023, 3, 14)),
        (datetime(2023, 3, 14, 17, 0, tzinfo=UTC), date(2023, 3, 15)),
        (datetime(2022, 12, 31, 17, 0, tzinfo=UTC), date(2023, 1, 1)),
    ],
)
def test_a_day_begins_at_midnight_in_bangkok(instant: datetime, day: date) -> None:
    assert bangkok_day(instant) == day


@given(DAYS)
def test_a_day_starts_where_it_says_and_not_a_moment_earlier(day: date) -> None:
    start = start_of_bangkok_day(day)
    assert start.utcoffset() == timedelta()
    assert bangkok_day(start) == day
    assert bangkok_day(start - timedelta(microseconds=1)) == day - timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2022, 9, 30), 2565),
        (date(2022, 10, 1), 2566),
        (date(2022, 12, 31), 2566),
        (date(2023, 1, 1), 2566),
        (date(2023, 9, 30), 2566),
        (date(2023, 10, 1), 2567),
    ],
)
def test_the_fiscal_year_turns_on_the_first_of_october(day: date, year: int) -> None:
    assert fiscal_year(day) == year


@given(DAYS)
def test_every_day_lies_within_its_own_fiscal_year(day: date) -> None:
    first, last = fiscal_year_bounds(fiscal_year(day))
    assert first <= day <= last
    assert fiscal_year(first - timedelta(days=1)) == fiscal_year(day) - 1
    assert fiscal_year(last + timedelta(days=1)) == fiscal_year(day) + 1


def test_dates_are_written_as_people_write_them() -> None:
    day = date(2023, 3, 31)
    assert short_date(day) == "31 มี.ค. 2566"
    assert long_date(day) == "31 มีนาคม 2566"
    assert short_instant(datetime(2023, 3, 31, 2, 5, tzinfo=UTC)) == "31 มี.ค. 2566 09:05 น."
    assert short_date(date(2024, 2, 29)) == "29 ก.พ. 2567"
    assert long_date(date(2023, 12, 1)) == "1 ธันวาคม 2566"


def test_days_are_counted_with_their_sign() -> None:
    assert days_between(date(2023, 2, 28), date(2023, 3, 1)) == 1
    assert days_between(date(2023, 3, 1), date(2023, 2, 28)) == -1


HOLIDAYS = {
    date(2023, 1, 2): "New Year's Day, in lieu",
    date(2023, 3, 6): "Makha Bucha",
    date(2023, 4, 6): "Chakri",
    date(2023, 4, 13): "Songkran",
    date(2023, 4, 14): "Songkran",
    date(2023, 5, 1): "Labour Day",
    date(2023, 5, 4): "Coronation Day",
    date(2023, 7, 28): "the King's birthday",
    date(2023, 8, 14): "the Queen Mother's birthday, in lieu",
    date(2023, 10, 13): "King Bhumibol",
    date(2023, 10, 23): "Chulalongkorn",
    date(2023, 12, 5): "Father's Day",
    date(2023, 12, 11): "Constitution Day, in lieu",
    date(2024, 4, 15): "Songkran",
}


@pytest.mark.parametrize("day", HOLIDAYS, ids=str)
def test_offices_are_closed_on_thai_public_holidays(day: date) -> None:
    assert day.weekday() < 5
    assert not is_workday(day)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2023, 3, 15), True),
        (date(2023, 3, 17), True),
        (date(2023, 3, 18), False),
        (date(2023, 3, 19), False),
        (date(2023, 3, 20), True),
    ],
)
def test_offices_are_closed_at_weekends(day: date, works: bool) -> None:
    assert is_workday(day) is works


@pytest.mark.parametrize(
    ("hour", "minute", "works"),
    [
        (0, 0, False),
        (8, 29, False),
        (8, 30, True),
        (12, 0, True),
        (16, 29, True),
        (16, 30, False),
        (23, 59, False),
    ],
)
def test_offices_are_open_from_half_past_eight_to_half_past_four(
    hour: int, minute: int, works: bool
) -> None:
    local = datetime(2023, 3, 15, hour, minute, tzinfo=BANGKOK)
    assert is_working_time(local) is works
    assert is_working_time(local.astimezone(UTC)) is works
    assert not is_working_time(local + timedelta(days=3))  # a Saturday
