"""Complaints (เรื่องร้องเรียน), those behind them, and what became of them: the tables, and the
verbs that all others lean on. Filing: `models.complaint_filing`; reading:
`models.complaint_access`; the officers' work: `models.complaint_work`; the reporter's:
`models.complaint_reporter`.

Rows lie in the order of random ids, and an anonymous report's times are kept by day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, func, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.calendar import bangkok_day
from domain.states import COMPLAINT_MOVES, ComplaintState, IllegalMove, check_move
from models import complaint_clock, complaint_sketch, vault
from models.base import WITHOUT_ROW_ORDER, Base, Tenant, Unordered, state_column, within_agency
from models.contact import find_contact
from models.person import Person


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
    ASKED = "asked"  # by the reporter, who wants an answer
    JOINED = "joined"  # somebody else reported the same
    RATED = "rated"  # by the reporter, on the outcome
    TAKEN_BACK = "taken_back"  # the reporter withdrew a message; what it said is gone


class Reporter(Unordered, Base):
    """The citizen behind a named or confidential complaint. An anonymous one has none."""

    __tablename__ = "reporter"
    __table_args__ = (
        Index("ix_reporter_contact_id", "agency_id", "contact_id"),
        within_agency("contact_id", "contact"),
        WITHOUT_ROW_ORDER,
    )

    contact_id: Mapped[UUID | None]
    # Sealed JSON {"name", "phone"}. A confidential one comes from the web alone, where LINE cannot
    # notify; no page opens it.
    identity: Mapped[bytes | None]
    consent_version: Mapped[str | None] = mapped_column(String(20))  # of the notice agreed to
    consented_on: Mapped[date | None]


# What the log filters by. Each of its indexes carries all of it (PostgreSQL): a filter that fits
# hardly any row is then asked of the index alone, and not of rows that lie all over the table.
_FILTERED_BY = ("received_on", "kind", "state", "channel", "division_id", "due_on", "stars")


def _carried(columns: Sequence[str]) -> list[str]:
    return [one for one in _FILTERED_BY if one not in columns]


def _log_index(name: str, *columns: str, **options: Any) -> Index:
    """For the log in one order, or filtered by one column: a page at a time."""
    columns = ("agency_id", *columns)
    return Index(name, *columns, postgresql_include=_carried(columns), **options)


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sql(condition), "postgresql_where": sql(condition)}


class Complaint(Unordered, Base):
    __tablename__ = "complaint"
    __table_args__ = (
        Index("uq_complaint_receipt_hash", "agency_id", "receipt_hash", unique=True),
        _log_index("ix_complaint_received_on", "received_on", "id"),
        _log_index("ix_complaint_kind", "kind", "received_on", "id"),
        _log_index("ix_complaint_state", "state", "received_on", "id"),
        _log_index("ix_complaint_division", "division_id", "received_on", "id"),
        _log_index("ix_complaint_channel", "channel", "received_on", "id"),
        _log_index(
            "ix_complaint_stars", "stars", "received_on", "id", **_where("stars is not null")
        ),
        _log_index("ix_complaint_due", "due_on", "id", **_where("due_on is not null")),
        Index(
            "ix_complaint_ended",
            *("agency_id", "ended_on", "id"),
            **_where("ended_on is not null and erased_on is null"),
        ),
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
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
    # What was promised, and what became of it. ``due_on`` is the promise that runs: the first
    # answer's day, then the outcome's, then none.
    answer_by: Mapped[date | None]
    outcome_by: Mapped[date | None]
    answered_on: Mapped[date | None]  # for the first time
    due_on: Mapped[date | None]
    ended_on: Mapped[date | None]  # closed or withdrawn
    erased_on: Mapped[date | None]  # its retention was over: what it said is gone
    stars: Mapped[int | None]  # the reporter's rating, for the log


class ComplaintExclusion(Unordered, Base):
    """Who must not see a complaint: a division it speaks of, or somebody the reporter named."""

    __tablename__ = "complaint_exclusion"
    __table_args__ = (
        Index("ix_complaint_exclusion_complaint_id", "agency_id", "complaint_id"),
        CheckConstraint("(division_id IS NULL) <> (person_id IS NULL)", name="one_or_the_other"),
        within_agency("complaint_id", "complaint"),
        within_agency("division_id", "division"),
        within_agency("person_id", "person"),
        WITHOUT_ROW_ORDER,
    )

    complaint_id: Mapped[UUID]
    division_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None]


class ComplaintJoin(Tenant, Base):
    """A report of what somebody else had reported already; it goes where the first one goes."""

    __tablename__ = "complaint_join"
    __table_args__ = (
        Index("ix_complaint_join_first_id", "agency_id", "first_id"),
        CheckConstraint("complaint_id <> first_id", name="not_itself"),
        within_agency("complaint_id", "complaint"),
        within_agency("first_id", "complaint"),
        WITHOUT_ROW_ORDER,
    )

    complaint_id: Mapped[UUID] = mapped_column(primary_key=True)
    first_id: Mapped[UUID]


class FiledMessage(Unordered, Base):
    """Which LINE message a part of a complaint came from, so that `unsend` can take it back.

    Never of an anonymous report: LINE knows who wrote which message.
    """

    __tablename__ = "filed_message"
    __table_args__ = (
        Index("ix_filed_message_message_hash", "agency_id", "message_hash"),
        Index("ix_filed_message_complaint_id", "agency_id", "complaint_id"),
        within_agency("complaint_id", "complaint"),
        within_agency("entry_id", "complaint_entry"),
        WITHOUT_ROW_ORDER,
    )

    message_hash: Mapped[bytes] = mapped_column(LargeBinary(16))
    complaint_id: Mapped[UUID]
    part: Mapped[str] = mapped_column(String(40))  # an answer's key, "entry", or a file's id
    entry_id: Mapped[UUID | None]


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
    # Who joins may be anonymous, though the one they join is not.
    by_the_day = kind is EntryKind.JOINED or (
        person is None and complaint.identity_mode is IdentityMode.ANONYMOUS
    )
    entry = ComplaintEntry(
        agency_id=complaint.agency_id,
        complaint_id=complaint.id,
        number=(last or 0) + 1,
        kind=kind,
        happened_on=bangkok_day(now),
        happened_at=None if by_the_day else now,
        person_id=person.id if person is not None else None,
        new_state=new_state,
        text=None
        if text is None
        else vault.seal_text(session, complaint.agency_id, "complaint", text),
    )
    session.add(entry)
    session.flush()
    if text:
        agency_id, day = complaint.agency_id, complaint.received_on
        complaint_sketch.draw_in(session, agency_id, day, complaint.id, text)
    return entry


def receipt_hash(session: Session, agency_id: int, code: str) -> bytes:
    return vault.blind(session, agency_id, "receipt", code)


def find_by_receipt(session: Session, agency_id: int, code: str) -> Complaint | None:
    """By the sixteen digits. Whoever holds them may read the state: that is what they are for."""
    return session.scalar(
        select(Complaint).where(
            Complaint.agency_id == agency_id,
            Complaint.receipt_hash == receipt_hash(session, agency_id, code),
        )
    )


def is_reporter(session: Session, complaint: Complaint, line_id: str) -> bool:
    contact = find_contact(session, complaint.agency_id, line_id)
    if contact is None or complaint.reporter_id is None:
        return False
    reporter = session.get_one(Reporter, (complaint.agency_id, complaint.reporter_id))
    return reporter.contact_id == contact.id


def message_hash(session: Session, agency_id: int, message_id: str) -> bytes:
    return vault.blind(session, agency_id, "message", message_id)


def agencies_registering(session: Session, day: date) -> list[int]:
    """Agencies with a complaint of a day."""
    query = select(Complaint.agency_id).where(Complaint.received_on == day).distinct()
    return sorted(session.scalars(query))


def registered_on(session: Session, agency_id: int, day: date) -> list[UUID]:
    """The ids of a day's complaints, in the order of the ids."""
    query = select(Complaint.id).where(
        Complaint.agency_id == agency_id, Complaint.received_on == day
    )
    return list(session.scalars(query.order_by(Complaint.id)))


