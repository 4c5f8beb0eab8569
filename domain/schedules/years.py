"""Where months, quarters and days lie: the plan's fiscal year, or the year that is printed."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from domain.calendar import BUDDHIST_ERA, fiscal_year_bounds
from domain.schedules.atoms import Atom, Is
from domain.schedules.types import ScheduleFlag

_FIRST_MONTH = 10  # of the fiscal year


class ImpossibleDate(ValueError):
    """31 เมษายน"""


@dataclass(frozen=True)
class Period:
    """What a piece of time covers; it is due on ``end``."""

    start: date
    end: date
    atom: Atom
    flags: tuple[str, ...] = ()


def last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def months_from(day: date, months: int) -> date:
    """The first of the month that lies ``months`` after the month of ``day``."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def year_in(fiscal_year: int, month: int) -> int:
    """The year (ค.ศ.) of a month within a fiscal year (พ.ศ.)."""
    return fiscal_year - BUDDHIST_ERA - (1 if month >= _FIRST_MONTH else 0)


def month_ends(start: date, end: date, step: int) -> tuple[date, ...]:
    """The ends of each run of ``step`` months from ``start`` on, within the days given."""
    found = []
    day = months_from(start, step) - timedelta(1)
    while day <= end:
        found.append(day)
        day = months_from(day, step + 1) - timedelta(1)
    return tuple(found)


def period_of(atom: Atom, fiscal_year: int) -> Period:
    """Raises `ImpossibleDate`, and `ValueError` for a year that no calendar holds."""
    fiscal_year += atom.years_later
    assumed = () if atom.year is not None else (str(ScheduleFlag.FISCAL_YEAR_ASSUMED),)
    if atom.kind in (Is.YEAR, Is.YEAR_PART):
        first, last = fiscal_year_bounds(atom.year or fiscal_year)
        if atom.kind is Is.YEAR_PART:
            begins = months_from(first, atom.first)
            last = months_from(begins, atom.length) - timedelta(1)
            first = begins
        about = (str(ScheduleFlag.APPROXIMATE),) if atom.about else ()
        return Period(first, last, atom, assumed + about)
    if atom.kind is Is.ROUND:
        first, _ = fiscal_year_bounds(atom.year or fiscal_year)
        return Period(first, months_from(first, atom.length) - timedelta(1), atom, assumed)
    if atom.kind is Is.CALENDAR_YEARS:
        begins = date((atom.year or 0) - BUDDHIST_ERA, 1, 1)
        return Period(begins, date(atom.last_day - BUDDHIST_ERA, 12, 31), atom)
    year = year_in(fiscal_year, atom.month)
    if atom.year is not None:
        year = atom.year - BUDDHIST_ERA
    return _within_month(atom, year, assumed)


def _within_month(atom: Atom, year: int, flags: tuple[str, ...]) -> Period:
    end = last_day(year, atom.month)
    if atom.kind is Is.MONTH:
        return Period(date(year, atom.month, 1), end, atom, flags)
    if atom.kind is Is.WORKDAY:
        day = workday(year, atom.month, last=atom.day < 0)
        return Period(day, day, atom, (*flags, str(ScheduleFlag.WORKING_DAY)))
    if atom.kind is Is.MONTH_PART:
        about = (str(ScheduleFlag.APPROXIMATE),) if atom.about else ()
        # "สัปดาห์สุดท้าย" counts from the month's own end.
        first = end.day - 6 if atom.day == 25 and atom.last_day == 31 else min(atom.day, end.day)
        return Period(
            end.replace(day=first),
            end.replace(day=min(atom.last_day, end.day)),
            atom,
            flags + about,
        )
    if atom.day > end.day or atom.last_day > end.day:
        raise ImpossibleDate
    first_day = date(year, atom.month, atom.day)
    if atom.kind is Is.DAYS:
        return Period(first_day, first_day.replace(day=atom.last_day), atom, flags)
    return Period(first_day, first_day, atom, flags)


def workday(year: int, month: int, *, last: bool) -> date:
    """The first or last working day of a month, by the Thai calendar of holidays."""
    from domain.workdays import is_workday  # the calendar of holidays takes a while to load

    day = last_day(year, month) if last else date(year, month, 1)
    step = timedelta(-1 if last else 1)
    while not is_workday(day):
        day += step
    return day


def days_after(day: date, count: int, *, working: bool) -> date:
    """So many days, or working days, after a day."""
    if not working:
        return day + timedelta(count)
    from domain.workdays import is_workday

    while count > 0:
        day += timedelta(1)
        count -= is_workday(day)
    return day
