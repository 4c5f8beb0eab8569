"""Single-use codes: one code links a person to a LINE account, or a division to a group, and lets
the person choose a password on the desk, each of the two once."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Index, LargeBinary, Select, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import vault
from models.base import Base, Ordered, within_agency
from models.contact import Contact
from models.person import Person, hold_person

INVITATION_DAYS = 7
_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that reads like another


class Invitation(Ordered, Base):
    __tablename__ = "invitation"
    __table_args__ = (
        Index("uq_invitation_code_hash", "agency_id", "code_hash", unique=True),
        within_agency("person_id", "person"),
    )

    person_id: Mapped[UUID]
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(16))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]  # in LINE
    desk_used_at: Mapped[datetime | None]  # on the desk, for a password


def end_invitations(session: Session, person: Person, now: datetime) -> None:
    """None of the person's codes opens anything any more, neither in LINE nor on the desk."""
    session.execute(
        update(Invitation)
        .where(
            Invitation.agency_id == person.agency_id,
            Invitation.person_id == person.id,
            or_(Invitation.used_at.is_(None), Invitation.desk_used_at.is_(None)),
        )
        .values(
            used_at=func.coalesce(Invitation.used_at, now),
            desk_used_at=func.coalesce(Invitation.desk_used_at, now),
        )
    )


def invite(session: Session, person: Person, now: datetime) -> str:
    """A new code, shown once; only its keyed hash is kept. Earlier ones end."""
    end_invitations(session, person, now)
    mark = "".join(secrets.choice(_ALPHABET) for _ in range(10))
    code = f"PS-{mark[:5]}-{mark[5:]}"
    session.add(
        Invitation(
            agency_id=person.agency_id,
            person_id=person.id,
            code_hash=_code_hash(session, person.agency_id, code),
            expires_at=now + timedelta(days=INVITATION_DAYS),
        )
    )
    session.flush()
    return code


def accept_invitation(
    session: Session, agency_id: int, code: str, contact: Contact, now: datetime
) -> Person | None:
    """Link the invited person to a LINE account; None when the code is unknown, used or too old."""
    invitation = _held(session, agency_id, code, now)
    if invitation is None or invitation.used_at is not None:
        return None
    invitation.used_at = now
    person = session.get_one(Person, (agency_id, invitation.person_id))
    # A LINE account stands for one person: whoever held it before holds it no more.
    session.execute(
        update(Person)
        .where(Person.agency_id == agency_id, Person.contact_id == contact.id)
        .values(contact_id=None)
    )
    person.contact_id = contact.id
    session.flush()
    return person


def use_in_group(
    session: Session, agency_id: int, code: str, holder: Person | None, now: datetime
) -> bool:
    """Use a code up that was typed in a group; whether it was this holder's own.

    Everybody there has read it. So whoever's it was, it ends: nobody else in the group can take it
    to a chat of their own, or to the desk.
    """
    invitation = _held(session, agency_id, code, now)
    if invitation is None:
        return False
    in_line = invitation.used_at is None
    invitation.used_at = invitation.used_at or now
    invitation.desk_used_at = invitation.desk_used_at or now
    session.flush()
    return in_line and holder is not None and invitation.person_id == holder.id


def invited_person(session: Session, agency_id: int, code: str, now: datetime) -> Person | None:
    """Who may choose a password with this code. Nothing is used up by asking."""
    found = session.scalar(_by_code(session, agency_id, code, now))
    if found is None or found.desk_used_at is not None:
        return None
    person = session.get(Person, (agency_id, found.person_id))
    return person if person is not None and person.active else None


def use_on_desk(session: Session, agency_id: int, code: str, now: datetime) -> Person | None:
    """Use a code up for a password; its person, held. None when it opens nothing (any more)."""
    invitation = _held(session, agency_id, code, now)
    if invitation is None or invitation.desk_used_at is not None:
        return None
    invitation.desk_used_at = now
    session.flush()
    return session.get_one(Person, (agency_id, invitation.person_id))


def _by_code(session: Session, agency_id: int, code: str, now: datetime) -> Select[Invitation]:
    return select(Invitation).where(
        Invitation.agency_id == agency_id,
        Invitation.code_hash == _code_hash(session, agency_id, code),
        Invitation.expires_at > now,
    )


def _held(session: Session, agency_id: int, code: str, now: datetime) -> Invitation | None:
    """The code, with its person held: of two who come with it at once, one finds it unused."""
    query = _by_code(session, agency_id, code, now)
    found = session.scalar(query)
    # Whoever uses or ends a code holds its person first.
    person = hold_person(session, agency_id, found.person_id) if found is not None else None
    if person is None or not person.active:
        return None
    return session.scalar(query.execution_options(populate_existing=True))


def open_invitation(session: Session, person: Person, now: datetime) -> Invitation | None:
    """The person's code that can still be used, in LINE or on the desk."""
    return session.scalar(
        select(Invitation)
        .where(
            Invitation.agency_id == person.agency_id,
            Invitation.person_id == person.id,
            or_(Invitation.used_at.is_(None), Invitation.desk_used_at.is_(None)),
            Invitation.expires_at > now,
        )
        .order_by(Invitation.id.desc())
        .limit(1)
    )


def _code_hash(session: Session, agency_id: int, code: str) -> bytes:
    letters = "".join(mark for mark in code.upper() if mark.isalnum())
    return vault.blind(session, agency_id, "invitation", letters)
