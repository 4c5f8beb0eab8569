"""What a Flask app carries for its handlers: the database, the blobs and the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import current_app

from models.database import Database
from models.stored_file import BlobFolder

_EXTENSION = "prongsai"


@dataclass(frozen=True)
class Services:
    db: Database
    blobs: BlobFolder

    def install(self, extensions: dict[str, object]) -> None:
        extensions[_EXTENSION] = self


def services() -> Services:
    """The services of the app that answers the present request."""
    found = current_app.extensions[_EXTENSION]
    if not isinstance(found, Services):
        raise TypeError("the app was made without Services")
    return found


def now() -> datetime:
    return datetime.now(UTC)
