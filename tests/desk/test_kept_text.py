"""A long text whose session had ended when it was sent: kept, shown again, and sent by a click."""

from __future__ import annotations

import base64
import io
import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from handlers.desk.kept import FIELD, MOST_BYTES
from models.database import Database
from models.person import find_person
from tests.desk.browser import Browser
from tests.desk.factors import Authenticator, come_in, give_authenticator, give_password
from tests.desk.world import World
from tests.offices import NOON, PASSWORD, Office, Offices

TEXT = "โทรถามผู้ร้องแล้ว\nนัดดูที่เกิดเหตุวันจันทร์ <b>&\"'"
EVENING = NOON + timedelta(hours=9)


@pytest.fixture
def phone(db: Database, offices: Offices) -> Authenticator:
    return give_authenticator(db, offices.makham.people["officer"])


def note(world: World) -> str:
    return f"/desk/complaints/{world.general}/note"


def writes(
    browser: Browser, url: str, text: str = TEXT, headers: dict[str, str] | None = None
) -> TestResponse:
    data = {"csrf_token": "of a session that ended", "note": text}
    return browser.client.post(url, data=data, headers=headers)


def kept_in(answer: TestResponse) -> str:
    found = re.search(rf'name="{FIELD}" value="([^"]+)"', answer.text)
    return found.group(1) if found else ""


def token_in(answer: TestResponse) -> str:
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', answer.text)
    assert found
    return found.group(1)


def signs_in(
    browser: Browser, answer: TestResponse, username: str, phone: Authenticator | None = None
) -> TestResponse:
    """On, from the page that came back with the text: each page's own form, as it stands."""
    data = {"agency": "makham", "username": username, "password": PASSWORD}
    sealed = kept_in(answer)
    answer = browser.client.post(
        "/desk/sign-in", data={**data, "csrf_token": token_in(answer), FIELD: sealed}
    )
    if phone is None:
        return answer
    data = {"csrf_token": token_in(answer), FIELD: kept_in(answer), "code": phone.code()}
    return browser.client.post("/desk/sign-in/code", data=data)


def form_of(answer: TestResponse) -> tuple[str, dict[str, str]]:
    """The form that sends the text on: where to, and what it carries."""
    form = re.search(
        r'<form method="post" action="(/desk/[^"]+)">(.*?)</form>', _main(answer), re.S
    )
    assert form, answer.text
    fields = re.findall(r'name="([^"]*)" value="([^"]*)"', form.group(2))
    return unescape(form.group(1)), {unescape(one): unescape(two) for one, two in fields}


def _main(answer: TestResponse) -> str:
    return answer.text[answer.text.index("<main") :]


def away(browser: Browser, frozen: time_machine.Traveller) -> None:
    frozen.move_to(EVENING)
    assert browser.get("/desk/").status_code == 302


def notes_of(browser: Browser, world: World) -> str:
    return unescape(browser.get(f"/desk/complaints/{world.general}").text)


def test_a_text_outlives_its_session_and_both_pages_of_the_sign_in(
    browser: Browser,
    offices: Offices,
    world: World,
    phone: Authenticator,
    frozen: time_machine.Traveller,
) -> None:
    come_in(browser, "officer", phone)
    away(browser, frozen)
    answer = writes(browser, note(world))
    assert answer.status_code == 401
    assert "ข้อความที่ท่านเขียนไว้ยังอยู่" in answer.text
    assert TEXT.splitlines()[0] not in answer.text, "before anybody is in, nothing of it shows"
    answer = signs_in(browser, answer, "officer", phone)
    assert answer.status_code == 200
    assert TEXT in unescape(answer.text)
    assert "<b>" not in _main(answer)
    assert TEXT.splitlines()[0] not in notes_of(browser, world), "nothing is sent without a click"
    to, fields = form_of(answer)
    assert to == note(world)
    assert browser.client.post(to, data=fields).status_code == 302
    assert TEXT.splitlines()[0] in notes_of(browser, world)


def test_whoever_was_sent_away_need_not_type_again_who_they_are(
    browser: Browser,
    offices: Offices,
    world: World,
    phone: Authenticator,
    frozen: time_machine.Traveller,
) -> None:
    def filled_in(answer: TestResponse, name: str) -> str:
        found = re.search(rf'<input[^>]* name="{name}"[^>]* value="([^"]*)"', answer.text)
        return found.group(1) if found else ""

    come_in(browser, "officer", phone)
    away(browser, frozen)
    asked = writes(browser, note(world))
    assert (filled_in(asked, "agency"), filled_in(asked, "username")) == ("makham", "officer")
    plain = browser.get("/desk/sign-in")  # where no text was kept, nobody is named
    assert filled_in(plain, "username") == ""
    stranger = writes(Browser(browser.client.application), note(world))
    assert filled_in(stranger, "username") == ""


