"""Webhook events are read with tolerance: nothing that JSON can hold makes the reader raise."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.inbound import Inbound, read_event

FIXTURES = Path(__file__).parents[1] / "fixtures" / "webhooks"
RECEIVED = datetime(2023, 3, 15, 5, 0, tzinfo=UTC)
EVERY_BODY = sorted(FIXTURES.rglob("*.json"))


def events_of(name: str) -> list[Inbound]:
    body = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
    return [read_event(event, RECEIVED) for event in body["events"]]


def is_well_formed(event: Inbound) -> bool:
    """Of the types that it promises, and fit to be kept, sent and sealed."""
    texts = (event.type, event.message_type, event.chat_id, event.user_id, event.message_id)
    more = (event.text, event.postback_data, event.place, event.file_name)
    for text in (*texts, *more, event.reply_token or "", event.set_id or ""):
        text.encode()  # raises for half a surrogate pair
    assert event.happened_at.utcoffset() is not None
    assert event.reply_token != ""
    assert event.set_id != ""
    assert 0 < event.set_total <= 100
    assert event.chat_id or not event.in_group
    assert isinstance(event.is_console_check, bool)
    return isinstance(event.is_media, bool)


# Any character at all, half surrogate pairs among them: JSON can write them.
_any_text = st.text(st.characters(), max_size=12)
_leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**400, -(10**400), 2**63, 0, 1678856400000]),
    st.floats(),
    _any_text,
    st.sampled_from(
        ["message", "text", "image", "location", "postback", "active", "line", "\ud800"]
    ),
)
_KNOWN_KEYS = (
    *("type", "mode", "source", "userId", "groupId", "roomId", "replyToken", "timestamp"),
    *("message", "id", "text", "mention", "mentionees", "isSelf", "postback", "data", "params"),
    *("date", "title", "address", "latitude", "longitude", "fileName", "imageSet", "total"),
    *("contentProvider", "unsend", "messageId"),
)
_keys = _any_text | st.sampled_from(_KNOWN_KEYS)
_json = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_keys, inner, max_size=6),
    max_leaves=25,
)


def _shaped(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A table with these fields, each of its own kind or of any; or something else altogether."""
    either = {key: kind | _leaves | _json for key, kind in fields.items()}
    return st.fixed_dictionaries({}, optional=either) | _json


_almost_events = _shaped(
    type=st.sampled_from(["message", "postback", "unsend"]),
    timestamp=st.integers(),
    source=_shaped(userId=_any_text, groupId=_any_text, roomId=_any_text),
    postback=_shaped(data=_any_text, params=_shaped(date=_any_text)),
    unsend=_shaped(messageId=_any_text),
    message=_shaped(
        type=st.sampled_from(["location", "text", "image"]),
        latitude=st.integers() | st.floats(),
        longitude=st.just(10**400) | st.floats(),
        imageSet=_shaped(id=_any_text, total=st.integers()),
        contentProvider=_shaped(type=_any_text),
        mention=_shaped(mentionees=st.lists(_shaped(isSelf=st.booleans()), max_size=2)),
    ),
)


@settings(max_examples=300, deadline=None)
@given(_json)
def test_any_json_at_all_is_read(raw: Any) -> None:
    assert is_well_formed(read_event(raw, RECEIVED))


@settings(max_examples=300, deadline=None)
@given(_almost_events)
def test_what_is_almost_an_event_is_read(raw: Any) -> None:
    assert is_well_formed(read_event(raw, RECEIVED))


@pytest.mark.parametrize("path", EVERY_BODY, ids=lambda path: path.stem)
def test_every_fixture_is_read(path: Path) -> None:
    body = json.loads(path.read_text(encoding="utf-8"))
    for event in body.get("events") or []:
        assert is_well_formed(read_event(event, RECEIVED))


def test_a_text_is_read() -> None:
    event = events_of("message_text")[0]
    assert (event.type, event.message_type) == ("message", "text")
    assert event.text
    assert event.user_id == event.chat_id
    assert event.user_id.startswith("U")
    assert event.active
    assert not event.in_group
    assert event.reply_token
    assert event.happened_at != RECEIVED


