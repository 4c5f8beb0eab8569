"""The public's web on a small app of its own: the two offices, real forms, real limits."""

from __future__ import annotations

import pytest
import time_machine
from flask import Flask

from handlers.context import Services
from handlers.public import register
from models.database import Database
from models.stored_file import BlobFolder
from tests.offices import Offices
from tests.public.visitor import Visitor


@pytest.fixture(autouse=True)
def _noon(frozen: time_machine.Traveller) -> None:
    """Every test begins at noon of the same working day."""


@pytest.fixture
def app(db: Database, blobs: BlobFolder, offices: Offices) -> Flask:
    app = Flask("public-tests")
    app.config.update(SECRET_KEY="invented for tests", SESSION_COOKIE_SECURE=False)
    Services(db, blobs).install(app.extensions)
    register(app)
    return app


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app)
