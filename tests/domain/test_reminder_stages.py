"""When a reminder is due, and to whom silence climbs, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.reminders import (
    LADDER,
    BadPolicy,
    Level,
    Policy,
    acting_level,
    check_policy,
    first_reminder,
    next_change,
    reached,
    told_on,
)
from domain.workdays import OfficeCalendar

DUE = date(2023, 3, 31)
POLICY = Policy()


@dataclass(frozen=True)
class NeverClosed(OfficeCalendar):
    """An office that works every day, so that a stage is told on its very day."""

    def is_workday(self, day: date) -> bool:
        return True


ALWAYS = NeverClosed()
THAI = OfficeCalendar()

# Days from the due date on which a level reaches a new stage, written by hand.
TABLE = {
    Level.DIVISION: {
        -14: "due-14",
        -3: "due-3",
        0: "due-0",
        7: "late+7",
        14: "late+14",
        21: "late+21",
        28: "late+28",
        35: "late+35",
    },
    Level.HEAD: {7: "late+7"},
    Level.CLERK: {15: "late+15"},
    Level.MAYOR: {30: "late+30"},
}


def newest(
    policy: Policy, level: Level, day: date, calendar: OfficeCalendar = ALWAYS
) -> str | None:
    found = reached(policy, level, DUE, day, calendar)
    return found[-1].name if found else None


@pytest.mark.parametrize("level", Level)
def test_the_stages_of_every_day_are_those_of_the_table(level: Level) -> None:
    expected = None
    for late in range(-40, 42):
        expected = TABLE[level].get(late, expected)
        assert newest(POLICY, level, DUE + timedelta(days=late)) == expected, late


def test_the_next_change_of_every_day_is_that_of_the_table() -> None:
    changes = sorted({day for stages in TABLE.values() for day in stages})
    for late in range(-40, 35):
        expected = min(day for day in changes if day > late)
        found = next_change(POLICY, DUE, DUE + timedelta(days=late), ALWAYS)
        assert (found - DUE).days == expected


def test_the_first_reminder_comes_fourteen_days_before() -> None:
    assert first_reminder(POLICY, DUE, ALWAYS) == DUE - timedelta(days=14)
    assert first_reminder(Policy(early=(0,)), DUE, ALWAYS) == DUE


def test_after_a_long_silence_only_the_newest_stage_speaks() -> None:
    today = DUE + timedelta(days=100)
    found = [stage.name for stage in reached(POLICY, Level.DIVISION, DUE, today, ALWAYS)]
    assert found[:4] == ["due-14", "due-3", "due-0", "late+7"]
    assert found[-1] == "late+98"
    assert newest(POLICY, Level.MAYOR, today) == "late+30"


@pytest.mark.parametrize(
    ("due", "offset", "told", "why"),
    [
        (date(2023, 3, 31), 0, date(2023, 3, 31), "a Friday at work"),
        (date(2023, 4, 1), 0, date(2023, 4, 3), "a Saturday: on Monday"),
        (date(2023, 4, 15), 0, date(2023, 4, 12), "in Songkran, 13 to 17 April: ahead of it"),
        (date(2023, 4, 16), -3, date(2023, 4, 12), "three days before falls into Songkran too"),
        (date(2023, 4, 7), 7, date(2023, 4, 18), "what is late waits until the office opens"),
        (date(2023, 5, 7), -3, date(2023, 5, 3), "two holidays before a weekend"),
        (date(2023, 12, 5), 0, date(2023, 12, 6), "a single holiday is no long break"),
        (date(2024, 1, 1), 0, date(2023, 12, 28), "the new year, with its substitute days"),
    ],
)
def test_an_off_day_puts_a_reminder_off_and_a_long_break_brings_it_forward(
    due: date, offset: int, told: date, why: str
) -> None:
    assert told_on(due, offset, THAI) == told, why


def test_an_office_s_own_off_days_count_as_holidays() -> None:
    monday = date(2023, 4, 3)
    closed = OfficeCalendar(frozenset({monday}))
    assert told_on(date(2023, 4, 1), 7, closed) == date(2023, 4, 10)
    assert told_on(monday, 0, closed) == date(2023, 3, 31)  # with the weekend: a long break
    tuesday = OfficeCalendar(frozenset({date(2023, 4, 4)}))
    assert told_on(date(2023, 4, 4), 0, tuesday) == date(2023, 4, 5)


def test_an_office_that_says_it_is_always_closed_is_still_told() -> None:
    closed = OfficeCalendar(frozenset(DUE + timedelta(days=n) for n in range(-800, 800)))
    assert told_on(DUE, 0, closed) is not None


def test_a_vacant_post_s_reminders_climb_at_once() -> None:
    everybody = frozenset(LADDER)
    assert [acting_level(level, everybody) for level in LADDER] == list(LADDER)
    nobody_below = frozenset({Level.HEAD, Level.CLERK})
    assert acting_level(Level.HEAD, nobody_below) is Level.DIVISION
    assert acting_level(Level.CLERK, nobody_below) is Level.CLERK
    no_head = frozenset({Level.DIVISION, Level.CLERK, Level.MAYOR})
    assert acting_level(Level.CLERK, no_head) is Level.HEAD
    assert acting_level(Level.MAYOR, frozenset({Level.MAYOR})) is Level.DIVISION


@pytest.mark.parametrize(
    "policy",
    [
        Policy(early=()),
        Policy(early=(-1,)),
        Policy(early=(91,)),
        Policy(repeat=0),
        Policy(joins={Level.HEAD: 7, Level.CLERK: 5, Level.MAYOR: 30}),
        Policy(joins={Level.HEAD: 0, Level.CLERK: 5, Level.MAYOR: 30}),
        Policy(joins={Level.HEAD: 7, Level.CLERK: 15, Level.MAYOR: 366}),
    ],
)
def test_a_policy_that_nobody_can_follow_is_refused(policy: Policy) -> None:
    with pytest.raises(BadPolicy):
        check_policy(policy)


days = st.integers(1, 60)
policies = st.builds(
    Policy,
    early=st.lists(st.integers(0, 60), min_size=1, max_size=5).map(tuple),
    repeat=days,
    joins=st.fixed_dictionaries({Level.HEAD: days, Level.CLERK: days, Level.MAYOR: days}),
)
lateness = st.integers(-80, 200)
off_days = st.frozensets(st.integers(-100, 220).map(lambda n: DUE + timedelta(days=n)), max_size=30)
calendars = st.one_of(st.just(ALWAYS), off_days.map(OfficeCalendar))


def _stages(policy: Policy, day: date, calendar: OfficeCalendar) -> list[str | None]:
    return [newest(policy, level, day, calendar) for level in Level]


@given(policies, lateness, calendars)
def test_on_the_day_of_the_next_change_some_level_changes_and_on_none_before(
    policy: Policy, late: int, calendar: OfficeCalendar
) -> None:
    today = DUE + timedelta(days=late)
    change = next_change(policy, DUE, today, calendar)
    assert change > today
    day = today
    while (day := day + timedelta(days=1)) < change:
        assert _stages(policy, day, calendar) == _stages(policy, today, calendar)
    assert _stages(policy, change, calendar) != _stages(policy, today, calendar)


@given(policies, calendars)
def test_looking_only_on_the_days_of_change_misses_no_stage(
    policy: Policy, calendar: OfficeCalendar
) -> None:
    last = DUE + timedelta(days=150)

    def newest_stages(day: date) -> set[tuple[Level, str | None]]:
        pairs = zip(Level, _stages(policy, day, calendar), strict=True)
        return {pair for pair in pairs if pair[1]}

    day = first_reminder(policy, DUE, calendar)
    seen = newest_stages(day)
    while (day := next_change(policy, DUE, day, calendar)) <= last:
        seen |= newest_stages(day)
    every = set()
    for late in range(-120, 151):
        every |= newest_stages(DUE + timedelta(days=late))
    assert seen == every


@given(policies, calendars)
def test_silence_climbs_and_never_comes_down(policy: Policy, calendar: OfficeCalendar) -> None:
    told: set[Level] = set()
    for late in range(-80, 80):
        day = DUE + timedelta(days=late)
        now = {level for level in Level if newest(policy, level, day, calendar) is not None}
        assert told <= now
        told = now


@given(policies, off_days)
def test_nothing_is_told_on_a_day_off_or_before_the_stage_before_it(
    policy: Policy, off: frozenset[date]
) -> None:
    calendar = OfficeCalendar(off)
    for level in Level:
        found = reached(policy, level, DUE, DUE + timedelta(days=150), calendar)
        assert all(calendar.is_workday(stage.day) for stage in found)
        told = [stage.day for stage in found]
        assert told == sorted(told)
