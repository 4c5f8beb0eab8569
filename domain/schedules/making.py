"""How a match of `phrases` becomes a piece of time, or turns out to be none."""

from __future__ import annotations

import re
from collections.abc import Callable

from domain.schedules.atoms import Atom, Is
from domain.schedules.canonical import Canonical
from domain.schedules.lexicon import (
    DAY,
    ERA,
    MONTH,
    NUMBER,
    WEEKDAYS,
    day_of,
    is_spelt_out,
    may_follow,
    month_number,
    number_of,
    year_of,
)

Made = Atom | tuple[Atom, ...] | None
Maker = Callable[[re.Match[str], Canonical], Made]


def _bounded(month: str, found: re.Match[str], text: Canonical) -> bool:
    """True when two letters are a month, and not part of another word (สมควร, อบต.)."""
    if is_spelt_out(month):
        return True
    start, end = found.start("month"), found.end("month")
    before, after = text.text[:start], text.text[end : end + 1]
    if _INITIALS_AFTER.match(text.text[end : end + _INITIALS]) and not text.gap_at(end):
        return False  # ก.ค.ศ., ส.ค.ส.
    if _INITIAL_BEFORE.search(before[-_INITIALS:]) and not text.gap_at(start):
        return False  # อ.ก.พ.
    follows_a_word = bool(before) and _THAI.match(before[-1]) and not may_follow(before)
    if follows_a_word and month_number(month) == _FEBRUARY and not found["year"]:
        return False  # สำนักงาน ก.พ. is an office, and no month
    left = text.gap_at(start) or not _THAI.match(before[-1]) or may_follow(before)
    right = text.gap_at(end) or not _THAI.match(after) or bool(found["year"])
    dotted = "." in month[:-1]
    return left and (right or (dotted and month.endswith(".")))


_THAI = re.compile(r"[ก-๎]")
_INITIALS = 10  # letters that are looked at
_INITIALS_AFTER = re.compile(rf"(?!{MONTH}|{ERA})[ก-ฮ]\.")
_INITIAL_BEFORE = re.compile(r"(?<![ก-๎])[ก-ฮ]\.$")
_FEBRUARY = 2
_SHORTEST_THING = 3
_A_MONTH = re.compile(MONTH)
_A_WEEKDAY = re.compile("|".join(WEEKDAYS))
_A_DAY = re.compile(DAY)
_A_NUMBER = re.compile(NUMBER)


def make_day(found: re.Match[str], text: Canonical) -> Made:
    month = month_number(found["month"])
    if month is None or not _bounded(found["month"], found, text):
        return None
    return Atom(
        Is.DAY,
        *(found.start(), found.end(), year_of(found["year"]), month, day_of(found["day"])),
        years_later=_years_later(found),
    )


def _years_later(found: re.Match[str]) -> int:
    return 1 if found.groupdict().get("next") else 0


def _listed_days(found: re.Match[str]) -> list[int]:
    return [day_of(found["day"]), *map(day_of, _A_DAY.findall(found["more"] or ""))]


def make_listed_days(found: re.Match[str], text: Canonical) -> Made:
    """ "วันที่ ๕ และ ๒๐ มกราคม" """
    month = month_number(found["month"])
    if month is None or not _bounded(found["month"], found, text):
        return None
    year, end = year_of(found["year"]), found.end()
    first, *others = _listed_days(found)
    return (
        Atom(Is.DAY, found.start(), end, year, month, first),
        *(Atom(Is.DAY, end, end, year, month, day) for day in others),
    )


def make_numeric_day(found: re.Match[str], _: Canonical) -> Made:
    month = int(found["month"])
    if not 1 <= month <= 12:
        return None
    year = year_of(found["year"])
    return Atom(Is.DAY, found.start(), found.end(), year, month, int(found["day"]))


def make_days(found: re.Match[str], text: Canonical) -> Made:
    month = month_number(found["month"])
    first, last = day_of(found["day"]), day_of(found["last"])
    if month is None or first > last or not _bounded(found["month"], found, text):
        return None
    return Atom(Is.DAYS, found.start(), found.end(), year_of(found["year"]), month, first, last)


def make_month(found: re.Match[str], text: Canonical) -> Made:
    month = month_number(found["month"])
    if month is None or not _bounded(found["month"], found, text):
        return None
    year = year_of(found["year"])
    later = _years_later(found)
    return Atom(Is.MONTH, found.start(), found.end(), year, month, years_later=later)


