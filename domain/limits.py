"""LINE counts in two ways: UTF-16 units for texts, grapheme clusters for labels."""

from __future__ import annotations

import unicodedata

_ELLIPSIS = "…"
# SARA AM is a letter to Unicode's categories, but UAX 29 joins it to the consonant before.
_SARA_AM = "\u0e33\u0eb3"


def utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clusters(text: str) -> list[str]:
    """Grapheme clusters: Thai vowels and tone marks, and joined emoji, stay with their base."""
    found: list[str] = []
    for mark in text:
        joins = unicodedata.category(mark) in ("Mn", "Me", "Mc") or mark in _SARA_AM
        joined = found and (joins or mark == "\u200d" or found[-1].endswith("\u200d"))
        if joined:
            found[-1] += mark
        else:
            found.append(mark)
    return found


def shorten(text: str, most: int) -> str:
    """At most ``most`` grapheme clusters, the last an ellipsis where something was cut."""
    parts = clusters(" ".join(text.split()))
    if len(parts) <= most:
        return "".join(parts)
    return "".join(parts[: most - 1]).rstrip() + _ELLIPSIS


def cut_to_units(text: str, most: int) -> str:
    """At most ``most`` UTF-16 units, cut between grapheme clusters."""
    if utf16_units(text) <= most:
        return text
    kept, used = [], utf16_units(_ELLIPSIS)
    for cluster in clusters(text):
        used += utf16_units(cluster)
        if used > most:
            break
        kept.append(cluster)
    return "".join(kept) + _ELLIPSIS
