"""Uploading a plan: real files over real HTTP, to a draft or to one clear sentence."""

from __future__ import annotations

import io
import os
import tempfile
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook
from sqlalchemy import select
from werkzeug.test import TestResponse

from handlers.desk.plan_reader import MOST_AT_ONCE, MOST_BYTES
from handlers.desk.plan_thread import PlanReader
from models.audit import AuditEntry
from models.database import Database
from models.plan_draft import DraftRows, get_draft
from tests.desk.browser import Browser
from tests.models.making import everything_stored
from tests.offices import NOON, Offices

pytest.importorskip("documents.plans")

HEADER = ("ที่", "มาตรการ", "ขั้นตอน", "ผู้รับผิดชอบ", "ระยะเวลาดำเนินการ", "ผลการดำเนินการ")
ROWS = (
    ("1", "คู่มือการให้บริการประชาชน", "จัดทำคู่มือ", "ทุกส่วนราชการ", "ภายในวันที่ ๓๐ กันยายน ๒๕๖๖", "ทำแล้ว"),
    ("2", "เปิดเผยผลการใช้จ่ายงบประมาณ", "เผยแพร่บนเว็บ", "กองคลัง", "ภายในเดือนมีนาคม ๒๕๖๖", ""),
    ("3", "จัดทำแผนจัดซื้อจัดจ้าง", "จัดทำแผน", "งานพัสดุ", "ภายในเดือนธันวาคม", ""),
)


@pytest.fixture
def admin(app: Flask, offices: Offices) -> Browser:
    return Browser(app).enter(offices.makham.people["admin"])


def text_of(*rows: tuple[str, ...], heading: str = "ประจำปีงบประมาณ พ.ศ. ๒๕๖๖") -> bytes:
    lines = [f"รายงานผลตามมาตรการส่งเสริมคุณธรรมและความโปร่งใส {heading}", "เทศบาลตำบลมะขาม", ""]
    lines += ["\t".join(row) for row in (HEADER, *rows)]
    return "\n".join(lines).encode()


def sheet_of(*rows: tuple[str, ...]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("แผน ปีงบประมาณ พ.ศ. ๒๕๖๖",), HEADER, *rows):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def send(
    browser: Browser,
    content: bytes,
    name: str = "แผน.txt",
    year: str = "",
    token: str | None = None,
) -> TestResponse:
    data = {
        "csrf_token": browser.token("/desk/plans") if token is None else token,
        "year": year,
        "file": (io.BytesIO(content), name),
    }
    return browser.client.post("/desk/plans/upload", data=data)


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))


def left_over() -> list[Path]:
    return list(Path(tempfile.gettempdir()).iterdir())


@pytest.mark.parametrize("form", ["txt", "xlsx"])
def test_a_file_becomes_a_draft_and_is_gone(
    admin: Browser, db: Database, offices: Offices, form: str
) -> None:
    content = text_of(*ROWS) if form == "txt" else sheet_of(*ROWS)
    done = send(admin, content, f"/home/งาน/แผน ๒๕๖๖.{form}")
    assert done.status_code == 302
    draft_id = UUID(done.location.rpartition("/")[2])
    page = admin.get(done.location).text
    for said in ("คู่มือการให้บริการประชาชน", "31 มี.ค. 2566", "30 ก.ย. 2566", "งานพัสดุ", "31 ธ.ค. 2565"):
        assert said in page, said
    assert "/home" not in page
    assert f"แผน ๒๕๖๖.{form}" in page
    assert left_over() == []
    with db.reading() as session:
        draft = get_draft(session, offices.makham.agency_id, draft_id)
        assert draft
        assert draft.fiscal_year == 2566
        assert [row.measure.title for row in DraftRows(session, draft)] == [r[1] for r in ROWS]
        [entry] = session.scalars(select(AuditEntry)).all()
        assert (entry.action, entry.subject) == ("plan.uploaded", f"plan_draft:{draft_id}")
        assert entry.detail == {"sha256": draft.source_sha256, "measures": "3"}
        assert len(draft.source_sha256) == 64


def test_a_file_without_a_year_is_read_and_its_year_asked(admin: Browser) -> None:
    content = text_of(*ROWS[2:], heading="")
    done = send(admin, content)
    assert done.status_code == 302
    assert "เอกสารไม่ได้บอกปีงบประมาณ กรุณาเลือก" in admin.get(done.location).text
    assert admin.post(f"{done.location}/year", {"year": "2565"}).status_code == 302
    assert "31 ธ.ค. 2564" in admin.get(done.location).text


