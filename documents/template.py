"""Prongsai's own spreadsheet for a plan, with drop-downs where a plan has few right answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from documents.opening.tidying import tidy
from domain.divisions import EVERY_DIVISION

PLAN_SHEET, HELP_SHEET, LIST_SHEET = "แผน", "วิธีกรอก", "รายการ"
HEADER_ROW = 3
ROWS = 300
INSTRUMENTS = ("IIT", "EIT", "OIT")
# Each is a phrase that the reader of deadlines understands.
ROUNDS = (
    "รอบ ๖ เดือน และ ณ สิ้นปีงบประมาณ",
    "ทุกเดือน",
    "ทุกไตรมาส",
    "ตลอดปีงบประมาณ",
    *(
        f"ภายในเดือน{month}"
        for month in (
            *("ตุลาคม", "พฤศจิกายน", "ธันวาคม", "มกราคม", "กุมภาพันธ์", "มีนาคม"),
            *("เมษายน", "พฤษภาคม", "มิถุนายน", "กรกฎาคม", "สิงหาคม", "กันยายน"),
        )
    ),
    "ภายในวันที่ ๓๑ มีนาคม",
    "ภายในวันที่ ๓๐ กันยายน",
)
_HELP = (
    "กรอกชื่อหน่วยงานและปีงบประมาณไว้สองบรรทัดแรกของแผ่น “แผน” แล้วกรอกมาตรการแถวละหนึ่งเรื่องใต้หัวตาราง",
    "เลือกผู้รับผิดชอบจากรายการที่มีให้ ถ้ารับผิดชอบทุกกองให้เลือก “ทุกส่วนราชการ”",
    "เลือกรอบรายงานจากรายการ ถ้ามีวันอื่นอีกให้พิมพ์ในช่อง “กำหนดวันเพิ่มเติม” เช่น ภายในวันที่ ๑๕ มกราคม ๒๕๖๗",
    "อย่ารวมช่อง (ผสานเซลล์) อย่าใส่สูตร และอย่าเปลี่ยนหัวตาราง เพราะจะทำให้อ่านแผนไม่ได้",
    "เมื่อกรอกเสร็จให้บันทึกเป็นแบบ .xlsx แล้วส่งเข้าระบบ ระบบจะแสดงให้ตรวจก่อนบันทึกทุกครั้ง",
)

_FONT = "TH Sarabun New"
_THAI_CHARSET = 222  # with the family (2: no serifs) it tells Excel what to take instead
_SWISS = 2
_LINE_HEIGHT = 24  # Thai at 16 points, with a tone mark above a vowel


@dataclass(frozen=True)
class _Column:
    title: str
    width: float
    choices: str = ""  # which list drops down
    strict: bool = False  # nothing but the list


COLUMNS = (
    _Column("ลำดับ", 7),
    _Column("ตัวชี้วัด", 20),
    _Column("เครื่องมือ", 10, "instruments", strict=True),
    _Column("รหัส", 8),
    _Column("มาตรการ/แนวทาง", 28),
    _Column("วิธีการดำเนินการ", 32),
    _Column("ผู้รับผิดชอบหลัก", 17, "divisions"),
    _Column("ผู้รับผิดชอบร่วม ๑", 17, "divisions"),
    _Column("ผู้รับผิดชอบร่วม ๒", 17, "divisions"),
    _Column("รอบรายงาน", 22, "rounds"),
    _Column("กำหนดวันเพิ่มเติม", 18),
    _Column("ผลการดำเนินงาน", 26),
    _Column("ผลสำเร็จ", 16),
    _Column("ข้อเสนอแนะ", 20),
)


def write_template(path: Path, divisions: Sequence[str], fiscal_year: int | None) -> None:
    """Write the empty plan of an agency with these divisions; the year is พ.ศ."""
    book = Workbook()
    plan = book.active
    assert isinstance(plan, Worksheet)  # noqa: S101 -- a new workbook has one sheet
    plan.title = PLAN_SHEET
    named = list(dict.fromkeys(name for each in divisions if (name := tidy(each))))
    lists = {
        "divisions": [EVERY_DIVISION, *(name for name in named if name != EVERY_DIVISION)],
        "instruments": list(INSTRUMENTS),
        "rounds": list(ROUNDS),
    }
    _write_plan(plan, fiscal_year)
    _write_help(book.create_sheet(HELP_SHEET))
    places = _write_lists(book.create_sheet(LIST_SHEET), lists)
    for at, column in enumerate(COLUMNS, start=1):
        if column.choices:
            plan.add_data_validation(_drop_down(column, get_column_letter(at), places))
    book.save(path)


def _write_plan(plan: Worksheet, fiscal_year: int | None) -> None:
    _put(plan, 1, 1, "หน่วยงาน", bold=True)
    _put(plan, 2, 1, "ปีงบประมาณ พ.ศ.", bold=True)
    _put(plan, 1, 3, "")
    _put(plan, 2, 3, "" if fiscal_year is None else str(fiscal_year))
    line = Side(style="thin", color="808080")
    for at, column in enumerate(COLUMNS, start=1):
        plan.column_dimensions[get_column_letter(at)].width = column.width
        _put(plan, HEADER_ROW, at, column.title, bold=True)
        header = plan.cell(HEADER_ROW, at)
        header.fill = PatternFill("solid", fgColor="DCE6F1")
        header.border = Border(left=line, right=line, top=line, bottom=line)
        header.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    # Text, so that Excel neither turns "30/9/66" into a day of 1966 nor 01 into 1. No borders:
    # three hundred empty rows would be printed for them.
    for row in range(HEADER_ROW + 1, HEADER_ROW + 1 + ROWS):
        for at in range(1, len(COLUMNS) + 1):
            _put(plan, row, at, "")
            plan.cell(row, at).alignment = Alignment(vertical="top", wrap_text=True)
    for row, lines in ((1, 1), (2, 1), (HEADER_ROW, 2)):
        plan.row_dimensions[row].height = lines * _LINE_HEIGHT
    plan.freeze_panes = f"A{HEADER_ROW + 1}"
    plan.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    plan.print_options.gridLines = True
    _on_a4(plan)


def _write_help(sheet: Worksheet) -> None:
    sheet.column_dimensions["A"].width = 110
    for row, sentence in enumerate(_HELP, start=1):
        _put(sheet, row, 1, f"{row}. {sentence}")
        sheet.cell(row, 1).alignment = Alignment(vertical="top", wrap_text=True)
    _on_a4(sheet)


def _write_lists(sheet: Worksheet, lists: dict[str, list[str]]) -> dict[str, str]:
    """The hidden sheet that the drop-downs take their choices from; where each list stands."""
    places = {}
    for at, (name, choices) in enumerate(lists.items(), start=1):
        for row, choice in enumerate(choices, start=1):
            _put(sheet, row, at, choice)
        letter = get_column_letter(at)
        places[name] = f"'{LIST_SHEET}'!${letter}$1:${letter}${len(choices)}"
    sheet.sheet_state = "hidden"
    return places


def _drop_down(column: _Column, letter: str, places: dict[str, str]) -> DataValidation:
    rule = DataValidation(
        type="list",
        formula1=places[column.choices],
        allow_blank=True,
        showErrorMessage=True,
        errorStyle="stop" if column.strict else "warning",
        errorTitle=column.title,
        error="ให้เลือกจากรายการที่มีให้" if column.strict else "ไม่มีในรายการ ถ้าต้องการใช้ข้อความนี้ให้กด ใช่",
    )
    rule.add(f"{letter}{HEADER_ROW + 1}:{letter}{HEADER_ROW + ROWS}")
    return rule


def _on_a4(sheet: Worksheet) -> None:
    sheet.sheet_format.defaultRowHeight = _LINE_HEIGHT
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4


def _put(sheet: Worksheet, row: int, column: int, text: str, *, bold: bool = False) -> None:
    cell = sheet.cell(row, column)
    cell.font = Font(name=_FONT, size=16, bold=bold, charset=_THAI_CHARSET, family=_SWISS)
    cell.number_format = "@"
    if text:
        cell.value = text
        cell.data_type = "s"  # a name that begins with "=" is still a name
