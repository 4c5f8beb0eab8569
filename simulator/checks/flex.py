"""Flex messages: https://developers.line.biz/en/reference/messaging-api/#flex-message."""

from __future__ import annotations

import json
import re
from typing import Any

from simulator.checks.actions import check_action
from simulator.checks.common import INVALID, Json, Problems, add, is_color, url_problem

BUBBLE_BYTES = 30 * 1024
CAROUSEL_BYTES = 50 * 1024
CAROUSEL_BUBBLES = 12
_DEEPEST = 20

_PLACED = {"position", "offsetTop", "offsetBottom", "offsetStart", "offsetEnd", "margin"}
_TEXTUAL = {"text", "size", "weight", "color", "style", "decoration"}
_FIELDS: dict[str, set[str]] = {
    "box": _PLACED
    | {"layout", "contents", "flex", "spacing", "width", "maxWidth", "height", "maxHeight"}
    | {"backgroundColor", "borderColor", "borderWidth", "cornerRadius", "background", "action"}
    | {"paddingAll", "paddingTop", "paddingBottom", "paddingStart", "paddingEnd"}
    | {"justifyContent", "alignItems"},
    "button": _PLACED
    | {"action", "flex", "height", "style", "color", "gravity", "adjustMode", "scaling"},
    "image": _PLACED
    | {"url", "flex", "align", "gravity", "size", "aspectRatio", "aspectMode"}
    | {"backgroundColor", "action", "animated"},
    "video": {"url", "previewUrl", "altContent", "aspectRatio", "action"},
    "icon": _PLACED | {"url", "size", "aspectRatio", "scaling"},
    "text": _PLACED
    | _TEXTUAL
    | {"contents", "flex", "align", "gravity", "wrap", "lineSpacing", "maxLines", "action"}
    | {"adjustMode", "scaling"},
    "span": set(_TEXTUAL),
    "separator": {"margin", "color"},
    "filler": {"flex"},
}
_BUBBLE_FIELDS = {"size", "direction", "header", "hero", "body", "footer", "styles", "action"}
_ALLOWED_IN = {
    "vertical": {"box", "button", "image", "text", "separator", "filler"},
    "horizontal": {"box", "button", "image", "text", "separator", "filler"},
    "baseline": {"icon", "text", "filler"},
}
_CHOICES: dict[str, set[str]] = {
    "weight": {"regular", "bold"},
    "align": {"start", "end", "center"},
    "gravity": {"top", "bottom", "center"},
    "decoration": {"none", "underline", "line-through"},
    "position": {"relative", "absolute"},
    "aspectMode": {"fit", "cover"},
    "alignItems": {"center", "flex-start", "flex-end"},
    "justifyContent": {
        "center",
        "flex-start",
        "flex-end",
        "space-between",
        "space-around",
        "space-evenly",
    },
}
_STYLES = {"button": {"primary", "secondary", "link"}, "text": {"normal", "italic"}}
_SPACES = {"none", "xs", "sm", "md", "lg", "xl", "xxl"}
_SIZES = {"xxs", "xs", "sm", "md", "lg", "xl", "xxl", "3xl", "4xl", "5xl"}
_PIXELS = re.compile(r"-?\d+(\.\d+)?px")
_PERCENT = re.compile(r"-?\d+(\.\d+)?%")


def check_flex(contents: Any) -> Problems:
    """Problems of a flex container; properties are JSON pointers, as LINE names them."""
    if not isinstance(contents, dict):
        return [("/", INVALID)]
    if contents.get("type") == "bubble":
        return _check_bubble(contents, "")
    if contents.get("type") != "carousel":
        return [("/type", "must be one of: bubble, carousel")]
    bubbles = contents.get("contents")
    if not isinstance(bubbles, list) or not 1 <= len(bubbles) <= CAROUSEL_BUBBLES:
        return [("/contents", f"size must be between 1 and {CAROUSEL_BUBBLES}")]
    problems: Problems = [
        (f"/{name}", "unknown field") for name in contents if name not in {"type", "contents"}
    ]
    for index, bubble in enumerate(bubbles):
        problems += _check_bubble(bubble, f"/contents/{index}")
    sizes = {bubble.get("size", "mega") for bubble in bubbles if isinstance(bubble, dict)}
    if len(sizes) > 1:
        problems.append(("/contents", "bubbles of a carousel must have the same size"))
    if json_bytes(contents) > CAROUSEL_BYTES:
        problems.append(("/", f"size must be less than {CAROUSEL_BYTES} bytes"))
    return problems


