"""The menu's picture."""

from __future__ import annotations

from dataclasses import asdict

from documents.drawing.doors import DOORS, MENU_HEIGHT, MENU_WIDTH, areas
from documents.drawing.typesetting import typeset

_PIXELS_AN_INCH = 72  # a typographic point is a pixel


def draw_menu(agency: str) -> bytes:
    """A PNG of 2500 x 1686 pixels, with the agency's name over the doors."""
    doors = [
        {
            "name": door.choice.label,
            "hint": door.hint,
            "english": door.english,
            "icon": door.icon,
            "strong": door.strong,
            **asdict(area),
        }
        for door, area in zip(DOORS, areas(), strict=True)
    ]
    data = {"width": MENU_WIDTH, "height": MENU_HEIGHT, "agency": agency, "doors": doors}
    return typeset("menu.typ", data, "png", _PIXELS_AN_INCH)
