"""The ITA assessment (การประเมินคุณธรรมและความโปร่งใส): its indicators, codes and weights.

Ten indicators are measured by three instruments: IIT asks the staff, EIT those who come to the
office, OIT looks at what is published. Source: the assessment manuals of the Office of the
National Anti-Corruption Commission (สำนักงาน ป.ป.ช.) for fiscal years 2562 to 2568. Up to 2566 the
questions are I1-I30, E1-E15 and O1-O43; later years ask fewer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

WEIGHTS = {"IIT": 0.3, "EIT": 0.3, "OIT": 0.4}
INSTRUMENTS = tuple(WEIGHTS)


@dataclass(frozen=True)
class Indicator:
    number: int
    name: str
    instrument: str
    first: int  # its first question, as asked up to 2566
    last: int


INDICATORS: tuple[Indicator, ...] = (
    Indicator(1, "การปฏิบัติหน้าที่", "IIT", 1, 6),
    Indicator(2, "การใช้งบประมาณ", "IIT", 7, 12),
    Indicator(3, "การใช้อำนาจ", "IIT", 13, 18),
    Indicator(4, "การใช้ทรัพย์สินของราชการ", "IIT", 19, 24),
    Indicator(5, "การแก้ไขปัญหาการทุจริต", "IIT", 25, 30),
    Indicator(6, "คุณภาพการดำเนินงาน", "EIT", 1, 5),
    Indicator(7, "ประสิทธิภาพการสื่อสาร", "EIT", 6, 10),
    Indicator(8, "การปรับปรุงการทำงาน", "EIT", 11, 15),
    Indicator(9, "การเปิดเผยข้อมูล", "OIT", 1, 33),
    Indicator(10, "การป้องกันการทุจริต", "OIT", 34, 43),
)
_BY_NUMBER: Mapping[int, Indicator] = {one.number: one for one in INDICATORS}
_LAST_YEAR_OF_THESE_QUESTIONS = 2566


def indicator(number: int) -> Indicator | None:
    return _BY_NUMBER.get(number)


def questions_are_known(fiscal_year: int | None) -> bool:
    """True when `Indicator.first` and ``last`` are that year's. A plan of a year acts on the
    assessment of that year or of the one before."""
    return fiscal_year is None or fiscal_year <= _LAST_YEAR_OF_THESE_QUESTIONS + 1


def letter_of(instrument: str) -> str:
    """I, E or O: what codes of the instrument begin with."""
    return instrument[0]


def overall(scores: Mapping[int, float]) -> float | None:
    """The whole score from those of all ten indicators; `None` when one is missing.

    0.3 x mean(IIT) + 0.3 x mean(EIT) + 0.4 x mean(OIT), to two places.
    """
    if any(one.number not in scores for one in INDICATORS):
        return None
    total = sum(weight * fmean(_of(scores, instrument)) for instrument, weight in WEIGHTS.items())
    return round(total, 2)


def _of(scores: Mapping[int, float], instrument: str) -> Sequence[float]:
    return [scores[one.number] for one in INDICATORS if one.instrument == instrument]


def indicator_of(code: str) -> Indicator | None:
    """The indicator that asks a question of the codes used up to 2566."""
    letter, number = code[:1], code[1:]
    if not number.isdigit():
        return None
    for one in INDICATORS:
        if letter == letter_of(one.instrument) and one.first <= int(number) <= one.last:
            return one
    return None


_LOOSE = ("ของทางราชการ", "ของราชการ", "ระบบ", "ของ")


def _core(text: str) -> str:
    """A name without spaces and small words."""
    text = "".join(text.split())
    for word in _LOOSE:
        text = text.replace(word, "")
    return text


def same_name(printed: str, name: str) -> bool:
    """True when a printed name is the indicator's, small words and spaces apart."""
    return _core(printed) == _core(name)


def by_name(printed: str) -> Indicator | None:
    return next((one for one in INDICATORS if same_name(printed, one.name)), None)


def _loosely(name: str) -> re.Pattern[str]:
    between = r"\s*(?:(?:ระบบ|ของทาง|ของ)\s*)?"
    return re.compile(
        between.join(map(re.escape, _core(name))) + r"(?:\s*ของ\s*(?:ทาง\s*)?ราชการ)?"
    )


_LOOSE_NAMES = tuple((one, _loosely(one.name)) for one in INDICATORS)


def name_at_start(text: str) -> tuple[Indicator, int] | None:
    """The indicator whose name a text begins with, and where the name ends."""
    for one, pattern in _LOOSE_NAMES:
        found = pattern.match(text)
        if found is not None:
            return one, found.end()
    return None
