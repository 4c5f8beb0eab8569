"""What people and machines really send: answered or passed over, and never a failed event."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from domain.states import InboxState
from models.complaint import Complaint
from models.complaint_reporter import ComplaintRating
from models.inbox import InboxEvent
from simulator import build_event
from tests.chat.citizens import photo
from tests.chat.test_reports import STORY
from tests.offices import Office
from tests.town import Json, Town, words


@pytest.fixture
def calm(town: Town) -> Iterator[Town]:
    """A town in which, in the end, every event was handled or passed over on purpose."""
    yield town
    with town.db.reading() as session:
        rows = session.scalars(select(InboxEvent)).all()
        assert rows
        assert {one.state for one in rows} <= {InboxState.HANDLED, InboxState.IGNORED}
        assert all(one.raw is None for one in rows)


def message(user: str, /, **fields: Any) -> Json:
    source = {"type": "user", "userId": user}
    return build_event("message", source=source, message={"id": "5" * 18, **fields})


def postback(user: str, data: Any) -> Json:
    source = {"type": "user", "userId": user}
    return build_event("postback", source=source, postback={"data": data})


def arrives(town: Town, event: Json, user: str, office: Office | None = None) -> list[Json]:
    """An event that LINE's own apps would not make; what is said to it."""
    office = office or town.offices.makham
    town.line.register_event(office.slug, event)
    known = len(town.line.messages_to(user))
    town.happens(event, office)
    return town.line.messages_to(user)[known:]


def in_a_report(town: Town, user: str, *answers: str) -> None:
    town.taps(user, "c:corruption")
    for text in answers:
        town.says(user, text)


PLACES: tuple[Json, ...] = (
    {"latitude": 12.61, "longitude": 102.1},
    {"latitude": 12.61, "longitude": 102.1, "title": "", "address": ""},
    {"latitude": 12.61, "longitude": 102.1, "title": None, "address": 7},
    {"title": "ตลาดสด"},
    {"address": "หมู่ 1", "latitude": "12", "longitude": None},
)


@pytest.mark.parametrize("place", PLACES)
def test_a_place_without_a_title_or_without_coordinates_answers_where(
    calm: Town, place: Json
) -> None:
    user = calm.user("ผู้แจ้ง")
    in_a_report(calm, user, STORY[0])
    assert "เมื่อไร" in words(arrives(calm, message(user, type="location", **place), user))


@pytest.mark.parametrize(
    "place",
    [
        {},
        {"latitude": 1e999, "longitude": float("nan")},
        {"latitude": 999, "longitude": -999},
        {"latitude": True, "longitude": []},
    ],
)
def test_a_place_that_says_nothing_is_asked_for_again(calm: Town, place: Json) -> None:
    user = calm.user("ผู้แจ้ง")
    in_a_report(calm, user, STORY[0])
    said = words(arrives(calm, message(user, type="location", **place), user))
    assert "ที่ไหน" in said or "เมื่อไร" in said


@pytest.mark.parametrize(
    "text",
    ["道路に穴があります", "нет света", "لا يوجد ضوء", "ບໍ່ມີໄຟ", "មិនមានភ្លើង", "မီးမရှိ", "ᚠᚢᚦ"],
)
def test_other_scripts_are_answers_like_any_other(calm: Town, text: str) -> None:
    user = calm.user("ผู้แจ้ง")
    in_a_report(calm, user)
    assert "ที่ไหน" in words(calm.says(user, text))


@pytest.mark.parametrize(
    "text", ["😀😀😀", "👨‍👩‍👧", "❤️", "🇹🇭", "...", "??!!", "\u200b\u200b", "\u202e", " ", "ๆ", "์่้"]
)
def test_signs_alone_are_answered_with_the_same_question(calm: Town, text: str) -> None:
    user = calm.user("ผู้แจ้ง")
    in_a_report(calm, user)
    said = words(calm.says(user, text))
    assert "เกิดอะไรขึ้น" in said or "ที่ไหน" in said
    calm.says(user, "ยกเลิก")
    assert calm.says(user, text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("ก" * 5000, id="the longest that LINE sends"),
        pytest.param("😀" * 2500, id="as long in surrogate pairs"),
        pytest.param("น้ำ" * 1666, id="as long in clusters"),
        pytest.param("ก\ud83d", id="half a pair at the end"),
        pytest.param("\udc00ก\ud800", id="halves in the wrong order"),
        pytest.param("ก\x00ข\x07\x1b[31m", id="control marks"),
        pytest.param("ก\r\n\n\n\n\u2028ข", id="line ends of all kinds"),
        pytest.param("<b>&amp;{{7*7}}'; DROP TABLE complaint; --", id="code"),
    ],
)
def test_long_and_broken_texts_go_through_a_whole_report(calm: Town, text: str) -> None:
    user = calm.user("ผู้แจ้ง")
    in_a_report(calm, user, "เริ่มเรื่อง")
    for step in ("ที่", "เมื่อ"):
        arrives(calm, message(user, type="text", text=text + step), user)
    arrives(calm, message(user, type="text", text="ยกเลิก"), user)
    assert arrives(calm, message(user, type="text", text=text), user)


