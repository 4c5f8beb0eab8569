from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
import urllib3
from linebot.v3.messaging import (
    ApiException,
    MulticastRequest,
    PushMessageRequest,
    ReplyMessageRequest,
    ShowLoadingAnimationRequest,
    TextMessage,
    ValidateMessageRequest,
)

from simulator import MONTHLY_LIMIT, SAME_USER, TOO_CONCURRENT

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
WORDS = [TextMessage(text="รับเรื่องแล้ว")]


def reply_to(line, event, token="token-makham"):
    request = ReplyMessageRequest(reply_token=event["replyToken"], messages=WORDS)
    return line.api(token).reply_message(request)


def push(line, to, key=None, text="ถึงกำหนด"):
    request = PushMessageRequest(to=to, messages=[TextMessage(text=text)])
    return line.api().push_message_with_http_info(request, x_line_retry_key=key)


def refused(call, *arguments, **named):
    with pytest.raises(ApiException) as caught:
        call(*arguments, **named)
    return caught.value.status, json.loads(caught.value.body), caught.value


def texts_to(line, recipient):
    return [message["text"] for message in line.sim.messages_to(recipient)]


def test_a_reply_arrives_and_costs_nothing(line):
    event = line.sim.user_sends_text("makham", line.citizen.user_id, "สวัสดี")
    answer = reply_to(line, event)
    assert answer.sent_messages[0].quote_token
    assert texts_to(line, line.citizen.user_id) == ["รับเรื่องแล้ว"]
    assert line.api().get_message_quota_consumption().total_usage == 0


def test_a_reply_token_works_once(line):
    event = line.sim.user_sends_text("makham", line.citizen.user_id, "สวัสดี")
    reply_to(line, event)
    status, body, _ = refused(reply_to, line, event)
    assert (status, body) == (400, {"message": "Invalid reply token"})
    assert len(texts_to(line, line.citizen.user_id)) == 1


def test_a_reply_token_lasts_a_minute(line):
    with time_machine.travel(NOW, tick=False) as clock:
        early = line.sim.user_sends_text("makham", line.citizen.user_id, "หนึ่ง")
        late = line.sim.user_sends_text("makham", line.citizen.user_id, "สอง")
        clock.shift(timedelta(seconds=59))
        reply_to(line, early)
        clock.shift(timedelta(seconds=2))
        assert refused(reply_to, line, late)[:2] == (400, {"message": "Invalid reply token"})


def test_a_reply_token_belongs_to_its_channel(line):
    event = line.sim.user_sends_text("makham", line.citizen.user_id, "สวัสดี")
    assert refused(reply_to, line, event, "token-bang")[0] == 400


def test_a_bad_message_does_not_spend_the_token(line):
    event = line.sim.user_sends_text("makham", line.citizen.user_id, "สวัสดี")
    wrong = {"replyToken": event["replyToken"], "messages": [{"type": "text", "text": ""}]}
    assert post(line, "reply", wrong).status == 400
    reply_to(line, event)


def post(line, endpoint, body, headers=()):
    return urllib3.request(
        "POST",
        f"{line.url}/simulator/line/v2/bot/message/{endpoint}",
        body=json.dumps(body),
        headers={
            "authorization": "Bearer token-makham",
            "content-type": "application/json",
            **dict(headers),
        },
        retries=False,
    )


def test_a_retry_key_on_a_reply_is_refused(line):
    event = line.sim.user_sends_text("makham", line.citizen.user_id, "สวัสดี")
    body = {"replyToken": event["replyToken"], "messages": [{"type": "text", "text": "ก"}]}
    answer = post(line, "reply", body, {"X-Line-Retry-Key": str(uuid.uuid4())})
    assert answer.status == 400
    assert texts_to(line, line.citizen.user_id) == []


