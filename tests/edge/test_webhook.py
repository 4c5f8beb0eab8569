"""LINE's door in: what is refused, what is stored, and that nothing odd ever answers 500."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from domain.states import InboxState
from models.agency import find_agency, set_channel
from models.inbox import InboxEvent
from simulator import build_event
from tests.offices import Office
from tests.town import Town, sign

WEBHOOKS = Path(__file__).parents[1] / "fixtures" / "webhooks"
FIXTURES = sorted(WEBHOOKS.rglob("*.json"))


def stored(town: Town, office: Office | None = None, state: InboxState | None = None) -> int:
    query = select(func.count()).select_from(InboxEvent)
    if office is not None:
        query = query.where(InboxEvent.agency_id == office.agency_id)
    if state is not None:
        query = query.where(InboxEvent.state == state)
    with town.db.reading() as session:
        return session.scalar(query) or 0


def text_event(user: str, text: str = "สวัสดี") -> dict:
    return build_event(
        "message",
        source={"type": "user", "userId": user},
        message={"id": "1", "type": "text", "text": text, "quoteToken": "q"},
    )


def test_the_vector_of_lines_documentation_is_signed_alike() -> None:
    body = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
    signature = sign("8c570fa6dd201bb328f1c1eac23a96d8", body)
    assert signature == "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="


def test_a_wrong_signature_is_refused_and_stores_nothing(town: Town) -> None:
    response = town.post(town.offices.makham, [text_event("U" + "1" * 32)], secret="wrong")
    assert response.status_code == 400
    assert stored(town) == 0


def test_a_missing_signature_is_refused_and_stores_nothing(town: Town) -> None:
    body = json.dumps({"destination": "U", "events": [text_event("U" + "1" * 32)]}).encode()
    assert town.post_raw(town.offices.makham, body, None).status_code == 400
    assert town.post_raw(town.offices.makham, body, "ไทย").status_code == 400
    assert stored(town) == 0


def test_one_agencys_secret_does_not_open_anothers_door(town: Town) -> None:
    event = text_event("U" + "1" * 32)
    secret = town.offices.bangphra.channel.secret
    assert town.post(town.offices.makham, [event], secret=secret).status_code == 400
    assert town.post(town.offices.bangphra, [event]).status_code == 200
    assert stored(town, town.offices.makham) == 0
    assert stored(town, town.offices.bangphra) == 1


def test_a_webhook_address_that_nobody_has_is_refused(town: Town) -> None:
    response = town.client.post("/line/nobody", data=b"{}", headers={"X-Line-Signature": "x"})
    assert response.status_code == 400


def test_a_changed_secret_works_at_once(town: Town, frozen) -> None:
    office = town.offices.makham
    assert town.post(office, [text_event("U" + "1" * 32)]).status_code == 200
    with town.db.writing() as session:
        set_channel(session, find_agency(session, office.slug), "a new secret", "token")
    frozen.shift(5)
    response = town.post(office, [text_event("U" + "1" * 32)], secret="a new secret")
    assert response.status_code == 200


def test_a_body_over_two_megabytes_is_too_large(town: Town) -> None:
    body = b'{"events":[]}' + b" " * (2 * 1024 * 1024)
    signature = sign(town.offices.makham.channel.secret, body)
    assert town.post_raw(town.offices.makham, body, signature).status_code == 413
    assert stored(town) == 0


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"text"', b'{"events": {}}', b'{"events": 7}', b"\xff\xfe", b"[" * 100000],
)
def test_broken_json_under_a_good_signature_is_refused_and_counted(town: Town, body: bytes) -> None:
    signature = sign(town.offices.makham.channel.secret, body)
    before = town.client.get("/metrics").text
    assert town.post_raw(town.offices.makham, body, signature).status_code == 400
    assert stored(town) == 0
    assert count_of(town.client.get("/metrics").text) == count_of(before) + 1


def count_of(metrics: str) -> float:
    name = 'prongsai_webhooks_total{result="bad_json"}'
    lines = [line for line in metrics.splitlines() if line.startswith(name)]
    return float(lines[0].split()[-1]) if lines else 0.0


def test_the_consoles_check_without_events_is_answered(town: Town) -> None:
    assert town.post(town.offices.makham, []).status_code == 200
    assert stored(town) == 0


def test_an_event_that_comes_twice_is_handled_once(town: Town) -> None:
    user = town.user("ประชาชน")
    event = town.line.user_sends_text("makham", user, "สวัสดีค่ะ")
    town.happens(event)
    answered = len(town.line.messages_to(user))
    town.happens({**event, "deliveryContext": {"isRedelivery": True}})
    assert answered == 1
    assert len(town.line.messages_to(user)) == 1
    assert stored(town) == 1


def test_the_same_id_at_another_agency_is_another_event(town: Town) -> None:
    event = text_event("U" + "1" * 32)
    town.post(town.offices.makham, [event])
    town.post(town.offices.bangphra, [event])
    assert stored(town) == 2


def test_a_thousand_events_in_one_body_are_all_stored_and_handled(town: Town) -> None:
    users = [town.user(f"ประชาชน {number}") for number in range(4)]
    events = [text_event(users[number % 4], f"สวัสดี {number}") for number in range(20)]
    for event in events:
        town.line.register_event("makham", event)
    # The rest ask for nothing, so that the test is quick.
    source = {"type": "user", "userId": users[0]}
    events += [build_event("delivery", source=source) for _ in range(980)]
    assert town.post(town.offices.makham, events).status_code == 200
    assert stored(town) == 1000
    town.engine.drain()
    assert stored(town, state=InboxState.HANDLED) == 20
    assert stored(town, state=InboxState.IGNORED) == 980
    assert sum(len(town.line.messages_to(user)) for user in users) == 20


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_every_kind_of_webhook_is_taken_and_leaves_nothing_failed(town: Town, path: Path) -> None:
    town.expects_refusals = True  # LINE does not know these invented users
    content = json.loads(path.read_text())
    body = path.read_bytes()
    signature = sign(town.offices.makham.channel.secret, body)
    response = town.post_raw(town.offices.makham, body, signature)
    assert response.status_code == 200
    town.engine.drain()
    came = bool(content.get("events"))
    handled = stored(town, state=InboxState.HANDLED) + stored(town, state=InboxState.IGNORED)
    waiting_for_file = stored(town, state=InboxState.WAITING)
    assert handled + waiting_for_file == stored(town)
    assert bool(stored(town)) == came
    assert stored(town, state=InboxState.FAILED) == 0


def test_nothing_is_sent_in_standby(town: Town) -> None:
    user = town.user("ประชาชน")
    event = town.line.user_sends_text("makham", user, "สวัสดี")
    town.happens({**event, "mode": "standby"})
    assert town.line.messages_to(user) == []
    assert stored(town, state=InboxState.IGNORED) == 1


def test_what_was_handled_leaves_nothing_but_its_id(town: Town) -> None:
    user = town.user("ประชาชน")
    town.says(user, "สวัสดีค่ะ")
    with town.db.reading() as session:
        event = session.scalars(select(InboxEvent)).one()
        assert event.raw is event.lane_key is event.event_time is event.received_at is None


def test_health_and_readiness_are_told(town: Town) -> None:
    assert town.client.get("/healthz").status_code == 200
    assert "conversations waiting: 0" in town.client.get("/readyz").text
