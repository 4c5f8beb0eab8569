"""What a policy means: the days on which somebody would be told of one due date. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from domain.reminders import LADDER, Level, Policy, stages
from domain.workdays import OfficeCalendar

_REPEATS_SHOWN = 2
_LOOKED_AT = 366  # days


@dataclass(frozen=True)
class Told:
    """One recipient's stage. ``meant`` is its own day; ``day``, a working day, when it is told."""

    day: date
    meant: date
    level: Level
    offset: int  # days after the due date; negative before it

    @property
    def moved(self) -> bool:
        return self.day != self.meant


def told_days(policy: Policy, due_on: date, calendar: OfficeCalendar) -> list[Told]:
    """Every stage up to the second repetition, in the order of their days. Of a recipient's
    stages that fall together only the newest speaks."""
    found: list[Told] = []
    for level in LADDER:
        last = len(set(policy.early)) + _REPEATS_SHOWN
        by_day: dict[date, Told] = {}
        for stage in islice(stages(policy, level, due_on, calendar), last):
            offset = _offset(stage.name)
            meant = due_on + timedelta(days=offset)
            by_day[stage.day] = Told(stage.day, meant, level, offset)
        found.extend(by_day.values())
    return sorted(found, key=lambda one: (one.day, LADDER.index(one.level)))


def _offset(name: str) -> int:
    when, _, days = name.replace("+", "-").partition("-")
    return int(days) if when == "late" else -int(days)


def plain_due_date(policy: Policy, today: date, calendar: OfficeCalendar) -> date:
    """The next due date for which no early reminder has to move; else the next working day."""
    ahead = max(policy.early, default=0)
    days = [today + timedelta(days=ahead + 1 + number) for number in range(_LOOKED_AT)]
    for day in days:
        if all(calendar.is_workday(day - timedelta(days=early)) for early in {0, *policy.early}):
            return day
    return calendar.on_or_after(days[0])


def due_date_in_a_break(today: date, calendar: OfficeCalendar) -> date | None:
    """The next day within three or more days off in a row; None where a year has none."""
    for number in range(1, _LOOKED_AT):
        day = today + timedelta(days=number)
        if calendar.is_in_long_break(day):
            return day
    return None
