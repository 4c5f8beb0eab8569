"""The second page of the sign-in: who is asked, codes that count once, recovery codes, lockout."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from handlers.desk.permissions import Permission, may
from models import second_factor
from models.audit import AuditEntry
from models.database import Database
from models.person import Role, find_person
from tests.desk.browser import Browser
from tests.desk.factors import (
    CODES,
    Authenticator,
    come_in,
    give_authenticator,
    give_code,
    give_password,
)
from tests.offices import NOON, PASSWORD, Office, Offices


def actions(db: Database, office: Office) -> list[str]:
    with db.reading() as session:
        query = select(AuditEntry.action).where(AuditEntry.agency_id == office.agency_id)
        return list(session.scalars(query.order_by(AuditEntry.number)))


@pytest.fixture
def phone(db: Database, offices: Offices) -> Authenticator:
    return give_authenticator(db, offices.makham.people["officer"])


def set_up(browser: Browser, username: str) -> tuple[Authenticator, list[str]]:
    """From the first password to the recovery codes; the key is read off the page, as typed."""
    answer = give_password(browser, username)
    assert answer.headers["Location"] == "/desk/sign-in/setup"
    page = browser.get("/desk/sign-in/setup").text
    phone = Authenticator.from_page(page)
    page = give_code(browser, phone.code(), "/desk/sign-in/setup").text
    return phone, CODES.findall(page)


def test_a_code_is_asked_of_whoever_may_see_complaints_and_of_nobody_else(
    app: Flask, offices: Offices
) -> None:
    for person in offices.makham.people.values():
        answer = give_password(Browser(app), person.username)
        asked = answer.headers["Location"] == "/desk/sign-in/setup"
        assert asked == may(person.role, Permission.COMPLAINTS), person.username
        assert asked or answer.headers["Location"] == "/desk/"


def test_the_password_alone_opens_nothing_until_the_app_is_set_up(
    browser: Browser, db: Database, offices: Offices
) -> None:
    give_password(browser, "officer")
    for url in ("/desk/", "/desk/complaints", "/desk/account", "/desk/second-factor"):
        assert browser.get(url).headers["Location"].startswith("/desk/sign-in"), url
    assert actions(db, offices.makham) == []


def test_setting_the_app_up_lets_in_and_shows_ten_recovery_codes_once(
    browser: Browser, db: Database, offices: Offices
) -> None:
    phone, codes = set_up(browser, "officer")
    assert len(set(codes)) == 10
    assert browser.get("/desk/complaints").status_code == 200
    assert CODES.findall(browser.get("/desk/account").text) == []
    assert "เหลือรหัสสำรอง 10 รหัส" in browser.get("/desk/account").text
    assert actions(db, offices.makham) == [
        "person.second_factor_set",
        "person.recovery_codes_made",
        "person.signed_in",
    ]
    browser.post("/desk/sign-out", page="/desk/")
    # The code that set it up is used up; the next one opens.
    give_password(browser, "officer")
    assert give_code(browser, phone.code()).status_code == 401
    assert give_code(browser, phone.code(1)).headers["Location"] == "/desk/"


def test_a_wrong_code_does_not_set_the_app_up(browser: Browser, offices: Offices) -> None:
    give_password(browser, "officer")
    page = browser.get("/desk/sign-in/setup").text
    phone = Authenticator.from_page(page)
    answer = give_code(browser, phone.wrong(), "/desk/sign-in/setup")
    assert answer.status_code == 401
    assert (
        Authenticator.from_page(answer.text).secret == phone.secret
    )  # the app that scanned it already is not left behind
    assert browser.get("/desk/").status_code == 302


def test_the_key_stands_in_no_cookie_in_clear(browser: Browser, offices: Offices) -> None:
    give_password(browser, "officer")
    page = browser.get("/desk/sign-in/setup").text
    key = json.loads(Authenticator.from_page(page).secret)["key"]
    with browser.client.session_transaction() as session:
        assert key not in str(dict(session))


def test_a_code_in_thai_numerals_or_in_groups_is_the_same_code(
    app: Flask, offices: Offices, phone: Authenticator
) -> None:
    thai = phone.code().translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    browser = Browser(app)
    give_password(browser, "officer")
    assert give_code(browser, f" {thai[:3]} {thai[3:]} ").status_code == 302


@pytest.mark.parametrize(
    "typed", ["", "  ", "12345", "abcdef", "1234567", "\0", "🙂" * 6, "9" * 500]
)
def test_what_is_no_code_is_said_to_be_none(
    browser: Browser, offices: Offices, phone: Authenticator, typed: str
) -> None:
    give_password(browser, "officer")
    assert give_code(browser, typed).status_code in (401, 422)
    assert browser.get("/desk/").status_code == 302


def test_a_code_counts_once_whichever_browser_brings_it(
    app: Flask, offices: Offices, phone: Authenticator
) -> None:
    browsers = [Browser(app) for _ in range(2)]
    for browser in browsers:
        give_password(browser, "officer")
    code = phone.code()
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda one: give_code(one, code).status_code, browsers))
    assert sorted(answers) == [302, 401]
    late = Browser(app)
    give_password(late, "officer")
    assert give_code(late, phone.code(-1)).status_code == 401, "an earlier one is gone with it"


def test_a_telephone_may_be_half_a_minute_off_and_no_more(
    app: Flask, offices: Offices, phone: Authenticator, frozen: time_machine.Traveller
) -> None:
    for steps, status in ((-1, 302), (1, 302), (-2, 401), (2, 401)):
        frozen.move_to(NOON + timedelta(minutes=10 * (steps + 3)))
        browser = Browser(app)
        give_password(browser, "officer")
        assert give_code(browser, phone.code(steps)).status_code == status, steps


def test_wrong_codes_lock_as_wrong_passwords_do_and_the_password_does_not_begin_anew(
    app: Flask, db: Database, offices: Offices, phone: Authenticator, frozen: time_machine.Traveller
) -> None:
    """Who knows the password must not be able to guess at codes without end."""
    for _ in range(5):
        browser = Browser(app)
        assert give_password(browser, "officer").status_code == 302
        assert give_code(browser, phone.wrong()).status_code == 401
    assert actions(db, offices.makham) == ["person.locked"]
    assert give_code(browser, phone.code()).status_code == 401, "locked, even for the right one"
    assert give_password(Browser(app), "officer").status_code == 401, "locked for the password too"
    frozen.move_to(NOON + timedelta(seconds=31))
    other = Browser(app)
    give_password(other, "officer")
    assert give_code(other, phone.wrong()).status_code == 401
    frozen.move_to(NOON + timedelta(seconds=31 + 59))
    assert give_code(other, phone.code()).status_code == 401, "the pause has grown"
    frozen.move_to(NOON + timedelta(seconds=31 + 61))
    assert give_code(other, phone.code()).status_code == 302
    with db.reading() as session:
        person = find_person(session, offices.makham.agency_id, "officer")
        assert person
        assert (person.failed_logins, person.locked_until) == (0, None)


def test_ten_minutes_after_the_password_it_is_asked_for_again(
    browser: Browser, offices: Offices, phone: Authenticator, frozen: time_machine.Traveller
) -> None:
    give_password(browser, "officer")
    token = browser.token("/desk/sign-in/code")
    frozen.move_to(NOON + timedelta(minutes=10, seconds=1))
    data = {"csrf_token": token, "code": phone.code()}
    answer = browser.client.post("/desk/sign-in/code", data=data)
    assert answer.headers["Location"] == "/desk/sign-in"
    assert "เกิน 10 นาที" in browser.get("/desk/sign-in").text


def test_a_password_changed_between_the_two_pages_ends_the_half_way(
    browser: Browser, db: Database, offices: Offices, phone: Authenticator
) -> None:
    give_password(browser, "officer")
    token = browser.token("/desk/sign-in/code")
    with db.writing() as session:
        person = find_person(session, offices.makham.agency_id, "officer")
        assert person
        person.session_key = "another"
    data = {"csrf_token": token, "code": phone.code()}
    assert browser.client.post("/desk/sign-in/code", data=data).status_code == 302
    assert browser.get("/desk/").headers["Location"].startswith("/desk/sign-in")


@pytest.mark.parametrize("page", ["code", "recovery", "setup"])
def test_without_the_password_the_second_page_leads_to_the_first(
    app: Flask, offices: Offices, phone: Authenticator, page: str
) -> None:
    browser = Browser(app)
    assert browser.get(f"/desk/sign-in/{page}").headers["Location"] == "/desk/sign-in"
    answer = browser.post(f"/desk/sign-in/{page}", {"code": phone.code()})
    assert answer.headers["Location"] == "/desk/sign-in"
    with browser.client.session_transaction() as session:
        session["half_in"] = {"id": "1:x:y", "at": NOON.timestamp(), "next": ""}
    assert browser.get(f"/desk/sign-in/{page}").headers["Location"] == "/desk/sign-in"


def test_somebody_with_an_app_cannot_set_another_one_up_with_the_password_alone(
    browser: Browser, offices: Offices, phone: Authenticator
) -> None:
    give_password(browser, "officer")
    assert browser.get("/desk/sign-in/setup").headers["Location"] == "/desk/sign-in/code"
    answer = give_code(browser, "000000", "/desk/sign-in/setup")
    assert answer.headers["Location"] == "/desk/sign-in/code"


def test_a_recovery_code_opens_once_and_says_how_few_are_left(
    app: Flask, db: Database, offices: Offices
) -> None:
    _, codes = set_up(Browser(app), "officer")
    for number, code in enumerate(codes[:8], start=1):
        browser = Browser(app)
        give_password(browser, "officer")
        answer = give_code(browser, code.lower().replace("-", " "), "/desk/sign-in/recovery")
        assert answer.headers["Location"] == "/desk/", number
        home = browser.get("/desk/").text
        assert ("เหลือรหัสสำรองอีก 2 รหัส" in home) == (number == 8)
    again = Browser(app)
    give_password(again, "officer")
    assert give_code(again, codes[0], "/desk/sign-in/recovery").status_code == 401
    assert actions(db, offices.makham).count("person.recovery_code_used") == 8


def test_of_two_who_bring_the_same_recovery_code_at_once_one_gets_in(
    app: Flask, offices: Offices
) -> None:
    _, codes = set_up(Browser(app), "officer")
    browsers = [Browser(app) for _ in range(2)]
    for browser in browsers:
        give_password(browser, "officer")

    def bring(browser: Browser) -> int:
        return give_code(browser, codes[0], "/desk/sign-in/recovery").status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(bring, browsers)) == [302, 401]


def test_wrong_recovery_codes_lock_too(app: Flask, db: Database, offices: Offices) -> None:
    _, codes = set_up(Browser(app), "officer")
    browser = Browser(app)
    give_password(browser, "officer")
    for _ in range(5):
        answer = give_code(browser, "AAAAA-AAAAA", "/desk/sign-in/recovery")
        assert answer.status_code == 401
    assert give_code(browser, codes[0], "/desk/sign-in/recovery").status_code == 401
    assert actions(db, offices.makham)[-1] == "person.locked"


def test_new_recovery_codes_end_the_old_ones_and_need_the_password_of_just_now(
    app: Flask, db: Database, offices: Offices
) -> None:
    browser = Browser(app)
    _, old = set_up(browser, "officer")
    new = CODES.findall(browser.post("/desk/second-factor/codes", page="/desk/account").text)
    assert len(new) == 10
    assert not set(new) & set(old)
    other = Browser(app)
    give_password(other, "officer")
    assert give_code(other, old[0], "/desk/sign-in/recovery").status_code == 401
    assert give_code(other, new[0], "/desk/sign-in/recovery").status_code == 302
    stale = Browser(app).enter(offices.makham.people["officer"], fresh=False)
    answer = stale.post("/desk/second-factor/codes", page="/desk/account")
    assert "ยืนยันรหัสผ่านอีกครั้ง" in answer.text


def test_whoever_need_not_may_set_the_app_up_and_is_asked_from_then_on(
    app: Flask, db: Database, offices: Offices
) -> None:
    auditor = offices.makham.people["auditor"]
    assert auditor.role is Role.AUDITOR
    browser = Browser(app)
    give_password(browser, "auditor")
    page = browser.get("/desk/second-factor").text
    phone = Authenticator.from_page(page)
    assert give_code(browser, phone.code(), "/desk/second-factor").status_code == 200
    assert browser.get("/desk/account").status_code == 200
    assert give_password(Browser(app), "auditor").headers["Location"] == "/desk/sign-in/code"


def test_a_session_that_lacks_the_second_factor_opens_nothing(
    app: Flask, offices: Offices, phone: Authenticator
) -> None:
    """As when a role is granted complaints while its people are in."""
    browser = Browser(app).enter(offices.makham.people["officer"])
    with browser.client.session_transaction() as session:
        session["second_factor"] = False
    assert browser.get("/desk/").headers["Location"].startswith("/desk/sign-in")


def test_what_was_planted_before_the_password_is_gone_at_both_pages(
    browser: Browser, offices: Offices, phone: Authenticator
) -> None:
    for step in (
        lambda: give_password(browser, "officer"),
        lambda: give_code(browser, phone.code()),
    ):
        with browser.client.session_transaction() as session:
            session["planted"] = "by somebody else"
            before = session.get("csrf_token")
        step()
        with browser.client.session_transaction() as session:
            assert "planted" not in session
            assert session.get("csrf_token") != before or before is None


@pytest.mark.parametrize("target", ["https://evil.example/desk/", "//evil.example", "/elsewhere"])
def test_the_second_page_leads_nowhere_else_than_the_desk(
    app: Flask, offices: Offices, phone: Authenticator, target: str
) -> None:
    browser = Browser(app)
    token = browser.token()
    data = {"csrf_token": token, "agency": "makham", "username": "officer", "password": PASSWORD}
    browser.client.post("/desk/sign-in", query_string={"next": target}, data=data)
    assert give_code(browser, phone.code()).headers["Location"] == "/desk/"


def test_the_page_that_was_asked_for_comes_after_both_pages(
    browser: Browser, offices: Offices, phone: Authenticator
) -> None:
    asked = browser.get("/desk/complaints?page=2").headers["Location"]
    answer = come_in(browser, "officer", phone, page=asked)
    assert answer.headers["Location"] == "/desk/complaints?page=2"


def test_forged_forms_are_refused_on_every_page_of_the_sign_in(
    browser: Browser, offices: Offices, phone: Authenticator
) -> None:
    give_password(browser, "officer")
    for page in ("code", "recovery", "setup"):
        data = {"csrf_token": "forged", "code": phone.code()}
        assert browser.client.post(f"/desk/sign-in/{page}", data=data).status_code == 400
    assert browser.get("/desk/").status_code == 302


def test_the_form_helps_whoever_types_it(
    browser: Browser, offices: Offices, phone: Authenticator
) -> None:
    give_password(browser, "officer")
    page = browser.get("/desk/sign-in/code").text
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    assert "แอปยืนยันตัวตนจำลอง" not in page, "only the demo plays an authenticator"


def test_a_counter_is_used_up_by_the_database_and_not_by_a_process(
    db: Database, offices: Offices, phone: Authenticator
) -> None:
    with db.writing() as session:
        person = find_person(session, offices.makham.agency_id, "officer")
        assert person
        assert second_factor.use_counter(session, person, 100)
        assert not second_factor.use_counter(session, person, 100)
        assert not second_factor.use_counter(session, person, 99)
        assert second_factor.use_counter(session, person, 101)
