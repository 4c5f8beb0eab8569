from __future__ import annotations

import json
import re

from linebot.v3 import SignatureValidator, WebhookParser
from linebot.v3.webhooks import MessageEvent, PostbackEvent

from simulator import EVENT_TYPES, build_event, build_message, sign, user_source

ULID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")


def last_body(line):
    return json.loads(line.bot.received[-1][1])


def test_the_signature_is_that_of_lines_vector():
    body = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
    expected = "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="
    assert sign("8c570fa6dd201bb328f1c1eac23a96d8", body) == expected


def test_the_sdk_accepts_signature_and_body_of_a_text(line):
    line.sim.user_sends_text("makham", line.citizen.user_id, "สวัสดี")
    headers, body = line.bot.received[-1]
    assert SignatureValidator("secret-makham").validate(body.decode(), headers["x-line-signature"])
    events = WebhookParser("secret-makham").parse(body.decode(), headers["x-line-signature"])
    assert isinstance(events[0], MessageEvent)
    assert events[0].message.text == "สวัสดี"
    assert events[0].source.user_id == line.citizen.user_id


def test_a_text_event_has_everything_that_line_sends(line):
    event = line.sim.user_sends_text("makham", line.citizen.user_id, "สวัสดี")
    body = last_body(line)
    assert body == {"destination": line.sim.world.channels["makham"].bot_user_id, "events": [event]}
    assert ULID.fullmatch(event["webhookEventId"])
    assert event["deliveryContext"] == {"isRedelivery": False}
    assert event["mode"] == "active"
    assert re.fullmatch(r"[0-9a-f]{32}", event["replyToken"])
    assert event["source"] == {"type": "user", "userId": line.citizen.user_id}
    assert event["message"]["quoteToken"]
    assert event["timestamp"] > 1_600_000_000_000


def test_redelivery_keeps_id_and_reply_token(line):
    event = line.sim.user_sends_text("makham", line.citizen.user_id, "สวัสดี")
    assert line.sim.redeliver("makham", event) == 200
    again = last_body(line)["events"][0]
    assert again["deliveryContext"] == {"isRedelivery": True}
    assert again["webhookEventId"] == event["webhookEventId"]
    assert again["replyToken"] == event["replyToken"]
    assert event["deliveryContext"] == {"isRedelivery": False}


def test_a_failed_delivery_is_not_repeated_unless_redelivery_is_on(line):
    line.bot.status = 500
    line.sim.user_sends_text("makham", line.citizen.user_id, "ก")
    assert len(line.bot.received) == 1
    assert [d.error for d in line.sim.deliveries()] == ["error_status_code"]
    line.sim.world.channels["makham"].redelivery = True
    line.sim.postman.redelivery_delays = (0.0, 0.0)
    line.sim.user_sends_text("makham", line.citizen.user_id, "ข")
    marks = [
        json.loads(body)["events"][0]["deliveryContext"]["isRedelivery"]
        for _, body in line.bot.received[1:]
    ]
    assert marks == [False, True, True]


def test_a_bot_that_is_down_is_recorded_and_raises_nothing(line):
    line.sim.world.channels["makham"].webhook_url = "http://127.0.0.1:9/"
    assert line.sim.deliver("makham", []) == 0
    assert line.sim.deliveries()[-1].error == "could_not_connect"


def test_without_auto_delivery_events_are_only_returned(line):
    line.sim.auto_deliver = False
    first = line.sim.user_sends_text("makham", line.citizen.user_id, "หนึ่ง")
    second = line.sim.user_sends_text("makham", line.officer.user_id, "สอง")
    assert line.bot.received == []
    assert line.sim.deliver("makham", [second, first]) == 200
    assert last_body(line)["events"] == [second, first]


def test_a_mention_of_the_bot_counts_utf16_and_is_self(line):
    event = line.sim.user_sends_text(
        "makham", line.officer.user_id, "งานค้าง", line.group.group_id, mention_bot=True
    )
    mentionee = event["message"]["mention"]["mentionees"][0]
    assert mentionee["isSelf"] is True
    assert event["message"]["text"][: mentionee["length"]] == "@เทศบาลตำบลมะขาม"
    assert event["source"]["groupId"] == line.group.group_id


def test_a_postback_carries_data_and_params_and_its_display_text_makes_no_event(line):
    event = line.sim.user_taps(
        "makham", line.citizen.user_id, "a=1", {"date": "2026-11-21"}, display_text="วันนี้"
    )
    assert event["postback"] == {"data": "a=1", "params": {"date": "2026-11-21"}}
    assert len(line.bot.received) == 1
    headers, body = line.bot.received[0]
    parsed = WebhookParser("secret-makham").parse(body.decode(), headers["x-line-signature"])
    assert isinstance(parsed[0], PostbackEvent)
    shown = line.sim.transcript(line.citizen.user_id)
    assert [entry.message["text"] for entry in shown] == ["วันนี้"]


def test_following_blocking_and_unblocking(line):
    newcomer = line.sim.add_user("ประชาชน ค")
    assert line.sim.user_follows("makham", newcomer.user_id)["follow"] == {"isUnblocked": False}
    unfollow = line.sim.user_blocks("makham", newcomer.user_id)
    assert unfollow["type"] == "unfollow"
    assert "replyToken" not in unfollow
    assert line.sim.user_follows("makham", newcomer.user_id)["follow"] == {"isUnblocked": True}


def test_joining_and_leaving_a_group(line):
    newcomer = line.sim.add_user("เจ้าหน้าที่กองช่าง")
    joined = line.sim.user_joins_group(line.group.group_id, newcomer.user_id)
    assert joined["joined"]["members"] == [{"type": "user", "userId": newcomer.user_id}]
    left = line.sim.user_leaves_group(line.group.group_id, newcomer.user_id)
    assert left["type"] == "memberLeft"
    assert "replyToken" not in left
    assert "replyToken" not in line.sim.bot_leaves_group(line.group.group_id)
    assert line.sim.bot_joins_group(line.group.group_id)["replyToken"]


def test_a_standby_event_has_no_reply_token():
    event = build_event("message", mode="standby", message=build_message("text", text="ก"))
    assert event["mode"] == "standby"
    assert "replyToken" not in event


def test_every_announced_event_type_is_known_to_the_sdk():
    source = user_source("U" + "0" * 32)
    events = [build_event(kind, source=source) for kind in EVENT_TYPES if kind != "message"]
    for kind in ("text", "image", "video", "audio", "sticker", "location", "file"):
        extra = {
            "text": {"text": "ก"},
            "sticker": {"packageId": "1", "stickerId": "2", "stickerResourceType": "STATIC"},
            "location": {"latitude": 13.7, "longitude": 100.5},
            "file": {"fileName": "ก.pdf", "fileSize": 3},
        }.get(kind, {})
        events.append(build_event("message", source=source, message=build_message(kind, **extra)))
    body = json.dumps({"destination": "U" + "0" * 32, "events": events})
    parsed = WebhookParser("s").parse(body, sign("s", body.encode()))
    assert [event for event in parsed if type(event).__name__ == "UnknownEvent"] == []
    assert len(parsed) == len(events)


def test_an_unannounced_event_type_can_be_built():
    event = build_event("messageEdited", edit={"messageId": "1"})
    assert event["edit"] == {"messageId": "1"}
    assert "replyToken" not in event
