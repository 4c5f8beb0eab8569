"""The desk of two furnished offices on a port of its own, for a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext
from werkzeug.exceptions import HTTPException
from werkzeug.routing.exceptions import RequestRedirect
from werkzeug.serving import make_server

from handlers.context import Services
from handlers.desk import register
from models.database import Database
from models.stored_file import BlobFolder
from tests.desk.browser import Browser
from tests.desk.world import World, furnish
from tests.offices import Offices


class Desk:
    """The desk on a port, for a browser."""

    def __init__(self, app: Flask, base: str) -> None:
        self.app = app
        self.base = base

    def enter(self, context: BrowserContext, offices: Offices, name: str) -> None:
        """Signed in as one of the first office's people."""
        inside = Browser(self.app).enter(offices.makham.people[name])
        cookie = inside.client.get_cookie("session")
        assert cookie is not None
        context.add_cookies([{"name": "session", "value": cookie.value, "url": self.base}])

    def endpoint(self, address: str) -> str | None:
        try:
            return str(self.app.url_map.bind("").match(urlsplit(address).path)[0])
        except (HTTPException, RequestRedirect):
            return None


@pytest.fixture
def desk(db: Database, blobs: BlobFolder) -> Iterator[Desk]:
    app = Flask("desk-in-a-browser")
    app.config.update(SECRET_KEY="invented for tests", SESSION_COOKIE_SECURE=False)
    Services(db, blobs).install(app.extensions)
    register(app)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Desk(app, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def world(db: Database, blobs: BlobFolder, offices: Offices) -> World:
    return furnish(db, blobs, offices.makham)
