"""Are two reports of the same thing? Likeness of their words, and the distance between them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from domain.thai_text import normalise, strip_tones

_WRITTEN = re.compile(r"\((-?\d{1,3}\.\d+), (-?\d{1,3}\.\d+)\)$")
_EARTH_M = 6_371_000.0
NEAR_M = 150.0  # a phone's own error in town is 10 to 50 m
_ALIKE_NEARBY = 0.18  # beside each other, few words in common are enough
_ALIKE_BY_WORDS = 0.5
COORDINATES = "coordinates"  # the key of "latitude,longitude" among a report's answers


@dataclass(frozen=True)
class Likeness:
    words: float  # 0 to 1: cosine of counts of three letters in a row
    metres: float | None  # None where either place is known by words alone

    @property
    def same(self) -> bool:
        if self.metres is not None:
            return self.metres <= NEAR_M and self.words >= _ALIKE_NEARBY
        return self.words >= _ALIKE_BY_WORDS


def compare(one: Mapping[str, str], other: Mapping[str, str]) -> Likeness:
    """Two reports' answers: "what", "where", and "coordinates" where they were sent."""
    here, there = _coordinates(one), _coordinates(other)
    metres = None if here is None or there is None else distance(here, there)
    keys = ("what",) if metres is not None else ("what", "where")
    words = cosine(_grams(one, keys), _grams(other, keys))
    return Likeness(words, metres)


def coordinates_in(place: str) -> str:
    """ "latitude,longitude" of a place as `domain.inbound` writes it; "" where it has none."""
    found = _WRITTEN.search(place)
    return f"{found[1]},{found[2]}" if found else ""


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two (latitude, longitude), on a sphere (the haversine formula)."""
    lat1, lon1, lat2, lon2 = (math.radians(value) for value in (*one, *other))
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_M * math.asin(min(1.0, math.sqrt(half)))


def _coordinates(answers: Mapping[str, str]) -> tuple[float, float] | None:
    try:
        latitude, longitude = (float(part) for part in answers[COORDINATES].split(","))
    except (KeyError, ValueError):
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return latitude, longitude


def _grams(answers: Mapping[str, str], keys: tuple[str, ...]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for key in keys:
        text = strip_tones("".join(normalise(answers.get(key, "")).split()))[:2000]
        counts.update(text[at : at + 3] for at in range(len(text) - 2))
    return counts


def cosine(one: Counter[str], other: Counter[str]) -> float:
    """How alike two counts are, 0 to 1."""
    if not one or not other:
        return 0.0
    dot = sum(count * other[gram] for gram, count in one.items())
    lengths = math.sqrt(sum(c * c for c in one.values()) * sum(c * c for c in other.values()))
    return float(dot / lengths)
