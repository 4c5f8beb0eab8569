"""Knowledge as a file: out and in again changes nothing, a preview before anything is stored."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from domain.knowledge import COLUMNS, shield, unshield
from models.audit import AuditEntry
from models.database import Database
from models.knowledge import Article
from models.stored_file import BlobFolder
from tests.desk.browser import Browser
from tests.desk.world import know
from tests.offices import Office, Offices

NASTY = '=HYPERLINK("http://x")\n\nบรรทัดที่สอง, \'มีฟันหนู\', "ฟันคู่"\n\n+66'

THAI_HEAD = ("รหัส", "คำถาม", "คำตอบ", "คำถามแบบอื่น", "หมวด", "ลิงก์", "ส่วนราชการ", "ใช้ได้ถึง")


def enter(app: Flask, office: Office, person: str = "officer") -> Browser:
    return Browser(app).enter(office.people[person])


def stored(db: Database, office: Office) -> list[dict[str, Any]]:
    with db.reading() as session:
        rows = session.scalars(
            select(Article).where(Article.agency_id == office.agency_id).order_by(Article.key)
        )
        return [
            {column.key: getattr(one, column.key) for column in Article.__table__.columns}
            for one in rows
        ]


def send(browser: Browser, content: bytes, name: str = "k.csv") -> Any:
    data = {
        "csrf_token": browser.token("/desk/knowledge/import"),
        "file": (io.BytesIO(content), name),
    }
    return browser.client.post(
        "/desk/knowledge/import", data=data, content_type="multipart/form-data"
    )


def sheet(*rows: list[str], head: tuple[str, ...] = COLUMNS) -> bytes:
    held = io.StringIO()
    csv.writer(held).writerows([head, *rows])
    return held.getvalue().encode()


def counts(page: str) -> list[int]:
    """New, changed, same, bad."""
    found = re.search(r"เพิ่มใหม่ (\d+) · เปลี่ยน (\d+) · เหมือนเดิม (\d+) · มีปัญหา (\d+)", page)
    assert found, page
    return [int(one) for one in found.groups()]


def confirm(browser: Browser, page: str) -> Any:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return browser.post("/desk/knowledge/import/confirm", {"token": found.group(1)})


@pytest.fixture
def furnished(db: Database, offices: Offices) -> Office:
    office = offices.makham
    know(db, office, division="กองคลัง", paraphrases=["จ่ายภาษีไหน", "=1+1"], category="ภาษี")
    know(db, office, "-odd", question="@คำถาม", answer=NASTY, valid_until=date(2023, 12, 31))
    know(db, office, "plain", question="'=ก", answer="'ข", link="https://www.example.go.th/a?b=1")
    know(db, offices.bangphra, "theirs")
    return office


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_goes_out_comes_in_as_the_same(
    app: Flask, db: Database, furnished: Office, kind: str
) -> None:
    officer = enter(app, furnished)
    before = stored(db, furnished)
    file = officer.get(f"/desk/knowledge/export.{kind}")
    assert file.status_code == 200
    assert "attachment" in file.headers["Content-Disposition"]
    assert b"theirs" not in file.data
    page = send(officer, file.data, f"k.{kind}").text
    assert counts(page) == [0, 0, 3, 0]
    assert "ไม่มีอะไรต้องนำเข้า" in page
    assert stored(db, furnished) == before


def test_no_cell_of_an_export_is_a_formula(app: Flask, furnished: Office) -> None:
    officer = enter(app, furnished)
    text = officer.get("/desk/knowledge/export.csv").data.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [one for one in cells if one[:1] in tuple("=+-@\t\r")]
    book = load_workbook(io.BytesIO(officer.get("/desk/knowledge/export.xlsx").data))
    kinds = {cell.data_type for row in book.active.iter_rows() for cell in row if cell.value}
    assert kinds == {"s"}


def test_what_is_exported_is_headed_in_the_words_of_those_who_read_it(
    app: Flask, furnished: Office
) -> None:
    officer = enter(app, furnished)
    text = officer.get("/desk/knowledge/export.csv").data.decode("utf-8-sig")
    assert tuple(next(csv.reader(io.StringIO(text)))) == THAI_HEAD
    book = load_workbook(io.BytesIO(officer.get("/desk/knowledge/export.xlsx").data))
    assert next(book.active.iter_rows(values_only=True)) == THAI_HEAD


@pytest.mark.parametrize("text", ["", "ก", "=1", "'=1", "''=1", "-", "'ก", "'", "@x", "\t=", "1-2"])
def test_the_shield_gives_back_what_it_was_given(text: str) -> None:
    assert unshield(shield(text)) == text


def test_a_preview_changes_nothing_and_the_import_does_what_it_said(
    app: Flask, db: Database, furnished: Office, offices: Offices, blobs: BlobFolder
) -> None:
    officer = enter(app, furnished)
    before = stored(db, furnished)
    content = sheet(
        ["land-tax", "ชำระภาษีที่ดินที่ไหน", "ที่ใหม่", "", "ภาษี", "", "กองคลัง", "31/12/2566"],
        ["new", "คำถามใหม่", "คำตอบใหม่", "แบบหนึ่ง|แบบสอง", "", "", "", ""],
        ["", "ไม่มีรหัส", "ก", "", "", "", "", ""],
        ["new", "ซ้ำ", "ก", "", "", "", "", ""],
        ["far", "ก", "ข", "", "", "", "กองที่ไม่มี", ""],
        ["day", "ก", "ข", "", "", "", "", "เมื่อวาน"],
        ["bad", "ก", "ข", "", "", "javascript:1", "", ""],
    )
    page = send(officer, content).text
    assert counts(page) == [1, 1, 0, 5]
    for sentence in ("ไม่มีรหัส", "ซ้ำกับแถวที่ 3", "กองที่ไม่มี", "เมื่อวาน", "https://", "คำตอบ, คำถามแบบอื่น"):
        assert sentence in page
    assert stored(db, furnished) == before
    theirs = stored(db, offices.bangphra)
    done = confirm(officer, page)
    assert done.status_code == 302
    kept = {one["key"]: one for one in stored(db, furnished)}
    assert set(kept) == {"-odd", "land-tax", "new", "plain"}
    assert kept["land-tax"]["answer"] == "ที่ใหม่"
    assert kept["land-tax"]["valid_until"] == date(2023, 12, 31)
    assert kept["new"]["paraphrases"] == ["แบบหนึ่ง", "แบบสอง"]
    assert stored(db, offices.bangphra) == theirs
    assert "ข้ามแถวที่มีปัญหา 5 แถว" in officer.get("/desk/knowledge").text
    with db.reading() as session:
        assert list(session.scalars(select(AuditEntry.action))) == ["articles.imported"]
    assert confirm(officer, page).status_code == 409  # the file is gone


def test_what_has_no_column_stays_as_it_is(app: Flask, db: Database, furnished: Office) -> None:
    officer = enter(app, furnished)
    head = ("รหัส", "คำถาม", "คำตอบ")
    page = send(officer, sheet(["land-tax", "ชำระภาษีที่ดินที่ไหน", "ใหม่"], head=head)).text
    assert counts(page) == [0, 1, 0, 0]
    confirm(officer, page)
    kept = next(one for one in stored(db, furnished) if one["key"] == "land-tax")
    assert kept["answer"] == "ใหม่"
    assert kept["paraphrases"] == ["จ่ายภาษีไหน", "=1+1"]
    assert (kept["category"], kept["division_id"] is None) == ("ภาษี", False)


def test_a_preview_that_others_overtook_is_shown_anew(
    app: Flask, db: Database, furnished: Office
) -> None:
    officer = enter(app, furnished)
    page = send(officer, sheet(["x", "ก", "ข", "", "", "", "", ""])).text
    know(db, furnished, "meanwhile", question="ระหว่างนั้น")
    late = confirm(officer, page)
    assert late.status_code == 409
    assert "มีผู้แก้คลังคำตอบระหว่างที่ท่านดูอยู่" in late.text
    assert confirm(officer, late.text).status_code == 302
    assert "x" in {one["key"] for one in stored(db, furnished)}


def test_a_file_of_another_officer_or_agency_cannot_be_confirmed(
    app: Flask, db: Database, furnished: Office, offices: Offices
) -> None:
    page = send(enter(app, furnished), sheet(["x", "ก", "ข", "", "", "", "", ""])).text
    for other in (enter(app, furnished, "admin"), enter(app, offices.bangphra)):
        assert confirm(other, page).status_code == 422
    forged = enter(app, furnished).post("/desk/knowledge/import/confirm", {"token": "ก"})
    assert forged.status_code == 422


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "ไม่พบคอลัมน์"),
        (b"a,b\n1,2\n", "ไม่พบคอลัมน์"),
        (b"PK\x03\x04 no zip", "ยังไม่ได้นำเข้า"),
        (b"%PDF-1.7\n\x00\xff", "ยังไม่ได้นำเข้า"),
        (b"key,question,answer\n" + b"k,q,a\n" * 5001, "เกิน 5,000 แถว"),
        (b"x" * (5 * 1024 * 1024 + 1), "ใหญ่เกินไป"),
    ],
    ids=["empty", "columns", "zip", "pdf", "rows", "large"],
)
def test_a_bad_file_gets_one_clear_sentence(
    app: Flask, db: Database, furnished: Office, content: bytes, sentence: str
) -> None:
    answer = send(enter(app, furnished), content)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert len(stored(db, furnished)) == 3


def test_thai_excels_csv_and_a_formula_in_a_workbook_are_met(
    app: Flask, db: Database, furnished: Office
) -> None:
    officer = enter(app, furnished)
    old = "key;question;answer\nold;ค่าน้ำเท่าไร;ห้าบาท, ต่อหน่วย\n".encode("cp874")
    assert counts(send(officer, old).text) == [1, 0, 0, 0]
    book = Workbook()
    for row in (["key", "question", "answer"], ["a", "ก", "=1+1"], ["b", "ข", "ค"]):
        book.active.append(row)
    held = io.BytesIO()
    book.save(held)
    page = send(officer, held.getvalue(), "k.xlsx").text
    assert counts(page) == [1, 0, 0, 1]
    assert "เป็นสูตร" in page


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("รหัส,คำถาม,คำตอบ\nก,ข,ค\n".encode(), "k.xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "k.xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "k.csv"),
        (b"%PDF-1.7\n", "k.csv"),
    ],
    ids=["text", "old_excel", "old_excel_as_csv", "pdf"],
)
def test_a_file_that_is_not_what_its_name_says_is_told_so_first(
    app: Flask, db: Database, furnished: Office, content: bytes, name: str
) -> None:
    before = stored(db, furnished)
    page = send(enter(app, furnished), content, name)
    assert page.status_code == 422
    assert "ไฟล์นี้ไม่ใช่ไฟล์ Excel ที่เปิดได้" in page.text
    assert "ไม่พบคอลัมน์" not in page.text
    assert stored(db, furnished) == before


def test_columns_are_named_in_thai_on_the_page_and_in_files(app: Flask, furnished: Office) -> None:
    officer = enter(app, furnished)
    page = officer.get("/desk/knowledge/import").text
    for thai, english in zip(THAI_HEAD, COLUMNS, strict=True):
        assert f"<strong>{thai}</strong> ({english})" in page
    rows = sheet(["ใหม่", "ถามอะไร", "ตอบอะไร", "", "", "", "", ""], head=THAI_HEAD)
    assert counts(send(officer, rows).text) == [1, 0, 0, 0]
    assert "ไม่พบคอลัมน์ รหัส (key), คำถาม (question)" in send(officer, b"answer\n1\n").text
