"""Who may read which complaints, and reading them: with permission, and on the record."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from models import audit, vault
from models.complaint import (
    Complaint,
    ComplaintEntry,
    ComplaintExclusion,
    ComplaintKind,
    IdentityMode,
    Reporter,
)
from models.complaint_filing import HiddenFrom
from models.person import Person, Role, who_can_sign_in


class NotAllowed(Exception):
    """The viewer may not see this; says nothing of whether it exists."""


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


_SEES_OTHERS = frozenset({Role.ADMIN, Role.OFFICER, Role.INTEGRITY_OFFICER})


def visible_kinds(viewer: Person) -> frozenset[ComplaintKind]:
    """The kinds that this member of staff may read at all."""
    if viewer.role is Role.INTEGRITY_OFFICER:
        return frozenset(ComplaintKind)
    if viewer.role in _SEES_OTHERS:
        return frozenset(ComplaintKind) - {ComplaintKind.CORRUPTION}
    return frozenset()


def visible_to(viewer: Person) -> ColumnElement[bool]:
    """The complaints that this member of staff may read: of a kind that the role may read, and
    not kept from this person or from this person's division."""
    hidden = ComplaintExclusion.person_id == viewer.id
    if viewer.division_id is not None:
        hidden = or_(hidden, ComplaintExclusion.division_id == viewer.division_id)
    kept_from_them = (
        select(ComplaintExclusion.id)
        .where(
            ComplaintExclusion.agency_id == Complaint.agency_id,
            ComplaintExclusion.complaint_id == Complaint.id,
            hidden,
        )
        .exists()
    )
    return and_(
        Complaint.agency_id == viewer.agency_id,
        Complaint.kind.in_(visible_kinds(viewer)),
        ~kept_from_them,
    )


def readers(
    session: Session, agency_id: int, kind: ComplaintKind, hidden: HiddenFrom
) -> list[Person]:
    """Who can sign in and read a complaint of this kind that is kept from those."""
    return [
        one
        for one in who_can_sign_in(session, agency_id)
        if kind in visible_kinds(one)
        and one.id not in hidden.people
        and one.division_id not in hidden.divisions
    ]


def complaint_log(
    session: Session, viewer: Person, limit: int, before: tuple[date, UUID] | None = None
) -> list[OpenedComplaint]:
    """The newest complaints that the viewer may read, a page at a time (keyset)."""
    query = (
        select(Complaint)
        .where(visible_to(viewer))
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
    complaint = session.scalar(
        select(Complaint).where(visible_to(viewer), Complaint.id == complaint_id)
    )
    if complaint is None:
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
