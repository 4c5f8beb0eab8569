"""What was read in a phrase that says when something is due. Pure data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    WINDOW = "window"  # from a day to a day, due at its end
    DUE = "due"  # one or more days by which it is due
    RECURRENCE = "recurrence"  # again and again
    EVENT = "event"  # whenever something happens: no date
    VAGUE = "vague"  # says no date: a person must be asked
    NONE = "none"  # says nothing about when, or tells of what is past


class ScheduleFlag(StrEnum):
    """What a reading assumed, or could not settle. Written ``code`` or ``code:detail``."""

    YEAR_INHERITED = "year_inherited"  # the first month of a range took the second's year
    FISCAL_YEAR_ASSUMED = "fiscal_year_assumed"  # a month without a year: in the plan's year
    ANCHOR_ASSUMED = "anchor_assumed"  # a recurrence that names no month: counted from October
    ROUND_BEFORE = "round_before"  # a date that closes the round before the plan's year
    OUTSIDE_FISCAL_YEAR = "outside_fiscal_year"  # a date beyond the plan's year (and its report)
    IMPOSSIBLE_DATE = "impossible_date"  # 31 เมษายน
    PAST = "past"  # tells what was done
    ON_EVENT = "on_event"
    ASK = "ask"  # no date can be told: ask a person
    APPROXIMATE = "approximate"  # ต้นเดือน, สัปดาห์แรก: the days are the usual reading
    WORKING_DAY = "working_day"  # moved to a working day of the Thai calendar


@dataclass(frozen=True)
class Schedule:
    """One phrase's reading. ``recurrence`` is the value of an RFC 5545 RRULE, without UNTIL."""

    text: str  # as printed
    kind: Kind
    start: date | None = None
    end: date | None = None
    due_dates: tuple[date, ...] = ()  # ascending, each once
    recurrence: str | None = None
    flags: tuple[str, ...] = ()
    span: tuple[int, int] = (0, 0)  # where the phrase stands in the text it was found in
