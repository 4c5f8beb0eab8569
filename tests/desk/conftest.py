"""The desk on a small app of its own: the two offices, real forms, CSRF as in production."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from handlers.context import Services
from handlers.desk import register
from handlers.desk.guesses import count_guesses
from models.database import Database
from models.stored_file import BlobFolder
from tests.desk.browser import Browser
from tests.desk.world import World, furnish
from tests.offices import Offices


@pytest.fixture(autouse=True)
def _noon(frozen: time_machine.Traveller) -> None:
    """Every test of the desk begins at noon of the same working day."""


def _desk() -> Flask:
    app = Flask("desk-tests")
    app.config.update(SECRET_KEY="invented for tests", SESSION_COOKIE_SECURE=False)
    register(app)
    return app


@pytest.fixture(scope="session")
def _made_once() -> Flask:
    return _desk()


@pytest.fixture
def app(_made_once: Flask, db: Database, blobs: BlobFolder) -> Iterator[Flask]:
    """Made once, as its two hundred addresses take their time; what it keeps is each test's own."""
    kept, settings = dict(_made_once.extensions), dict(_made_once.config)
    Services(db, blobs).install(_made_once.extensions)
    count_guesses(_made_once)
    yield _made_once
    for mapping, before in ((_made_once.extensions, kept), (_made_once.config, settings)):
        mapping.clear()
        mapping.update(before)


@pytest.fixture
def own_app(db: Database, blobs: BlobFolder) -> Flask:
    """For a test that adds addresses to it."""
    app = _desk()
    Services(db, blobs).install(app.extensions)
    return app


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def world(db: Database, blobs: BlobFolder, offices: Offices) -> World:
    return furnish(db, blobs, offices.makham)
