"""A reading whose process died: a draft that nobody reads any more."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask

from domain.states import PlanDraftState
from models.database import Database
from models.plan_draft import add_rows, begin_draft, erase_old_drafts, get_draft, row_count
from models.plan_reading import note_progress
from tests.desk.browser import Browser
from tests.models.making import everything_stored
from tests.models.plans import AS_STORED
from tests.offices import NOON, Office, Offices

READING = "กำลังอ่านแผนจากไฟล์"
STOPPED = "ระบบหยุดอ่านไฟล์นี้กลางคัน"


@pytest.fixture
def admin(app: Flask, offices: Offices) -> Browser:
    return Browser(app).enter(offices.makham.people["admin"])


def cut_off(db: Database, office: Office) -> str:
    """What a process leaves that dies while it reads."""
    with db.writing() as session:
        person = session.merge(office.people["admin"])
        draft = begin_draft(session, person, source_name="ค้าง.pdf", source_sha256="", now=NOON)
        note_progress(draft, NOON, 30, 120)
        add_rows(session, draft, AS_STORED)
        return f"/desk/plans/{draft.id}"


def test_after_ten_minutes_without_progress_the_page_says_that_reading_stopped(
    admin: Browser, db: Database, offices: Offices, frozen: time_machine.Traveller
) -> None:
    before = everything_stored(db)
    url = cut_off(db, offices.makham)
    frozen.shift(timedelta(minutes=10))
    page = admin.get(url)
    assert READING in page.text
    assert 'value="25"' in page.text
    with db.writing() as session:
        assert erase_old_drafts(session, NOON + timedelta(minutes=10)) == 0
    frozen.shift(timedelta(seconds=1))
    page = admin.get(url)
    assert page.status_code == 200
    assert STOPPED in page.text
    assert "กรุณาส่งไฟล์เดิมอีกครั้ง" in page.text
    assert 'href="/desk/plans#upload"' in page.text
    assert "Refresh" not in page.headers
    assert "หยุดอ่านกลางคัน" in admin.get("/desk/plans").text
    with db.writing() as session:
        assert erase_old_drafts(session, NOON + timedelta(minutes=10, seconds=1)) == 1
    assert everything_stored(db) == before
    assert admin.get(url).status_code == 404


def test_a_reading_that_was_cut_off_can_be_thrown_away(
    admin: Browser, db: Database, offices: Offices, frozen: time_machine.Traveller
) -> None:
    url = cut_off(db, offices.makham)
    frozen.shift(timedelta(hours=1))
    assert admin.post(f"{url}/discard").status_code == 302
    assert "ค้าง.pdf" not in admin.get("/desk/plans").text
    with db.reading() as session:
        left = get_draft(session, offices.makham.agency_id, UUID(url.rpartition("/")[2]))
        assert left
        assert (left.state, row_count(session, left)) == (PlanDraftState.DISCARDED, 0)


def test_nothing_else_can_be_done_with_what_is_being_read(
    admin: Browser, db: Database, offices: Offices
) -> None:
    url = cut_off(db, offices.makham)
    before = everything_stored(db)
    for page in ("/changes", "/measures/1", "/measures/new"):
        answer = admin.get(url + page)
        assert answer.status_code == 409
        assert "ยังอ่านไฟล์นี้ไม่เสร็จ" in answer.text
    for form in ("/import", "/year", "/names", "/measures", "/measures/1", "/measures/1/remove"):
        answer = admin.post(url + form, {"title": "x", "seen": "0", "year": "2566"})
        assert answer.status_code == 409, form
        assert "ยังอ่านไฟล์นี้ไม่เสร็จ" in answer.text
        assert answer.headers["Refresh"] == f"2; url={url}"  # never the form again
    assert everything_stored(db) == before