def test_a_retry_key_is_accepted_once_within_a_day(line):
    key = str(uuid.uuid4())
    with time_machine.travel(NOW, tick=False) as clock:
        first = push(line, line.citizen.user_id, key)
        clock.shift(timedelta(hours=23))
        status, body, problem = refused(push, line, line.citizen.user_id, key, text="อื่น")
        assert status == 409
        assert body["message"] == "The retry key is already accepted"
        assert body["sentMessages"][0]["id"] == first.data.sent_messages[0].id
        accepted = problem.headers["x-line-accepted-request-id"]
        assert accepted == first.headers["x-line-request-id"]
        assert len(texts_to(line, line.citizen.user_id)) == 1
        clock.shift(timedelta(hours=2))
        push(line, line.citizen.user_id, key)
    assert len(texts_to(line, line.citizen.user_id)) == 2


def test_a_retry_key_must_be_a_uuid(line):
    assert refused(push, line, line.citizen.user_id, "abc")[0] == 400


def test_a_refused_push_leaves_its_retry_key_free(line):
    key = str(uuid.uuid4())
    line.sim.set_quota("makham", 0)
    assert refused(push, line, line.citizen.user_id, key)[0] == 429
    line.sim.set_quota("makham", 10)
    push(line, line.citizen.user_id, key)


def test_a_push_to_an_unknown_or_malformed_id_is_refused(line):
    for to in ("U" + "0" * 32, line.stranger.user_id, "nobody", "C" + "0" * 32):
        assert refused(push, line, to)[0] == 400


def test_a_push_to_someone_who_blocked_is_accepted_and_lost(line):
    line.sim.user_blocks("makham", line.citizen.user_id)
    assert push(line, line.citizen.user_id).status_code == 200
    assert texts_to(line, line.citizen.user_id) == []
    assert line.sim.world.channels["makham"].quota_used == 0


def test_a_group_push_counts_members_whatever_the_number_of_messages(line):
    request = PushMessageRequest(to=line.group.group_id, messages=WORDS * 3)
    line.api().push_message(request)
    assert line.api().get_message_quota_consumption().total_usage == 3
    assert len(texts_to(line, line.group.group_id)) == 3


def test_a_push_to_a_group_that_the_bot_left_is_refused(line):
    line.sim.bot_leaves_group(line.group.group_id)
    assert refused(push, line, line.group.group_id)[0] == 400


def test_beyond_the_quota_is_a_429_with_its_own_words(line):
    line.sim.set_quota("makham", 301, used=300)
    assert line.api().get_message_quota().value == 301
    assert refused(push, line, line.group.group_id)[:2] == (429, {"message": MONTHLY_LIMIT})
    push(line, line.citizen.user_id)
    assert refused(push, line, line.citizen.user_id)[0] == 429


def test_multicast_reaches_friends_and_passes_over_others(line):
    line.sim.user_blocks("makham", line.officer.user_id)
    people = [line.citizen.user_id, line.officer.user_id, "U" + "0" * 32]
    line.api().multicast(MulticastRequest(to=people, messages=WORDS))
    assert texts_to(line, line.citizen.user_id) == ["รับเรื่องแล้ว"]
    assert line.sim.world.channels["makham"].quota_used == 1
    assert (
        post(
            line,
            "multicast",
            {"to": [line.group.group_id], "messages": [{"type": "text", "text": "ก"}]},
        ).status
        == 400
    )
    crowd = ["U" + "0" * 32] * 501
    assert (
        post(line, "multicast", {"to": crowd, "messages": [{"type": "text", "text": "ก"}]}).status
        == 400
    )


def test_validation_sends_nothing(line):
    line.api().validate_push(ValidateMessageRequest(messages=WORDS))
    assert texts_to(line, line.citizen.user_id) == []
    answer = post(line, "validate/reply", {"messages": []})
    assert answer.status == 400


def test_an_unknown_token_is_a_401_and_an_unknown_path_a_404(line):
    assert refused(line.api("wrong").get_bot_info)[0] == 401
    answer = post(line, "nothing", {})
    assert answer.status == 404
    assert json.loads(answer.data)["message"]
    assert answer.headers["x-line-request-id"]


