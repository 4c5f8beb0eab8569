"""Which divisions a member of staff serves, in which post, and how they can be reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.reminders import LADDER, Level, acting_level
from models.base import Base, Tenant, within_agency
from models.contact import Contact, ContactKind, find_contact, groups_of, line_id_of, meet
from models.invitation import end_invitations
from models.person import Person, Post, Role, new_session_key, unlink

MAIL = "mailto:"  # before the address, in the place of a LINE id


class Duty(Tenant, Base):
    """A division that a person serves besides their own, as when a post is filled in for."""

    __tablename__ = "duty"
    __table_args__ = (
        within_agency("person_id", "person"),
        within_agency("division_id", "division"),
    )

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    division_id: Mapped[UUID] = mapped_column(primary_key=True)
    is_head: Mapped[bool]


class PersonEmail(Tenant, Base):
    """Where somebody without LINE is written to: a contact, sealed as LINE ids are."""

    __tablename__ = "person_email"
    __table_args__ = (
        Index("uq_person_email_contact_id", "agency_id", "contact_id", unique=True),
        within_agency("person_id", "person"),
        within_agency("contact_id", "contact"),
    )

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[UUID]


def add_duty(session: Session, person: Person, division_id: UUID, *, is_head: bool) -> None:
    """One more division for a person; said again, whether as its head is what changes."""
    duty = session.get(Duty, (person.agency_id, person.id, division_id))
    if duty is None:
        duty = Duty(agency_id=person.agency_id, person_id=person.id, division_id=division_id)
        session.add(duty)
    duty.is_head = is_head
    session.flush()


def remove_duty(session: Session, person: Person, division_id: UUID) -> bool:
    duty = session.get(Duty, (person.agency_id, person.id, division_id))
    if duty is None:
        return False
    session.delete(duty)
    session.flush()
    return True


def duties_of(session: Session, person: Person) -> dict[UUID, bool]:
    """Every division that a person serves, their own first: is it as its head?"""
    found: dict[UUID, bool] = {}
    if person.division_id is not None:
        found[person.division_id] = person.role is Role.DIVISION_HEAD
    query = select(Duty).where(Duty.agency_id == person.agency_id, Duty.person_id == person.id)
    for duty in session.scalars(query.order_by(Duty.division_id)):
        found[duty.division_id] = found.get(duty.division_id, False) or duty.is_head
    return found


def serves(session: Session, person: Person, division_id: UUID) -> bool:
    """Whether an active person has a post in a division."""
    if not person.active:
        return False
    if person.division_id == division_id:
        return True
    return session.get(Duty, (person.agency_id, person.id, division_id)) is not None


def heads(session: Session, person: Person, division_id: UUID) -> bool:
    """Whether an active person is the head of a division."""
    return person.active and duties_of(session, person).get(division_id, False)


def set_email(session: Session, person: Person, address: str) -> Contact:
    """Write to this address from now on. The caller has checked that it is one."""
    contact = meet(session, person.agency_id, ContactKind.USER, MAIL + address.strip().lower())
    row = session.get(PersonEmail, (person.agency_id, person.id))
    if row is None:
        row = PersonEmail(agency_id=person.agency_id, person_id=person.id, contact_id=contact.id)
        session.add(row)
    row.contact_id = contact.id
    contact.reachable = True
    session.flush()
    return contact


def remove_email(session: Session, person: Person) -> bool:
    row = session.get(PersonEmail, (person.agency_id, person.id))
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return True


def email_of(session: Session, person: Person) -> str:
    """The address, or nothing."""
    row = session.get(PersonEmail, (person.agency_id, person.id))
    if row is None:
        return ""
    contact = session.get_one(Contact, (person.agency_id, row.contact_id))
    return line_id_of(session, contact).removeprefix(MAIL)


def give_up(session: Session, person: Person, now: datetime) -> None:
    """They have left: signed out everywhere, their LINE account, their codes, their password and
    their authenticator are theirs no more. Whoever comes back is invited anew.

    Nobody is erased: what they reported and reviewed keeps its author.
    """
    person.active = False
    _forget_ways_in(person)
    end_invitations(session, person, now)
    unlink(session, person)


def _forget_ways_in(person: Person) -> None:
    person.password_hash = None
    person.totp_secret = person.totp_counter = person.recovery_codes = None
    person.session_key = new_session_key()


def come_back(session: Session, person: Person) -> None:
    """At work again, with no way to sign in until they are invited: also who left before leaving
    forgot them."""
    person.active = True
    _forget_ways_in(person)
    session.flush()


def leave(session: Session, person: Person, now: datetime) -> None:
    """They have left (`give_up`), and are written to no more. An office's address
    is free for whoever comes after."""
    give_up(session, person, now)
    remove_email(session, person)


def email_taken(session: Session, person: Person, address: str) -> bool:
    """Whether the address is somebody else's."""
    contact = find_contact(session, person.agency_id, MAIL + address.strip().lower())
    if contact is None:
        return False
    holder = session.scalar(
        select(PersonEmail.person_id).where(
            PersonEmail.agency_id == person.agency_id, PersonEmail.contact_id == contact.id
        )
    )
    return holder is not None and holder != person.id


