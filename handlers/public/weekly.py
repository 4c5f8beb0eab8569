"""The picture of the executives' week, which LINE's phones fetch: its key is the secret."""

from __future__ import annotations

from flask import Response, abort

from documents.drawing.weekly import draw_weekly
from domain.weekly import Figures
from handlers.context import services
from handlers.public.blueprint import public
from handlers.public.guard import agency
from handlers.public.limits import note_wrong_picture
from handlers.public.pages import too_fast
from models.weekly import figures_in, find_week

_LONGEST_KEY = 43
_KEPT = "public, max-age=31536000, immutable"  # what was sent never changes


@public.get("/<slug>/weekly/<key>.png")
def weekly_picture(key: str) -> Response:
    return _picture(key, preview=False)


@public.get("/<slug>/weekly/small/<key>.png")
def weekly_preview(key: str) -> Response:
    return _picture(key, preview=True)


def _picture(key: str, *, preview: bool) -> Response:
    figures = _figures(key)
    if figures is None:
        # Counted only here: LINE fetches what many agencies sent from few addresses.
        if wait := note_wrong_picture():
            return too_fast(wait)
        abort(404)
    response = Response(draw_weekly(figures, preview=preview), mimetype="image/png")
    response.headers["Cache-Control"] = _KEPT
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _figures(key: str) -> Figures | None:
    if not key.isascii() or not key.isprintable() or len(key) > _LONGEST_KEY:
        return None
    with services().db.reading() as session:
        row = find_week(session, agency().id, key)
        return None if row is None else figures_in(row)
