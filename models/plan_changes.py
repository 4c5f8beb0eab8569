"""What an import would change in a year's plan. Plain data, and which measure became which."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from uuid import UUID

from domain.thai_text import normalise

LIKE_ENOUGH = 0.8  # of titles under one number: a mended spelling, not another measure


@dataclass(frozen=True)
class PlannedMeasure:
    """A measure as it is to be stored; ``division_ids`` x ``due`` are its obligations."""

    number: int
    title: str
    division_ids: tuple[UUID, ...] = ()
    due: tuple[date, ...] = ()
    code: str | None = None
    indicator: str | None = None
    instrument: str | None = None
    responsible: str = ""
    steps: str = ""
    schedule_text: str = ""
    result: str = ""
    success: str = ""
    recommendation: str = ""


# The columns of a measure that an import sets, in the order in which they are shown.
FIELDS = (
    *("number", "code", "title", "indicator", "instrument", "responsible"),
    *("schedule_text", "steps", "result", "success", "recommendation"),
)


@dataclass(frozen=True)
class FieldChange:
    field: str  # one of `FIELDS`
    old: str
    new: str


@dataclass(frozen=True, order=True)
class Round:
    """An obligation, told by whom and when."""

    due_on: date
    division_id: UUID


@dataclass(frozen=True)
class MeasureChange:
    """``measure_id`` is None for a new one. ``kept``: answered or changed by hand, so left as it
    is though the file says otherwise."""

    number: int
    title: str
    code: str | None = None
    measure_id: UUID | None = None
    fields: tuple[FieldChange, ...] = ()
    added: tuple[Round, ...] = ()
    reopened: tuple[Round, ...] = ()
    cancelled: tuple[Round, ...] = ()
    kept: tuple[Round, ...] = ()
    returned: bool = False  # was dropped by an earlier import, and is back

    @property
    def changes(self) -> bool:
        moved = self.added or self.reopened or self.cancelled
        return bool(self.fields or moved or self.returned)


@dataclass
class PlanChanges:
    fiscal_year: int
    title: FieldChange | None = None
    new: list[MeasureChange] = field(default_factory=list)
    changed: list[MeasureChange] = field(default_factory=list)
    gone: list[MeasureChange] = field(default_factory=list)
    unchanged: int = 0
    kept_only: list[MeasureChange] = field(default_factory=list)  # nothing changes but is told
    without_date: int = 0
    without_division: int = 0

    @property
    def every(self) -> list[MeasureChange]:
        return [*self.new, *self.changed, *self.gone]

    @property
    def empty(self) -> bool:
        return not self.every and self.title is None

    def count(self, what: Callable[[MeasureChange], Sequence[Round]]) -> int:
        return sum(len(what(one)) for one in [*self.every, *self.kept_only])

    @property
    def mark(self) -> str:
        """Two that say the same have the same mark: what a person agreed to is what is done."""
        told = repr((self.fiscal_year, self.title, self.every, self.kept_only))
        return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True)
class Key:
    """By what a measure is known again."""

    id: UUID | int
    number: int
    code: str | None
    title: str


def squeezed_title(title: str) -> str:
    """A title without spaces, punctuation and the like; vowels and tones stay."""
    return "".join(
        char
        for char in normalise(title)
        if unicodedata.category(char)[0] in "LMN" and char not in "ฯๆ"
    )


def pair(old: Iterable[Key], new: Iterable[Key]) -> dict[Hashable, Key]:
    """Which stored measure each new one is: new id -> old key.

    By a code that both sides have once; else by title; else by a title much alike under the same
    number. Never by number alone.
    """
    left, wanted = list(old), list(new)
    pairs: dict[Hashable, Key] = {}

    def settle(matches: Callable[[list[Key], list[Key]], Iterable[tuple[Key, Key]]]) -> None:
        nonlocal left, wanted
        for mine, theirs in list(matches(left, wanted)):
            pairs[theirs.id] = mine
        used = {one.id for one in pairs.values()}
        left = [one for one in left if one.id not in used]
        wanted = [one for one in wanted if one.id not in pairs]

    settle(_by_code)
    settle(_by_title)
    settle(_by_number_and_likeness)
    return pairs


def _grouped(keys: Iterable[Key], by: Callable[[Key], str | None]) -> dict[str, list[Key]]:
    groups: dict[str, list[Key]] = defaultdict(list)
    for one in keys:
        value = by(one)
        if value:
            groups[value].append(one)
    return groups


def _by_code(old: list[Key], new: list[Key]) -> Iterable[tuple[Key, Key]]:
    mine, theirs = (_grouped(keys, lambda one: one.code) for keys in (old, new))
    for code, group in theirs.items():
        if len(group) == 1 and len(mine.get(code, ())) == 1:
            yield mine[code][0], group[0]


def _by_title(old: list[Key], new: list[Key]) -> Iterable[tuple[Key, Key]]:
    mine, theirs = (_grouped(keys, lambda one: squeezed_title(one.title)) for keys in (old, new))
    for title, group in theirs.items():
        yield from _in_order(mine.get(title, []), group)


def _in_order(old: list[Key], new: list[Key]) -> Iterable[tuple[Key, Key]]:
    """Of those with one title: the same code and number first, the rest as they come."""
    left, wanted = list(old), list(new)
    for alike in (
        lambda a, b: a.code == b.code and a.number == b.number,
        lambda a, b: a.code == b.code,
        lambda a, b: a.number == b.number,
        lambda _a, _b: True,
    ):
        for theirs in list(wanted):
            mine = next((one for one in left if alike(one, theirs)), None)
            if mine is not None:
                left.remove(mine)
                wanted.remove(theirs)
                yield mine, theirs


def _by_number_and_likeness(old: list[Key], new: list[Key]) -> Iterable[tuple[Key, Key]]:
    by_number = {one.number: one for one in old}
    for theirs in new:
        mine = by_number.get(theirs.number)
        if mine is not None and _alike(mine.title, theirs.title):
            yield mine, theirs


def _alike(one: str, other: str) -> bool:
    both = squeezed_title(one), squeezed_title(other)
    return SequenceMatcher(None, *both, autojunk=False).ratio() >= LIKE_ENOUGH
