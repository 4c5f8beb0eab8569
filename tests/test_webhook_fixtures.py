"""The webhook bodies under fixtures/webhooks are what LINE sends; those under odd/ are not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from linebot.v3.models.events import UnknownEvent
from linebot.v3.webhook import WebhookParser
from linebot.v3.webhooks import Event

ROOT = Path(__file__).parents[1]
FIXTURES = ROOT / "tests" / "fixtures" / "webhooks"
ORDINARY = sorted(FIXTURES.glob("*.json"))
ODD = sorted(FIXTURES.glob("odd/*.json"))
SECRET = "invented channel secret"
# The SDK knows it, LINE's webhook.yml of July 2026 does not yet.
NOT_IN_THE_YAML = {"messageEdited"}
# Events that LINE's format allows, whatever is odd about them.
ODD_BUT_VALID = {
    "empty_events",
    "extra_long_postback",
    "file_with_a_bad_name",
    "missing_source",
    "missing_user_id",
    "missing_user_id_in_group",
    "negative_and_huge_timestamps",
    "other_destination",
    "out_of_order",
    "redelivery",
    "same_event_twice",
    "standby_mode",
    "text_empty",
    "text_of_10000_characters",
    "text_of_emoji_only",
    "text_of_whitespace",
    "text_with_broken_thai_and_lone_surrogate",
    "text_with_direction_and_control_marks",
    "unknown_fields",
    "users_and_groups_mixed",
}

by_name = pytest.mark.parametrize("path", ORDINARY, ids=lambda path: path.stem)
odd_by_name = pytest.mark.parametrize("path", ODD, ids=lambda path: path.stem)


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def events_in(paths: list[Path]) -> list[Any]:
    return [event for path in paths for event in load(path).get("events") or []]


def schema_directory() -> Path:
    """LINE's OpenAPI files are not in the repository; the test says so where they are missing."""
    named = os.environ.get("PRONGSAI_LINE_SCHEMA_DIR")
    directory = Path(named) if named else ROOT.parent / "shared" / "line"
    if not (directory / "webhook.strict.yml").is_file():
        pytest.skip(f"no webhook.strict.yml in {directory} (set PRONGSAI_LINE_SCHEMA_DIR)")
    return directory


@cache
def _document(directory: Path) -> Any:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with (directory / "webhook.strict.yml").open(encoding="utf-8") as file:
        return yaml.load(file, Loader=loader)


@cache
def _validator(directory: Path) -> Any:
    from openapi_schema_validator import OAS30Validator

    components = _document(directory)["components"]
    root = {"allOf": [{"$ref": "#/components/schemas/CallbackRequest"}], "components": components}
    return OAS30Validator(root)


def complaints(body: Any) -> list[str]:
    found = _validator(schema_directory()).iter_errors(body)
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


@by_name
def test_the_sdk_knows_every_ordinary_event(path: Path) -> None:
    body = path.read_text(encoding="utf-8")
    digest = hmac.new(SECRET.encode(), body.encode(), hashlib.sha256).digest()
    parsed = WebhookParser(SECRET).parse(body, base64.b64encode(digest).decode())
    assert parsed
    for event, raw in zip(parsed, load(path)["events"], strict=True):
        assert not isinstance(event, UnknownEvent)
        assert isinstance(event, Event)
        assert (event.type, event.webhook_event_id) == (raw["type"], raw["webhookEventId"])


@by_name
def test_every_ordinary_body_obeys_lines_openapi_file(path: Path) -> None:
    body = load(path)
    kept = [event for event in body["events"] if event["type"] not in NOT_IN_THE_YAML]
    assert complaints(body | {"events": kept}) == []
    if len(kept) < len(body["events"]):
        assert complaints(body), "webhook.yml knows it now: take it off NOT_IN_THE_YAML"


def test_every_event_type_and_message_type_of_line_has_a_fixture() -> None:
    schemas = _document(schema_directory())["components"]["schemas"]
    ordinary = events_in(ORDINARY)
    for schema, ours in (
        ("Event", {event["type"] for event in ordinary}),
        ("MessageContent", {e["message"]["type"] for e in ordinary if e["type"] == "message"}),
        ("Source", {event["source"]["type"] for event in ordinary if "source" in event}),
    ):
        assert set(schemas[schema]["discriminator"]["mapping"]) <= ours


@odd_by_name
def test_an_odd_body_is_odd_in_the_way_that_its_list_says(path: Path) -> None:
    assert (complaints(load(path)) == []) == (path.stem in ODD_BUT_VALID)


def test_reply_tokens_come_only_where_line_gives_them() -> None:
    silent = {"unsend", "unfollow", "leave", "memberLeft", "module", "activated", "deactivated"}
    silent |= {"botSuspended", "botResumed", "delivery"}
    for event in events_in(ORDINARY):
        failed_link = event.get("link", {}).get("result") == "failed"
        expected = event["type"] not in silent and not failed_link and event["mode"] == "active"
        assert ("replyToken" in event) == expected, event["type"]


def test_every_id_is_invented_in_lines_shape_and_event_ids_are_unique() -> None:
    objects = [event for event in events_in(ORDINARY + ODD) if isinstance(event, dict)]
    ids = [event["webhookEventId"] for event in objects if "webhookEventId" in event]
    assert all(re.fullmatch(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", found) for found in ids)
    sent_twice = len(load(FIXTURES / "odd" / "same_event_twice.json")["events"]) - 1
    assert len(set(ids)) == len(ids) - sent_twice
    shapes = {"userId": "U", "groupId": "C", "roomId": "R"}
    for event in objects:
        source = event.get("source")
        for key, letter in shapes.items() if isinstance(source, dict) else ():
            assert re.fullmatch(letter + "[0-9a-f]{32}", source.get(key, letter + "0" * 32))
