"""Complaints (เรื่องร้องเรียน), those behind them, and what became of them.

Rows lie in the order of random ids, and an anonymous report's times are kept by day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.calendar import bangkok_day
from domain.ids import new_receipt_code
from domain.states import COMPLAINT_MOVES, ComplaintState, check_move
from models import audit, vault
from models.base import WITHOUT_ROW_ORDER, Base, Unordered, state_column, within_agency
from models.contact import Contact
from models.person import Person, Role
from models.stored_file import drafted_files


class ComplaintKind(StrEnum):
    CORRUPTION = "corruption"
    SERVICE = "service"
    GENERAL = "general"
    SUGGESTION = "suggestion"
    REQUEST = "request"


class IdentityMode(StrEnum):
    NAMED = "named"  # officers see who
    CONFIDENTIAL = "confidential"  # the system can notify; officers never see who
    ANONYMOUS = "anonymous"  # no link is stored


class ComplaintChannel(StrEnum):
    LINE = "line"
    WEB = "web"
    PHONE = "phone"
    POST = "post"
    WALK_IN = "walk_in"
    FACEBOOK = "facebook"


class EntryKind(StrEnum):
    FILED = "filed"
    MOVED = "moved"
    ANSWER = "answer"  # to the reporter
    NOTE = "note"  # among officers
    ADDED = "added"  # by the reporter


class NotAllowed(Exception):
    """The viewer may not see this; says nothing of whether it exists."""


class Reporter(Unordered, Base):
    """The citizen behind a named or confidential complaint. An anonymous one has none."""

    __tablename__ = "reporter"
    __table_args__ = (
        Index("ix_reporter_contact_id", "agency_id", "contact_id"),
        within_agency("contact_id", "contact"),
        WITHOUT_ROW_ORDER,
    )

    contact_id: Mapped[UUID | None]
    identity: Mapped[bytes | None]  # sealed JSON {"name", "phone"}; None while confidential


class Complaint(Unordered, Base):
    __tablename__ = "complaint"
    __table_args__ = (
        Index("uq_complaint_receipt_hash", "agency_id", "receipt_hash", unique=True),
        Index("ix_complaint_received_on", "agency_id", "received_on", "id"),
        CheckConstraint(
            "identity_mode <> 'anonymous' OR (reporter_id IS NULL AND received_at IS NULL)",
            name="anonymous_has_no_link",
        ),
        within_agency("reporter_id", "reporter"),
        within_agency("division_id", "division"),
        WITHOUT_ROW_ORDER,
    )

    kind: Mapped[ComplaintKind] = mapped_column(state_column(ComplaintKind, "kind"))
    state: Mapped[ComplaintState] = mapped_column(
        state_column(ComplaintState, "state"), default=ComplaintState.RECEIVED
    )
    identity_mode: Mapped[IdentityMode] = mapped_column(state_column(IdentityMode, "identity_mode"))
    channel: Mapped[ComplaintChannel] = mapped_column(state_column(ComplaintChannel, "channel"))
    reporter_id: Mapped[UUID | None]
    division_id: Mapped[UUID | None]  # to which it was handed
    received_on: Mapped[date]
    received_at: Mapped[datetime | None]  # None for an anonymous report
    receipt_hash: Mapped[bytes] = mapped_column(LargeBinary(16))
    content: Mapped[bytes]  # sealed JSON {"what", "where", "when", "who"}


class ComplaintEntry(Unordered, Base):
    """One thing that happened to a complaint, numbered from 1 within it."""

    __tablename__ = "complaint_entry"
    __table_args__ = (
        Index("uq_complaint_entry_number", "agency_id", "complaint_id", "number", unique=True),
        within_agency("complaint_id", "complaint"),
        within_agency("person_id", "person"),
        WITHOUT_ROW_ORDER,
    )

    complaint_id: Mapped[UUID]
    number: Mapped[int]
    kind: Mapped[EntryKind] = mapped_column(state_column(EntryKind, "kind"))
    happened_on: Mapped[date]
    happened_at: Mapped[datetime | None]  # None where the reporter is anonymous and acted
    person_id: Mapped[UUID | None]  # the officer; None for the reporter
    new_state: Mapped[ComplaintState | None] = mapped_column(
        state_column(ComplaintState, "new_state")
    )
    text: Mapped[bytes | None]  # sealed


@dataclass(frozen=True)
class NewComplaint:
    """What a finished draft says. ``files`` are ids of drafted `StoredFile` rows."""

    kind: ComplaintKind
    identity_mode: IdentityMode
    channel: ComplaintChannel
    content: dict[str, str]
    files: Sequence[str] = ()
    name: str = ""
    phone: str = ""


@dataclass(frozen=True)
class OpenedComplaint:
    """A complaint as its viewer may read it."""

    complaint: Complaint
    content: dict[str, str]
    identity: dict[str, str] | None  # only of a named reporter
    entries: list[OpenedEntry] = field(default_factory=list)


@dataclass(frozen=True)
class OpenedEntry:
    entry: ComplaintEntry
    text: str
    person: Person | None


def file_complaint(
    session: Session, agency_id: int, new: NewComplaint, contact: Contact | None, now: datetime
) -> str:
    """Store a report and return its receipt code, which is kept nowhere else.

    ``contact`` is ignored for an anonymous report.
    """
    anonymous = new.identity_mode is IdentityMode.ANONYMOUS
    today = bangkok_day(now)
    reporter_id = None
    if not anonymous:
        reporter_id = _remember_reporter(session, agency_id, new, contact)
    code = new_receipt_code()
    complaint = Complaint(
        agency_id=agency_id,
        kind=new.kind,
        identity_mode=new.identity_mode,
        channel=new.channel,
        reporter_id=reporter_id,
        received_on=today,
        received_at=None if anonymous else now,
        receipt_hash=_receipt_hash(session, agency_id, code),
        content=vault.seal_json(session, agency_id, "complaint", new.content),
    )
    session.add(complaint)
    session.flush()
    add_entry(session, complaint, EntryKind.FILED, now)
    for stored in drafted_files(session, agency_id, new.files):
        stored.complaint_id = complaint.id
    session.flush()
    return code


def _remember_reporter(
    session: Session, agency_id: int, new: NewComplaint, contact: Contact | None
) -> UUID:
    identity = None
    if new.identity_mode is IdentityMode.NAMED:
        identity = vault.seal_json(
            session, agency_id, "reporter", {"name": new.name, "phone": new.phone}
        )
    reporter = Reporter(
        agency_id=agency_id,
        contact_id=contact.id if contact is not None else None,
        identity=identity,
    )
    session.add(reporter)
    session.flush()
    return reporter.id


def _receipt_hash(session: Session, agency_id: int, code: str) -> bytes:
    return vault.blind(session, agency_id, "receipt", code)


def add_entry(
    session: Session,
    complaint: Complaint,
    kind: EntryKind,
    now: datetime,
    *,
    person: Person | None = None,
    new_state: ComplaintState | None = None,
    text: str | None = None,
) -> ComplaintEntry:
    last = session.scalar(
        select(func.max(ComplaintEntry.number)).where(
            ComplaintEntry.agency_id == complaint.agency_id,
            ComplaintEntry.complaint_id == complaint.id,
        )
    )
    by_reporter = person is None
    anonymous = complaint.identity_mode is IdentityMode.ANONYMOUS
    entry = ComplaintEntry(
        agency_id=complaint.agency_id,
        complaint_id=complaint.id,
        number=(last or 0) + 1,
        kind=kind,
        happened_on=bangkok_day(now),
        happened_at=None if by_reporter and anonymous else now,
        person_id=person.id if person is not None else None,
        new_state=new_state,
        text=None
        if text is None
        else vault.seal_text(session, complaint.agency_id, "complaint", text),
    )
    session.add(entry)
    session.flush()
    return entry


def find_by_receipt(session: Session, agency_id: int, code: str) -> Complaint | None:
    """By the sixteen digits. Whoever holds them may read the state: that is what they are for."""
    return session.scalar(
        select(Complaint).where(
            Complaint.agency_id == agency_id,
            Complaint.receipt_hash == _receipt_hash(session, agency_id, code),
        )
    )


def registered_on(session: Session, agency_id: int, day: date) -> list[UUID]:
    """The ids of a day's complaints, in the order of the ids."""
    query = select(Complaint.id).where(
        Complaint.agency_id == agency_id, Complaint.received_on == day
    )
    return list(session.scalars(query.order_by(Complaint.id)))


