"""One page of a PDF: its ruled tables, and the text around them in its reading order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from documents.opening.pdf_rules import closing_lines
from documents.opening.pdf_text import (
    FirstWord,
    Letter,
    Line,
    flowed,
    lines_in_cell,
    lines_on_page,
    paragraph_text,
)

Box = tuple[float, float, float, float]  # left, top, right, bottom
Page = Any  # pdfplumber carries no types

MAX_LETTERS = 40_000
MAX_STROKES = 20_000
_NEIGHBOURS = 5
_SAME_MARGIN = 3.0  # in parts of the letters' size


class TooComplex(Exception):
    """The page holds more than a page of paper can."""


def read_page(page: Page, first_word: FirstWord) -> Iterator[str | list[tuple[str, ...]]]:
    """Paragraphs, and tables as lists of rows."""
    strokes = len(page.rects) + len(page.lines) + len(page.curves)
    if len(page.chars) > MAX_LETTERS or strokes > MAX_STROKES:
        raise TooComplex
    letters = _letters(page)
    tables = []
    if strokes:
        settings = {"explicit_horizontal_lines": closing_lines(page.edges)}
        tables = [_Table(found) for found in page.find_tables(settings)]
    tables = [table for table in tables if table.is_table]
    outside: list[Letter] = []
    owner: _Table | None = None
    for letter in letters:
        if owner is None or not owner.take(letter):
            owner = next((table for table in tables if table.take(letter)), None)
        if owner is None:
            outside.append(letter)
    blocks: list[tuple[int, str | list[tuple[str, ...]]]] = []
    borders = sorted(table.at for table in tables if table.at is not None)
    blocks += [(table.at, table.texts(first_word)) for table in tables if table.at is not None]
    for group in _between(lines_on_page(outside), borders):
        for paragraph in flowed(group, lambda at, group=group: _margin(group, at), first_word):  # type: ignore[misc]
            blocks.append((paragraph[0].at, paragraph_text(paragraph)))
    for _, block in sorted(blocks, key=lambda item: item[0]):
        if block:
            yield block


def _letters(page: Page) -> list[Letter]:
    """In the order of drawing, without what stands beside the paper."""
    letters: list[Letter] = []
    spans: list[tuple[int, str] | None] = []
    width, height = float(page.width), float(page.height)
    for at, char in enumerate(page.chars):
        left, top = float(char["x0"]), float(char["top"])
        if not (-1 < left < width + 1 and -1 < top < height + 1):
            continue
        size = max(float(char["size"]), 1.0)
        # The baseline is the same for letters of different fonts; their boxes are not.
        base = height - float(char["matrix"][5]) if char["upright"] else float(char["bottom"])
        letters.append(Letter(char["text"], left, float(char["x1"]), base, size, at))
        spans.append(char.get("tag"))
    return _printed_once(_spoken(letters, spans))


def _spoken(letters: list[Letter], spans: list[tuple[int, str] | None]) -> list[Letter]:
    """Glyphs that the file spells out (ActualText) become one letter of that text."""
    spoken: list[Letter] = []
    for span, group in groupby(zip(letters, spans, strict=True), key=itemgetter(1)):
        found = [letter for letter, _ in group]
        first = found[0]
        if span is None or any(abs(each.base - first.base) > each.size / 2 for each in found):
            spoken += found
        elif text := span[1]:
            right = max(each.right for each in found)
            left = min(each.left for each in found)
            spoken.append(Letter(text, left, right, first.base, first.size, first.at))
    return spoken


def _printed_once(letters: list[Letter]) -> list[Letter]:
    """Without the second print that makes a text bold where the font has no bold."""
    kept: list[Letter] = []
    printed: dict[tuple[str, int, int], Letter] = {}
    for letter in letters:
        across, down = round(letter.left), round(letter.base)
        near = (
            printed.get((letter.text, across + x, down + y)) for x in (-1, 0, 1) for y in (-1, 0, 1)
        )
        if any(
            each and abs(each.left - letter.left) < 1 and abs(each.base - letter.base) < 1
            for each in near
        ):
            continue
        printed[letter.text, across, down] = letter
        kept.append(letter)
    return kept


def _between(lines: Sequence[Line], borders: Sequence[int]) -> Iterator[list[Line]]:
    """Text before a table does not go on behind it."""
    group: list[Line] = []
    passed = 0
    for line in lines:
        behind = sum(border < line.at for border in borders)
        if group and behind != passed:
            yield group
            group = []
        passed = behind
        group.append(line)
    if group:
        yield group


def _margin(lines: Sequence[Line], at: int) -> float:
    """Where the lines around this one end at the right."""
    line = lines[at]
    near = lines[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS + 1]
    return max(each.right for each in near if abs(each.left - line.left) < _SAME_MARGIN * line.size)


class _Table:
    def __init__(self, found: Any) -> None:
        self._cells: list[Box] = list(found.cells)
        self._letters: dict[Box, list[Letter]] = {cell: [] for cell in self._cells}
        self._last: Box | None = None
        self._lefts = sorted({round(cell[0], 1) for cell in self._cells})
        self._tops = sorted({round(cell[1], 1) for cell in self._cells})
        self._right = max(cell[2] for cell in self._cells)
        self._bottom = max(cell[3] for cell in self._cells)
        self.at: int | None = None  # when its first letter was drawn

    @property
    def is_table(self) -> bool:
        """A frame around text is none."""
        return len(self._lefts) > 1

    def take(self, letter: Letter) -> bool:
        across = (letter.left + letter.right) / 2
        down = letter.base - letter.size * 0.3
        if self._last is None or not _holds(self._last, across, down):
            self._last = self._cell_at(across, down)
        if self._last is None:
            return False
        self._letters[self._last].append(letter)
        self.at = letter.at if self.at is None else min(self.at, letter.at)
        return True

    def texts(self, first_word: FirstWord) -> list[tuple[str, ...]]:
        """Each row with a text for each column; merged cells give theirs to all they cover."""
        texts = {
            cell: _cell_text(cell, letters, first_word) for cell, letters in self._letters.items()
        }
        across = _middles(self._lefts, self._right)
        rows = []
        for down in _middles(self._tops, self._bottom):
            found = [self._cell_at(middle, down) for middle in across]
            row = tuple("" if cell is None else texts[cell] for cell in found)
            if any(row):
                rows.append(row)
        return rows

    def _cell_at(self, across: float, down: float) -> Box | None:
        return next((cell for cell in self._cells if _holds(cell, across, down)), None)


def _holds(cell: Box, across: float, down: float) -> bool:
    return cell[0] <= across < cell[2] and cell[1] <= down < cell[3]


def _middles(starts: Sequence[float], end: float) -> list[float]:
    return [(a + b) / 2 for a, b in zip(starts, [*starts[1:], end], strict=True)]


def _cell_text(cell: Box, letters: Sequence[Letter], first_word: FirstWord) -> str:
    lines = lines_in_cell(letters)
    if not lines:
        return ""
    # What the text keeps free at the left, it keeps free at the right.
    padding = min(max(min(line.left for line in lines) - cell[0], 0.0), 8.0)
    paragraphs = flowed(lines, lambda _: cell[2] - padding, first_word)
    return "\n".join(text for each in paragraphs if (text := paragraph_text(each)))
