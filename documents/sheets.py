"""A table as csv or xlsx, written piece by piece: never all of it in memory, nothing on a disk.

openpyxl writes a sheet to a temporary file first; what is exported here may be personal, and must
not lie on a disk unsealed. So the few parts of a plain workbook are written here, as ECMA-376
names them.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from xml.sax.saxutils import escape

Cell = str | int | None
Row = Sequence[Cell]

_LONGEST_CELL = 32_767  # characters, in Excel
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ROWS_AT_ONCE = 200


class SheetFormat(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"


MEDIA_TYPES = {
    SheetFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    SheetFormat.CSV: "text/csv; charset=utf-8",
}


def write_sheet(
    kind: SheetFormat, title: str, head: Sequence[str], widths: Sequence[int], rows: Iterable[Row]
) -> Iterator[bytes]:
    """The file's bytes, as they come. ``widths`` are in characters, for xlsx."""
    if kind is SheetFormat.CSV:
        return _csv(head, rows)
    return _xlsx(title, head, widths, rows)


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _csv(head: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")  # Excel takes a file without it for another encoding
    writer.writerow(head)
    for number, row in enumerate(rows, start=1):
        writer.writerow([harmless(one) if isinstance(one, str) else one for one in row])
        if number % _ROWS_AT_ONCE == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8", "replace")


class _Pipe(io.RawIOBase):
    """What was written since it was last emptied."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._pieces.append(piece)
        return len(piece)

    def taken(self) -> bytes:
        found = b"".join(self._pieces)
        self._pieces.clear()
        return found


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OF_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_OF_SHEETS}.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" '
        f'ContentType="{_OF_SHEETS}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_OF_SHEETS}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" '
        f'Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>'
    ),
    # Style 1: the head, bold. Style 2: wrapped, from the top.
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/>'
        '</font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2">'
        '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/>'
        '</fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/>'
        '</cellStyleXfs><cellXfs count="3"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/>'
        '<xf xfId="0" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf></cellXfs>'
        "</styleSheet>"
    ),
}


def _xlsx(
    title: str, head: Sequence[str], widths: Sequence[int], rows: Iterable[Row]
) -> Iterator[bytes]:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        for name, text in _PARTS.items():
            package.writestr(name, _XML + text)
        package.writestr(
            "xl/workbook.xml",
            f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
            f'<sheet name="{_text(title[:31])}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            write: Callable[[str], object] = lambda text: sheet.write(text.encode())  # noqa: E731
            columns = "".join(
                f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>'
                for at, width in enumerate(widths, start=1)
            )
            write(
                f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
                '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
                f"</sheetView></sheetViews><cols>{columns}</cols><sheetData>"
            )
            write(_row(1, head, style=1))
            for number, row in enumerate(rows, start=2):
                write(_row(number, row, style=2))
                if number % _ROWS_AT_ONCE == 0:
                    yield pipe.taken()
            write("</sheetData></worksheet>")
    yield pipe.taken()


def _row(number: int, row: Row, *, style: int) -> str:
    cells = []
    for at, value in enumerate(row):
        place = f'r="{_letters(at)}{number}" s="{style}"'
        if isinstance(value, int):
            cells.append(f"<c {place}><v>{value}</v></c>")
        elif value:
            # Text within the cell: nothing of it is ever a formula.
            text = f'<is><t xml:space="preserve">{_text(value)}</t></is>'
            cells.append(f'<c {place} t="inlineStr">{text}</c>')
    return f'<row r="{number}">{"".join(cells)}</row>'


def _letters(at: int) -> str:
    first, last = divmod(at, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)


def _text(value: str) -> str:
    return escape(_NOT_IN_XML.sub("", value)[:_LONGEST_CELL], {'"': "&quot;", "\r": "&#13;"})
