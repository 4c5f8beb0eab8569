"""Excel workbooks: every sheet that can be seen, row by row, in memory that does not grow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from documents.blocks import Paragraph, TableRow
from documents.opening import limits
from documents.opening.archive import Archive
from documents.opening.cell_values import read_formats
from documents.opening.document import Document, Trouble
from documents.opening.refusals import refused
from documents.opening.sheet import OnTrouble, SheetReader, Workbook
from documents.opening.streamed_xml import local, local_attributes, parse
from documents.opening.strings_on_disk import StringsOnDisk

_MAX_SHEETS = 200


class XlsxDocument(Document):
    format = "xlsx"

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._found: list[Trouble] | None = []  # None once everything was read through
        self._kinds: Counter[tuple[str, str]] = Counter()
        self._strings = StringsOnDisk()
        try:
            self._sheets, from_1904 = self._visible_sheets()
            related = dict(archive.related(archive.main).values())
            formats = bytearray()
            if "styles" in related and archive.has(related["styles"]):
                with archive.open(related["styles"], limits.MAX_SHEET_BYTES) as source:
                    formats = read_formats(source)
            if "sharedStrings" in related and archive.has(related["sharedStrings"]):
                with archive.open(related["sharedStrings"], limits.MAX_SHEET_BYTES) as source:
                    self._strings.fill(source)
            self._book = Workbook(self._strings, formats, from_1904)
        except BaseException:
            self._strings.close()
            raise

    def _visible_sheets(self) -> tuple[list[tuple[str, str]], bool]:
        """(name, part) of each, in the order of their tabs."""
        related = self._archive.related(self._archive.main)
        sheets: list[tuple[str, str]] = []
        properties: dict[str, str] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            name = local(tag)
            if name == "workbookPr":
                properties.update(attributes)
            elif name == "sheet" and attributes.get("state", "visible") == "visible":
                kind, part = related.get(local_attributes(attributes).get("id", ""), ("", ""))
                if kind == "worksheet" and self._archive.has(part):
                    sheets.append((attributes.get("name", ""), part))

        with self._archive.open(self._archive.main) as source:
            parse(source, start)
        if len(sheets) > _MAX_SHEETS:
            raise refused("zip_bomb")
        return sheets, properties.get("date1904", "0") in ("1", "true")

    def read_through(self) -> None:
        super().read_through()
        self.troubles = tuple(sorted(self._found or (), key=lambda each: (each.table, each.row)))
        self._found = None

    def _read(self) -> Iterator[Paragraph | TableRow]:
        table = 1
        for name, part in self._sheets:
            filled = False
            reader = SheetReader(self._book, self._noting(name, table))
            with self._archive.open(part, limits.MAX_SHEET_BYTES) as source:
                for number, cells in reader.rows(source):
                    filled = True
                    yield TableRow(number, cells, table)
            if filled:  # a sheet that is only decorated has no number
                table += 1

    def _noting(self, sheet: str, table: int) -> OnTrouble:
        def note(row: int, code: str, cells: str) -> None:
            kind = (sheet, code)
            if self._found is not None and self._kinds[kind] < limits.MAX_TROUBLES:
                self._kinds[kind] += 1
                self._found.append(Trouble(row, code, cells, sheet, table))

        return note

    def close(self) -> None:
        self._strings.close()
        self._archive.close()
