"""The authenticators of the example town's people, and what the page that plays them shows.

Secrets are made when the town is; they lie sealed in the database like anybody's.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.desk.permissions import Permission, may
from models import second_factor
from models.agency import find_agency
from models.database import Database
from models.person import Person
from simulator.authenticator import Shown

PAGE = "/simulator/authenticator"


def hand_out(session: Session, staff: Iterable[Person]) -> None:
    """One to whomever the desk asks for a second factor."""
    for person in staff:
        if may(person.role, Permission.COMPLAINTS):
            second_factor.set_second_factor(session, person, second_factor.new_secret())


def shown(db: Database, slug: str) -> list[Shown]:
    now = datetime.now(UTC)
    step = second_factor.step_at(now)
    left = second_factor.STEP - int(now.timestamp()) % second_factor.STEP
    found = []
    with db.reading() as session:
        agency = find_agency(session, slug)
        if agency is None:
            return []
        query = select(Person).where(
            Person.agency_id == agency.id, Person.active, Person.totp_secret.is_not(None)
        )
        for person in session.scalars(query.order_by(Person.id)):
            secret = second_factor.secret_of(session, person) or ""
            used = person.totp_counter or 0
            # A code counts once; the next one is taken half a minute early.
            free = next((one for one in (step, step + 1) if one > used), None)
            code = second_factor.code_at(secret, free) if free is not None else ""
            found.append(Shown(person.name, person.username, code, left))
    return found
