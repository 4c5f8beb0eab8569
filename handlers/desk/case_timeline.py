"""Everything that happened to a case: what was said, from its entries, and what was done with it,
from the audit log. Who only looked is folded away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.calendar import short_date, start_of_bangkok_day
from domain.states import ComplaintState
from handlers.desk.complaint_same import by_whom, shown_text
from handlers.desk.words import code_word, word
from models.audit import AuditEntry
from models.complaint import Complaint, EntryKind
from models.complaint_access import OpenedEntry
from models.complaint_work import LOOKS, PROPOSAL, Seen, visible_among
from models.division import division_names
from models.measure import Measure
from models.person import Person, names_of
from models.stored_file import files_of_complaint

_MOST_DEEDS = 300
_MOST_LOOKS = 100
# An entry says it already, and says more.
_TOLD_BY_ENTRIES = frozenset({"complaint.moved", "complaint.answered", "complaint.noted"})
_OF_THE_FIRST = frozenset({"complaint.merged", "complaint.unmerged"})


class Side(StrEnum):
    """Who reads it."""

    BOTH = "both"  # between the office and the reporter
    INSIDE = "inside"  # among officers
    DEED = "deed"


class Show(StrEnum):
    """What of the timeline is asked for."""

    ALL = "all"
    TALK = "talk"
    NOTES = "notes"


_SIDES = {
    Show.ALL: frozenset(Side),
    Show.TALK: frozenset({Side.BOTH}),
    Show.NOTES: frozenset({Side.INSIDE}),
}


@dataclass(frozen=True)
class Happening:
    title: str
    by: str
    on: date
    at: datetime | None  # of an officer's doing; a reporter's is told by day
    side: Side
    new_state: ComplaintState | None = None
    text: str = ""
    text_inside: bool = False  # the reporter reads that it happened, and not this
    is_answer: bool = False
    proposal: int = 0  # the entry's number, where it proposes an answer
    is_new: bool = False  # since the page was shown


@dataclass(frozen=True)
class Look:
    title: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Timeline:
    happenings: list[Happening] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    more_looks: bool = False

    @property
    def news(self) -> list[Happening]:
        return [one for one in self.happenings if one.is_new]

    def shown(self, show: Show) -> list[Happening]:
        return [one for one in self.happenings if one.side in _SIDES[show]]


def timeline(
    session: Session,
    viewer: Person,
    complaint: Complaint,
    entries: Sequence[OpenedEntry],
    seen: Seen | None = None,
) -> Timeline:
    """``seen``: how somebody saw it who now sends a form; what came since is marked."""
    placed = _entries(entries, seen)
    lines = _lines(session, complaint)
    names = _Names(session, viewer, complaint.agency_id, lines)
    for line in reversed(lines[:_MOST_DEEDS]):
        if not names.may_tell(line):
            continue
        is_new = bool(seen and seen.last_deed is not None and line.number > seen.last_deed)
        placed.append((line.at, names.deed(line, is_new=is_new)))
    placed.sort(key=lambda one: one[0])  # stable: entries keep the order of their numbers
    looks = _looks(session, complaint)
    names.add(session, looks)
    return Timeline(
        [one for _, one in placed],
        [names.look(line) for line in looks[:_MOST_LOOKS]],
        len(looks) > _MOST_LOOKS,
    )


def _entries(entries: Sequence[OpenedEntry], seen: Seen | None) -> list[tuple[datetime, Happening]]:
    placed = []
    before = datetime.min.replace(tzinfo=UTC)
    for opened in entries:
        entry = opened.entry
        at = entry.happened_at or start_of_bangkok_day(entry.happened_on)
        before = max(before, at)
        is_new = bool(seen and entry.number > seen.last_entry)
        placed.append((before, _entry(opened, is_new=is_new)))
    return placed


def _entry(opened: OpenedEntry, *, is_new: bool) -> Happening:
    entry = opened.entry
    inside = entry.kind is EntryKind.NOTE
    text = shown_text(entry.kind, opened.text)
    proposal = inside and text.startswith(PROPOSAL)
    return Happening(
        title="เสนอร่างคำตอบ" if proposal else word(entry.kind),
        by=opened.person.name if opened.person else by_whom(entry.kind),
        on=entry.happened_on,
        at=entry.happened_at if opened.person else None,
        side=Side.INSIDE if inside else Side.BOTH,
        new_state=entry.new_state,
        text=text.removeprefix(PROPOSAL) if proposal else text,
        text_inside=inside or (entry.kind is EntryKind.MOVED and opened.person is not None),
        is_answer=entry.kind is EntryKind.ANSWER,
        proposal=entry.number if proposal else 0,
        is_new=is_new,
    )


def _lines(session: Session, complaint: Complaint) -> list[AuditEntry]:
    """The newest first."""
    query = (
        select(AuditEntry)
        .where(
            AuditEntry.agency_id == complaint.agency_id,
            AuditEntry.subject == f"complaint:{complaint.id}",
            AuditEntry.action.not_in(LOOKS | _TOLD_BY_ENTRIES),
        )
        .order_by(AuditEntry.number.desc())
        .limit(_MOST_DEEDS)
    )
    return list(session.scalars(query))


def _looks(session: Session, complaint: Complaint) -> list[AuditEntry]:
    files = files_of_complaint(session, complaint.agency_id, complaint.id)
    subjects = [f"complaint:{complaint.id}", *(f"file:{one.id}" for one in files)]
    query = (
        select(AuditEntry)
        .where(
            AuditEntry.agency_id == complaint.agency_id,
            AuditEntry.subject.in_(subjects),
            AuditEntry.action.in_(LOOKS),
        )
        .order_by(AuditEntry.number.desc())
        .limit(_MOST_LOOKS + 1)
    )
    return list(session.scalars(query))


class _Names:
    """What the ids of the audit log are called; of another case, only to who may read it."""

    def __init__(
        self, session: Session, viewer: Person, agency_id: int, lines: Sequence[AuditEntry]
    ) -> None:
        self._agency_id = agency_id
        self._names: dict[UUID, str] = {}
        self.add(session, lines)
        self._names |= division_names(session, agency_id)
        measures = _ids(lines, "measure")
        self._names |= {
            one.id: one.title
            for one in session.scalars(
                select(Measure).where(Measure.agency_id == agency_id, Measure.id.in_(measures))
            )
        }
        self._cases = visible_among(session, viewer, _ids(lines, "complaint"))
        self._names |= {one: f"เรื่อง {one.hex[:6].upper()}" for one in self._cases}

    def may_tell(self, line: AuditEntry) -> bool:
        """That it was joined with what the viewer may not read is not told."""
        if line.action not in _OF_THE_FIRST:
            return True
        return _uuid(line.detail.get("complaint", "")) in self._cases

    def add(self, session: Session, lines: Sequence[AuditEntry]) -> None:
        self._names |= names_of(session, self._agency_id, _ids(lines, "person"))

    def _by(self, line: AuditEntry) -> str:
        found = _uuid(line.actor.removeprefix("person:"))
        return self._names.get(found, "ไม่ทราบชื่อ") if found else "ระบบ"

    def deed(self, line: AuditEntry, *, is_new: bool) -> Happening:
        return Happening(
            title=code_word(line.action),
            by=self._by(line),
            on=line.at.date(),
            at=line.at,
            side=Side.DEED,
            text=self._detail(line),
            is_new=is_new,
        )

    def look(self, line: AuditEntry) -> Look:
        return Look(code_word(line.action), self._by(line), line.at)

    def _detail(self, line: AuditEntry) -> str:
        if line.action == "complaint.extended":
            return " ".join(
                f"{label} {short_date(date.fromisoformat(line.detail[key]))}"
                for key, label in (("from", "จาก"), ("to", "เป็น"))
            )
        found = (_uuid(value) for value in line.detail.values())
        return " · ".join(self._names.get(one, "เรื่องที่จำกัดผู้อ่าน") for one in found if one is not None)


def _ids(lines: Iterable[AuditEntry], kind: str) -> set[UUID]:
    pairs = [(key, value) for line in lines for key, value in line.detail.items()]
    pairs += [tuple(line.actor.split(":", 1)) for line in lines if ":" in line.actor]  # type: ignore[misc]
    return {known for key, value in pairs if key == kind and (known := _uuid(value))}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
