"""When a reminder is due, and to whom silence climbs, day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.reminders import Level, Policy, current_stage, first_reminder, next_change

DUE = date(2023, 3, 31)
POLICY = Policy()
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


@pytest.mark.parametrize("level", Level)
def test_the_stages_of_every_day_are_those_of_the_table(level: Level) -> None:
    expected = None
    for late in range(-40, 42):
        expected = TABLE[level].get(late, expected)
        assert current_stage(POLICY, level, DUE, DUE + timedelta(days=late)) == expected, late


def test_the_next_change_of_every_day_is_that_of_the_table() -> None:
    changes = sorted({day for stages in TABLE.values() for day in stages})
    for late in range(-40, 35):
        expected = min(day for day in changes if day > late)
        found = next_change(POLICY, DUE, DUE + timedelta(days=late))
        assert (found - DUE).days == expected


def test_the_first_reminder_comes_fourteen_days_before() -> None:
    assert first_reminder(POLICY, DUE) == DUE - timedelta(days=14)
    assert first_reminder(Policy(early=()), DUE) == DUE


def test_after_a_long_silence_only_the_newest_stage_speaks() -> None:
    today = DUE + timedelta(days=100)
    assert current_stage(POLICY, Level.DIVISION, DUE, today) == "late+98"
    assert current_stage(POLICY, Level.MAYOR, DUE, today) == "late+30"


days = st.integers(1, 60)
policies = st.builds(
    Policy,
    early=st.lists(st.integers(0, 60), max_size=5).map(tuple),
    repeat=days,
    joins=st.fixed_dictionaries({Level.HEAD: days, Level.CLERK: days, Level.MAYOR: days}),
)
lateness = st.integers(-80, 200)


def _stages(policy: Policy, day: date) -> list[str | None]:
    return [current_stage(policy, level, DUE, day) for level in Level]


@given(policies, lateness)
def test_on_the_day_of_the_next_change_some_level_changes_and_on_none_before(
    policy: Policy, late: int
) -> None:
    today = DUE + timedelta(days=late)
    change = next_change(policy, DUE, today)
    assert change > today
    day = today
    while (day := day + timedelta(days=1)) < change:
        assert _stages(policy, day) == _stages(policy, today)
    assert _stages(policy, change) != _stages(policy, today)


@given(policies)
def test_looking_only_on_the_days_of_change_misses_no_stage(policy: Policy) -> None:
    last = DUE + timedelta(days=150)
    day = first_reminder(policy, DUE)
    seen = {pair for pair in zip(Level, _stages(policy, day), strict=True) if pair[1]}
    while (day := next_change(policy, DUE, day)) <= last:
        seen |= {pair for pair in zip(Level, _stages(policy, day), strict=True) if pair[1]}
    every = {
        (level, stage)
        for late in range(-80, 151)
        for level in Level
        if (stage := current_stage(policy, level, DUE, DUE + timedelta(days=late)))
    }
    assert seen == every


@given(policies)
def test_silence_climbs_and_never_comes_down(policy: Policy) -> None:
    told: set[Level] = set()
    for late in range(-80, 80):
        now = {
            level
            for level in Level
            if current_stage(policy, level, DUE, DUE + timedelta(days=late)) is not None
        }
        assert told <= now
        told = now
