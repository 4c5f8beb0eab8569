"""One turn of a conversation: what a handler is given, what it gives back, what it may ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from domain.calendar import bangkok_day
from domain.inbound import Inbound
from domain.messages import Message
from domain.pace import Pace, nobody
from domain.search import Decision
from models.agency import Agency
from models.conversation import ConversationKey


@dataclass(frozen=True)
class FetchedFile:
    """Evidence that was fetched, cleaned and sealed before this turn."""

    blob: str
    media_type: str
    size: int


@dataclass(frozen=True)
class FileTrouble:
    """Why a file could not be taken: a sentence for the person who sent it."""

    reason: str


@dataclass(frozen=True)
class Given:
    """What was got for this turn with no session open."""

    file: FetchedFile | FileTrouble | None = None
    decision: Decision | None = None


class NeedsFile(Exception):
    """Raised before anything is kept: roll back, fetch the event's file, and come again."""


class NeedsSearch(Exception):
    """Raised before anything is kept: roll back, look the text up, and come again."""

    def __init__(self, text: str) -> None:
        super().__init__("a search is needed")
        self.text = text


@dataclass(frozen=True)
class Turn:
    session: Session
    agency: Agency
    inbound: Inbound
    now: datetime
    given: Given = field(default_factory=Given)
    pace: Pace = field(default_factory=nobody)
    public_url: str = ""  # where people reach this installation's pages; "" where they cannot

    @property
    def guesses(self) -> Pace:
        """Ask ``guesses.wait()`` before a receipt code is looked up; call ``guesses.wrong()``
        when it was none."""
        return self.pace

    @property
    def agency_id(self) -> int:
        return self.agency.id

    @property
    def today(self) -> date:
        return bangkok_day(self.now)

    @property
    def key(self) -> ConversationKey:
        return ConversationKey(self.agency.id, self.inbound.chat_id, self.inbound.user_id)

    def file(self) -> FetchedFile | FileTrouble:
        if self.given.file is None:
            raise NeedsFile
        return self.given.file

    def search(self, text: str) -> Decision:
        if self.given.decision is None:
            raise NeedsSearch(text)
        return self.given.decision


@dataclass(frozen=True)
class Answer:
    """What to say in the chat. ``must_arrive``: pushed when it can no longer be a reply."""

    messages: Sequence[Message] = ()
    must_arrive: bool = False
    handled: bool = True  # False: an event of a kind that nothing is done with, on purpose


IGNORED = Answer(handled=False)
SILENCE = Answer()
