"""Days of a plan as an officer types them, and moved to another fiscal year."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from domain.calendar import BUDDHIST_ERA
from domain.thai_text import normalise

_TYPED = re.compile(r"^(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})$")
_FIRST_BUDDHIST_YEAR = 2400  # below it, four digits are a year of our own calendar


def typed_day(text: str) -> date | None:
    """``31/3/2566`` in either kind of digits; None for what is no such day."""
    found = _TYPED.match(normalise(text))
    if found is None:
        return None
    day, month, year = (int(one) for one in found.groups())
    try:
        return date(year - BUDDHIST_ERA if year >= _FIRST_BUDDHIST_YEAR else year, month, day)
    except ValueError:
        return None


def typed_form(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year + BUDDHIST_ERA}"


def moved(day: date, years: int) -> date:
    """The same day some years on. The last of a month stays the last, whatever its length."""
    year = day.year + years
    last = monthrange(year, day.month)[1]
    if day.day == monthrange(day.year, day.month)[1]:
        return date(year, day.month, last)
    return date(year, day.month, min(day.day, last))
