"""The buttons of an e-mail: links that open the desk's form, and record nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

from flask import Flask

from domain.taps import TOKEN
from models.database import Database
from models.progress import ProgressReport, ReportStatus
from models.tap import make_tap
from tests.desk.browser import Browser
from tests.desk.factors import come_in, give_authenticator
from tests.desk.test_answering import due, due_of, finance, how_many, page_of
from tests.offices import NOON, Office, Offices

__all__ = ["due"]


def token_of(db: Database, office: Office, due: UUID, status: ReportStatus) -> str:
    with db.reading() as session:
        return make_tap(session, office.agency_id, due, status, NOON).removeprefix(TOKEN)


def test_a_link_of_a_mail_asks_to_sign_in_and_then_opens_the_answer_it_named(
    app: Flask, db: Database, offices: Offices, due: UUID
) -> None:
    link = f"/desk/answer/{token_of(db, offices.makham, due, ReportStatus.PROBLEM)}"
    browser = Browser(app)
    door = browser.get(link)
    assert door.status_code == 302
    assert door.location.startswith("/desk/sign-in")
    authenticator = give_authenticator(db, offices.makham.people["finance"])
    entered = come_in(browser, "finance", authenticator, page=door.location)
    assert entered.location == link
    opened = browser.get(entered.location)
    assert opened.location == f"{page_of(due)}?status=problem"
    page = browser.get(opened.location).text
    assert re.search(r'<input checked [^>]*value="problem"', page)
    assert how_many(db, ProgressReport) == 0


def test_a_link_that_is_forged_old_or_of_the_other_agency_opens_nothing(
    app: Flask, db: Database, offices: Offices, due: UUID, frozen
) -> None:
    browser = finance(app, offices)
    good = token_of(db, offices.makham, due, ReportStatus.DONE)
    theirs = token_of(db, offices.bangphra, due_of(db, offices.bangphra), ReportStatus.DONE)
    for token in ("x", good[:-4] + "AAAA", good * 9, theirs, "%00"):
        shown = browser.get(f"/desk/answer/{token}")
        assert shown.status_code == 404
    assert "ลิงก์นี้ใช้ไม่ได้แล้ว" in browser.get(f"/desk/answer/{theirs}").text
    assert browser.get(f"/desk/answer/{good}").status_code == 302
    frozen.shift(timedelta(days=367))
    assert finance(app, offices).get(f"/desk/answer/{good}").status_code == 404
