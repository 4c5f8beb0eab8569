"""Setting an authenticator up is done whole, recovery codes too, or not at all."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from handlers.desk import second_factor as pages
from handlers.desk.viewer import Viewer
from models import second_factor
from models.audit import AuditEntry
from models.database import Database
from models.person import Person, find_person
from tests.desk.browser import Browser
from tests.desk.factors import CODES, Authenticator, come_in, give_code, give_password
from tests.offices import NOON, Office, Offices

SETUP, MOVE = "/desk/sign-in/setup", "/desk/second-factor"


def stored(db: Database, office: Office, username: str = "officer") -> Person:
    with db.reading() as session:
        found = find_person(session, office.agency_id, username)
        assert found
        return found


def deeds(db: Database, office: Office) -> list[str]:
    with db.reading() as session:
        query = select(AuditEntry.action).where(AuditEntry.agency_id == office.agency_id)
        return list(session.scalars(query.order_by(AuditEntry.number)))


def lock(db: Database, office: Office) -> None:
    with db.writing() as session:
        person = find_person(session, office.agency_id, "officer")
        assert person
        person.locked_until = NOON + timedelta(minutes=5)


@pytest.fixture
def half_way(app: Flask, offices: Offices) -> tuple[Browser, Authenticator]:
    """After the password, with the key of the page in an app."""
    browser = Browser(app)
    give_password(browser, "officer")
    return browser, Authenticator.from_page(browser.get(SETUP).text)


def post_at_once(browser: Browser, code: str, page: str = SETUP) -> tuple[int, str]:
    answer = give_code(browser, code, page)
    return answer.status_code, answer.text


def test_while_the_account_is_locked_nothing_is_set_up_and_the_page_says_why(
    db: Database,
    offices: Offices,
    half_way: tuple[Browser, Authenticator],
    frozen: time_machine.Traveller,
) -> None:
    browser, phone = half_way
    lock(db, offices.makham)
    status, text = post_at_once(browser, phone.code())
    assert status == 409
    assert "พักการเข้าใช้ชั่วคราว" in text
    person = stored(db, offices.makham)
    assert (person.totp_secret, person.totp_counter, person.recovery_codes) == (None, None, None)
    assert deeds(db, offices.makham) == []
    assert browser.get("/desk/").status_code == 302
    # The same app, when the pause is over.
    frozen.move_to(NOON + timedelta(minutes=6))
    status, text = post_at_once(browser, phone.code())
    assert status == 200
    assert len(CODES.findall(text)) == 10


def test_moving_it_while_the_account_is_locked_keeps_the_old_one(
    app: Flask, db: Database, offices: Offices
) -> None:
    person = offices.makham.people["officer"]
    browser = Browser(app).enter(person)
    phone = Authenticator.from_page(browser.get(MOVE).text)
    assert post_at_once(browser, phone.code(), MOVE)[0] == 200
    before = stored(db, offices.makham)
    other = Authenticator.from_page(browser.get(MOVE).text)
    assert other.secret != phone.secret
    lock(db, offices.makham)
    assert post_at_once(browser, other.code(), MOVE)[0] == 409
    after = stored(db, offices.makham)
    assert (after.totp_secret, after.recovery_codes) == (before.totp_secret, before.recovery_codes)


def test_of_two_windows_at_the_sign_in_the_second_does_not_replace_the_first_s_app(
    app: Flask, db: Database, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the second one's look and its writing the first has set its own up."""
    first, second = Browser(app), Browser(app)
    phones = []
    for browser in (first, second):
        give_password(browser, "officer")
        phones.append(Authenticator.from_page(browser.get(SETUP).text))
    token, really = second.token(SETUP), pages.half_in
    shown = ""

    def looked_before() -> tuple[Viewer, str | None] | None:
        nonlocal shown
        found = really()
        monkeypatch.setattr(pages, "half_in", really)
        with ThreadPoolExecutor(1) as pool:  # a request of its own
            shown = pool.submit(give_code, first, phones[0].code(), SETUP).result().text
        return found

    monkeypatch.setattr(pages, "half_in", looked_before)
    answer = second.client.post(SETUP, data={"csrf_token": token, "code": phones[1].code()})
    assert answer.status_code == 409
    assert "ตั้งแอปของบัญชีนี้ไปแล้ว" in answer.text
    with db.reading() as session:
        person = find_person(session, offices.makham.agency_id, "officer")
        assert person
        kept = second_factor.secret_of(session, person)
    assert kept is not None
    assert _key(kept) == _key(phones[0].secret)
    assert deeds(db, offices.makham).count("person.second_factor_set") == 1
    # The recovery codes that the first was shown are good.
    good = CODES.findall(shown)
    again = Browser(app)
    give_password(again, "officer")
    assert give_code(again, good[0], "/desk/sign-in/recovery").status_code == 302


def _key(secret: str) -> str:
    found = re.search(r'"key":\s*"([A-Z2-7]+)"', secret)
    assert found
    return found.group(1)


def test_the_same_key_confirmed_twice_leaves_the_recovery_codes_that_were_shown(
    app: Flask, db: Database, offices: Offices
) -> None:
    browser = Browser(app).enter(offices.makham.people["officer"])
    phone = Authenticator.from_page(browser.get(MOVE).text)
    with browser.client.session_transaction() as session:
        pending = session["new_factor"]
    shown = CODES.findall(post_at_once(browser, phone.code(), MOVE)[1])
    with browser.client.session_transaction() as session:
        session["new_factor"] = pending  # another window, whose cookie was older
    assert post_at_once(browser, phone.code(1), MOVE)[0] == 409
    with db.writing() as session:
        person = find_person(session, offices.makham.agency_id, "officer")
        assert person
        assert second_factor.use_recovery_code(session, person, shown[0])


def test_moving_one_s_own_app_is_another_line_of_the_log_than_a_first_one(
    app: Flask, db: Database, offices: Offices
) -> None:
    browser = Browser(app)
    give_password(browser, "officer")
    phone = Authenticator.from_page(browser.get(SETUP).text)
    give_code(browser, phone.code(), SETUP)
    other = Authenticator.from_page(browser.get(MOVE).text)
    assert give_code(browser, other.code(), MOVE).status_code == 200
    found = [one for one in deeds(db, offices.makham) if "second_factor" in one]
    assert found == ["person.second_factor_set", "person.second_factor_moved"]
    assert come_in(Browser(app), "officer", other).status_code == 401  # used up by setting it up
