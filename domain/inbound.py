"""A webhook event, read with tolerance: LINE adds types, fields and values unannounced.

Source: LINE Messaging API, "Webhook event objects". Whatever is missing or of another type than
expected is left empty; nothing here raises.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

MEDIA = frozenset({"image", "video", "audio", "file"})
# LINE's console used to send these to try an address; there is nobody to answer.
_DUMMY_TOKENS = frozenset({"0" * 32, "f" * 32})


@dataclass(frozen=True, repr=False)
class Inbound:
    """One event. ``chat_id`` is the group's or room's id, or the user's own."""

    type: str  # LINE's event type; "" where there is none
    message_type: str  # of a message event
    active: bool  # False in standby: nothing may be sent
    chat_id: str
    user_id: str
    in_group: bool
    reply_token: str | None
    happened_at: datetime
    message_id: str
    text: str
    mentions_us: bool
    postback_data: str
    picked_date: date | None  # of a date picker
    place: str  # a location's title, address and coordinates
    file_name: str
    file_size: int | None  # bytes, where LINE says so before the file is fetched
    set_id: str | None
    set_total: int
    content_at_line: bool  # the file can be fetched from LINE
    came_back: bool  # of a follow: somebody who had blocked us

    @property
    def is_console_check(self) -> bool:
        return self.reply_token in _DUMMY_TOKENS

    @property
    def is_media(self) -> bool:
        return self.type == "message" and self.message_type in MEDIA


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _words(value: Any) -> str:
    """Half a surrogate pair can stand in JSON, and nowhere that text is kept or sent."""
    if not isinstance(value, str):
        return ""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def read_event(raw: Any, received_at: datetime) -> Inbound:
    """Read one event of a webhook body; ``received_at`` stands in for a missing time."""
    event = _table(raw)
    source = _table(event.get("source"))
    message = _table(event.get("message"))
    postback = _table(event.get("postback"))
    user_id = _words(source.get("userId"))
    group_id = _words(source.get("groupId")) or _words(source.get("roomId"))
    image_set = _table(message.get("imageSet"))
    total, size = image_set.get("total"), message.get("fileSize")
    provider = _table(message.get("contentProvider"))
    mode = event.get("mode", "active")
    return Inbound(
        type=_words(event.get("type")),
        message_type=_words(message.get("type")),
        active=mode == "active",
        chat_id=group_id or user_id,
        user_id=user_id,
        in_group=bool(group_id),
        reply_token=_words(event.get("replyToken")) or None,
        happened_at=_instant(event.get("timestamp")) or received_at,
        message_id=_words(message.get("id"))
        or _words(_table(event.get("unsend")).get("messageId")),
        text=_words(message.get("text")),
        mentions_us=_mentions_us(message),
        postback_data=_words(postback.get("data")),
        picked_date=_day(_table(postback.get("params")).get("date")),
        place=_place(message),
        file_name=_words(message.get("fileName")),
        file_size=size if isinstance(size, int) and size >= 0 else None,
        set_id=_words(image_set.get("id")) or None,
        set_total=total if isinstance(total, int) and 0 < total <= 100 else 1,
        content_at_line=provider.get("type", "line") == "line",
        came_back=_table(event.get("follow")).get("isUnblocked") is True,
    )


def _instant(value: Any) -> datetime | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    try:
        return datetime.fromtimestamp(value / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(_words(value))
    except ValueError:
        return None


def _mentions_us(message: dict[str, Any]) -> bool:
    mentionees = _table(message.get("mention")).get("mentionees")
    if not isinstance(mentionees, list):
        return False
    return any(_table(one).get("isSelf") is True for one in mentionees)


def _is_degrees(value: Any) -> bool:
    return isinstance(value, int | float) and -180 <= value <= 180


def _place(message: dict[str, Any]) -> str:
    if message.get("type") != "location":
        return ""
    parts = [_words(message.get("title")), _words(message.get("address"))]
    latitude, longitude = message.get("latitude"), message.get("longitude")
    if _is_degrees(latitude) and _is_degrees(longitude):
        parts.append(f"({latitude:.6f}, {longitude:.6f})")
    return " ".join(part for part in parts if part)
