"""An event that cannot be handled is set aside, seen, and never blocks the next one."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from domain.states import InboxState
from models.inbox import InboxEvent, failed_events, replay_event
from tests.town import Json, Town, words


def poison(town: Town, user: str, text: str) -> tuple[Json, bytes]:
    """A stored event whose content is damaged on the disk; what it was before."""
    event = town.line.user_sends_text("makham", user, text)
    assert town.post(town.offices.makham, [event]).status_code == 200
    with town.db.writing() as session:
        row = session.get_one(InboxEvent, (town.offices.makham.agency_id, event["webhookEventId"]))
        whole = row.raw
        assert whole is not None
        row.raw = whole[:-1] + bytes([whole[-1] ^ 1])
    return event, whole


def drain_patiently(town: Town, frozen) -> None:
    for _ in range(4):
        town.engine.drain()
        frozen.shift(5)
    town.engine.drain()


def test_a_poison_event_fails_and_the_next_one_of_the_same_person_is_answered(
    town: Town, frozen
) -> None:
    user = town.user("ประชาชน")
    poison(town, user, "สวัสดีค่ะ")
    town.post(town.offices.makham, [town.line.user_sends_text("makham", user, "ติดต่อเจ้าหน้าที่")])
    drain_patiently(town, frozen)
    assert "0-0000-0100" in words(town.line.messages_to(user))
    with town.db.reading() as session:
        [failed] = failed_events(session, town.offices.makham.agency_id)
        assert (failed.error, failed.attempts) == ("CannotOpen", 3)
        assert failed_events(session, town.offices.bangphra.agency_id) == []


def test_other_people_do_not_wait_for_a_poison_event(town: Town) -> None:
    poison(town, town.user("ประชาชน ก"), "สวัสดีค่ะ")
    other = town.user("ประชาชน ข")
    town.post(town.offices.makham, [town.line.user_sends_text("makham", other, "สวัสดีค่ะ")])
    town.engine.drain()
    assert len(town.line.messages_to(other)) == 1


def test_a_mended_event_can_be_replayed(town: Town, frozen) -> None:
    user = town.user("ประชาชน")
    event, whole = poison(town, user, "สวัสดีค่ะ")
    drain_patiently(town, frozen)
    office = town.offices.makham
    with town.db.writing() as session:
        session.get_one(InboxEvent, (office.agency_id, event["webhookEventId"])).raw = whole
        assert not replay_event(
            session, town.offices.bangphra.agency_id, event["webhookEventId"], datetime.now(UTC)
        )
        assert replay_event(session, office.agency_id, event["webhookEventId"], datetime.now(UTC))
    town.engine.drain()
    with town.db.reading() as session:
        states = [row.state for row in session.scalars(select(InboxEvent))]
    assert states == [InboxState.HANDLED]
    assert len(town.line.messages_to(user)) == 1


def test_events_of_one_person_are_answered_in_the_order_of_lines_clock(town: Town) -> None:
    user = town.user("ประชาชน")
    first = town.line.user_sends_text("makham", user, "แจ้งเบาะแสทุจริต")
    second = town.line.user_sends_text("makham", user, "ไฟดับทั้งซอย")
    second["timestamp"] = first["timestamp"] + 1000
    town.post(town.offices.makham, [second])
    town.post(town.offices.makham, [first])
    town.engine.drain()
    said = words(town.line.messages_to(user))
    assert said.index("เล่าให้ฟังได้เลย") < said.index("เกิดที่ไหน")
