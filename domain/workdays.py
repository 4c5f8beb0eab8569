"""Working time of a Thai office: 08:30-16:30, Monday to Friday, public holidays left out."""

from __future__ import annotations

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


def is_workday(day: date) -> bool:
    return day.weekday() < _SATURDAY and day not in _holidays(day.year)


def is_working_time(instant: datetime) -> bool:
    """True while an office is open at an aware instant."""
    local = instant.astimezone(BANGKOK)
    return is_workday(local.date()) and OPENS <= local.time() < CLOSES


def next_opening(instant: datetime) -> datetime | None:
    """When the office opens; None while it is open."""
    if is_working_time(instant):
        return None
    local = instant.astimezone(BANGKOK)
    day = local.date()
    if not is_workday(day) or local.time() >= CLOSES:
        day = _workday_after(day)
    return datetime.combine(day, OPENS, BANGKOK)


def end_of_next_workday(instant: datetime) -> datetime:
    """Closing time of the first working day after the day of an aware instant."""
    return datetime.combine(_workday_after(instant.astimezone(BANGKOK).date()), CLOSES, BANGKOK)


def _workday_after(day: date) -> date:
    day += timedelta(days=1)
    while not is_workday(day):
        day += timedelta(days=1)
    return day