@pytest.mark.parametrize("kind", ["sticker", "hologram", "", None, 7, ["text"], {"a": 1}])
def test_what_is_no_answer_in_the_middle_of_a_form_changes_nothing(calm: Town, kind: Any) -> None:
    user = calm.user("ผู้แจ้ง")
    in_a_report(calm, user, STORY[0])
    assert "ที่ไหน" in words(arrives(calm, message(user, type=kind), user))
    assert "เมื่อไร" in words(calm.says(user, STORY[1]))


FORGED = (
    *("c:", "c:nothing", "c:confirm", "c:CORRUPTION", "c:corruption ", "c:\ud800"),
    *("t:", "t:AAAA", "t:" + "A" * 200, "t:ก", "t:====", "t:\ud800"),
    *("a:", "a::", "a:0", "a:" + "0" * 32 + ":key", "a:zz:key", "a:" + "f" * 32 + ":"),
    *("k:", "k::", "k:add:", "k:withdraw!:AAAA", "k:rate9:" + "B" * 90, "k:rate5:ก", "k:\ud800:"),
    *("u:", "u:yes:0", "u:" + "0" * 32 + ":9", "u:\ud800"),
    *("q:", "q:AAAA", "q:" + "=" * 80),
    *("e:", "e:erase:th:99999999999", "e:erase:th:-1"),
    *("", ":", "x:", "c", "{}", "%00", "\x00", "ก" * 300, "A" * 10_000),
)


@pytest.mark.parametrize("data", FORGED)
def test_a_forged_postback_changes_nothing(calm: Town, data: str) -> None:
    user = calm.user("ผู้ลองดี")
    arrives(calm, postback(user, data), user)
    in_a_report(calm, user, STORY[0])
    arrives(calm, postback(user, data), user)
    with calm.db.reading() as session:
        for table in (Complaint, ComplaintRating):
            assert session.scalars(select(table)).all() == []


@pytest.mark.parametrize("data", [None, 7, [], {"data": "c:corruption"}, True])
def test_a_postback_whose_data_is_no_text_is_passed_over(calm: Town, data: Any) -> None:
    user = calm.user("ผู้ลองดี")
    arrives(calm, postback(user, data), user)


def test_a_button_of_one_office_opens_nothing_at_the_other(calm: Town) -> None:
    user, there = calm.user("ผู้ร้อง"), calm.offices.bangphra
    calm.line.add_user("ผู้ร้อง", user, [there.slug])
    event = postback(user, "t:" + "A" * 120)
    assert "ใช้ไม่ได้" in words(arrives(calm, event, user, there))


def confirm_a_report(town: Town, user: str) -> None:
    """A report, up to the button that sends it."""
    in_a_report(town, user, *STORY, "ข้าม", "ไม่มี")
    assert "ตรวจสอบก่อนส่ง" in words(town.says(user, "ไม่เปิดเผยตัวตน"))


def filed(town: Town) -> int:
    with town.db.reading() as session:
        return len(session.scalars(select(Complaint)).all())


def test_a_report_is_sent_once_however_often_its_button_is_tapped(calm: Town) -> None:
    user = calm.user("ผู้ร้อง")
    confirm_a_report(calm, user)
    taps = [calm.line.user_taps("makham", user, "c:confirm") for _ in range(4)]
    assert calm.post(calm.offices.makham, [*taps, taps[0], taps[2]]).status_code == 200
    calm.engine.drain()
    for tap in taps:
        again = {**tap, "deliveryContext": {"isRedelivery": True}}
        assert calm.post(calm.offices.makham, [again]).status_code == 200
    calm.engine.drain()
    assert filed(calm) == 1


def two_devices(town: Town, user: str, frozen: Any) -> list[Json]:
    """What one person types, on a phone and on a computer, in the order of time."""
    events = []
    for text in ("แจ้งเบาะแสทุจริต", *STORY):
        events.append(town.line.user_sends_text("makham", user, text))
        frozen.shift(0.5)
    return events


