"""Working time of a Thai office: 08:30-16:30, Monday to Friday, public holidays left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays

from domain.calendar import BANGKOK

OPENS = time(8, 30)
CLOSES = time(16, 30)
_SATURDAY = 5


@lru_cache(maxsize=16)
def _holidays(year: int) -> frozenset[date]:
    # Public holidays and their substitutes as the cabinet declared them, per package `holidays`.
    return frozenset(holidays.country_holidays("TH", years=year))


def public_holidays(first: date, last: date) -> list[tuple[date, str]]:
    """Thailand's public holidays from one day to another, with their Thai names."""
    years = range(first.year, last.year + 1)
    named = holidays.country_holidays("TH", years=years, language="th")
    return [
        (day, " และ".join(name.split("; ")))
        for day, name in sorted(named.items())
        if first <= day <= last
    ]


def is_workday(day: date) -> bool:
    return day.weekday() < _SATURDAY and day not in _holidays(day.year)


_LONG = 3  # days: longer than a weekend
_FURTHEST = 366  # an office that is closed for a year has told us something else than holidays


@dataclass(frozen=True)
class OfficeCalendar:
    """The working days of one office: Thailand's, less the days on which it is closed itself."""

    off_days: frozenset[date] = frozenset()

    def is_workday(self, day: date) -> bool:
        return day not in self.off_days and is_workday(day)

    def on_or_after(self, day: date) -> date:
        """The first working day from ``day`` on; ``day`` itself where there is none for a year."""
        return self._first(day, timedelta(days=1))

    def before(self, day: date) -> date:
        """The last working day before ``day``."""
        return self._first(day - timedelta(days=1), timedelta(days=-1))

    def is_in_long_break(self, day: date) -> bool:
        """Whether a day belongs to three or more days off in a row."""
        if self.is_workday(day):
            return False
        return (self.on_or_after(day) - self.before(day)).days > _LONG

    def _first(self, day: date, step: timedelta) -> date:
        found = day
        for _ in range(_FURTHEST):
            if self.is_workday(found):
                return found
            found += step
        return day


def is_working_time(instant: datetime) -> bool:
    """True while an office is open at an aware instant."""
    local = instant.astimezone(BANGKOK)
    return is_workday(local.date()) and OPENS <= local.time() < CLOSES


def next_opening(
    instant: datetime,
    opens: time = OPENS,
    closes: time = CLOSES,
    calendar: OfficeCalendar | None = None,
) -> datetime | None:
    """When the office opens; None while it is open."""
    calendar = calendar or OfficeCalendar()
    local = instant.astimezone(BANGKOK)
    day = local.date()
    if calendar.is_workday(day) and opens <= local.time() < closes:
        return None
    if not calendar.is_workday(day) or local.time() >= closes:
        day = calendar.on_or_after(day + timedelta(days=1))
    return datetime.combine(day, opens, BANGKOK)


def end_of_next_workday(instant: datetime) -> datetime:
    """Closing time of the first working day after the day of an aware instant."""
    return datetime.combine(_workday_after(instant.astimezone(BANGKOK).date()), CLOSES, BANGKOK)


def _workday_after(day: date) -> date:
    day += timedelta(days=1)
    while not is_workday(day):
        day += timedelta(days=1)
    return day
