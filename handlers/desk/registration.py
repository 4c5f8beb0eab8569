"""Putting the desk together: its pages, its session, its forms' protection."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask_bootstrap import Bootstrap5

from handlers.desk import (
    answerers,
    answering,
    audit_log,
    calendar_feed,
    complaint_case,
    complaint_intake,
    complaint_list,
    delivery,
    files,
    guard,
    home,
    lexicon,
    measures,
    obligation,
    pages,
    people,
    people_person,
    plan_changes,
    plan_draft,
    plan_row,
    plans,
    questions,
    questions_case,
    reminders,
    signing_in,
    talks,
    weekly,
)
from handlers.desk.blueprint import desk
from handlers.desk.viewer import make_login_manager
from handlers.protection import protect_forms

# Importing them hangs their pages on the blueprint.
_PAGES = (
    *(audit_log, complaint_case, complaint_intake, complaint_list, delivery, files, guard),
    *(home, measures, obligation, pages, plan_changes, plan_draft, plan_row, plans),
    *(answering, calendar_feed, people, people_person),
    *(answerers, lexicon, questions, questions_case, reminders, signing_in, talks, weekly),
)


def register(app: Flask) -> None:
    """Add the desk to an app whose factory has set ``SECRET_KEY`` and ``SESSION_COOKIE_SECURE``."""
    app.config.update(
        PERMANENT_SESSION_LIFETIME=timedelta(hours=8),
        BOOTSTRAP_SERVE_LOCAL=True,
    )
    protect_forms(app)
    if "bootstrap" not in app.extensions:
        Bootstrap5(app)
    # No context processor: it would read the database for every template of the whole app.
    make_login_manager().init_app(app, add_context_processor=False)
    app.register_blueprint(desk)
