"""Accepting messages: reply tokens, retry keys, quota, recipients, delivery into chats."""

from __future__ import annotations

import copy
import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from simulator import ids
from simulator.core import MONTHLY_LIMIT, Simulator
from simulator.state import (
    REPLY_TOKEN_SECONDS,
    RETRY_KEY_SECONDS,
    AcceptedKey,
    Channel,
    World,
)

Json = dict[str, Any]

_RECIPIENT = re.compile(r"[UCR][0-9a-f]{32}")
_QUOTABLE = frozenset({"text", "textV2", "sticker", "image", "video", "template"})


@dataclass
class Answer:
    """What the door answers: a JSON body (or raw bytes) with status and extra headers."""

    status: int
    body: Any = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"


def error(status: int, message: str) -> Answer:
    """An error in LINE's form."""
    return Answer(status, {"message": message})


def reply(sim: Simulator, channel: Channel, body: Json, headers: Json, request_id: str) -> Answer:
    """POST /message/reply, after the messages themselves were found good."""
    if "x-line-retry-key" in headers:
        return error(400, "The retry key is not supported by this endpoint")
    world = sim.world
    with world.lock:
        token = world.reply_tokens.get(str(body.get("replyToken")))
        fresh = (
            token is not None
            and not token.used
            and token.channel_slug == channel.slug
            and ids.now() - token.issued_at <= REPLY_TOKEN_SECONDS
        )
        if token is None or not fresh:
            return error(400, "Invalid reply token")
        if token.chat_id.startswith("C") and not _bot_in(world, channel, token.chat_id):
            return error(400, "Failed to send messages")
        token.used = True
        sent = _write(world, channel, [token.chat_id], body["messages"], "reply", request_id)
    return Answer(200, {"sentMessages": sent})


def push(sim: Simulator, channel: Channel, body: Json, headers: Json, request_id: str) -> Answer:
    """POST /message/push, after the messages themselves were found good."""
    world = sim.world
    with world.lock:
        known = _known_key(world, channel, headers)
        if known is not None:
            return known
        to = body.get("to")
        if not isinstance(to, str) or not _RECIPIENT.fullmatch(to):
            return _invalid_to()
        if to.startswith("U"):
            user = world.users.get(to)
            if user is None or channel.slug not in user.friends | user.blocked:
                return error(400, "Failed to send messages")
            count = 1 if world.may_receive(channel, to) else 0
        elif _bot_in(world, channel, to):
            count = len(world.groups[to].member_ids)
        else:
            return error(400, "Failed to send messages")
        if not _take_quota(channel, count):
            return error(429, MONTHLY_LIMIT)
        reached = [to] if count or to.startswith("C") else []
        sent = _write(world, channel, reached, body["messages"], "push", request_id)
        answer = {"sentMessages": sent}
        _keep_key(world, channel, headers, request_id, answer)
    return Answer(200, answer)


def multicast(
    sim: Simulator, channel: Channel, body: Json, headers: Json, request_id: str
) -> Answer:
    """POST /message/multicast, after the messages themselves were found good."""
    world = sim.world
    with world.lock:
        known = _known_key(world, channel, headers)
        if known is not None:
            return known
        to = body.get("to")
        if not isinstance(to, list) or not to:
            return _invalid_to()
        if len(to) > 500:
            details = [{"message": "Size must be between 1 and 500", "property": "to"}]
            return Answer(400, {"message": "The request body has 1 error(s)", "details": details})
        if not all(isinstance(one, str) and re.fullmatch(r"U[0-9a-f]{32}", one) for one in to):
            return _invalid_to()
        # Unknown, unfriended and blocking users are passed over without a word.
        reached = [one for one in dict.fromkeys(to) if world.may_receive(channel, one)]
        if not _take_quota(channel, len(reached)):
            return error(429, MONTHLY_LIMIT)
        _write(world, channel, reached, body["messages"], "multicast", request_id)
        _keep_key(world, channel, headers, request_id, {})
    return Answer(200, {})


def broadcast(
    sim: Simulator, channel: Channel, body: Json, headers: Json, request_id: str
) -> Answer:
    """POST /message/broadcast: to every friend."""
    world = sim.world
    with world.lock:
        known = _known_key(world, channel, headers)
        if known is not None:
            return known
        reached = [user_id for user_id in world.users if world.may_receive(channel, user_id)]
        if not _take_quota(channel, len(reached)):
            return error(429, MONTHLY_LIMIT)
        _write(world, channel, reached, body["messages"], "broadcast", request_id)
        _keep_key(world, channel, headers, request_id, {})
    return Answer(200, {})


def _invalid_to() -> Answer:
    return error(400, "The property, 'to', in the request body is invalid (line: -, column: -)")


def _bot_in(world: World, channel: Channel, group_id: str) -> bool:
    group = world.groups.get(group_id)
    return group is not None and group.channel_slug == channel.slug and group.bot_in


def _known_key(world: World, channel: Channel, headers: Json) -> Answer | None:
    """The 409 of a key accepted within 24 hours, the 400 of a bad one, None for a new or no key."""
    key = headers.get("x-line-retry-key")
    if key is None:
        return None
    try:
        key = str(uuid.UUID(key))
    except ValueError:
        return error(400, "The value for the 'X-Line-Retry-Key' header is invalid")
    accepted = world.retry_keys.get((channel.slug, key))
    if accepted is None or ids.now() - accepted.accepted_at > RETRY_KEY_SECONDS:
        return None
    body = {"message": "The retry key is already accepted", **accepted.answer}
    return Answer(409, body, {"x-line-accepted-request-id": accepted.request_id})


def _keep_key(world: World, channel: Channel, headers: Json, request_id: str, answer: Json) -> None:
    key = headers.get("x-line-retry-key")
    if key is not None:
        accepted = AcceptedKey(ids.now(), request_id, answer)
        world.retry_keys[(channel.slug, str(uuid.UUID(key)))] = accepted


def _take_quota(channel: Channel, count: int) -> bool:
    if channel.quota_limit is not None and channel.quota_used + count > channel.quota_limit:
        return False
    channel.quota_used += count
    return True


def _write(
    world: World,
    channel: Channel,
    chat_ids: list[str],
    messages: list[Json],
    via: str,
    request_id: str,
) -> list[Json]:
    """Put the messages into the chats; returns `sentMessages` (of the first chat)."""
    sent: list[Json] = []
    for message in messages:
        entry: Json = {"id": ids.message_id()}
        if message["type"] in _QUOTABLE:
            entry["quoteToken"] = ids.opaque_token()
        sent.append(entry)
    for place, chat_id in enumerate(chat_ids):
        world.loading_until.pop((channel.slug, chat_id), None)
        for index, message in enumerate(messages):
            world.add_entry(
                channel.slug,
                chat_id,
                "bot",
                copy.deepcopy(message),
                message_id=sent[index]["id"] if place == 0 else ids.message_id(),
                timestamp=ids.now_ms(),
                via=f"{via} {request_id}",
            )
    return sent
