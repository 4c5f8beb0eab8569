"""What becomes of a message on its way to LINE: down, slow, refusing, or silent."""

from __future__ import annotations

import re
import socket
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.messenger import Messenger
from bot.outbox import OutboxSender
from domain.messages import Text
from domain.states import OutboxState
from models.outbox import OutboxMessage, enqueue
from models.quota_use import release_held
from tests.chat.test_reports import STORY, begin, tell
from tests.town import Town, words


def outbox(town: Town) -> list[OutboxMessage]:
    with town.db.reading() as session:
        rows = list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))
        session.expunge_all()
        return rows


def push(town: Town, user: str, text: str = "แจ้งเตือน", **how: bool) -> None:
    """Something worth quota, said without being asked."""
    with town.db.writing() as session:
        enqueue(
            session,
            town.offices.makham.agency_id,
            user,
            [Text(text=text)],
            kind="test",
            now=datetime.now(UTC),
            worth_quota=True,
            **how,
        )
    town.engine.drain()


def sent(town: Town, user: str) -> int:
    return len(town.line.messages_to(user))


def later(town: Town, frozen, seconds: float) -> None:
    frozen.shift(seconds)
    town.engine.drain()


def test_an_answer_goes_as_a_free_reply_and_leaves_only_its_trace(town: Town) -> None:
    user = town.user("ประชาชน")
    town.says(user, "สวัสดีค่ะ")
    [message] = outbox(town)
    assert (message.state, message.via, message.kind) == (OutboxState.SENT, "reply", "chat")
    assert message.line_request_id
    assert message.recipient is message.body is message.reply_token is None
    assert [one.endpoint for one in town.line.requests(method="POST")] == ["reply"]


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_a_reply_that_line_could_not_take_is_tried_again_with_its_token(
    town: Town, frozen, status: int
) -> None:
    user = town.user("ประชาชน")
    town.line.fail_next(2, status=status, endpoint="reply")
    town.says(user, "สวัสดีค่ะ")
    assert sent(town, user) == 0
    later(town, frozen, 3)
    later(town, frozen, 5)
    assert sent(town, user) == 1
    assert outbox(town)[0].attempts == 3


def test_a_reply_whose_answer_was_lost_is_not_said_twice(town: Town, frozen) -> None:
    town.expects_refusals = True
    user = town.user("ประชาชน")
    town.line.fail_next(1, endpoint="reply", after_accepting=True, drop_connection=True)
    town.says(user, "สวัสดีค่ะ")
    assert sent(town, user) == 1
    later(town, frozen, 3)
    [message] = outbox(town)
    assert (message.state, message.outcome) == (OutboxState.SENT, "arrived_before")
    assert sent(town, user) == 1


def test_a_reply_that_got_no_answer_and_was_lost_arrives_at_the_second_try(
    town: Town, frozen
) -> None:
    user = town.user("ประชาชน")
    town.line.fail_next(1, endpoint="reply", drop_connection=True)
    town.says(user, "สวัสดีค่ะ")
    assert sent(town, user) == 0
    later(town, frozen, 3)
    assert sent(town, user) == 1


def test_a_greeting_too_late_for_its_token_is_let_go(town: Town, frozen) -> None:
    user = town.user("ประชาชน")
    town.line.fail_next(1, status=429, endpoint="reply")
    town.says(user, "สวัสดีค่ะ")
    later(town, frozen, 120)
    [message] = outbox(town)
    assert (message.state, message.outcome) == (OutboxState.DROPPED, "reply_token_expired")
    assert town.line.requests(endpoint="push") == []


def test_an_answer_cut_off_past_its_minute_is_left_unknown_not_doubled(town: Town, frozen) -> None:
    user = town.user("ประชาชน")
    town.line.fail_next(1, endpoint="reply", after_accepting=True, status=500)
    town.says(user, "สวัสดีค่ะ")
    later(town, frozen, 120)
    [message] = outbox(town)
    assert (message.state, message.outcome) == (OutboxState.UNKNOWN, "reply_cut_off")
    assert sent(town, user) == 1


def test_a_receipt_is_pushed_when_its_reply_token_is_gone(town: Town, frozen) -> None:
    user = town.user("ผู้แจ้ง")
    begin(town, user)
    tell(town, user, *STORY, "ข้าม", "ไม่มี", "ไม่เปิดเผยตัวตน")
    town.line.fail_next(1, status=503, endpoint="reply")
    town.says(user, "ยืนยัน")
    later(town, frozen, 120)
    assert re.search(r"\d{4} \d{4} \d{4} \d{4}", words(town.line.messages_to(user)[-1:]))
    assert outbox(town)[-1].via == "push"