_PARTS_OF_A_MONTH = {
    "ต้น": (1, 10, True),
    "กลาง": (11, 20, True),
    "ปลาย": (21, 31, True),
    "สิ้น": (31, 31, False),
    "ท้าย": (21, 31, True),
    "สุดท้าย": (31, 31, False),
    "สิ้นสุด": (31, 31, False),
}


def make_month_part(found: re.Match[str], text: Canonical) -> Made:
    day, last, about = _PARTS_OF_A_MONTH[found["part"]]
    return _part(found, text, day, last, about=about)


_WEEKS = {"แรก": 1, "สุดท้าย": 0}


def make_week(found: re.Match[str], text: Canonical) -> Made:
    which = found["week"]
    week = _WEEKS[which] if which in _WEEKS else number_of(re.sub("^ที่", "", which))
    if week > 5:
        return None
    until = number_of(found["until"]) if found["until"] else week
    if not week <= until <= 5:
        return None
    day, last = (25, 31) if week == 0 else (7 * week - 6, min(7 * until, 31))
    return _part(found, text, day, last, about=True)


def _part(
    found: re.Match[str], text: Canonical, day: int, last: int, *, about: bool
) -> Atom | None:
    month = month_number(found["month"]) if found["month"] else 0
    if month is None or (found["month"] and not _bounded(found["month"], found, text)):
        return None
    year = year_of(found["year"]) if found["month"] else None
    return Atom(Is.MONTH_PART, found.start(), found.end(), year, month, day, last, about=about)


def make_workday(found: re.Match[str], text: Canonical) -> Made:
    made = _part(found, text, 1 if found["which"] == "แรก" else -1, 0, about=False)
    if made is None:
        return None
    return Atom(Is.WORKDAY, made.start, made.end, made.year, made.month, made.day)


def make_year(found: re.Match[str], _: Canonical) -> Made:
    later = _years_later(found)
    return Atom(Is.YEAR, found.start(), found.end(), year_of(found["year"]), years_later=later)


_POINTS = {
    **{"ต้น": (0, 1, True), "กลาง": (5, 1, True), "ปลาย": (9, 3, True)},
    **{"สิ้น": (0, 12, False), "สิ้นสุด": (0, 12, False)},
}


def make_year_point(found: re.Match[str], _: Canonical) -> Made:
    first, length, about = _POINTS[found["part"]]
    year = year_of(found["year"])
    return Atom(
        Is.YEAR_PART,
        *(found.start(), found.end(), year),
        first=first,
        length=length,
        at_once=True,
        about=about or (found["fiscal"] is None and year is None),
    )


def make_calendar_years(found: re.Match[str], _: Canonical) -> Made:
    first, last = year_of(found["first"]), year_of(found["last"])
    if first is None or last is None or first > last:
        return None
    return Atom(Is.CALENDAR_YEARS, found.start(), found.end(), first, last_day=last)


def make_quarter(found: re.Match[str], _: Canonical) -> Made:
    quarter = _quarter(found["n"])
    last = number_of(found["last"]) if found["last"] else quarter
    others = [number_of(other) for other in _A_NUMBER.findall(found["more"] or "")]
    if not all(1 <= one <= 4 for one in (quarter, last, *others)) or last < quarter:
        return None
    year, end = year_of(found["year"]), found.end()
    return (
        Atom(
            Is.YEAR_PART,
            *(found.start(), end, year),
            first=3 * (quarter - 1),
            length=3 * (last - quarter + 1),
            at_once=bool(found["point"]),
        ),
        *(Atom(Is.YEAR_PART, end, end, year, first=3 * one - 3, length=3) for one in others),
    )


def _quarter(text: str) -> int:
    return {"แรก": 1, "สุดท้าย": 4}.get(text) or number_of(text)


def make_half(found: re.Match[str], _: Canonical) -> Made:
    later = found["which"] in ("หลัง", "สุดท้าย")
    months = number_of(found["n"]) if found["n"] else 6 if "ครึ่ง" in found[0] else 1
    if not 1 <= months <= 12:
        return None
    return Atom(
        Is.YEAR_PART,
        *(found.start(), found.end(), year_of(found["year"])),
        first=12 - months if later else 0,
        length=months,
    )


