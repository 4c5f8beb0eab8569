"""The table of measures as a file."""

from __future__ import annotations

import csv
import io
from datetime import date

import openpyxl
from flask import Flask

from models.database import Database
from models.progress import ReportStatus
from tests.desk.browser import Browser
from tests.desk.rounds import YEAR, a_round, lines
from tests.offices import Offices


def read_csv(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_a_file_holds_just_the_rows_of_the_table_that_the_viewer_may_see(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    a_round(
        db,
        office,
        date(2023, 3, 1),
        "finance",
        title="=1+1",
        measure=50,
        report=ReportStatus.IN_PROGRESS,
        percent=40,
    )
    a_round(db, office, date(2023, 3, 2), "works", measure=51, title="ของกองช่าง")
    finance = Browser(app).enter(office.people["finance"])
    got = finance.get(f"/desk/measures/export.csv?year={YEAR}&month=2023-03&show=late")
    [row] = read_csv(got.data.decode())
    assert (row["มาตรการ"], row["ส่วนราชการ"]) == ("'=1+1", "กองคลัง")
    assert (row["กำหนดรายงาน"], row["เกินกำหนด (วัน)"]) == ("1 มี.ค. 2566", "14")
    assert (row["รายงานล่าสุด"], row["ทำไปแล้ว (ร้อยละ)"]) == ("กำลังทำ", "40")
    assert "ทำแล้ว" not in got.data.decode()  # the division's words
    assert lines(db, "measures.exported") == [("measures.exported", {"rows": "1", "format": "csv"})]
    auditor = Browser(app).enter(office.people["auditor"])
    both = auditor.get(f"/desk/measures/export.xlsx?year={YEAR}&month=2023-03&show=late")
    assert both.headers["Content-Disposition"].startswith('attachment; filename="measures-2566-')
    sheet = openpyxl.load_workbook(io.BytesIO(both.data)).active
    assert sheet is not None
    found = [row[6] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert found == ["กองคลัง", "กองช่าง"]
    theirs = Browser(app).enter(offices.bangphra.people["admin"])
    assert "กองช่าง" in theirs.get("/desk/measures/export.csv").data.decode()
    assert "ของกองช่าง" not in theirs.get("/desk/measures/export.csv").data.decode()


def test_a_file_of_what_there_is_not_answers_404(app: Flask, offices: Offices) -> None:
    admin = Browser(app).enter(offices.makham.people["admin"])
    for url in ("export.pdf", "export.csv?year=1", "export.csv?show=x"):
        assert admin.get(f"/desk/measures/{url}").status_code == 404
