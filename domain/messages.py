"""What is said, before it is dressed for LINE: kept in the outbox, drawn by `bot.cards`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Choice(_Part):
    """A button. ``say`` is typed for the person; ``data`` goes back to us as a postback; without
    it the button types its words. ``opens`` asks the phone for something instead."""

    label: str
    data: str | None = None
    say: str | None = None
    opens: Literal["camera", "camera_roll", "location", "date"] | None = None
    url: str | None = None  # a page to open; then there is no ``data``
    earliest: date | None = None  # of a date that is picked, both included
    latest: date | None = None


class Text(_Part):
    """Plain words, with quick replies below them."""

    type: Literal["text"] = "text"
    text: str
    choices: tuple[Choice, ...] = ()


class Menu(_Part):
    """A title, a few words and buttons that stay (unlike quick replies)."""

    type: Literal["menu"] = "menu"
    title: str
    text: str
    choices: tuple[Choice, ...]


class Fact(_Part):
    name: str
    value: str


class Slip(_Part):
    """A card of facts, such as a receipt or a summary to confirm."""

    type: Literal["slip"] = "slip"
    title: str
    code: str | None = None
    code_name: str = "รหัสติดตามเรื่อง"
    facts: tuple[Fact, ...] = ()
    note: str = ""
    choices: tuple[Choice, ...] = ()  # quick replies
    buttons: tuple[Choice, ...] = ()  # on the card itself


class Picture(_Part):
    """A picture that LINE fetches from our own pages. ``alt`` is for those who get no pictures."""

    type: Literal["picture"] = "picture"
    url: str  # https, PNG or JPEG, at most 10 MB, per LINE; in a demo the simulator's http too
    preview_url: str
    alt: str = ""


class DueItem(_Part):
    """One obligation in a digest."""

    title: str
    code: str | None
    division: str
    due: str
    lateness: str
    late: bool
    choices: tuple[Choice, ...]


class Digest(_Part):
    """All that one recipient is due on one day, most overdue first."""

    type: Literal["digest"] = "digest"
    heading: str
    items: tuple[DueItem, ...]
    more: int = 0  # how many more there are than are shown
    tally: tuple[Fact, ...] = ()  # where there are more: how many of them stand how
    link: Choice | None = None  # where the rest is read


class DigestTicket(_Part):
    """A digest that is composed when it is sent, so that it is true at that moment.

    ``frozen`` is what the latest attempt said: an attempt that may have arrived is repeated word
    for word, because LINE's retry key stands for one body.
    """

    type: Literal["digest_ticket"] = "digest_ticket"
    digest_id: str
    frozen: Digest | None = None


class CaseTicket(_Part):
    """What one officer is told of cases' deadlines, composed when it is sent. Ids only, sealed in
    the outbox: ``own`` are in their hands, ``loose`` in nobody's, ``above`` are those whose
    silence climbed to them. ``frozen`` as in `DigestTicket`."""

    type: Literal["case_ticket"] = "case_ticket"
    person_id: str
    own: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    frozen: Slip | None = None


Message = Annotated[
    Text | Menu | Slip | Picture | Digest | DigestTicket | CaseTicket,
    Field(discriminator="type"),
]

_messages: TypeAdapter[list[Message]] = TypeAdapter(list[Message])


def to_json(messages: list[Message]) -> bytes:
    return _messages.dump_json(messages, exclude_defaults=False)


def from_json(raw: bytes) -> list[Message]:
    return _messages.validate_json(raw)
