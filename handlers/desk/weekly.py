"""What executives were told each week: the picture, and the same in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Response, abort, request

from documents.drawing.weekly import draw_weekly
from domain.weekly import Figures, alt_of, text_of, week_words
from handlers.context import services
from handlers.desk.blueprint import desk
from handlers.desk.pages import render
from handlers.desk.reminders import WEEKDAYS
from handlers.desk.viewer import this_person
from models.policy import weekly_day
from models.weekly import figures_in, get_week, weeks_of

_SHOWN = 60  # more than a year


@dataclass(frozen=True)
class Week:
    week_of: date
    words: str
    share: int | None
    on_time: int
    due: int
    late: int


def _week(figures: Figures) -> Week:
    return Week(
        figures.week_of,
        week_words(figures.week_of),
        figures.share,
        figures.on_time,
        figures.due,
        figures.late,
    )


@desk.get("/weekly")
def weekly() -> tuple[str, int]:
    wanted = _day(request.args.get("week", ""))
    with services().db.reading() as session:
        agency_id = this_person(session).agency_id
        told = [figures_in(row) for row in weeks_of(session, agency_id, _SHOWN)]
        row = get_week(session, agency_id, wanted) if wanted else None
        shown = figures_in(row) if row else None
        weekday = WEEKDAYS[weekly_day(session, agency_id)]
    if request.args.get("week") and shown is None:
        abort(404)
    if shown is None and told:
        shown = told[0]
    return render(
        "weekly.html",
        section="desk.weekly",
        weeks=[_week(one) for one in told],
        shown=_week(shown) if shown else None,
        alt=alt_of(shown) if shown else "",
        said=text_of(shown) if shown else "",
        weekday=weekday,
    )


@desk.get("/weekly/<week>.png")
def weekly_picture(week: str) -> Response:
    day = _day(week)
    with services().db.reading() as session:
        agency_id = this_person(session).agency_id
        row = get_week(session, agency_id, day) if day else None
        figures = figures_in(row) if row else None
    if figures is None:
        abort(404)
    return Response(draw_weekly(figures), mimetype="image/png")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
