"""The address of a division's calendar on the desk: who sees it, makes it anew, closes it."""

from __future__ import annotations

import re

from flask import Flask
from sqlalchemy import select

from models.audit import AuditEntry, verify
from models.calendar_feed import division_of_key
from models.database import Database
from models.duty import add_duty
from tests.desk.browser import Browser
from tests.models.making import clear_text_in
from tests.offices import Offices

URL = "/desk/measures/calendar"
ADDRESS = re.compile(r'value="http://localhost/a/makham/calendar/([\w-]{43})\.ics"')


def enter(app: Flask, offices: Offices, person: str) -> Browser:
    return Browser(app).enter(offices.makham.people[person])


def form(browser: Browser, division_id: object) -> dict[str, str]:
    """What the page's forms of a division send."""
    page = browser.get(URL).text
    found = re.search(
        rf'name="division" value="{division_id}"><input type="hidden" name="seen" value="(\w*)"',
        page,
    )
    assert found
    return {"division": str(division_id), "seen": found.group(1)}


def opens(db: Database, agency_id: int, key: str) -> str:
    with db.reading() as session:
        division = division_of_key(session, agency_id, key)
        return "" if division is None else division.name


def test_a_division_opens_its_calendar_makes_a_new_address_and_closes_it(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    finance, agency_id = office.divisions["finance"].id, office.agency_id
    officer = enter(app, offices, "finance")
    assert 'href="/desk/measures/calendar"' in officer.get("/desk/measures").text
    assert ADDRESS.search(officer.get(URL).text) is None
    assert officer.post(URL, form(officer, finance)).status_code == 302
    [first] = ADDRESS.findall(officer.get(URL).text)
    assert opens(db, agency_id, first) == "กองคลัง"
    assert f"webcal://localhost/a/makham/calendar/{first}.ics" in officer.get(URL).text
    head = enter(app, offices, "finance_head")
    assert ADDRESS.findall(head.get(URL).text) == [first]  # the same for all of the division
    assert head.post(URL, form(head, finance)).status_code == 302
    [second] = ADDRESS.findall(head.get(URL).text)
    assert second != first
    assert (opens(db, agency_id, first), opens(db, agency_id, second)) == ("", "กองคลัง")
    assert clear_text_in(db, [first, second]) == []
    head.post(f"{URL}/revoke", form(head, finance))
    assert opens(db, agency_id, second) == ""
    with db.reading() as session:
        query = select(AuditEntry).order_by(AuditEntry.number)
        rows = session.scalars(query.where(AuditEntry.agency_id == agency_id)).all()
        assert [one.action for one in rows] == [
            *("calendar.made", "calendar.made", "calendar.revoked")
        ]
        assert first not in str([(one.subject, one.detail) for one in rows])
        assert verify(session, agency_id) is None


def test_who_was_overtaken_hears_so_and_the_newer_address_stays(
    app: Flask, db: Database, offices: Offices
) -> None:
    finance = offices.makham.divisions["finance"].id
    officer, head = enter(app, offices, "finance"), enter(app, offices, "finance_head")
    stale = form(officer, finance)
    head.post(URL, form(head, finance))
    [key] = ADDRESS.findall(head.get(URL).text)
    for url in (URL, f"{URL}/revoke"):
        answer = officer.post(url, stale)
        assert answer.status_code == 409
        assert "มีผู้อื่นเปลี่ยนที่อยู่ปฏิทิน" in answer.text
        assert ADDRESS.findall(answer.text) == [key]
    assert opens(db, offices.makham.agency_id, key) == "กองคลัง"


def test_only_those_of_a_division_and_admins_see_its_address(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    finance = office.divisions["finance"].id
    admin = enter(app, offices, "admin")
    admin.post(URL, form(admin, finance))
    data = form(admin, finance)
    for name in ("works", "clerk", "auditor", "officer", "integrity"):
        browser = enter(app, offices, name)
        assert ADDRESS.search(browser.get(URL).text) is None, name
        for url in (URL, f"{URL}/revoke"):
            assert browser.post(url, data).status_code == 404, name
    theirs = Browser(app).enter(offices.bangphra.people["admin"])
    assert "makham" not in theirs.get(URL).text
    assert theirs.post(URL, data).status_code == 404
    with db.writing() as session:
        add_duty(session, session.merge(office.people["works"]), finance, is_head=False)
    assert ADDRESS.search(enter(app, offices, "works").get(URL).text)
