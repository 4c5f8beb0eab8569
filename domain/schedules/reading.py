"""What pieces of time mean together: a window, days by which something is due, a rhythm."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from domain.calendar import BUDDHIST_ERA, fiscal_year_bounds
from domain.schedules.atoms import Atom, Is
from domain.schedules.canonical import Canonical
from domain.schedules.types import Kind, Schedule, ScheduleFlag
from domain.schedules.years import (
    ImpossibleDate,
    Period,
    days_after,
    last_day,
    month_ends,
    months_from,
    period_of,
    workday,
    year_in,
)

_NAMES_DAYS = frozenset({Is.DAY, Is.DAYS, Is.MONTH})
_COVERS = frozenset({Is.YEAR, Is.YEAR_PART, Is.ROUND, Is.CALENDAR_YEARS})
_RHYTHMS = frozenset({Is.RHYTHM, Is.MONTHLY_DAY})
_MONTHS_OF_TWO_ROUNDS = 6
_QUARTER = 3
_YEAR = 12

# Tested on what stands right before a piece of time, spaces gone.
_BY = re.compile(r"(?:ภายใน|ไม่เกิน|ไม่ช้ากว่า|แล้วเสร็จ|ให้ทัน|ก่อน)(?:วันที่|วัน|ช่วง)?$")
_BEFORE = re.compile(r"ก่อน(?:วันที่|วัน)?$")
_FROM = re.compile(r"(?:ตั้งแต่|เริ่ม(?:ต้น|ตั้งแต่|จาก)?|นับแต่|นับจาก)(?:วันที่)?$")
_TO = re.compile(r"^\(?(?:-+|ถึง|จนถึง|-ถึง|จน)(?:สิ้น|ภายใน|วันที่|วัน|เดือน)*$")
_BETWEEN = re.compile(r"ระหว่าง(?:วันที่|วัน|เดือน)*$")
_AND = re.compile(r"^(?:และ|กับ)(?:วันที่|วัน|เดือน)*$")
_EVERY_YEAR = re.compile(r"ทุกปี|^ทุกๆ?$")
_BULLET = re.compile(r"-$")
_PAST = re.compile(
    r"(?:เมื่อ|ลง|ประกาศณ|แล้ว(?!เสร็จ)[^0-9]{0,40}?)(?:ตั้งแต่|ภายใน|ใน)?(?:วันที่|วัน|เดือน)?$"
)
_UNTIL_NOW = re.compile(r"^(?:เป็นต้นมา)?(?:จน)?(?:ถึง)?(?:ปัจจุบัน|บัดนี้|ขณะนี้)")
_OF_A_YEAR = re.compile(r"^(?:ของ|ใน)?$")
_LEAD = 60


@dataclass
class _Dated:
    """A piece of time with its days, and how the words before it bear on them."""

    period: Period
    by: bool
    start_only: bool
    between: bool = False  # ระหว่าง: "และ" after it goes on to the end
    to_next: bool = False  # a range goes on to the next one
    ranged: bool = False  # it is a range, put together


@dataclass
class _Told:
    dated: list[_Dated] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)

    def flag(self, *flags: str) -> None:
        self.flags.extend(flag for flag in map(str, flags) if flag not in self.flags)


def interpret(text: Canonical, atoms: Sequence[Atom], fiscal_year: int) -> Schedule:
    """The reading of pieces that belong to one phrase. ``text`` and ``span`` are the caller's."""
    told = _dated(text, atoms, fiscal_year)
    rhythm = _rhythm(atoms)
    if told.dated and _is_past(text, atoms):
        return _past(told, text, atoms)
    every_year = any(
        one.kind is Is.VAGUE and _EVERY_YEAR.search(text.text[one.start : one.end]) for one in atoms
    )
    if rhythm is not None:
        return _after_each(_recurrence(rhythm, told, fiscal_year), atoms, rhythm)
    if told.dated:
        if every_year and any(one.period.atom.kind in _NAMES_DAYS for one in told.dated):
            return _yearly(told, fiscal_year)
        return _due(told, fiscal_year)
    if ScheduleFlag.IMPOSSIBLE_DATE in told.flags:
        return Schedule("", Kind.VAGUE, flags=(*told.flags, str(ScheduleFlag.ASK)))
    if any(one.kind is Is.EVENT for one in atoms):
        return Schedule("", Kind.EVENT, flags=(str(ScheduleFlag.ON_EVENT),))
    if any(one.kind is Is.VAGUE for one in atoms):
        return Schedule("", Kind.VAGUE, flags=(str(ScheduleFlag.ASK),))
    return Schedule("", Kind.NONE)


def _is_rhythm(atom: Atom) -> bool:
    return atom.kind in _RHYTHMS or (atom.kind in (Is.MONTH_PART, Is.WORKDAY) and not atom.month)


