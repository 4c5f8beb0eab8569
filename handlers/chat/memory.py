"""What is remembered of one conversation between two events; nothing once it is over."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from domain.dialogue import Dialogue, State
from handlers.chat.turn import Turn
from models import conversation

FOLLOW_UP = timedelta(minutes=30)


@dataclass(frozen=True)
class FollowUp:
    """After a tap, words and photos belong to that answer for half an hour."""

    report_id: UUID
    until: datetime


@dataclass(frozen=True)
class Memory:
    dialogue: Dialogue = field(default_factory=Dialogue)
    follow_up: FollowUp | None = None


def recall(turn: Turn) -> Memory:
    raw = conversation.load(turn.session, turn.key)
    if raw is None:
        return Memory()
    follow_up = None
    if raw["follow_up"] is not None:
        follow_up = FollowUp(
            UUID(raw["follow_up"]["report_id"]), datetime.fromisoformat(raw["follow_up"]["until"])
        )
        if follow_up.until <= turn.now:
            follow_up = None
    return Memory(Dialogue.from_json(raw["dialogue"]), follow_up)


def remember(turn: Turn, memory: Memory) -> None:
    """Keep what is needed for the next event; wipe the row when nothing is."""
    if memory.dialogue.state is State.IDLE and memory.follow_up is None:
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
    }
    conversation.save(turn.session, turn.key, content, turn.today)


def begin_follow_up(turn: Turn, report_id: UUID) -> None:
    memory = recall(turn)
    remember(turn, replace(memory, follow_up=FollowUp(report_id, turn.now + FOLLOW_UP)))
