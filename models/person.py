"""Staff (เจ้าหน้าที่): roles, web logins, invitations, and the LINE account that is theirs."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Index, LargeBinary, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import vault
from models.base import Base, Ordered, state_column, within_agency
from models.contact import Contact


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


_hasher = PasswordHasher()  # argon2id with the library's defaults (RFC 9106, low memory)
MIN_PASSWORD = 10
INVITATION_DAYS = 7
_LOCK_AFTER = 5
_LONGEST_LOCK = timedelta(minutes=15)
_INVITATION_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that reads like another


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
    session_key: Mapped[str] = mapped_column(String(43), default=lambda: secrets.token_urlsafe(24))
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]


class Invitation(Ordered, Base):
    """A single-use code that links a person to a LINE account, or a division to a group."""

    __tablename__ = "invitation"
    __table_args__ = (
        Index("uq_invitation_code_hash", "agency_id", "code_hash", unique=True),
        within_agency("person_id", "person"),
    )

    person_id: Mapped[UUID]
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(16))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


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
    if len(password) < MIN_PASSWORD:
        raise BadPerson(f"the password must have at least {MIN_PASSWORD} characters")
    person.password_hash = _hasher.hash(password)
    person.session_key = secrets.token_urlsafe(24)


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


# Verified for whoever cannot sign in, so that their answer takes as long as anybody's.
_DUMMY_HASH = _hasher.hash(secrets.token_hex(16))


@dataclass(frozen=True, repr=False)
class Login:
    """What a password is compared with, taken out of its session: argon2 is slow on purpose."""

    person_id: UUID
    password_hash: str
    session_key: str  # changes whenever the password does


def login_of(person: Person | None) -> Login | None:
    """None for whoever cannot sign in at all. A locked person can, later."""
    if person is None or not person.active or person.password_hash is None:
        return None
    return Login(person.id, person.password_hash, person.session_key)


def password_matches(login: Login | None, password: str) -> bool:
    """Compare, with the same work whoever is asked for. Call it with no session open."""
    password_hash = login.password_hash if login else _DUMMY_HASH
    try:
        return _hasher.verify(password_hash, password) and login is not None
    except (VerificationError, InvalidHashError):
        return False


def newer_hash(login: Login, password: str) -> str | None:
    """A hash of today's strength where the old one has fallen behind. Slow, like comparing."""
    if not _hasher.check_needs_rehash(login.password_hash):
        return None
    return _hasher.hash(password)


def hold_person(session: Session, agency_id: int, person_id: UUID) -> Person | None:
    """The person as they are now, locked: guesses of the same moment count one after the other."""
    return session.scalar(
        select(Person)
        .where(Person.agency_id == agency_id, Person.id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def record_sign_in(
    person: Person | None,
    login: Login | None,
    matched: bool,
    now: datetime,
    new_hash: str | None = None,
) -> bool:
    """Whether to let them in; count failures and lock with a growing pause. Needs a writing
    session, and in it the person as they are after the comparison (`hold_person`)."""
    if person is None or login is None or login_of(person) is None:
        return False
    if person.session_key != login.session_key:
        return False  # another password was set meanwhile: what was compared counts for nothing
    if person.locked_until is not None and now < person.locked_until:
        return False
    if not matched:
        person.failed_logins += 1
        over = person.failed_logins - _LOCK_AFTER
        if over >= 0:
            pause = min(timedelta(seconds=30) * 2 ** min(over, 10), _LONGEST_LOCK)
            person.locked_until = now + pause
        return False
    person.failed_logins = 0
    person.locked_until = None
    if new_hash is not None:
        person.password_hash = new_hash
    return True


def sign_in(person: Person | None, password: str, now: datetime) -> bool:
    """Compare and record in one go, where nobody waits for the session. Needs a writing session."""
    login = login_of(person)
    matched = password_matches(login, password)
    new_hash = newer_hash(login, password) if login and matched else None
    return record_sign_in(person, login, matched, now, new_hash)


def end_invitations(session: Session, person: Person, now: datetime) -> None:
    session.execute(
        update(Invitation)
        .where(
            Invitation.agency_id == person.agency_id,
            Invitation.person_id == person.id,
            Invitation.used_at.is_(None),
        )
        .values(used_at=now)
    )


def invite(session: Session, person: Person, now: datetime) -> str:
    """A new single-use code, shown once; only its keyed hash is kept. Earlier ones end."""
    end_invitations(session, person, now)
    mark = "".join(secrets.choice(_INVITATION_ALPHABET) for _ in range(10))
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
    person = _spend(session, agency_id, code, now)
    if person is None:
        return None
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
    to a chat of their own.
    """
    invited = _spend(session, agency_id, code, now)
    return invited is not None and holder is not None and invited.id == holder.id


def _spend(session: Session, agency_id: int, code: str, now: datetime) -> Person | None:
    """Whose valid code it was; of two who come with it at once, one."""
    query = select(Invitation).where(
        Invitation.agency_id == agency_id,
        Invitation.code_hash == _code_hash(session, agency_id, code),
        Invitation.used_at.is_(None),
        Invitation.expires_at > now,
    )
    found = session.scalar(query)
    # Whoever uses or ends a code holds its person first.
    person = hold_person(session, agency_id, found.person_id) if found is not None else None
    if person is None or not person.active:
        return None
    invitation = session.scalar(query.execution_options(populate_existing=True))
    if invitation is None:
        return None
    invitation.used_at = now
    session.flush()
    return person


def open_invitation(session: Session, person: Person, now: datetime) -> Invitation | None:
    """The person's code that can still be used."""
    return session.scalar(
        select(Invitation).where(
            Invitation.agency_id == person.agency_id,
            Invitation.person_id == person.id,
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
        )
    )


def unlink(session: Session, person: Person) -> bool:
    """End the link to a LINE account; False where there is none."""
    linked = person.contact_id is not None
    person.contact_id = None
    session.flush()
    return linked


def give_up(session: Session, person: Person, now: datetime) -> None:
    """They have left: signed out everywhere, their LINE account and their codes are theirs no more.

    Nobody is erased: what they reported and reviewed keeps its author.
    """
    person.active = False
    person.session_key = secrets.token_urlsafe(24)
    end_invitations(session, person, now)
    unlink(session, person)


def _code_hash(session: Session, agency_id: int, code: str) -> bytes:
    letters = "".join(mark for mark in code.upper() if mark.isalnum())
    return vault.blind(session, agency_id, "invitation", letters)
