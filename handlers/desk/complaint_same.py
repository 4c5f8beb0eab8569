"""What a case's page shows beside the case: what its reporter said, and others' reports of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from handlers.desk.files import FileLink, link_to
from models.complaint import (
    Complaint,
    EntryKind,
    first_report,
    receipt_marker,
    reports_of_the_same,
)
from models.complaint_access import NotAllowed, access_complaint
from models.complaint_reporter import ComplaintRating
from models.complaint_work import visible_among
from models.person import Person
from models.stored_file import files_of_complaint

_MOST_READ = 20  # each is opened, and each opening is a line of the audit log

_FACTS = {
    "what": "เกิดอะไรขึ้น",
    "where": "ที่ไหน",
    "coordinates": "พิกัด (ละติจูด, ลองจิจูด)",
    "when": "เมื่อไร",
    "who": "เกี่ยวข้องกับใคร",
    "more": "ข้อความที่ส่งพร้อมหลักฐาน",
}
_STARS = {"5": "5 ดีมาก", "4": "4 ดี", "3": "3 พอใช้", "2": "2 ไม่ดี", "1": "1 แย่มาก"}


def facts_of(content: Mapping[str, str]) -> list[tuple[str, str]]:
    """What was reported, in the order of the questions; what we do not know comes last."""
    keys = [*_FACTS, *(key for key in content if key not in _FACTS)]
    return [(_FACTS.get(key, key), content[key]) for key in keys if content.get(key)]


def shown_text(kind: EntryKind, text: str) -> str:
    return _STARS.get(text, text) if kind is EntryKind.RATED else text


def by_whom(kind: EntryKind) -> str:
    """Who did what no officer did."""
    if kind is EntryKind.NOTE:
        return "ระบบ"  # a note of nobody's: what became of a case by itself
    return "ผู้แจ้งรายอื่น" if kind is EntryKind.JOINED else "ผู้ร้อง"


def stars_of(session: Session, complaint: Complaint) -> int | None:
    rating = session.get(ComplaintRating, (complaint.agency_id, complaint.id))
    return None if rating is None else rating.stars


@dataclass(frozen=True)
class SameReport:
    """Somebody else's report of the same thing, as this viewer may read it."""

    id: UUID
    marker: str
    received_on: date
    facts: list[tuple[str, str]]
    files: list[FileLink]
    stars: int | None


@dataclass(frozen=True)
class SameReports:
    count: int = 0  # of all, readable or not
    read: list[SameReport] = field(default_factory=list)
    first: UUID | None = None  # the one that this one repeats, where the viewer may read it
    repeats: bool = False  # … what the viewer may read; to others it stands for itself
    stands_alone: bool = True  # its own clock runs

    @property
    def unread(self) -> int:
        return self.count - len(self.read)


def same_reports(
    session: Session, person: Person, complaint: Complaint, now: datetime
) -> SameReports:
    """Each that is read is logged, as when it is opened by itself. Needs a writing session."""
    first = first_report(session, complaint)
    if first.id != complaint.id:
        seen = visible_among(session, person, [first.id])
        return SameReports(first=first.id if seen else None, repeats=bool(seen), stands_alone=False)
    others = reports_of_the_same(session, complaint)
    read: list[SameReport] = []
    for one in others:
        if len(read) == _MOST_READ:
            break
        try:
            opened = access_complaint(session, person, one.id, now)
        except NotAllowed:
            continue
        files = files_of_complaint(session, one.agency_id, one.id)
        read.append(
            SameReport(
                id=one.id,
                marker=receipt_marker(one),
                received_on=one.received_on,
                facts=facts_of(opened.content),
                files=[link_to(stored) for stored in files],
                stars=stars_of(session, one),
            )
        )
    return SameReports(count=len(others), read=read)
