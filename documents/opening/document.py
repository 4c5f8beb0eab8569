"""An opened document, whatever its format."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from types import TracebackType
from typing import NamedTuple, Self

from documents.blocks import Paragraph, TableRow
from documents.opening import limits
from documents.opening.refusals import refused


class Trouble(NamedTuple):
    """A place in a spreadsheet whose value is not what it seems.

    Above the table's header it is harmless, below it the caller has to refuse the sheet; only the
    caller knows where the header is.
    """

    row: int  # the first row that it touches
    code: str  # "formula" (its value may be stale), "merged", or "error" (#REF! and the like)
    cell: str  # "C7", or "B5:B8" of merged cells
    sheet: str
    table: int  # the number that this sheet's rows carry


class Document(ABC):
    """Paragraphs and rows, as often as asked for; a context manager.

    It was read through once before the caller got it, so that every refusal comes from
    ``open_document`` and none out of the middle of an import.
    """

    format: str  # "txt", "docx", "xlsx", "csv", "pdf"
    total: int | None = None  # how many blocks there are
    troubles: tuple[Trouble, ...] = ()
    scanned_pages: tuple[int, ...] = ()  # pages of a PDF that are pictures, and so not read

    def blocks(self) -> Iterator[Paragraph | TableRow]:
        for count, block in enumerate(self._read(), start=1):
            if count > limits.MAX_ROWS:
                raise refused("too_many_rows")
            _check_length(block)
            yield block

    @abstractmethod
    def _read(self) -> Iterator[Paragraph | TableRow]: ...

    def read_through(self) -> None:
        """Count the blocks, and meet whatever is bad in them."""
        self.total = sum(1 for _ in self.blocks())
        if self.total == 0:
            raise refused("nothing_in_it")

    def close(self) -> None:  # noqa: B027 -- most formats hold nothing open
        """Let go of files and memory."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _check_length(block: Paragraph | TableRow) -> None:
    texts = block.cells if isinstance(block, TableRow) else (block.text,)
    if len(texts) > limits.MAX_COLUMNS:
        raise refused("too_many_columns")
    lengths = [len(text) for text in texts]
    if max(lengths) > limits.MAX_CELL_CHARS or sum(lengths) > limits.MAX_ROW_CHARS:
        raise refused("cell_too_long", row=block.number)
