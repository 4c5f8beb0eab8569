"""One's own account, freshness, live pieces, and what Flask-Security must not bring along."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask_security import hash_password, verify_password
from sqlalchemy import select

from handlers.desk.blueprint import desk
from handlers.desk.freshness import ask_again, is_fresh
from handlers.desk.permissions import FRESH, ROUTES
from models.audit import AuditEntry
from models.database import Database
from models.person import find_person
from tests.desk.browser import Browser
from tests.desk.factors import come_in, give_authenticator, give_password
from tests.offices import NOON, PASSWORD, Office, Offices

NEW = "another long pass phrase"


def actions(db: Database, office: Office) -> list[str]:
    with db.reading() as session:
        query = select(AuditEntry.action).where(AuditEntry.agency_id == office.agency_id)
        return list(session.scalars(query.order_by(AuditEntry.number)))


def change(browser: Browser, old: str, new: str) -> int:
    data = {"old_password": old, "new_password": new}
    return browser.post("/desk/account/password", data, page="/desk/account").status_code


def test_one_s_own_password_is_changed_with_the_old_one_and_ends_other_sessions(
    app: Flask, db: Database, offices: Offices
) -> None:
    here, elsewhere = Browser(app), Browser(app)
    for browser in (here, elsewhere):
        give_password(browser, "auditor")
    assert change(here, "not the old one", NEW) == 422
    assert change(here, PASSWORD, NEW) == 302
    assert here.get("/desk/account").status_code == 200
    assert elsewhere.get("/desk/").status_code == 302
    assert give_password(Browser(app), "auditor").status_code == 401
    assert give_password(Browser(app), "auditor", NEW).status_code == 302
    assert actions(db, offices.makham)[2] == "person.password_changed"


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("short", "อย่างน้อย 10 ตัวอักษร"),
        ("auditor123", "ต้องไม่ใช่ชื่อผู้ใช้"),
        ("qwertyuiop", "เดาได้ง่ายมาก"),
        ("aaaaaaaaaaaa", "เดาได้ง่ายมาก"),
        ("ก" * 201, "ยาวเกินไป"),
        ("", "กรุณากรอกรหัสผ่านใหม่"),
    ],
    ids=["short", "the user name", "a common one", "one letter", "too long", "empty"],
)
def test_a_password_that_is_easily_guessed_is_refused_with_a_reason(
    browser: Browser, offices: Offices, new: str, said: str
) -> None:
    browser.enter(offices.makham.people["auditor"])
    data = {"old_password": PASSWORD, "new_password": new}
    answer = browser.post("/desk/account/password", data, page="/desk/account")
    assert answer.status_code == 422
    assert said in answer.text
    assert PASSWORD not in answer.text


def test_guesses_at_the_old_password_lock_as_at_the_sign_in(
    app: Flask, db: Database, offices: Offices
) -> None:
    browser = Browser(app).enter(offices.makham.people["auditor"])
    for _ in range(5):
        assert change(browser, "not the old one", NEW) == 422
    assert change(browser, PASSWORD, NEW) == 422
    assert give_password(Browser(app), "auditor").status_code == 401
    assert actions(db, offices.makham) == ["person.locked"]


def test_leaving_everywhere_ends_this_session_and_all_others(app: Flask, offices: Offices) -> None:
    here, elsewhere = Browser(app), Browser(app)
    for browser in (here, elsewhere):
        give_password(browser, "auditor")
    here.post("/desk/account/leave-everywhere", {"sure": "yes"}, page="/desk/account")
    for browser in (here, elsewhere):
        assert browser.get("/desk/").status_code == 302


def test_the_account_tells_when_one_was_last_in(
    app: Flask, offices: Offices, frozen: time_machine.Traveller
) -> None:
    browser = Browser(app)
    give_password(browser, "auditor")
    assert "ครั้งนี้เป็นครั้งแรก" in browser.get("/desk/account").text
    frozen.move_to(NOON + timedelta(days=1))
    later = Browser(app)
    give_password(later, "auditor")
    assert re.search(r"เข้าสู่ระบบครั้งก่อน</dt><dd>15 มี\.ค\. (25)?66", later.get("/desk/account").text)


def _fresh_pages(app: Flask) -> None:
    """A view that knows only when it has looked."""

    def look() -> object:
        return "the report" if is_fresh() else ask_again()

    for method in ("GET", "POST"):
        app.add_url_rule(
            f"/desk/test-{method.lower()}", f"desk.test_{method.lower()}", look, methods=[method]
        )


@pytest.fixture
def stale(own_app: Flask, offices: Offices, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """Somebody who gave the password too long ago, in a desk with two more pages."""
    monkeypatch.setitem(ROUTES, "desk.test_get", ROUTES["desk.home"])  # type: ignore[arg-type]
    monkeypatch.setitem(ROUTES, "desk.test_post", ROUTES["desk.home"])  # type: ignore[arg-type]
    _fresh_pages(own_app)
    own_app.before_request_funcs.setdefault("desk", [])
    return Browser(own_app).enter(offices.makham.people["officer"], fresh=False)


def test_a_view_can_ask_for_the_password_again_and_is_come_back_to(stale: Browser) -> None:
    answer = stale.get("/desk/test-get?a=1")
    assert answer.headers["Location"] == "/desk/confirm?next=/desk/test-get?a%3D1"
    page = answer.headers["Location"]
    assert stale.post(page, {"password": "not it"}, page=page).status_code == 401
    answer = stale.post(page, {"password": PASSWORD}, page=page)
    assert answer.headers["Location"] == "/desk/test-get?a=1"
    assert stale.get("/desk/test-get?a=1").text == "the report"


def test_a_form_that_needs_the_password_again_keeps_what_was_typed(stale: Browser) -> None:
    answer = stale.post("/desk/test-post", {"note": "ข้อความ ยาว"})
    assert answer.status_code == 401
    kept = re.search(r'name="kept" value="([^"]+)"', answer.text)
    assert kept
    data = {"password": PASSWORD, "kept": kept.group(1)}
    answer = stale.post("/desk/confirm", data, page="/desk/confirm")
    assert 'action="/desk/test-post"' in answer.text
    assert "ข้อความ ยาว" in answer.text


def test_a_quarter_of_an_hour_after_the_password_it_is_asked_for_again(
    app: Flask, db: Database, offices: Offices, frozen: time_machine.Traveller
) -> None:
    phone = give_authenticator(db, offices.makham.people["admin"])
    browser = Browser(app)
    come_in(browser, "admin", phone)
    assert browser.get("/desk/second-factor").status_code == 200
    frozen.move_to(NOON + timedelta(minutes=14, seconds=59))
    assert browser.get("/desk/second-factor").status_code == 200
    frozen.move_to(NOON + timedelta(minutes=15, seconds=1))
    answer = browser.get("/desk/second-factor")
    assert answer.headers["Location"].startswith("/desk/confirm?next=")


@pytest.mark.parametrize("target", ["https://evil.example/desk/", "//evil.example", "/elsewhere"])
def test_the_page_that_asks_again_leads_nowhere_else_than_the_desk(
    app: Flask, offices: Offices, target: str
) -> None:
    browser = Browser(app).enter(offices.makham.people["auditor"], fresh=False)
    answer = browser.client.post(
        "/desk/confirm",
        query_string={"next": target},
        data={"csrf_token": browser.token("/desk/confirm"), "password": PASSWORD},
    )
    assert answer.headers["Location"] == "/desk/"


def test_guesses_at_the_page_that_asks_again_lock(
    app: Flask, db: Database, offices: Offices
) -> None:
    browser = Browser(app).enter(offices.makham.people["auditor"], fresh=False)
    for _ in range(5):
        browser.post("/desk/confirm", {"password": "not it"}, page="/desk/confirm")
    answer = browser.post("/desk/confirm", {"password": PASSWORD}, page="/desk/confirm")
    assert answer.status_code == 401
    assert actions(db, offices.makham) == ["person.locked"]


def test_every_page_that_must_be_fresh_is_a_page() -> None:
    assert set(ROUTES) >= FRESH


def test_live_pieces_do_not_prolong_a_session_and_ask_nobody_to_sign_in(
    app: Flask, offices: Offices, frozen: time_machine.Traveller
) -> None:
    browser = Browser(app)
    give_password(browser, "auditor")
    live = {"X-Live": ""}
    assert "Set-Cookie" not in browser.client.get("/desk/", headers=live).headers
    assert "Set-Cookie" in browser.get("/desk/").headers
    for hours in (4, 7, 9):
        frozen.move_to(NOON + timedelta(hours=hours))
        answer = browser.client.get("/desk/", headers=live)
        assert answer.status_code == (200 if hours < 8 else 401), hours
    assert (answer.text, answer.headers.get("Location")) == ("", None)


def test_no_page_of_flask_security_is_there_and_none_of_its_tokens_opens(
    app: Flask, offices: Offices, db: Database
) -> None:
    assert {rule.endpoint.partition(".")[0] for rule in app.url_map.iter_rules()} <= {
        *(desk.name, "bootstrap", "static")
    }
    person = offices.makham.people["officer"]
    with app.test_request_context():
        serializer = app.extensions["security"].remember_token_serializer
        uid = f"{person.agency_id}:{person.id}:{person.session_key}"
        token = serializer.dumps({"ver": "5", "uid": uid, "fs_paa": 0, "exp": 0})
    client = app.test_client()
    for how in (
        {"headers": {"Authentication-Token": token}},
        {"query_string": {"auth_token": token}},
    ):
        assert client.get("/desk/", **how).status_code == 302  # type: ignore[arg-type]


def test_pages_outside_the_desk_look_nobody_up(
    own_app: Flask, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_app.add_url_rule("/line/key", "webhook", lambda: "OK", methods=["POST"])
    browser = Browser(own_app).enter(offices.makham.people["officer"])

    def fail(*_args: object) -> None:
        raise OSError("no database")

    monkeypatch.setattr("handlers.desk.viewer.get_person", fail)
    assert browser.client.post("/line/key", data="{}").text == "OK"


def test_flask_security_and_our_own_code_read_each_other_s_hashes(
    app: Flask, db: Database, offices: Offices
) -> None:
    with db.reading() as session:
        person = find_person(session, offices.makham.agency_id, "officer")
        assert person
        stored = person.password_hash
    with app.test_request_context():
        assert stored
        assert verify_password(PASSWORD, stored)
        theirs = hash_password(NEW)
    with db.writing() as session:
        person = find_person(session, offices.makham.agency_id, "auditor")
        assert person
        person.password_hash = theirs
    assert give_password(Browser(app), "auditor", NEW).status_code == 302


def test_nothing_leaves_as_a_file_without_the_password_of_the_last_quarter_of_an_hour(
    app: Flask, offices: Offices
) -> None:
    browser = Browser(app).enter(offices.makham.people["admin"], fresh=False)
    exports = [
        str(rule.rule).replace("<any(csv, xlsx):kind>", "csv")
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("desk.") and re.search("export|csv", rule.endpoint)
    ]
    assert len(exports) >= 4
    for url in exports:
        answer = browser.get(f"{url}?format=csv")
        assert answer.status_code == 302, url
        assert answer.headers["Location"].startswith("/desk/confirm"), url
