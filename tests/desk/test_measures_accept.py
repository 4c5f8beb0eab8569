"""Accepting several reports at once: what one may, and the rest with the reason why not."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from domain.states import ObligationState
from models.database import Database
from models.measure import get_obligation
from models.measure_review import return_report
from models.progress import ReportStatus
from tests.desk.browser import Browser
from tests.desk.rounds import YEAR, a_round, lines, round_of
from tests.offices import NOON, Office, Offices

URL = "/desk/measures/accept"
DONE = ReportStatus.DONE


def tick(browser: Browser, *ones: UUID | str, query: str = "") -> TestResponse:
    marks = [one if isinstance(one, str) else f"{one} answered.1" for one in ones]
    token = browser.token()
    return browser.client.post(URL, data={"csrf_token": token, "one": marks, "query": query})


def answered(db: Database, office: Office, day: int, division: str, by: str) -> UUID:
    return a_round(db, office, date(2023, 3, day), division, report=DONE, by=by)


def state(db: Database, office: Office, one: UUID) -> ObligationState:
    return round_of(db, office, one).state


def test_several_reports_are_accepted_in_one_go(app: Flask, db: Database, offices: Offices) -> None:
    office = offices.makham
    ones = [answered(db, office, day, "works", "works") for day in (1, 2, 3)]
    admin = Browser(app).enter(office.people["admin"])
    page = admin.get(f"/desk/measures?year={YEAR}&show=answered").text
    assert page.count('name="one"') == 3
    answer = tick(admin, *ones, query=f"year={YEAR}&show=answered&page=1")
    assert answer.status_code == 302
    assert answer.location == f"/desk/measures?year={YEAR}&show=answered&page=1"
    assert "ยอมรับรายงานผลแล้ว 3 รายการ" in admin.get(answer.location).text
    assert {state(db, office, one) for one in ones} == {ObligationState.ACCEPTED}
    assert [one for one, _ in lines(db)] == ["obligation.accepted"] * 3


def test_ones_own_and_changed_ones_are_left_out_and_told_why(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    good = answered(db, office, 1, "finance", "finance")
    own = answered(db, office, 2, "finance", "finance_head")
    returned = answered(db, office, 3, "finance", "finance")
    with db.writing() as session:
        found = get_obligation(session, office.agency_id, returned)
        assert found
        return_report(session, found, office.people["admin"], "แก้", NOON)
    head = Browser(app).enter(office.people["finance_head"])
    answer = tick(head, good, own, returned)
    assert answer.status_code == 200
    assert "ยอมรับแล้ว 1 รายการ ยังไม่ได้ยอมรับ 2 รายการ" in answer.text
    assert "ท่านเป็นผู้รายงานผลครั้งนี้เอง" in answer.text
    assert "ระหว่างที่ท่านเปิดอยู่" in answer.text
    assert state(db, office, good) is ObligationState.ACCEPTED
    assert state(db, office, own) is ObligationState.ANSWERED
    assert state(db, office, returned) is ObligationState.OPEN
    assert tick(head, good).status_code == 409  # somebody was quicker: nothing was done


def test_a_head_ticks_only_what_is_theirs_to_review(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    other = answered(db, office, 1, "works", "works")
    mine = answered(db, office, 2, "finance", "finance")
    head = Browser(app).enter(office.people["finance_head"])
    page = head.get(f"/desk/measures?year={YEAR}").text
    assert f'value="{mine} answered.1"' in page
    assert str(other) not in page
    assert tick(head, mine, other).status_code == 404
    assert state(db, office, mine) is ObligationState.ANSWERED  # nothing half done
    staff = Browser(app).enter(office.people["finance"])
    assert 'name="one"' not in staff.get(f"/desk/measures?year={YEAR}").text
    assert "ไม่มีสิทธิ์ตรวจ" in tick(staff, mine).text
    for name in ("officer", "integrity", "clerk", "auditor"):
        browser = Browser(app).enter(office.people[name])
        assert 'name="one"' not in browser.get(f"/desk/measures?year={YEAR}").text
        assert tick(browser, mine).status_code == 403
    theirs = Browser(app).enter(offices.bangphra.people["admin"])
    assert tick(theirs, mine).status_code == 404
    assert state(db, office, mine) is ObligationState.ANSWERED
    assert lines(db) == []


@pytest.mark.parametrize(
    "mark", ["x", "x answered.1", "{id}", "{id} answered", "{id} gone.1", "{id} answered.x"]
)
def test_a_forged_tick_is_refused(app: Flask, db: Database, offices: Offices, mark: str) -> None:
    one = answered(db, offices.makham, 1, "works", "works")
    admin = Browser(app).enter(offices.makham.people["admin"])
    assert tick(admin, mark.format(id=one)).status_code == 400
    assert tick(admin, *([str(one) + " answered.1"] * 101)).status_code == 400
    assert lines(db) == []


def test_nothing_ticked_is_said_and_the_way_back_leads_nowhere_else(
    app: Flask, offices: Offices
) -> None:
    admin = Browser(app).enter(offices.makham.people["admin"])
    for query in ("", "//evil.example", "\r\nLocation: x", "https://evil.example/?a=b"):
        answer = tick(admin, query=query)
        assert answer.location.startswith("/desk/measures")
        assert "\n" not in answer.location
    assert "ยังไม่ได้เลือกรายการ" in admin.get("/desk/measures").text
