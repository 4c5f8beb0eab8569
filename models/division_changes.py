"""Changing an agency's divisions: their names, what else they are called, and their end."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.divisions import KnownDivision, match_division, means_every, squeezed
from domain.states import ComplaintState, ObligationState, QuestionState
from models.complaint import Complaint
from models.contact import Contact
from models.division import Division, add_division, divisions_of, known_divisions
from models.duty import Duty
from models.knowledge import Question
from models.measure import Obligation
from models.person import Person

MOST_DIVISIONS = 200
MOST_ALIASES = 40
LONGEST_NAME = 200


class BadDivision(Exception):
    """A name or an alias cannot be taken. ``division``: whose it is already, where it is one's."""

    def __init__(self, reason: str, division: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.division = division


@dataclass(frozen=True)
class Load:
    """What a division still has to do with. ``cases``: those that the viewer may read."""

    people: int = 0
    groups: int = 0
    obligations: int = 0
    cases: int = 0
    questions: int = 0

    @property
    def is_nothing(self) -> bool:
        return not any((self.people, self.groups, self.obligations, self.cases, self.questions))


def mark_of(division: Division) -> str:
    """What a form carries, to notice that somebody else changed the division meanwhile."""
    words = "\n".join([division.name, str(division.active), *division.aliases])
    return hashlib.blake2b(words.encode(), digest_size=12).hexdigest()


def hold_division(session: Session, agency_id: int, division_id: UUID) -> Division | None:
    """The division, locked until the caller's commit."""
    return session.scalar(
        select(Division)
        .where(Division.agency_id == agency_id, Division.id == division_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _checked(session: Session, agency_id: int, printed: str, own: UUID | None) -> str:
    """A name in one line that means nobody else. Raises `BadDivision`."""
    name = " ".join(printed.split())
    if not squeezed(name):
        raise BadDivision("empty")
    if len(name) > LONGEST_NAME:
        raise BadDivision("long")
    if means_every(name):
        raise BadDivision("every")
    _check_free(session, agency_id, name, own)
    return name


def _check_free(session: Session, agency_id: int, name: str, own: UUID | None) -> None:
    key = squeezed(name)
    for one in divisions_of(session, agency_id):
        # A retired one's name is its own still: what happened before is told under it.
        if one.id != own and not one.active and squeezed(one.name) == key:
            raise BadDivision("retired", one.name)
    others = [one for one in known_divisions(session, agency_id) if one.id != own]
    meant = match_division(name, others).ids
    if meant:
        raise BadDivision("taken", _name(others, meant[0]))


def _name(known: Collection[KnownDivision], division_id: UUID) -> str:
    return next(one.name for one in known if one.id == division_id)


def add(session: Session, agency_id: int, name: str) -> Division:
    """Raises `BadDivision`."""
    if len(divisions_of(session, agency_id)) >= MOST_DIVISIONS:
        raise BadDivision("many")
    return add_division(session, agency_id, _checked(session, agency_id, name, None))


def rename(session: Session, division: Division, name: str) -> bool:
    """False where it is called that already; what it was called goes on meaning it.
    Raises `BadDivision`."""
    checked = _checked(session, division.agency_id, name, division.id)
    if checked == division.name:
        return False
    known = {squeezed(checked)}
    kept = []
    for one in (division.name, *division.aliases):
        if squeezed(one) not in known:
            known.add(squeezed(one))
            kept.append(one)
    division.name, division.aliases = checked, kept[:MOST_ALIASES]
    session.flush()
    return True


def add_alias(session: Session, division: Division, alias: str) -> bool:
    """False where the division is called that already. Raises `BadDivision`."""
    checked = _checked(session, division.agency_id, alias, division.id)
    if squeezed(checked) in {squeezed(one) for one in (division.name, *division.aliases)}:
        return False
    if len(division.aliases) >= MOST_ALIASES:
        raise BadDivision("many_aliases")
    division.aliases = [*division.aliases, checked]
    session.flush()
    return True


def remove_alias(session: Session, division: Division, alias: str) -> bool:
    if alias not in division.aliases:
        return False
    division.aliases = [one for one in division.aliases if one != alias]
    session.flush()
    return True


def retire(session: Session, division: Division) -> None:
    """The caller has seen that it has nothing left to do (`loads_of`)."""
    division.active = False
    session.flush()


def bring_back(session: Session, division: Division) -> None:
    """Raises `BadDivision` where one of its names means another division by now."""
    for name in (division.name, *division.aliases):
        _check_free(session, division.agency_id, name, division.id)
    division.active = True
    session.flush()


def loads_of(session: Session, agency_id: int, may_read: ColumnElement[bool]) -> dict[UUID, Load]:
    """What each division has to do with, in five queries whatever their number. ``may_read``: the
    complaints that the viewer may know of."""
    people: dict[UUID | None, set[UUID]] = {}
    own = select(Person.division_id, Person.id).where(
        Person.agency_id == agency_id, Person.active, Person.division_id.is_not(None)
    )
    besides = (
        select(Duty.division_id, Duty.person_id)
        .join(Person, (Person.agency_id == Duty.agency_id) & (Person.id == Duty.person_id))
        .where(Duty.agency_id == agency_id, Person.active)
    )
    for query in (own, besides):
        for row in session.execute(query):
            people.setdefault(row[0], set()).add(row[1])
    groups = _counts(
        session,
        Contact.division_id,
        Contact.agency_id == agency_id,
        Contact.division_id.is_not(None),
    )
    open_ones = Obligation.state.in_([ObligationState.OPEN, ObligationState.ANSWERED])
    obligations = _counts(
        session, Obligation.division_id, Obligation.agency_id == agency_id, open_ones
    )
    cases = _counts(
        session,
        Complaint.division_id,
        Complaint.agency_id == agency_id,
        Complaint.division_id.is_not(None),
        Complaint.state.not_in([ComplaintState.CLOSED, ComplaintState.WITHDRAWN]),
        may_read,
    )
    questions = _counts(
        session,
        Question.division_id,
        Question.agency_id == agency_id,
        Question.state == QuestionState.WAITING,
        Question.division_id.is_not(None),
    )
    return {
        one.id: Load(
            len(people.get(one.id, ())),
            groups.get(one.id, 0),
            obligations.get(one.id, 0),
            cases.get(one.id, 0),
            questions.get(one.id, 0),
        )
        for one in divisions_of(session, agency_id)
    }


def _counts(
    session: Session, column: InstrumentedAttribute[Any], *where: ColumnElement[bool]
) -> dict[UUID, int]:
    query = select(column, func.count()).where(*where).group_by(column)
    return {row[0]: row[1] for row in session.execute(query)}