def test_a_used_token_on_a_first_try_falls_back_to_a_push_where_that_is_worth_it(
    town: Town,
) -> None:
    town.expects_refusals = True
    user = town.user("ผู้แจ้ง")
    event = town.line.user_sends_text("makham", user, "สวัสดี")
    with town.db.writing() as session:
        enqueue(
            session,
            town.offices.makham.agency_id,
            user,
            [Text(text="ใบรับเรื่อง")],
            kind="test",
            now=datetime.now(UTC),
            reply_token="f" * 31 + "0",
            reply_until=datetime.now(UTC) + timedelta(seconds=50),
            must_arrive=True,
        )
    town.engine.drain()
    assert event
    assert sent(town, user) == 1
    assert outbox(town)[0].via == "push"


def test_every_push_carries_a_retry_key_and_no_reply_does(town: Town) -> None:
    user = town.user("ประชาชน")
    town.says(user, "สวัสดีค่ะ")
    push(town, user)
    [reply] = town.line.requests(endpoint="reply")
    [pushed] = town.line.requests(endpoint="push")
    assert "x-line-retry-key" not in reply.headers
    assert re.fullmatch(r"[0-9a-f-]{36}", pushed.headers["x-line-retry-key"])


@pytest.mark.parametrize("fault", [{"status": 500}, {"drop_connection": True}])
def test_a_push_whose_answer_was_lost_is_repeated_under_its_key_and_arrives_once(
    town: Town, frozen, fault: dict
) -> None:
    user = town.user("ประชาชน")
    town.line.fail_next(1, endpoint="push", after_accepting=True, **fault)
    push(town, user)
    later(town, frozen, 3)
    first, second = town.line.requests(endpoint="push")
    assert first.headers["x-line-retry-key"] == second.headers["x-line-retry-key"]
    assert first.body == second.body
    assert second.status == 409
    assert sent(town, user) == 1
    [message] = outbox(town)
    assert (message.state, message.outcome) == (OutboxState.SENT, "accepted_before")
    assert message.line_request_id == first.request_id


def test_the_monthly_quota_holds_a_push_until_there_is_room_again(town: Town, frozen) -> None:
    user = town.user("ประชาชน")
    town.line.set_quota("makham", 300, 300)
    push(town, user)
    [message] = outbox(town)
    assert (message.state, message.outcome) == (OutboxState.HELD, "throttled_monthly_quota")
    later(town, frozen, 24 * 3600)
    assert sent(town, user) == 0
    town.line.set_quota("makham", 300, 0)
    done = town.tick(datetime.now(UTC))
    assert done["quota"]["released"] == 1
    assert sent(town, user) == 1


@pytest.mark.parametrize(
    ("message", "outcome", "seconds"),
    [
        ("The API rate limit has been exceeded. Try again later.", "throttled_rate", 3),
        ("Too many concurrent requests", "throttled_concurrency", 3),
        ("Too many messages to the same user", "throttled_same_user", 61),
    ],
)
def test_the_other_kinds_of_throttling_are_waited_out(
    town: Town, frozen, message: str, outcome: str, seconds: int
) -> None:
    user = town.user("ประชาชน")
    town.line.fail_next(1, status=429, message=message, endpoint="push")
    push(town, user)
    assert outbox(town)[0].outcome == outcome
    later(town, frozen, seconds)
    assert sent(town, user) == 1


def test_a_wrong_channel_token_loses_nothing_and_is_sent_once_it_is_mended(
    town: Town, frozen
) -> None:
    user = town.user("ประชาชน")
    town.line.fail_next(1, status=401, endpoint="push")
    push(town, user)
    assert outbox(town)[0].state is OutboxState.WAITING
    later(town, frozen, 601)
    assert sent(town, user) == 1


def test_what_line_refuses_for_good_is_recorded_and_does_not_stop_the_next(town: Town) -> None:
    town.expects_refusals = True
    push(town, "U" + "9" * 32)
    user = town.user("ประชาชน")
    push(town, user)
    refused, accepted = outbox(town)
    assert (refused.state, refused.outcome) == (OutboxState.REFUSED, "recipient_not_reached")
    assert accepted.state is OutboxState.SENT


