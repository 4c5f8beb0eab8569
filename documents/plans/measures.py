"""From a measure's cells to what Prongsai knows of it: divisions, steps, days, doubts."""

from __future__ import annotations

import re
from dataclasses import replace

from documents.plans.columns import Extra
from documents.plans.divisions import split_divisions
from documents.plans.headings import Heading, without_boxes
from documents.plans.joining import RawMeasure
from documents.plans.text import APART, list_items, mend_spaces, one_line, squeeze, tidy
from domain import ita
from domain.calendar import fiscal_year_bounds
from domain.plan import Column, FoundSchedule, PlanFlag, ReadMeasure
from domain.schedules import find_schedules, read_schedule
from domain.schedules.types import Kind, Schedule, ScheduleFlag

_PLANNED = (Column.SCHEDULE, Column.MONITORING, Column.TITLE, Column.STEPS, Column.RECOMMENDATION)
# Who follows up is not who must report; a meeting is not a report.
_LEADERS = re.compile(r"^(?:ผู้บริหาร|ผู้บังคับบัญชา|นายก|ปลัด)")
_DELEGATED = re.compile(r"ให้(?:(?!ให้).){0,60}(?:รายงาน|จัดทำ|จัดส่ง|สรุป)")
_MEETING = re.compile(r"ประชุม")
_LIST_HEAD = re.compile(r"(?:^|(?<=[\s\n]))[๐-๙0-9]{1,2} ?[.)](?![๐-๙0-9])\s*|^\s*[-•–]\s*", re.M)


def build(raw: RawMeasure, number: int, fiscal_year: int | None) -> ReadMeasure:
    flags: list[str] = []
    title, _ = without_boxes(raw.title)
    divisions = split_divisions(raw.cells.get(Extra.DIVISIONS, ""))
    flags.extend(divisions.flags)
    if not divisions.names:
        flags.append(PlanFlag.DIVISIONS_MISSING)
    if raw.code is not None:
        flags.extend(raw.code.flags)
    if raw.joined:
        flags.append(PlanFlag.ROWS_JOINED)
    if raw.heading is not None:
        flags.extend(_heading_flags(raw.heading, raw, fiscal_year))
    schedules = _schedules(raw, fiscal_year)
    flags.extend(_schedule_flags(schedules, raw, fiscal_year))
    heading = raw.heading
    return ReadMeasure(
        number=number,
        title=mend_spaces(one_line(title)),
        indicator=None if heading is None else heading.label,
        instrument=None if heading is None else heading.instrument,
        code=None if raw.code is None else raw.code.value,
        divisions=divisions.names,
        steps=_steps(raw.cells.get(Column.STEPS, "")),
        schedules=schedules,
        result=tidy(raw.cells.get(Column.RESULT, "")),
        success=tidy(raw.cells.get(Column.SUCCESS, "")),
        recommendation=tidy(raw.cells.get(Column.RECOMMENDATION, "")),
        source_lines=tuple(raw.lines),
        flags=tuple(dict.fromkeys(map(str, flags))),
    )


def _steps(cell: str) -> tuple[str, ...]:
    return tuple(item for row in cell.split(APART) for item in list_items(tidy(row)))


def reread(measure: ReadMeasure, fiscal_year: int) -> ReadMeasure:
    """The same measure with its phrases read for another fiscal year."""
    again = tuple(
        replace(one, reading=_in_place(read_schedule(one.reading.text, fiscal_year), one.reading))
        for one in measure.schedules
    )
    return replace(measure, schedules=again)


def _in_place(reading: Schedule, before: Schedule) -> Schedule:
    return replace(reading, text=before.text, span=before.span)


def _heading_flags(heading: Heading, raw: RawMeasure, fiscal_year: int | None) -> list[str]:
    """What the printed heading and the assessment disagree on. Slips are kept, and said."""
    flags: list[str] = []
    if not raw.heading_is_own:
        flags.append(PlanFlag.INDICATOR_INHERITED)
    if not heading.is_indicator:
        return flags
    code = raw.code.value if raw.code is not None else None
    known = None if heading.number is None else ita.indicator(heading.number)
    if code is not None and ita.questions_are_known(fiscal_year):
        known = ita.indicator_of(code) or known
    if known is None:
        return flags
    if heading.instrument is not None and heading.instrument != known.instrument:
        flags.append(f"{PlanFlag.INSTRUMENT_MISMATCH}:{known.instrument}")
    if not ita.same_name(heading.name, known.name):
        flags.append(f"{PlanFlag.INDICATOR_MISMATCH}:{known.number} {known.name}")
    return flags


