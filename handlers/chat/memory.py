"""What is remembered of one conversation between two events; nothing once it is over."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain.dialogue import Dialogue, State
from handlers.chat.turn import Turn
from models import conversation

FOLLOW_UP = timedelta(minutes=30)
_LONG_AGO = timedelta(days=1)  # longer than the pause after which a report asks before it goes on


@dataclass(frozen=True)
class FollowUp:
    """After a tap, words and photos belong to that answer for half an hour."""

    report_id: UUID
    until: datetime


@dataclass(frozen=True)
class Answering:
    """After a tap, an officer's next words are the answer to a citizen's question."""

    question_id: UUID
    until: datetime
    text: str = ""  # what was typed and shown back; "" before that
    mark: str = ""  # of that text, in hexadecimal: its buttons carry it


@dataclass(frozen=True)
class Memory:
    dialogue: Dialogue = field(default_factory=Dialogue)
    follow_up: FollowUp | None = None
    answering: Answering | None = None


def recall(turn: Turn) -> Memory:
    raw = conversation.load(turn.session, turn.key)
    if raw is None:
        return Memory()
    follow_up = answering = None
    if raw["follow_up"] is not None:
        follow_up = FollowUp(
            UUID(raw["follow_up"]["report_id"]), datetime.fromisoformat(raw["follow_up"]["until"])
        )
        if follow_up.until <= turn.now:
            follow_up = None
    kept = raw.get("answering")  # not in what an older version kept
    if kept is not None:
        until = datetime.fromisoformat(kept["until"])
        if until > turn.now:
            answering = Answering(UUID(kept["question_id"]), until, kept["text"], kept["mark"])
    return Memory(Dialogue.from_json(raw["dialogue"]), follow_up, answering)


def remember(turn: Turn, memory: Memory) -> None:
    """Keep what is needed for the next event; wipe the row when nothing is."""
    idle = memory.dialogue.state is State.IDLE
    if idle and memory.follow_up is None and memory.answering is None:
        conversation.wipe(turn.session, turn.key)
        return
    content = {
        "dialogue": memory.dialogue.to_json(),
        "follow_up": None
        if memory.follow_up is None
        else {
            "report_id": str(memory.follow_up.report_id),
            "until": memory.follow_up.until.isoformat(),
        },
        "answering": _answering_json(memory.answering),
    }
    conversation.save(turn.session, turn.key, content, turn.today)


def _answering_json(answering: Answering | None) -> dict[str, Any] | None:
    if answering is None:
        return None
    return {
        "question_id": str(answering.question_id),
        "until": answering.until.isoformat(),
        "text": answering.text,
        "mark": answering.mark,
    }


def begin_follow_up(turn: Turn, report_id: UUID) -> None:
    """The next words belong to this report, whatever they belonged to before."""
    follow_up = FollowUp(report_id, turn.now + FOLLOW_UP)
    remember(turn, replace(recall(turn), follow_up=follow_up, answering=None))


def answer_next(turn: Turn, question_id: UUID, text: str = "", mark: str = "") -> None:
    """The next words are the answer to this question; with ``text``, they would replace it."""
    answering = Answering(question_id, turn.now + FOLLOW_UP, text, mark)
    remember(turn, replace(recall(turn), follow_up=None, answering=answering))


def stop_answering(turn: Turn) -> None:
    remember(turn, replace(recall(turn), answering=None))


def lay_aside(turn: Turn) -> None:
    """A guided report waits: its next event is met as one from who comes back after a pause."""
    memory = recall(turn)
    dialogue = replace(memory.dialogue, touched=turn.now - _LONG_AGO)
    remember(turn, Memory(dialogue))
