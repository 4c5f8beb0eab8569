"""Action objects: https://developers.line.biz/en/reference/messaging-api/#action-objects."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from simulator.checks.common import EMPTY, Json, Problems, add, between, one_of, text_problem

ACTION_TYPES = (
    "postback",
    "message",
    "uri",
    "datetimepicker",
    "camera",
    "cameraRoll",
    "location",
    "richmenuswitch",
    "clipboard",
)
_ONLY_QUICK_REPLY = frozenset({"camera", "cameraRoll", "location"})
_SCHEMES = ("http", "https", "line", "tel")
_FORMATS = {
    "date": (re.compile(r"\d{4}-\d{2}-\d{2}"), "%Y-%m-%d"),
    "time": (re.compile(r"\d{2}:\d{2}"), "%H:%M"),
    "datetime": (re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}"), "%Y-%m-%dT%H:%M"),
}
# Where an action sits: (longest label in grapheme clusters, is the label required?)
_LABELS = {
    "quickReply": (20, True),
    "template": (20, True),
    "imageCarousel": (12, False),
    "defaultAction": (20, False),
    "flexButton": (40, True),
    "flex": (40, False),
    "richMenu": (20, False),
}


def check_action(action: Any, where: str, place: str, joint: str = ".") -> Problems:
    """Problems of one action. `place` is a key of _LABELS; `joint` parts property names."""
    problems: Problems = []
    if not isinstance(action, dict):
        return [(where, EMPTY)]
    kind = action.get("type")
    if kind not in ACTION_TYPES:
        return [(f"{where}{joint}type", one_of(ACTION_TYPES))]
    if kind in _ONLY_QUICK_REPLY and place != "quickReply":
        return [(f"{where}{joint}type", f"{kind} is only available in quick replies")]
    if kind == "richmenuswitch" and place != "richMenu":
        return [(f"{where}{joint}type", f"{kind} is only available in rich menus")]
    longest, required = _LABELS[place]
    label = action.get("label")
    add(
        problems,
        f"{where}{joint}label",
        text_problem(label, longest, required=required, graphemes=True),
    )
    for name, problem in _own_problems(kind, action):
        problems.append((f"{where}{joint}{name}", problem))
    return problems


def _own_problems(kind: str, action: Json) -> Problems:
    problems: Problems = []
    if kind == "message":
        add(problems, "text", text_problem(action.get("text"), 300, graphemes=True))
    elif kind == "postback":
        add(problems, "data", text_problem(action.get("data"), 300))
        for name in ("displayText", "text", "fillInText"):
            given = action.get(name)
            add(problems, name, text_problem(given, 300, required=False, graphemes=True))
        if action.get("displayText") and action.get("text"):
            problems.append(("text", "displayText and text cannot be used together"))
        options = ("closeRichMenu", "openRichMenu", "openKeyboard", "openVoice")
        if action.get("inputOption") not in (None, *options):
            problems.append(("inputOption", one_of(options)))
    elif kind == "uri":
        add(problems, "uri", _uri_problem(action.get("uri")))
    elif kind == "clipboard":
        add(problems, "clipboardText", text_problem(action.get("clipboardText"), 1000))
    elif kind == "richmenuswitch":
        add(problems, "data", text_problem(action.get("data"), 300))
        add(problems, "richMenuAliasId", text_problem(action.get("richMenuAliasId"), 32))
    elif kind == "datetimepicker":
        add(problems, "data", text_problem(action.get("data"), 300))
        problems += _picker_problems(action)
    return problems


def _uri_problem(uri: Any) -> str | None:
    if not isinstance(uri, str) or not uri:
        return EMPTY
    if len(uri) > 1000:
        return between(1, 1000)
    try:
        scheme = urlsplit(uri).scheme
    except ValueError:
        return "Invalid URI"
    if scheme not in _SCHEMES:
        return "Invalid action URI scheme"
    # Thai in an address must be percent-encoded, as any URI's.
    return None if uri.isascii() and " " not in uri else "Invalid URI"


def _picker_problems(action: Json) -> Problems:
    mode = action.get("mode")
    if mode not in _FORMATS:
        return [("mode", one_of(_FORMATS))]
    problems: Problems = []
    pattern, form = _FORMATS[mode]
    times: dict[str, datetime] = {}
    for name in ("min", "initial", "max"):
        value = action.get(name)
        if value is None:
            continue
        try:
            if not isinstance(value, str) or not pattern.fullmatch(value):
                raise ValueError(name)
            # No time zone on purpose: LINE's picker has none.
            times[name] = datetime.strptime(value.upper(), form)  # noqa: DTZ007
        except ValueError:
            problems.append((name, f"Invalid format for mode {mode}"))
            continue
        if mode != "time" and not 1900 <= times[name].year <= 2100:
            problems.append((name, "Must be between 1900-01-01 and 2100-12-31"))
    if "min" in times and "max" in times and times["min"] >= times["max"]:
        problems.append(("max", "Must be later than min"))
    if "initial" in times:
        too_early = "min" in times and times["initial"] < times["min"]
        too_late = "max" in times and times["initial"] > times["max"]
        if too_early or too_late:
            problems.append(("initial", "Must be between min and max"))
    return problems