def test_the_text_goes_on_over_wrong_passwords_and_codes(
    browser: Browser, offices: Offices, world: World, phone: Authenticator
) -> None:
    answer = writes(browser, note(world))
    wrong = {"agency": "makham", "username": "officer", "password": "no"}
    data = {**wrong, "csrf_token": token_in(answer), FIELD: kept_in(answer)}
    answer = browser.client.post("/desk/sign-in", data=data)
    assert answer.status_code == 401
    sealed = kept_in(answer)
    assert sealed
    answer = browser.client.post(
        "/desk/sign-in",
        data={**wrong, "password": PASSWORD, "csrf_token": token_in(answer), FIELD: sealed},
    )
    data = {"csrf_token": token_in(answer), FIELD: kept_in(answer)}
    wrong_code = browser.client.post("/desk/sign-in/code", data={**data, "code": phone.wrong()})
    assert kept_in(wrong_code) == sealed
    recovery = browser.client.post("/desk/sign-in/recovery", data=data)
    assert recovery.status_code == 200
    assert kept_in(recovery) == sealed
    done = browser.client.post("/desk/sign-in/code", data={**data, "code": phone.code()})
    assert TEXT in unescape(done.text)


def test_the_text_goes_on_over_setting_the_app_up(
    browser: Browser, offices: Offices, world: World
) -> None:
    answer = signs_in(browser, writes(browser, note(world)), "officer")
    phone = Authenticator.from_page(answer.text)
    data = {"csrf_token": token_in(answer), FIELD: kept_in(answer), "code": phone.code()}
    answer = browser.client.post("/desk/sign-in/setup", data=data)
    assert "รหัสสำรอง 10 รหัส" in answer.text
    assert form_of(answer)[0] == note(world)


