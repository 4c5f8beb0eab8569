"""Prongsai's own spreadsheet: what an officer gets, and what comes back."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook

from documents.blocks import TableRow
from documents.opening import open_document
from documents.template import COLUMNS, EVERY_DIVISION, HEADER_ROW, ROUNDS, ROWS, write_template

DIVISIONS = ["สำนักปลัด", "กองคลัง", "กองช่าง", "กองการศึกษา ศาสนาและวัฒนธรรม"]


def test_the_template_is_read_back_without_troubles(tmp_path: Path) -> None:
    path = tmp_path / "แผน.xlsx"
    write_template(path, DIVISIONS, 2567)
    with open_document(path) as document:
        rows = [block for block in document.blocks() if isinstance(block, TableRow)]
        assert (document.format, document.troubles) == ("xlsx", ())
    plan = [row for row in rows if row.table == 1]
    assert [row.cells for row in plan] == [
        ("หน่วยงาน",),
        ("ปีงบประมาณ พ.ศ.", "", "2567"),
        tuple(column.title for column in COLUMNS),
    ]
    assert plan[-1].number == HEADER_ROW
    help_rows = [row for row in rows if row.table == 2]
    assert len(help_rows) == 5
    assert all(len(row.cells) == 1 for row in help_rows)


def test_what_an_officer_fills_in_is_read_as_it_was_typed(tmp_path: Path) -> None:
    path = tmp_path / "แผน.xlsx"
    write_template(path, DIVISIONS, None)
    book = load_workbook(path)
    sheet = book["แผน"]
    filled = ["๑", "การปฏิบัติหน้าที่", "IIT", "I1", "จัดทำคู่มือ", "๑. ประชุม\n๒. ประกาศ", "กองคลัง"]
    for at, text in enumerate(filled, start=1):
        sheet.cell(HEADER_ROW + 1, at).value = text
    sheet.cell(HEADER_ROW + ROWS, 10).value = ROUNDS[0]
    book.save(path)
    with open_document(path) as document:
        rows = [block for block in document.blocks() if isinstance(block, TableRow)]
    assert TableRow(HEADER_ROW + 1, tuple(filled), 1) in rows
    assert TableRow(HEADER_ROW + ROWS, (*[""] * 9, ROUNDS[0]), 1) in rows


def test_the_drop_downs_offer_divisions_instruments_and_rounds(tmp_path: Path) -> None:
    path = tmp_path / "แผน.xlsx"
    write_template(path, [*DIVISIONS, "กองคลัง", " "], 2567)
    book = load_workbook(path)
    lists = book["รายการ"]
    assert lists.sheet_state == "hidden"
    chosen = {}
    for rule in book["แผน"].data_validations.dataValidation:
        cells = lists[rule.formula1.split("!")[1].replace("$", "")]
        choices = [cell.value for (cell,) in cells]
        header = book["แผน"][f"{str(rule.sqref)[0]}{HEADER_ROW}"].value
        assert str(rule.sqref).endswith(str(HEADER_ROW + ROWS))
        chosen[header] = (choices, rule.errorStyle)
    divisions = ([EVERY_DIVISION, *DIVISIONS], "warning")
    assert chosen == {
        "เครื่องมือ": (["IIT", "EIT", "OIT"], "stop"),
        "ผู้รับผิดชอบหลัก": divisions,
        "ผู้รับผิดชอบร่วม ๑": divisions,
        "ผู้รับผิดชอบร่วม ๒": divisions,
        "รอบรายงาน": (list(ROUNDS), "warning"),
    }


def test_the_sheet_prints_on_a4_with_its_header_on_every_page(tmp_path: Path) -> None:
    path = tmp_path / "แผน.xlsx"
    write_template(path, DIVISIONS, 2567)
    sheet = load_workbook(path)["แผน"]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.print_title_rows == f"${HEADER_ROW}:${HEADER_ROW}"
    assert sheet.freeze_panes == f"A{HEADER_ROW + 1}"
    assert not sheet.merged_cells.ranges
    assert sheet.cell(HEADER_ROW + 1, 5).alignment.wrap_text
    assert sheet.cell(HEADER_ROW + 1, 11).number_format == "@"  # or Excel makes 2566 of our era


def test_a_division_whose_name_looks_like_a_formula_stays_a_name(tmp_path: Path) -> None:
    path = tmp_path / "แผน.xlsx"
    write_template(path, ["=1+1", "ก\x0bข"], 2567)
    lists = load_workbook(path)["รายการ"]
    assert [lists["A2"].value, lists["A2"].data_type, lists["A3"].value] == ["=1+1", "s", "ก\nข"]
