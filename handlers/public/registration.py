"""Putting the public's web together: its pages, its forms' protection, its limits."""

from __future__ import annotations

from flask import Flask

from handlers.protection import protect_forms
from handlers.public import calendar, case, front, guard, pages, report, sending, track, weekly
from handlers.public.blueprint import public
from handlers.public.limits import limit

# Importing them hangs their pages on the blueprint.
_PAGES = (calendar, case, front, guard, pages, report, sending, track, weekly)


def register(app: Flask) -> None:
    """Add the public's web to an app whose factory has set ``SECRET_KEY``."""
    protect_forms(app)
    app.register_blueprint(public)
    limit(app)
