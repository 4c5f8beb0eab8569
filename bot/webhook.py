"""LINE's door in: `POST /line/<agency key>`. Verify, store, wake, answer; nothing else happens
while LINE waits.

Source: LINE Messaging API, "Receive messages (webhook)" and "Verify signature".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.metrics import EVENTS_STORED, WEBHOOKS
from bot.writer import InboxWriter
from domain.calendar import bangkok_day
from models.agency import channel_of, find_agency_by_webhook_key
from models.database import Database
from models.inbox import RAW_PURPOSE, NewEvent

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_log = structlog.get_logger(__name__)
MOST_BYTES = 2 * 1024 * 1024
_LONGEST_ID = 64
_LARGEST_TIME = 2**63 - 1
_KEEP_CHANNEL_SECONDS = 30.0
_RECHECK_SECONDS = 2.0


@dataclass(frozen=True, repr=False)
class _Door:
    """What one agency's webhook needs, read seldom."""

    agency_id: int
    secret: bytes
    read_at: float


class WebhookIntake:
    """Verifies and stores what comes to the agencies' webhooks. Shared by all threads."""

    def __init__(self, db: Database, writer: InboxWriter) -> None:
        self._db = db
        self._writer = writer
        self._doors: dict[str, _Door] = {}

    def verified_agency(self, key: str, signature: str | None, body: bytes) -> int | None:
        """The agency whose secret signed this body, or None."""
        door = self._door(key, _KEEP_CHANNEL_SECONDS)
        if door is None or not signature:
            return None
        if _signed(door.secret, body, signature):
            return door.agency_id
        # The secret may have been changed a moment ago.
        door = self._door(key, _RECHECK_SECONDS)
        if door is not None and _signed(door.secret, body, signature):
            return door.agency_id
        return None

    def _door(self, key: str, keep_seconds: float) -> _Door | None:
        known = self._doors.get(key)
        if known is not None and abs(time.time() - known.read_at) < keep_seconds:
            return known
        with self._db.reading() as session:
            agency = find_agency_by_webhook_key(session, key)
            if agency is None:
                self._doors.pop(key, None)
                return None
            channel = channel_of(session, agency)
        door = _Door(channel.agency_id, channel.secret.encode(), time.time())
        self._doors[key] = door
        return door

    def store(self, agency_id: int, events: list[Any]) -> None:
        """Return when the events are committed."""
        now = datetime.now(UTC)
        rows = [self._row(agency_id, event, now) for event in events]
        self._writer.store(rows)
        EVENTS_STORED.inc(len(rows))

    def _row(self, agency_id: int, event: Any, now: datetime) -> NewEvent:
        raw = json.dumps(event, separators=(",", ":")).encode()
        fields: dict[str, Any] = event if isinstance(event, dict) else {}
        keys = self._db.keys
        return NewEvent(
            agency_id=agency_id,
            event_id=_event_id(fields, raw),
            lane_key=keys.blind(_lane(fields), f"{agency_id}/lane"),
            event_time=_event_time(fields, now),
            received_at=now,
            received_on=bangkok_day(now),
            raw=keys.seal(raw, f"{agency_id}/{RAW_PURPOSE}"),
        )


def _signed(secret: bytes, body: bytes, signature: str) -> bool:
    expected = base64.b64encode(hmac.digest(secret, body, hashlib.sha256))
    return hmac.compare_digest(expected, signature.encode("utf-8", "replace"))


def _event_id(event: dict[str, Any], raw: bytes) -> str:
    given = event.get("webhookEventId")
    if isinstance(given, str) and 0 < len(given) <= _LONGEST_ID and given.isascii():
        return given
    # Without an id of LINE's, the same words are the same event.
    return "sha256-" + hashlib.sha256(raw).hexdigest()[:48]


def _event_time(event: dict[str, Any], now: datetime) -> int:
    given = event.get("timestamp")
    if isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= _LARGEST_TIME:
        return given
    return int(now.timestamp() * 1000)


def _lane(event: dict[str, Any]) -> str:
    """Whose queue an event stands in: its group's or room's, else its user's."""
    source = event.get("source")
    if isinstance(source, dict):
        for name in ("groupId", "roomId", "userId"):
            if isinstance(source.get(name), str):
                return str(source[name])
    return ""


_PATH = "/line/"
_EMPTY = [("Content-Length", "0")]


class WebhookDoor:
    """WSGI in front of the Flask app. LINE's bodies need no session, form or template; they are
    most of what comes, and Flask would cost each more than verifying and sealing it does."""

    def __init__(self, app: WSGIApplication, intake: WebhookIntake) -> None:
        self._app = app
        self._intake = intake

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if environ["REQUEST_METHOD"] != "POST" or not path.startswith(_PATH):
            return self._app(environ, start_response)
        status, result = self._receive(path[len(_PATH) :], environ)
        WEBHOOKS.labels(result).inc()
        if status is not HTTPStatus.OK:
            _log.warning("webhook_refused", status=status.value, result=result)
        start_response(f"{status.value} {status.phrase}", _EMPTY)
        return ()

    def _receive(self, key: str, environ: WSGIEnvironment) -> tuple[HTTPStatus, str]:
        body = _body(environ)
        if body is None:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large"
        signature = environ.get("HTTP_X_LINE_SIGNATURE")
        agency_id = self._intake.verified_agency(key, signature, body)
        if agency_id is None:
            return HTTPStatus.BAD_REQUEST, "bad_signature"
        try:
            events = json.loads(body).get("events")
            events = [] if events is None else events
            if not isinstance(events, list):
                raise TypeError("events is no list")
        except (ValueError, TypeError, AttributeError, RecursionError):
            return HTTPStatus.BAD_REQUEST, "bad_json"
        if not events:
            return HTTPStatus.OK, "empty"
        try:
            self._intake.store(agency_id, events)
        except (SQLAlchemyError, TimeoutError, RuntimeError) as error:
            # Not stored: LINE is told so, and redelivers where that is switched on.
            _log.error("webhook_not_stored", error=type(error).__name__)
            return HTTPStatus.SERVICE_UNAVAILABLE, "not_stored"
        return HTTPStatus.OK, "stored"


def _body(environ: WSGIEnvironment) -> bytes | None:
    """The raw body; None when it is larger than LINE ever sends."""
    length = environ.get("CONTENT_LENGTH") or ""
    if length.isdecimal():
        wanted = int(length)
        body: bytes = environ["wsgi.input"].read(wanted) if wanted <= MOST_BYTES else b""
        return body if wanted <= MOST_BYTES else None
    if environ.get("HTTP_TRANSFER_ENCODING") is None:
        return b""  # without a length the stream may have no end
    body = environ["wsgi.input"].read(MOST_BYTES + 1)
    return body if len(body) <= MOST_BYTES else None
