"""Message objects: https://developers.line.biz/en/reference/messaging-api/#message-objects."""

from __future__ import annotations

from typing import Any

from simulator.checks.actions import check_action
from simulator.checks.common import (
    EMPTY,
    Json,
    Problems,
    Refusal,
    add,
    one_of,
    refuse,
    text_problem,
    url_problem,
)
from simulator.checks.flex import check_flex
from simulator.checks.templates import check_template

MESSAGE_TYPES = (
    "text",
    "textV2",
    "image",
    "video",
    "audio",
    "location",
    "sticker",
    "template",
    "imagemap",
    "flex",
)


def check_messages(messages: Any) -> Refusal | None:
    """The refusal of a `messages` array, or None when LINE would take it."""
    if not isinstance(messages, list) or not messages:
        return refuse([("messages", EMPTY)])
    if len(messages) > 5:
        return refuse([("messages", "Size must be between 1 and 5")])
    problems: Problems = []
    for index, message in enumerate(messages):
        problems += _check_message(message, f"messages[{index}]")
    if problems:
        return refuse(problems)
    # LINE looks into flex only after the rest is right, and words its findings otherwise.
    for index, message in enumerate(messages):
        if message["type"] == "flex":
            found = check_flex(message.get("contents"))
            if found:
                invalid = f"A message (messages[{index}]) in the request body is invalid"
                return Refusal(invalid, tuple(found))
    return None


def _check_message(message: Any, where: str) -> Problems:
    if not isinstance(message, dict):
        return [(where, EMPTY)]
    kind = message.get("type")
    if kind not in MESSAGE_TYPES:
        return [(f"{where}.type", one_of(MESSAGE_TYPES))]
    problems: Problems = []
    if kind in {"text", "textV2"}:
        add(problems, f"{where}.text", text_problem(message.get("text"), 5000))
    elif kind in {"flex", "template", "imagemap"}:
        add(problems, f"{where}.altText", text_problem(message.get("altText"), 1500))
        if kind == "template":
            problems += check_template(message.get("template"), f"{where}.template")
        elif kind == "flex" and not isinstance(message.get("contents"), dict):
            problems.append((f"{where}.contents", EMPTY))
        elif kind == "imagemap":
            add(problems, f"{where}.baseUrl", url_problem(message.get("baseUrl"), 1000))
    elif kind == "sticker":
        for name in ("packageId", "stickerId"):
            add(problems, f"{where}.{name}", text_problem(message.get(name), 50))
    elif kind == "location":
        problems += _check_location(message, where)
    else:
        problems += _check_media(kind, message, where)
    problems += _check_quick_reply(message, where)
    sender = message.get("sender")
    if isinstance(sender, dict):
        name_problem = text_problem(sender.get("name"), 20, required=False)
        add(problems, f"{where}.sender.name", name_problem)
        if sender.get("iconUrl") is not None:
            add(problems, f"{where}.sender.iconUrl", url_problem(sender["iconUrl"]))
    return problems


def _check_location(message: Json, where: str) -> Problems:
    problems: Problems = []
    for name in ("title", "address"):
        add(problems, f"{where}.{name}", text_problem(message.get(name), 100, graphemes=True))
    for name, most in (("latitude", 90), ("longitude", 180)):
        value = message.get(name)
        if not isinstance(value, int | float) or isinstance(value, bool) or abs(value) > most:
            problems.append((f"{where}.{name}", f"Must be between -{most} and {most}"))
    return problems


def _check_media(kind: str, message: Json, where: str) -> Problems:
    problems: Problems = []
    names = ["originalContentUrl"]
    if kind in {"image", "video"}:
        names.append("previewImageUrl")
    for name in names:
        add(problems, f"{where}.{name}", url_problem(message.get(name)))
    duration = message.get("duration")
    if kind == "audio" and (not isinstance(duration, int) or duration <= 0):
        problems.append((f"{where}.duration", "Must be greater than 0"))
    return problems


def _check_quick_reply(message: Json, where: str) -> Problems:
    quick_reply = message.get("quickReply")
    if quick_reply is None:
        return []
    items = quick_reply.get("items") if isinstance(quick_reply, dict) else None
    where = f"{where}.quickReply.items"
    if not isinstance(items, list) or not items:
        return [(where, EMPTY)]
    if len(items) > 13:
        return [(where, "Size must be between 1 and 13")]
    problems: Problems = []
    for index, item in enumerate(items):
        here = f"{where}[{index}]"
        if not isinstance(item, dict) or item.get("type", "action") != "action":
            problems.append((f"{here}.type", one_of(["action"])))
            continue
        problems += check_action(item.get("action"), f"{here}.action", "quickReply")
        if item.get("imageUrl") is not None:
            add(problems, f"{here}.imageUrl", url_problem(item["imageUrl"]))
    return problems