def link_group(session: Session, group: Contact, division_id: UUID) -> None:
    """Tell a LINE group of a division's obligations."""
    group.division_id = division_id
    group.reachable = True
    session.flush()


def unlink_group(session: Session, group: Contact) -> bool:
    """Tell a LINE group nothing more; False where it belonged to no division."""
    linked = group.division_id is not None
    group.division_id = None
    session.flush()
    return linked


def linked_group(session: Session, agency_id: int, group_id: UUID) -> Contact | None:
    """A LINE group that belongs to a division."""
    group = session.get(Contact, (agency_id, group_id))
    if group is None or group.kind is ContactKind.USER or group.division_id is None:
        return None
    return group


@dataclass(frozen=True)
class Member:
    """A member of staff with every way to reach them and every post they hold."""

    person: Person
    line: Contact | None  # where LINE can reach them
    email: Contact | None
    duties: dict[UUID, bool]  # division: is it as its head?

    @property
    def contact(self) -> Contact | None:
        """LINE where it can, else e-mail."""
        return self.line or self.email

    def level_in(self, division_id: UUID) -> Level | None:
        if self.person.post is Post.MAYOR:
            return Level.MAYOR
        if self.person.post is Post.CLERK:
            return Level.CLERK
        if division_id not in self.duties:
            return None
        return Level.HEAD if self.duties[division_id] else Level.DIVISION


@dataclass(frozen=True)
class Recipient:
    contact: Contact
    level: Level
    acts_as: Level  # whose stages they are told at: a vacant post's, below their own


@dataclass(frozen=True)
class Staff:
    """Everybody who works in an agency, and the LINE groups of its divisions."""

    members: list[Member]
    groups: dict[UUID, list[Contact]] = field(default_factory=dict)

    def holders(self, division_id: UUID, level: Level) -> list[Member]:
        return [one for one in self.members if one.level_in(division_id) is level]

    def reached_levels(self, division_id: UUID) -> frozenset[Level]:
        """The levels at which somebody can be told of a division's obligations; at the others
        the post is vacant, or whoever holds it has linked neither LINE nor e-mail."""
        found = {
            level
            for level in LADDER
            if any(one.contact is not None for one in self.holders(division_id, level))
        }
        return frozenset(found | {Level.DIVISION} if self.groups.get(division_id) else found)

    def recipients(self, division_id: UUID) -> list[Recipient]:
        """Who is told of a division's obligations, each once."""
        filled = self.reached_levels(division_id)
        found = [
            Recipient(one.contact, level, acting_level(level, filled))
            for one in self.members
            if one.contact is not None and (level := one.level_in(division_id)) is not None
        ]
        groups = self.groups.get(division_id, [])
        return [*found, *(Recipient(one, Level.DIVISION, Level.DIVISION) for one in groups)]


def staff_of(session: Session, agency_id: int) -> Staff:
    """An agency's active staff, in four queries whatever their number."""
    contacts = {
        one.id: one
        for one in session.scalars(
            select(Contact)
            .join(
                Person,
                (Person.agency_id == Contact.agency_id) & (Person.contact_id == Contact.id),
            )
            .where(Contact.agency_id == agency_id, Contact.reachable)
        )
    }
    mails = {
        row[0]: row[1]
        for row in session.execute(
            select(PersonEmail.person_id, Contact)
            .join(
                Contact,
                (Contact.agency_id == PersonEmail.agency_id)
                & (Contact.id == PersonEmail.contact_id),
            )
            .where(PersonEmail.agency_id == agency_id, Contact.reachable)
        )
    }
    extra: dict[UUID, dict[UUID, bool]] = {}
    for duty in session.scalars(select(Duty).where(Duty.agency_id == agency_id)):
        extra.setdefault(duty.person_id, {})[duty.division_id] = duty.is_head
    people = session.scalars(
        select(Person).where(Person.agency_id == agency_id, Person.active).order_by(Person.id)
    )
    members = []
    for person in people:
        duties = dict(extra.get(person.id, {}))
        own = person.division_id
        if own is not None and person.role in (Role.DIVISION_HEAD, Role.DIVISION_STAFF):
            duties[own] = duties.get(own, False) or person.role is Role.DIVISION_HEAD
        line = contacts.get(person.contact_id) if person.contact_id else None
        members.append(Member(person, line, mails.get(person.id), duties))
    groups: dict[UUID, list[Contact]] = {}
    for group in groups_of(session, agency_id):
        if group.division_id is not None:
            groups.setdefault(group.division_id, []).append(group)
    return Staff(members, groups)
