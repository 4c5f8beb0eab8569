"""When a reminder is due, and to whom silence climbs. Pure: days in, stages out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from domain.workdays import OfficeCalendar


class Level(StrEnum):
    """Who is told; each level joins later than the one before."""

    DIVISION = "division"
    HEAD = "head"
    CLERK = "clerk"  # ปลัด
    MAYOR = "mayor"  # นายก


LADDER = (Level.DIVISION, Level.HEAD, Level.CLERK, Level.MAYOR)


class BadPolicy(ValueError):
    """A policy that cannot be followed; the text says why."""


def _default_joins() -> dict[Level, int]:
    return {Level.HEAD: 7, Level.CLERK: 15, Level.MAYOR: 30}


@dataclass(frozen=True)
class Policy:
    """Days are counted from the due date: before it in ``early``, after it in the others."""

    early: Sequence[int] = (14, 3, 0)
    repeat: int = 7  # the division is told again each so many days late
    joins: Mapping[Level, int] = field(default_factory=_default_joins)


MOST_EARLY = 90
MOST_LATE = 365


def check_policy(policy: Policy) -> None:
    """Raises `BadPolicy`."""
    if not policy.early or not all(0 <= days <= MOST_EARLY for days in policy.early):
        raise BadPolicy(
            f"early reminders come 0 to {MOST_EARLY} days before, and at least one does"
        )
    if not 1 <= policy.repeat <= MOST_EARLY:
        raise BadPolicy(f"an overdue one is repeated every 1 to {MOST_EARLY} days")
    joins = [policy.joins[level] for level in LADDER[1:]]
    if not all(1 <= days <= MOST_LATE for days in joins):
        raise BadPolicy(f"each level joins 1 to {MOST_LATE} days after the due date")
    if sorted(joins) != joins:
        raise BadPolicy("a higher level cannot join before a lower one")


@dataclass(frozen=True)
class Stage:
    name: str  # "due-14", "due-0", "late+7", …
    day: date  # on which it is told: a working day


def told_on(due_on: date, offset: int, calendar: OfficeCalendar) -> date:
    """The working day on which the stage ``offset`` days after the due date is told.

    What falls on an off-day goes out on the next working morning; what is to come before the due
    date or on it, and falls into a long break, ahead of that break.
    """
    day = due_on + timedelta(days=offset)
    if calendar.is_workday(day):
        return day
    if offset <= 0 and calendar.is_in_long_break(day):
        return calendar.before(day)
    return calendar.on_or_after(day)


def stages(policy: Policy, level: Level, due_on: date, calendar: OfficeCalendar) -> Iterator[Stage]:
    """A level's stages in the order of their days; a division's have no end."""
    if level is not Level.DIVISION:
        joins = policy.joins[level]
        yield Stage(f"late+{joins}", told_on(due_on, joins, calendar))
        return
    for days in sorted(set(policy.early), reverse=True):
        yield Stage(f"due-{days}", told_on(due_on, -days, calendar))
    late = policy.repeat
    while True:
        yield Stage(f"late+{late}", told_on(due_on, late, calendar))
        late += policy.repeat


def reached(
    policy: Policy, level: Level, due_on: date, today: date, calendar: OfficeCalendar
) -> list[Stage]:
    """The stages whose day has come, the newest last.

    Only the newest speaks, and until the next one: a day nobody worked on delays it and loses
    nothing, and after a longer silence nobody is flooded.
    """
    found: list[Stage] = []
    for stage in stages(policy, level, due_on, calendar):
        if stage.day > today:
            break
        found.append(stage)
    return found


def first_reminder(policy: Policy, due_on: date, calendar: OfficeCalendar) -> date:
    return next(stages(policy, Level.DIVISION, due_on, calendar)).day


def next_change(policy: Policy, due_on: date, today: date, calendar: OfficeCalendar) -> date:
    """The first day after ``today`` on which some level reaches a new stage."""
    found = []
    for level in LADDER:
        for stage in stages(policy, level, due_on, calendar):
            if stage.day > today:
                found.append(stage.day)
                break
    return min(found)


def acting_level(level: Level, filled: frozenset[Level]) -> Level:
    """The lowest level that somebody at ``level`` stands for: below it, posts may be vacant.

    A vacant post's reminders climb at once, so the next one up is told when it would have been.
    """
    at = LADDER.index(level)
    while at > 0 and LADDER[at - 1] not in filled:
        at -= 1
    return LADDER[at]
