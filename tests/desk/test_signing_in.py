from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from models import hashing
from models import login as staff
from models.agency import add_agency
from models.audit import AuditEntry
from models.database import Database
from models.login import Login
from models.person import Role, add_person, find_person, set_password
from tests.desk.browser import Browser
from tests.offices import NOON, PASSWORD, Office, Offices


def _sign_in(
    browser: Browser,
    username: str = "auditor",
    password: str = PASSWORD,
    agency: str = "makham",
    page: str = "/desk/sign-in",
) -> TestResponse:
    data = {"agency": agency, "username": username, "password": password}
    return browser.post(page, data, page=page)


def _actions(db: Database, office: Office) -> list[str]:
    with db.reading() as session:
        query = select(AuditEntry.action).where(AuditEntry.agency_id == office.agency_id)
        return list(session.scalars(query.order_by(AuditEntry.number)))


def test_the_right_password_opens_the_desk_and_signing_out_closes_it(
    browser: Browser, db: Database, offices: Offices
) -> None:
    answer = _sign_in(browser)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/")
    page = browser.get("/desk/").text
    assert "เทศบาลตำบลมะขาม" in page
    assert "ผู้ตรวจสอบภายใน" in page
    browser.post("/desk/sign-out", page="/desk/")
    assert browser.get("/desk/").headers["Location"] == "/desk/sign-in"
    assert _actions(db, offices.makham) == ["person.signed_in", "person.signed_out"]
    assert _actions(db, offices.bangphra) == []


def test_user_names_belong_to_their_agency(
    browser: Browser, db: Database, offices: Offices
) -> None:
    _sign_in(browser, agency="bangphra")
    assert "อบต.บางพระ" in browser.get("/desk/").text


def test_a_wrong_password_and_an_unknown_name_are_told_the_same(
    app: Flask, offices: Offices
) -> None:
    answers = [
        _sign_in(Browser(app), password="not the password"),
        _sign_in(Browser(app), username="nobody"),
        _sign_in(Browser(app), agency="nowhere"),
    ]
    assert {answer.status_code for answer in answers} == {401}
    for answer in answers:
        assert "ข้อมูลเข้าสู่ระบบไม่ถูกต้อง" in answer.text
        assert "not the password" not in answer.text


def test_five_wrong_passwords_lock_even_the_right_one_out_for_a_while(
    app: Flask, db: Database, offices: Offices, frozen: time_machine.Traveller
) -> None:
    attacker = Browser(app)
    for _ in range(5):
        answer = _sign_in(attacker, password="not the password")
    assert "กรุณารอสักครู่" in answer.text
    owner = Browser(app)
    assert _sign_in(owner).status_code == 401
    assert _actions(db, offices.makham) == ["person.locked"]
    frozen.move_to(NOON + timedelta(minutes=16))
    assert _sign_in(owner).status_code == 302


def test_the_word_to_wait_does_not_tell_who_exists(app: Flask, offices: Offices) -> None:
    pages = []
    for name in ("auditor", "nobody"):
        browser = Browser(app)
        for _ in range(6):
            answer = _sign_in(browser, username=name, password="not the password")
        pages.append("กรุณารอสักครู่" in answer.text)
    assert pages == [True, True]


def test_a_changed_password_signs_out_everywhere(
    app: Flask, db: Database, offices: Offices
) -> None:
    office_pc, phone = Browser(app), Browser(app)
    for browser in (office_pc, phone):
        _sign_in(browser)
        assert browser.get("/desk/").status_code == 200
    with db.writing() as session:
        person = find_person(session, offices.makham.agency_id, "auditor")
        assert person
        set_password(person, "another long pass phrase")
    for browser in (office_pc, phone):
        assert browser.get("/desk/").status_code == 302


def test_a_session_ends_after_eight_hours(
    browser: Browser, offices: Offices, frozen: time_machine.Traveller
) -> None:
    _sign_in(browser)
    frozen.move_to(NOON + timedelta(hours=7, minutes=59))
    assert browser.get("/desk/people").status_code == 200
    frozen.move_to(NOON + timedelta(hours=16))
    assert browser.get("/desk/people").status_code == 302


