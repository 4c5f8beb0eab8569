"""The numbers that Word writes before the paragraphs of a list, which are not in the text.

In a plan they carry meaning ("๑." is a measure, "๑.๑" one of its steps), so they are counted out
as Word would.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from docx.document import Document as WordFile
from docx.oxml.ns import qn

from domain.digits import thai_digits

_THAI_LETTERS = "กขคงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ"
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_PLACE = re.compile("%([1-9])")
_MOST_LEVELS = 9
_MOST_PARENTS = 20  # styles may be based on each other in a circle

Element = Any  # lxml's, which carries no types


@dataclass
class _Level:
    format: str = "decimal"
    text: str = "%1."
    start: int = 1


@dataclass
class _List:
    shared: str  # lists of one abstract definition go on counting
    levels: dict[int, _Level] = field(default_factory=dict)
    restarts: bool = False


class Numbering:
    def __init__(self, word_file: WordFile) -> None:
        self._lists: dict[str, _List] = {}
        self._of_style: dict[str, tuple[str | None, int | None, str | None]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()
        for part in word_file.part.package.iter_parts():
            if part.partname == "/word/numbering.xml":
                self._read_lists(part.element)
            elif part.partname == "/word/styles.xml":
                self._read_styles(part.element)

    def label(self, paragraph: Element) -> str:
        """ "๑." or "- " without its space, or nothing; and count on."""
        number_id, level_at = self._place_of(paragraph)
        found = self._lists.get(number_id or "")
        if found is None or number_id is None:
            return ""
        level_at = min(level_at, _MOST_LEVELS - 1)
        level = found.levels.get(level_at, _Level())
        if level.format == "bullet":
            return "-"
        counts = self._counts.setdefault(found.shared, {})
        if found.restarts and number_id not in self._begun:
            counts.clear()
        self._begun.add(number_id)
        counts[level_at] = counts.get(level_at, level.start - 1) + 1
        for deeper in [each for each in counts if each > level_at]:
            del counts[deeper]
        if level.format == "none":
            return ""
        return _PLACE.sub(lambda at: _counted(found, counts, int(at[1]) - 1), level.text).strip()

    def _place_of(self, paragraph: Element) -> tuple[str | None, int]:
        properties = paragraph.find(qn("w:pPr"))
        if properties is None:
            return None, 0
        number_id, level = _number_of(properties)
        style = _value(properties.find(qn("w:pStyle")))
        for _ in range(_MOST_PARENTS):
            if number_id is not None or style not in self._of_style:
                break
            number_id, styled_level, style = self._of_style[style]
            level = styled_level if level is None else level
        return number_id, level or 0

    def _read_styles(self, styles: Element) -> None:
        for style in styles.iterchildren(qn("w:style")):
            properties = style.find(qn("w:pPr"))
            number_id, level = (None, None) if properties is None else _number_of(properties)
            parent = _value(style.find(qn("w:basedOn")))
            self._of_style[style.get(qn("w:styleId"), "")] = (number_id, level, parent)

    def _read_lists(self, numbering: Element) -> None:
        abstract: dict[str, dict[int, _Level]] = {}
        for each in numbering.iterchildren(qn("w:abstractNum")):
            abstract[each.get(qn("w:abstractNumId"), "")] = dict(
                _level(element) for element in each.iterchildren(qn("w:lvl"))
            )
        for each in numbering.iterchildren(qn("w:num")):
            shared = _value(each.find(qn("w:abstractNumId"))) or ""
            found = _List(shared, dict(abstract.get(shared, {})))
            for override in each.iterchildren(qn("w:lvlOverride")):
                at = _integer(override.get(qn("w:ilvl")), 0)
                if (element := override.find(qn("w:lvl"))) is not None:
                    found.levels[at] = _level(element)[1]
                if (start := override.find(qn("w:startOverride"))) is not None:
                    known = found.levels.get(at, _Level())
                    found.levels[at] = _Level(
                        known.format, known.text, _integer(_value(start), known.start)
                    )
                    found.restarts = True
            self._lists[each.get(qn("w:numId"), "")] = found


def _number_of(properties: Element) -> tuple[str | None, int | None]:
    numbered = properties.find(qn("w:numPr"))
    if numbered is None:
        return None, None
    level = _value(numbered.find(qn("w:ilvl")))
    return _value(numbered.find(qn("w:numId"))), None if level is None else _integer(level, 0)


def _level(element: Element) -> tuple[int, _Level]:
    text = _value(element.find(qn("w:lvlText")))
    return _integer(element.get(qn("w:ilvl")), 0), _Level(
        _value(element.find(qn("w:numFmt"))) or "decimal",
        "" if text is None else text[:100],
        _integer(_value(element.find(qn("w:start"))), 1),
    )


def _value(element: Element) -> str | None:
    return None if element is None else element.get(qn("w:val"))


def _integer(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 7 else otherwise


def _counted(found: _List, counts: dict[int, int], at: int) -> str:
    level = found.levels.get(at, _Level())
    return formatted(counts.get(at, level.start), level.format)


def formatted(number: int, style: str) -> str:
    """The number in one of Word's ways of writing it."""
    match style:
        case "thaiNumbers" | "thaiCounting":
            return thai_digits(str(number))
        case "thaiLetters":
            return _letters(number, _THAI_LETTERS)
        case "lowerLetter":
            return _letters(number, _LATIN)
        case "upperLetter":
            return _letters(number, _LATIN).upper()
        case "lowerRoman":
            return _roman(number)
        case "upperRoman":
            return _roman(number).upper()
        case "decimalZero":
            return f"{number:02}"
        case _:
            return str(number)


def _letters(number: int, alphabet: str) -> str:
    """a ... z, aa, bb: Word repeats the letter."""
    if number < 1:
        return str(number)
    times, at = divmod(number - 1, len(alphabet))
    return alphabet[at] * min(times + 1, 10)


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    out = ""
    for value, letters in _ROMAN:
        out += letters * (number // value)
        number %= value
    return out
