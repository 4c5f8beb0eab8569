"""One plan in every format that offices keep it in; what a sheet may hold and what not."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from docx import Document
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from documents.blocks import BadDocument
from documents.template import COLUMNS, HEADER_ROW, write_template
from domain.plan import PlanHead, ReadMeasure
from tests.documents.plans.paper import HEADER, MUNICIPALITY, Row, plain, read_file

ROWS: list[Row] = [
    ("ตัวชี้วัดที่ ๓ การใช้อำนาจ เครื่องมือการประเมิน IIT", "", "", "", ""),
    ("I๑๓ การมอบหมายงาน", "๑. จัดทำคู่มือ\n๒. ประชุม", "สำนักปลัด\nกองคลัง", "ภายในเดือนมีนาคม", "ทำแล้ว"),
    ("1๑๔ การประเมินผลงาน", "ทบทวนเกณฑ์", "กองสาธารณสุขและสิ่งแวดล้อม", "ทุกไตรมาส", ""),
    ("ตัวชี้วัดที่ ๑๐ การป้องกันการทุจริต เครื่องมือการประเมิน OIT\n๐๓๕ การร่วมมือ", "-", "ทุกกอง", "ตลอดปี", ""),
]  # fmt: skip


def as_text(path: Path) -> None:
    path.write_text(plain(MUNICIPALITY, [HEADER, *ROWS]), encoding="utf-8")


def as_csv(path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([(MUNICIPALITY,), HEADER, *ROWS])


def as_excel(path: Path) -> None:
    book, sheet = new_sheet()
    for row in (HEADER, *ROWS):
        sheet.append(list(row))
    book.save(path)


def as_word(path: Path) -> None:
    document = Document()
    document.add_paragraph(MUNICIPALITY)
    table = document.add_table(rows=0, cols=len(HEADER))
    for row in (HEADER, *ROWS):
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            cell.text = text
    table.rows[1].cells[0].merge(table.rows[1].cells[-1])  # the heading stands over all columns
    document.save(str(path))


def new_sheet() -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.append([MUNICIPALITY])
    return book, sheet


def read(path: Path, write: Callable[[Path], None]) -> tuple[PlanHead, list[ReadMeasure]]:
    write(path)
    head, found = read_file(path)
    return head, [replace(one, source_lines=()) for one in found]


@pytest.mark.parametrize(
    ("name", "write"), [("แผน.csv", as_csv), ("แผน.xlsx", as_excel), ("แผน.docx", as_word)]
)
def test_the_same_plan_is_read_from_every_format(
    tmp_path: Path, name: str, write: Callable[[Path], None]
) -> None:
    expected = read(tmp_path / "แผน.txt", as_text)
    assert [one.code for one in expected[1]] == ["I13", "I14", "O35"]
    assert read(tmp_path / name, write) == expected


def test_cells_that_word_merges_downwards_tell_of_each_of_their_rows(tmp_path: Path) -> None:
    path = tmp_path / "แผน.docx"
    document = Document()
    document.add_paragraph(MUNICIPALITY)
    table = document.add_table(rows=4, cols=4)
    texts = [
        ("มาตรการ", "ขั้นตอน", "ผู้รับผิดชอบ", "ระยะเวลา"),
        ("๑. จัดทำคู่มือ", "ประชุม", "กองคลัง", "ภายในเดือนมีนาคม"),
        ("", "พิมพ์", "", ""),
        ("๒. อบรม", "เชิญวิทยากร", "กองช่าง", "ภายในเดือนมีนาคม"),
    ]
    for at, row in enumerate(texts):
        for cell, text in zip(table.rows[at].cells, row, strict=True):
            cell.text = text
    for column in (0, 2, 3):
        table.cell(1, column).merge(table.cell(2, column))
    document.save(str(path))
    _, found = read_file(path)
    assert [(one.title, one.steps, one.divisions) for one in found] == [
        ("จัดทำคู่มือ", ("ประชุม", "พิมพ์"), ("กองคลัง",)),
        ("อบรม", ("เชิญวิทยากร",), ("กองช่าง",)),
    ]


def sheet_with(path: Path, change: Callable[[Worksheet], None]) -> None:
    """Title in row 1, header in row 3, measures in rows 4 and 5, a signature in row 7."""
    book, sheet = new_sheet()
    sheet.append([])
    for row in (HEADER, ROWS[1], ROWS[2]):
        sheet.append(list(row))
    sheet["A7"] = "ลงชื่อ ................ ผู้จัดทำ"
    change(sheet)
    book.save(path)


@pytest.mark.parametrize(
    ("cells", "code"), [("C4:C5", "merged"), ("A4:B4", "merged"), ("D5", "formula")]
)
def test_merged_cells_and_formulas_among_the_measures_are_refused(
    tmp_path: Path, cells: str, code: str
) -> None:
    def change(sheet: Worksheet) -> None:
        if ":" in cells:
            sheet.merge_cells(cells)
        else:
            sheet[cells] = "=A1"

    path = tmp_path / "แผน.xlsx"
    sheet_with(path, change)
    with pytest.raises(BadDocument) as refused:
        read_file(path)
    assert refused.value.code == code
    assert cells in str(refused.value)


def test_merged_cells_and_formulas_around_the_measures_are_harmless(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.merge_cells("A1:E1")
        sheet["B2"] = "=1+1"
        sheet.merge_cells("A7:E7")
        sheet["A8"] = "=TODAY()"

    path = tmp_path / "แผน.xlsx"
    sheet_with(path, change)
    head, found = read_file(path)
    assert head.fiscal_year == 2570
    assert [one.code for one in found] == ["I13", None]


def test_merged_cells_of_a_header_over_two_rows_are_harmless(tmp_path: Path) -> None:
    path = tmp_path / "แผน.xlsx"
    book, sheet = new_sheet()
    sheet.append(["มาตรการ", "ผู้รับผิดชอบ", "ระยะเวลาดำเนินการ", None])
    sheet.append([None, None, "เริ่มต้น", "สิ้นสุด"])
    sheet.append(["จัดทำคู่มือ", "กองคลัง", "1 ต.ค. 2569", "31 มี.ค. 2570"])
    for cells in ("A2:A3", "B2:B3", "C2:D2"):
        sheet.merge_cells(cells)
    book.save(path)
    _, [measure] = read_file(path)
    assert [day.isoformat() for day in measure.deadlines] == ["2027-03-31"]


def test_a_formula_in_another_sheet_is_harmless(tmp_path: Path) -> None:
    path = tmp_path / "แผน.xlsx"
    book, sheet = new_sheet()
    for row in (HEADER, *ROWS):
        sheet.append(list(row))
    book.create_sheet("งบประมาณ").append(["รวม", "=1+1"])
    book.save(path)
    _, found = read_file(path)
    assert len(found) == 3


def test_scores_below_the_measures_of_a_sheet_are_read(tmp_path: Path) -> None:
    path = tmp_path / "แผน.xlsx"
    book, sheet = new_sheet()
    for row in (HEADER, *ROWS, ("ที่", "ตัวชี้วัด", "คะแนน"), ("๑", "การปฏิบัติหน้าที่", "95.5")):
        sheet.append(list(row))
    book.save(path)
    head, found = read_file(path)
    assert [one.score for one in head.scores[0].indicators] == [95.5]
    assert len(found) == 3


def test_our_own_template_is_read_whole(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = tmp_path / "แบบฟอร์ม.xlsx"
    write_template(path, ["กองคลัง", "กองช่าง"], 2570)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    sheet["C1"] = "เทศบาลตำบลทุ่งสมมุติ"
    texts = {
        "ลำดับ": "1",
        "ตัวชี้วัด": "3 การใช้อำนาจ",
        "เครื่องมือ": "IIT",
        "รหัส": "I13",
        "มาตรการ/แนวทาง": "จัดทำคู่มือ",
        "วิธีการดำเนินการ": "ประชุม",
        "ผู้รับผิดชอบหลัก": "กองคลัง",
        "ผู้รับผิดชอบร่วม ๑": "กองช่าง",
        "ผู้รับผิดชอบร่วม ๒": "ทุกส่วนราชการ",
        "รอบรายงาน": "ภายในเดือนมีนาคม",
        "กำหนดวันเพิ่มเติม": "ภายในวันที่ ๑๕ มกราคม ๒๕๗๐",
        "ผลการดำเนินงาน": "กำลังทำ",
        "ผลสำเร็จ": "โปร่งใส",
        "ข้อเสนอแนะ": "ทำต่อ",
    }
    for at, column in enumerate(COLUMNS, start=1):
        sheet.cell(HEADER_ROW + 1, at, texts[column.title])
    book.save(path)
    head, [measure] = read_file(path)
    assert (head.agency, head.fiscal_year) == ("เทศบาลตำบลทุ่งสมมุติ", 2570)
    assert (measure.title, measure.code, measure.instrument) == ("จัดทำคู่มือ", "I13", "IIT")
    assert measure.indicator == "3 การใช้อำนาจ"
    assert measure.divisions == ("กองคลัง", "กองช่าง", "ทุกส่วนราชการ")
    assert [day.isoformat() for day in measure.deadlines] == ["2027-01-15", "2027-03-31"]
    assert (measure.steps, measure.result) == (("ประชุม",), "กำลังทำ")
    assert (measure.success, measure.recommendation) == ("โปร่งใส", "ทำต่อ")


_PEAK = """
import resource, sys
from pathlib import Path
from documents.plans import read_plan
with read_plan(Path(sys.argv[1])) as reading:
    count = sum(1 for _ in reading.measures())
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def many_rows(path: Path, count: int) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([MUNICIPALITY])
    sheet.append(["ลำดับ", *HEADER, "ผลสำเร็จ"])
    for number in range(1, count + 1):
        sheet.append(
            [number, f"มาตรการเรื่องที่ {number}", f"๑. ประชุม ๒. สรุปครั้งที่ {number}", "กองคลัง",
             "ภายในเดือนมีนาคม", "ทำแล้ว", f"สำเร็จ {Random(number).randbytes(1_000).hex()}"]
        )  # fmt: skip
    book.save(path)


def test_five_thousand_rows_need_no_more_memory_than_one_thousand(tmp_path: Path) -> None:
    peaks = []
    for count in (1_000, 5_000):
        path = tmp_path / f"{count}.xlsx"
        many_rows(path, count)
        done = subprocess.run(
            [sys.executable, "-c", _PEAK, str(path)], capture_output=True, text=True, check=True
        )
        read_rows, peak = map(int, done.stdout.split())
        assert read_rows == count
        peaks.append(peak)
    # What four thousand rows say of their success alone is sixteen megabytes.
    assert peaks[1] - peaks[0] < 8_000
