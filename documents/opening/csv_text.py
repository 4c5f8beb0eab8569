"""CSV files: every record is a row, and newlines may stand inside quotes."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from documents.blocks import Paragraph, TableRow
from documents.opening import limits
from documents.opening.decoding import encoding_of
from documents.opening.document import Document
from documents.opening.refusals import refused
from documents.opening.tidying import tidy

_DELIMITERS = ",;\t|"
_SAMPLE_CHARS = 64 * 1024
_SAMPLE_RECORDS = 50
_HINT = "sep="  # a first line that Excel writes and reads: which delimiter follows


class CsvDocument(Document):
    format = "csv"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._encoding, self._errors = encoding_of(path)
        self._delimiter = delimiter_of(sample_of(path, self._encoding, self._errors))

    def _read(self) -> Iterator[Paragraph | TableRow]:
        number = 0
        records = csv.reader(self._lines(), delimiter=self._delimiter)
        while True:
            try:
                record = next(records, None)
            except csv.Error as error:  # a field longer than the module takes
                raise refused("cell_too_long", row=number + 1) from error
            if record is None:
                return
            number += 1
            if number == 1 and record[:1] and record[0].lower().startswith(_HINT):
                continue
            cells = [tidy(cell) for cell in record]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                yield TableRow(number, tuple(cells), 1)

    def _lines(self) -> Iterator[str]:
        with self._path.open(encoding=self._encoding, errors=self._errors, newline="") as file:
            number = 0
            while line := file.readline(limits.MAX_ROW_CHARS + 1):
                number += 1
                if len(line) > limits.MAX_ROW_CHARS:
                    raise refused("cell_too_long", row=number)
                yield line.replace("\0", "")


def sample_of(path: Path, encoding: str, errors: str) -> str:
    with path.open(encoding=encoding, errors=errors, newline="") as file:
        return file.read(_SAMPLE_CHARS).replace("\0", "")


def delimiter_of(sample: str) -> str:
    """The one that cuts most records into the same number of fields."""
    first = sample.split("\n", 1)[0].strip()
    if first.lower().startswith(_HINT) and first[len(_HINT) :] in {*_DELIMITERS}:
        return first[len(_HINT) :]
    best, best_score = ",", (0, 0)
    for delimiter in _DELIMITERS:
        width, alike, _ = _usual_width(sample, delimiter)
        if width > 1 and (alike, width) > best_score:
            best, best_score = delimiter, (alike, width)
    return best


def looks_like_csv(sample: str) -> bool:
    """Whether text of any name is CSV: all records have the same three fields or more."""
    delimiter = delimiter_of(sample)
    width, alike, records = _usual_width(sample, delimiter)
    return delimiter != "\t" and width >= 3 and records >= 2 and alike == records


def _usual_width(sample: str, delimiter: str) -> tuple[int, int, int]:
    """(fields of most records, how many have so many, how many records)."""
    whole = sample.rpartition("\n")[0] if len(sample) >= _SAMPLE_CHARS else sample
    widths: Counter[int] = Counter()
    try:
        for record in csv.reader(whole.splitlines(keepends=True), delimiter=delimiter):
            if record and widths.total() < _SAMPLE_RECORDS:
                widths[len(record)] += 1
    except csv.Error:
        return 0, 0, 0
    if not widths:
        return 0, 0, 0
    width, alike = max(widths.items(), key=lambda item: (item[1], item[0]))
    return width, alike, widths.total()