def _rhythm(atoms: Sequence[Atom]) -> Atom | None:
    """The slowest rhythm named: "รายเดือน … ทุกไตรมาส" is reported by quarters."""
    rhythms = [one for one in atoms if _is_rhythm(one)]
    return max(rhythms, key=lambda one: one.length) if rhythms else None


def _before(text: Canonical, atoms: Sequence[Atom], index: int) -> str:
    begin = atoms[index - 1].end if index else max(0, atoms[0].start - _LEAD)
    return text.text[begin : atoms[index].start]


def _dated(text: Canonical, atoms: Sequence[Atom], fiscal_year: int) -> _Told:
    told = _Told()
    places = [
        place
        for place, one in enumerate(atoms)
        if one.kind not in (Is.EVENT, Is.VAGUE) and not _is_rhythm(one)
    ]
    dated = [atoms[place] for place in places]
    explicit = any(one.kind in _NAMES_DAYS or one.month for one in dated)
    whose = next((one.year for one in dated if one.kind is Is.YEAR), None)
    rounds = any(one.kind is Is.ROUND for one in dated)
    bullets = bool(atoms) and _BULLET.search(_before(text, atoms, 0)) is not None
    for index, whole in zip(places, _with_years(text, dated), strict=True):
        atom = atoms[index]
        # A year or a round beside a named day is only whose report it is, and so is a year beside
        # a round.
        if explicit and atom.kind in _COVERS and not atom.at_once:
            continue
        if rounds and atom.kind is Is.YEAR:
            continue
        if atom.kind is Is.ROUND and whose is not None:
            whole = replace(whole, year=whose)
        try:
            period = period_of(whole, fiscal_year)
        except ImpossibleDate:
            told.flag(ScheduleFlag.IMPOSSIBLE_DATE)
            continue
        if atom.month and atom.year is None and whole.year is not None:
            told.flag(ScheduleFlag.YEAR_INHERITED)
        before = _before(text, atoms, index)
        counted = _event_before(atoms, index)
        period = _counted_from(counted, _moved(period, before))
        link = text.text[told.dated[-1].period.atom.end : atom.start] if told.dated else ""
        if told.dated and not bullets and _goes_on(told.dated[-1], link):
            told.dated[-1].to_next = True
        told.dated.append(
            _Dated(
                period,
                by=bullets or counted is not None or bool(_BY.search(before)),
                start_only=bool(_FROM.search(before)) and not _is_range(atom),
                between=bool(_BETWEEN.search(before)),
            )
        )
        told.flag(*period.flags)
    return told


def _goes_on(one: _Dated, link: str) -> bool:
    return bool(_TO.match(link) or (one.between and _AND.match(link)))


def _is_range(atom: Atom) -> bool:
    """ "ตั้งแต่ไตรมาสที่ ๒ ถึง ๔", "ตั้งแต่วันที่ ๑ - ๑๕ มกราคม": the end is told as well."""
    return atom.kind is Is.DAYS or (atom.kind is Is.YEAR_PART and atom.length > _QUARTER)


def _moved(period: Period, before: str) -> Period:
    """ "ก่อนวันที่ ๑ ตุลาคม" is due the day before."""
    if _BEFORE.search(before) and period.atom.kind in _NAMES_DAYS:
        day = period.start - timedelta(1)
        return replace(period, start=day, end=day)
    return period


def _event_before(atoms: Sequence[Atom], index: int) -> Atom | None:
    """ "ภายใน ๓๐ วันนับแต่", where what it counts from follows at once."""
    event = atoms[index - 1] if index else None
    if event is None or event.kind is not Is.EVENT or not event.days_after:
        return None
    return event if event.end == atoms[index].start else None


def _counted_from(event: Atom | None, period: Period) -> Period:
    """ "ภายใน ๓๐ วันนับแต่วันสิ้นปีงบประมาณ": so many days after a day that is known."""
    if event is None:
        return period
    day = days_after(period.end, event.days_after, working=event.working_days)
    return replace(period, start=day, end=day)


def _with_years(text: Canonical, dated: Sequence[Atom]) -> list[Atom]:
    """Months without a year take it from the next one of their list that has one.

    "ม.ค. - ก.ย. ๖๖" and "มีนาคม และกันยายน ๒๕๖๖": the year before where the months run backwards.
    After a month with a year ("ต.ค. ๖๕ - ก.ย.") the next such month follows.
    """
    found = list(dated)
    for index in range(len(found) - 2, -1, -1):
        found[index] = _taken_from_next(text, found[index], found[index + 1])
    for index in range(1, len(found)):
        found[index] = _taken_from_last(text, found[index - 1], found[index])
    return found


