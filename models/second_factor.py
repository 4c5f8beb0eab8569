"""The second factor (RFC 6238) and the recovery codes that stand in for it, sealed in their row.

A code counts once: the time step of the last one is kept, and only a later one is taken, whichever
process it comes to. Recovery codes are kept as keyed hashes, and each is used up.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from passlib.totp import TOTP
from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from models import vault
from models.login import end_sessions
from models.person import Person

STEP = 30  # seconds
RECOVERY_CODES = 10
_PURPOSE = "person"
_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that reads like another
_HALF = 5


def new_secret() -> str:
    """A new key for an authenticator, in passlib's JSON. Kept sealed, never in clear."""
    return str(TOTP.new().to_json(encrypt=False))


def has_second_factor(person: Person) -> bool:
    return person.totp_secret is not None


def secret_of(session: Session, person: Person) -> str | None:
    if person.totp_secret is None:
        return None
    return vault.open_text(session, person.agency_id, _PURPOSE, person.totp_secret)


def set_second_factor(
    session: Session, person: Person, secret: str, counter: int | None = None
) -> None:
    """``counter``: the time step of the code that showed that the authenticator has the key."""
    person.totp_secret = vault.seal_text(session, person.agency_id, _PURPOSE, secret)
    person.totp_counter = counter
    session.flush()


def reset_second_factor(session: Session, person: Person) -> bool:
    """Forget key and recovery codes, and sign the person out everywhere; False: there was none."""
    had = has_second_factor(person)
    person.totp_secret = person.totp_counter = person.recovery_codes = None
    end_sessions(session, person)
    return had


def use_counter(session: Session, person: Person, counter: int) -> bool:
    """Use a time step up; False where it, or a later one, was used before."""
    taken = session.execute(
        update(Person)
        .where(
            Person.agency_id == person.agency_id,
            Person.id == person.id,
            or_(Person.totp_counter.is_(None), Person.totp_counter < counter),
        )
        .values(totp_counter=counter)
        .execution_options(synchronize_session="fetch")
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def step_at(now: datetime) -> int:
    return int(now.timestamp()) // STEP


def code_at(secret: str, step: int) -> str:
    """What an authenticator shows in that time step. For the demo, which plays one."""
    return str(TOTP.from_json(secret).generate(step * STEP).token)


def recovery_hashes(session: Session, person: Person) -> list[str]:
    """The hashes of the codes that are left."""
    if person.recovery_codes is None:
        return []
    found = vault.open_json(session, person.agency_id, _PURPOSE, person.recovery_codes)
    return [str(one) for one in found]


def make_recovery_codes(session: Session, person: Person) -> list[str]:
    """New codes, shown once; earlier ones end."""
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    _keep(session, person, [_hash(session, person, one) for one in codes])
    return codes


def use_recovery_code(session: Session, person: Person, code: str) -> bool:
    """Use a code up. Needs the person held: of two who come with it at once, one."""
    hashes = recovery_hashes(session, person)
    wanted = _hash(session, person, code)
    left = [one for one in hashes if not secrets.compare_digest(one, wanted)]
    if len(left) == len(hashes):
        return False
    _keep(session, person, left)
    return True


def _keep(session: Session, person: Person, hashes: Sequence[str]) -> None:
    person.recovery_codes = vault.seal_json(session, person.agency_id, _PURPOSE, list(hashes))
    session.flush()


def _new_code() -> str:
    marks = "".join(secrets.choice(_ALPHABET) for _ in range(2 * _HALF))
    return f"{marks[:_HALF]}-{marks[_HALF:]}"


def _hash(session: Session, person: Person, code: str) -> str:
    letters = "".join(mark for mark in code.upper() if mark.isalnum())
    return vault.blind(session, person.agency_id, f"recovery {person.id}", letters).hex()
