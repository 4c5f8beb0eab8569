"""What the table, the board and the heat map of measures are cut down to: it lives in the URL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from domain.calendar import (
    BUDDHIST_ERA,
    LONG_MONTHS,
    SHORT_MONTHS,
    bangkok_day,
    fiscal_year,
    fiscal_year_bounds,
)
from handlers.context import now
from handlers.desk.forms import stripped
from handlers.desk.permissions import division_limit
from models.division import divisions_of
from models.measure import Plan, plans_of
from models.measure_board import Chosen, Lane, Month, Show, Sort, indicators_of, months_of
from models.person import Person

LONGEST_WORDS = 100
_CHOOSE = "กรุณาเลือกจากรายการ"
OUTSIDE = "outside"  # due before the fiscal year or after it, as what was postponed

LANE_WORDS: Mapping[Lane, str] = {
    Lane.LATER: "ยังไม่ถึงกำหนด",
    Lane.SOON: "ใกล้ครบกำหนด",
    Lane.OVERDUE: "เกินกำหนด",
    Lane.WAITING: "ติดปัญหาหรือรอพิจารณา",
    Lane.ANSWERED: "รายงานแล้ว รอตรวจรับ",
    Lane.ACCEPTED: "ยอมรับแล้ว",
    Lane.CANCELLED: "ยกเลิก",
}
LANE_HINTS: Mapping[Lane, str] = {
    Lane.LATER: "เหลือเวลามากกว่า 14 วัน",
    Lane.SOON: "ครบกำหนดภายใน 14 วัน",
    Lane.OVERDUE: "ไม่รวมที่ติดปัญหาหรือขอเลื่อน",
    Lane.WAITING: "ส่วนราชการขอให้ช่วยหรือขอเลื่อน",
    Lane.ANSWERED: "รอหัวหน้าหรือผู้ดูแลระบบตรวจ",
    Lane.ACCEPTED: "ตรวจรับเรียบร้อย",
    Lane.CANCELLED: "ไม่ต้องรายงาน",
}
_SHOW_WORDS: Mapping[Show | Lane, str] = {
    Show.ALL: "ทุกสถานะ",
    Show.OPEN: "ยังไม่รายงาน ทั้งหมด",
    Lane.LATER: "ยังไม่ถึงกำหนด",
    Lane.SOON: "ใกล้ครบกำหนด (14 วัน)",
    Show.LATE: "เกินกำหนด ทั้งหมด",
    Lane.OVERDUE: "เกินกำหนด ที่ไม่ติดปัญหาหรือขอเลื่อน",
    Lane.WAITING: "ติดปัญหาหรือรอพิจารณา",
    Show.PROBLEM: "ติดปัญหา",
    Show.POSTPONE: "ขอเลื่อนกำหนด",
    Lane.ANSWERED: "รอตรวจรับ",
    Lane.ACCEPTED: "ยอมรับแล้ว",
    Lane.CANCELLED: "ยกเลิก",
}
_SORT_WORDS = {Sort.NUMBER: "ลำดับในแผน", Sort.DUE: "วันครบกำหนด"}


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Filters:
    """What was asked, and all that could be asked of the same plan. Plain data."""

    year: int | None
    plan_title: str
    chosen: Chosen | None  # None: there is no plan at all
    asked: Mapping[str, str]  # as it stands in the URL, without what is empty
    sort: Sort = Sort.NUMBER
    years: list[Option] = field(default_factory=list)
    divisions: list[Option] = field(default_factory=list)
    own_division: str | None = None  # there is no other to choose
    shows: list[Option] = field(default_factory=list)
    months: list[Option] = field(default_factory=list)
    instruments: list[Option] = field(default_factory=list)
    indicators: list[Option] = field(default_factory=list)
    sorts: list[Option] = field(default_factory=list)
    code: str = ""
    words: str = ""
    errors: tuple[str, ...] = ()  # sentences on what was asked and is not there

    def url(self, **changed: str | int | None) -> dict[str, str]:
        """The parameters of a link that differs from this page in some of them."""
        both = {**self.asked, **{name: str(one or "") for name, one in changed.items()}}
        return {name: one for name, one in both.items() if one}

    @property
    def detailed(self) -> bool:
        """Something was asked that the page folds away."""
        return bool(self.asked.keys() & {"month", "instrument", "indicator", "code", "sort"})

    @property
    def warning(self) -> str:
        if not self.errors:
            return ""
        return " ".join((*self.errors, "รายการด้านล่างใช้ตัวกรองที่เหลือ"))

    @property
    def status(self) -> int:
        return 422 if self.errors else 200

    @property
    def narrowed(self) -> bool:
        return bool(self.asked.keys() - {"year", "show", "sort"})


def read_filters(session: Session, person: Person) -> Filters:
    """Of this request. A plan, a division or a choice that there is not is left out, with a
    sentence; all else holds."""
    at, errors = now(), list[str]()
    plans = plans_of(session, person.agency_id)
    plan = _asked_plan(plans, at, errors)
    if plan is None:
        return Filters(None, "", None, {})
    limit = division_limit(session, person)
    known = [
        (one.id, one.name)
        for one in divisions_of(session, person.agency_id)
        if limit is None or one.id in limit
    ]
    division_id = _asked_division([id_ for id_, _ in known], errors)
    show = _one_of("show", _SHOW_WORDS, Show.ALL, "ไม่มีสถานะที่เลือก", errors)
    sort = _one_of("sort", _SORT_WORDS, Sort.NUMBER, "ไม่มีการเรียงที่เลือก", errors)
    instruments, indicators = indicators_of(session, plan)
    instrument = _named("instrument", instruments, "ไม่มีแบบวัดที่เลือก", errors)
    indicator = _named("indicator", indicators, "ไม่มีตัวชี้วัดที่เลือก", errors)
    code = stripped(request.args.get("code"))[:LONGEST_WORDS]
    words = stripped(request.args.get("q"))[:LONGEST_WORDS]
    month = _month(plan.fiscal_year, errors)
    first, last, outside = _days_of(month, plan.fiscal_year)
    chosen = Chosen(
        person.agency_id,
        plan.id,
        bangkok_day(at),
        show,
        division_id,
        limit,
        instrument,
        indicator,
        _without_surrogates(code),
        _without_surrogates(words),
        first,
        last,
        outside,
    )
    asked = {
        "year": str(plan.fiscal_year),
        "division": str(division_id or ""),
        "show": show.value,
        "month": month,
        "instrument": instrument,
        "indicator": indicator,
        "code": chosen.code,
        "q": chosen.words,
        "sort": sort.value,
    }
    return Filters(
        plan.fiscal_year,
        plan.title,
        chosen,
        {name: one for name, one in asked.items() if one},
        sort,
        years=[_year(one.fiscal_year, plan.fiscal_year) for one in plans],
        divisions=[Option(str(id_), name, id_ == division_id) for id_, name in known],
        own_division=known[0][1] if limit is not None and len(known) == 1 else None,
        shows=[Option(one.value, label, one is show) for one, label in _SHOW_WORDS.items()],
        months=_months(plan.fiscal_year, month),
        instruments=[Option(one, one, one == instrument) for one in instruments],
        indicators=[Option(one, one, one == indicator) for one in indicators],
        sorts=[Option(one.value, label, one is sort) for one, label in _SORT_WORDS.items()],
        code=chosen.code,
        words=chosen.words,
        errors=tuple(errors),
    )


def _year(year: int, chosen: int) -> Option:
    return Option(str(year), str(year), year == chosen)


def _without_surrogates(text: str) -> str:
    return text.encode("utf-8", "ignore").decode()


E_ = TypeVar("E_", bound=StrEnum)


def _one_of(name: str, known: Iterable[E_], usual: E_, wrong: str, errors: list[str]) -> E_:
    text = request.args.get(name, usual.value)
    for one in known:
        if one.value == text:
            return one
    errors.append(f"{wrong} {_CHOOSE}")
    return usual


def _named(name: str, known: list[str], wrong: str, errors: list[str]) -> str:
    text = request.args.get(name, "")
    if text and text not in known:
        errors.append(f"{wrong} {_CHOOSE}")
        return ""
    return text


def _asked_plan(plans: list[Plan], at: datetime, errors: list[str]) -> Plan | None:
    """The asked year's plan; else this fiscal year's; else the newest."""
    asked = request.args.get("year", "")
    if asked:
        found = [plan for plan in plans if str(plan.fiscal_year) == asked]
        if found:
            return found[0]
        errors.append(f"ไม่มีแผนของปีงบประมาณที่เลือก {_CHOOSE}")
    this_year = fiscal_year(bangkok_day(at))
    found = [plan for plan in plans if plan.fiscal_year == this_year]
    return next(iter(found or plans), None)


def _asked_division(known: list[UUID], errors: list[str]) -> UUID | None:
    text = request.args.get("division", "")
    found = [one for one in known if str(one) == text.lower()]
    if text and not found:
        errors.append(f"ไม่พบส่วนราชการที่เลือก {_CHOOSE}")
    return next(iter(found), None)


def _month(year: int, errors: list[str]) -> str:
    text = request.args.get("month", "")
    if text in ("", OUTSIDE, *map(month_value, months_of(year))):
        return text
    errors.append(f"ไม่มีเดือนที่เลือกในปีงบประมาณ {year} {_CHOOSE}")
    return ""


def month_value(month: Month) -> str:
    return f"{month[0]}-{month[1]:02}"


def month_name(month: Month, *, short: bool = False) -> str:
    names = SHORT_MONTHS if short else LONG_MONTHS
    year = month[0] + BUDDHIST_ERA
    return f"{names[month[1] - 1]} {year % 100 if short else year}"


def _months(year: int, asked: str) -> list[Option]:
    found = [
        Option(month_value(one), month_name(one), month_value(one) == asked)
        for one in months_of(year)
    ]
    return [*found, Option(OUTSIDE, "นอกปีงบประมาณ", asked == OUTSIDE)]


def _days_of(asked: str, year: int) -> tuple[date | None, date | None, tuple[date, date] | None]:
    if not asked:
        return None, None, None
    if asked == OUTSIDE:
        return None, None, fiscal_year_bounds(year)
    for one in months_of(year):
        if month_value(one) == asked:
            first = date(*one, 1)
            following = (first + timedelta(days=32)).replace(day=1)
            return first, following - timedelta(days=1), None
    return None, None, None
