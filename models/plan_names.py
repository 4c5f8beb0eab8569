"""Whom a draft's printed names mean: the agency's divisions, and what a person answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from domain.divisions import KnownDivision, Match, Outcome, match_division, squeezed
from models.division import known_divisions
from models.plan_draft import PlanDraft

EVERY = "every"  # answers that are no division's id
NOBODY = "nobody"  # the printed name is no division at all


@dataclass(frozen=True)
class Meaning:
    """``ids`` are the divisions meant; ``asked`` while only a person can tell."""

    printed: str
    ids: tuple[UUID, ...] = ()
    every: bool = False
    asked: bool = False


class Names:
    def __init__(self, known: Sequence[KnownDivision], answers: Mapping[str, str]) -> None:
        self.known = known
        self.name_of = {one.id: one.name for one in known}
        self._every = tuple(self.name_of)
        self._answers = answers
        self._meanings: dict[str, Meaning] = {}

    def meaning(self, printed: str) -> Meaning:
        found = self._meanings.get(printed)
        if found is None:
            found = self._meanings[printed] = self._find(printed)
        return found

    def _find(self, printed: str) -> Meaning:
        answer = self._answers.get(squeezed(printed))
        if answer == NOBODY:
            return Meaning(printed)
        if answer == EVERY:
            return Meaning(printed, self._every, every=True)
        answered = [one for one in self._every if str(one) == answer]
        if answered:
            return Meaning(printed, tuple(answered))
        match: Match = match_division(printed, self.known)
        if match.outcome is Outcome.EVERY:
            return Meaning(printed, self._every, every=True)
        if match.outcome is Outcome.ONE:
            return Meaning(printed, match.ids)
        return Meaning(printed, asked=True)

    def meant(self, printed: Iterable[str]) -> tuple[UUID, ...]:
        """The divisions that some printed names mean together, each once."""
        found = dict.fromkeys(id for name in printed for id in self.meaning(name).ids)
        return tuple(found)

    def asked(self, printed: Iterable[str]) -> list[str]:
        return [name for name in printed if self.meaning(name).asked]


def names_in(session: Session, draft: PlanDraft) -> Names:
    return Names(known_divisions(session, draft.agency_id), draft.answers)