def answers_to_reporter(session: Session, complaint: Complaint) -> list[tuple[date, str]]:
    rows = session.scalars(
        select(ComplaintEntry)
        .where(
            ComplaintEntry.agency_id == complaint.agency_id,
            ComplaintEntry.complaint_id == complaint.id,
            ComplaintEntry.kind == EntryKind.ANSWER,
        )
        .order_by(ComplaintEntry.number)
    )
    return [
        (row.happened_on, vault.open_text(session, row.agency_id, "complaint", row.text))
        for row in rows
        if row.text is not None
    ]


_SEES_OTHERS = frozenset({Role.ADMIN, Role.OFFICER, Role.INTEGRITY_OFFICER})


def visible_kinds(viewer: Person) -> frozenset[ComplaintKind]:
    """The kinds that this member of staff may read at all."""
    if viewer.role is Role.INTEGRITY_OFFICER:
        return frozenset(ComplaintKind)
    if viewer.role in _SEES_OTHERS:
        return frozenset(ComplaintKind) - {ComplaintKind.CORRUPTION}
    return frozenset()


def complaint_log(
    session: Session, viewer: Person, limit: int, before: tuple[date, UUID] | None = None
) -> list[OpenedComplaint]:
    """The newest complaints that the viewer may read, a page at a time (keyset)."""
    query = (
        select(Complaint)
        .where(
            Complaint.agency_id == viewer.agency_id,
            Complaint.kind.in_(visible_kinds(viewer)),
        )
        .order_by(Complaint.received_on.desc(), Complaint.id.desc())
        .limit(limit)
    )
    if before is not None:
        day, last = before
        query = query.where(
            (Complaint.received_on < day) | ((Complaint.received_on == day) & (Complaint.id < last))
        )
    return [_opened(session, complaint) for complaint in session.scalars(query)]


