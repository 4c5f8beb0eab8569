"""How long is kept what: counted before it is switched on, asked twice, and logged."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from jobs.retention import erase_what_is_over
from models.audit import AuditEntry
from models.database import Database
from models.office import ways_of
from models.stored_file import BlobFolder
from tests.desk.browser import Browser
from tests.jobs.test_retention import STORY, context, ended, keeps, old_question
from tests.offices import Offices

URL = "/desk/settings/retention"


@pytest.fixture
def admin(app: Flask, offices: Offices) -> Browser:
    return Browser(app).enter(offices.makham.people["admin"])


def ask(admin: Browser, complaints: str, questions: str, **more: str):
    data = {"seen": admin.seen(URL, "retention"), "complaints": complaints, "questions": questions}
    return admin.post(URL, {**data, **more})


def kept(db: Database, offices: Offices) -> tuple[int | None, int | None]:
    with db.reading() as session:
        ways = ways_of(session, offices.makham.agency_id)
    return ways.keep_complaints_months, ways.keep_questions_months


def test_nothing_is_erased_until_somebody_asks_for_it_twice(
    admin: Browser, db: Database, blobs: BlobFolder, offices: Offices
) -> None:
    ended(db, blobs, offices.makham, months=13, files=2)
    ended(db, blobs, offices.makham, months=11)
    ended(db, blobs, offices.bangphra, months=30)
    old_question(db, offices.makham, months=7)
    assert "ไม่ลบ" in admin.get(URL).text
    first = ask(admin, "12", "6")
    assert first.status_code == 200
    assert "เรื่อง 1 เรื่อง · ไฟล์ 2 ไฟล์ · คำถาม 1 ข้อ" in first.text
    assert kept(db, offices) == (None, None)
    assert ask(admin, "12", "6", sure="12/6").status_code == 302
    assert kept(db, offices) == (12, 6)
    with db.reading() as session:
        assert session.scalars(select(AuditEntry.action)).all() == ["retention.changed"]
        assert ways_of(session, offices.bangphra.agency_id).keep_complaints_months is None
    page = admin.get(URL).text
    assert "เรื่อง 1 เรื่อง · ไฟล์ 2 ไฟล์ · คำถาม 1 ข้อ" in page


def test_a_yes_to_something_else_is_no_yes(admin: Browser, db: Database, offices: Offices) -> None:
    assert ask(admin, "6", "", sure="120/").status_code == 200
    assert kept(db, offices) == (None, None)


def test_keeping_longer_or_for_good_needs_no_second_yes(
    admin: Browser, db: Database, offices: Offices
) -> None:
    ask(admin, "12", "", sure="12/")
    assert ask(admin, "60", "").status_code == 302
    assert kept(db, offices) == (60, None)
    assert ask(admin, "24", "").status_code == 200  # shorter: asked again
    assert kept(db, offices) == (60, None)
    assert ask(admin, "", "").status_code == 302
    assert kept(db, offices) == (None, None)


@pytest.mark.parametrize("typed", ["-1", "0", "1", "12.5", "x", "๑๒", "9" * 50])
def test_a_period_that_was_not_offered_is_refused(
    admin: Browser, db: Database, offices: Offices, typed: str
) -> None:
    answer = ask(admin, typed, "", sure=f"{typed}/")
    assert answer.status_code == 422
    assert "กรุณาเลือกจากรายการ" in answer.text
    assert kept(db, offices) == (None, None)


def test_what_another_admin_chose_meanwhile_is_not_overwritten(
    app: Flask, admin: Browser, db: Database, offices: Offices
) -> None:
    seen = admin.seen(URL, "retention")
    ask(Browser(app).enter(offices.makham.people["admin"]), "120", "", sure="120/")
    data = {"seen": seen, "complaints": "6", "questions": "", "sure": "6/"}
    answer = admin.post(URL, data)
    assert answer.status_code == 409
    assert "มีผู้อื่นเปลี่ยน" in answer.text
    assert kept(db, offices) == (120, None)


def test_the_page_of_an_erased_case_says_so_and_the_log_goes_on_listing_it(
    app: Flask, db: Database, blobs: BlobFolder, offices: Offices
) -> None:
    over = ended(db, blobs, offices.makham, months=13, files=1)
    keeps(db, offices.makham)
    erase_what_is_over(context(db, blobs))
    officer = Browser(app).enter(offices.makham.people["officer"])
    page = officer.get(f"/desk/complaints/{over}")
    assert page.status_code == 200
    assert "ระยะเวลาเก็บรักษา" in page.text
    assert STORY not in page.text
    listed = officer.get("/desk/complaints?state=closed")
    assert listed.status_code == 200
    assert over.hex[:6].upper() in listed.text
