"""A plan's obligations as a board: one column a state, the most urgent on top."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.measure_filters import LANE_HINTS, LANE_WORDS, read_filters
from handlers.desk.measures import LaneCount, due_of, lane_counts
from handlers.desk.pages import render
from handlers.desk.permissions import Permission, may
from handlers.desk.viewer import this_person
from models.measure_board import Lane, Show, Sort, latest_reports, page_of
from models.progress import ReportStatus

CARDS = 10  # of a column; the rest is in the table
COLUMNS = tuple(one for one in Lane if one is not Lane.CANCELLED)


@dataclass(frozen=True)
class Card:
    id: UUID
    number: int
    code: str | None
    title: str
    division: str
    due_on: date
    days_late: int
    percent: int | None
    unsettled: ReportStatus | None


@dataclass
class Column:
    value: str
    label: str
    hint: str
    count: int
    cards: list[Card] = field(default_factory=list)


@desk.get("/measures/board")
def measures_board() -> tuple[str, int]:
    at = now()
    columns: list[Column] = []
    counts: list[LaneCount] = []
    with services().db.reading() as session:
        person = this_person(session)
        imports = may(person.role, Permission.PLANS)
        filters = read_filters(session, person)
        if filters.chosen is not None:
            chosen = filters.chosen.shown(Show.ALL)  # a board shows every state
            counts = lane_counts(session, chosen)
            count_of = {one.value: one.count for one in counts}
            for lane in COLUMNS:
                column = Column(lane.value, LANE_WORDS[lane], LANE_HINTS[lane], count_of[lane])
                columns.append(column)
                if not column.count:
                    continue
                rows = page_of(session, chosen.shown(lane), Sort.DUE, 0, CARDS)
                reports = latest_reports(session, person.agency_id, [one.id for one in rows])
                for one in rows:
                    due, measure = due_of(one, at, reports.get(one.id)), one.measure
                    column.cards.append(
                        Card(
                            one.id,
                            measure.number,
                            measure.code,
                            measure.title,
                            due.division,
                            due.due_on,
                            due.days_late,
                            due.percent,
                            due.unsettled,
                        )
                    )
    return render(
        "measures_board.html",
        section="desk.measures",
        filters=filters,
        counts=counts,
        columns=columns,
        imports=imports,
        warning=filters.warning,
        status=filters.status,
    )
