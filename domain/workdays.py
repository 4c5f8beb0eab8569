"""Working time of a Thai office: 08:30-16:30, Monday to Friday, public holidays left out."""

from __future__ import annotations

from datetime import date, datetime, time
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
