"""The frame: headers, forms' protection, and what is said when something goes wrong."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from handlers.desk import words
from handlers.desk.complaint_list import shorten
from models.audit import AuditEntry
from models.complaint import ComplaintEntry
from models.database import Database
from tests.desk.browser import Browser, without_own_script
from tests.desk.world import World
from tests.offices import PASSWORD, Offices


def test_pages_are_locked_down(app: Flask, offices: Offices) -> None:
    for url in ("/desk/", "/desk/sign-in", "/desk/nowhere"):
        headers = Browser(app).get(url).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"


def test_the_cookie_is_kept_from_scripts_and_other_sites(app: Flask, offices: Offices) -> None:
    app.config["SESSION_COOKIE_SECURE"] = True
    cookie = Browser(app).get("/desk/sign-in").headers["Set-Cookie"]
    for part in ("HttpOnly", "SameSite=Lax", "Secure"):
        assert part in cookie


def test_nothing_is_fetched_from_elsewhere_and_nothing_is_inline(
    app: Flask, offices: Offices, world: World
) -> None:
    browser = Browser(app).enter(offices.makham.people["admin"])
    for url in (
        *("/desk/", "/desk/complaints", f"/desk/complaints/{world.general}", "/desk/measures"),
        *(f"/desk/measures/{world.finance_due}", "/desk/questions", "/desk/delivery"),
        *("/desk/audit", "/desk/nowhere", "/desk/plans", f"/desk/plans/{world.draft}"),
        *(f"/desk/plans/{world.draft}/changes", f"/desk/plans/{world.draft}/measures/2"),
        f"/desk/plans/{world.draft}/measures/new",
    ):
        page = without_own_script(browser.get(url).text)
        for mark in ("http://", "https://", "//cdn", "<script", "<style", "style=", "onclick"):
            assert mark not in page, (url, mark)
        assert page.count("<h1") == 1, url
        assert '<html lang="th">' in page
        assert 'href="#content"' in page


def test_bootstraps_css_comes_from_this_server(app: Flask, offices: Offices) -> None:
    browser = Browser(app)
    assert "/bootstrap/static/css/bootstrap.min.css" in browser.get("/desk/sign-in").text
    assert browser.get("/bootstrap/static/css/bootstrap.min.css").status_code == 200
    assert browser.get("/desk/static/desk.css").status_code == 200


@pytest.mark.parametrize("token", [None, "", "forged"])
def test_a_form_without_our_token_changes_nothing(
    app: Flask, db: Database, offices: Offices, world: World, token: str | None
) -> None:
    browser = Browser(app).enter(offices.makham.people["officer"])
    data = {"note": "ไม่ควรถูกบันทึก"} | ({} if token is None else {"csrf_token": token})
    answer = browser.client.post(f"/desk/complaints/{world.general}/note", data=data)
    assert answer.status_code == 400
    assert "ยังไม่ได้บันทึก" in answer.text
    with db.reading() as session:
        assert session.scalars(select(ComplaintEntry).where(ComplaintEntry.number > 1)).all() == []
        assert session.scalars(select(AuditEntry)).all() == []


def test_signing_in_needs_our_token_too(app: Flask, offices: Offices) -> None:
    data = {"agency": "makham", "username": "officer", "password": PASSWORD}
    assert Browser(app).client.post("/desk/sign-in", data=data).status_code == 400


def test_another_browsers_token_does_not_do(app: Flask, offices: Offices, world: World) -> None:
    browser = Browser(app).enter(offices.makham.people["officer"])
    stolen = Browser(app).token()
    browser.token()
    url = f"/desk/complaints/{world.general}/note"
    answer = browser.client.post(url, data={"csrf_token": stolen, "note": "x"})
    assert answer.status_code == 400


def test_forms_work_over_https_though_our_pages_send_no_referrer(
    app: Flask, offices: Offices, world: World
) -> None:
    browser = Browser(app).enter(offices.makham.people["officer"])
    url = f"/desk/complaints/{world.general}/note"
    data = {"csrf_token": browser.token(), "note": "จดไว้"}
    answer = browser.client.post(url, data=data, base_url="https://localhost")
    assert answer.status_code == 302


def test_forms_of_the_rest_of_the_app_are_left_alone(own_app: Flask, offices: Offices) -> None:
    own_app.add_url_rule("/line/key", "webhook", lambda: "OK", methods=["POST"])
    answer = own_app.test_client().post("/line/key", data="{}")
    assert (answer.status_code, answer.text) == (200, "OK")
    assert "Content-Security-Policy" not in answer.headers


def test_an_unknown_page_says_so_in_thai(app: Flask, offices: Offices) -> None:
    for browser in (Browser(app), Browser(app).enter(offices.makham.people["admin"])):
        answer = browser.get("/desk/no/such/page")
        assert answer.status_code == 404
        assert "ไม่พบหน้าที่ต้องการ" in answer.text


def test_a_closed_door_says_so_in_thai(app: Flask, offices: Offices) -> None:
    answer = Browser(app).enter(offices.makham.people["auditor"]).get("/desk/complaints")
    assert answer.status_code == 403
    assert "ท่านไม่มีสิทธิ์ดูหน้านี้" in answer.text


def test_a_defect_shows_a_calm_page_and_no_trace(
    app: Flask, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr("handlers.desk.home.waiting.obligations_by_year", fail)
    answer = Browser(app).enter(offices.makham.people["admin"]).get("/desk/")
    assert answer.status_code == 500
    assert "ระบบขัดข้องชั่วคราว" in answer.text
    assert "secret inside" not in answer.text
    assert "Traceback" not in answer.text
    assert "Content-Security-Policy" in answer.headers


def test_a_database_that_is_gone_shows_the_same_calm_page(
    app: Flask, db: Database, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser(app).enter(offices.makham.people["admin"])

    def fail(*_args: object) -> None:
        raise OSError("no database")

    monkeypatch.setattr("handlers.desk.viewer.get_person", fail)
    answer = browser.get("/desk/")
    assert answer.status_code == 500
    assert "ระบบขัดข้องชั่วคราว" in answer.text


def test_a_form_that_is_far_too_long_is_turned_away(
    app: Flask, offices: Offices, world: World
) -> None:
    browser = Browser(app).enter(offices.makham.people["officer"])
    answer = browser.post(f"/desk/complaints/{world.general}/note", {"note": "ก" * 300_000})
    assert answer.status_code == 413
    assert "ข้อความยาวเกินไป" in answer.text


def test_every_member_of_every_enum_has_its_thai_word() -> None:
    for enum in words.named_enums():
        for member in enum:
            assert words.word(member)


def test_a_text_is_never_cut_between_a_consonant_and_its_vowel() -> None:
    assert shorten("ที่นี่", 2) == "ที่…"[:1] + "…"
    assert shorten("ถนนแตก", 4) == "ถนน…"
    assert shorten("สั้น\n\n มาก", 80) == "สั้น มาก"
