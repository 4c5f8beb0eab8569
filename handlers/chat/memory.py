"""What is remembered of one conversation between two events; nothing once it is over."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain.dialogue import Dialogue, State
from domain.taps import NOTE
from handlers.chat.turn import Turn
from models import conversation

FOLLOW_UP = timedelta(minutes=30)
IN_DOUBT = timedelta(hours=24)  # so long after a tap a file may still be meant for its report
_A_DAY = timedelta(days=1)
_WITH_WORDS = ("pending", "answering", "declining", "alone")
_MOST_TAPS = 12
_LONG_AGO = timedelta(days=1)  # longer than the pause after which a report asks before it goes on


@dataclass(frozen=True)
class FollowUp:
    """After a tap, words and photos belong to that answer for half an hour."""

    report_id: UUID
    tapped_at: datetime
    until: datetime
    finished: bool = False  # the button that says so was pressed
    in_doubt: bool = False  # a possible tip came after it: what follows is asked about, too

    def is_live(self, now: datetime) -> bool:
        return now < self.until


@dataclass(frozen=True)
class Part:
    """Words, or a file that is stored as a draft's, of which it is not known what they are for."""

    message_id: str
    text: str = ""
    file: str = ""


@dataclass(frozen=True)
class Pending:
    """What waits until its sender says which report it belongs to, if to any."""

    mark: str  # its buttons carry it
    reports: tuple[UUID, ...]
    parts: tuple[Part, ...]
    until: datetime


@dataclass(frozen=True)
class Answering:
    """After a tap, an officer's next words are the answer to a citizen's question."""

    question_id: UUID
    until: datetime
    text: str = ""  # what was typed and shown back; "" before that
    mark: str = ""  # of that text, in hexadecimal: its buttons carry it


@dataclass(frozen=True)
class Declining:
    """After a tap, the next words say why a wish to postpone is declined."""

    report_id: UUID
    until: datetime


@dataclass(frozen=True)
class Memory:
    dialogue: Dialogue = field(default_factory=Dialogue)
    follow_ups: tuple[FollowUp, ...] = ()  # the latest tap first
    pending: Pending | None = None
    answering: Answering | None = None
    declining: Declining | None = None
    alone: Pending | None = None  # words that may be a tip: never together with others

    @property
    def is_free(self) -> bool:
        """No guided report is under way, though one may have been offered."""
        return self.dialogue.state in (State.IDLE, State.OFFERED)


def recall(turn: Turn) -> Memory:
    """What holds still at this moment; words whose time is over are wiped. What an older version
    kept is read, too."""
    raw = conversation.load(turn.session, turn.key)
    if raw is None:
        return Memory()
    kept = _read(turn, raw)
    if any(raw.get(name) is not None and getattr(kept, name) is None for name in _WITH_WORDS):
        remember(turn, kept)
    return kept


def _read(turn: Turn, raw: dict[str, Any]) -> Memory:
    follow_ups = tuple(
        one
        for one in map(_follow_up, raw.get("follow_ups") or _from_before(raw))
        if turn.now < one.tapped_at + IN_DOUBT
    )
    pending, answering = _pending(raw.get("pending")), _answering(raw.get("answering"))
    declining, alone = _declining(raw.get("declining")), _pending(raw.get("alone"))
    return Memory(
        Dialogue.from_json(raw["dialogue"]),
        follow_ups,
        pending if pending is not None and turn.now < pending.until else None,
        answering if answering is not None and turn.now < answering.until else None,
        declining if declining is not None and turn.now < declining.until else None,
        alone if alone is not None and _waits_still(turn, alone) else None,
    )


def _waits_still(turn: Turn, alone: Pending) -> bool:
    """Until whoever wrote it writes or taps anything but the answer to its own question."""
    inbound = turn.inbound
    if turn.now >= alone.until:
        return False
    if inbound.type == "postback":
        return inbound.postback_data.startswith(f"{NOTE}{alone.mark}:")
    return inbound.type != "message" or inbound.message_id == alone.parts[0].message_id


def _from_before(raw: Any) -> list[dict[str, Any]]:
    """The one tap that older versions remembered."""
    kept = raw.get("follow_up")
    if kept is None:
        return []
    until = datetime.fromisoformat(kept["until"])
    return [{**kept, "tapped_at": (until - FOLLOW_UP).isoformat(), "finished": False}]