def _taken_from_next(text: Canonical, one: Atom, after: Atom) -> Atom:
    if one.year is not None or not one.month or after.year is None:
        return one
    if after.month:
        backwards = (one.month, one.day) > (after.month, after.day or 31)
        return replace(one, year=after.year - (1 if backwards else 0))
    if after.kind is Is.YEAR and _OF_A_YEAR.match(text.text[one.end : after.start]):
        return replace(one, year=year_in(after.year, one.month) + BUDDHIST_ERA)
    return one


def _taken_from_last(text: Canonical, first: Atom, one: Atom) -> Atom:
    if one.year is not None or not one.month or not first.month or first.year is None:
        return one
    if not _TO.match(text.text[first.end : one.start]):
        return one
    backwards = (one.month, one.day or 31) < (first.month, first.day)
    return replace(one, year=first.year + (1 if backwards else 0))


def _is_past(text: Canonical, atoms: Sequence[Atom]) -> bool:
    first = next(index for index, one in enumerate(atoms) if one.kind not in (Is.EVENT, Is.VAGUE))
    if _UNTIL_NOW.match(text.text[atoms[-1].end :]):
        return True
    past = _PAST.search(text.text[max(0, atoms[first].start - _LEAD) : atoms[first].start])
    # "เมื่อสิ้นปีงบประมาณ" is still to come.
    return past is not None and not (atoms[first].at_once and past[0] == "เมื่อ")


def _past(told: _Told, text: Canonical, atoms: Sequence[Atom]) -> Schedule:
    start, end = told.dated[0].period.start, told.dated[-1].period.end
    told.flag(ScheduleFlag.PAST)
    open_end = _UNTIL_NOW.match(text.text[atoms[-1].end :]) is not None
    return Schedule("", Kind.NONE, start, None if open_end else end, flags=tuple(told.flags))


def _due(told: _Told, fiscal_year: int) -> Schedule:
    merged = _merged(told.dated)
    single = merged[0] if len(merged) == 1 else None
    if single is not None:
        period = single.period
        if period.atom.kind is Is.CALENDAR_YEARS:
            return Schedule("", Kind.NONE, period.start, period.end)
        if single.start_only:
            told.flag(ScheduleFlag.ASK)
            return Schedule("", Kind.WINDOW, period.start, None, flags=tuple(told.flags))
    due = tuple(
        sorted({one.period.end for one in merged if one.period.atom.kind is not Is.CALENDAR_YEARS})
    )
    _flag_outside(told, due, fiscal_year)
    flags = tuple(told.flags)
    if single is None:
        return Schedule("", Kind.DUE, due_dates=due, flags=flags)
    window = single.ranged or (
        single.period.atom.kind in (*_COVERS, Is.DAYS) and not single.period.atom.at_once
    )
    if single.by:
        return Schedule("", Kind.DUE, due_dates=due, flags=flags)
    kind = Kind.WINDOW if window else Kind.DUE
    atom = single.period.atom
    if not single.ranged and atom.at_once and (atom.length == _YEAR or not atom.about):
        return Schedule("", kind, due_dates=due, flags=flags)  # "สิ้นปีงบประมาณ" is a moment
    return Schedule("", kind, single.period.start, single.period.end, due, flags=flags)


def _merged(dated: Sequence[_Dated]) -> list[_Dated]:
    """Ranges as one period; what stands alone as it is."""
    merged: list[_Dated] = []
    index = 0
    while index < len(dated):
        one = dated[index]
        after = dated[index + 1] if one.to_next and index + 1 < len(dated) else None
        if after is not None and one.period.start <= after.period.end:
            period = replace(after.period, start=one.period.start)
            # What stands before a range says from when, not by when.
            one = _Dated(period, by=False, start_only=False, ranged=True)
            index += 1
        merged.append(one)
        index += 1
    return merged


def _flag_outside(told: _Told, due: Sequence[date], fiscal_year: int) -> None:
    first, last = fiscal_year_bounds(fiscal_year)
    # What the second round did is reported in the month after the year.
    if any(day < first or day > last_day(last.year, last.month + 1) for day in due):
        told.flag(ScheduleFlag.OUTSIDE_FISCAL_YEAR)


def _yearly(told: _Told, fiscal_year: int) -> Schedule:
    """ "ภายในเดือนมกราคม ของทุกปี"."""
    months = sorted({one.period.atom.month for one in told.dated})
    rule = "FREQ=YEARLY;BYMONTH=" + ",".join(map(str, months))
    days = {one.period.atom.day for one in told.dated}
    if len(days) == 1 and days != {0}:
        rule += f";BYMONTHDAY={days.pop()}"
    due = _reported_in(told, fiscal_year) if len(months) > 1 else _ends(told)
    return _repeated(rule, told, due, fiscal_year)


def _ends(told: _Told) -> tuple[date, ...]:
    return tuple(sorted({one.period.end for one in told.dated}))