@pytest.mark.parametrize("seed", range(6))
def test_events_of_two_devices_in_any_order_of_coming_are_handled_in_the_order_of_time(
    calm: Town, frozen: Any, seed: int
) -> None:
    user = calm.user("ผู้แจ้ง")
    events = two_devices(calm, user, frozen)
    mixed = events + events[1:3]
    random.Random(seed).shuffle(mixed)
    assert calm.post(calm.offices.makham, mixed).status_code == 200
    calm.engine.drain()
    for event in mixed:
        again = {**event, "deliveryContext": {"isRedelivery": True}}
        assert calm.post(calm.offices.makham, [again]).status_code == 200
    calm.engine.drain()
    going_on = words(calm.says(user, "ย้อนกลับ"))
    assert "ใครเกี่ยวข้อง" in going_on
    assert STORY[3] in going_on


def test_an_event_older_than_what_was_handled_does_not_stop_the_talk(
    calm: Town, frozen: Any
) -> None:
    user = calm.user("ผู้แจ้ง")
    late = calm.line.user_sends_text("makham", user, STORY[1])
    frozen.shift(5)
    in_a_report(calm, user, STORY[0])
    assert "เมื่อไร" in words(arrives(calm, late, user))


def test_photos_and_words_of_two_devices_at_once_are_all_kept(calm: Town) -> None:
    user = calm.user("ผู้แจ้ง")
    in_a_report(calm, user, *STORY)
    events = [
        calm.line.user_sends_media("makham", user, "image", photo()),
        calm.line.user_sends_media("makham", user, "image", photo("red")),
    ]
    assert calm.post(calm.offices.makham, events[:1]).status_code == 200
    assert calm.post(calm.offices.makham, events).status_code == 200
    calm.engine.drain()
    assert "2" in words(calm.line.messages_to(user)[-1:])


UNKNOWN: tuple[Json, ...] = (
    {"type": "message", "message": {"type": "text", "text": "สวัสดีค่ะ", "hologram": [1, {"a": 2}]}},
    {"type": "message", "message": {"type": "text", "text": "สวัสดีค่ะ", "emojis": "none"}},
    {"type": "message", "message": {"type": "text", "text": {"th": "สวัสดีค่ะ"}}},
    {"type": "message", "message": "text"},
    {"type": "message", "message": None},
    {"type": "message"},
    {"type": "messageEdited", "message": {"type": "text", "text": "แก้แล้ว"}},
    {"type": "somethingNew", "payload": {"deep": [[[[1]]]]}},
    {"type": 7},
    {"type": "unsend", "unsend": {}},
    {"type": "unsend", "unsend": "all"},
    {"type": "follow", "follow": None},
    {"type": "follow", "follow": {"isUnblocked": "yes"}},
    {"type": "unfollow", "unfollow": 1},
    {"type": "message", "message": {"type": "image", "imageSet": 7, "id": "../../etc"}},
    {"type": "message", "message": {"type": "file", "fileSize": -1, "fileName": ["a"], "id": ""}},
    {"type": "accountLink", "link": {"result": "ok", "nonce": "n"}},
    {"type": "memberJoined", "joined": {"members": []}},
    {"type": "videoPlayComplete", "videoPlayComplete": {"trackingId": "t"}},
    {"type": "beacon", "beacon": {"hwid": "1", "type": "enter"}},
)


@pytest.mark.parametrize("extra", UNKNOWN)
def test_unknown_types_and_fields_are_answered_or_passed_over(calm: Town, extra: Json) -> None:
    user = calm.user("ประชาชน")
    for in_report in (False, True):
        if in_report:
            in_a_report(calm, user, STORY[0])
        event = build_event("message", source={"type": "user", "userId": user})
        event = {**{key: event[key] for key in event if key != "message"}, **extra}
        event["futureField"] = {"of": ["LINE"]}
        arrives(calm, event, user)
    assert calm.says(user, "ยกเลิก")


def test_events_with_odd_sources_are_passed_over(calm: Town) -> None:
    for source in (None, {}, {"type": "user"}, {"type": "user", "userId": 7}, "U1", []):
        event = build_event("message", message={"type": "text", "text": "สวัสดี", "id": "1"})
        event["source"] = source
        assert calm.post(calm.offices.makham, [event]).status_code == 200
        calm.engine.drain()
    assert calm.line.requests(method="POST") == []
