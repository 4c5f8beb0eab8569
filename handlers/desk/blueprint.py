"""The desk's one blueprint; the modules beside this one hang their pages on it."""

from __future__ import annotations

from flask import Blueprint

desk = Blueprint(
    "desk", __name__, url_prefix="/desk", template_folder="templates", static_folder="static"
)
