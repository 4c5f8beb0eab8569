"""How far something has come, as people write it."""

from __future__ import annotations

import re

from domain.digits import arabic_digits

_MOST = 100
# "60%", "60 เปอร์เซ็นต์" and "ร้อยละ 60"; "เปอร์เซ็น", as many type it, too.
_SHARE = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:\.\d{1,2})?)\s*(?:%(?![0-9A-Fa-f]{2})|％|เปอร์เซ็นต์|เปอร์เซนต์|เปอร์เซ็น|เปอร์เซน)"
    r"|ร้อยละ\s*(\d{1,3}(?:\.\d{1,2})?)(?![\d.]*\d)"
)
_BARE = re.compile(r"\s*(\d{1,3})\s*")


def percent_in(text: str) -> int | None:
    """The one share of a hundred that a text names, rounded; None where it names none, or
    several that differ."""
    found = {
        round(float(after or before))
        for before, after in _SHARE.findall(arabic_digits(text))
        if float(after or before) <= _MOST
    }
    return found.pop() if len(found) == 1 else None


def bare_percent(text: str) -> int | None:
    """The share where the text says nothing else, as when a button was typed: "60%", "60"."""
    clean = arabic_digits(text).strip()
    bare = _BARE.fullmatch(clean)
    if bare is not None:
        value = int(bare[1])
        return value if value <= _MOST else None
    whole = _SHARE.fullmatch(clean)
    return None if whole is None else percent_in(clean)
