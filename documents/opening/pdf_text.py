"""The letters of a PDF page put together: lines, and paragraphs that went on to the next line.

A PDF holds glyphs at places, in the order in which they were drawn. For Thai that order is right
and the places are not: a tone mark has no width and may hang left of its consonant, so whoever
sorts by place (as pdfplumber's own text does) tears marks off. So letters keep the order of
drawing for as long as they go on to the right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from documents.opening.tidying import tidy

_MARK = re.compile("[ัิ-ฺ็-๎\uf701-\uf70e\uf710-\uf71a]+")
_LIST_ITEM = re.compile(
    r"\s*(?:\(?[0-9๐-๙]{1,2}(?:\.[0-9๐-๙]{1,2})*[.)]|[0-9๐-๙]{1,2}(?:\.[0-9๐-๙]{1,2})+\s"
    r"|\(?[ก-ฮ][.)]\s|[-–•▪●○◦❖➢✓✔☐☑*]\s?)"
)
_THAI_LETTER = re.compile("[ก-ฺเ-๎ๆ]")

# In parts of the letters' size.
_SAME_LINE = 0.5
_SPACE = 0.3
_APART = 1.5
_BACK = 1.0
_LINE_SPACING = 2.2
_INDENT = 1.5


@dataclass(frozen=True, slots=True)
class Letter:
    text: str
    left: float
    right: float
    base: float  # distance of the baseline from the top of the page
    size: float
    at: int  # its turn in the drawing of the page


@dataclass
class Line:
    letters: list[Letter]

    @property
    def left(self) -> float:
        return min(letter.left for letter in self.letters)

    @property
    def right(self) -> float:
        return max(letter.right for letter in self.letters)

    @property
    def base(self) -> float:
        return self.letters[0].base

    @property
    def size(self) -> float:
        return max(letter.size for letter in self.letters)

    @property
    def at(self) -> int:
        return self.letters[0].at

    @property
    def text(self) -> str:
        pieces: list[str] = []
        before: Letter | None = None
        for letter in self.letters:
            if before is not None and not before.text.isspace() and not letter.text.isspace():
                gap = letter.left - before.right
                if gap > _SPACE * letter.size and not _MARK.fullmatch(letter.text):
                    pieces.append(" ")
            pieces.append(letter.text)
            before = letter
        return "".join(pieces)


def runs_of(letters: Iterable[Letter]) -> list[Line]:
    """Letters that were drawn one after the other, on one line and to the right."""
    runs: list[Line] = []
    right = 0.0
    for letter in letters:
        goes_on = False
        if runs:
            before = runs[-1].letters[-1]
            goes_on = (
                abs(letter.base - before.base) < _SAME_LINE * before.size
                and letter.left > right - _BACK * before.size
                and letter.left < right + _APART * before.size
            )
        if goes_on:
            runs[-1].letters.append(letter)
            right = max(right, letter.right)
        else:
            runs.append(Line([letter]))
            right = letter.right
    return runs


def lines_in_cell(letters: Iterable[Letter]) -> list[Line]:
    """From the top down, whatever the order in which a cell was drawn."""
    lines: list[list[Line]] = []
    for run in sorted(runs_of(letters), key=lambda run: run.base):
        if lines and run.base - lines[-1][0].base < _SAME_LINE * max(run.size, lines[-1][0].size):
            lines[-1].append(run)
        else:
            lines.append([run])
    return [_joined(each) for each in lines]


def lines_on_page(letters: Iterable[Letter]) -> list[Line]:
    """In the order of drawing, which keeps two columns of text apart."""
    lines: list[list[Line]] = []
    for run in runs_of(letters):
        last = lines[-1][-1] if lines else None
        if (
            last is not None
            and abs(run.base - last.base) < _SAME_LINE * max(run.size, last.size)
            and (run.left > last.left or _is_marks(run))
        ):
            lines[-1].append(run)
        else:
            lines.append([run])
    return [_joined(each) for each in lines]


def _is_marks(run: Line) -> bool:
    return bool(_MARK.fullmatch("".join(letter.text for letter in run.letters)))


def _joined(runs: list[Line]) -> Line:
    """One line of several runs; marks that were drawn apart go back to their consonants."""
    ordered = sorted(runs, key=lambda run: run.left)
    letters = [letter for run in ordered if not _is_marks(run) for letter in run.letters]
    if not letters:
        return Line([letter for run in ordered for letter in run.letters])
    for run in ordered:
        if _is_marks(run):
            for mark in run.letters:
                middle = (mark.left + mark.right) / 2
                under = [at for at, each in enumerate(letters) if each.left <= middle + 0.5]
                letters.insert(under[-1] + 1 if under else 0, mark)
    return Line(letters)


FirstWord = Callable[[str], str]


def flowed(
    lines: Sequence[Line], right_of: Callable[[int], float], first_word: FirstWord
) -> list[list[Line]]:
    """Lines that a reader takes for one paragraph, together.

    A line was broken by its width where the next one's first word would not have fitted behind
    it; any other break is meant.
    """
    paragraphs: list[list[Line]] = []
    for at, line in enumerate(lines):
        if paragraphs and _goes_on(paragraphs[-1][-1], line, right_of(at - 1), first_word):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return paragraphs


def _goes_on(before: Line, line: Line, right: float, first_word: FirstWord) -> bool:
    size = max(before.size, line.size)
    if not 0 < line.base - before.base < _LINE_SPACING * size:
        return False
    text = line.text
    if _LIST_ITEM.match(text) or line.left > before.left + _INDENT * size:
        return False
    start = len(text) - len(text.lstrip())
    needed = start + len(first_word(text.lstrip()))
    end, taken = line.left, 0
    for letter in line.letters:
        end, taken = max(end, letter.right), taken + len(letter.text)
        if taken >= needed:
            break
    return before.right + end - line.left > right


def paragraph_text(lines: Sequence[Line]) -> str:
    text = ""
    for line in lines:
        following = line.text
        if text and not (_THAI_LETTER.match(text[-1]) and _THAI_LETTER.match(following[:1])):
            text += " "
        text += following
    return tidy(re.sub(r"[ \t]{2,}", " ", text))
