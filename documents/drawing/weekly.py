"""The executives' week as a picture for a phone's chat."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from documents.drawing.typesetting import typeset
from domain.calendar import short_date
from domain.limits import shorten
from domain.weekly import (
    TITLE,
    DivisionFigures,
    Figures,
    changes,
    folded,
    headline,
    week_words,
)

WIDTH = 1040  # pixels; a phone shows it 390 points wide
_PIXELS_AN_INCH = 72  # a typographic point is a pixel
_PREVIEW_PIXELS_AN_INCH = 50
_LONGEST_TITLE = 90  # three lines
_LONGEST_NAME = 60


@lru_cache(maxsize=32)  # everybody who is told fetches the same two pictures
def draw_weekly(figures: Figures, *, preview: bool = False) -> bytes:
    """A PNG 1040 pixels wide, as high as its figures need. The preview, which a chat shows before
    it is tapped, is its upper part, smaller: without the divisions and the overdue."""
    data = {
        "width": WIDTH,
        "preview": preview,
        "title": TITLE,
        "agency": figures.agency,
        "when": f"{week_words(figures.week_of)} · นับถึง {short_date(figures.counted_on)}",
        "share": figures.share,
        "headline": _headline(figures),
        # The share's own: what earlier years left is none of it.
        "parts": [figures.on_time, figures.late_answers, figures.late - figures.carried],
        "counts": _counts(figures),
        "changes": changes(figures),
        "divisions": [_division(one) for one in folded(figures.divisions)],
        "overdue": [
            {
                "title": shorten(one.words(), _LONGEST_TITLE),
                "division": shorten(one.division, _LONGEST_NAME),
                "late": f"เกินกำหนด {figures.days_late(one):,} วัน",
            }
            for one in figures.overdue
        ],
    }
    pixels = _PREVIEW_PIXELS_AN_INCH if preview else _PIXELS_AN_INCH
    return typeset("weekly.typ", data, "png", pixels)


def _headline(figures: Figures) -> str:
    if figures.share is None:
        return headline(figures)
    return f"{figures.on_time:,} จาก {figures.due:,} รายการ\nที่ครบกำหนดแล้ว"


def _counts(figures: Figures) -> list[dict[str, Any]]:
    carried = f"รวมค้างจากปีก่อน {figures.carried:,}" if figures.carried else ""
    answered = f"รายงานล่วงหน้าแล้ว {figures.ahead_answered:,}" if figures.ahead_answered else ""
    return [
        {"look": "on-time", "count": f"{figures.on_time:,}", "words": "ตรงเวลา", "note": ""},
        {
            "look": "slow",
            "count": f"{figures.late_answers:,}",
            "words": "รายงานแล้วแต่ช้า",
            "note": "",
        },
        {"look": "late", "count": f"{figures.late:,}", "words": "เกินกำหนด", "note": carried},
        {"look": "ahead", "count": f"{figures.ahead:,}", "words": "ยังไม่เลยกำหนด", "note": answered},
    ]


def _division(one: DivisionFigures) -> dict[str, Any]:
    due = f"ตรงเวลา {one.on_time:,} จาก {one.due:,}" if one.due else "ยังไม่มีรายการครบกำหนด"
    return {
        "name": shorten(one.name, _LONGEST_NAME),
        "due": due,
        "late": f"เกินกำหนด {one.late:,}" if one.late else "",
        "parts": [one.on_time, one.late_answers, one.late],
    }
