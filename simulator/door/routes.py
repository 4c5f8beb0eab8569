"""A small router of our own: paths as LINE's reference writes them, one function each."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.core import Simulator
from simulator.sending import Answer
from simulator.state import Channel

Json = dict[str, Any]


@dataclass
class Call:
    """One authenticated request. `headers` in lower case; `body` parsed JSON, or None."""

    sim: Simulator
    channel: Channel
    request_id: str
    headers: dict[str, str]
    query: dict[str, str]
    raw: bytes
    body: Any


Handler = Callable[..., Answer]


@dataclass
class Route:
    """`endpoint` groups routes for faults and records; `wants_json` refuses other bodies."""

    method: str
    path: str
    pattern: re.Pattern[str]
    endpoint: str
    handler: Handler
    wants_json: bool


ROUTES: list[Route] = []


def route(
    method: str, path: str, endpoint: str, *, wants_json: bool | None = None
) -> Callable[[Handler], Handler]:
    """Register `handler(call, **path_parts)` for a path like /v2/bot/profile/{user_id}."""
    pattern = re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path))

    def register(handler: Handler) -> Handler:
        json_needed = method in {"POST", "PUT"} if wants_json is None else wants_json
        ROUTES.append(Route(method, path, pattern, endpoint, handler, json_needed))
        return handler

    return register


def find(method: str, path: str) -> tuple[Route | None, dict[str, str], bool]:
    """The route, its path parts, and whether the path exists under another method.

    Routes without parts win: /richmenu/list is not the menu called "list".
    """
    matches = [(r, m) for r in ROUTES if (m := r.pattern.fullmatch(path)) is not None]
    matches.sort(key=lambda found: len(found[1].groupdict()))
    for candidate, match in matches:
        if candidate.method == method:
            return candidate, match.groupdict(), True
    return None, {}, bool(matches)


def schema_refusal(call: Call, method: str, path: str) -> Answer | None:
    """The 400 for what LINE's OpenAPI file forbids, when the simulator has it."""
    if call.sim.schema is None:
        return None
    # The retry key has rules of its own, and words for breaking them.
    headers = {k: v for k, v in call.headers.items() if k != "x-line-retry-key"}
    problems = call.sim.schema.problems(method, path, call.raw, headers)
    if not problems:
        return None
    details = [{"message": problem[:500], "property": "(OpenAPI)"} for problem in problems]
    message = f"The request body has {len(details)} error(s)"
    return Answer(400, {"message": message, "details": details})