def test_a_group_is_the_chat_and_its_member_the_user() -> None:
    for name, mark in (("message_text_in_group", "C"), ("message_text_in_room", "R")):
        event = events_of(name)[0]
        assert event.in_group
        assert event.chat_id.startswith(mark)
        assert event.user_id.startswith("U")
    missing = events_of("odd/missing_user_id_in_group")[0]
    assert (missing.in_group, missing.user_id) == (True, "")


def test_only_a_mention_of_ourselves_is_one() -> None:
    assert events_of("message_text_mention_of_bot")[0].mentions_us
    assert not events_of("message_text_mention_of_person")[0].mentions_us
    assert not events_of("message_text_mention_of_all")[0].mentions_us
    assert not events_of("message_text")[0].mentions_us


def test_a_place_is_one_line_of_title_address_and_coordinates() -> None:
    whole, bare = events_of("message_location")[0], events_of("message_location_without_title")[0]
    assert whole.place.endswith(")")
    assert whole.place.count("(") >= 1
    assert bare.place
    assert "None" not in whole.place + bare.place


@pytest.mark.parametrize("odd", [10**400, -(10**9), float("nan"), float("inf"), None, "12.6", [1]])
def test_coordinates_that_are_nowhere_on_earth_are_left_out(odd: Any) -> None:
    message = {"type": "location", "title": "ศาลา", "latitude": odd, "longitude": 102.1}
    event = read_event({"type": "message", "message": message}, RECEIVED)
    assert event.place == "ศาลา"


def test_a_picked_date_and_an_image_set_are_read() -> None:
    assert isinstance(events_of("postback_date")[0].picked_date, date)
    images = events_of("message_image_set")
    assert len({one.set_id for one in images}) == 1
    assert all(one.set_total == len(images) and one.is_media for one in images)
    single = events_of("message_image")[0]
    assert (single.set_id, single.set_total, single.content_at_line) == (None, 1, True)
    assert not events_of("message_image_external")[0].content_at_line


@pytest.mark.parametrize(("said", "size"), [(5, 5), (0, 0), (-1, None), ("5", None), (None, None)])
def test_a_files_size_is_read_where_line_says_one(said: Any, size: int | None) -> None:
    message = {"type": "file", "fileSize": said}
    assert read_event({"type": "message", "message": message}, RECEIVED).file_size == size


@pytest.mark.parametrize("odd", [None, {}, [], {"isUnblocked": "true"}, {"isUnblocked": 1}])
def test_only_a_follow_that_says_so_is_a_coming_back(odd: Any) -> None:
    back = {"type": "follow", "follow": {"isUnblocked": True}}
    assert read_event(back, RECEIVED).came_back
    assert not read_event({"type": "follow", "follow": odd}, RECEIVED).came_back


def test_an_unsent_message_is_named() -> None:
    assert events_of("unsend")[0].message_id


def test_nothing_is_answered_in_standby_or_to_the_console() -> None:
    assert not events_of("odd/standby_mode")[0].active
    assert not events_of("odd/unknown_mode")[0].active
    assert all(event.is_console_check for event in events_of("odd/console_check_dummy_tokens"))
    assert not events_of("message_text")[0].is_console_check


def test_a_missing_or_impossible_time_becomes_the_time_of_receipt() -> None:
    assert events_of("odd/missing_timestamp")[0].happened_at == RECEIVED
    for odd in (10**30, -(10**30), True, "1678856400000", 1678856400000.5, None):
        assert read_event({"timestamp": odd}, RECEIVED).happened_at == RECEIVED


def test_half_a_surrogate_pair_becomes_a_mark_and_whole_ones_stay() -> None:
    text = json.loads('"ก\\ud800ข \\ude00 \\ud83d\\ude00 \\ud83d"')
    event = read_event({"message": {"text": text}}, RECEIVED)
    assert event.text == "ก\ufffdข \ufffd 😀 \ufffd"