def make_round(found: re.Match[str], _: Canonical) -> Made:
    months = number_of(found["n"])
    if months not in (1, 2, 3, 4, 6, 9, 12):
        return None
    return Atom(Is.ROUND, found.start(), found.end(), length=months)


def make_every(months: int) -> Maker:
    rule = "FREQ=MONTHLY" if months == 1 else f"FREQ=MONTHLY;INTERVAL={months}"

    def make(found: re.Match[str], text: Canonical) -> Made:
        end = found.end()
        if _A_MONTH.match(text.text, end) and not text.gap_at(end):
            return None  # "ประจำเดือนตุลาคม" names one month
        return Atom(Is.RHYTHM, found.start(), end, length=months, rule=rule)

    return make


def make_every_n_months(found: re.Match[str], text: Canonical) -> Made:
    months = number_of(found["n"])
    return make_every(months)(found, text) if months in (1, 2, 3, 4, 6, 12) else None


def make_times_a_year(found: re.Match[str], text: Canonical) -> Made:
    times = number_of(found["n"]) if found["n"] else 1
    if times == 0:
        return None
    if times == 1:
        return Atom(Is.RHYTHM, found.start(), found.end(), length=12, rule="FREQ=YEARLY")
    return make_every(12 // times)(found, text) if 12 % times == 0 else None


def make_rule(rule: str) -> Maker:
    def make(found: re.Match[str], _: Canonical) -> Made:
        return Atom(Is.RHYTHM, found.start(), found.end(), rule=rule)

    return make


def make_every_year(found: re.Match[str], text: Canonical) -> Made:
    """The "ทุก" of "ทุกวันที่ ๙ ธันวาคม"; "ทุกเดือน ต.ค. - ธ.ค." is every month of those."""
    if found["whole"] and text.gap_at(found.end("whole")):
        return None
    return Atom(Is.VAGUE, found.start(), found.end())


def make_every_n(frequency: str) -> Maker:
    """ "ทุก ๒ สัปดาห์", "ทุก ๑๕ วัน" """

    def make(found: re.Match[str], _: Canonical) -> Made:
        count = number_of(found["n"])
        rule = f"FREQ={frequency}" + (f";INTERVAL={count}" if count > 1 else "")
        return Atom(Is.RHYTHM, found.start(), found.end(), rule=rule) if count else None

    return make


def make_weekdays(found: re.Match[str], _: Canonical) -> Made:
    """ "ทุกวันจันทร์และวันพฤหัสบดี"; "ทุกวันจันทร์ - ศุกร์" has the days between as well."""
    codes = [WEEKDAYS[name] for name in _A_WEEKDAY.findall(found["days"])]
    week = list(dict.fromkeys(WEEKDAYS.values()))
    if re.search("-|ถึง", found["days"]):
        first, last = week.index(codes[0]), week.index(codes[-1])
        codes = week[first : last + 1] if first <= last else codes
    rule = "FREQ=WEEKLY;BYDAY=" + ",".join(code for code in week if code in codes)
    return Atom(Is.RHYTHM, found.start(), found.end(), rule=rule)


def make_monthly_day(found: re.Match[str], _: Canonical) -> Made:
    after = re.search("ถัดไป|ต่อไป", found[0]) is not None
    first, *others = _listed_days(found)
    return Atom(
        Is.MONTHLY_DAY,
        *(found.start(), found.end()),
        day=first,
        more_days=tuple(others),
        next_month=after,
    )


def make_event(found: re.Match[str], text: Canonical) -> Made:
    days = found.groupdict().get("days")
    if days is None or re.search("ก่อน|ล่วงหน้า", found[0]):
        return Atom(Is.EVENT, found.start(), _end_of_event(found, text))
    return Atom(
        Is.EVENT,
        *(found.start(), found.end()),
        days_after=number_of(days),
        working_days=re.search("วัน(?:ทำการ|ทำงาน)", found[0]) is not None,
    )


def _end_of_event(found: re.Match[str], text: Canonical) -> int:
    """What happens goes on to the next white space; one right after การ is a scan's."""
    if "thing" not in found.groupdict():
        return found.end()
    for at in range(found.start("thing") + _SHORTEST_THING, found.end()):
        if text.gap_at(at):
            return at
    return found.end()


def just(kind: Is) -> Maker:
    return lambda found, _: Atom(kind, found.start(), found.end())
