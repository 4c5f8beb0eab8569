"""Putting the desk together: its pages, its session, its forms' protection."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask_bootstrap import Bootstrap5
from flask_wtf.csrf import CSRFProtect

from handlers.desk import (
    audit_log,
    complaint_case,
    complaint_list,
    delivery,
    files,
    guard,
    home,
    measures,
    pages,
    questions,
    signing_in,
)
from handlers.desk.blueprint import desk
from handlers.desk.viewer import make_login_manager

# Importing them hangs their pages on the blueprint.
_PAGES = (
    *(audit_log, complaint_case, complaint_list, delivery, files, guard),
    *(home, measures, pages, questions, signing_in),
)


def register(app: Flask) -> None:
    """Add the desk to an app whose factory has set ``SECRET_KEY`` and ``SESSION_COOKIE_SECURE``."""
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=8),
        BOOTSTRAP_SERVE_LOCAL=True,
        # The guard checks the desk's forms; LINE's webhook, in the same app, has a signature.
        WTF_CSRF_CHECK_DEFAULT=False,
        # An officer may write for longer than an hour; the token ends with the session.
        WTF_CSRF_TIME_LIMIT=None,
        # Our own pages send no Referer (no-referrer), so that there is none to compare.
        WTF_CSRF_SSL_STRICT=False,
    )
    if "csrf" not in app.extensions:
        CSRFProtect(app)
    if "bootstrap" not in app.extensions:
        Bootstrap5(app)
    # No context processor: it would read the database for every template of the whole app.
    make_login_manager().init_app(app, add_context_processor=False)
    app.register_blueprint(desk)
