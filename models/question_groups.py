"""Waiting questions that ask the same: shown together, answered together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from domain.grouping import group
from domain.states import IllegalMove, QuestionState
from domain.thai_text import normalise
from models.knowledge import Question, text_of, waiting_questions
from models.person import Person
from models.question_rules import may_answer_question, questions_of
from models.question_work import (
    LONGEST_KEPT_QUESTION,
    answer_waiting,
    contact_of_asker,
    hold_question,
    is_kept,
    keep_as_article,
    names_somebody,
)

MOST_LOOKED_AT = 2000  # each is opened to be compared
MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Asked:
    """One question of a group."""

    id: UUID
    text: str
    asked_on: date
    division_id: UUID | None
    asker: UUID | None = None

    @property
    def is_private(self) -> bool:
        """It cannot be shown to everybody as it stands."""
        return names_somebody(self.text) or len(self.text) > LONGEST_KEPT_QUESTION


@dataclass(frozen=True)
class Group:
    """Questions alike, the oldest first."""

    asked: Sequence[Asked]

    @property
    def id(self) -> UUID:
        return self.asked[0].id

    @property
    def text(self) -> str:
        """As most of them put it, if everybody may read that; of two as often, the older."""
        said = Counter(normalise(one.text) for one in self.asked)
        best = max(self.asked, key=lambda one: (not one.is_private, said[normalise(one.text)]))
        return best.text

    @property
    def people(self) -> int:
        """How many asked: who asked twice is one. Of nobody known, each is taken for another."""
        known = {one.asker for one in self.asked if one.asker is not None}
        return len(known) + sum(one.asker is None for one in self.asked)

    @property
    def newest(self) -> date:
        return self.asked[-1].asked_on


def groups_of(session: Session, person: Person) -> list[Group]:
    """The newest waiting questions that this person may answer, the biggest group first."""
    within = questions_of(session, person)
    found = waiting_questions(session, person.agency_id, MOST_LOOKED_AT, within)
    asked = [_asked(one, text) for one, text in reversed(found)]
    asked.sort(key=lambda one: (one.asked_on, one.id))
    made = [Group([asked[at] for at in numbers]) for numbers in group([one.text for one in asked])]
    return sorted(made, key=lambda one: (-one.people, -one.newest.toordinal(), one.id))


def _asked(question: Question, text: str) -> Asked:
    return Asked(question.id, text, question.asked_on, question.division_id, question.contact_id)


def group_with(session: Session, person: Person, question_id: UUID) -> Group | None:
    """The group that a question is in now; None where it waits no more, or not for them."""
    for one in groups_of(session, person):
        if any(asked.id == question_id for asked in one.asked):
            return Group(one.asked[:MOST_AT_ONCE])
    return None


def waiting_of(session: Session, person: Person, ids: Sequence[UUID]) -> Group | None:
    """Those of a page's questions that still wait for this person, as a group."""
    rows = [session.get(Question, (person.agency_id, one)) for one in dict.fromkeys(ids)]
    asked = [
        _asked(row, text_of(session, row))
        for row in rows
        if row is not None
        and row.state is QuestionState.WAITING
        and may_answer_question(session, person, row)
    ]
    return Group(asked) if asked else None


def reachable_of(session: Session, person: Person, group_: Group) -> int:
    """How many of the askers an answer would reach."""
    rows = [session.get_one(Question, (person.agency_id, one.id)) for one in group_.asked]
    found = [contact_of_asker(session, row) for row in rows]
    return len({one.id for one in found if one is not None})


@dataclass(frozen=True)
class Done:
    sent: int  # to so many people
    answered: int  # so many of their questions
    unsent: int  # answered, with nobody to send it to
    late: int  # somebody else answered, closed or took them before
    kept: bool


def answer_group(
    session: Session,
    person: Person,
    ids: Sequence[UUID],
    text: str,
    now: datetime,
    *,
    asked: str = "",
    ways: Sequence[UUID] = (),
) -> Done:
    """Answer all of them in the same words, in one commit, and tell each asker once; where
    ``asked`` is given, keep it as an entry with the texts of ``ways`` beside it.

    Raises `IllegalMove` where none of them waits any more, and `models.knowledge.BadArticle`.
    """
    answered = unsent = late = 0
    told: set[UUID] = set()
    first: Question | None = None
    said: dict[UUID, str] = {}
    # All of them, in one order, before the first is answered: each answer takes the log's lock,
    # and whoever holds a question and waits for that must not be waited for.
    held = {one: hold_question(session, person.agency_id, one) for one in sorted(set(ids))}
    for question_id, question in held.items():
        if (
            question is None
            or question.state is not QuestionState.WAITING
            or not may_answer_question(session, person, question)
        ):
            late += 1
            continue
        said[question_id] = text_of(session, question)
        asker = question.contact_id  # which an answered question no longer has
        if answer_waiting(session, question, person, text, now, told=asker in told):
            answered += 1
            told |= {asker} if asker is not None else set()
        else:
            unsent += 1
        first = first or question
    if first is None:
        raise IllegalMove("none of these questions waits any more")
    kept = False
    if asked:
        others = [said[one] for one in ways if one in said and not names_somebody(said[one])]
        others = [one for one in others if len(one) <= LONGEST_KEPT_QUESTION]
        others = [one for one in others if normalise(one) != normalise(asked)]
        kept = not is_kept(session, first) and keep_as_article(
            session, first, person, now, asked, others
        )
    return Done(len(told), answered, unsent, late, kept)
