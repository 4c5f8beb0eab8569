"""What a document is made of, whatever its format: paragraphs, and rows of tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    number: int  # of the line, the paragraph, or the row of a sheet; from 1
    text: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row. A cell's own paragraphs and list items stand apart by newlines; no markup."""

    number: int
    cells: tuple[str, ...]
    table: int  # rows of one printed table share it


Block = Paragraph | TableRow


class BadDocument(ValueError):
    """The document cannot be read. ``str(error)`` is one Thai sentence: what to do."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
