"""The weeks on the desk."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from models.agency import Agency
from models.database import Database
from models.weekly import figures_of, keep_week
from tests.desk.browser import Browser
from tests.offices import NOON, Office, Offices


def told(db: Database, office: Office, weeks: int = 1) -> None:
    with db.writing() as session:
        agency = session.get_one(Agency, office.agency_id)
        for number in range(weeks):
            at = NOON + timedelta(weeks=number)
            keep_week(session, agency.id, figures_of(session, agency, at.date()), at)


@pytest.mark.parametrize("who", ["clerk", "admin", "auditor"])
def test_executives_and_admins_read_every_week_that_was_told(
    app: Flask, db: Database, offices: Offices, who: str
) -> None:
    told(db, offices.makham, 4)
    browser = Browser(app).enter(offices.makham.people[who])
    page = browser.get("/desk/weekly").text
    assert "สัปดาห์ 3–7 เม.ย. 2566</h2>" in page  # the newest
    assert "0% (0 จาก 2)" in page
    assert page.count('href="/desk/weekly?week=') == 4
    assert 'src="/desk/weekly/2023-04-03.png"' in page
    assert "ภาพสรุปมาตรการรายสัปดาห์ 3–7 เม.ย. 2566 เทศบาลตำบลมะขาม" in page
    older = browser.get("/desk/weekly?week=2023-03-13").text
    assert "สัปดาห์ 13–17 มี.ค. 2566</h2>" in older
    picture = browser.get("/desk/weekly/2023-03-13.png")
    assert (picture.status_code, picture.mimetype) == (200, "image/png")


def test_no_key_of_a_public_address_is_on_the_page(
    app: Flask, db: Database, offices: Offices
) -> None:
    told(db, offices.makham)
    page = Browser(app).enter(offices.makham.people["admin"]).get("/desk/weekly").text
    assert "/a/makham" not in page


def test_another_agencys_weeks_are_not_ours(app: Flask, db: Database, offices: Offices) -> None:
    told(db, offices.bangphra)
    browser = Browser(app).enter(offices.makham.people["clerk"])
    assert "ยังไม่มีสรุปที่ส่งแล้ว" in browser.get("/desk/weekly").text
    for url in (
        *("/desk/weekly?week=2023-03-13", "/desk/weekly/2023-03-13.png"),
        *("/desk/weekly?week=x", "/desk/weekly/x.png"),
    ):
        assert browser.get(url).status_code == 404
