"""A plan of integrity measures as read from an office's own document. Pure data.

``documents`` makes these from files, the desk shows and corrects them, ``models`` stores them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.schedules.types import Schedule


class Column(StrEnum):
    """Where in a measure's row a text stands."""

    TITLE = "title"
    STEPS = "steps"
    SCHEDULE = "schedule"  # ระยะเวลาดำเนินการ
    MONITORING = "monitoring"  # การกำกับติดตาม, กำหนดเวลาแล้วเสร็จ
    RESULT = "result"
    SUCCESS = "success"
    RECOMMENDATION = "recommendation"


class PlanFlag(StrEnum):
    """What the reader repaired, or wants a person to look at. ``code`` or ``code:detail``."""

    CODE_REPAIRED = "code_repaired"  # detail: as printed
    CODE_UNCLEAR = "code_unclear"  # detail: as printed
    INSTRUMENT_MISMATCH = "instrument_mismatch"  # detail: what the assessment says
    INDICATOR_MISMATCH = "indicator_mismatch"  # detail: what the assessment says
    INDICATOR_INHERITED = "indicator_inherited"  # from the row above
    DIVISIONS_OPEN = "divisions_open"  # the list ends with เป็นต้น
    DIVISIONS_MISSING = "divisions_missing"
    DIVISION_UNCLEAR = "division_unclear"  # detail: as printed; no known form of a division
    SCHEDULE_MISSING = "schedule_missing"
    SCHEDULE_VAGUE = "schedule_vague"
    ROWS_JOINED = "rows_joined"  # the row went on over a page break
    RESULT_BEFORE_YEAR = "result_before_year"  # a done date that lies before the plan's year
    YEAR_MISSING = "year_missing"  # the document names no fiscal year
    AGENCY_MISSING = "agency_missing"
    SCORES_DISAGREE = "scores_disagree"  # detail: what the weights give
    INDICATOR_NAME_REPAIRED = "indicator_name_repaired"  # detail: as printed


@dataclass(frozen=True)
class FoundSchedule:
    """A phrase about time and where it stood.

    A ``habit`` is a routine that the text mentions outside the columns of deadlines (a monthly
    meeting among the steps): shown, but no obligation until a person says so.
    """

    column: Column
    reading: Schedule
    habit: bool = False


@dataclass(frozen=True)
class ReadMeasure:
    """One measure of a plan. Texts are as printed, without markup; ``number`` is its place."""

    number: int
    title: str
    indicator: str | None = None  # "3 การเปิดเผยข้อมูล"
    instrument: str | None = None  # IIT, EIT, OIT
    code: str | None = None  # I13, E10, O35
    divisions: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    schedules: tuple[FoundSchedule, ...] = ()
    result: str = ""
    success: str = ""
    recommendation: str = ""
    source_lines: tuple[int, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def due_dates(self) -> tuple[date, ...]:
        """Every day that some phrase of the measure names, habits included."""
        return tuple(sorted({day for one in self.schedules for day in one.reading.due_dates}))

    @property
    def deadlines(self) -> tuple[date, ...]:
        """The days that become obligations without anybody being asked."""
        return tuple(
            sorted({d for one in self.schedules if not one.habit for d in one.reading.due_dates})
        )


@dataclass(frozen=True)
class IndicatorScore:
    number: int
    name: str
    score: float


@dataclass(frozen=True)
class ScoreTable:
    """An ITA result: ten indicators and what the weights make of them."""

    year: int | None  # พ.ศ.
    overall: float | None
    indicators: tuple[IndicatorScore, ...]
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlanHead:
    """What stands around the tables."""

    agency: str | None
    fiscal_year: int | None  # พ.ศ.
    title: str = ""
    scores: tuple[ScoreTable, ...] = ()
    flags: tuple[str, ...] = ()
