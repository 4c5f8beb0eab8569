from __future__ import annotations

import logging

import pytest
from flask import Flask

from bot.app import create_app
from bot.config import Settings
from bot.server import Server
from bot.wakeup import Bell
from domain.consent import CONSENT_VERSION, NOTICE_PATH
from handlers.public import limits
from models.complaint import ComplaintKind
from models.database import Database
from models.stored_file import BlobFolder
from tests.offices import Offices
from tests.public.kept import complaints
from tests.public.visitor import Visitor


def post_routes(app: Flask) -> list[str]:
    return sorted(
        rule.rule.replace("<slug>", "makham").replace("<path:_rest>", "x")
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("public.") and "POST" in (rule.methods or set())
    )


def test_every_form_without_our_token_is_refused(app: Flask, db: Database) -> None:
    routes = post_routes(app)
    assert len(routes) == 12
    for url in routes:
        for fields in ({}, {"csrf_token": ""}, {"csrf_token": "forged"}):
            answer = app.test_client().post(url, data={**fields, "kind": "corruption", "what": "x"})
            assert answer.status_code == 400, url
            assert "ยังไม่ได้ส่ง" in answer.get_data(as_text=True), url
    assert complaints(db) == []


def test_a_token_of_another_browser_is_refused(app: Flask, visitor: Visitor) -> None:
    visitor.get("/track")
    theirs = visitor.form("/track").value("csrf_token")
    other = Visitor(app)
    other.get("/report")
    assert other.post("/a/makham/track", [("csrf_token", theirs)]).status_code == 400


def test_no_page_is_kept_framed_or_followed(app: Flask, visitor: Visitor) -> None:
    visitor.begins().fills_in()
    pages = [visitor.page, *(visitor.get(url) for url in ("/", "/report", "/track", "/privacy"))]
    visitor.begins().fills_in().confirms()
    visitor.opens(visitor.code)
    pages += [visitor.page, visitor.get("/nothing")]
    for page in pages:
        headers = page.headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        policy = headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        text = page.get_data(as_text=True)
        assert "<style" not in text
        assert "style=" not in text
        assert "<script>" not in text
        assert "http://" not in text
        assert "https://" not in text


def test_neither_code_nor_words_stand_in_an_address_or_a_cookie(visitor: Visitor) -> None:
    visitor.begins().fills_in()
    code = visitor.confirms()
    cookies = [str(visitor.page.headers.getlist("Set-Cookie"))]
    visitor.opens(code)
    ticket = visitor.form("/track/add").value("ticket")
    cookies.append(str(visitor.page.headers.getlist("Set-Cookie")))
    visitor.send("/track/add", text="เพิ่มอีก")
    cookies.append(str(visitor.page.headers.getlist("Set-Cookie")))
    digits = code.replace(" ", "")
    held = str([(one.key, one.value) for one in visitor.client._cookies.values()]) + str(cookies)
    for secret in (code, digits, ticket, "corruption"):
        assert secret not in held
        for page in (visitor.page,):
            assert secret not in page.request.path + page.request.query_string.decode()
    assert digits not in visitor.text
    # The only cookie is the session's, and it holds the form's token alone.
    with visitor.client.session_transaction() as session:
        assert set(session) == {"csrf_token"}


def test_addresses_of_steps_lead_back_to_their_beginning(visitor: Visitor) -> None:
    for step in ("form", "check", "edit", "cancel", "send"):
        assert visitor.get(f"/report/{step}").headers["Location"].endswith("/a/makham/report")
    for step in ("add", "withdraw", "reopen", "rate", "show"):
        assert visitor.get(f"/track/{step}").headers["Location"].endswith("/a/makham/track")


def test_a_flood_from_one_address_is_asked_to_wait_and_others_are_not(
    app: Flask, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.LIMITS, "public.send_report", "2 per 10 minutes")
    flooder = Visitor(app, address="203.0.113.50")
    for _ in range(2):
        flooder.reports()
    flooder.begins().fills_in()
    form = flooder.form("/report/send")
    assert flooder.post(form.action, form.fields).status_code == 429
    assert "มีการส่งจากเครือข่ายของท่านถี่เกินไป" in flooder.text
    assert "กรุณาลองใหม่ในอีก 10 นาที" in flooder.text
    assert int(flooder.page.headers["Retry-After"]) <= 600
    assert len(complaints(db)) == 2
    Visitor(app, address="203.0.113.51").reports()


def test_one_household_of_ipv6_counts_as_one(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.LIMITS, "public.open_case", "2 per 10 minutes")
    statuses = [
        Visitor(app, address=address).opens("0000 0000 0000 0000").page.status_code
        for address in ("2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8:0:1::1")
    ]
    assert statuses == [404, 404, 429, 404]


def test_no_address_stands_in_the_memory_of_the_limits(app: Flask) -> None:
    Visitor(app, address="203.0.113.99").opens("0000 0000 0000 0000")
    limiter, _key = app.extensions["prongsai-public-limits"]
    held = repr(vars(limiter.storage))
    assert "public.open_case" in held
    assert "203.0.113.99" not in held


def test_behind_our_proxy_the_address_is_the_senders(
    db: Database, blobs: BlobFolder, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.LIMITS, "public.begin_report", "1 per 10 minutes")
    settings = Settings(public_url="https://town.example.test")
    client = create_app(settings, db, blobs, Bell(db)).test_client()
    statuses = []
    for sender in ("203.0.113.1", "203.0.113.2", "203.0.113.1"):
        answer = client.post(
            "/a/makham/report/form",
            data={"kind": ComplaintKind.SERVICE.value},
            headers={"X-Forwarded-For": f"198.51.100.1, {sender}", "X-Forwarded-Proto": "https"},
        )
        statuses.append(answer.status_code)
    assert statuses == [400, 400, 429]  # 400: there is no token; 429 comes before it


def test_the_server_logs_no_address_of_whoever_sends_nonsense(
    caplog: pytest.LogCaptureFixture,
) -> None:
    server = Server(lambda: "the app", bind="127.0.0.1:0", threads=1)
    assert server.cfg.settings["accesslog"].get() is None
    assert server.load() == "the app"
    log = logging.getLogger("gunicorn.error")
    monkey = log.propagate
    log.propagate = True
    try:
        log.warning("Invalid request from ip=203.0.113.7: Invalid Request Line 'GET /a/x secret'")
    finally:
        log.propagate = monkey
    assert "203.0.113.7" not in caplog.text
    assert "secret" not in caplog.text
    assert "malformed" in caplog.text


def test_the_privacy_notice_names_its_version_the_agency_and_whom_to_ask(visitor: Visitor) -> None:
    assert NOTICE_PATH.format(slug="makham") == f"{visitor.base}/privacy"
    visitor.get("/privacy")
    for told in (CONSENT_VERSION, "เทศบาลตำบลมะขาม", "โทร. 0-0000-0100", "ถอนความยินยอม"):
        assert told in visitor.text
    visitor.get("/privacy?lang=en")
    assert "withdraw your consent" in visitor.text


def test_the_first_page_leads_everywhere(visitor: Visitor) -> None:
    visitor.get("/")
    for url in ("/report", "/track", "/privacy"):
        assert f'href="{visitor.base}{url}"' in visitor.text
    assert "โทร. 0-0000-0100" in visitor.text
