"""Staff (เจ้าหน้าที่): who they are, their role and post, and the LINE account that is theirs."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.passwords import LONGEST, SHORTEST, Fault, fault_of
from models.base import Base, Ordered, state_column, within_agency
from models.contact import Contact
from models.hashing import hash_of


class Role(StrEnum):
    ADMIN = "admin"
    INTEGRITY_OFFICER = "integrity_officer"
    OFFICER = "officer"
    DIVISION_HEAD = "division_head"
    DIVISION_STAFF = "division_staff"
    EXECUTIVE = "executive"
    AUDITOR = "auditor"


OF_A_DIVISION = (Role.DIVISION_STAFF, Role.DIVISION_HEAD)  # roles that need one


class Post(StrEnum):
    """Posts to which silence climbs, above a division's head."""

    CLERK = "clerk"  # ปลัด
    MAYOR = "mayor"  # นายก


_FAULTS = {
    Fault.SHORT: f"the password must have at least {SHORTEST} characters",
    Fault.LONG: f"the password must have at most {LONGEST} characters",
    Fault.NAME: "the password must be more than the user name",
    Fault.COMMON: "that password is among the first that everybody guesses; choose another",
}


def new_session_key() -> str:
    return secrets.token_urlsafe(24)


class BadPerson(ValueError):
    """The person cannot be added or changed as asked; the text says why."""


class Person(Ordered, Base):
    __tablename__ = "person"
    __table_args__ = (
        Index("uq_person_username", "agency_id", "username", unique=True),
        Index("uq_person_contact_id", "agency_id", "contact_id", unique=True),
        within_agency("division_id", "division"),
        within_agency("contact_id", "contact"),
    )

    username: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(state_column(Role, "role"))
    post: Mapped[Post | None] = mapped_column(state_column(Post, "post"))
    division_id: Mapped[UUID | None]
    contact_id: Mapped[UUID | None]
    active: Mapped[bool] = mapped_column(default=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    # Part of every session cookie: changing it signs the person out everywhere.
    session_key: Mapped[str] = mapped_column(String(43), default=new_session_key)
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    signed_in_at: Mapped[datetime | None]
    # The second factor (RFC 6238): sealed; the last code's time step, so that none counts twice.
    totp_secret: Mapped[bytes | None]
    totp_counter: Mapped[int | None] = mapped_column(BigInteger)
    recovery_codes: Mapped[bytes | None]  # sealed JSON of hashes


def add_person(
    session: Session,
    agency_id: int,
    *,
    username: str,
    name: str,
    role: Role,
    division_id: UUID | None = None,
    post: Post | None = None,
    password: str | None = None,
) -> Person:
    """Raises `BadPerson`."""
    username = username.strip().lower()
    if not username or not name.strip():
        raise BadPerson("the user name and the name must not be empty")
    taken = select(Person.id).where(Person.agency_id == agency_id, Person.username == username)
    if session.scalar(taken) is not None:
        raise BadPerson(f"there is a person {username!r} in this agency already")
    if role in OF_A_DIVISION and division_id is None:
        raise BadPerson(f"a person with the role {role.value} needs a division")
    person = Person(
        agency_id=agency_id,
        username=username,
        name=name.strip(),
        role=role,
        post=post,
        division_id=division_id,
    )
    if password is not None:
        set_password(person, password)
    session.add(person)
    session.flush()
    return person


def set_password(person: Person, password: str) -> None:
    """Sign the person out everywhere and let them in with this one. Raises `BadPerson`."""
    check_password(password, person.username)
    keep_hash(person, hash_of(password))


def check_password(password: str, username: str) -> None:
    """Raises `BadPerson` for one that is too easily guessed."""
    fault = fault_of(password, username)
    if fault is not None:
        raise BadPerson(_FAULTS[fault])


def keep_hash(person: Person, password_hash: str) -> None:
    """Another password begins with a clean count, and ends every session."""
    person.password_hash = password_hash
    person.session_key = new_session_key()
    person.failed_logins = 0
    person.locked_until = None


def get_person(session: Session, agency_id: int, person_id: UUID) -> Person | None:
    return session.get(Person, (agency_id, person_id))


def find_person(session: Session, agency_id: int, username: str) -> Person | None:
    return session.scalar(
        select(Person).where(
            Person.agency_id == agency_id, Person.username == username.strip().lower()
        )
    )


def names_of(session: Session, agency_id: int, ids: Collection[UUID]) -> dict[UUID, str]:
    """Names of those of ``ids`` who are (or were) this agency's staff."""
    query = select(Person.id, Person.name).where(Person.agency_id == agency_id, Person.id.in_(ids))
    return {row[0]: row[1] for row in session.execute(query)}


def who_can_sign_in(session: Session, agency_id: int) -> list[Person]:
    """Active staff with a password."""
    query = select(Person).where(
        Person.agency_id == agency_id, Person.active, Person.password_hash.is_not(None)
    )
    return list(session.scalars(query.order_by(Person.id)))


def person_of_contact(session: Session, contact: Contact) -> Person | None:
    """The active member of staff whose LINE account this is."""
    return session.scalar(
        select(Person).where(
            Person.agency_id == contact.agency_id,
            Person.contact_id == contact.id,
            Person.active,
        )
    )


def hold_person(session: Session, agency_id: int, person_id: UUID) -> Person | None:
    """The person as they are now, locked: guesses of the same moment count one after the other."""
    return session.scalar(
        select(Person)
        .where(Person.agency_id == agency_id, Person.id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def unlink(session: Session, person: Person) -> bool:
    """End the link to a LINE account; False where there is none."""
    linked = person.contact_id is not None
    person.contact_id = None
    session.flush()
    return linked
