"""An invitation's code on the desk: typed, good for one password, beside its use in LINE."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from models.audit import AuditEntry
from models.contact import ContactKind, meet
from models.database import Database
from models.duty import give_up
from models.invitation import accept_invitation, invite, open_invitation, use_in_group
from models.person import Person, find_person
from tests.desk.browser import Browser
from tests.desk.factors import give_password
from tests.offices import NOON, Office, Offices

GOOD = "สามคำ ที่ไม่ เกี่ยวกัน"


def invited(db: Database, office: Office, name: str = "auditor") -> str:
    with db.writing() as session:
        return invite(session, session.merge(office.people[name]), NOON)


def types(browser: Browser, code: str, agency: str = "makham") -> TestResponse:
    data = {"agency": agency, "code": code}
    return browser.post("/desk/invitation", data, page="/desk/invitation")


def chooses(browser: Browser, page: TestResponse, password: str = GOOD) -> TestResponse:
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page.text)
    sealed = re.search(r'name="invited" value="([^"]+)"', page.text)
    assert token
    assert sealed
    data = {"csrf_token": token.group(1), "invited": sealed.group(1), "password": password}
    return browser.client.post("/desk/invitation/password", data=data)


def test_a_code_lets_choose_a_password_once_and_nothing_else(
    app: Flask, db: Database, offices: Offices
) -> None:
    browser, code = Browser(app), invited(db, offices.makham)
    page = types(browser, f" {code.lower().replace('-', ' ')} ")
    assert "ผู้ตรวจสอบภายใน" in page.text
    assert 'value="auditor" readonly' in page.text
    assert code not in page.text, "it goes on sealed"
    answer = chooses(browser, page)
    assert answer.headers["Location"] == "/desk/sign-in"
    assert browser.get("/desk/").status_code == 302, "nobody is in before they sign in"
    assert give_password(Browser(app), "auditor", GOOD).headers["Location"] == "/desk/"
    assert types(browser, code).status_code == 401
    assert chooses(browser, page).headers["Location"] == "/desk/invitation"
    with db.reading() as session:
        query = select(AuditEntry.action).where(AuditEntry.agency_id == offices.makham.agency_id)
        assert list(session.scalars(query.order_by(AuditEntry.number))) == [
            "person.password_set",
            "person.signed_in",
        ]


def test_the_same_code_works_in_line_and_on_the_desk_in_either_order(
    app: Flask, db: Database, offices: Offices
) -> None:
    agency_id = offices.makham.agency_id
    for name, line_first in (("auditor", True), ("clerk", False)):
        code = invited(db, offices.makham, name)

        def in_line(code: str = code, name: str = name) -> bool:
            with db.writing() as session:
                contact = meet(session, agency_id, ContactKind.USER, f"U-of-{name}")
                return accept_invitation(session, agency_id, code, contact, NOON) is not None

        def on_desk(code: str = code) -> bool:
            browser = Browser(app)
            page = types(browser, code)
            return page.status_code == 200 and chooses(browser, page).status_code == 302

        for deed in (in_line, on_desk) if line_first else (on_desk, in_line):
            assert deed()
            assert not deed()
        with db.reading() as session:
            person = session.merge(offices.makham.people[name])
            assert open_invitation(session, person, NOON) is None


def test_a_code_that_a_group_has_read_opens_nothing_on_the_desk(
    app: Flask, db: Database, offices: Offices
) -> None:
    code = invited(db, offices.makham)
    with db.writing() as session:
        use_in_group(session, offices.makham.agency_id, code, None, NOON)
    assert types(Browser(app), code).status_code == 401


def test_a_code_ends_after_seven_days_with_the_next_one_and_when_its_person_leaves(
    app: Flask, db: Database, offices: Offices, frozen: time_machine.Traveller
) -> None:
    first, second = invited(db, offices.makham), invited(db, offices.makham)
    assert types(Browser(app), first).status_code == 401
    assert types(Browser(app), second).status_code == 200
    frozen.move_to(NOON + timedelta(days=7))
    assert types(Browser(app), second).status_code == 401
    frozen.move_to(NOON)
    gone = invited(db, offices.makham, "clerk")
    with db.writing() as session:
        give_up(session, session.merge(offices.makham.people["clerk"]), NOON)
    assert types(Browser(app), gone).status_code == 401


def test_a_code_is_worth_nothing_at_another_agency(
    app: Flask, db: Database, offices: Offices
) -> None:
    code = invited(db, offices.makham)
    assert types(Browser(app), code, "bangphra").status_code == 401
    assert types(Browser(app), code, "nowhere").status_code == 401


def test_a_new_password_ends_the_lock_and_the_sessions_of_the_old_one(
    app: Flask, db: Database, offices: Offices
) -> None:
    old = Browser(app)
    give_password(old, "auditor")
    for _ in range(5):
        give_password(Browser(app), "auditor", "not the password")
    browser = Browser(app)
    chooses(browser, types(browser, invited(db, offices.makham)))
    assert old.get("/desk/").status_code == 302
    assert give_password(Browser(app), "auditor", GOOD).status_code == 302


@pytest.mark.parametrize("password", ["short", "auditor123", "1234567890", ""])
def test_a_password_that_is_easily_guessed_is_asked_for_again_and_the_code_stays(
    app: Flask, db: Database, offices: Offices, password: str
) -> None:
    browser = Browser(app)
    page = types(browser, invited(db, offices.makham))
    answer = chooses(browser, page, password)
    assert answer.status_code == 422
    assert chooses(browser, answer).status_code == 302


def test_of_two_who_use_a_code_at_once_one_sets_the_password(
    app: Flask, db: Database, offices: Offices
) -> None:
    code = invited(db, offices.makham)
    both = [(Browser(app), password) for password in (GOOD, GOOD[::-1])]
    pages = [types(browser, code) for browser, _ in both]
    with ThreadPoolExecutor(2) as pool:
        done = [
            pool.submit(chooses, browser, page, password)
            for (browser, password), page in zip(both, pages, strict=True)
        ]
        where = sorted(one.result().headers["Location"] for one in done)
    assert where == ["/desk/invitation", "/desk/sign-in"]


def test_guesses_are_slowed_down_even_for_the_right_code(
    app: Flask, db: Database, offices: Offices
) -> None:
    code = invited(db, offices.makham)
    for _ in range(10):
        assert types(Browser(app), "PS-AAAAA-AAAAA").status_code == 401
    answer = types(Browser(app), code)
    assert answer.status_code == 429
    assert "กรุณารอ 10 นาที" in answer.text
    elsewhere = Browser(app)
    elsewhere.client.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert types(elsewhere, code).status_code == 200


@pytest.mark.parametrize("code", ["\0", "🙂", "PS-" + "A" * 500, "' OR 1=1", "ก" * 30])
def test_what_is_no_code_is_said_to_be_none(browser: Browser, offices: Offices, code: str) -> None:
    assert types(browser, code).status_code in (401, 422)


@pytest.mark.parametrize("sealed", ["", "forged", "ก", "AAAA" * 30])
def test_a_forged_second_page_leads_back_to_the_first(
    browser: Browser, offices: Offices, sealed: str
) -> None:
    data = {"invited": sealed, "password": GOOD}
    answer = browser.post("/desk/invitation/password", data, page="/desk/invitation")
    assert answer.headers["Location"] == "/desk/invitation"


def test_the_admin_s_page_tells_both_uses_of_the_code(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    admin, person = Browser(app).enter(office.people["admin"]), office.people["auditor"]
    seen = re.search(r'name="seen" value="([^"]+)"', admin.get(f"/desk/people/{person.id}").text)
    assert seen
    page = admin.post(f"/desk/people/{person.id}/invite", {"seen": seen.group(1)}).text
    code = re.search(r"PS-[A-Z2-9]{5}-[A-Z2-9]{5}", page)
    assert code
    assert "/desk/invitation พิมพ์รหัสเดียวกันนี้" in page
    assert "ชื่อผู้ใช้ของท่านคือ auditor รหัสหน่วยงาน makham" in page
    assert types(Browser(app), code.group()).status_code == 200


def test_a_person_who_cannot_sign_in_otherwise_comes_in_with_a_code(
    app: Flask, db: Database, offices: Offices
) -> None:
    with db.writing() as session:
        person = find_person(session, offices.makham.agency_id, "auditor")
        assert isinstance(person, Person)
        person.password_hash = None
    browser = Browser(app)
    chooses(browser, types(browser, invited(db, offices.makham)))
    assert give_password(browser, "auditor", GOOD).headers["Location"] == "/desk/"
