from __future__ import annotations

import copy
import json

import pytest
import urllib3

from simulator import grapheme_length, utf16_length
from simulator.checks import check_messages

PIXEL = "https://example.com/a.png"
LONG = "https://example.com/" + "a" * 1000


def message_action(label="ตกลง", text="ตกลง"):
    return {"type": "message", "label": label, "text": text}


def postback(**more):
    return {"type": "postback", "label": "ตกลง", "data": "a=1", **more}


def picker(**more):
    return {"type": "datetimepicker", "label": "วัน", "data": "d", "mode": "date", **more}


def uri(address):
    return {"type": "uri", "label": "เปิด", "uri": address}


def text(words="ก", actions=None):
    message = {"type": "text", "text": words}
    if actions is not None:
        items = [{"type": "action", "action": action} for action in actions]
        message["quickReply"] = {"items": items}
    return message


def template(**parts):
    return {"type": "template", "altText": "ก", "template": parts}


def buttons(**more):
    return template(**{"type": "buttons", "text": "ก", "actions": [postback()], **more})


def columns(count, **more):
    column = {"text": "ก", "actions": [postback()] * 3, **more}
    return template(type="carousel", columns=[copy.deepcopy(column) for _ in range(count)])


def bubble(*contents, layout="vertical", **more):
    body = {"type": "box", "layout": layout, "contents": list(contents)}
    return {"type": "bubble", "body": body, **more}


def flex(contents, alt="ก"):
    return {"type": "flex", "altText": alt, "contents": contents}


WORD = {"type": "text", "text": "ก"}
BUTTON = {"type": "button", "action": postback()}
THAI_20 = "กี่" * 20  # twenty clusters, sixty letters and marks

GOOD = [
    text("ก" * 5000),
    text("ก", [message_action(label=THAI_20)] * 13),
    text("ก", [{"type": kind, "label": "ก"} for kind in ("camera", "cameraRoll", "location")]),
    text("ก", [uri("tel:021234567"), uri("line://ti/p/@a"), uri("https://example.com/%E0%B8%81")]),
    text("ก", [picker(initial="2026-11-21", min="2026-11-01", max="2026-12-01")]),
    text(
        "ก", [picker(mode="datetime", initial="2026-11-21T09:30"), picker(mode="time", min="08:30")]
    ),
    buttons(text="กี่" * 160, actions=[postback(data="x" * 300, displayText="ก" * 300)] * 4),
    buttons(text="ก" * 60, title="ก"),
    template(type="confirm", text="ก" * 240, actions=[postback(), message_action()]),
    columns(10, text="ก" * 120),
    columns(1, text="ก" * 60, title="ก"),
    flex(bubble(WORD, BUTTON), alt="ก" * 1500),
    flex({"type": "carousel", "contents": [bubble(WORD)] * 12}),
    flex(bubble({"type": "icon", "url": PIXEL}, WORD, layout="baseline")),
    {"type": "image", "originalContentUrl": PIXEL, "previewImageUrl": PIXEL},
    {"type": "sticker", "packageId": "446", "stickerId": "1988"},
    {"type": "location", "title": "ก", "address": "ข", "latitude": 13.7, "longitude": 100.5},
]

BAD = {
    "too long a text": text("ก" * 5001),
    "a text too long in UTF-16 units": text("😀" * 2501),
    "an empty text": text(""),
    "14 quick replies": text("ก", [message_action()] * 14),
    "no quick replies": text("ก", []),
    "a label of 21 clusters": text("ก", [message_action(label="ก" * 21)]),
    "a quick reply without a label": text("ก", [{"type": "message", "text": "ก"}]),
    "an unknown message": {"type": "note", "text": "ก"},
    "an unknown action": text("ก", [{"type": "dance", "label": "ก"}]),
    "long postback data": text("ก", [postback(data="x" * 301)]),
    "long displayText": text("ก", [postback(displayText="ก" * 301)]),
    "a long address": text("ก", [uri(LONG)]),
    "a script for an address": text("ก", [uri("javascript:alert(1)")]),
    "an address with bare Thai": text("ก", [uri("https://example.com/ก")]),
    "a picker's date with slashes": text("ก", [picker(initial="21/11/2026")]),
    "a picker's date in a time": text("ก", [picker(mode="time", min="2026-11-21")]),
    "a picker's impossible date": text("ก", [picker(max="2026-02-30")]),
    "a picker that ends before it starts": text("ก", [picker(min="2026-11-02", max="2026-11-01")]),
    "a picker without a mode": text("ก", [picker(mode="day")]),
    "a long altText": flex(bubble(WORD), alt="ก" * 1501),
    "five buttons": buttons(actions=[postback()] * 5),
    "a long buttons text": buttons(text="ก" * 161),
    "a long buttons text under a title": buttons(text="ก" * 61, title="ก"),
    "a long buttons text under an image": buttons(text="ก" * 61, thumbnailImageUrl=PIXEL),
    "a camera in a template": buttons(actions=[{"type": "camera", "label": "ก"}]),
    "a confirm with one action": template(type="confirm", text="ก", actions=[postback()]),
    "a long confirm": template(type="confirm", text="ก" * 241, actions=[postback()] * 2),
    "11 columns": columns(11),
    "4 actions in a column": columns(1, actions=[postback()] * 4),
    "a long column": columns(1, text="ก" * 121),
    "a long column under a title": columns(1, text="ก" * 61, title="ก"),
    "columns that differ": template(
        type="carousel",
        columns=[{"text": "ก", "actions": [postback()] * n} for n in (1, 2)],
    ),
    "an unknown template": template(type="poster"),
    "a picture over http": {
        "type": "image",
        "originalContentUrl": "http://example.com/a.png",
        "previewImageUrl": PIXEL,
    },
    "a place off the globe": {
        "type": "location", "title": "ก", "address": "ข", "latitude": 91, "longitude": 0,
    },
}  # fmt: skip

