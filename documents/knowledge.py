"""Knowledge bases as files: read from csv or xlsx, and written so that reading gives back the
same."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from documents.blocks import BadDocument, TableRow
from documents.opening import open_document
from documents.opening.decoding import encoding_of
from documents.opening.tidying import tidy
from domain.calendar import BUDDHIST_ERA
from domain.knowledge import COLUMNS, REQUIRED, ArticleRow, Fault, shield, unshield

MOST_ROWS = 5000
_DELIMITERS = ",;\t"
_HINT = "sep="  # a first line that Excel writes and reads: which delimiter follows
# What stands over a column in the files that we write; reading knows our own names as well.
_THAI = {
    "รหัส": "key",
    "คำถาม": "question",
    "คำตอบ": "answer",
    "คำถามแบบอื่น": "paraphrases",
    "หมวด": "category",
    "ลิงก์": "link",
    "ส่วนราชการ": "division",
    "ใช้ได้ถึง": "valid_until",
}
_HEADS = tuple(_THAI)
ReadDay = Callable[[str], date | None]


@dataclass(frozen=True)
class ReadRow:
    """One row of a file: an entry, or why it is none."""

    number: int
    row: ArticleRow
    fault: Fault | None = None


@dataclass(frozen=True)
class ReadFile:
    rows: list[ReadRow]
    # What the way through the file may do to a text (xlsx: its empty lines go): two texts that it
    # makes equal are the same one.
    settle: Callable[[str], str]


class NoColumns(BadDocument):
    """The file is no list of entries."""

    def __init__(self, missing: Sequence[str]) -> None:
        self.missing = missing
        thai = {name: said for said, name in _THAI.items()}
        names = ", ".join(f"{thai[name]} ({name})" for name in missing)
        super().__init__(
            "no_columns", f"ไม่พบคอลัมน์ {names} ในแถวแรกของไฟล์ กรุณาใช้หัวตารางเหมือนไฟล์ที่ส่งออก"
        )


class NoWorkbook(BadDocument):
    """Whatever its name says."""

    def __init__(self) -> None:
        super().__init__(
            "no_workbook",
            "ไฟล์นี้ไม่ใช่ไฟล์ Excel ที่เปิดได้ กรุณาเปิดด้วย Excel แล้วบันทึกใหม่เป็น .xlsx หรือ CSV UTF-8",
        )


class TooManyRows(BadDocument):
    def __init__(self) -> None:
        super().__init__("too_many_rows", f"ไฟล์มีเกิน {MOST_ROWS:,} แถว กรุณาแบ่งเป็นหลายไฟล์")


def read_knowledge(path: Path, read_day: ReadDay) -> ReadFile:
    """Read the rows of a csv file or of a workbook's first sheet. Raises `BadDocument`."""
    if path.suffix.lower() == ".xlsx":
        return _read_sheet(path, read_day)
    return _read_csv(path, read_day)


def _read_csv(path: Path, read_day: ReadDay) -> ReadFile:
    encoding, errors = encoding_of(path)
    with path.open(encoding=encoding, errors=errors, newline="") as file:
        text = file.read().replace("\0", "")
    first = text.split("\n", 1)[0].strip()
    if first.lower().startswith(_HINT):
        text = text.partition("\n")[2]
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise BadDocument("unreadable", "อ่านไฟล์ CSV นี้ไม่ได้ กรุณาบันทึกใหม่เป็น Excel (.xlsx)") from error
    head = [_name(cell) for cell in records[0]] if records else []
    _check(head)
    lines = [(number, one) for number, one in enumerate(records[1:], start=2) if any(one)]
    rows = _rows(head, lines, {}, read_day)
    return ReadFile(rows, lambda said: said.replace("\r\n", "\n"))


def _delimiter(text: str) -> str:
    """The one that parts the names of the columns: a text may hold more commas than its file."""
    first = text.split("\n", 1)[0]
    for one in _DELIMITERS:
        if {*REQUIRED} <= {_name(cell) for cell in next(csv.reader([first], delimiter=one), [])}:
            return one
    return ","


