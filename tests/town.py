"""A town for end-to-end tests: the real app and engine, and LINE's part played over real HTTP.

What people do goes in as signed webhooks; what they see comes out at the simulator's door.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask.testing import FlaskClient
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from bot.app import INBOX, create_app
from bot.config import Settings
from bot.engine import Engine
from bot.messenger import Messenger
from bot.scheduler import make_context
from bot.wakeup import Bell
from domain.search import Embedder
from jobs.clockwork import run_due
from models.contact import ContactKind, meet
from models.database import Database
from models.knowledge import ArticleRow, put_article
from models.stored_file import BlobFolder
from simulator import Simulator
from simulator import create_app as create_line
from tests.offices import Office, Offices

Json = dict[str, Any]


@contextmanager
def line_is_open(simulator: Simulator) -> Iterator[str]:
    """Serve the simulator on a free port; its address."""
    server = make_server("127.0.0.1", 0, create_line(simulator), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Town:
    db: Database
    blobs: BlobFolder
    offices: Offices
    line: Simulator
    engine: Engine
    client: FlaskClient
    settings: Settings
    expects_refusals: bool = False

    def close(self) -> None:
        """Its writing thread would keep the whole town in memory, tables' statements and all."""
        self.client.application.extensions[INBOX].stop()

    def user(self, name: str, office: Office | None = None) -> str:
        """Somebody with a phone, a friend of one office's account (of Makham's, unless said)."""
        office = office or self.offices.makham
        return self.line.add_user(name, channel_slugs=[office.slug]).user_id

    def post(self, office: Office, events: list[Any], secret: str | None = None) -> TestResponse:
        """A webhook as LINE signs it."""
        body = json.dumps({"destination": "U" + "0" * 32, "events": events}).encode()
        return self.post_raw(office, body, sign(secret or office.channel.secret, body))

    def post_raw(self, office: Office, body: bytes, signature: str | None) -> TestResponse:
        headers = {} if signature is None else {"X-Line-Signature": signature}
        return self.client.post(office.webhook_path, data=body, headers=headers)

    def happens(self, event: Json, office: Office | None = None) -> None:
        """One event comes in, is handled, and what it leads to is sent."""
        response = self.post(office or self.offices.makham, [event])
        assert response.status_code == 200
        self.engine.drain()

    def says(
        self, user: str, text: str, office: Office | None = None, group: str | None = None
    ) -> list[Json]:
        """Somebody types; the bot's new messages in that chat."""
        slug = (office or self.offices.makham).slug
        event = self.line.user_sends_text(slug, user, text, group_id=group)
        return self._news(event, group or user, office)

    def taps(
        self,
        user: str,
        data: str,
        office: Office | None = None,
        group: str | None = None,
        date: str | None = None,
    ) -> list[Json]:
        slug = (office or self.offices.makham).slug
        params = None if date is None else {"date": date}
        event = self.line.user_taps(slug, user, data, params=params, group_id=group)
        return self._news(event, group or user, office)

    def sends_file(
        self, user: str, data: bytes, office: Office | None = None, **how: Any
    ) -> list[Json]:
        slug = (office or self.offices.makham).slug
        kind = how.pop("kind", "image")
        event = self.line.user_sends_media(slug, user, kind, data, **how)
        return self._news(event, how.get("group_id") or user, office)

    def sends_place(self, user: str, title: str) -> list[Json]:
        event = self.line.user_sends_location("makham", user, 12.6, 102.1, title, "หมู่ 1")
        return self._news(event, user, None)

    def _news(self, event: Json, chat: str, office: Office | None) -> list[Json]:
        known = len(self.line.messages_to(chat))
        self.happens(event, office)
        return self.line.messages_to(chat)[known:]

    def choose(self, user: str, messages: list[Json], label: str, **where: Any) -> list[Json]:
        """Tap a quick reply or a button by its label."""
        action = find_action(messages, label)
        if action["type"] == "message":
            return self.says(user, action["text"], **where)
        return self.taps(user, action["data"], **where)

    def link(self, office: Office, person: str, line_id: str) -> None:
        """A member of staff whose LINE account is known already."""
        with self.db.writing() as session:
            contact = meet(session, office.agency_id, ContactKind.USER, line_id)
            found = session.merge(office.people[person])
            found.contact_id = contact.id

    def link_group(self, office: Office, division: str, group: str) -> None:
        with self.db.writing() as session:
            contact = meet(session, office.agency_id, ContactKind.GROUP, group)
            contact.division_id = office.divisions[division].id

    def knows(self, office: Office, *rows: ArticleRow) -> None:
        with self.db.writing() as session:
            for row in rows:
                put_article(session, office.agency_id, row, datetime.now(UTC))

    def tick(self, at: datetime) -> dict[str, dict[str, Any]]:
        """The clock strikes; then everything that is due is sent."""
        done = run_due(make_context(self.db, self.blobs, self.engine, at))
        self.engine.drain()
        return done


def sign(secret: str, body: bytes) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


def words(messages: list[Json]) -> str:
    """Everything that can be read in messages."""
    return "\n".join(_texts(messages))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("text", "altText", "label") and isinstance(inner, str):
                yield inner
            else:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def actions(value: Any) -> Iterator[Json]:
    """Every action of messages, wherever it stands."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "action" and isinstance(inner, dict) and "label" in inner:
                yield inner
            else:
                yield from actions(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from actions(inner)


def find_action(messages: list[Json], label: str) -> Json:
    found = [one for one in actions(messages) if one["label"].startswith(label)]
    assert found, f"no button {label!r} in {[one['label'] for one in actions(messages)]}"
    return found[0]


def build_town(
    db: Database,
    blobs: BlobFolder,
    offices: Offices,
    simulator: Simulator,
    address: str,
    embedder: Embedder | None = None,
) -> Town:
    simulator.auto_deliver = False
    for office in (offices.makham, offices.bangphra):
        simulator.add_channel(
            office.slug,
            office.slug,
            office.channel.secret,
            office.channel.token,
            "http://127.0.0.1:9" + office.webhook_path,
        )
    door = f"{address}/simulator/line"
    settings = Settings(line_api_url=door, line_data_url=door)
    bell = Bell(db)
    engine = Engine(db, blobs, Messenger(door, door), bell, embedder=lambda: embedder)
    app = create_app(settings, db, blobs, bell, lambda: engine.shelf)
    return Town(db, blobs, offices, simulator, engine, app.test_client(), settings)