def first_report(session: Session, complaint: Complaint) -> Complaint:
    """The one that officers work on: the complaint itself, or the one it repeats."""
    joined = session.get(ComplaintJoin, (complaint.agency_id, complaint.id))
    if joined is None:
        return complaint
    return session.get_one(Complaint, (complaint.agency_id, joined.first_id))


def reports_of_the_same(session: Session, first: Complaint) -> list[Complaint]:
    """Those that repeat it, in the order of their ids."""
    query = (
        select(Complaint)
        .join(
            ComplaintJoin,
            (ComplaintJoin.agency_id == Complaint.agency_id)
            & (ComplaintJoin.complaint_id == Complaint.id),
        )
        .where(ComplaintJoin.agency_id == first.agency_id, ComplaintJoin.first_id == first.id)
        .order_by(Complaint.id)
    )
    return list(session.scalars(query))


def move_complaint(
    session: Session,
    complaint: Complaint,
    new_state: ComplaintState,
    person: Person | None,
    now: datetime,
    text: str | None = None,
) -> None:
    """Raises `domain.states.IllegalMove`."""
    if complaint.erased_on is not None:
        raise IllegalMove("what it said is erased: nothing is left to work on")
    old_state = complaint.state
    check_move(COMPLAINT_MOVES, old_state, new_state)
    complaint.state = new_state
    add_entry(
        session, complaint, EntryKind.MOVED, now, person=person, new_state=new_state, text=text
    )
    first = first_report(session, complaint)
    complaint_clock.moved(
        session,
        complaint,
        old_state,
        bangkok_day(now),
        first if first is not complaint else None,
        reports_of_the_same(session, complaint),
    )
    session.flush()


def receipt_marker(complaint: Complaint) -> str:
    """A short name for officers' eyes (``3F2A9C``): tells complaints apart, and nothing else."""
    return complaint.id.hex[:6].upper()
