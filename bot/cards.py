"""Dressing `domain.messages` for LINE, within LINE's limits.

Source: LINE Messaging API, "Message objects", "Action objects", "Flex Message elements".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from linebot.v3.messaging import (
    FlexContainer,
    FlexMessage,
    ImageMessage,
    Message,
    QuickReply,
    TextMessage,
)

from domain import messages as spoken
from domain.limits import cut_to_units, shorten

MOST_MESSAGES = 5
_TEXT_UNITS = 5000
_ALT_TEXT_UNITS = 400  # LINE takes 1,500; a lock screen shows far less
_LABEL = 20
_DISPLAY = 300
_QUICK_REPLIES = 13
_FLEX_TEXT = 2000
_BUBBLES = 12
_GREEN, _RED, _GREY, _INK = "#0B6B5D", "#B3261E", "#6B7280", "#1F2937"

Json = dict[str, Any]


def render(messages: Sequence[spoken.Message]) -> list[Message]:
    """LINE's message objects. Raises `ValueError` for more than five, or for a digest ticket."""
    if not 0 < len(messages) <= MOST_MESSAGES:
        raise ValueError(f"LINE takes 1 to {MOST_MESSAGES} messages at once, not {len(messages)}")
    return [_render(message) for message in messages]


def _render(message: spoken.Message) -> Message:
    match message:
        case spoken.Text():
            return TextMessage(
                text=cut_to_units(message.text, _TEXT_UNITS),
                quick_reply=_quick_reply(message.choices),
            )
        case spoken.Menu():
            buttons = [_button(choice) for choice in message.choices]
            return _flex(f"{message.title} {message.text}", _menu(message, buttons))
        case spoken.Slip():
            alt = message.title + (f" {message.code}" if message.code else "")
            return _flex(alt, _slip(message), message.choices)
        case spoken.Picture():
            return ImageMessage(
                original_content_url=message.url, preview_image_url=message.preview_url
            )
        case spoken.Digest():
            return _flex(message.heading, _digest(message))
        case spoken.DigestTicket() | spoken.CaseTicket():
            raise ValueError("a digest ticket must be composed before it is sent")


def _flex(alt: str, contents: Json, choices: Sequence[spoken.Choice] = ()) -> FlexMessage:
    return FlexMessage(
        alt_text=cut_to_units(" ".join(alt.split()), _ALT_TEXT_UNITS),
        contents=FlexContainer.from_dict(contents),
        quick_reply=_quick_reply(choices),
    )


def _quick_reply(choices: Sequence[spoken.Choice]) -> QuickReply | None:
    if not choices:
        return None
    items = [{"type": "action", "action": _action(choice)} for choice in choices[:_QUICK_REPLIES]]
    return QuickReply.from_dict({"items": items})


def _action(choice: spoken.Choice) -> Json:
    label = shorten(choice.label, _LABEL)
    if choice.opens == "date":
        bounds = {"min": choice.earliest, "max": choice.latest}
        return {
            **{"type": "datetimepicker", "label": label, "data": choice.data, "mode": "date"},
            **{name: day.isoformat() for name, day in bounds.items() if day is not None},
        }
    if choice.opens is not None:
        kind = {"camera": "camera", "camera_roll": "cameraRoll", "location": "location"}
        return {"type": kind[choice.opens], "label": label}
    if choice.url is not None:
        return {"type": "uri", "label": label, "uri": choice.url}
    if choice.data is None:
        return {"type": "message", "label": label, "text": choice.say or choice.label}
    action = {"type": "postback", "label": label, "data": choice.data}
    if choice.say:
        action["displayText"] = shorten(choice.say, _DISPLAY)
    return action


def _text(text: str, **style: Any) -> Json:
    cut = cut_to_units(text, _FLEX_TEXT)
    return {"type": "text", "text": cut or " ", "wrap": True, "color": _INK, **style}


def _button(choice: spoken.Choice, style: str = "secondary") -> Json:
    button = {"type": "button", "style": style, "height": "sm", "action": _action(choice)}
    if style == "primary":
        button["color"] = _GREEN
    return button


def _box(contents: list[Json], **style: Any) -> Json:
    return {"type": "box", "layout": "vertical", "contents": contents, **style}


def _menu(message: spoken.Menu, buttons: list[Json]) -> Json:
    return {
        "type": "bubble",
        "body": _box(
            [
                _text(message.title, weight="bold", size="lg", color=_GREEN),
                _text(message.text, size="sm", margin="md"),
            ]
        ),
        "footer": _box(buttons, spacing="sm"),
    }


def _slip(message: spoken.Slip) -> Json:
    body = [_text(message.title, weight="bold", size="lg", color=_GREEN)]
    if message.code:
        body.append(_text(message.code_name, size="xs", color=_GREY, margin="md"))
        body.append(_text(message.code, weight="bold", size="xl"))
    if message.facts:
        body.append({"type": "separator", "margin": "md"})
    for fact in message.facts:
        body.append(_text(fact.name, size="xs", color=_GREY, margin="md"))
        body.append(_text(fact.value, size="sm"))
    if message.note:
        body.append({"type": "separator", "margin": "lg"})
        body.append(_text(message.note, size="xs", color=_GREY, margin="md"))
    bubble: Json = {"type": "bubble", "body": _box(body)}
    if message.buttons:
        bubble["footer"] = _box([_button(choice) for choice in message.buttons], spacing="sm")
    return bubble


def _digest(message: spoken.Digest) -> Json:
    shown = message.items[: _BUBBLES - 1 if message.more else _BUBBLES]
    bubbles = [_due(item, message.heading) for item in shown]
    if message.more:
        bubbles.append(_rest(message))
    return {"type": "carousel", "contents": bubbles} if len(bubbles) > 1 else bubbles[0]


def _rest(message: spoken.Digest) -> Json:
    body = [_text(f"และยังมีอีก {message.more} รายการ", weight="bold", color=_GREEN)]
    for fact in message.tally:
        body.append(_text(fact.name, size="xs", color=_GREY, margin="md"))
        body.append(_text(fact.value, size="sm"))
    if message.link is None:
        body.append(_text("ดูรายการทั้งหมดได้ที่หน้าเว็บเจ้าหน้าที่", size="sm", margin="md"))
    bubble: Json = {"type": "bubble", "size": "kilo", "body": _box(body)}
    if message.link is not None:
        bubble["footer"] = _box([_button(message.link, "primary")])
    return bubble


def _due(item: spoken.DueItem, heading: str) -> Json:
    colour = _RED if item.late else _GREEN
    title = f"{item.code} {item.title}" if item.code else item.title
    bubble: Json = {
        "type": "bubble",
        "size": "kilo",
        "header": _box(
            [
                _text(heading, size="xxs", color="#FFFFFF"),
                _text(item.lateness, weight="bold", color="#FFFFFF"),
            ],
            backgroundColor=colour,
            paddingAll="md",
        ),
        "body": _box(
            [
                _text(shorten(title, 300), weight="bold", size="sm"),
                _text(item.division, size="xs", color=_GREY, margin="md"),
                _text(f"กำหนดส่ง {item.due}", size="xs", color=_GREY),
            ]
        ),
    }
    if item.choices:
        first, *others = item.choices
        buttons = [_button(first, "primary"), *[_button(choice) for choice in others]]
        bubble["footer"] = _box(buttons, spacing="sm")
    return bubble
