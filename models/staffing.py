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
from models.duty import Duty, Member, PersonEmail, Staff, remove_duty
from models.invitation import open_invitation
from models.person import (
    OF_A_DIVISION,
    BadPerson,
    Person,
    Post,
    Role,
    get_person,
    new_session_key,
)


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


def is_last_admin(session: Session, person: Person) -> bool:
    """Whether nobody else could add people, or let them in again."""
    if person.role is not Role.ADMIN or not person.active:
        return False
    others = select(Person.id).where(
        Person.agency_id == person.agency_id,
        Person.id != person.id,
        Person.role == Role.ADMIN,
        Person.active,
    )
    return session.scalar(others.limit(1)) is None


@dataclass(frozen=True)
class Place:
    """Where somebody stands: what decides what they may do."""

    role: Role
    division_id: UUID | None
    post: Post | None


def place_of(person: Person) -> Place:
    return Place(person.role, person.division_id, person.post)


def change_person(session: Session, person: Person, name: str, place: Place) -> dict[str, str]:
    """Give somebody another name or place; what changed, for the log. Whoever gets another place
    is signed out everywhere. Raises `BadPerson`."""
    bound = place.role in OF_A_DIVISION
    if not name.strip():
        raise BadPerson("the name must not be empty")
    if bound != (place.division_id is not None):
        raise BadPerson("a role of a division needs one, and any other role has none")
    if bound and place.post is not None:
        raise BadPerson("a role of a division has no post above the divisions")
    if place.role is not Role.ADMIN and is_last_admin(session, person):
        raise BadPerson("the last admin stays one")
    changed: dict[str, str] = {}
    if name.strip() != person.name:
        person.name = name.strip()
        changed["name"] = "changed"
    before = place_of(person)
    if place != before:
        if place.role is not before.role:
            changed["role"] = place.role.value
        if place.division_id != before.division_id:
            changed["division"] = str(place.division_id or "")
        if place.post is not before.post:
            changed["post"] = place.post.value if place.post else ""
        person.role, person.division_id, person.post = place.role, place.division_id, place.post
        if place.division_id is not None:
            remove_duty(session, person, place.division_id)  # it is their own now
        person.session_key = new_session_key()
    session.flush()
    return changed
