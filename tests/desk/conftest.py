"""The desk on a small app of its own: the two offices, real forms, CSRF as in production."""

from __future__ import annotations

import pytest
import time_machine
from flask import Flask

from handlers.context import Services
from handlers.desk import register
from models.database import Database
from models.stored_file import BlobFolder
from tests.desk.browser import Browser
from tests.desk.world import World, furnish
from tests.offices import Offices


@pytest.fixture(autouse=True)
def _noon(frozen: time_machine.Traveller) -> None:
    """Every test of the desk begins at noon of the same working day."""


@pytest.fixture
def app(db: Database, blobs: BlobFolder) -> Flask:
    app = Flask("desk-tests")
    app.config.update(SECRET_KEY="invented for tests", SESSION_COOKIE_SECURE=False)
    Services(db, blobs).install(app.extensions)
    register(app)
    return app


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def world(db: Database, blobs: BlobFolder, offices: Offices) -> World:
    return furnish(db, blobs, offices.makham)
