"""Opening the identity of a confidential reporter: a reason, and a second person's yes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Select, select
from sqlalchemy.orm import Mapped, Session

from domain.consent import MAY_BE_OPENED_SINCE
from models import vault
from models.base import WITHOUT_ROW_ORDER, Base, Unordered, within_agency
from models.complaint import Complaint, IdentityMode, Reporter
from models.complaint_access import log_deed, readers_of, visible_kinds, visible_to
from models.contact import Contact, line_id_of
from models.new_rights import new_right
from models.person import Person, Role

ASKED_FOR = timedelta(days=7)  # an unanswered request ends by itself
OPEN_FOR = timedelta(hours=24)
_MAY = frozenset({Role.ADMIN, Role.INTEGRITY_OFFICER})
_MOST_SHOWN = 50


class CannotAsk(Exception):
    """``why``: "not_sealed", "promised", "waiting" (one's own request does already), "open", or
    "new": see `models.new_rights`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class CannotDecide(Exception):
    """It was decided, or ended, or is one's own."""


class TooNew(CannotDecide):
    """One's right to decide is younger than `models.new_rights` asks for."""


class IdentityRequest(Unordered, Base):
    __tablename__ = "identity_request"
    __table_args__ = (
        Index("ix_identity_request_complaint", "agency_id", "complaint_id"),
        CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="two_people"),
        CheckConstraint("(granted IS NULL) = (decided_by IS NULL)", name="decided_by_somebody"),
        within_agency("complaint_id", "complaint"),
        within_agency("asked_by", "person"),
        within_agency("decided_by", "person"),
        WITHOUT_ROW_ORDER,
    )

    complaint_id: Mapped[UUID]
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]
    reason: Mapped[bytes]  # sealed
    granted: Mapped[bool | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    open_until: Mapped[datetime | None]


@dataclass(frozen=True)
class Asked:
    """A request that waits, as whoever may decide it reads it."""

    id: UUID
    complaint_id: UUID
    by: UUID
    at: datetime
    until: datetime
    reason: str


def holds_the_right(person: Person) -> bool:
    """Whether they may ask, and decide of others' asking, where they may read the case. Of a case
    of corruption those are integrity officers alone, as nobody else reads it."""
    return person.role in _MAY


def is_sealed(complaint: Complaint) -> bool:
    confidential = complaint.identity_mode is IdentityMode.CONFIDENTIAL
    return confidential and complaint.reporter_id is not None


def was_promised(session: Session, complaint: Complaint) -> bool:
    """Whether its reporter was told, under an earlier notice, that nobody ever opens this."""
    if complaint.reporter_id is None:
        return False
    reporter = session.get_one(Reporter, (complaint.agency_id, complaint.reporter_id))
    version = reporter.consent_version
    return version is not None and version < MAY_BE_OPENED_SINCE


def deciders(session: Session, complaint: Complaint, asker: Person) -> list[Person]:
    """Who can say yes or no to somebody's request; never they themselves."""
    return [
        one for one in readers_of(session, complaint) if holds_the_right(one) and one.id != asker.id
    ]


def ask(
    session: Session, complaint: Complaint, person: Person, reason: str, now: datetime
) -> IdentityRequest:
    """Raises `CannotAsk`. The caller has the case locked, and asked `holds_the_right`."""
    if not is_sealed(complaint):
        raise CannotAsk("not_sealed")
    if was_promised(session, complaint):
        raise CannotAsk("promised")
    if new_right(session, person, now) is not None:
        raise CannotAsk("new")
    if opened_until(session, complaint, person, now) is not None:
        raise CannotAsk("open")
    own = _waiting(complaint.agency_id, now)
    own = own.where(
        IdentityRequest.complaint_id == complaint.id, IdentityRequest.asked_by == person.id
    )
    if session.scalar(own.limit(1)) is not None:
        raise CannotAsk("waiting")
    row = IdentityRequest(
        agency_id=complaint.agency_id,
        complaint_id=complaint.id,
        asked_by=person.id,
        asked_at=now,
        reason=vault.seal_text(session, complaint.agency_id, "complaint", reason),
    )
    session.add(row)
    session.flush()
    log_deed(session, complaint, person, "identity.asked", now)
    return row


def _waiting(agency_id: int, now: datetime) -> Select[IdentityRequest]:
    return select(IdentityRequest).where(
        IdentityRequest.agency_id == agency_id,
        IdentityRequest.decided_by.is_(None),
        IdentityRequest.asked_at > now - ASKED_FOR,
    )


def requests_to_decide(session: Session, viewer: Person, now: datetime) -> list[Asked]:
    """What waits for this person's yes or no, the oldest first. None of their own, and none of a
    case that they may not read."""
    if not holds_the_right(viewer) or not visible_kinds(viewer):
        return []
    query = (
        _waiting(viewer.agency_id, now)
        .join(
            Complaint,
            (Complaint.agency_id == IdentityRequest.agency_id)
            & (Complaint.id == IdentityRequest.complaint_id),
        )
        .where(visible_to(viewer), IdentityRequest.asked_by != viewer.id)
        .order_by(IdentityRequest.asked_at, IdentityRequest.id)
        .limit(_MOST_SHOWN)
    )
    return [_asked(session, row) for row in session.scalars(query)]


def requests_of_case(session: Session, complaint: Complaint, now: datetime) -> list[Asked]:
    """Those that wait for an answer."""
    query = _waiting(complaint.agency_id, now)
    query = query.where(IdentityRequest.complaint_id == complaint.id)
    return [_asked(session, row) for row in session.scalars(query.limit(_MOST_SHOWN))]


def _asked(session: Session, row: IdentityRequest) -> Asked:
    reason = vault.open_text(session, row.agency_id, "complaint", row.reason)
    until = row.asked_at + ASKED_FOR
    return Asked(row.id, row.complaint_id, row.asked_by, row.asked_at, until, reason)


def decide(
    session: Session,
    complaint: Complaint,
    request_id: UUID,
    person: Person,
    now: datetime,
    *,
    yes: bool,
) -> IdentityRequest:
    """A second person's answer; a yes opens it for the asker alone, for a day. Raises
    `CannotDecide`. The caller has the case locked, and asked `holds_the_right`."""
    if new_right(session, person, now) is not None:
        raise TooNew
    query = _waiting(complaint.agency_id, now).where(
        IdentityRequest.id == request_id, IdentityRequest.complaint_id == complaint.id
    )
    row: IdentityRequest | None = session.scalar(query.with_for_update())
    if row is None or row.asked_by == person.id:
        raise CannotDecide
    row.granted, row.decided_by, row.decided_at = yes, person.id, now
    row.open_until = now + OPEN_FOR if yes else None
    session.flush()
    action = "identity.granted" if yes else "identity.declined"
    detail = {"person": str(row.asked_by)}
    log_deed(session, complaint, person, action, now, detail)
    return row


def asker_of(session: Session, complaint: Complaint, request_id: UUID) -> Person:
    row = session.get_one(IdentityRequest, (complaint.agency_id, request_id))
    return session.get_one(Person, (complaint.agency_id, row.asked_by))


def opened_until(
    session: Session, complaint: Complaint, person: Person, now: datetime
) -> datetime | None:
    """Until when a second person's yes lets this person look; None where nothing does, or while
    their right is new."""
    if not holds_the_right(person) or new_right(session, person, now) is not None:
        return None
    query = select(IdentityRequest.open_until).where(
        IdentityRequest.agency_id == complaint.agency_id,
        IdentityRequest.complaint_id == complaint.id,
        IdentityRequest.asked_by == person.id,
        IdentityRequest.granted.is_(True),
        IdentityRequest.open_until > now,
    )
    return session.scalar(query.order_by(IdentityRequest.open_until.desc()).limit(1))


@dataclass(frozen=True, repr=False)
class Identity:
    """What is held of somebody. LINE's display name is asked for and kept nowhere."""

    name: str
    phone: str
    line_id: str


def look(session: Session, complaint: Complaint, person: Person, now: datetime) -> Identity | None:
    """Who it is, for whom it was opened, and on the record each time; None for anybody else. Needs
    a writing session."""
    if not is_sealed(complaint) or opened_until(session, complaint, person, now) is None:
        return None
    agency_id = complaint.agency_id
    log_deed(session, complaint, person, "identity.seen", now)
    reporter = session.get_one(Reporter, (agency_id, complaint.reporter_id))
    held: Mapping[str, str] = {}
    if reporter.identity is not None:
        held = vault.open_json(session, agency_id, "reporter", reporter.identity)
    line_id = ""
    if reporter.contact_id is not None:
        line_id = line_id_of(session, session.get_one(Contact, (agency_id, reporter.contact_id)))
    return Identity(held.get("name", ""), held.get("phone", ""), line_id)
