"""Numbers and days as people type them into the pages of settings."""

from __future__ import annotations

from collections.abc import Callable

from wtforms import StringField
from wtforms.validators import ValidationError

MOST_NUMBER = 100_000


def whole(low: int, high: int) -> Callable[[object, StringField], None]:
    """A whole number, in Arabic or Thai digits."""

    def check(_form: object, field: StringField) -> None:
        if number(field.data) is None or not low <= (number(field.data) or 0) <= high:
            raise ValidationError(f"กรุณากรอกตัวเลข {low:,} ถึง {high:,}")

    return check


def number(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isdecimal() and len(text) <= len(str(MOST_NUMBER)) else None


def numbers(text: str | None) -> list[int] | None:
    """14, 3, 0; None where one of them is no number."""
    found = [number(part) for part in (text or "").replace(",", " ").split()]
    return None if None in found else [one for one in found if one is not None]