def test_a_line_that_is_down_for_a_day_loses_nothing_that_it_may_still_get(
    town: Town, frozen
) -> None:
    user = town.user("ประชาชน")
    town.line.fail_next(None, endpoint="push", drop_connection=True)
    push(town, user)
    for _ in range(10):
        later(town, frozen, 3600)
    assert outbox(town)[0].state is OutboxState.WAITING
    town.line.clear_faults()
    later(town, frozen, 3600)
    assert sent(town, user) == 1


def test_after_a_day_without_an_answer_a_message_is_left_unknown(town: Town, frozen) -> None:
    user = town.user("ประชาชน")
    town.line.fail_next(None, endpoint="push", drop_connection=True)
    push(town, user)
    for _ in range(60):
        later(town, frozen, 1801)
    assert outbox(town)[0].outcome == "retry_key_expired"
    assert outbox(town)[0].state is OutboxState.UNKNOWN


def test_messages_to_one_person_keep_their_order(town: Town, frozen) -> None:
    user = town.user("ประชาชน")
    for number in range(5):
        with town.db.writing() as session:
            enqueue(
                session,
                town.offices.makham.agency_id,
                user,
                [Text(text=str(number))],
                kind="test",
                now=datetime.now(UTC),
                worth_quota=True,
            )
    town.engine.drain()
    assert [one["text"] for one in town.line.messages_to(user)] == list("01234")


def test_ten_thousand_characters_are_cut_to_what_line_takes(town: Town) -> None:
    user = town.user("ประชาชน")
    push(town, user, "ที่" * 4000)
    [message] = town.line.messages_to(user)
    assert len(message["text"]) <= 5000
    assert message["text"].endswith("…")


def test_each_agency_speaks_with_its_own_token(town: Town) -> None:
    here, there = town.user("คนมะขาม"), town.user("คนบางพระ", town.offices.bangphra)
    town.says(here, "สวัสดี")
    town.says(there, "สวัสดี", town.offices.bangphra)
    channels = {one.channel for one in town.line.requests(endpoint="reply")}
    assert channels == {"makham", "bangphra"}


def test_a_released_message_gets_a_new_key(town: Town) -> None:
    user = town.user("ประชาชน")
    town.line.set_quota("makham", 1, 1)
    push(town, user)
    town.line.set_quota("makham", 300, 0)
    with town.db.writing() as session:
        assert release_held(session, town.offices.bangphra.agency_id, datetime.now(UTC)) == 0
        assert release_held(session, town.offices.makham.agency_id, datetime.now(UTC)) == 1
    town.engine.drain()
    first, second = town.line.requests(endpoint="push")
    assert first.headers["x-line-retry-key"] != second.headers["x-line-retry-key"]


def test_a_line_too_slow_to_answer_is_not_told_twice(town: Town, frozen) -> None:
    town.expects_refusals = True
    door = town.settings.line_api_url
    hasty = Messenger(door, door, timeout=(1.0, 0.2))
    town.engine.sender = OutboxSender(town.db, town.engine.channels, hasty)
    user = town.user("ประชาชน")
    town.line.fail_next(1, endpoint="reply", delay=1.0, after_accepting=True)
    town.says(user, "สวัสดีค่ะ")
    assert outbox(town)[0].outcome == "no_answer"
    later(town, frozen, 3)
    assert outbox(town)[0].state is OutboxState.SENT
    assert sent(town, user) == 1


def test_a_push_to_a_slow_line_arrives_once(town: Town, frozen) -> None:
    door = town.settings.line_api_url
    hasty = Messenger(door, door, timeout=(1.0, 0.2))
    town.engine.sender = OutboxSender(town.db, town.engine.channels, hasty)
    user = town.user("ประชาชน")
    town.line.fail_next(1, endpoint="push", delay=1.0, after_accepting=True)
    push(town, user)
    later(town, frozen, 3)
    assert outbox(town)[0].state is OutboxState.SENT
    assert sent(town, user) == 1


def test_a_line_that_cannot_be_reached_at_all_was_not_told(town: Town, frozen) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}"
        away = Messenger(nobody, nobody)
        town.engine.sender = OutboxSender(town.db, town.engine.channels, away)
        user = town.user("ประชาชน")
        town.says(user, "สวัสดีค่ะ")
        [message] = outbox(town)
        assert (message.outcome, message.ambiguous) == ("not_reached", False)
    town.engine.sender = OutboxSender(town.db, town.engine.channels, town.engine.messenger)
    later(town, frozen, 3)
    assert sent(town, user) == 1
