from __future__ import annotations

import json
import subprocess
import sys
from io import BytesIO

import pytest
import urllib3
from werkzeug.test import Client

from simulator import Simulator, create_app, mount


@pytest.fixture
def client():
    sim = Simulator()
    sim.add_channel("makham", "เทศบาลตำบลมะขาม", "s", "t", "http://127.0.0.1:9/")
    client = create_app(sim).test_client()
    client.sim = sim
    client.person = sim.add_user("ประชาชน ก", channel_slugs=["makham"]).user_id
    return client


def act(client, **body):
    base = {"channel": "makham", "user": client.person, "wait": True}
    return client.post("/simulator/api/act", json=base | body)


def test_a_chat_is_read_by_cursor(client):
    act(client, do="text", text="หนึ่ง")
    where = {"channel": "makham", "chat": client.person}
    first = client.get("/simulator/api/chat", query_string=where).json
    assert [entry["message"]["text"] for entry in first["entries"]] == ["หนึ่ง"]
    later = where | {"after": first["cursor"]}
    assert client.get("/simulator/api/chat", query_string=later).json["entries"] == []
    message_id = first["entries"][0]["message_id"]
    act(client, do="unsend", message_id=message_id)
    changed = client.get("/simulator/api/chat", query_string=later).json["entries"]
    assert [(entry["message_id"], entry["unsent"]) for entry in changed] == [(message_id, True)]
    assert "text" not in changed[0]["message"]


def test_every_deed_has_its_event(client):
    deeds = {
        "text": {"text": "ก"},
        "sticker": {},
        "location": {"lat": 13.7, "lon": "100.5", "title": "ตลาด"},
        "postback": {"data": "a=1"},
        "block": {},
        "follow": {},
    }
    kinds = [act(client, do=do, **more).json["event"]["type"] for do, more in deeds.items()]
    assert kinds == ["message", "message", "message", "postback", "unfollow", "follow"]


def test_mistakes_are_answered_in_json(client):
    assert act(client, do="dance").status_code == 404
    assert act(client, do="text").status_code == 404
    assert act(client, do="text", text="ก", user="U0").status_code == 404
    act(client, do="block")
    assert act(client, do="text", text="ก").status_code == 400
    assert client.post("/simulator/api/act", data="x").status_code == 400


def test_another_site_cannot_drive_it(client):
    answer = client.post("/simulator/api/reset", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_an_uploaded_page_is_never_run(client):
    form = {
        "channel": "makham",
        "user": client.person,
        "kind": "file",
        "wait": "1",
        "file": (BytesIO(b"<script>alert(1)</script>"), "a.html", "text/html"),
    }
    event = client.post("/simulator/api/media", data=form).json["event"]
    answer = client.get(f"/simulator/api/content/{event['message']['id']}")
    assert answer.headers["Content-Disposition"] == "attachment"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.content_type == "application/octet-stream"


def test_the_page_allows_no_inline_script_and_needs_no_other_host(client):
    page = client.get("/simulator/")
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    words = page.get_data(as_text=True)
    assert "://" not in words
    assert "<script>" not in words
    assert "style=" not in words
    for name in ("main.js", "flex.js", "chat.css", "bubbles.css", "flex.css", "icon.svg"):
        assert client.get(f"/simulator/static/{name}").status_code == 200


def test_it_stands_beside_another_application_and_under_a_prefix(client):
    def other(environ, start_response):
        start_response("200 OK", [])
        return [b"other"]

    both = Client(mount(other, client.sim))
    assert both.get("/simulator/").status_code == 200
    assert both.get("/simulators").data == b"other"
    assert both.get("/simulator").headers["Location"].endswith("simulator/")
    assert (
        Client(create_app(client.sim, "/demo")).get("/demo/simulator/api/world").status_code == 200
    )


def test_faults_and_quota_over_http(client):
    client.post("/simulator/api/faults", json={"status": 429, "endpoint": "push", "n": None})
    assert client.get("/simulator/api/faults").json["faults"][0]["status"] == 429
    client.delete("/simulator/api/faults")
    assert client.get("/simulator/api/faults").json["faults"] == []
    client.put("/simulator/api/quota", json={"channel": "makham", "limit": 7, "used": 2})
    world = client.get("/simulator/api/world").json
    assert world["channels"][0]["quota"] == {"limit": 7, "used": 2}
    assert [chat["chat"] for chat in world["chats"]] == [client.person]


def test_it_runs_in_a_process_of_its_own():
    command = [sys.executable, "-m", "simulator", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            base = process.stdout.readline().strip()
            channel = {
                "slug": "makham",
                "name": "ก",
                "channel_secret": "s",
                "channel_token": "t",
                "webhook_url": "http://127.0.0.1:9/",
            }
            made = urllib3.request("POST", f"{base}api/channels", json=channel)
            assert made.status == 200
            info = urllib3.request(
                "GET", f"{base}line/v2/bot/info", headers={"authorization": "Bearer t"}
            )
            assert json.loads(info.data)["userId"] == made.json()["bot_user_id"]
        finally:
            process.terminate()