def _schedules(raw: RawMeasure, fiscal_year: int | None) -> tuple[FoundSchedule, ...]:
    if fiscal_year is None:
        return ()
    found: list[FoundSchedule] = []
    seen: set[object] = set()
    for column in _PLANNED:
        text = without_boxes(raw.title)[0] if column is Column.TITLE else raw.cells.get(column, "")
        for reading in _readings(text, column, fiscal_year):
            # The same words again, or the same rhythm in other words.
            keys = {squeeze(reading.text), (reading.recurrence, reading.due_dates)}
            if reading.kind is not Kind.RECURRENCE:
                keys = {squeeze(reading.text)}
            if keys & seen:
                continue
            seen |= keys
            found.append(FoundSchedule(column, reading, _is_habit(reading, text, column)))
    return _worth_asking(_deadlines_among_steps(found))


def _deadlines_among_steps(found: list[FoundSchedule]) -> list[FoundSchedule]:
    """Where the columns of deadlines name no day, a day named among the steps is the deadline.

    Where they do, a period among the steps ("รอบ ๖ เดือน") only says what is reported on.
    """
    if any(one.reading.due_dates and not one.habit for one in found):
        return [
            one
            for one in found
            if one.column is not Column.STEPS or one.reading.kind is not Kind.WINDOW
        ]
    return [
        replace(one, habit=False)
        if one.column is Column.STEPS and one.reading.kind in (Kind.DUE, Kind.WINDOW)
        else one
        for one in found
    ]


def _worth_asking(found: list[FoundSchedule]) -> tuple[FoundSchedule, ...]:
    """Without the phrases that tell no time, unless nothing else in the columns of deadlines does.

    "อย่างต่อเนื่อง" among the steps is manner, not time; in place of a deadline it is a question.
    """
    dated = any(one.reading.due_dates and not one.habit for one in found)
    return tuple(
        one
        for one in found
        if one.reading.kind is not Kind.VAGUE
        or (one.column in (Column.SCHEDULE, Column.MONITORING) and not dated)
    )


def _readings(text: str, column: Column, fiscal_year: int) -> list[Schedule]:
    if not text.strip():
        return []
    if column is Column.SCHEDULE:
        # The whole cell says when: read it as one, so that two bullets are two days.
        whole = [read_schedule(one_line(cell), fiscal_year) for cell in text.split(APART)]
        if all(one.kind is not Kind.NONE for one in whole):
            return whole
    readings = [one for one in find_schedules(text, fiscal_year) if one.kind is not Kind.NONE]
    if column in (Column.STEPS, Column.RECOMMENDATION):  # what happens on the way is no deadline
        readings = [one for one in readings if one.kind is not Kind.EVENT]
    if column is Column.TITLE:  # a title names the period it reports on; only a rhythm is a duty
        readings = [one for one in readings if one.kind is Kind.RECURRENCE]
    return readings


def _is_habit(reading: Schedule, text: str, column: Column) -> bool:
    """A routine that the text mentions, and no deadline that the office set itself."""
    if column in (Column.STEPS, Column.RECOMMENDATION):
        return True
    if reading.kind is not Kind.RECURRENCE or ScheduleFlag.ANCHOR_ASSUMED not in reading.flags:
        return False
    item = _item_around(text, reading.span[0])
    told = item.partition(reading.text)[0] + reading.text
    leads = _LEADERS.match(item) and not _DELEGATED.search(told)
    return bool(leads or _MEETING.search(reading.text) or _meets(item, reading))


def _item_around(text: str, at: int) -> str:
    begin = 0
    for head in _LIST_HEAD.finditer(text, 0, max(at, 0) + 1):
        if head.end() <= at:
            begin = head.end()
    return text[begin:].lstrip()


def _meets(item: str, reading: Schedule) -> bool:
    before = squeeze(item.partition(reading.text)[0])
    return before.endswith(("ประชุม", "การประชุม", "ที่ประชุม"))


def _schedule_flags(
    schedules: tuple[FoundSchedule, ...], raw: RawMeasure, fiscal_year: int | None
) -> list[str]:
    flags: list[str] = []
    if not any(one.reading.due_dates for one in schedules):
        kinds = {one.reading.kind for one in schedules if not one.habit}
        told = kinds & {Kind.VAGUE, Kind.EVENT}
        flags.append(PlanFlag.SCHEDULE_VAGUE if told else PlanFlag.SCHEDULE_MISSING)
    if fiscal_year is not None:
        flags.extend(_slips(raw.cells.get(Column.RESULT, ""), fiscal_year))
    return flags


def _slips(result: str, fiscal_year: int) -> list[str]:
    """Days on which something was done long before the plan began: a slip of the year, often."""
    if not result.strip():
        return []
    first, _ = fiscal_year_bounds(fiscal_year - 1)
    year_begins, _ = fiscal_year_bounds(fiscal_year)
    flags = []
    for one in find_schedules(result, fiscal_year):
        if one.end is not None and one.start is not None and first <= one.end < year_begins:
            months_before = (
                (year_begins.year - one.end.year) * 12 + year_begins.month - one.end.month
            )
            if months_before > 2:
                flags.append(f"{PlanFlag.RESULT_BEFORE_YEAR}:{one_line(one.text)}")
    return flags