def test_the_page_that_was_asked_for_comes_after_signing_in(
    browser: Browser, offices: Offices
) -> None:
    asked = browser.get("/desk/measures?year=2566").headers["Location"]
    assert asked == "/desk/sign-in?next=/desk/measures?year%3D2566"
    assert _sign_in(browser, page=asked).headers["Location"] == "/desk/measures?year=2566"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/desk/",
        "//evil.example/desk/",
        "/\\evil.example/desk/",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/desk/\r\nSet-Cookie: a=b",
        "/elsewhere",
        "desk/",
        "/desk",
    ],
)
def test_a_next_page_outside_the_desk_is_refused(app: Flask, offices: Offices, target: str) -> None:
    browser = Browser(app)
    token = browser.token()
    answer = browser.client.post(
        "/desk/sign-in",
        query_string={"next": target},
        data={
            "csrf_token": token,
            "agency": "makham",
            "username": "auditor",
            "password": PASSWORD,
        },
    )
    assert answer.headers["Location"] == "/desk/"


def test_the_only_agency_of_an_installation_is_not_asked_for(app: Flask, db: Database) -> None:
    with db.writing() as session:
        agency = add_agency(
            session,
            slug="alone",
            name="อบต.หนึ่งเดียว",
            channel_secret="s",
            channel_token="t",
            now=NOON,
        )
        add_person(session, agency.id, username="a", name="ก", role=Role.AUDITOR, password=PASSWORD)
    browser = Browser(app)
    page = browser.get("/desk/sign-in").text
    assert "อบต.หนึ่งเดียว" in page
    assert 'name="agency"' not in page
    answer = browser.post("/desk/sign-in", {"username": "a", "password": PASSWORD})
    assert answer.headers["Location"] == "/desk/"


def test_the_agency_of_the_address_is_filled_in_and_escaped(
    browser: Browser, offices: Offices
) -> None:
    assert 'value="makham"' in browser.get("/desk/sign-in?agency=makham").text
    assert "<script>" not in browser.get('/desk/sign-in?agency="><script>').text


@pytest.mark.parametrize("field", ["agency", "username", "password"])
def test_strange_characters_are_only_a_wrong_name(app: Flask, offices: Offices, field: str) -> None:
    data = {"agency": "makham", "username": "auditor", "password": PASSWORD, field: "\0'\udcff🙂ก"}
    data[field] = data[field].encode("utf-8", "replace").decode()
    assert Browser(app).post("/desk/sign-in", data).status_code == 401


def test_what_is_left_empty_is_said_beside_its_field(browser: Browser, offices: Offices) -> None:
    answer = browser.post("/desk/sign-in", {"agency": " ", "username": " ", "password": ""})
    assert answer.status_code == 422
    for words in ("กรุณากรอกรหัสหน่วยงาน", "กรุณากรอกชื่อผู้ใช้", "กรุณากรอกรหัสผ่าน"):
        assert words in answer.text


@pytest.mark.parametrize(
    "planted", ["", "x", "1:2:3", "1:00000000-0000-0000-0000-000000000000:k", "::", "²:x:y"]
)
def test_a_cookie_that_speaks_of_nobody_is_nobody(
    app: Flask, offices: Offices, planted: str
) -> None:
    browser = Browser(app)
    with browser.client.session_transaction() as session:
        session["_user_id"] = planted
    assert browser.get("/desk/").status_code == 302


def test_another_persons_session_key_opens_nothing(app: Flask, offices: Offices) -> None:
    one, other = offices.makham.people["officer"], offices.makham.people["admin"]
    browser = Browser(app)
    with browser.client.session_transaction() as session:
        session["_user_id"] = f"{other.agency_id}:{other.id}:{one.session_key}"
    assert browser.get("/desk/").status_code == 302


