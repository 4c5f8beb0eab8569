"""What the public's pages say, in Thai and in English: `words.json`, one line a phrase."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path

from domain.calendar import english_date, long_date
from domain.file_types import RefusalReason
from handlers.uploads import (
    BUSY,
    MOST_FILES,
    MOST_MEGABYTES,
    MOST_TOGETHER_MEGABYTES,
    TOO_MANY,
    TOO_MUCH,
    Refusal,
)

LANGUAGES = ("th", "en")


@cache
def catalogue() -> dict[str, tuple[str, str]]:
    """Phrase by key: Thai, English."""
    raw = json.loads(Path(__file__).with_name("words.json").read_text())
    return {key: (thai, english) for key, (thai, english) in raw.items()}


def say(key: str, language: str, **values: object) -> str:
    """Raises `KeyError` for a phrase that is not there; a test names every one that is used."""
    phrase = catalogue()[key][LANGUAGES.index(language)]
    return phrase.format(**values) if values else phrase


def day_words(day: date, language: str) -> str:
    """6 เมษายน 2566, 6 April 2023; the parts of a date stay on one line."""
    words = english_date(day) if language == "en" else long_date(day)
    return words.replace(" ", "\u00a0")


REFUSALS = {one.value: f"file.{one.value}" for one in RefusalReason} | {
    one: f"file.{one}" for one in (TOO_MANY, TOO_MUCH, BUSY)
}


def refusal_words(refusal: Refusal, language: str) -> str:
    """One sentence for one file."""
    return say(
        REFUSALS[refusal.reason],
        language,
        name=refusal.name,
        most=MOST_FILES,
        each=MOST_MEGABYTES,
        together=MOST_TOGETHER_MEGABYTES,
    )


def media_word(media_type: str) -> str:
    """The key of what a file is called."""
    kind = media_type.partition("/")[0]
    return f"media.{kind}" if kind in ("image", "video", "audio") else "media.document"
