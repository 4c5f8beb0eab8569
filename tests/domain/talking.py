"""A short way to talk with the guided report in tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.conversation import Found, compared, step
from domain.dialogue import (
    Dialogue,
    Directory,
    DiscardFiles,
    Effect,
    Event,
    FileReport,
    LookForSame,
    Moved,
    Reader,
    Said,
    Say,
    Sent,
    State,
)
from domain.divisions import KnownDivision
from domain.messages import Choice, Digest, DigestTicket, Message
from domain.taps import Move, read_move

WORKS, FINANCE = UUID(int=1), UUID(int=2)
DIRECTORY = Directory(
    divisions=(KnownDivision(WORKS, "กองช่าง"), KnownDivision(FINANCE, "กองคลัง", ("การคลัง",))),
    readers=(
        Reader(UUID(int=3), "เจ้าหน้าที่จริยธรรม"),
        Reader(UUID(int=4), "ผู้อำนวยการกองช่าง", WORKS),
    ),
)
NOON = datetime(2023, 3, 15, 5, 0, tzinfo=UTC)


class Talk:
    """One person's conversation; the dialogue is kept from one event to the next."""

    def __init__(self, language: str = "th") -> None:
        self.now = NOON
        self.dialogue = Dialogue(language=language)
        self.effects: tuple[Effect, ...] = ()
        self.same: Found | None = None

    def __call__(self, event: Event | Move | str) -> Talk:
        if isinstance(event, Move):
            event = Moved(event)
        elif isinstance(event, str):
            event = Said(event)
        outcome = step(self.dialogue, event, self.now, DIRECTORY)
        if any(isinstance(one, LookForSame) for one in outcome.effects):
            outcome = compared(outcome.dialogue, self.same, DIRECTORY)
        self.dialogue, self.effects = outcome.dialogue, outcome.effects
        return self

    def each(self, events: Iterable[Event | Move | str]) -> Talk:
        for event in events:
            self(event)
        return self

    def finds(self, same: Found) -> Talk:
        """Somebody reported the same already."""
        self.same = same
        return self

    def wait(self, pause: timedelta) -> Talk:
        self.now += pause
        return self

    @property
    def state(self) -> State:
        return self.dialogue.state

    @property
    def said(self) -> list[Message]:
        return [one.message for one in self.effects if isinstance(one, Say)]

    @property
    def words(self) -> str:
        """Everything that was said in answer to the latest event."""
        return "\n".join(
            str(words)
            for message in self.said
            for words in (getattr(message, "text", ""), getattr(message, "note", ""))
            if words
        )

    @property
    def offered(self) -> set[Move | None]:
        return {read_move(choice.data or "") for one in self.said for choice in choices_of(one)}

    @property
    def discarded(self) -> list[str]:
        return [name for one in self.effects if isinstance(one, DiscardFiles) for name in one.files]

    @property
    def filed(self) -> list[FileReport]:
        return [one for one in self.effects if isinstance(one, FileReport)]


def choices_of(message: Message) -> tuple[Choice, ...]:
    return () if isinstance(message, Digest | DigestTicket) else message.choices


CORRUPTION_ANSWERS = {
    "what": "จัดซื้อเครื่องคอมพิวเตอร์แพงเกินจริง",
    "where": "สำนักงานเทศบาล",
    "when": "เดือนที่แล้ว",
    "who": "ผู้อำนวยการกอง",
}
TO_EVIDENCE = (Move.CORRUPTION, *CORRUPTION_ANSWERS.values(), Move.NEXT)
TO_IDENTITY = (*TO_EVIDENCE, Move.NEXT)


def at_evidence() -> Talk:
    return Talk().each(TO_EVIDENCE)


def at_identity() -> Talk:
    return Talk().each(TO_IDENTITY)


def photo(name: str, set_id: str | None = None, total: int = 1) -> Sent:
    return Sent(name, set_id, total)


# How to come to each state.
WALKS = {
    State.WHAT: (Move.CORRUPTION,),
    State.WHERE: (Move.CORRUPTION, "เรื่อง"),
    State.WHEN: (Move.CORRUPTION, "เรื่อง", "ที่"),
    State.WHO: (Move.CORRUPTION, "เรื่อง", "ที่", "เมื่อ"),
    State.HIDE: (Move.CORRUPTION, "เรื่อง", "ที่", "เมื่อ", "ใคร"),
    State.EVIDENCE: (Move.CORRUPTION, "เรื่อง", "ที่", "เมื่อ", "ใคร", Move.NEXT),
    State.IDENTITY: TO_IDENTITY,
    State.CONSENT: (*TO_IDENTITY, Move.NAMED),
    State.NAME: (*TO_IDENTITY, Move.NAMED, Move.AGREE),
    State.PHONE: (*TO_IDENTITY, Move.NAMED, Move.AGREE, "นางสาวมะลิ หอมไกล"),
    State.CONFIRM: (*TO_IDENTITY, Move.ANONYMOUS),
    State.KIND: (Move.COMPLAINT,),
    State.TRACK: (Move.TRACK,),
}
in_every_state = pytest.mark.parametrize("state", WALKS)
