"""Which of an agency's divisions a printed name means: the one rule, for every reader of names.

A name that is not surely known is asked about. Likeness ranks what a person is offered, and
decides nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from uuid import UUID

from domain.thai_text import normalise

EVERY_DIVISION = "ทุกส่วนราชการ"


class Outcome(StrEnum):
    ONE = "one"
    EVERY = "every"
    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"  # more than one division may be meant


@dataclass(frozen=True)
class KnownDivision:
    id: UUID
    name: str
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


@dataclass(frozen=True)
class Match:
    """``ids``: the one division, or those that an ambiguous name may mean; else nothing."""

    outcome: Outcome
    ids: tuple[UUID, ...] = ()


_SHORTENING = "ฯ"
_NOISE = re.compile(r"[\s.\"'“”‘’*•·]+")
_LEADING = re.compile(r"^(?:[-–—]|\(?\d{1,2}[).])+")

_UNIT = r"(?:ส่วนราชการ|ส่วนงาน|หน่วยงาน|ภารกิจงาน|ภารกิจ|สำนักงาน|สำนัก|กลุ่มงาน|ฝ่าย|กอง|ส่วน|งาน)"
_FIRST_UNIT = r"(?:ส่วนราชการ|ส่วนงาน|หน่วยงาน|ภารกิจงาน|ภารกิจ|สำนัก|กอง|ส่วน)"
# "ทุกหน่วยงานที่เกี่ยวข้อง" is not all of them: which ones, only a person knows.
_OURS = (
    r"(?:ใน(?:สังกัด|หน่วยงาน)|ภายใน|ของ(?:หน่วยงาน|เทศบาล|องค์การบริหาร|อบ[ตจ]))(?:(?!เว้น|และ|หรือ).)*"
)
_EVERY = re.compile(
    rf"^(?:เจ้าหน้าที่|พนักงาน|บุคลากร)?(?:ของ|ใน|จาก)?ทุก{_FIRST_UNIT}"
    rf"(?:(?:[/,]|และ|หรือ)?(?:ทุก)?{_UNIT})*(?:{_OURS})?$"
)

# The agency's own kind (and name) after a division's: สำนักปลัดเทศบาล, กองคลัง อบต.บางพระ.
_AGENCY = re.compile(
    r"^(?P<unit>(?:สำนักปลัด|กอง.{2,}?|ส่วน.{2,}?))(?:เทศบาล|องค์การบริหารส่วน|อบต|อบจ)(?P<rest>.*)$"
)
_OTHER_UNIT = re.compile(r"กอง|สำนัก|ส่วน(?!ตำบล|จังหวัด)|ฝ่าย|งาน|หน่วย|และ|หรือ|[/,()]")
_DETAIL = re.compile(r"^(?P<unit>[^()]+)\((?P<detail>[^()]+)\)$")
# Where a longer name may be cut: กองการศึกษา| ศาสนาและวัฒนธรรม, กองสาธารณสุข|และสิ่งแวดล้อม.
_JOINT = re.compile(r"\s+(?=\S)|(?=และ)|,")
_SHORTEST_BEGINNING = 5  # with ฯ, or up to a joint
_TELLING_BEGINNING = 8  # anywhere else: กองสวัสดิการ|สังคม
# Whole names, or no names at all: never the beginning of a longer one (สำนักช่างสุขาภิบาล).
_NO_BEGINNING = frozenset(
    {"กองช่าง", "ส่วนช่าง", "สำนักช่าง", "สำนักงาน", "หน่วยงาน", "กลุ่มงาน", "โรงเรียน"}
)


def squeezed(printed: str) -> str:
    """A name as it is compared: one spelling, without spaces, dots, bullets and quotes."""
    text = _NOISE.sub("", _LEADING.sub("", normalise(printed)))
    return text.strip("-–—:;,")


def _canonical(printed: str) -> str:
    key = re.sub("^สำนักงานปลัด", "สำนักปลัด", squeezed(printed))
    found = _AGENCY.match(key)
    if found and not _OTHER_UNIT.search(found["rest"]):
        return found["unit"]
    return key


def means_every(printed: str) -> bool:
    return _EVERY.match(squeezed(printed)) is not None


def match_division(printed: str, known: Sequence[KnownDivision]) -> Match:
    """Whom a printed name means among the divisions of one agency."""
    exact = _exactly(printed, known)
    if exact:
        return _decided(exact)
    if means_every(printed):
        return Match(Outcome.EVERY)
    detailed = _DETAIL.match(squeezed(printed))
    if detailed:
        return _decided(_exactly(detailed["detail"], known) or _whole(detailed["unit"], known))
    return _decided(_whole(printed, known))


def _whole(printed: str, known: Sequence[KnownDivision]) -> list[UUID]:
    return _exactly(printed, known) or _by_beginning(printed, known)


def _exactly(printed: str, known: Sequence[KnownDivision]) -> list[UUID]:
    def same(form: Callable[[str], str]) -> list[UUID]:
        key = form(printed)
        return [one.id for one in known if key and any(form(name) == key for name in one.names)]

    return same(squeezed) or same(_canonical)


def _by_beginning(printed: str, known: Sequence[KnownDivision]) -> list[UUID]:
    """A name that was cut: ฯ says so itself; without it, only where that is plain."""
    key = squeezed(printed)
    stem = key.removesuffix(_SHORTENING)
    if stem == key:
        return [one.id for one in known if any(_is_cut_to(name, key) for name in one.names)]
    if len(stem) < _SHORTEST_BEGINNING:
        return []
    return _exactly(stem, known) or [
        one.id for one in known if any(squeezed(name).startswith(stem) for name in one.names)
    ]


def _is_cut_to(name: str, key: str) -> bool:
    whole = squeezed(name)
    if key in _NO_BEGINNING or key == whole or not whole.startswith(key):
        return False
    joints = (squeezed(name[: joint.start()]) for joint in _JOINT.finditer(name.strip()))
    in_a_syllable = unicodedata.category(whole[len(key)]) == "Mn" or whole[len(key)] in "ะาำๆ"
    telling = len(key) >= _TELLING_BEGINNING and not in_a_syllable
    return telling or (len(key) >= _SHORTEST_BEGINNING and key in joints)


def _decided(ids: Iterable[UUID]) -> Match:
    found = tuple(dict.fromkeys(ids))
    if not found:
        return Match(Outcome.UNKNOWN)
    return Match(Outcome.ONE if len(found) == 1 else Outcome.AMBIGUOUS, found)


def ranked(printed: str, known: Sequence[KnownDivision]) -> list[KnownDivision]:
    """All of them, the likeliest first: an order in which to offer them, no more."""
    key = _canonical(printed)
    may_mean = match_division(printed, known).ids

    def likeness(one: KnownDivision) -> float:
        return max(SequenceMatcher(None, key, _canonical(name)).ratio() for name in one.names)

    return sorted(known, key=lambda one: (one.id not in may_mean, -likeness(one), one.name))