def test_what_was_in_the_session_before_the_password_is_gone_after_it(
    browser: Browser, offices: Offices
) -> None:
    with browser.client.session_transaction() as session:
        session["planted"] = "by somebody else"
    _sign_in(browser)
    with browser.client.session_transaction() as session:
        assert "planted" not in session


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of each comparison of a password with a hash: whether it was the right one."""
    seen: list[bool] = []
    honest = hashing._hasher

    class Watched:
        def verify(self, password_hash: str, password: str) -> bool:
            seen.append(False)
            seen[-1] = honest.verify(password_hash, password)
            return seen[-1]

        def check_needs_rehash(self, password_hash: str) -> bool:
            return honest.check_needs_rehash(password_hash)

        def hash(self, password: str) -> str:
            return honest.hash(password)

    monkeypatch.setattr(hashing, "_hasher", Watched())
    return seen


def test_each_attempt_costs_one_comparison_whoever_is_named(
    app: Flask, db: Database, offices: Offices, compared: list[bool]
) -> None:
    with db.writing() as session:
        for name, change in (
            ("clerk", {"active": False}),
            ("finance", {"password_hash": None}),
            ("integrity", {"locked_until": NOON + timedelta(minutes=9)}),
        ):
            person = find_person(session, offices.makham.agency_id, name)
            for attribute, value in change.items():
                setattr(person, attribute, value)
    for name in ("auditor", "nobody", "clerk", "finance", "integrity"):
        for password in ("not the password", PASSWORD):
            compared.clear()
            answer = _sign_in(Browser(app), username=name, password=password)
            assert len(compared) == 1, (name, password)
            assert answer.status_code == (302 if (name, password) == ("auditor", PASSWORD) else 401)
    compared.clear()
    _sign_in(Browser(app), agency="nowhere")
    assert len(compared) == 1


def test_nothing_waits_for_the_database_while_a_password_is_compared(
    app: Flask, db: Database, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = staff.password_matches
    wrote: list[bool] = []

    def write() -> bool:
        with db.writing() as session:
            person = find_person(session, offices.makham.agency_id, "auditor")
            assert person
            person.name = "เจ้าหน้าที่ที่เปลี่ยนชื่อ"
        return True

    def while_another_writes(login: Login | None, password: str) -> bool:
        with ThreadPoolExecutor(1) as pool:
            wrote.append(pool.submit(write).result(timeout=5))
        return honest(login, password)

    monkeypatch.setattr(staff, "password_matches", while_another_writes)
    assert _sign_in(Browser(app)).status_code == 302
    assert wrote == [True]


def test_a_password_that_was_changed_while_it_was_compared_opens_nothing(
    app: Flask, db: Database, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = staff.password_matches

    def while_it_is_changed(login: Login | None, password: str) -> bool:
        with db.writing() as session:
            person = find_person(session, offices.makham.agency_id, "auditor")
            assert person
            set_password(person, "another long pass phrase")
        return honest(login, password)

    monkeypatch.setattr(staff, "password_matches", while_it_is_changed)
    assert _sign_in(Browser(app)).status_code == 401
    assert _actions(db, offices.makham) == []


def test_who_was_sent_away_while_it_was_compared_stays_outside(
    app: Flask, db: Database, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = staff.password_matches

    def while_they_leave(login: Login | None, password: str) -> bool:
        with db.writing() as session:
            person = find_person(session, offices.makham.agency_id, "auditor")
            assert person
            person.active = False
        return honest(login, password)

    monkeypatch.setattr(staff, "password_matches", while_they_leave)
    assert _sign_in(Browser(app)).status_code == 401
    assert _actions(db, offices.makham) == []


def test_wrong_guesses_of_the_same_moment_are_all_counted(
    app: Flask, db: Database, offices: Offices
) -> None:
    def guess(_number: int) -> int:
        return _sign_in(Browser(app), password="not the password").status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(guess, range(4))) == {401}
    with db.reading() as session:
        person = find_person(session, offices.makham.agency_id, "auditor")
        assert person
        assert (person.failed_logins, person.locked_until) == (4, None)
    assert guess(5) == 401
    assert _sign_in(Browser(app)).status_code == 401
    assert _actions(db, offices.makham) == ["person.locked"]


def test_a_hash_that_has_fallen_behind_is_renewed_by_signing_in(
    app: Flask, db: Database, offices: Offices
) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash(PASSWORD)
    with db.writing() as session:
        person = find_person(session, offices.makham.agency_id, "auditor")
        assert person
        person.password_hash = weak
    for _ in range(2):
        assert _sign_in(Browser(app)).status_code == 302
    with db.reading() as session:
        person = find_person(session, offices.makham.agency_id, "auditor")
        assert person
        assert person.password_hash not in (None, weak)