BAD_FLEX = {
    "an empty text": (bubble({"type": "text", "text": ""}), "/body/contents/0/text"),
    "an unknown part": (bubble({"type": "chart"}), "/body/contents/0"),
    "a misspelt field": (bubble({**WORD, "colour": "#ffffff"}), "/body/contents/0/colour"),
    "a colour by name": (bubble({**WORD, "color": "red"}), "/body/contents/0/color"),
    "an unknown size": (bubble({**WORD, "size": "huge"}), "/body/contents/0/size"),
    "a button in a baseline": (bubble(BUTTON, layout="baseline"), "/body/contents/0"),
    "an icon in a vertical box": (
        bubble({"type": "icon", "url": PIXEL}),
        "/body/contents/0",
    ),
    "an unknown bubble size": (bubble(WORD, size="tera"), "/size"),
    "a bubble of nothing": ({"type": "bubble"}, "/"),
    "a location button": (
        bubble({"type": "button", "action": {"type": "location", "label": "ก"}}),
        "/body/contents/0/action/type",
    ),
    "13 bubbles": ({"type": "carousel", "contents": [bubble(WORD)] * 13}, "/contents"),
    "a bubble over 30 KB": (bubble(*[{"type": "text", "text": "ก" * 1000}] * 11), "/"),
    "a carousel over 50 KB": (
        {"type": "carousel", "contents": [bubble({"type": "text", "text": "ก" * 2000})] * 9},
        "/",
    ),
}


@pytest.mark.parametrize("message", GOOD, ids=range(len(GOOD)))
def test_line_takes_what_is_within_its_limits(message):
    assert check_messages([message]) is None


@pytest.mark.parametrize("message", BAD.values(), ids=BAD.keys())
def test_line_refuses(message):
    refusal = check_messages([message])
    assert refusal is not None
    assert refusal.as_json()["details"][0]["property"].startswith("messages[0]")


@pytest.mark.parametrize(("contents", "pointer"), BAD_FLEX.values(), ids=BAD_FLEX.keys())
def test_line_refuses_a_flex_with(contents, pointer):
    body = check_messages([flex(contents)]).as_json()
    assert body["message"] == "A message (messages[0]) in the request body is invalid"
    assert pointer in [detail["property"] for detail in body["details"]]


def test_line_takes_one_to_five_messages():
    assert check_messages([text()] * 5) is None
    for wrong in ([], None, [text()] * 6):
        assert check_messages(wrong) is not None


def test_an_error_names_every_problem():
    body = check_messages([text(""), {"type": "note"}]).as_json()
    assert body["message"] == "The request body has 2 error(s)"
    properties = [detail["property"] for detail in body["details"]]
    assert properties == ["messages[0].text", "messages[1].type"]


@pytest.mark.parametrize(
    ("words", "clusters", "units"),
    [
        ("", 0, 0),
        ("abc", 3, 3),
        ("ที่นี่", 2, 6),
        ("น้ำ", 1, 3),
        ("กำลัง", 3, 5),
        ("เจ้าหน้าที่", 7, 11),
        ("e\u0301", 1, 2),
        ("👨‍👩‍👧", 1, 8),
        ("👍🏽", 1, 4),
        ("🇹🇭🇹🇭", 2, 8),
        ("❤️", 1, 2),
        ("\r\n", 1, 2),
    ],
)
def test_clusters_and_units_are_counted_apart(words, clusters, units):
    assert grapheme_length(words) == clusters
    assert utf16_length(words) == units


def push(line, message):
    answer = urllib3.request(
        "POST",
        f"{line.url}/simulator/line/v2/bot/message/push",
        body=json.dumps({"to": line.citizen.user_id, "messages": [message]}),
        headers={"authorization": "Bearer token-makham", "content-type": "application/json"},
    )
    return answer.status, json.loads(answer.data)


@pytest.mark.parametrize("message", GOOD, ids=range(len(GOOD)))
def test_lines_own_schema_agrees_with_what_we_let_through(strict_line, message):
    assert push(strict_line, message)[0] == 200


def test_lines_own_schema_refuses_what_we_do_not_look_at(strict_line, line):
    wrong = flex(bubble({**WORD, "lineSpacing": 5}))
    assert push(strict_line, wrong)[0] == 400


def test_without_the_schema_our_own_checks_stand_alone(line):
    assert push(line, text(""))[0] == 400
    assert push(line, text("ก"))[0] == 200
