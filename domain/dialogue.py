"""What a guided report is made of: its states, its draft, what comes in and what goes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.messages import Message
from domain.taps import Move


class Kind(StrEnum):
    """What is being reported; the values are `models.complaint.ComplaintKind`'s."""

    CORRUPTION = "corruption"
    SERVICE = "service"


class State(StrEnum):
    IDLE = "idle"
    WHAT = "what"
    WHERE = "where"
    WHEN = "when"
    WHO = "who"
    EVIDENCE = "evidence"
    IDENTITY = "identity"
    CONSENT = "consent"
    NAME = "name"
    PHONE = "phone"
    CONFIRM = "confirm"
    TRACK = "track"


@dataclass(frozen=True)
class Draft:
    kind: Kind = Kind.CORRUPTION
    answers: dict[str, str] = field(default_factory=dict)  # by State: what, where, when, who
    files: tuple[str, ...] = ()  # ids of drafted files
    sets: dict[str, int] = field(default_factory=dict)  # how many of a LINE image set have come
    mode: str = ""  # named, confidential, anonymous
    name: str = ""
    phone: str = ""
    sources: dict[str, str] = field(default_factory=dict)  # LINE message id: answer or file id


@dataclass(frozen=True)
class Dialogue:
    """Where a citizen's conversation stands."""

    state: State = State.IDLE
    draft: Draft = field(default_factory=Draft)
    touched: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        draft = self.draft
        return {
            "state": self.state.value,
            "touched": self.touched.isoformat() if self.touched else None,
            "draft": {
                "kind": draft.kind.value,
                "answers": draft.answers,
                "files": list(draft.files),
                "sets": draft.sets,
                "mode": draft.mode,
                "name": draft.name,
                "phone": draft.phone,
                "sources": draft.sources,
            },
        }

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Dialogue:
        draft = dict(raw["draft"])
        draft["kind"] = Kind(draft["kind"])
        draft["files"] = tuple(draft["files"])
        touched = raw["touched"]
        return cls(
            State(raw["state"]),
            Draft(**draft),
            datetime.fromisoformat(touched) if touched else None,
        )


@dataclass(frozen=True)
class Said:
    text: str
    message_id: str = ""


@dataclass(frozen=True)
class Moved:
    move: Move


@dataclass(frozen=True)
class Sent:
    """A file that is stored already as a draft's."""

    file_id: str
    set_id: str | None = None
    set_total: int = 1
    message_id: str = ""


@dataclass(frozen=True)
class Unsent:
    """The person took a message back (LINE's ``unsend``)."""

    message_id: str


@dataclass(frozen=True)
class Unusable:
    """A file that could not be taken; ``reason`` is a sentence for the person."""

    reason: str


@dataclass(frozen=True)
class Placed:
    text: str  # title, address and coordinates, as one line
    message_id: str = ""


@dataclass(frozen=True)
class Other:
    """A sticker, or anything else that is no answer."""


Event = Said | Moved | Sent | Unsent | Unusable | Placed | Other


@dataclass(frozen=True)
class Say:
    message: Message


@dataclass(frozen=True)
class FileReport:
    draft: Draft


@dataclass(frozen=True)
class Track:
    code: str


@dataclass(frozen=True)
class DiscardFiles:
    files: tuple[str, ...]


@dataclass(frozen=True)
class PassOn:
    """Nothing for the guided report: the caller answers it as a question, a greeting, a door."""


Effect = Say | FileReport | Track | DiscardFiles | PassOn


@dataclass(frozen=True)
class Outcome:
    dialogue: Dialogue
    effects: tuple[Effect, ...]
