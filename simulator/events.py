"""Webhook events as LINE builds them (webhook.yml, July 2026)."""

from __future__ import annotations

from typing import Any

from simulator import ids

Json = dict[str, Any]

# Which events carry a reply token; a standby channel's never do.
_REPLIABLE = frozenset(
    {
        "message",
        "follow",
        "join",
        "memberJoined",
        "postback",
        "videoPlayComplete",
        "beacon",
        "accountLink",
        "membership",
    }
)

# What an event of each type holds when the caller says nothing.
_DEFAULTS: dict[str, Json] = {
    "message": {},
    "unsend": {"unsend": {"messageId": "1"}},
    "follow": {"follow": {"isUnblocked": False}},
    "unfollow": {},
    "join": {},
    "leave": {},
    "memberJoined": {"joined": {"members": []}},
    "memberLeft": {"left": {"members": []}},
    "postback": {"postback": {"data": ""}},
    "videoPlayComplete": {"videoPlayComplete": {"trackingId": "track"}},
    "beacon": {"beacon": {"hwid": "d41d8cd98f", "type": "enter"}},
    "accountLink": {"link": {"result": "ok", "nonce": "bm9uY2U="}},
    "membership": {"membership": {"type": "joined", "membershipId": 1}},
    "module": {"module": {"type": "attached", "botId": "U" + "0" * 32, "scopes": []}},
    "activated": {"chatControl": {"expireAt": 0}},
    "deactivated": {},
    "botSuspended": {},
    "botResumed": {},
    "delivery": {"delivery": {"data": "tag"}},
}

EVENT_TYPES = tuple(_DEFAULTS)
MESSAGE_TYPES = ("text", "image", "video", "audio", "file", "location", "sticker")


def build_event(
    event_type: str,
    *,
    source: Json | None = None,
    mode: str = "active",
    redelivery: bool = False,
    reply_token: bool | str | None = None,
    **fields: Any,
) -> Json:
    """An event of any type, also one that LINE has not announced (then `fields` say it all).

    `reply_token`: None follows LINE (repliable types in active mode), False leaves it out, a
    string is used as it is. Raises nothing; an unknown `event_type` is built without defaults.
    """
    event: Json = {
        "type": event_type,
        "timestamp": ids.now_ms(),
        "mode": mode,
        "webhookEventId": ids.ulid(),
        "deliveryContext": {"isRedelivery": redelivery},
    }
    if source is not None:
        event["source"] = source
    event.update({key: dict(value) for key, value in _DEFAULTS.get(event_type, {}).items()})
    event.update(fields)
    failed_link = event_type == "accountLink" and event["link"].get("result") == "failed"
    repliable = event_type in _REPLIABLE and mode == "active" and not failed_link
    if isinstance(reply_token, str):
        event["replyToken"] = reply_token
    elif reply_token or (reply_token is None and repliable):
        event["replyToken"] = ids.reply_token()
    return event


def user_source(user_id: str, group_id: str | None = None) -> Json:
    """`source` of an event by a user, in a 1:1 chat or in a group."""
    if group_id is None:
        return {"type": "user", "userId": user_id}
    return {"type": "group", "groupId": group_id, "userId": user_id}


def build_message(message_type: str, **fields: Any) -> Json:
    """A `message` as a webhook carries it: new id, and the tokens that LINE adds to its type."""
    message: Json = {"id": ids.message_id(), "type": message_type}
    if message_type in {"text", "image", "video", "sticker"}:
        message["quoteToken"] = ids.opaque_token()
    message["markAsReadToken"] = ids.opaque_token()
    if message_type in {"image", "video", "audio"}:
        message["contentProvider"] = {"type": "line"}
    if message_type in {"video", "audio"}:
        message["duration"] = fields.pop("duration", 1000)
    message.update({key: value for key, value in fields.items() if value is not None})
    return message
