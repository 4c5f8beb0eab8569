"""What citizens say comes up by itself, and leaves what is being typed alone."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask import Flask

from models import talk as talking
from models.database import Database
from tests.desk.browser import Browser
from tests.desk.world import call
from tests.offices import NOON, Office, Offices


@pytest.fixture
def talk_id(db: Database, offices: Offices) -> UUID:
    return call(db, offices.makham)


@pytest.fixture
def officer(app: Flask, offices: Offices) -> Browser:
    return Browser(app).enter(offices.makham.people["officer"])


def say(db: Database, office: Office, talk_id: UUID, text: str) -> None:
    with db.writing() as session:
        talk = talking.get_talk(session, office.agency_id, talk_id, lock=True)
        assert talk is not None
        talking.hear(session, talk, text, text[:20], NOON)


def live(browser: Browser, url: str, mark: str = "") -> tuple[int, str, str]:
    answer = browser.client.get(url, headers={"X-Live": mark})
    return answer.status_code, answer.text, answer.headers["X-Live-Mark"]


def test_new_lines_of_a_talk_come_by_themselves_and_the_form_is_no_part_of_it(
    db: Database, offices: Offices, officer: Browser, talk_id: UUID
) -> None:
    url = f"/desk/talks/{talk_id}"
    officer.post(f"{url}/take", {"seen": ""})
    page = officer.get(url).text
    assert f'data-live="{url}/live"' in page
    assert 'data-live-say="talk-news"' in page
    assert re.search(r'role="status" id="talk-news"', page)
    status, text, mark = live(officer, f"{url}/live")
    assert status == 200
    assert "มีใครอยู่ไหมคะ" in text
    assert "<textarea" in page
    assert "<form" not in text
    assert "<html" not in text
    assert live(officer, f"{url}/live", mark)[0] == 204
    say(db, offices.makham, talk_id, "ขอถามเรื่องย้ายทะเบียนบ้าน")
    status, text, _ = live(officer, f"{url}/live", mark)
    assert status == 200
    assert "ขอถามเรื่องย้ายทะเบียนบ้าน" in text
    # The script counts the rows that were not there before.
    assert re.findall(r'data-key="(\d+)"', text) == ["1", "2"]


def test_an_open_list_of_talks_shows_who_comes(
    db: Database, offices: Offices, officer: Browser
) -> None:
    page = officer.get("/desk/talks").text
    assert 'data-live="/desk/talks/live"' in page
    assert "ไม่ปรับเอง" not in page
    status, text, mark = live(officer, "/desk/talks/live")
    assert (status, "ยังไม่มีผู้ขอคุย" in text) == (200, True)
    call(db, offices.bangphra)
    assert live(officer, "/desk/talks/live", mark)[0] == 204
    mine = call(db, offices.makham)
    status, text, _ = live(officer, "/desk/talks/live", mark)
    assert status == 200
    assert f'data-key="{mine}"' in text
    assert "ไม่ปรับเอง" not in officer.get("/desk/talks").text


def test_a_live_piece_answers_as_its_page_does(app: Flask, offices: Offices, talk_id: UUID) -> None:
    theirs = Browser(app).enter(offices.bangphra.people["officer"])
    assert theirs.get(f"/desk/talks/{talk_id}/live").status_code == 404
    shut = Browser(app).enter(offices.makham.people["finance"])
    assert shut.get(f"/desk/talks/{talk_id}/live").status_code == 403
    assert Browser(app).get(f"/desk/talks/{talk_id}/live").status_code == 401
