"""Entries of the knowledge base: what one may hold, and how a file writes one down.

Plain data and rules, shared by the chat, the desk, the import and the export.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from domain.limits import utf16_units

LONGEST_KEY = 60
LONGEST_QUESTION = 300  # what everybody is shown: longer is a story, to be told shorter
LONGEST_ANSWER = 3000  # with its link, source and day, one LINE message holds it
LONGEST_PARAPHRASE = 300
MOST_PARAPHRASES = 50
LONGEST_CATEGORY = 100
LONGEST_LINK = 1000

REQUIRED = ("key", "question", "answer")
COLUMNS = (*REQUIRED, "paraphrases", "category", "link", "division", "valid_until")


@dataclass(frozen=True)
class ArticleRow:
    """One entry as it is typed or written in a file.

    ``absent`` names what the file has no column for: a change leaves that as it is.
    """

    key: str
    question: str
    answer: str
    paraphrases: Sequence[str] = field(default_factory=list)
    category: str = ""
    link: str = ""
    division: str = ""
    valid_until: date | None = None  # the last day it is an answer
    absent: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Fault:
    """Why an entry cannot be: what is wrong where, and the number or word that it is about."""

    code: str
    about: str = ""


def fault_of(row: ArticleRow) -> Fault | None:
    """The first thing that is wrong with an entry, whatever the office knows already."""
    for name in REQUIRED:
        if not getattr(row, name).strip():
            return Fault(f"no_{name}")
    for name, most in (
        ("key", LONGEST_KEY),
        ("question", LONGEST_QUESTION),
        ("category", LONGEST_CATEGORY),
        ("link", LONGEST_LINK),
    ):
        if len(getattr(row, name).strip()) > most:
            return Fault(f"long_{name}", str(most))
    if utf16_units(row.answer.strip()) > LONGEST_ANSWER:
        return Fault("long_answer", str(LONGEST_ANSWER))
    ways = tidy_paraphrases(row.paraphrases)
    if len(ways) > MOST_PARAPHRASES:
        return Fault("many_paraphrases", str(MOST_PARAPHRASES))
    if any(len(one) > LONGEST_PARAPHRASE for one in ways):
        return Fault("long_paraphrase", str(LONGEST_PARAPHRASE))
    link = row.link.strip()
    if link and not re.fullmatch(r"https?://[^\s/]\S*", link):
        return Fault("bad_link")
    return None


def tidy_paraphrases(ways: Sequence[str]) -> list[str]:
    """Each once, without empty ones. "|" parts them in a file, so none holds one."""
    parts = (" ".join(part.split()) for way in ways for part in way.split("|"))
    return list(dict.fromkeys(part for part in parts if part))


def is_expired(valid_until: date | None, today: date) -> bool:
    """The day that is written is the last on which it is an answer."""
    return valid_until is not None and valid_until < today


# Excel and its like take a cell for a formula by its first sign, however it was written. An
# apostrophe before it makes it words; one that stood there already gets another, so that reading
# gives back exactly what was written.
_TELLING = re.compile(r"'*[=+\-@\t\r]")
_SHIELDED = re.compile(r"'+[=+\-@\t\r]")


def shield(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; `unshield` undoes it."""
    return f"'{text}" if _TELLING.match(text) else text


def unshield(text: str) -> str:
    return text[1:] if _SHIELDED.match(text) else text