def json_bytes(value: Any) -> int:
    """Size of a value as compact JSON in UTF-8."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _check_bubble(bubble: Any, where: str) -> Problems:
    if not isinstance(bubble, dict) or bubble.get("type") != "bubble":
        return [(where or "/", INVALID)]
    problems: Problems = [
        (f"{where}/{name}", "unknown field")
        for name in bubble
        if name != "type" and name not in _BUBBLE_FIELDS
    ]
    sizes = {"nano", "micro", "deca", "hecto", "kilo", "mega", "giga"}
    if bubble.get("size") not in (None, *sizes):
        problems.append((f"{where}/size", INVALID))
    for block in ("header", "body", "footer"):
        if block in bubble:
            problems += _check_component(bubble[block], f"{where}/{block}", {"box"})
    if "hero" in bubble:
        problems += _check_component(bubble["hero"], f"{where}/hero", {"box", "image", "video"})
    if not any(bubble.get(block) for block in ("header", "hero", "body", "footer")):
        problems.append((where or "/", "at least one block must be specified"))
    if "action" in bubble:
        problems += check_action(bubble["action"], f"{where}/action", "flex", "/")
    if json_bytes(bubble) > BUBBLE_BYTES:
        problems.append((where or "/", f"size must be less than {BUBBLE_BYTES} bytes"))
    return problems


def _check_component(part: Any, where: str, allowed: set[str], depth: int = 0) -> Problems:
    if not isinstance(part, dict) or part.get("type") not in allowed or depth > _DEEPEST:
        return [(where, INVALID)]
    kind: str = part["type"]
    problems: Problems = [
        (f"{where}/{name}", "unknown field")
        for name in part
        if name != "type" and name not in _FIELDS[kind]
    ]
    problems += _check_values(kind, part, where)
    if kind == "box":
        problems += _check_box(part, where, depth)
    elif kind == "text":
        problems += _check_text(part, where)
    elif kind == "span":
        if not isinstance(part.get("text"), str):
            problems.append((f"{where}/text", "must be specified"))
    elif kind == "button":
        problems += check_action(part.get("action"), f"{where}/action", "flexButton", "/")
    elif kind in {"image", "icon", "video"}:
        add(problems, f"{where}/url", url_problem(part.get("url")))
        if kind == "video":
            alternative = part.get("altContent")
            problems += _check_component(alternative, f"{where}/altContent", {"box", "image"})
    if kind != "button" and "action" in part:
        problems += check_action(part["action"], f"{where}/action", "flex", "/")
    return problems


def _check_box(box: Json, where: str, depth: int) -> Problems:
    layout = box.get("layout")
    if layout not in _ALLOWED_IN:
        return [(f"{where}/layout", "must be one of: horizontal, vertical, baseline")]
    contents = box.get("contents")
    if not isinstance(contents, list):
        return [(f"{where}/contents", "must be specified")]
    problems: Problems = []
    for index, part in enumerate(contents):
        here = f"{where}/contents/{index}"
        problems += _check_component(part, here, _ALLOWED_IN[layout], depth + 1)
    return problems


def _check_text(part: Json, where: str) -> Problems:
    spans = part.get("contents")
    if spans:
        if not isinstance(spans, list):
            return [(f"{where}/contents", INVALID)]
        problems: Problems = []
        for index, span in enumerate(spans):
            problems += _check_component(span, f"{where}/contents/{index}", {"span"})
        return problems
    text = part.get("text")
    if not isinstance(text, str) or not text:
        return [(f"{where}/text", "must be non-empty text")]
    return []


def _check_values(kind: str, part: Json, where: str) -> Problems:
    problems: Problems = []
    for name, value in part.items():
        good = True
        if name in {"color", "backgroundColor", "borderColor"}:
            good = is_color(value)
        elif name in _CHOICES:
            good = value in _CHOICES[name]
        elif name == "style":
            good = value in _STYLES["button" if kind == "button" else "text"]
        elif name in {"margin", "spacing"} or name.startswith("padding"):
            good = value in _SPACES or _is_length(value, percent=name.startswith("padding"))
        elif name.startswith("offset"):
            good = value in _SPACES or _is_length(value, percent=True)
        elif name == "size":
            good = value in _SIZES or _is_length(value, percent=kind == "image")
            good = good or (kind == "image" and value == "full")
        elif name == "height" and kind == "button":
            good = value in {"sm", "md"}
        elif name in {"width", "maxWidth", "height", "maxHeight"}:
            good = _is_length(value, percent=True)
        elif name in {"flex", "maxLines"}:
            good = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        elif name == "wrap":
            good = isinstance(value, bool)
        if not good:
            problems.append((f"{where}/{name}", INVALID))
    return problems


def _is_length(value: Any, *, percent: bool) -> bool:
    if not isinstance(value, str):
        return False
    if _PIXELS.fullmatch(value):
        return True
    return percent and _PERCENT.fullmatch(value) is not None
