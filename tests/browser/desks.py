"""The desk of two furnished offices on a port of its own, for a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext
from werkzeug.exceptions import HTTPException
from werkzeug.routing.exceptions import RequestRedirect
from werkzeug.serving import WSGIRequestHandler, make_server

from handlers.context import Services
from handlers.desk import register
from models.database import Database
from models.person import Person
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
        self.enter_as(context, offices.makham.people[name])

    def enter_as(self, context: BrowserContext, person: Person) -> None:
        inside = Browser(self.app).enter(person)
        cookie = inside.client.get_cookie("session")
        assert cookie is not None
        context.add_cookies([{"name": "session", "value": cookie.value, "url": self.base}])

    def endpoint(self, address: str) -> str | None:
        try:
            return str(self.app.url_map.bind("").match(urlsplit(address).path)[0])
        except (HTTPException, RequestRedirect):
            return None


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: what fails is told by the page."""


@contextmanager
def serve_desk(db: Database, blobs: BlobFolder) -> Iterator[Desk]:
    app = Flask("desk-in-a-browser")
    app.config.update(SECRET_KEY="invented for tests", SESSION_COOKIE_SECURE=False)
    Services(db, blobs).install(app.extensions)
    register(app)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Desk(app, f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def desk(db: Database, blobs: BlobFolder) -> Iterator[Desk]:
    with serve_desk(db, blobs) as served:
        yield served


@pytest.fixture
def world(db: Database, blobs: BlobFolder, offices: Offices) -> World:
    return furnish(db, blobs, offices.makham)
