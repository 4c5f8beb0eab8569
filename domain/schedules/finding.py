"""Phrases about time: one that is given, and all that stand in a running text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from domain.schedules.atoms import Atom, Is
from domain.schedules.canonical import Canonical
from domain.schedules.phrases import atoms_of
from domain.schedules.reading import interpret
from domain.schedules.types import Kind, Schedule

_FIRST_YEAR, _LAST_YEAR = 2400, 2700

# Between two pieces of one phrase.
_WITHIN = re.compile(
    r"^(?:[-,;/()]|และ|หรือ|กับ|ถึง|จนถึง|รอบที่\d{1,2}|รอบ|ครั้งที่\d{1,2}|งวดที่\d{1,2}|ภายใน|ใน|ของ|วันที่|วัน"
    r"|เดือน|ช่วง|ณ|สิ้น|ให้|แล้วเสร็จ|ครบ|ทุกปี|ระหว่าง|ตั้งแต่|(?:การ)?รายงาน(?:สรุป)?ผล?|สรุปผล)*$"
)
# What of the words before belongs to the phrase.
_LEADS = re.compile(
    r"(?:(?:ให้)?(?:ดำเนินการ)?(?:ให้)?แล้วเสร็จ|ภายใน|ไม่เกิน|ก่อน|(?<!า)ณ|ใน|ช่วง|ระหว่าง|ตั้งแต่|เริ่ม(?:ต้น)?|เมื่อ|แล้ว|ลง"
    r"|วันที่|วัน|เดือน|อย่างน้อย|เป็น|(?:ให้)?ครบ|(?:จัด)?(?:การ|ที่)?ประชุม|รอบที่\d{1,2}|รายงาน(?:ติดตาม|สรุป)?ผล"
    r"|(?<=[^ก-๎])-|^-){1,6}$"
)
_FOLLOWS = re.compile(r"^(?:(?:จน)?ถึง(?:ปัจจุบัน|บัดนี้)|เป็นต้นไป|เป็นต้นมา|รอบที่\d{1,2}|ของทุกปี|ตามกำหนด)")
_SETS_A_TIME = re.compile(
    r"ภายใน|ใน|ไม่เกิน|ก่อน|แล้วเสร็จ|ณ|ระหว่าง|ตั้งแต่|ช่วง|ตลอด|ทั้ง|สิ้น|เดือน|วันที่|รอบที่|-$"
)
_SETS_A_YEAR = re.compile(r"ภายใน|ใน|ตลอด|ทั้ง|ช่วง|ระหว่าง|ณ|แล้วเสร็จ")
_NAMES_A_REPORT = re.compile(r"(?:ประจำ|ประจำปี|ของ|ผล|แผน|แบบ)$")
_LIST_NUMBER = re.compile(r"(?<!\d)\d{1,2}[.)](?!\d)")
_MONTHLY = "FREQ=MONTHLY"
_NEXT_ITEM = re.compile(r"(?:^|\s)(?:\d{1,2}[.)]|[-•*])")
_LEAD = 40
_MOST = 40  # pieces of one phrase
_NAMES_DAYS = frozenset({Is.DAY, Is.DAYS, Is.MONTH})
_CONTEXT = frozenset({Is.YEAR, Is.ROUND, Is.CALENDAR_YEARS})


def read_schedule(phrase: str, fiscal_year: int) -> Schedule:
    """Read one phrase, whatever words stand around its pieces of time.

    ``fiscal_year`` (พ.ศ.) is the plan's: months and quarters without a year lie in it. Raises
    `ValueError` for a year outside 2400-2700; never for a phrase.
    """
    _check(fiscal_year)
    text = Canonical(phrase)
    atoms = list(atoms_of(text))
    reading = interpret(text, atoms, fiscal_year) if atoms else Schedule("", Kind.NONE)
    return replace(reading, text=phrase, span=(0, len(phrase)))


def find_schedules(text: str, fiscal_year: int) -> list[Schedule]:
    """Every phrase about time in a text, in order, without overlap.

    A year or a month that only names a plan or a report (แผนพัฒนา พ.ศ. ๒๕๖๖-๒๕๗๐) is none.
    """
    _check(fiscal_year)
    canonical = Canonical(text)
    groups = [_without_context(one) for one in _groups(canonical, list(atoms_of(canonical)))]
    items = _items(canonical)
    dated = {_item_of(items, one) for one in groups if _names_days(one)}
    found = []
    at = 0
    for group in groups:
        start, end = _extent(canonical, group, at)
        if not _tells_when(canonical, group, start, dated=_item_of(items, group) in dated):
            continue
        reading = interpret(canonical, group, fiscal_year)
        if reading.kind is Kind.NONE and not reading.flags:
            continue
        found.append(
            replace(reading, text=canonical.printed(start, end), span=canonical.span(start, end))
        )
        at = end
    return [
        one
        for one, after in zip_longest(found, found[1:])
        if after is None or not _is_told_closer(text, one, after)
    ]


def _is_told_closer(text: str, one: Schedule, after: Schedule) -> bool:
    """ "สรุปผลรายเดือน (สขร.๑) ภายในวันที่ ๕ ของทุกเดือน": the second says by which day."""
    if one.recurrence != _MONTHLY or not (after.recurrence or "").startswith(f"{_MONTHLY};BY"):
        return False
    between = text[one.span[1] : after.span[0]]
    return len(between) <= _LEAD and not _NEXT_ITEM.search(between)


def _check(fiscal_year: int) -> None:
    if not _FIRST_YEAR <= fiscal_year <= _LAST_YEAR:
        raise ValueError(f"{fiscal_year} is no fiscal year of พ.ศ.")


def _groups(text: Canonical, atoms: Sequence[Atom]) -> list[list[Atom]]:
    """Pieces that stand together are one phrase; "every year" joins what it closes."""
    groups: list[list[Atom]] = []
    for atom in atoms:
        if groups and _belongs(text, groups[-1], atom):
            groups[-1].append(atom)
        else:
            groups.append([atom])
    return groups


def _items(text: Canonical) -> list[int]:
    """Where the items of a numbered list begin."""
    return [
        found.start() for found in _LIST_NUMBER.finditer(text.text) if text.gap_at(found.start())
    ]


def _item_of(items: Sequence[int], group: Sequence[Atom]) -> int:
    return bisect_right(items, group[0].start)


def _names_days(group: Sequence[Atom]) -> bool:
    return any(one.kind in _NAMES_DAYS or one.month for one in group)


def _belongs(text: Canonical, group: Sequence[Atom], atom: Atom) -> bool:
    last = group[-1]
    between = text.text[last.end : atom.start]
    if len(group) >= _MOST or len(between) > _LEAD or not _WITHIN.match(between):
        return False
    if last.kind is Is.EVENT:
        return bool(last.days_after) and atom.kind not in (Is.EVENT, Is.VAGUE) and not between
    if atom.kind is Is.EVENT:
        return False
    if atom.kind is Is.VAGUE:
        return last.kind is Is.VAGUE or "ทุกปี" in text.text[atom.start : atom.end]
    return last.kind is not Is.VAGUE


def _without_context(group: list[Atom]) -> list[Atom]:
    """ "รอบ ๖ เดือน ของปีงบประมาณ ๒๕๖๖ ภายในเดือนเมษายน": only the last part says when."""
    if not _names_days(group):
        return group
    while len(group) > 1 and group[0].kind in _CONTEXT:
        group = group[1:]
    return group


def _extent(text: Canonical, group: Sequence[Atom], earliest: int) -> tuple[int, int]:
    """The phrase with the words before and after that belong to it."""
    begin = max(earliest, group[0].start - _LEAD)
    lead = _LEADS.search(text.text[begin : group[0].start])
    start = begin + lead.start() if lead else group[0].start
    follows = _FOLLOWS.match(text.text[group[-1].end :][:_LEAD])
    return start, group[-1].end + (follows.end() if follows else 0)


def _tells_when(text: Canonical, group: Sequence[Atom], start: int, *, dated: bool) -> bool:
    """False for what names a year or a round without setting a time.

    ``dated``: another phrase of the same item names a day, so a round in it is only whose report
    that is.
    """
    kinds = {one.kind for one in group}
    first = group[0]
    printed = text.text[start : first.end]
    if kinds <= {Is.CALENDAR_YEARS}:
        return False
    if kinds <= {Is.YEAR}:
        return not printed.startswith("ประจำ") and bool(_SETS_A_YEAR.match(printed))
    if kinds <= {Is.ROUND, Is.YEAR} and sum(one.kind is Is.ROUND for one in group) == 1:
        before = text.text[max(0, start - _LEAD) : start]
        return not (dated or printed.startswith("ประจำ") or _NAMES_A_REPORT.search(before))
    if kinds <= {Is.MONTH} and all(one.year is None for one in group):
        return bool(_SETS_A_TIME.search(printed))
    return True
