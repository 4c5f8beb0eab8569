from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as some

from domain.reminder_examples import due_date_in_a_break, plain_due_date, told_days
from domain.reminders import Level, Policy, reached
from domain.workdays import OfficeCalendar, public_holidays

DEFAULT, CALENDAR = Policy(), OfficeCalendar()
TODAY = date(2023, 3, 15)
days = some.dates(date(2023, 1, 1), date(2027, 12, 31))


def test_the_default_policy_on_an_ordinary_due_date() -> None:
    told = told_days(DEFAULT, date(2023, 6, 30), CALENDAR)
    assert [(one.day.isoformat(), one.level.value, one.offset) for one in told] == [
        ("2023-06-16", "division", -14),
        ("2023-06-27", "division", -3),
        ("2023-06-30", "division", 0),
        ("2023-07-07", "division", 7),
        ("2023-07-07", "head", 7),
        ("2023-07-14", "division", 14),
        ("2023-07-17", "clerk", 15),  # the 15th is a Saturday
        ("2023-08-03", "mayor", 30),  # three days off before it
    ]


@given(due_on=days, early=some.sets(some.integers(0, 90), min_size=1, max_size=6))
def test_what_the_page_promises_is_what_the_round_does(due_on: date, early: set[int]) -> None:
    policy = Policy(early=tuple(early))
    for level in Level:
        for one in told_days(policy, due_on, CALENDAR):
            if one.level is level:
                assert CALENDAR.is_workday(one.day)
                newest = reached(policy, level, due_on, one.day, CALENDAR)[-1]
                when = "late+" if one.offset > 0 else "due-"
                assert newest.name == f"{when}{abs(one.offset)}"
                assert newest.day == one.day


@given(today=days, early=some.sets(some.integers(0, 90), min_size=1, max_size=4))
def test_one_example_is_due_on_a_working_day_and_the_other_in_a_break(
    today: date, early: set[int]
) -> None:
    due_on = plain_due_date(Policy(early=tuple(early)), today, CALENDAR)
    assert due_on > today
    assert CALENDAR.is_workday(due_on)
    within = due_date_in_a_break(today, CALENDAR)
    assert within is not None
    assert CALENDAR.is_in_long_break(within)


@given(today=days)
def test_where_it_can_be_no_early_reminder_of_the_plain_example_moves(today: date) -> None:
    due_on = plain_due_date(DEFAULT, today, CALENDAR)
    assert not any(one.moved for one in told_days(DEFAULT, due_on, CALENDAR) if one.offset <= 0)


def test_an_office_that_is_always_closed_has_an_example_too() -> None:
    closed = OfficeCalendar(
        frozenset(TODAY + timedelta(days=number) for number in range(-500, 900))
    )
    assert plain_due_date(DEFAULT, TODAY, closed) > TODAY


def test_holidays_have_their_thai_names_over_the_turn_of_a_year() -> None:
    found = public_holidays(date(2022, 12, 31), date(2023, 1, 2))
    assert [day for day, _ in found] == [date(2022, 12, 31), date(2023, 1, 1), date(2023, 1, 2)]
    assert found[1][1] == "วันขึ้นปีใหม่"