def access_complaint(
    session: Session, viewer: Person, complaint_id: UUID, now: datetime
) -> OpenedComplaint:
    """One complaint for a viewer who may read it; the opening is logged. Raises `NotAllowed`.

    Needs a writing session.
    """
    complaint = session.get(Complaint, (viewer.agency_id, complaint_id))
    if complaint is None or complaint.kind not in visible_kinds(viewer):
        raise NotAllowed
    audit.record(
        session,
        viewer.agency_id,
        action="complaint.opened",
        subject=f"complaint:{complaint.id}",
        actor=f"person:{viewer.id}",
        now=now,
    )
    entries = session.scalars(
        select(ComplaintEntry)
        .where(
            ComplaintEntry.agency_id == complaint.agency_id,
            ComplaintEntry.complaint_id == complaint.id,
        )
        .order_by(ComplaintEntry.number)
    )
    opened = [
        OpenedEntry(
            entry,
            ""
            if entry.text is None
            else vault.open_text(session, entry.agency_id, "complaint", entry.text),
            None
            if entry.person_id is None
            else session.get(Person, (entry.agency_id, entry.person_id)),
        )
        for entry in entries
    ]
    return _opened(session, complaint, opened)


def _opened(
    session: Session, complaint: Complaint, entries: list[OpenedEntry] | None = None
) -> OpenedComplaint:
    agency_id = complaint.agency_id
    content: dict[str, str] = vault.open_json(session, agency_id, "complaint", complaint.content)
    identity: dict[str, Any] | None = None
    if complaint.identity_mode is IdentityMode.NAMED and complaint.reporter_id is not None:
        reporter = session.get_one(Reporter, (agency_id, complaint.reporter_id))
        if reporter.identity is not None:
            identity = vault.open_json(session, agency_id, "reporter", reporter.identity)
    return OpenedComplaint(complaint, content, identity, entries or [])


def move_complaint(
    session: Session,
    complaint: Complaint,
    new_state: ComplaintState,
    person: Person | None,
    now: datetime,
    text: str | None = None,
) -> None:
    """Raises `domain.states.IllegalMove`."""
    check_move(COMPLAINT_MOVES, complaint.state, new_state)
    complaint.state = new_state
    add_entry(
        session, complaint, EntryKind.MOVED, now, person=person, new_state=new_state, text=text
    )


def receipt_marker(complaint: Complaint) -> str:
    """A short name for officers' eyes (``3F2A9C``): tells complaints apart, and nothing else."""
    return complaint.id.hex[:6].upper()
