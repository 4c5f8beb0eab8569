"""Excel workbooks: what their cells show, which sheets count, and what is doubtful."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from documents.blocks import TableRow
from documents.opening import Trouble, open_document
from tests.documents.formats.making import (
    OFFICE,
    blocks_of,
    refusal_of,
    rows_of,
    workbook_parts,
    zipped,
)


def a_sheet(book: Workbook) -> Worksheet:
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    return sheet


def saved(path: Path, rows: list[list[object]]) -> Path:
    book = Workbook()
    sheet = a_sheet(book)
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_rows_keep_their_numbers_and_empty_ones_are_left_out(tmp_path: Path) -> None:
    book = Workbook()
    sheet = a_sheet(book)
    sheet["A1"] = "แผน"
    sheet["B4"], sheet["D4"], sheet["F4"] = "ก", "ข", "  "
    book.save(tmp_path / "แผน.xlsx")
    assert blocks_of(tmp_path / "แผน.xlsx") == [
        TableRow(1, ("แผน",), 1),
        TableRow(4, ("", "ก", "", "ข"), 1),
    ]


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (5, "General", "5"),
        (5.0, "0.00", "5"),
        (97.96, "General", "97.96"),
        (0.1 + 0.2, "General", "0.3"),
        (1e-7, "General", "0.0000001"),
        (123456789012, "General", "123456789012"),
        (0.9284, "0.00%", "92.84%"),
        (True, "General", "TRUE"),
        (dt.date(2023, 3, 31), "dd/mm/yyyy", "31/03/2566"),
        (dt.date(2023, 3, 31), "[$-107041E]d mmmm yyyy;@", "31/03/2566"),
        (dt.date(2566, 3, 31), "d/m/yyyy", "31/03/2566"),
        (dt.date(2023, 3, 1), "[$-D00041E]mmm yy", "มีนาคม 2566"),
        (dt.date(2023, 3, 31), "d/m/bbbb", "31/03/2566"),
        (dt.datetime(2023, 3, 31, 13, 30), "d/m/yyyy h:mm", "31/03/2566 13:30"),  # noqa: DTZ001 -- Excel knows no zones
        (dt.time(9, 5), "h:mm", "09:05"),
        ("๓๑ มีนาคม ๒๕๖๖", "General", "๓๑ มีนาคม ๒๕๖๖"),
        ("๑. ก\n๒. ข", "General", "๑. ก\n๒. ข"),
        ("_x000D_ก", "General", "ก"),
    ],
)
def test_a_cell_is_read_as_an_officer_sees_it(
    tmp_path: Path, value: object, number_format: str, shown: str
) -> None:
    book = Workbook()
    cell = a_sheet(book).cell(1, 1)
    cell.value = value  # type: ignore[assignment]
    cell.number_format = number_format
    book.save(tmp_path / "แผน.xlsx")
    assert rows_of(tmp_path / "แผน.xlsx") == [(shown,)]


def test_the_date_formats_that_only_thai_excel_numbers_are_known(tmp_path: Path) -> None:
    styles = (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs>'
        '<xf numFmtId="0"/><xf numFmtId="71"/><xf numFmtId="74"/></cellXfs></styleSheet>'
    )
    parts = workbook_parts(
        '<sheetData><row><c><v>45016</v></c><c s="1"><v>45016</v></c><c s="2"><v>45016</v></c>'
        '<c t="d"><v>2023-03-31T00:00:00Z</v></c></row></sheetData>'
    )
    link = f'<Relationship Id="r9" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
    rels = parts["xl/_rels/workbook.xml.rels"].replace("</Relationships>", link)
    path = zipped(
        tmp_path / "แผน.xlsx",
        {**parts, "xl/_rels/workbook.xml.rels": rels, "xl/styles.xml": styles},
    )
    assert rows_of(path) == [("45016", "31/03/2566", "มีนาคม 2566", "31/03/2566")]


def test_a_workbook_that_counts_from_1904_has_the_same_days(tmp_path: Path) -> None:
    book = Workbook()
    book.epoch = dt.datetime(1904, 1, 1)  # noqa: DTZ001 -- the same
    a_sheet(book)["A1"] = dt.date(2023, 3, 31)
    book.save(tmp_path / "แผน.xlsx")
    assert rows_of(tmp_path / "แผน.xlsx") == [("31/03/2566",)]


def test_each_visible_sheet_with_content_is_a_table_of_its_own(tmp_path: Path) -> None:
    book = Workbook()
    a_sheet(book).title = "เปล่า"
    for name, text in (("ซ่อน", "ลับ"), ("แผน", "ก"), ("ผล", "ข")):
        book.create_sheet(name)["A2"] = text
    book["ซ่อน"].sheet_state = "hidden"
    book["ผล"]["B3"] = "=1+1"
    book.save(tmp_path / "แผน.xlsx")
    with open_document(tmp_path / "แผน.xlsx") as document:
        assert list(document.blocks()) == [TableRow(2, ("ก",), 1), TableRow(2, ("ข",), 2)]
        assert document.troubles == (Trouble(3, "formula", "B3", "ผล", 2),)


def test_merged_cells_formulas_and_errors_are_named_with_their_places(tmp_path: Path) -> None:
    book = Workbook()
    sheet = a_sheet(book)
    sheet.title = "แผน"
    sheet["A1"] = "แผนปฏิบัติการ"
    sheet.merge_cells("A1:D1")
    for row in range(3, 9):
        sheet.cell(row, 1).value = f"ข้อ {row}"
    sheet.merge_cells("B5:B8")
    sheet["C7"] = "=SUM(A1:A3)"
    sheet["D8"] = "#REF!"
    sheet["D8"].data_type = "e"
    book.save(tmp_path / "แผน.xlsx")
    with open_document(tmp_path / "แผน.xlsx") as document:
        first = document.troubles
        list(document.blocks())
        assert document.troubles == first
    assert first == (
        Trouble(1, "merged", "A1:D1", "แผน", 1),
        Trouble(5, "merged", "B5:B8", "แผน", 1),
        Trouble(7, "formula", "C7", "แผน", 1),
        Trouble(8, "error", "D8", "แผน", 1),
    )


def test_a_formula_shows_the_value_that_excel_last_computed(tmp_path: Path) -> None:
    sheet = (
        '<sheetData><row r="1"><c r="A1"><f>1+1</f><v>2</v></c>'
        '<c r="B1" t="str"><f>"ก"&amp;"ข"</f><v>กข</v></c><c r="C1"><f>A1</f></c></row></sheetData>'
    )
    with open_document(zipped(tmp_path / "แผน.xlsx", workbook_parts(sheet))) as document:
        assert list(document.blocks()) == [TableRow(1, ("2", "กข"), 1)]
        assert [trouble.cell for trouble in document.troubles] == ["A1", "B1", "C1"]


def test_rich_text_is_one_text_and_readings_are_left_out(tmp_path: Path) -> None:
    strings = "<si><r><t>กอง</t></r><r><t xml:space='preserve'>คลัง </t></r><rPh><t>x</t></rPh></si>"
    path = zipped(
        tmp_path / "แผน.xlsx",
        workbook_parts(
            '<sheetData><row><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row></sheetData>',
            strings=strings,
        ),
    )
    assert rows_of(path) == [("กองคลัง", "กองคลัง")]


def test_a_sheet_that_claims_all_of_excel_takes_no_time(tmp_path: Path) -> None:
    sheet = (
        '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>ก</t>'
        '</is></c><c r="XFD1" s="1"/></row><row r="1048576"><c r="B1048576"><v>1</v></c></row>'
        "</sheetData>"
    )
    started = time.process_time()
    assert blocks_of(zipped(tmp_path / "แผน.xlsx", workbook_parts(sheet))) == [
        TableRow(1, ("ก",), 1),
        TableRow(1_048_576, ("", "1"), 1),
    ]
    assert time.process_time() - started < 1


def test_too_many_rows_and_columns_are_refused(tmp_path: Path) -> None:
    wide = '<sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData>'
    assert refusal_of(zipped(tmp_path / "a.xlsx", workbook_parts(wide))) == "too_many_columns"
    long = "<sheetData>" + "<row><c><v>1</v></c></row>" * 50_001 + "</sheetData>"
    assert refusal_of(zipped(tmp_path / "b.xlsx", workbook_parts(long))) == "too_many_rows"


@pytest.mark.parametrize(
    "sheet",
    [
        "<sheetData><row r='0'><c><v>1</v></c></row></sheetData>",
        "<sheetData><row><c r='XFE1'><v>1</v></c></row></sheetData>",
        "<sheetData><row><c r='1'><v>1</v></c></row></sheetData>",
        "<sheetData><row><c t='s'><v>7</v></c></row></sheetData>",
        "<sheetData><row><c t='s'><v>-1</v></c></row></sheetData>",
        "<sheetData><row>",
    ],
)
def test_cells_that_cannot_be_are_refused(tmp_path: Path, sheet: str) -> None:
    path = zipped(tmp_path / "แผน.xlsx", workbook_parts(sheet, strings="<si><t>ก</t></si>"))
    assert refusal_of(path) == "corrupted"


def test_a_workbook_of_decorated_but_empty_cells_has_nothing_in_it(tmp_path: Path) -> None:
    assert refusal_of(saved(tmp_path / "แผน.xlsx", [[" ", ""], [None]])) == "nothing_in_it"
