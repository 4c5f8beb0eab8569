"""What a Flask app carries for its handlers: the database, the blobs and the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from flask import current_app

from domain.search import Explanation
from models.database import Database
from models.stored_file import BlobFolder

_EXTENSION = "prongsai"


class Explainer(Protocol):
    """What the bot would answer, and why (`handlers.shelf.Shelf`)."""

    @property
    def reads_meaning(self) -> bool: ...

    def explain(self, agency_id: int, text: str) -> Explanation | None: ...


@dataclass(frozen=True)
class Services:
    db: Database
    blobs: BlobFolder
    # The shelf of the worker in this process; None where there is none.
    shelf: Callable[[], Explainer] | None = None

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
