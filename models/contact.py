"""LINE users and groups that an agency's account has met, and the e-mail addresses of its staff.

No times: they would tell too much.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import vault
from models.base import WITHOUT_ROW_ORDER, Base, Unordered, state_column, within_agency


class ContactKind(StrEnum):
    USER = "user"
    GROUP = "group"
    ROOM = "room"


class Contact(Unordered, Base):
    __tablename__ = "contact"
    __table_args__ = (
        Index("uq_contact_line_hash", "agency_id", "line_hash", unique=True),
        within_agency("division_id", "division"),
        WITHOUT_ROW_ORDER,
    )

    kind: Mapped[ContactKind] = mapped_column(state_column(ContactKind, "kind"))
    line_hash: Mapped[bytes] = mapped_column(LargeBinary(16))
    line_id: Mapped[bytes]  # sealed
    reachable: Mapped[bool] = mapped_column(default=True)  # False: blocked us, or we left
    consent_version: Mapped[str | None] = mapped_column(String(20))
    consented_on: Mapped[date | None]
    division_id: Mapped[UUID | None]  # a group that belongs to a division
    language: Mapped[str | None] = mapped_column(String(2))  # "en" for who asked for English
    members: Mapped[int | None]  # of a group, as LINE last said: each counts against the quota


def line_hash(session: Session, agency_id: int, line_id: str) -> bytes:
    """The blinded LINE id, by which its events, its conversation and its contact are found."""
    return vault.blind(session, agency_id, "line", line_id)


def find_contact(session: Session, agency_id: int, line_id: str) -> Contact | None:
    return session.scalar(
        select(Contact).where(
            Contact.agency_id == agency_id,
            Contact.line_hash == line_hash(session, agency_id, line_id),
        )
    )


def meet(session: Session, agency_id: int, kind: ContactKind, line_id: str) -> Contact:
    """The contact behind a LINE id, made when it is new."""
    contact = find_contact(session, agency_id, line_id)
    if contact is None:
        contact = Contact(
            agency_id=agency_id,
            kind=kind,
            line_hash=line_hash(session, agency_id, line_id),
            line_id=vault.seal_text(session, agency_id, "line", line_id),
            reachable=True,
        )
        session.add(contact)
        session.flush()
    return contact


def is_unreachable(session: Session, agency_id: int, line_id: str) -> bool:
    """Known to have blocked the account, or to have sent it out of the group."""
    contact = find_contact(session, agency_id, line_id)
    return contact is not None and not contact.reachable


def reach_again(session: Session, agency_id: int, line_id: str) -> None:
    """Whoever writes has not blocked us: LINE may bring an old ``unfollow`` after a new word."""
    session.execute(
        update(Contact)
        .where(
            Contact.agency_id == agency_id,
            Contact.line_hash == line_hash(session, agency_id, line_id),
            Contact.reachable.is_(False),
        )
        .values(reachable=True)
    )


def groups_of(session: Session, agency_id: int) -> list[Contact]:
    """The groups that belong to a division."""
    query = select(Contact).where(
        Contact.agency_id == agency_id, Contact.division_id.is_not(None), Contact.reachable
    )
    return list(session.scalars(query.order_by(Contact.id)))


def line_id_of(session: Session, contact: Contact) -> str:
    return vault.open_text(session, contact.agency_id, "line", contact.line_id)


def give_consent(contact: Contact, version: str, day: date) -> None:
    """PDPA: which notice was agreed to, and on which day."""
    contact.consent_version = version
    contact.consented_on = day
