"""Whose a question is: who may read and answer it, and whom LINE tells that it waits."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from domain.states import QuestionState
from models.contact import Contact
from models.division import DivisionAnswerer, answerers_of
from models.duty import duties_of
from models.knowledge import Article, Question
from models.notice import contact_of_person
from models.person import Person, Role, get_person

# Who answers whatever comes, and who else may be named for a division that is not theirs.
EVERYWHERE = frozenset({Role.ADMIN, Role.OFFICER})
_OF_A_DIVISION = frozenset({Role.DIVISION_HEAD, Role.DIVISION_STAFF})


def may_answer_question(session: Session, person: Person, question: Question) -> bool:
    """Officers everywhere; a division's people, and whoever it named, its own questions."""
    if not person.active or person.agency_id != question.agency_id:
        return False
    if person.role in EVERYWHERE:
        return True
    if question.division_id is None:
        return False
    return question.division_id in divisions_answered(session, person)


def questions_of(session: Session, person: Person) -> ColumnElement[bool]:
    """The questions that this person may read, as a condition of a query."""
    own = Question.agency_id == person.agency_id
    if person.role in EVERYWHERE:
        return own
    return own & Question.division_id.in_(divisions_answered(session, person))


def articles_of_viewer(session: Session, person: Person) -> ColumnElement[bool]:
    """Judged questions whose answer this person stands for, joined with their entries."""
    own = Question.agency_id == person.agency_id
    if person.role in EVERYWHERE:
        return own
    divisions = divisions_answered(session, person)
    unlisted = Question.article_id.is_(None) & Question.division_id.in_(divisions)
    return own & (Article.division_id.in_(divisions) | unlisted)


def divisions_answered(session: Session, person: Person) -> list[UUID]:
    """The divisions for which somebody answers: their own, those they serve besides, and those
    that named them."""
    named = session.scalars(
        select(DivisionAnswerer.division_id).where(
            DivisionAnswerer.agency_id == person.agency_id,
            DivisionAnswerer.person_id == person.id,
        )
    )
    divisions = [one for one in named if may_be_answerer(person, one)]
    if person.role in _OF_A_DIVISION:
        divisions.extend(duties_of(session, person))
    return list(dict.fromkeys(divisions))


def may_edit_article(session: Session, person: Person, division_id: UUID | None) -> bool:
    """Whether somebody looks after the entries of a division (None: of nobody in particular)."""
    if not person.active:
        return False
    if person.role in EVERYWHERE:
        return True
    return division_id is not None and division_id in divisions_answered(session, person)


def waiting_count(session: Session, person: Person) -> int:
    """How many questions wait for an answer that this person may give."""
    query = select(func.count()).where(
        Question.state == QuestionState.WAITING, questions_of(session, person)
    )
    return session.scalar(query) or 0


def may_be_answerer(person: Person, division_id: UUID) -> bool:
    """Somebody of that division, or somebody who answers questions anyway."""
    if not person.active:
        return False
    return person.division_id == division_id or person.role in EVERYWHERE | _OF_A_DIVISION


def possible_answerers(session: Session, agency_id: int) -> list[Person]:
    query = select(Person).where(Person.agency_id == agency_id, Person.active)
    return list(session.scalars(query.order_by(Person.name, Person.id)))


@dataclass(frozen=True)
class Told:
    """Somebody whom LINE reaches."""

    person: Person
    contact: Contact


def officers_told(session: Session, agency_id: int) -> list[Told]:
    """Who is told of what is nobody else's: linked officers, or admins where there is none."""
    for role in (Role.OFFICER, Role.ADMIN):
        people = session.scalars(
            select(Person)
            .where(
                Person.agency_id == agency_id,
                Person.role == role,
                Person.active,
                Person.contact_id.is_not(None),
            )
            .order_by(Person.id)
        )
        found = [_reached(session, person) for person in people]
        told = [one for one in found if one is not None]
        if told:
            return told
    return []


def answerers_told(session: Session, agency_id: int) -> dict[UUID, Told]:
    """Division to its answerer, where one is named who holds the post and whom LINE reaches."""
    found = {}
    for division_id, person_id in answerers_of(session, agency_id).items():
        person = get_person(session, agency_id, person_id)
        if person is None or not may_be_answerer(person, division_id):
            continue
        told = _reached(session, person)
        if told is not None:
            found[division_id] = told
    return found


def _reached(session: Session, person: Person) -> Told | None:
    contact = contact_of_person(session, person)
    return None if contact is None else Told(person, contact)
