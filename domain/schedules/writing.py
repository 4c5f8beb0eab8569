"""A reading written as a plain Thai phrase: what an officer checks it against.

`read_schedule` reads each phrase back to the same kind, days and rhythm.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from domain.calendar import BUDDHIST_ERA, LONG_MONTHS, fiscal_year, fiscal_year_bounds, long_date
from domain.schedules.lexicon import WEEKDAYS
from domain.schedules.types import Kind, Schedule
from domain.schedules.years import last_day, month_ends

_PARTS = {
    (1, 7): "สัปดาห์แรกของเดือน",
    (8, 14): "สัปดาห์ที่ 2 ของเดือน",
    (15, 21): "สัปดาห์ที่ 3 ของเดือน",
    (22, 28): "สัปดาห์ที่ 4 ของเดือน",
    (1, 10): "ต้นเดือน",
    (11, 20): "กลางเดือน",
}
_RULES = {
    "FREQ=DAILY": "ทุกวัน",
    "FREQ=WEEKLY": "ทุกสัปดาห์",
    "FREQ=MONTHLY": "ทุกเดือน",
    "FREQ=YEARLY": "ปีละ 1 ครั้ง",
    "FREQ=MONTHLY;BYMONTHDAY=-1": "ทุกสิ้นเดือน",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1": "วันทำการสุดท้ายของทุกเดือน",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1": "วันทำการแรกของทุกเดือน",
}
_DAYS_OF_WEEK = {code: name for name, code in WEEKDAYS.items()}
_WEEKDAYS = "FREQ=WEEKLY;BYDAY="
_EVERY_SO_OFTEN = {"FREQ=DAILY;INTERVAL=": "วัน", "FREQ=WEEKLY;INTERVAL=": "สัปดาห์"}
_STEP = "FREQ=MONTHLY;INTERVAL="
_DAY_OF_MONTH = "FREQ=MONTHLY;BYMONTHDAY="


def write_schedule(schedule: Schedule) -> str:
    """A phrase that says the same; empty for a text that says nothing about time."""
    match schedule.kind:
        case Kind.WINDOW:
            return _window(schedule.start, schedule.end)
        case Kind.DUE:
            return _due(schedule)
        case Kind.RECURRENCE:
            return _recurrence(schedule)
        case Kind.EVENT:
            return "ทุกครั้งที่มีเหตุ"
        case Kind.VAGUE:
            return "ตามความเหมาะสม"
        case Kind.NONE:
            return _past(schedule)


def _window(start: date | None, end: date | None) -> str:
    if start is None:
        return "" if end is None else f"ภายในวันที่ {long_date(end)}"
    if end is None:
        return f"ตั้งแต่วันที่ {long_date(start)} เป็นต้นไป"
    if (start, end) == fiscal_year_bounds(fiscal_year(start)):
        return f"ตลอดปีงบประมาณ {fiscal_year(start)}"
    if start.day == 1 and end == last_day(end.year, end.month) and _month(start) != _month(end):
        return f"{_month(start)} - {_month(end)}"
    return f"{long_date(start)} - {long_date(end)}"


def _month(day: date) -> str:
    return f"{LONG_MONTHS[day.month - 1]} {day.year + BUDDHIST_ERA}"


def _due(schedule: Schedule) -> str:
    start, end, due = schedule.start, schedule.end, schedule.due_dates
    if start is None or end is None or len(due) != 1:
        return _by(due)
    if start == end:
        return f"วันที่ {long_date(end)}"
    if _month(start) != _month(end):
        return f"ปลายปีงบประมาณ {fiscal_year(end)}"
    last = last_day(end.year, end.month)
    if start.day == 1 and end == last:
        return f"เดือน{_month(end)}"
    if (start.day, end.day) in _PARTS:
        return f"{_PARTS[start.day, end.day]}{_month(end)}"
    if end == last and start == last - timedelta(6):
        return f"สัปดาห์สุดท้ายของเดือน{_month(end)}"
    if end == last and start.day == 21:
        return f"ปลายเดือน{_month(end)}"
    week, until = (start.day + 6) // 7, (end.day + 6) // 7
    weeks = f"{week} - {until}" if week < until else f"{week}"
    return f"สัปดาห์ที่ {weeks} ของเดือน{_month(end)}"


def _by(due: Sequence[date]) -> str:
    days = [f"วันที่ {long_date(day)}" for day in due]
    if not days:
        return ""
    return f"ภายใน{days[0]}" + "".join(f" และ{day}" for day in days[1:])


def _in_months(due: Sequence[date]) -> str:
    return "ภายใน" + " และ".join(f"เดือน{_month(day)}" for day in due)


def _recurrence(schedule: Schedule) -> str:
    rule, start, end, due = (
        schedule.recurrence or "",
        schedule.start,
        schedule.end,
        schedule.due_dates,
    )
    if rule.startswith("FREQ=YEARLY;"):
        return f"{_by(due) if 'BYMONTHDAY' in rule else _in_months(due)} ของทุกปี"
    if rule.startswith(_DAY_OF_MONTH) and rule not in _RULES:
        return _on_a_day(rule.removeprefix(_DAY_OF_MONTH), schedule)
    phrase = _RULES.get(rule) or _by_the_week(rule)
    step = {"FREQ=MONTHLY": 1, "FREQ=YEARLY": 12}.get(rule, 0)
    if phrase is None and rule.startswith(_STEP):
        step = int(rule.removeprefix(_STEP))
        phrase = f"ทุก {step} เดือน"
    phrase = phrase or ""
    if start is None or end is None:
        return phrase
    if step and due != month_ends(start, end, step):
        return f"{phrase} {_by(due)}"
    return phrase + _within(start, end)


def _within(start: date, end: date) -> str:
    if (start, end) == fiscal_year_bounds(fiscal_year(start)):
        return ""
    return f" ระหว่าง {long_date(start)} - {long_date(end)}"


def _by_the_week(rule: str) -> str | None:
    if rule.startswith(_WEEKDAYS):
        codes = rule.removeprefix(_WEEKDAYS).split(",")
        return "ทุก" + " และ".join(f"วัน{_DAYS_OF_WEEK[code]}" for code in codes)
    for start, unit in _EVERY_SO_OFTEN.items():
        if rule.startswith(start):
            return f"ทุก {rule.removeprefix(start)} {unit}"
    return None


def _on_a_day(day: str, schedule: Schedule) -> str:
    start, end, due = schedule.start, schedule.end, schedule.due_dates
    if start is None or end is None or not due:
        return f"ทุกวันที่ {day} ของเดือน"
    following = (due[0].year, due[0].month) != (start.year, start.month)
    each = f"ภายในวันที่ {day} ของเดือนถัดไป" if following else f"ทุกวันที่ {day} ของเดือน"
    return each + _within(start, end)


def _past(schedule: Schedule) -> str:
    start, end = schedule.start, schedule.end
    if start is None:
        return ""
    if end is None:
        return f"ตั้งแต่วันที่ {long_date(start)} จนถึงปัจจุบัน"
    if start == end:
        return f"เมื่อวันที่ {long_date(start)}"
    return f"เมื่อวันที่ {long_date(start)} - {long_date(end)}"
