"""Text files: a line with a tab is a row, any other a paragraph."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from documents.blocks import Paragraph, TableRow
from documents.opening import limits
from documents.opening.decoding import encoding_of
from documents.opening.document import Document
from documents.opening.refusals import refused
from documents.opening.tidying import is_rule, without_markup


class TextDocument(Document):
    format = "txt"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._encoding, self._errors = encoding_of(path)

    def _read(self) -> Iterator[Paragraph | TableRow]:
        table, in_table = 0, False
        for number, line in self._lines():
            printed = line.strip("\n").split("\t")
            if is_rule(printed):
                continue
            if len(printed) == 1:
                in_table = False
                if text := without_markup(line):
                    yield Paragraph(number, text)
                continue
            cells = tuple(without_markup(cell) for cell in printed)
            if any(cells):
                if not in_table:
                    table, in_table = table + 1, True
                yield TableRow(number, cells, table)

    def _lines(self) -> Iterator[tuple[int, str]]:
        with self._path.open(encoding=self._encoding, errors=self._errors) as file:
            number = 0
            while line := file.readline(limits.MAX_ROW_CHARS + 1):
                number += 1
                if len(line) > limits.MAX_ROW_CHARS:
                    raise refused("cell_too_long", row=number)
                yield number, line