def test_a_year_that_is_chosen_stands_in_for_a_missing_one(admin: Browser) -> None:
    done = send(admin, text_of(*ROWS[2:], heading=""), year="2567")
    page = admin.get(done.location).text
    assert "เอกสารไม่ได้บอกปีงบประมาณ" not in page
    assert "31 ธ.ค. 2566" in page


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.txt"),
        ("ไม่มีตารางในเอกสารนี้".encode(), "memo.txt"),
        (b"PK\x03\x04 cut off", "plan.docx"),
        (b"%PDF-1.7 cut off", "plan.pdf"),
        (b"\x89PNG\r\n\x1a\n", "photo.png"),
        (b"MZ\x90\x00", "plan.xlsx"),
    ],
)
def test_what_cannot_be_read_gets_one_sentence_and_leaves_nothing(
    admin: Browser, db: Database, content: bytes, name: str
) -> None:
    before = everything_stored(db)
    answer = send(admin, content, name)
    assert answer.status_code == 422
    assert answer.text.count('role="alert"') == 1
    assert 'name="file"' in answer.text
    assert everything_stored(db) == before
    assert left_over() == []


def test_a_defect_in_the_middle_of_a_file_leaves_nothing(
    admin: Browser,
    db: Database,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = everything_stored(db)

    def fail(*_args: object, **_options: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("handlers.desk.plan_thread.finish_reading", fail)
    assert send(admin, text_of(*ROWS)).status_code == 500
    assert everything_stored(db) == before
    assert left_over() == []
    assert "the disk is full" not in caplog.text  # it might have been words of the document


def test_a_form_without_a_file_or_with_a_strange_year_is_sent_back(
    admin: Browser, db: Database
) -> None:
    before = everything_stored(db)
    answer = admin.post("/desk/plans/upload", page="/desk/plans")
    assert answer.status_code == 422
    assert "กรุณาเลือกไฟล์" in answer.text
    assert send(admin, text_of(*ROWS), year="9999").status_code == 422
    assert everything_stored(db) == before


def test_a_file_that_is_too_large_is_turned_away(admin: Browser, db: Database) -> None:
    before = everything_stored(db)
    token = admin.token("/desk/plans")
    slightly = send(admin, b"\0" * (MOST_BYTES + 1), "plan.pdf", token=token)
    assert slightly.status_code == 422
    assert "ไม่เกิน 20 MB" in slightly.text
    far = send(admin, b"\0" * (MOST_BYTES + 1024 * 1024), "plan.pdf", token=token)
    assert far.status_code == 413
    assert "ไม่เกิน 20 MB" in far.text
    assert everything_stored(db) == before


def test_nobody_uploads_without_our_token(app: Flask, admin: Browser, db: Database) -> None:
    before = everything_stored(db)
    assert send(admin, text_of(*ROWS), token="forged").status_code == 400
    nobody = Browser(app)
    assert send(nobody, text_of(*ROWS), token="").status_code == 401
    assert everything_stored(db) == before


def test_only_the_upload_takes_a_large_body(admin: Browser) -> None:
    data = {"csrf_token": admin.token(), "from_year": "1" * 300_000}
    assert admin.client.post("/desk/plans/copy", data=data).status_code == 413


def test_the_template_comes_with_the_agencys_divisions_and_is_read_back(
    admin: Browser, offices: Offices
) -> None:
    answer = admin.get("/desk/plans/template.xlsx")
    assert answer.status_code == 200
    assert 'filename="plan-2566.xlsx"' in answer.headers["Content-Disposition"]
    book = load_workbook(io.BytesIO(answer.data))
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {one.name for one in offices.makham.divisions.values()} <= cells
    # An empty one holds no measures, and says so.
    assert send(admin, answer.data, "plan-2566.xlsx").status_code == 422


def test_a_file_that_is_turned_away_takes_nobodys_place(admin: Browser) -> None:
    token = admin.token("/desk/plans")
    for _ in range(MOST_AT_ONCE + 1):
        large = send(admin, b"\0" * (MOST_BYTES + 1), token=token)
        assert large.status_code == 422
    assert left_over() == []


def test_without_a_thread_to_read_it_nothing_is_left(
    admin: Browser, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything_stored(db)

    def refuse(_self: object) -> None:
        raise RuntimeError("can't start new thread")

    for _ in range(MOST_AT_ONCE + 1):
        with monkeypatch.context() as patch:
            patch.setattr(PlanReader, "start", refuse)
            assert send(admin, text_of(*ROWS)).status_code == 500
    assert everything_stored(db) == before
    assert left_over() == []


def test_what_a_killed_process_left_on_the_disk_goes_with_the_next_upload(admin: Browser) -> None:
    def leave(name: str, age: timedelta) -> Path:
        folder = Path(tempfile.gettempdir()) / name
        folder.mkdir()
        (folder / "plan").write_bytes(b"a plan")
        os.utime(folder, times=((NOON - age).timestamp(),) * 2)
        return folder

    killed = leave("prongsai-plan-killed", timedelta(hours=2))
    alive = leave("prongsai-plan-alive", timedelta(minutes=5))
    foreign = leave("prongsai-other", timedelta(hours=2))
    assert send(admin, text_of(*ROWS)).status_code == 302
    assert not killed.exists()
    assert alive.exists()
    assert foreign.exists()
