"""The officers' web desk."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Add the desk to an app: see `handlers.desk.registration`."""
    # Imported when it is needed: a command that borrows one of the desk's sentences loads no pages.
    from handlers.desk.registration import register as add_desk

    add_desk(app)
