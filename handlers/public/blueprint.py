"""The public web's one blueprint; the modules beside this one hang their pages on it."""

from __future__ import annotations

from flask import Blueprint

public = Blueprint(
    "public",
    __name__,
    url_prefix="/a",
    template_folder="templates",
    static_folder="static",
    static_url_path="/_static",  # no slug has an underscore
)
