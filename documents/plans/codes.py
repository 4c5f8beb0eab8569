"""Codes of ITA questions (I13, E10, O35), repaired where a scan misread them.

The letter I is read as 1, l, | or ๑, the letter O as 0 or ๐, or a letter is lost. The indicator
under which a code stands decides: indicator 2 asks I7 to I12, so ``๑๘`` is I8 and ``๑๑`` is I11.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain import ita
from domain.digits import arabic_digits
from domain.plan import PlanFlag

# A letter and its number, as it should be.
_LETTERED = re.compile(
    r"^\s*(?:ข้อ(?:คำถาม)?\s*(?:ที่)?\s*)?[(\[]?\s*"
    r"(?P<letter>[IEOieo])\s*[.\-–]?\s*(?P<number>[๐-๙0-9]{1,2})(?![๐-๙0-9A-Za-z])\s?[)\]]?"
)
# Or what a scan makes of it: a number, perhaps with a stroke or a ring before it.
_UNCLEAR = re.compile(
    r"^(?P<unclear>[l|!๐-๙0-9][ ]?[๐-๙0-9]{0,2})(?![๐-๙0-9.)/,])(?=\s|[ก-๙A-Za-z]|$)"
)
_ANOTHER = re.compile(
    r"^\s*(?:(?:,|/|และ)\s*[IEOieo]|(?:-|–|ถึง)\s*[IEOieo]?)\s*[.\-]?\s*[๐-๙0-9]{1,2}(?![๐-๙0-9])"
)
# Letters of other alphabets that look the same.
_LOOKALIKES = str.maketrans("ОоΟΙІЕΕ", "OoOIIEE")
_LIKE_I = "1lI|!"
_LIKE_O = "0oO"
_MOST = {"I": 30, "E": 15, "O": 43}


@dataclass(frozen=True)
class Code:
    value: str | None  # I13; None when it cannot be told
    printed: str
    end: int  # where the rest of the text begins
    flags: tuple[str, ...] = ()


def read_code(
    text: str, indicator: int | None, instrument: str | None, fiscal_year: int | None
) -> Code | None:
    """The code at the head of a title, or `None` when there is none.

    A number without a letter is a code only under a known indicator or instrument: elsewhere it
    is the number of a list.
    """
    known = ita.indicator(indicator) if indicator is not None else None
    if not ita.questions_are_known(fiscal_year):
        known = None
    lettered = _LETTERED.match(text.translate(_LOOKALIKES))
    if lettered is not None:
        return _lettered(text, lettered, known)
    if known is None and instrument is None:
        return None
    return _unclear(text, known, None if instrument is None else ita.letter_of(instrument))


def read_code_cell(
    cell: str, indicator: int | None, instrument: str | None, fiscal_year: int | None
) -> Code | None:
    """The same for a column of codes, where a number alone is meant for one too."""
    code = read_code(cell, indicator, instrument, fiscal_year) or _unclear(cell, None, None)
    if code is None and re.search("[๐-๙0-9]", cell):
        return Code(None, cell, 0, (f"{PlanFlag.CODE_UNCLEAR}:{cell}",))
    return code


def _lettered(text: str, found: re.Match[str], known: ita.Indicator | None) -> Code:
    letter, number = found["letter"].upper(), int(arabic_digits(found["number"]))
    end = found.end()
    others = _ANOTHER.match(text[end:])
    while others is not None:  # a row about several questions has no code of its own
        end += others.end()
        others = _ANOTHER.match(text[end:])
    printed = text[:end].strip()
    value = f"{letter}{number}"
    if end > found.end() or not 1 <= number <= _MOST[letter]:
        return Code(None, printed, end, (f"{PlanFlag.CODE_UNCLEAR}:{printed}",))
    flags = () if known is None or _within(value, known) else (PlanFlag.CODE_UNCLEAR,)
    return Code(value, printed, end, tuple(f"{flag}:{printed}" for flag in flags))


def _unclear(text: str, known: ita.Indicator | None, letter: str | None) -> Code | None:
    found = _UNCLEAR.match(text)
    if found is None:
        return None
    printed = found[0].strip()
    digits = arabic_digits(found["unclear"]).replace(" ", "")
    fitting = _candidates(digits)
    if known is not None:
        fitting = [value for value in fitting if _within(value, known)]
    elif letter is not None:
        fitting = [value for value in fitting if value[0] == letter]
    # One digit is as likely the number of a list.
    if len(fitting) == 1 and len(digits) > 1:
        return Code(fitting[0], printed, found.end(), (f"{PlanFlag.CODE_REPAIRED}:{printed}",))
    return Code(None, printed, found.end(), (f"{PlanFlag.CODE_UNCLEAR}:{printed}",))


def _candidates(digits: str) -> list[str]:
    """What a misread code may have been, each once."""
    readings: dict[str, None] = {}

    def offer(letter: str, number: str) -> None:
        if number.isdigit() and 1 <= int(number) <= _MOST[letter]:
            readings[f"{letter}{int(number)}"] = None

    if digits[0] in _LIKE_I:
        offer("I", digits[1:])
    if digits[0] in _LIKE_O:
        offer("O", digits[1:])
    for letter in _MOST:  # the letter is lost altogether
        offer(letter, digits)
    return list(readings)


def _within(value: str, known: ita.Indicator) -> bool:
    letter, number = value[0], int(value[1:])
    return letter == ita.letter_of(known.instrument) and known.first <= number <= known.last
