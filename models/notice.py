"""Telling somebody something, and whom LINE can tell: a complaint's citizen, a member of staff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from domain.messages import Message
from models.complaint import Complaint, Reporter
from models.contact import Contact, line_id_of
from models.outbox import OutboxMessage, enqueue
from models.person import Person


def tell(
    session: Session, contact: Contact, messages: Sequence[Message], kind: str, now: datetime
) -> OutboxMessage:
    """Unasked, so worth quota. ``now`` is the real time: the queue's own times are, whatever
    instant a tick was asked for."""
    return enqueue(
        session,
        contact.agency_id,
        line_id_of(session, contact),
        messages,
        kind=kind,
        now=now,
        worth_quota=True,
    )


def contact_of_reporter(session: Session, complaint: Complaint) -> Contact | None:
    """None for an anonymous report, for one that did not come by LINE, and for who blocked us.

    For sending alone: it is not for officers to know who this is, or whether there is anybody.
    """
    if complaint.reporter_id is None:
        return None
    reporter = session.get_one(Reporter, (complaint.agency_id, complaint.reporter_id))
    if reporter.contact_id is None:
        return None
    return _reachable(session.get(Contact, (complaint.agency_id, reporter.contact_id)))


def contact_of_person(session: Session, person: Person) -> Contact | None:
    """The LINE account of somebody who works here still, where it can be reached."""
    if not person.active or person.contact_id is None:
        return None
    return _reachable(session.get(Contact, (person.agency_id, person.contact_id)))


def _reachable(contact: Contact | None) -> Contact | None:
    return contact if contact is not None and contact.reachable else None
