"""Passwords: compared slowly and with no session open, and what comes of right and wrong ones.

A wrong password, a wrong code of the second factor and a wrong recovery code count together: from
the fifth on each begins a pause that doubles, up to a quarter of an hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from models import hashing
from models.person import Person, new_session_key

_LOCK_AFTER = 5
_FIRST_LOCK = timedelta(seconds=30)
_LONGEST_LOCK = timedelta(minutes=15)


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
    password_hash = login.password_hash if login else hashing.NOBODYS
    return hashing.matches(password_hash, password) and login is not None


def newer_hash(login: Login, password: str) -> str | None:
    """A hash of today's strength where the old one has fallen behind. Slow, like comparing."""
    if not hashing.has_fallen_behind(login.password_hash):
        return None
    return hashing.hash_of(password)


def is_locked(person: Person, now: datetime) -> bool:
    return person.locked_until is not None and now < person.locked_until


def count_failure(person: Person, now: datetime) -> None:
    """One more wrong password or code. Needs the person held."""
    person.failed_logins += 1
    over = person.failed_logins - _LOCK_AFTER
    if over >= 0:
        person.locked_until = now + min(_FIRST_LOCK * 2 ** min(over, 10), _LONGEST_LOCK)


def forget_failures(person: Person) -> None:
    person.failed_logins = 0
    person.locked_until = None


def complete_sign_in(person: Person, now: datetime) -> None:
    """They are in, with everything that is asked of them: what went wrong before is forgotten."""
    forget_failures(person)
    person.signed_in_at = now


def record_password(
    person: Person | None,
    login: Login | None,
    matched: bool,
    now: datetime,
    new_hash: str | None = None,
) -> bool:
    """Whether the password opens the next door; failures are counted. Needs a writing session, and
    in it the person as they are after the comparison (`hold_person`).

    A right one forgets no failure: who knows a password could otherwise guess at codes without
    end. `complete_sign_in` does.
    """
    if person is None or login is None or login_of(person) is None:
        return False
    if person.session_key != login.session_key:
        return False  # another password was set meanwhile: what was compared counts for nothing
    if is_locked(person, now):
        return False
    if not matched:
        count_failure(person, now)
        return False
    if new_hash is not None:
        person.password_hash = new_hash
    return True


def sign_in(person: Person | None, password: str, now: datetime) -> bool:
    """Compare and record in one go, where nobody waits for the session. Needs a writing session."""
    login = login_of(person)
    matched = password_matches(login, password)
    new_hash = newer_hash(login, password) if login and matched else None
    if person is None or not record_password(person, login, matched, now, new_hash):
        return False
    complete_sign_in(person, now)
    return True


def end_sessions(session: Session, person: Person) -> None:
    """Sign the person out everywhere."""
    person.session_key = new_session_key()
    session.flush()
