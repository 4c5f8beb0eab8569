"""Pieces that every check uses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from simulator.texts import grapheme_length, utf16_length

Json = dict[str, Any]
Problems = list[tuple[str, str]]

EMPTY = "May not be empty"
INVALID = "invalid property"
_COLOR = re.compile(r"#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?")
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class Refusal:
    """An error body as LINE writes it: a message, and (property, message) pairs."""

    message: str
    details: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> Json:
        """`{"message", "details": [{"message", "property"}]}`; no details, no key."""
        body: Json = {"message": self.message}
        if self.details:
            body["details"] = [{"message": m, "property": p} for p, m in self.details]
        return body


def refuse(problems: Problems) -> Refusal | None:
    """LINE's summary of problems outside flex, or None for none."""
    if not problems:
        return None
    return Refusal(f"The request body has {len(problems)} error(s)", tuple(problems))


def one_of(values: Iterable[str]) -> str:
    """LINE's words for a value outside an enumeration."""
    return f"Must be one of the following values: [{', '.join(values)}]"


def between(low: int, high: int) -> str:
    """LINE's words for a length out of range."""
    return f"Length must be between {low} and {high}"


def text_problem(
    value: Any, limit: int, *, required: bool = True, graphemes: bool = False
) -> str | None:
    """What is wrong with a text property, counted in UTF-16 units or in grapheme clusters."""
    if value is None:
        return EMPTY if required else None
    if not isinstance(value, str):
        return "Must be a string"
    if required and not value:
        return EMPTY
    length = grapheme_length(value) if graphemes else utf16_length(value)
    return between(0, limit) if length > limit else None


def url_problem(value: Any, limit: int = 2000) -> str | None:
    """What is wrong with the address of a picture or other media: HTTPS, up to `limit` characters.

    Plain http is let through to this machine alone: a demo has no certificate.
    """
    if not isinstance(value, str) or not value:
        return EMPTY
    if len(value) > limit:
        return between(1, limit)
    try:
        parts = urlsplit(value)
        host = parts.hostname
    except ValueError:
        return "Invalid URI"
    if parts.scheme == "http" and host in _LOOPBACK:
        return None
    if parts.scheme != "https" or not host:
        return "Must be a valid HTTPS URL"
    return None


def is_color(value: Any) -> bool:
    """`#RRGGBB` or `#RRGGBBAA`."""
    return isinstance(value, str) and _COLOR.fullmatch(value) is not None


def add(problems: Problems, where: str, problem: str | None) -> None:
    """Note a problem, if it is one."""
    if problem is not None:
        problems.append((where, problem))