def _follow_up(raw: Any) -> FollowUp:
    return FollowUp(
        UUID(raw["report_id"]),
        datetime.fromisoformat(raw["tapped_at"]),
        datetime.fromisoformat(raw["until"]),
        raw["finished"],
        raw.get("in_doubt", False),
    )


def _pending(raw: Any) -> Pending | None:
    if raw is None:
        return None
    parts = tuple(Part(one["message_id"], one["text"], one["file"]) for one in raw["parts"])
    reports = tuple(UUID(one) for one in raw["reports"])
    return Pending(raw["mark"], reports, parts, datetime.fromisoformat(raw["until"]))


def _answering(raw: Any) -> Answering | None:
    if raw is None:
        return None
    until = datetime.fromisoformat(raw["until"])
    return Answering(UUID(raw["question_id"]), until, raw["text"], raw["mark"])


def _declining(raw: Any) -> Declining | None:
    if raw is None:
        return None
    return Declining(UUID(raw["report_id"]), datetime.fromisoformat(raw["until"]))


def remember(turn: Turn, memory: Memory) -> None:
    """Keep what is needed for the next event; wipe the row when nothing is."""
    idle = memory.dialogue.state is State.IDLE
    if idle and memory == Memory(memory.dialogue):
        conversation.wipe(turn.session, turn.key)
        return
    content = {
        "dialogue": memory.dialogue.to_json(),
        "follow_ups": [
            {
                "report_id": str(one.report_id),
                "tapped_at": one.tapped_at.isoformat(),
                "until": one.until.isoformat(),
                "finished": one.finished,
                "in_doubt": one.in_doubt,
            }
            for one in memory.follow_ups
        ],
        "pending": _pending_json(memory.pending),
        "alone": _pending_json(memory.alone),
        "answering": _answering_json(memory.answering),
        "declining": None
        if memory.declining is None
        else {
            "report_id": str(memory.declining.report_id),
            "until": memory.declining.until.isoformat(),
        },
    }
    keep = _A_DAY if idle else conversation.KEEP_DRAFT
    conversation.save(turn.session, turn.key, content, turn.today, keep)


def _pending_json(pending: Pending | None) -> dict[str, Any] | None:
    if pending is None:
        return None
    return {
        "mark": pending.mark,
        "reports": [str(one) for one in pending.reports],
        "parts": [
            {"message_id": one.message_id, "text": one.text, "file": one.file}
            for one in pending.parts
        ],
        "until": pending.until.isoformat(),
    }


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
    """The next words belong to this report, whatever else they belonged to before; where that is
    another report, its sender is asked."""
    memory = recall(turn)
    follow_up = FollowUp(report_id, turn.now, turn.now + FOLLOW_UP)
    remember(
        turn,
        replace(
            memory,
            follow_ups=(follow_up, *memory.follow_ups)[:_MOST_TAPS],
            answering=None,
            declining=None,
        ),
    )


def answer_next(turn: Turn, question_id: UUID, text: str = "", mark: str = "") -> None:
    """The next words are the answer to this question; with ``text``, they would replace it."""
    answering = Answering(question_id, turn.now + FOLLOW_UP, text, mark)
    remember(turn, replace(_no_follow_up(turn), answering=answering, declining=None))


def decline_next(turn: Turn, report_id: UUID) -> None:
    """The next words say why this wish is declined."""
    declining = Declining(report_id, turn.now + FOLLOW_UP)
    remember(turn, replace(_no_follow_up(turn), declining=declining, answering=None))


def _no_follow_up(turn: Turn) -> Memory:
    memory = recall(turn)
    ended = tuple(replace(one, until=min(one.until, turn.now)) for one in memory.follow_ups)
    return replace(memory, follow_ups=ended)


def stop_answering(turn: Turn) -> None:
    remember(turn, replace(recall(turn), answering=None))


def stop_declining(turn: Turn) -> None:
    remember(turn, replace(recall(turn), declining=None))


def lay_aside(turn: Turn) -> None:
    """A guided report waits: its next event is met as one from who comes back after a pause."""
    memory = recall(turn)
    dialogue = replace(memory.dialogue, touched=turn.now - _LONG_AGO)
    remember(turn, Memory(dialogue, pending=memory.pending))
