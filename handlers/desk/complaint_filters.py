"""The log's filters as they stand in its address: read, explained where they cannot be, and
written back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from domain.calendar import short_date
from domain.sketch import SHORTEST, words_of
from domain.states import ComplaintState
from handlers.desk.days import BAD_DAY, read_day, write_day
from handlers.desk.forms import stripped
from handlers.desk.words import word
from models.complaint import ComplaintChannel, ComplaintKind
from models.complaint_access import visible_kinds
from models.division import divisions_of
from models.log_filters import LogFilters, LogSort
from models.person import Person, names_of, who_can_sign_in

LONGEST_TEXT = 200
NOBODY, MINE = "none", "me"
FIELDS = (
    *("q", "kind", "status", "division", "channel", "from", "to"),
    *("overdue", "rating", "assignee", "sort"),
)
SORT_WORDS = {
    LogSort.NEWEST: "วันที่รับล่าสุดก่อน",
    LogSort.OLDEST: "เก่าที่สุดก่อน",
    LogSort.DUE: "ใกล้ครบกำหนดก่อน",
    LogSort.RATING: "คะแนนน้อยก่อน",
}

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True)
class Choices:
    """What can be chosen in this office, by this viewer."""

    viewer: UUID
    kinds: tuple[ComplaintKind, ...]
    divisions: Mapping[str, str]  # id -> name
    people: Mapping[str, str]

    @classmethod
    def of(cls, session: Session, viewer: Person) -> Choices:
        seen = visible_kinds(viewer)
        people = [one for one in who_can_sign_in(session, viewer.agency_id) if visible_kinds(one)]
        return cls(
            viewer=viewer.id,
            kinds=tuple(one for one in ComplaintKind if one in seen),
            divisions={str(one.id): one.name for one in divisions_of(session, viewer.agency_id)},
            people={str(one.id): one.name for one in sorted(people, key=lambda one: one.name)},
        )


@dataclass(frozen=True)
class Chip:
    """A filter that is on, and the filters without it."""

    label: str
    without: Mapping[str, str]


@dataclass(frozen=True)
class Asked:
    """What an address asks for. ``typed`` is shown again in the form; ``query`` is what could be
    read of it, for other addresses; ``errors`` are sentences, by field."""

    filters: LogFilters
    sort: LogSort
    typed: Mapping[str, str]
    query: Mapping[str, str]
    errors: Mapping[str, str]
    chips: tuple[Chip, ...] = ()

    @property
    def is_filtered(self) -> bool:
        return any(key != "sort" for key in self.query)

    @property
    def reordered(self) -> str:
        """Why the order is not the one that was asked for."""
        if self.filters.order(self.sort) is self.sort:
            return ""
        if self.filters.text:
            return "ผลการค้นหาเรียงตามวันที่รับเรื่องเท่านั้น"
        return "เรื่องเกินกำหนดเรียงตามวันครบกำหนดเสมอ" if self.filters.overdue else ""


@dataclass
class _Reading:
    given: Mapping[str, str]
    choices: Choices
    query: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)

    def take(self, name: str, value: str, label: str) -> None:
        self.query[name], self.labels[name] = value, label

    def one_of(self, name: str, members: type[S], wrong: str, label: str) -> S | None:
        text = self.given.get(name, "")
        if not text:
            return None
        if text not in set(members):
            self.errors[name] = wrong
            return None
        found = members(text)
        self.take(name, text, f"{label}: {word(found)}")
        return found

    def day(self, name: str, label: str) -> date | None:
        text = self.given.get(name, "")
        if not text:
            return None
        found = read_day(text)
        if found is None:
            self.errors[name] = BAD_DAY
            return None
        self.take(name, write_day(found), f"{label} {short_date(found)}")
        return found

    def id_of(self, name: str, known: Mapping[str, str], wrong: str, label: str) -> UUID | None:
        text = self.given.get(name, "").lower()
        if not text:
            return None
        try:
            found = UUID(text)
        except ValueError:
            self.errors[name] = wrong
            return None
        if str(found) not in known:
            self.errors[name] = wrong
            return None
        self.take(name, str(found), f"{label}: {known[str(found)]}")
        return found


def read_filters(
    session: Session, viewer: Person, given: Mapping[str, str]
) -> tuple[Asked, Choices]:
    """What cannot be read is left out, with a sentence beside its field; all else holds."""
    choices = Choices.of(session, viewer)
    typed = {name: stripped(given.get(name))[:LONGEST_TEXT] for name in FIELDS if given.get(name)}
    reading = _Reading(typed, choices)
    unassigned = typed.get("assignee") == NOBODY
    no_division = typed.get("division") == NOBODY
    if no_division:
        reading.take("division", NOBODY, "ส่วนราชการ: ยังไม่ได้ส่งให้")
    stars, unrated = _rating(reading)
    filters = LogFilters(
        kind=_kind(reading),
        state=reading.one_of("status", ComplaintState, "ไม่มีสถานะนี้ กรุณาเลือกจากรายการ", "สถานะ"),
        channel=reading.one_of(
            "channel", ComplaintChannel, "ไม่มีช่องทางนี้ กรุณาเลือกจากรายการ", "ช่องทาง"
        ),
        division=None
        if no_division
        else reading.id_of(
            "division",
            choices.divisions,
            "ไม่พบส่วนราชการนี้ อาจถูกลบไปแล้ว กรุณาเลือกใหม่",
            "ส่วนราชการ",
        ),
        no_division=no_division,
        assignee=_assignee(session, reading, viewer),
        unassigned=unassigned,
        first=reading.day("from", "รับตั้งแต่"),
        last=reading.day("to", "รับถึง"),
        overdue=_overdue(reading),
        stars=stars,
        unrated=unrated,
        text=_text(reading, given),
    )
    if filters.first and filters.last and filters.first > filters.last:
        reading.errors["to"] = "วันสุดท้ายอยู่ก่อนวันแรก กรุณากรอกใหม่"
        filters = _without_last(filters, reading)
    chips = tuple(
        Chip(label, {key: value for key, value in reading.query.items() if key != name})
        for name, label in reading.labels.items()
    )
    sort = _sort(reading)
    return Asked(filters, sort, typed, reading.query, reading.errors, chips), choices


def _without_last(filters: LogFilters, reading: _Reading) -> LogFilters:
    del reading.query["to"], reading.labels["to"]
    return replace(filters, last=None)


def _kind(reading: _Reading) -> ComplaintKind | None:
    wrong = "ไม่มีประเภทนี้ กรุณาเลือกจากรายการ"
    found = reading.one_of("kind", ComplaintKind, wrong, "ประเภท")
    if found is None or found in reading.choices.kinds:
        return found
    reading.errors["kind"] = wrong  # not even that there are such
    del reading.query["kind"], reading.labels["kind"]
    return None


def _assignee(session: Session, reading: _Reading, viewer: Person) -> UUID | None:
    text = reading.given.get("assignee", "")
    if text == NOBODY:
        reading.take("assignee", NOBODY, "ผู้รับผิดชอบ: ยังไม่มี")
        return None
    if text == MINE:
        reading.take("assignee", MINE, "ผู้รับผิดชอบ: ฉัน")
        return viewer.id
    known = dict(reading.choices.people)
    if text and text not in known:  # somebody who has left holds cases still
        try:
            names = names_of(session, viewer.agency_id, [UUID(text)])
        except ValueError:
            names = {}
        known |= {str(one): name for one, name in names.items()}
    wrong = "ไม่พบเจ้าหน้าที่คนนี้ กรุณาเลือกจากรายการ"
    return reading.id_of("assignee", known, wrong, "ผู้รับผิดชอบ")


def _overdue(reading: _Reading) -> bool:
    text = reading.given.get("overdue", "")
    if text not in ("", "1"):
        reading.errors["overdue"] = "ตัวกรองเกินกำหนดอ่านไม่ได้ กรุณาเลือกใหม่"
    if text == "1":
        reading.take("overdue", "1", "เกินกำหนด")
    return text == "1"


def _rating(reading: _Reading) -> tuple[int | None, bool]:
    text = reading.given.get("rating", "")
    if text == NOBODY:
        reading.take("rating", NOBODY, "คะแนน: ยังไม่ให้คะแนน")
        return None, True
    if text in ("1", "2", "3", "4", "5"):
        reading.take("rating", text, f"คะแนน: {text} จาก 5")
        return int(text), False
    if text:
        reading.errors["rating"] = "คะแนนมีตั้งแต่ 1 ถึง 5 กรุณาเลือกจากรายการ"
    return None, False


def _text(reading: _Reading, given: Mapping[str, str]) -> str:
    text = reading.given.get("q", "")
    if not text:
        return ""
    if len(stripped(given.get("q"))) > LONGEST_TEXT:
        reading.errors["q"] = f"คำค้นยาวเกินไป ค้นได้ไม่เกิน {LONGEST_TEXT} ตัวอักษร"
        return ""
    words = words_of(text)
    if not words or any(len(one) < SHORTEST for one in words):
        reading.errors["q"] = f"คำค้นแต่ละคำต้องมีอย่างน้อย {SHORTEST} ตัวอักษร กรุณาพิมพ์ให้ยาวขึ้น"
        return ""
    reading.take("q", text, f"คำค้น: {text}")
    return text


def _sort(reading: _Reading) -> LogSort:
    text = reading.given.get("sort", "")
    if text and text not in set(LogSort):
        reading.errors["sort"] = "ไม่มีการเรียงแบบนี้ กรุณาเลือกจากรายการ"
        return LogSort.NEWEST
    sort = LogSort(text) if text else LogSort.NEWEST
    if sort is not LogSort.NEWEST:
        reading.query["sort"] = sort.value
    return sort
