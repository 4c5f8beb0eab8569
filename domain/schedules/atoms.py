"""The pieces of time in a text: a day, a month, a quarter, a rhythm."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Is(Enum):
    DAY = auto()  # day, month, maybe a year
    DAYS = auto()  # from a day to a day of one month
    MONTH = auto()
    MONTH_PART = auto()  # the beginning, a week, the end of a month; of each month without one
    YEAR = auto()  # a fiscal year, or the plan's own
    CALENDAR_YEARS = auto()  # พ.ศ. 2561 - 2580: a span of some other plan
    YEAR_PART = auto()  # a quarter, a half: months of the fiscal year, counted from October
    ROUND = auto()  # รอบ ๖ เดือน
    RHYTHM = auto()
    MONTHLY_DAY = auto()  # the 15th of every month
    WORKDAY = auto()  # the first or last working day of a month
    EVENT = auto()
    VAGUE = auto()


@dataclass(frozen=True)
class Atom:
    kind: Is
    start: int  # in `Canonical.text`
    end: int
    year: int | None = None  # พ.ศ.
    month: int = 0
    day: int = 0
    last_day: int = 0
    first: int = 0  # of a year's part: months after October
    length: int = 0  # of a year's part, a round, a rhythm, in months
    rule: str = ""  # the RRULE of a rhythm
    next_month: bool = False  # the 5th of the month after
    more_days: tuple[int, ...] = ()  # of every month: the 1st and the 16th
    years_later: int = 0  # of what has no year: "ของปีถัดไป"
    at_once: bool = False  # names a moment by itself: "สิ้นปีงบประมาณ"
    about: bool = False  # a rough time: "ต้นเดือน"
    days_after: int = 0  # of an event, in days
    working_days: bool = False  # those days are working days
