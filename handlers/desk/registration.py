"""Putting the desk together: its pages, its session, its forms' protection."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask_bootstrap import Bootstrap5

from handlers.desk import (
    account,
    answer_templates,
    answerers,
    answering,
    audit_chain,
    audit_csv,
    audit_log,
    calendar_feed,
    case_evidence,
    case_hands,
    case_identity,
    case_links,
    case_print,
    complaint_bulk,
    complaint_case,
    complaint_export,
    complaint_intake,
    complaint_list,
    complaint_views,
    delivery,
    delivery_messages,
    divisions,
    files,
    freshness,
    guard,
    heat_map,
    home,
    invitation,
    knowledge,
    knowledge_edit,
    knowledge_files,
    knowledge_try,
    lexicon,
    measures,
    measures_accept,
    measures_board,
    measures_export,
    obligation,
    obligation_dates,
    pages,
    people,
    people_change,
    people_person,
    plan_changes,
    plan_draft,
    plan_row,
    plans,
    questions,
    questions_case,
    questions_groups,
    reminders,
    second_factor,
    settings,
    settings_retention,
    settings_texts,
    signing_in,
    talks,
    weekly,
)
from handlers.desk.blueprint import desk
from handlers.desk.guesses import count_guesses
from handlers.desk.security import secure
from handlers.protection import protect_forms

# Importing them hangs their pages on the blueprint.
_PAGES = (
    *(knowledge, knowledge_edit, knowledge_files, knowledge_try, questions_groups),
    *(answer_templates, case_evidence, case_hands, case_identity, case_links, case_print),
    *(account, freshness, invitation, people_change, second_factor),
    *(complaint_bulk, complaint_export, complaint_views),
    *(audit_log, complaint_case, complaint_intake, complaint_list, delivery, files, guard),
    *(home, measures, obligation, pages, plan_changes, plan_draft, plan_row, plans),
    *(answering, calendar_feed, people, people_person),
    *(heat_map, measures_accept, measures_board, measures_export, obligation_dates),
    *(audit_chain, audit_csv, delivery_messages, divisions),
    *(settings, settings_retention, settings_texts),
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
    secure(app)
    count_guesses(app)
    app.register_blueprint(desk)
