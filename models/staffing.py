"""What admins change of their staff, and which posts nobody can be told in."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.reminders import LADDER, Level
from models.duty import Duty, Member, PersonEmail, Staff
from models.person import Person, get_person, open_invitation


class PersonChanged(Exception):
    """Somebody else changed the person since they were looked at."""


def mark_of(session: Session, person: Person, now: datetime) -> str:
    """What a form carries, to notice that somebody else changed the person meanwhile."""
    duties = session.execute(
        select(Duty.division_id, Duty.is_head)
        .where(Duty.agency_id == person.agency_id, Duty.person_id == person.id)
        .order_by(Duty.division_id)
    )
    email = session.get(PersonEmail, (person.agency_id, person.id))
    invitation = open_invitation(session, person, now)
    stands = [
        *(person.name, person.role, person.post, person.division_id, person.active),
        *(person.contact_id, email and email.contact_id, invitation and invitation.id),
        *[tuple(row) for row in duties],
    ]
    words = "\n".join(str(one) for one in stands)
    return hashlib.blake2b(words.encode(), digest_size=12).hexdigest()


def hold(session: Session, agency_id: int, ids: Collection[UUID]) -> None:
    """Lock these people, always in the same order: of two admins who do the same at once, or send
    each other away, the second finds what the first did."""
    session.scalars(
        select(Person)
        .where(Person.agency_id == agency_id, Person.id.in_(ids))
        .order_by(Person.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def unchanged(
    session: Session, agency_id: int, person_id: UUID, seen: str, now: datetime
) -> Person | None:
    """The person as they were seen; None for nobody of this agency. The caller holds them.
    Raises `PersonChanged`."""
    person = get_person(session, agency_id, person_id)
    if person is not None and mark_of(session, person, now) != seen:
        raise PersonChanged
    return person


@dataclass(frozen=True)
class Gap:
    """A level at which nobody can be told of a division's obligations."""

    level: Level
    holders: list[Member]  # who hold the post, and cannot be reached; nobody: it is vacant
    told: Level | None  # who is told instead


def gaps_of(staff: Staff, division_id: UUID) -> list[Gap]:
    """The gaps of a division, from its staff up."""
    reached = staff.reached_levels(division_id)
    return [
        Gap(
            level,
            staff.holders(division_id, level),
            next((one for one in LADDER[LADDER.index(level) + 1 :] if one in reached), None),
        )
        for level in LADDER
        if level not in reached
    ]
