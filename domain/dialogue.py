"""What a guided report is made of: its states, its draft, what comes in and what goes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.divisions import KnownDivision
from domain.messages import Message
from domain.taps import Move


class Kind(StrEnum):
    """What is being reported; the values are `models.complaint.ComplaintKind`'s."""

    CORRUPTION = "corruption"
    SERVICE = "service"
    REQUEST = "request"
    SUGGESTION = "suggestion"
    GENERAL = "general"


class State(StrEnum):
    IDLE = "idle"
    OFFERED = "offered"  # a message sounded like a report; the door to it was shown
    KIND = "kind"
    WHAT = "what"
    WHERE = "where"
    WHEN = "when"
    WHO = "who"
    HIDE = "hide"
    EVIDENCE = "evidence"
    IDENTITY = "identity"
    CONSENT = "consent"
    NAME = "name"
    PHONE = "phone"
    JOIN = "join"
    CONFIRM = "confirm"
    TRACK = "track"
    ADD = "add"  # to a case that was filed before


@dataclass(frozen=True)
class Draft:
    kind: Kind = Kind.CORRUPTION
    # By State: what, where, when, who; "more": words sent with the evidence, or to a case;
    # "coordinates": of a place that was sent.
    answers: dict[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()  # ids of drafted files
    sets: dict[str, int] = field(default_factory=dict)  # how many of a LINE image set have come
    lost: dict[str, int] = field(default_factory=dict)  # how many of those could not be kept
    mode: str = ""  # named, confidential, anonymous
    name: str = ""
    phone: str = ""
    sources: dict[str, str] = field(default_factory=dict)  # LINE message id: answer or file id
    hidden: tuple[str, ...] = ()  # ids of divisions ("d:…") and people ("p:…") who must not see
    compared: bool = False  # whether the same was looked for among other reports
    joins: str = ""  # the id of the report that this one repeats
    purpose: str = ""  # of an addition to a case: add, ask, comment
    case: str = ""  # its token; "" where the case is anonymous, and only its code leads there


@dataclass(frozen=True)
class Reader:
    """Somebody who may open reports of the kind at hand."""

    id: UUID
    name: str
    division_id: UUID | None = None


@dataclass(frozen=True)
class Directory:
    """What the dialogue must know of the agency."""

    divisions: tuple[KnownDivision, ...] = ()
    readers: tuple[Reader, ...] = ()


@dataclass(frozen=True)
class Dialogue:
    """Where a citizen's conversation stands."""

    state: State = State.IDLE
    draft: Draft = field(default_factory=Draft)
    touched: datetime | None = None
    language: str = "th"

    def to_json(self) -> dict[str, Any]:
        draft = {name: getattr(self.draft, name) for name in Draft.__dataclass_fields__}
        draft |= {"kind": self.draft.kind.value, "files": list(self.draft.files)}
        draft["hidden"] = list(self.draft.hidden)
        return {
            "state": self.state.value,
            "touched": self.touched.isoformat() if self.touched else None,
            "language": self.language,
            "draft": draft,
        }

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Dialogue:
        draft = dict(raw["draft"])
        draft["kind"] = Kind(draft["kind"])
        draft["files"] = tuple(draft["files"])
        draft["hidden"] = tuple(draft.get("hidden", ()))  # a draft of an older version has none
        touched = raw["touched"]
        return cls(
            State(raw["state"]),
            Draft(**draft),
            datetime.fromisoformat(touched) if touched else None,
            raw.get("language", "th"),
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
    set_id: str | None = None
    set_total: int = 1


@dataclass(frozen=True)
class Placed:
    text: str  # title, address and coordinates, as one line
    message_id: str = ""
    coordinates: str = ""  # "latitude,longitude", in degrees


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
class LookForSame:
    """Has somebody reported this already? Answered with `domain.conversation.compared`."""

    draft: Draft


@dataclass(frozen=True)
class AddToCase:
    """``code``: the receipt code, where the draft does not know its case."""

    draft: Draft
    code: str | None


@dataclass(frozen=True)
class Track:
    code: str


@dataclass(frozen=True)
class DiscardFiles:
    files: tuple[str, ...]


@dataclass(frozen=True)
class PassOn:
    """Nothing for the guided report: the caller answers it as a question, a greeting, a door."""


Effect = Say | FileReport | LookForSame | AddToCase | Track | DiscardFiles | PassOn


@dataclass(frozen=True)
class Outcome:
    dialogue: Dialogue
    effects: tuple[Effect, ...]
