"""E-mails in the outbox: whom they may still go to, and what waited for a mail server."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from domain.states import OutboxState
from models.contact import find_contact
from models.duty import PersonEmail
from models.outbox import EMAIL, OutboxMessage
from models.person import Person


def is_written_to(session: Session, agency_id: int, recipient: str) -> bool:
    """Whether ``mailto:…`` is still the address of somebody who works in the agency."""
    contact = find_contact(session, agency_id, recipient)
    if contact is None or not contact.reachable:
        return False
    holder = (
        select(Person.id)
        .join(
            PersonEmail,
            (PersonEmail.agency_id == Person.agency_id) & (PersonEmail.person_id == Person.id),
        )
        .where(
            PersonEmail.agency_id == agency_id, PersonEmail.contact_id == contact.id, Person.active
        )
    )
    return session.scalar(holder) is not None


def release_mail(session: Session, outcome: str, now: datetime) -> int:
    """Let mails whose latest attempt ended with ``outcome`` try again, as for the first time; of
    every agency."""
    statement = (
        update(OutboxMessage)
        .where(
            OutboxMessage.state == OutboxState.WAITING,
            OutboxMessage.via == EMAIL,
            OutboxMessage.outcome == outcome,
        )
        .values(next_at=now, attempts=0)
    )
    return session.connection().execute(statement).rowcount


def how_many_are_written_to(session: Session) -> int:
    """People of all agencies who have an e-mail address here."""
    return session.scalar(select(func.count()).select_from(PersonEmail)) or 0
