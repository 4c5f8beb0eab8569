"""The agency's own small page, and the notice on personal data."""

from __future__ import annotations

from flask import Response

from domain.consent import CONSENT_VERSION, notice
from handlers.public.blueprint import public
from handlers.public.guard import agency, language
from handlers.public.pages import render


@public.get("/<slug>/")
def home() -> Response:
    return render("home.html")


@public.get("/<slug>/privacy")
def privacy() -> Response:
    sections = notice(agency().name, agency().contact, language())
    return render("privacy.html", sections=sections, version=CONSENT_VERSION)