def _read_sheet(path: Path, read_day: ReadDay) -> ReadFile:
    with open_document(path) as document:
        if document.format != "xlsx":
            raise NoWorkbook
        found = [one for one in document.blocks() if isinstance(one, TableRow)]
        first = [one for one in found if one.table == found[0].table] if found else []
        head = [_name(cell) for cell in first[0].cells] if first else []
        _check(head)
        # A formula's value may be stale, and only the top cell of merged ones has any.
        faults = {
            one.row: Fault(one.code, one.cell)
            for one in reversed(document.troubles)
            if one.table == first[0].table
        }
    lines = [(one.number, one.cells) for one in first[1:]]
    return ReadFile(_rows(head, lines, faults, read_day), tidy)


def _name(cell: str) -> str:
    name = cell.strip().strip("\ufeff").lower()
    return _THAI.get(name, name)


def _check(head: Sequence[str]) -> None:
    missing = [name for name in REQUIRED if name not in head]
    if missing:
        raise NoColumns(missing)


def _rows(
    head: Sequence[str],
    lines: Sequence[tuple[int, Sequence[str]]],
    faults: Mapping[int, Fault],
    read_day: ReadDay,
) -> list[ReadRow]:
    if len(lines) > MOST_ROWS:
        raise TooManyRows
    absent = frozenset(COLUMNS) - frozenset(head)
    return [
        _row(number, dict(zip(head, cells, strict=False)), absent, faults.get(number), read_day)
        for number, cells in lines
    ]


def _row(
    number: int,
    cells: Mapping[str, str],
    absent: frozenset[str],
    fault: Fault | None,
    read_day: ReadDay,
) -> ReadRow:
    said = {name: unshield(cells.get(name, "")) for name in COLUMNS}
    day = said["valid_until"].strip()
    until = read_day(day) if day else None
    if day and until is None and fault is None:
        fault = Fault("bad_day", day[:40])
    row = ArticleRow(
        key=said["key"].strip(),
        question=said["question"].strip(),
        answer=said["answer"].replace("\r\n", "\n").strip(),
        paraphrases=re.split(r"[|\n]", said["paraphrases"]),
        category=said["category"].strip(),
        link=said["link"].strip(),
        division=said["division"].strip(),
        valid_until=until,
        absent=absent,
    )
    return ReadRow(number, row, fault)


def _cells(rows: Iterable[ArticleRow]) -> Iterator[list[str]]:
    for row in rows:
        until = row.valid_until
        day = f"{until.day}/{until.month}/{until.year + BUDDHIST_ERA}" if until else ""
        said = (row.key, row.question, row.answer, "\n".join(row.paraphrases))
        yield [shield(one) for one in (*said, row.category, row.link, row.division, day)]


def write_csv(rows: Iterable[ArticleRow]) -> bytes:
    """In UTF-8 with the mark by which Excel knows it."""
    held = io.StringIO(newline="")
    writer = csv.writer(held)
    writer.writerow(_HEADS)
    writer.writerows(_cells(rows))
    return held.getvalue().encode("utf-8-sig", "replace")


_WIDTHS = (20, 40, 70, 50, 16, 30, 22, 14)


def write_xlsx(rows: Iterable[ArticleRow]) -> bytes:
    from openpyxl import Workbook  # heavy: on first use
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet("knowledge")
    for at, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.freeze_panes = "A2"
    wrapped, bold = Alignment(wrap_text=True, vertical="top"), Font(bold=True)

    def cell(text: str, *, head: bool = False) -> Any:
        made = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", text))
        made.data_type = "s"  # never a formula, whatever it begins with
        made.number_format = "@"
        made.alignment = wrapped
        if head:
            made.font = bold
        return made

    sheet.append([cell(name, head=True) for name in _HEADS])
    for cells in _cells(rows):
        sheet.append([cell(text) if text else None for text in cells])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()
