"""Word documents: paragraphs and tables in their order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn

from documents.blocks import Paragraph, TableRow
from documents.opening import limits
from documents.opening.archive import Archive
from documents.opening.document import Document
from documents.opening.refusals import refused
from documents.opening.tidying import tidy
from documents.opening.word_numbering import Numbering
from documents.opening.word_package import open_word_file

Element = Any  # lxml's, which carries no types

_P, _TBL, _TR, _TC = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_T, _TAB, _BOX = qn("w:t"), qn("w:tab"), qn("w:txbxContent")
_BREAKS = frozenset({qn("w:br"), qn("w:cr")})
_HYPHEN = qn("w:noBreakHyphen")
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# What a reader of the printed page would not see, or would see twice.
_UNSEEN = frozenset(
    {qn("w:del"), qn("w:moveFrom"), qn("w:pPr"), qn("w:rPr"), qn("w:sdtPr"), _FALLBACK, _BOX}
)
_MOST_NESTED = 20


class DocxDocument(Document):
    """Read whole on opening: a tree cannot be streamed, and its text is small beside it."""

    format = "docx"

    def __init__(self, archive: Archive) -> None:
        try:
            word_file = open_word_file(archive)
        finally:
            archive.close()
        try:
            reader = _Reader(Numbering(word_file))
            self._blocks = list(reader.blocks(word_file.element.body))
        except RecursionError as error:
            raise refused("corrupted") from error

    def _read(self) -> Iterator[Paragraph | TableRow]:
        yield from self._blocks

    def close(self) -> None:
        self._blocks = []


class _Reader:
    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering
        self._number = 0
        self._table = 0

    def blocks(self, body: Element) -> Iterator[Paragraph | TableRow]:
        for element in _content(body, {_P, _TBL}):
            if element.tag == _TBL:
                self._table += 1
                table = self._table
                for cells in self._rows(element, 0):
                    if any(cells):
                        yield TableRow(self._next(), cells, table)
                continue
            text = self._paragraph(element, alone=False)
            for line in (text, *self._boxes(element)):
                if line:
                    yield Paragraph(self._next(), line)

    def _next(self) -> int:
        self._number += 1
        if self._number > limits.MAX_ROWS:
            raise refused("too_many_rows")
        return self._number

    def _rows(self, table: Element, depth: int) -> Iterator[tuple[str, ...]]:
        """Each row with a text for each column of the grid, however its cells are merged."""
        above: dict[int, str] = {}
        for row in _content(table, {_TR}):
            properties = row.find(qn("w:trPr"))
            if properties is not None and properties.find(qn("w:del")) is not None:
                continue
            cells = [""] * (0 if properties is None else _count(properties, "w:gridBefore", 0))
            for cell in _content(row, {_TC}):
                width, merged = _spans(cell)
                at = len(cells)
                text = above.get(at, "") if merged == "continue" else self._cell(cell, depth)
                if merged:
                    above[at] = text
                else:
                    above.pop(at, None)
                cells += [text] * width
                if len(cells) > limits.MAX_COLUMNS:
                    raise refused("too_many_columns")
            yield tuple(cells)

    def _cell(self, cell: Element, depth: int) -> str:
        if depth > _MOST_NESTED:
            raise refused("corrupted")
        lines = []
        for element in _content(cell, {_P, _TBL}):
            if element.tag == _TBL:
                lines += [
                    " ".join(text for text in dict.fromkeys(cells) if text)
                    for cells in self._rows(element, depth + 1)
                ]
            else:
                lines += [self._paragraph(element, alone=True), *self._boxes(element)]
        return "\n".join(line for line in lines if line)

    def _paragraph(self, paragraph: Element, *, alone: bool) -> str:
        text = tidy("".join(_texts(paragraph)))
        label = self._numbering.label(paragraph)
        if not text:
            # In a column of automatic numbers the number is all that stands in the cell.
            return label if alone and label != "-" else ""
        return f"{label} {text}" if label else text

    def _boxes(self, paragraph: Element) -> Iterator[str]:
        """Text boxes hang on a paragraph, and are printed beside it."""
        for box in _seen(paragraph, {_BOX}, without=_UNSEEN - {_BOX}):
            for inner in _content(box, {_P}):
                yield self._paragraph(inner, alone=False)


def _content(parent: Element, wanted: set[str]) -> Iterator[Element]:
    """The nearest elements of the wanted kinds, through content controls and tracked changes."""
    return _seen(parent, wanted, without=_UNSEEN)


def _seen(parent: Element, wanted: set[str], *, without: frozenset[str]) -> Iterator[Element]:
    waiting = [iter(parent)]
    while waiting:
        element = next(waiting[-1], None)
        if element is None:
            waiting.pop()
        elif element.tag in wanted:
            yield element
        elif element.tag not in without:
            waiting.append(iter(element))


def _texts(paragraph: Element) -> Iterator[str]:
    wanted = {_T, _TAB, _HYPHEN, *_BREAKS}
    for element in _seen(paragraph, wanted, without=_UNSEEN):
        if element.tag == _T:
            yield element.text or ""
        elif element.tag == _HYPHEN:
            yield "-"
        else:
            yield " " if element.tag == _TAB else "\n"


def _spans(cell: Element) -> tuple[int, str]:
    """(columns of the grid, "restart" or "continue" where cells are merged downwards)."""
    properties = cell.find(qn("w:tcPr"))
    if properties is None:
        return 1, ""
    merge = properties.find(qn("w:vMerge"))
    merged = "" if merge is None else merge.get(qn("w:val"), "continue")
    return max(1, _count(properties, "w:gridSpan", 1)), merged


def _count(properties: Element, name: str, otherwise: int) -> int:
    element = properties.find(qn(name))
    text = "" if element is None else element.get(qn("w:val"), "")
    if not text.isdecimal():
        return otherwise
    return min(int(text[:9]), limits.MAX_COLUMNS + 1)