def test_a_body_over_two_megabytes_is_a_413_and_other_types_a_415(line):
    big = {"to": line.citizen.user_id, "messages": [{"type": "text", "text": "ก" * 800_000}]}
    assert post(line, "push", big).status == 413
    assert post(line, "push", {}, {"content-type": "text/plain"}).status == 415


@pytest.mark.parametrize("message", [None, MONTHLY_LIMIT, TOO_CONCURRENT, SAME_USER])
def test_a_429_can_be_had_in_four_kinds(line, message):
    line.sim.fail_next(status=429, message=message, endpoint="push")
    status, body, _ = refused(push, line, line.citizen.user_id)
    assert status == 429
    assert body["message"] == (message or "The API rate limit has been exceeded. Try again later.")
    push(line, line.citizen.user_id)


def test_a_fault_waits_for_its_endpoint_and_ends_after_n(line):
    line.sim.fail_next(2, status=500, endpoint="push")
    assert line.api().get_bot_info().display_name == "เทศบาลตำบลมะขาม"
    assert refused(push, line, line.citizen.user_id)[0] == 500
    assert refused(push, line, line.citizen.user_id)[0] == 500
    push(line, line.citizen.user_id)
    assert texts_to(line, line.citizen.user_id) == ["ถึงกำหนด"]


def test_a_lost_answer_after_accepting_shows_as_409_on_the_retry(line):
    key = str(uuid.uuid4())
    line.sim.fail_next(endpoint="push", after_accepting=True)
    assert refused(push, line, line.citizen.user_id, key)[0] == 500
    assert refused(push, line, line.citizen.user_id, key)[0] == 409
    assert len(texts_to(line, line.citizen.user_id)) == 1


def test_a_reply_whose_answer_was_lost_did_arrive(line):
    event = line.sim.user_sends_text("makham", line.citizen.user_id, "สวัสดี")
    line.sim.fail_next(endpoint="reply", after_accepting=True, drop_connection=True)
    with pytest.raises(urllib3.exceptions.HTTPError):
        reply_to(line, event)
    assert line.sim.requests("reply")[-1].status is None
    assert refused(reply_to, line, event)[1] == {"message": "Invalid reply token"}
    assert texts_to(line, line.citizen.user_id) == ["รับเรื่องแล้ว"]


def test_a_dropped_connection_before_accepting_sends_nothing(line):
    event = line.sim.user_sends_text("makham", line.citizen.user_id, "สวัสดี")
    line.sim.fail_next(drop_connection=True)
    with pytest.raises(urllib3.exceptions.HTTPError):
        reply_to(line, event)
    assert texts_to(line, line.citizen.user_id) == []
    reply_to(line, event)


def test_a_slow_line_times_the_caller_out_yet_accepts(line):
    line.sim.fail_next(delay=0.15, after_accepting=True)
    request = PushMessageRequest(to=line.citizen.user_id, messages=WORDS)
    with pytest.raises(urllib3.exceptions.HTTPError):
        line.api().push_message(request, _request_timeout=(1, 0.05))
    assert texts_to(line, line.citizen.user_id) == ["รับเรื่องแล้ว"]


def test_requests_are_recorded_with_body_status_and_answer(line):
    push(line, line.citizen.user_id, str(uuid.uuid4()))
    call = line.sim.requests("push", "makham")[-1]
    assert (call.method, call.path) == ("POST", "/v2/bot/message/push")
    assert call.body["to"] == line.citizen.user_id
    assert call.status == 200
    assert call.response["sentMessages"]
    assert call.headers["x-line-retry-key"]
    assert line.sim.requests(channel_slug="bang") == []


def test_the_loading_animation_is_for_people_and_steps_of_five(line):
    line.api().show_loading_animation(
        ShowLoadingAnimationRequest(chat_id=line.citizen.user_id, loading_seconds=5)
    )
    for chat, seconds in ((line.group.group_id, 5), (line.citizen.user_id, 7)):
        request = ShowLoadingAnimationRequest(chat_id=chat, loading_seconds=seconds)
        assert refused(line.api().show_loading_animation, request)[0] == 400
