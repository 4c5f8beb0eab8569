"""One sheet of a workbook, a row at a time: values, and what is doubtful about them.

Our own reading of the XML, because openpyxl's keeps an element of every row and all shared
strings, tells nothing of merged cells in its read-only mode, and reads a formula's text or its
value, never both in one pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from documents.opening import limits
from documents.opening.cell_values import Shown, iso_date_text, number_text
from documents.opening.refusals import refused
from documents.opening.streamed_xml import feed, local
from documents.opening.strings_on_disk import StringsOnDisk, unescaped
from documents.opening.tidying import tidy

_LAST_COLUMN = 16_384
_LAST_ROW = 1_048_576


@dataclass(frozen=True)
class Workbook:
    """What all sheets share."""

    strings: StringsOnDisk
    formats: bytearray
    counts_from_1904: bool


OnTrouble = Callable[[int, str, str], None]  # row, code, cells


@dataclass
class _Cell:
    column: int
    kind: str
    style: int
    has_formula: bool = False
    pieces: list[str] = field(default_factory=list)


class SheetReader:
    def __init__(self, book: Workbook, on_trouble: OnTrouble) -> None:
        self._book = book
        self._on_trouble = on_trouble
        self._done: list[tuple[int, tuple[str, ...]]] = []
        self._row = 0
        self._last_row = 0
        self._in_row = False
        self._values: list[tuple[int, str]] = []
        self._cell: _Cell | None = None
        self._column = 0
        self._cells = 0
        self._collecting = False
        self._in_reading = False
        self._length = 0

    def rows(self, source: BinaryIO) -> Iterator[tuple[int, tuple[str, ...]]]:
        """(row number, cells from column A on) of every row that has a text in it."""
        for _ in feed(source, self._start, self._end, self._text):
            yield from self._done
            self._done.clear()

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local(tag)
        if name == "c" and self._in_row:
            self._start_cell(attributes)
        elif name == "row":
            self._start_row(attributes.get("r"))
        elif name == "mergeCell":
            self._merged(attributes.get("ref", ""))
        elif self._cell is not None:
            if name == "f":
                self._cell.has_formula = True
            elif name == "rPh":
                self._in_reading = True
            elif name in ("v", "t"):
                self._collecting = not self._in_reading

    def _end(self, tag: str) -> None:
        name = local(tag)
        if name in ("v", "t"):
            self._collecting = False
        elif name == "rPh":
            self._in_reading = False
        elif name == "c" and self._cell is not None:
            self._end_cell(self._cell)
            self._cell = None
        elif name == "row" and self._in_row:
            self._end_row()

    def _text(self, piece: str) -> None:
        if self._collecting and self._cell is not None:
            self._length += len(piece)
            if self._length > limits.MAX_ROW_CHARS:
                raise refused("cell_too_long", row=self._row)
            self._cell.pieces.append(piece)

    def _start_row(self, number: str | None) -> None:
        self._row = int(number) if number and number.isdecimal() else self._last_row + 1
        if not 1 <= self._row <= _LAST_ROW:
            raise refused("corrupted")
        self._last_row = self._row
        self._in_row = True
        self._values.clear()
        self._column = self._length = 0

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        self._column = column_of(reference) if reference else self._column + 1
        if self._column > _LAST_COLUMN:
            raise refused("corrupted")
        self._cells += 1
        if self._cells > limits.MAX_CELLS:
            raise refused("zip_bomb")
        style = attributes.get("s", "0")
        self._cell = _Cell(
            self._column, attributes.get("t", "n"), int(style) if style.isdecimal() else 0
        )

    def _end_cell(self, cell: _Cell) -> None:
        if cell.has_formula:
            self._on_trouble(self._row, "formula", f"{letters_of(cell.column)}{self._row}")
        if not cell.pieces:
            return
        raw = "".join(cell.pieces)
        if cell.kind == "e":
            self._on_trouble(self._row, "error", f"{letters_of(cell.column)}{self._row}")
            return
        if not (text := self._shown(cell, raw)):
            return
        if cell.column > limits.MAX_COLUMNS:
            raise refused("too_many_columns")
        self._values.append((cell.column, text))

    def _shown(self, cell: _Cell, raw: str) -> str:
        match cell.kind:
            case "s":
                text = self._book.strings.get(int(raw) if raw.strip().isdecimal() else -1)
                self._length += len(text)
                if self._length > limits.MAX_ROW_CHARS:
                    raise refused("cell_too_long", row=self._row)
                return tidy(text)
            case "n":
                formats = self._book.formats
                shown = formats[cell.style] if cell.style < len(formats) else Shown.PLAIN
                return number_text(raw, shown, counts_from_1904=self._book.counts_from_1904)
            case "b":
                return "TRUE" if raw.strip() == "1" else "FALSE"
            case "d":
                return iso_date_text(raw)
            case _:
                return tidy(unescaped(raw))

    def _end_row(self) -> None:
        self._in_row = False
        if self._values:
            cells = [""] * max(column for column, _ in self._values)
            for column, text in self._values:
                cells[column - 1] = text
            self._done.append((self._row, tuple(cells)))

    def _merged(self, reference: str) -> None:
        first = reference.partition(":")[0]
        digits = first.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ$").replace("$", "")
        if digits.isdecimal():
            self._on_trouble(int(digits), "merged", reference[:30])


def column_of(reference: str) -> int:
    column = 0
    for letter in reference[:4]:
        if not "A" <= letter <= "Z":
            break
        column = column * 26 + ord(letter) - 64
    return column or _LAST_COLUMN + 1


def letters_of(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