def _reported_in(told: _Told, fiscal_year: int) -> tuple[date, ...]:
    """Rounds that are reported in named months: the last round is reported after the year.

    April and October for 2566: April 2023, October 2023, and October 2022 for the round before.
    """
    _, last = fiscal_year_bounds(fiscal_year)
    after = months_from(last, 1)
    due = set(_ends(told))
    for one in told.dated:
        if one.period.atom.month == after.month and one.period.atom.year is None:
            due.add(one.period.end.replace(year=after.year))
            told.flag(f"{ScheduleFlag.ROUND_BEFORE}:{one.period.end.isoformat()}")
    return tuple(sorted(due))


def _recurrence(rhythm: Atom, told: _Told, fiscal_year: int) -> Schedule:
    first, last = fiscal_year_bounds(fiscal_year)
    named = [one for one in told.dated if one.period.atom.kind in _NAMES_DAYS]
    ranges = [one for one in _merged(told.dated) if one.period.end > one.period.start]
    if named and not any(one.to_next for one in told.dated) and rhythm.length:
        listed = _Told(named, told.flags)
        whole = rhythm.length == _MONTHS_OF_TWO_ROUNDS and len(named) > 1
        due = _reported_in(listed, fiscal_year) if whole else _ends(listed)
        return _repeated(rhythm.rule, listed, due, fiscal_year)
    if ranges:
        first, last = ranges[0].period.start, ranges[-1].period.end
    if rhythm.kind is Is.MONTHLY_DAY:
        return _on_a_day(rhythm, told, first, last)
    if rhythm.kind in (Is.MONTH_PART, Is.WORKDAY):
        return _part_of_each_month(rhythm, told, first, last)
    if not rhythm.length:  # daily, weekly: nobody wants a reminder each time
        return Schedule("", Kind.RECURRENCE, first, last, (), rhythm.rule, tuple(told.flags))
    if not ranges:
        told.flag(ScheduleFlag.ANCHOR_ASSUMED)
    due = month_ends(first, last, rhythm.length)
    return Schedule("", Kind.RECURRENCE, first, last, due, rhythm.rule, tuple(told.flags))


def _after_each(reading: Schedule, atoms: Sequence[Atom], rhythm: Atom) -> Schedule:
    """ "ภายใน ๗ วันทำการหลังจากสิ้นเดือน": each day of the rhythm, and then some."""
    event = _event_before(atoms, list(atoms).index(rhythm))
    if event is None:
        return reading
    due = tuple(
        days_after(day, event.days_after, working=event.working_days) for day in reading.due_dates
    )
    # No rule of RFC 5545 counts working days after a month's end: the days say it.
    rule = rhythm.rule if rhythm.length else "FREQ=MONTHLY"
    return replace(reading, due_dates=due, recurrence=rule)


def _repeated(rule: str, told: _Told, due: tuple[date, ...], fiscal_year: int) -> Schedule:
    first, last = fiscal_year_bounds(fiscal_year)
    _flag_outside(told, due, fiscal_year)
    return Schedule("", Kind.RECURRENCE, first, last, due, rule, tuple(told.flags))


def _on_a_day(rhythm: Atom, told: _Told, first: date, last: date) -> Schedule:
    due: list[date] = []
    days = sorted({rhythm.day, *rhythm.more_days})
    month = months_from(first, 1 if rhythm.next_month else 0)
    for _ in range((last.year - first.year) * 12 + last.month - first.month + 1):
        end = last_day(month.year, month.month)
        due.extend(end.replace(day=min(day, end.day)) for day in days)
        month = months_from(month, 1)
    rule = "FREQ=MONTHLY;BYMONTHDAY=" + ",".join(map(str, days))
    due = sorted(set(due))
    return Schedule("", Kind.RECURRENCE, first, last, tuple(due), rule, tuple(told.flags))


def _part_of_each_month(rhythm: Atom, told: _Told, first: date, last: date) -> Schedule:
    due = []
    month = first
    while month <= last:
        if rhythm.kind is Is.WORKDAY:
            due.append(workday(month.year, month.month, last=rhythm.day < 0))
        else:
            end = last_day(month.year, month.month)
            due.append(end.replace(day=min(rhythm.last_day, end.day)))
        month = months_from(month, 1)
    if rhythm.kind is Is.WORKDAY:
        told.flag(ScheduleFlag.WORKING_DAY)
        rule = f"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS={rhythm.day}"
    else:
        told.flag(*((ScheduleFlag.APPROXIMATE,) if rhythm.about else ()))
        rule = f"FREQ=MONTHLY;BYMONTHDAY={-1 if rhythm.last_day == 31 else rhythm.last_day}"
    return Schedule("", Kind.RECURRENCE, first, last, tuple(due), rule, tuple(told.flags))
