"""Who must not see a report: read from names, as the reporter gives them."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from domain.dialogue import Directory, Draft, Reader
from domain.divisions import Outcome, match_division, squeezed
from domain.wording.asking import Hiding

_SHORTEST_NAME = 5  # letters: "กอง" in a sentence names nobody


def _division(one: UUID) -> str:
    return f"d:{one.hex}"


def _person(one: UUID) -> str:
    return f"p:{one.hex}"


def accused(draft: Draft, directory: Directory) -> Draft:
    """The draft with every division hidden from that its words name.

    A name that is part of a longer one counts too: one division too many is the safe error, and
    the reporter is shown them all.
    """
    told = squeezed(" ".join(draft.answers.get(key, "") for key in ("who", "what", "where")))
    named = [
        _division(one.id)
        for one in directory.divisions
        if any(
            len(squeezed(name)) >= _SHORTEST_NAME and squeezed(name) in told for name in one.names
        )
    ]
    return replace(draft, hidden=tuple(dict.fromkeys((*draft.hidden, *named))))


def toggle(draft: Draft, text: str, directory: Directory) -> Draft | None:
    """Hide from whoever is named, or no longer; None where nobody of that name is known."""
    found = _named(text, directory)
    if found is None:
        return None
    if found in draft.hidden:
        return replace(draft, hidden=tuple(one for one in draft.hidden if one != found))
    return replace(draft, hidden=(*draft.hidden, found))


def _named(text: str, directory: Directory) -> str | None:
    for reader in directory.readers:
        if squeezed(reader.name) == squeezed(text):
            return _person(reader.id)
    match = match_division(text, directory.divisions)
    return _division(match.ids[0]) if match.outcome is Outcome.ONE else None


def readers_left(draft: Draft, directory: Directory) -> list[Reader]:
    return [
        one
        for one in directory.readers
        if _person(one.id) not in draft.hidden
        and (one.division_id is None or _division(one.division_id) not in draft.hidden)
    ]


def hiding_of(draft: Draft, directory: Directory) -> Hiding:
    names = {_division(one.id): one.name for one in directory.divisions}
    names |= {_person(one.id): one.name for one in directory.readers}
    return Hiding(
        hidden=[names[one] for one in draft.hidden if one in names],
        readers=[one.name for one in readers_left(draft, directory)],
        # Those who could read it come first: to leave one of them out is what is asked.
        offered=[name for one, name in sorted(names.items(), reverse=True)],
    )


def ids_of(hidden: tuple[str, ...]) -> tuple[frozenset[UUID], frozenset[UUID]]:
    """The ids of divisions and of people."""
    divisions = frozenset(UUID(one[2:]) for one in hidden if one.startswith("d:"))
    people = frozenset(UUID(one[2:]) for one in hidden if one.startswith("p:"))
    return divisions, people
