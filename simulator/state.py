"""What LINE knows: one World an instance, everything in memory, every change under its lock."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

REPLY_TOKEN_SECONDS = 60.0
RETRY_KEY_SECONDS = 24 * 3600.0
KEPT_REQUESTS = 20_000


@dataclass
class RichMenu:
    """A rich menu: `definition` is the body it was created with, `image` PNG or JPEG bytes."""

    rich_menu_id: str
    definition: Json
    image: bytes | None = None
    image_type: str = ""


@dataclass
class Channel:
    """A Messaging API channel; `quota_limit` None is unlimited, `redelivery` off as at LINE."""

    slug: str
    name: str
    channel_secret: str
    channel_token: str
    webhook_url: str
    bot_user_id: str
    redelivery: bool = False
    webhook_active: bool = True
    mode: str = "active"
    quota_limit: int | None = 300
    quota_used: int = 0
    rich_menus: dict[str, RichMenu] = field(default_factory=dict)
    rich_menu_aliases: dict[str, str] = field(default_factory=dict)
    default_rich_menu: str | None = None
    user_rich_menus: dict[str, str] = field(default_factory=dict)


@dataclass
class User:
    """A person's LINE account. `friends` and `blocked` hold channel slugs."""

    user_id: str
    display_name: str
    friends: set[str] = field(default_factory=set)
    blocked: set[str] = field(default_factory=set)


@dataclass
class Group:
    """A group chat with at most one official account; `bot_in` says whether it is inside now."""

    group_id: str
    name: str
    channel_slug: str
    member_ids: list[str] = field(default_factory=list)
    bot_in: bool = True


@dataclass
class Entry:
    """One line of a chat. `sender` is a user id, "bot" or "system"; `version` moves on a change."""

    seq: int
    version: int
    message_id: str
    sender: str
    message: Json
    timestamp: int
    unsent: bool = False
    read: bool = False
    via: str = ""


@dataclass
class Content:
    """The bytes behind a media message; `not_ready` counts the 202 answers still to come.

    `unsent` is true of what LINE deleted by itself too.
    """

    channel_slug: str
    data: bytes
    content_type: str
    kind: str
    file_name: str | None = None
    not_ready: int = 0
    never_ready: bool = False
    unsent: bool = False


@dataclass
class ReplyToken:
    """Where a reply goes, since when (seconds), and whether the token is spent."""

    channel_slug: str
    chat_id: str
    issued_at: float
    used: bool = False


@dataclass
class AcceptedKey:
    """The first accepted request under a retry key."""

    accepted_at: float
    request_id: str
    answer: Json


@dataclass
class RecordedRequest:
    """A call that reached the door. `status` None: no answer was sent. `time` in seconds."""

    number: int
    method: str
    path: str
    endpoint: str
    channel: str | None
    headers: dict[str, str]
    body: Any
    time: float
    request_id: str
    status: int | None = None
    response: Any = None
    response_headers: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> Json:
        """The same for the HTTP API, without the token."""
        hidden = {k: v for k, v in self.headers.items() if k.lower() != "authorization"}
        return {**self.__dict__, "headers": hidden}


@dataclass
class Fault:
    """A fault on demand: see Simulator.fail_next. `left` None never ends."""

    left: int | None
    status: int | None
    message: str | None
    endpoint: str | None
    delay: float
    after_accepting: bool
    drop_connection: bool
    channel_slug: str | None = None


@dataclass
class Delivery:
    """One try to deliver a webhook. `status` None: nobody answered; `error` says why."""

    number: int
    channel_slug: str
    url: str
    event_ids: list[str]
    event_types: list[str]
    time: float
    status: int | None
    seconds: float
    error: str | None = None
    redelivery: bool = False

    @property
    def succeeded(self) -> bool:
        """LINE takes any 2xx as received."""
        return self.status is not None and 200 <= self.status < 300


class World:
    """All state of one simulated LINE. Take `lock` around every read or change."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.channels: dict[str, Channel] = {}
        self.users: dict[str, User] = {}
        self.groups: dict[str, Group] = {}
        self.chats: dict[tuple[str, str], list[Entry]] = {}
        self.entries_by_id: dict[str, tuple[tuple[str, str], Entry]] = {}
        self.contents: dict[str, Content] = {}
        self.reply_tokens: dict[str, ReplyToken] = {}
        self.retry_keys: dict[tuple[str, str], AcceptedKey] = {}
        self.read_tokens: dict[str, tuple[str, str]] = {}
        self.loading_until: dict[tuple[str, str], float] = {}
        self.requests: deque[RecordedRequest] = deque(maxlen=KEPT_REQUESTS)
        self.deliveries: deque[Delivery] = deque(maxlen=KEPT_REQUESTS)
        self.events: dict[str, tuple[str, Json]] = {}
        self.faults: list[Fault] = []
        self._number = 0

    def next_number(self) -> int:
        """A counter shared by everything that the page polls by cursor."""
        with self.lock:
            self._number += 1
            return self._number

    @property
    def cursor(self) -> int:
        """The newest number given out."""
        return self._number

    def channel_by_token(self, token: str) -> Channel | None:
        """The channel of an access token, or None."""
        with self.lock:
            for channel in self.channels.values():
                if channel.channel_token == token:
                    return channel
        return None

    def add_entry(
        self, channel_slug: str, chat_id: str, sender: str, message: Json, **fields: Any
    ) -> Entry:
        """Append to a chat; `fields` are Entry's message_id, timestamp, via."""
        with self.lock:
            number = self.next_number()
            entry = Entry(seq=number, version=number, sender=sender, message=message, **fields)
            key = (channel_slug, chat_id)
            self.chats.setdefault(key, []).append(entry)
            if entry.message_id:
                self.entries_by_id[entry.message_id] = (key, entry)
            return entry

    def touch(self, entry: Entry) -> None:
        """Make a changed entry newer than every cursor given out."""
        with self.lock:
            entry.version = self.next_number()

    def find_entry(self, message_id: str) -> tuple[tuple[str, str], Entry] | None:
        """The chat and the entry of a message id, or None."""
        with self.lock:
            return self.entries_by_id.get(message_id)

    def may_receive(self, channel: Channel, user_id: str) -> bool:
        """Is this user a friend of the channel who has not blocked it?"""
        user = self.users.get(user_id)
        return (
            user is not None and channel.slug in user.friends and channel.slug not in user.blocked
        )
