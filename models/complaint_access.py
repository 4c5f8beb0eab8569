"""Who may read which complaints, and opening one: with permission, and on the record."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
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
from models.complaint_hidden import HiddenFrom, hidden_from
from models.duty import Duty, duties_of
from models.person import OF_A_DIVISION, Person, Role, who_can_sign_in


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
_OF_A_DIVISION = frozenset(OF_A_DIVISION)  # … what was handed to their division, and no corruption


def visible_kinds(viewer: Person) -> frozenset[ComplaintKind]:
    """The kinds that this member of staff may read at all."""
    if viewer.role is Role.INTEGRITY_OFFICER:
        return frozenset(ComplaintKind)
    if viewer.role in _SEES_OTHERS | _OF_A_DIVISION:
        return frozenset(ComplaintKind) - {ComplaintKind.CORRUPTION}
    return frozenset()


def visible_to(viewer: Person) -> ColumnElement[bool]:
    """The complaints that this member of staff may read: of a kind that the role may read, not
    kept from this person or from any division that they serve, and, for a division's people,
    handed to it."""
    hidden: ColumnElement[bool] = ComplaintExclusion.person_id == viewer.id
    if viewer.division_id is not None:
        hidden = or_(hidden, ComplaintExclusion.division_id == viewer.division_id)
    served = select(Duty.division_id).where(
        Duty.agency_id == viewer.agency_id, Duty.person_id == viewer.id
    )
    hidden = or_(hidden, ComplaintExclusion.division_id.in_(served))
    kept_from_them = (
        select(ComplaintExclusion.id)
        .where(
            ComplaintExclusion.agency_id == Complaint.agency_id,
            ComplaintExclusion.complaint_id == Complaint.id,
            hidden,
        )
        .exists()
    )
    readable = and_(
        Complaint.agency_id == viewer.agency_id,
        Complaint.kind.in_(visible_kinds(viewer)),
        ~kept_from_them,
    )
    if viewer.role not in _OF_A_DIVISION:
        return readable
    # Somebody must have handed it to a division that they serve.
    handed: ColumnElement[bool] = Complaint.division_id.in_(served)
    if viewer.division_id is not None:
        handed = or_(handed, Complaint.division_id == viewer.division_id)
    return and_(readable, handed)


class Circle:
    """Who of an agency's staff can sign in and read what: looked up once, for many complaints."""

    def __init__(self, session: Session, agency_id: int) -> None:
        self._people = who_can_sign_in(session, agency_id)
        self._served: dict[UUID, set[UUID]] = {}
        for duty in session.scalars(select(Duty).where(Duty.agency_id == agency_id)):
            self._served.setdefault(duty.person_id, set()).add(duty.division_id)
        for one in self._people:
            if one.division_id is not None:
                self._served.setdefault(one.id, set()).add(one.division_id)

    def readers(
        self, kind: ComplaintKind, hidden: HiddenFrom, handed_to: UUID | None = None
    ) -> list[Person]:
        """Says the same as `visible_to`."""
        found = []
        for one in self._people:
            divisions = self._served.get(one.id, set())
            if kind not in visible_kinds(one) or is_kept_from(one, divisions, hidden):
                continue
            if one.role in _OF_A_DIVISION and handed_to not in divisions:
                continue
            found.append(one)
        return found


def is_kept_from(person: Person, divisions: Collection[UUID], hidden: HiddenFrom) -> bool:
    return person.id in hidden.people or not hidden.divisions.isdisjoint(divisions)


def readers(
    session: Session, agency_id: int, kind: ComplaintKind, hidden: HiddenFrom
) -> list[Person]:
    """Who can sign in and read a complaint of this kind that is kept from those, and is handed to
    no division."""
    return Circle(session, agency_id).readers(kind, hidden)


def readers_of(session: Session, complaint: Complaint) -> list[Person]:
    """Who can sign in and read this complaint."""
    circle = Circle(session, complaint.agency_id)
    return circle.readers(complaint.kind, hidden_from(session, complaint), complaint.division_id)


def speaks_for_office(session: Session, viewer: Person, complaint: Complaint) -> bool:
    """Who answers the reporter and moves the case on: officers, and the head of the division that
    it was handed to. A division's staff write notes, and propose an answer in one."""
    if viewer.role in _SEES_OTHERS:
        return True
    division = complaint.division_id
    return division is not None and duties_of(session, viewer).get(division, False)


def hands_out(viewer: Person) -> bool:
    """Who hands a case to a division, joins it with another and keeps its deadlines."""
    return viewer.role in _SEES_OTHERS


def access_complaint(
    session: Session, viewer: Person, complaint_id: UUID, now: datetime
) -> OpenedComplaint:
    """One complaint for a viewer who may read it; the opening is logged. Raises `NotAllowed`.

    Needs a writing session.
    """
    return log_opening(session, viewer, find_to_read(session, viewer, complaint_id), now)


def find_to_read(session: Session, viewer: Person, complaint_id: UUID) -> Complaint:
    """The row alone, nothing of it opened. Raises `NotAllowed`."""
    complaint = session.scalar(
        select(Complaint).where(visible_to(viewer), Complaint.id == complaint_id)
    )
    if complaint is None:
        raise NotAllowed
    return complaint


def log_opening(
    session: Session,
    viewer: Person,
    complaint: Complaint,
    now: datetime,
    action: str = "complaint.opened",
) -> OpenedComplaint:
    """For a viewer of whom `find_to_read` said that they may."""
    log_deed(session, complaint, viewer, action, now)
    return opened_complaint(session, complaint, opened_entries(session, complaint))


def log_deed(
    session: Session,
    complaint: Complaint,
    person: Person,
    action: str,
    now: datetime,
    detail: Mapping[str, str] | None = None,
) -> None:
    """What somebody did with a case, for the audit log."""
    audit.record_deed(session, person, action, f"complaint:{complaint.id}", now, detail)


def opened_entries(session: Session, complaint: Complaint) -> list[OpenedEntry]:
    """What happened, in its order. Only for a viewer whose opening of the case is on the record."""
    entries = session.scalars(
        select(ComplaintEntry)
        .where(
            ComplaintEntry.agency_id == complaint.agency_id,
            ComplaintEntry.complaint_id == complaint.id,
        )
        .order_by(ComplaintEntry.number)
    )
    return [
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


def opened_complaint(
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