def test_a_text_sent_with_a_token_of_another_window_is_given_back_with_a_good_one(
    browser: Browser, offices: Offices, world: World
) -> None:
    browser.enter(offices.makham.people["officer"])
    answer = writes(browser, note(world), headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 400
    to, fields = form_of(answer)
    assert (to, fields["note"]) == (note(world), TEXT)
    assert browser.client.post(to, data=fields).status_code == 302


@pytest.mark.parametrize("inside", [True, False], ids=["signed in", "signed out"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
        {"Origin": "https://evil.example"},
    ],
    ids=["cross-site", "same-site", "cross-site from nowhere", "another origin"],
)
def test_what_another_site_sends_is_neither_done_nor_kept(
    browser: Browser, offices: Offices, world: World, headers: dict[str, str], inside: bool
) -> None:
    if inside:
        browser.enter(offices.makham.people["officer"])
    answer = writes(browser, note(world), headers=headers)
    assert answer.status_code == (400 if inside else 302)
    assert TEXT.splitlines()[0] not in answer.text
    assert not kept_in(answer)


def test_somebody_else_who_signs_in_does_not_see_it(
    browser: Browser,
    db: Database,
    offices: Offices,
    world: World,
    phone: Authenticator,
    frozen: time_machine.Traveller,
) -> None:
    come_in(browser, "officer", phone)
    away(browser, frozen)
    answer = writes(browser, note(world))
    other = give_authenticator(db, offices.makham.people["admin"])
    answer = signs_in(browser, answer, "admin", other)
    assert answer.status_code == 302
    page = browser.get("/desk/").text
    assert "เปิดไม่ได้แล้ว" in page
    assert TEXT.splitlines()[0] not in page


def test_the_writer_is_known_by_a_session_that_another_password_ended(
    browser: Browser, db: Database, offices: Offices, world: World
) -> None:
    browser.enter(offices.makham.people["officer"])
    with db.writing() as session:
        person = find_person(session, offices.makham.agency_id, "officer")
        assert person
        person.session_key = "another"
    answer = writes(browser, note(world))
    assert answer.status_code == 401
    other = give_authenticator(db, offices.makham.people["admin"])
    assert signs_in(browser, answer, "admin", other).status_code == 302


def test_a_text_of_another_agency_opens_for_nobody_here(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    theirs = Browser(app).enter(offices.bangphra.people["officer"])
    with db.writing() as session:
        person = find_person(session, offices.bangphra.agency_id, "officer")
        assert person
        person.session_key = "another"
    sealed = kept_in(writes(theirs, note(world)))
    assert sealed
    assert _opens(Browser(app), db, offices.makham, sealed).status_code == 302


def _opens(browser: Browser, db: Database, office: Office, sealed: str) -> TestResponse:
    """Bring a sealed text to somebody's sign-in."""
    phone = give_authenticator(db, office.people["officer"])
    data = {"agency": office.slug, "username": "officer", "password": PASSWORD, FIELD: sealed}
    answer = browser.post("/desk/sign-in", data)
    if answer.status_code == 302:  # nothing came along
        assert give_password(browser, "officer", agency=office.slug)
        return answer
    data = {"csrf_token": token_in(answer), FIELD: kept_in(answer), "code": phone.code()}
    return browser.client.post("/desk/sign-in/code", data=data)


@pytest.mark.parametrize(
    "forge",
    [
        lambda _: "forged",
        lambda sealed: sealed[:-8] + "AAAAAAA=",
        lambda sealed: sealed[:40] + ("B" if sealed[40] != "B" else "C") + sealed[41:],
        lambda _: "ก" * 50,
        lambda _: "=",
    ],
    ids=["nonsense", "another end", "one letter", "thai", "nothing"],
)
def test_a_forged_text_is_refused_and_the_sign_in_goes_on(
    app: Flask, db: Database, offices: Offices, world: World, forge: object
) -> None:
    sealed = kept_in(writes(Browser(app), note(world)))
    assert callable(forge)
    browser = Browser(app)
    answer = _opens(browser, db, offices.makham, forge(sealed))
    assert answer.headers["Location"] == "/desk/"
    assert browser.get("/desk/").status_code == 200


def test_a_sealed_value_of_another_kind_is_no_text(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    sealed = base64.urlsafe_b64encode(db.keys.seal(b'{"to": "/desk/"}', "desk/invited")).decode()
    assert _opens(Browser(app), db, offices.makham, sealed).status_code == 302


def test_after_an_hour_it_opens_no_more(
    app: Flask, db: Database, offices: Offices, world: World, frozen: time_machine.Traveller
) -> None:
    sealed = kept_in(writes(Browser(app), note(world)))
    frozen.move_to(NOON + timedelta(minutes=59))
    assert _opens(Browser(app), db, offices.makham, sealed).status_code == 200
    frozen.move_to(NOON + timedelta(minutes=61))
    assert _opens(Browser(app), db, offices.makham, sealed).status_code == 302


def test_where_the_new_viewer_may_not_send_it_is_thrown_away(
    browser: Browser, offices: Offices, world: World
) -> None:
    answer = signs_in(browser, writes(browser, note(world)), "auditor")
    assert answer.headers["Location"] == "/desk/"


def test_what_is_too_long_is_said_to_be_lost(
    browser: Browser, offices: Offices, world: World
) -> None:
    answer = writes(browser, note(world), "ก" * MOST_BYTES)
    assert answer.status_code == 302
    assert "ยังไม่ได้บันทึก" in browser.get("/desk/sign-in").text


def test_passwords_tokens_and_files_are_not_kept(
    app: Flask, offices: Offices, world: World, db: Database
) -> None:
    browser = Browser(app)
    data = {
        "csrf_token": "a token",
        "note": TEXT,
        "old_password": "hunter2 hunter2",
        "file": (io.BytesIO(b"a photo"), "photo.jpg"),
    }
    sealed = kept_in(browser.client.post(note(world), data=data))
    answer = _opens(browser, db, offices.makham, sealed)
    assert set(form_of(answer)[1]) == {"csrf_token", "note"}
    assert "ไฟล์ที่แนบไว้ไม่ได้ถูกเก็บ" in answer.text


@pytest.mark.parametrize(
    "url", ["/desk/account/password", "/desk/confirm", "/desk/sign-out", "/desk/no/such/page"]
)
def test_pages_of_secrets_keep_nothing(browser: Browser, offices: Offices, url: str) -> None:
    data = {"csrf_token": "old", "note": "ข้อความ ที่ เขียน"}
    assert not kept_in(browser.client.post(url, data=data))


def test_the_page_that_shows_a_text_is_locked_down_and_kept_nowhere(
    browser: Browser, offices: Offices, world: World
) -> None:
    answer = writes(browser, note(world))
    assert answer.headers["Cache-Control"] == "no-store"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    shown = signs_in(browser, answer, "officer")
    assert shown.headers["Cache-Control"] == "no-store"
