"""What came by telephone, post, in person or over Facebook, entered at the desk."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from domain.consent import CONSENT_VERSION
from handlers.desk.days import read_day
from models import vault
from models.audit import AuditEntry
from models.complaint import (
    Complaint,
    ComplaintChannel,
    ComplaintKind,
    IdentityMode,
    Reporter,
    find_by_receipt,
)
from models.database import Database
from models.stored_file import StoredFile
from tests.chat.test_reports import photo
from tests.desk.browser import Browser
from tests.offices import Office, Offices

URL = "/desk/complaints/new"
CODE = re.compile(r"\d{4} \d{4} \d{4} \d{4}")
CALL = {
    "channel": "phone",
    "kind": "service",
    "received": "14/3/2566",
    "what": "น้ำไม่ไหลสามวันแล้ว",
    "where": "หมู่ 2",
    "mode": "named",
    "name": "นางสมมติ โทรมา",
    "phone": "000-222-3333",
    "agreed": "y",
}


def enter(
    browser: Browser, files: list[tuple[str, bytes]] | None = None, **typed: str
) -> TestResponse:
    page = browser.get(URL).text
    pattern = r'name="(deed|kept)" type="hidden" value="([^"]*)"'
    hidden = dict(re.findall(pattern, page))
    hidden["csrf_token"] = browser.token(URL)
    data: dict[str, object] = {**hidden, **CALL, **typed}
    data["files"] = [(io.BytesIO(content), name) for name, content in files or []]
    return browser.client.post(URL, data=data, content_type="multipart/form-data")


@pytest.fixture
def officer(app: Flask, offices: Offices) -> Browser:
    return Browser(app).enter(offices.makham.people["officer"])


def the_only(db: Database, office: Office) -> tuple[Complaint, dict[str, str]]:
    with db.reading() as session:
        [row] = session.scalars(
            select(Complaint).where(Complaint.agency_id == office.agency_id)
        ).all()
        session.expunge_all()
        return row, vault.open_json(session, row.agency_id, "complaint", row.content)


def test_a_call_is_entered_and_its_code_is_shown_once(
    officer: Browser, db: Database, offices: Offices
) -> None:
    answer = enter(officer)
    assert answer.status_code == 200
    page = answer.text
    code = CODE.search(page)
    assert code
    assert "รหัสนี้แสดงครั้งเดียว" in page
    assert "29 มี.ค. 2566" in page  # 15 days after the day it was received
    assert "13 เม.ย. 2566" in page
    complaint, content = the_only(db, offices.makham)
    assert content == {"what": "น้ำไม่ไหลสามวันแล้ว", "where": "หมู่ 2"}
    assert (complaint.channel, complaint.kind, complaint.identity_mode) == (
        *(ComplaintChannel.PHONE, ComplaintKind.SERVICE, IdentityMode.NAMED),
    )
    assert (complaint.received_on, complaint.received_at) == (date(2023, 3, 14), None)
    with db.reading() as session:
        found = find_by_receipt(session, offices.makham.agency_id, code.group().replace(" ", ""))
        assert found
        assert found.id == complaint.id
        [reporter] = session.scalars(select(Reporter)).all()
        assert reporter.consent_version == CONSENT_VERSION
    assert code.group() not in officer.get(f"/desk/complaints/{complaint.id}").text


def test_the_entering_is_logged_with_the_officer(
    officer: Browser, db: Database, offices: Offices
) -> None:
    enter(officer)
    complaint, _ = the_only(db, offices.makham)
    with db.reading() as session:
        [line] = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "complaint.entered")
        ).all()
    assert line.actor == f"person:{offices.makham.people['officer'].id}"
    assert line.subject == f"complaint:{complaint.id}"
    assert line.detail == {"channel": "phone"}


def test_who_wants_no_name_gets_none_kept(officer: Browser, db: Database, offices: Offices) -> None:
    enter(officer, mode="anonymous")
    complaint, _ = the_only(db, offices.makham)
    assert (complaint.reporter_id, complaint.received_at) == (None, None)
    with db.reading() as session:
        assert session.scalars(select(Reporter)).all() == []


def test_corruption_is_entered_by_anybody_and_then_read_by_integrity_officers_alone(
    app: Flask, officer: Browser, db: Database, offices: Offices
) -> None:
    page = enter(officer, kind="corruption", mode="anonymous").text
    assert "ท่านที่บันทึกก็เปิดอ่านไม่ได้" in page
    complaint, _ = the_only(db, offices.makham)
    url = f"/desk/complaints/{complaint.id}"
    assert officer.get(url).status_code == 404
    integrity = Browser(app).enter(offices.makham.people["integrity"])
    assert integrity.get(url).status_code == 200
    marker = complaint.id.hex[:6].upper()
    for who in ("admin", "auditor"):
        log = Browser(app).enter(offices.makham.people[who]).get("/desk/audit").text
        assert str(complaint.id) not in log
        assert marker not in log


def test_where_nobody_could_read_it_nothing_is_entered(
    officer: Browser, db: Database, offices: Offices
) -> None:
    with db.writing() as session:
        session.merge(offices.makham.people["integrity"]).active = False
    answer = enter(officer, kind="corruption")
    assert answer.status_code == 422
    assert "1205" in answer.text
    assert "น้ำไม่ไหลสามวันแล้ว" in answer.text
    with db.reading() as session:
        assert session.scalars(select(Complaint)).all() == []


@pytest.mark.parametrize(
    ("received", "told"),
    [
        ("16/3/2566", "ไม่เกินวันนี้"),
        ("1/1/2560", "เก่าเกินสองปี"),
        ("31/2/2566", "อ่านวันที่ไม่ได้"),
        ("เมื่อวาน", "อ่านวันที่ไม่ได้"),
        ("", "อ่านวันที่ไม่ได้"),
    ],
)
def test_a_day_that_cannot_be_is_refused_and_the_rest_stays(
    officer: Browser, db: Database, received: str, told: str
) -> None:
    answer = enter(officer, received=received)
    assert answer.status_code == 422
    assert told in answer.text
    assert "น้ำไม่ไหลสามวันแล้ว" in answer.text
    with db.reading() as session:
        assert session.scalars(select(Complaint)).all() == []


@pytest.mark.parametrize(
    "text",
    ["15/3/2566", "๑๕/๓/๒๕๖๖", "15-03-66", "15 มี.ค. 2566", "15 มีนาคม พ.ศ. 2566", "2023-03-15"],
)
def test_a_day_is_read_as_offices_write_it(text: str) -> None:
    assert read_day(text) == date(2023, 3, 15)


def test_a_refused_file_keeps_the_others_and_what_was_typed(
    officer: Browser, db: Database, offices: Offices
) -> None:
    answer = enter(officer, [("a.jpg", photo()), ("x.exe", b"MZ" + bytes(99))])
    assert answer.status_code == 422
    assert "ไฟล์ “x.exe” เป็นชนิดที่รับไม่ได้" in answer.text
    assert "ได้รับไว้แล้ว 1 ไฟล์" in answer.text
    kept = re.search(r'name="kept" type="hidden" value="([^"]+)"', answer.text)
    assert kept
    assert enter(officer, kept=kept.group(1)).status_code == 200
    complaint, _ = the_only(db, offices.makham)
    with db.reading() as session:
        [stored] = session.scalars(select(StoredFile)).all()
        assert stored.complaint_id == complaint.id


def test_files_kept_for_one_officer_are_nothing_to_another(
    app: Flask, officer: Browser, db: Database, offices: Offices
) -> None:
    answer = enter(officer, [("a.jpg", photo()), ("x.exe", b"MZ" + bytes(99))])
    kept = re.search(r'name="kept" type="hidden" value="([^"]+)"', answer.text)
    assert kept
    for office, name in ((offices.makham, "admin"), (offices.bangphra, "officer")):
        other = Browser(app).enter(office.people[name])
        assert enter(other, kept=kept.group(1)).status_code == 200
    with db.reading() as session:
        [stored] = session.scalars(select(StoredFile)).all()
        assert stored.complaint_id is None


def test_a_second_tap_shows_the_receipt_of_the_first(
    officer: Browser, db: Database, offices: Offices
) -> None:
    codes = {CODE.findall(enter(officer, deed="the same page").text)[0] for _ in range(2)}
    assert len(codes) == 1
    the_only(db, offices.makham)


@pytest.mark.parametrize(
    ("field", "value"),
    [("kind", ""), ("kind", "bribery"), ("channel", "line"), ("mode", "confidential"),
     ("what", "  "), ("name", ""), ("mode", "")],
)  # fmt: skip
def test_what_is_missing_or_tampered_with_enters_nothing(
    officer: Browser, db: Database, field: str, value: str
) -> None:
    assert enter(officer, **{field: value}).status_code == 422
    with db.reading() as session:
        assert session.scalars(select(Complaint)).all() == []


def test_the_log_leads_to_the_form(officer: Browser) -> None:
    assert f'href="{URL}"' in officer.get("/desk/complaints").text
