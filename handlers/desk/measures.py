"""A plan's obligations as a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from domain.states import ObligationState
from handlers.context import now, services
from handlers.desk.blueprint import desk
from handlers.desk.live import piece
from handlers.desk.measure_filters import LANE_WORDS, read_filters
from handlers.desk.pages import render
from handlers.desk.permissions import Permission, may, review_limit
from handlers.desk.viewer import this_person
from models.measure import Obligation, lateness
from models.measure_board import (
    Chosen,
    Lane,
    Show,
    count_of,
    lanes_of,
    latest_reports,
    page_of,
)
from models.progress import ProgressReport, ReportStatus

PAGE = 100
_LONGEST_PAGE_NUMBER = 6


@dataclass(frozen=True)
class Due:
    id: UUID
    division: str
    due_on: date
    state: ObligationState
    planned_on: date
    days_late: int  # 0 unless it is open and its day is over
    unsettled: ReportStatus | None = None  # a problem, or a wish that nobody has decided
    percent: int | None = None  # how far it has come, as the division said last
    seen: str = ""  # where the viewer may review it: how it stands


@dataclass
class MeasureGroup:
    number: int
    code: str | None
    title: str
    dropped: bool  # a corrected plan no longer lists it; its reports remain
    dues: list[Due] = field(default_factory=list)


def due_of(
    obligation: Obligation,
    at: datetime,
    report: ProgressReport | None = None,
    *,
    reviews: bool = False,
) -> Due:
    is_open = obligation.state is ObligationState.OPEN
    days = lateness(obligation, at) if is_open else 0
    number = report.number if report else 0
    answered = obligation.state is ObligationState.ANSWERED
    return Due(
        id=obligation.id,
        division=obligation.division.name,
        due_on=obligation.due_on,
        state=obligation.state,
        planned_on=obligation.planned_on,
        days_late=max(days, 0),
        unsettled=_unsettled(report) if is_open else None,
        percent=report.percent if report is not None and is_open else None,
        seen=f"{obligation.state.value}.{number}" if reviews and answered else "",
    )


def _unsettled(report: ProgressReport | None) -> ReportStatus | None:
    if report is None:
        return None
    wish = report.status is ReportStatus.POSTPONE and report.review is None
    return report.status if wish or report.status is ReportStatus.PROBLEM else None


@dataclass(frozen=True)
class LaneCount:
    value: str
    label: str
    count: int
    chosen: bool


def lane_counts(session: Session, chosen: Chosen) -> list[LaneCount]:
    """How much there is of each state, whatever is shown of it; what is cancelled is no part of
    the whole."""
    lanes = lanes_of(session, chosen)
    whole = sum(count for lane, count in lanes.items() if lane is not Lane.CANCELLED)
    found = [LaneCount("", "ทั้งหมด", whole, chosen.show is Show.ALL)]
    found += [
        LaneCount(lane.value, LANE_WORDS[lane], count, chosen.show is lane)
        for lane, count in lanes.items()
        if lane is not Lane.CANCELLED or count or chosen.show is lane
    ]
    return found


@dataclass(frozen=True)
class Page:
    """Which rows of how many."""

    count: int
    number: int
    last: int

    @property
    def first_row(self) -> int:
        return (self.number - 1) * PAGE + 1

    @property
    def last_row(self) -> int:
        return min(self.number * PAGE, self.count)


def _asked_page(count: int) -> Page:
    """Beyond the end is the end: rows may have gone since the link was made."""
    last = max(1, -(-count // PAGE))
    text = request.args.get("page", "")
    sound = text.isascii() and text.isdigit() and len(text) <= _LONGEST_PAGE_NUMBER
    return Page(count, min(max(int(text), 1), last) if sound else 1, last)


def groups_of(
    session: Session, obligations: list[Obligation], review: frozenset[UUID] | None
) -> list[MeasureGroup]:
    """Rows of one measure that follow each other, under its name."""
    at, found = now(), []
    reports: dict[UUID, ProgressReport] = {}
    if obligations:
        ids = [one.id for one in obligations]
        reports = latest_reports(session, obligations[0].agency_id, ids)
    for measure, dues in groupby(obligations, key=lambda one: one.measure):
        group = MeasureGroup(measure.number, measure.code, measure.title, measure.dropped)
        group.dues = [
            due_of(
                one,
                at,
                reports.get(one.id),
                reviews=review is None or one.division_id in review,
            )
            for one in dues
        ]
        found.append(group)
    return found


@desk.get("/measures")
def measures() -> tuple[str, int]:
    groups: list[MeasureGroup] = []
    counts: list[LaneCount] = []
    page = Page(0, 1, 1)
    with services().db.reading() as session:
        person = this_person(session)
        imports = may(person.role, Permission.PLANS)
        filters = read_filters(session, person)
        chosen = filters.chosen
        if chosen is not None:
            counts = lane_counts(session, chosen)
            page = _asked_page(count_of(session, chosen))
            rows = page_of(session, chosen, filters.sort, page.first_row - 1, PAGE)
            groups = groups_of(session, rows, review_limit(session, person))
    return render(
        "measures.html",
        section="desk.measures",
        filters=filters,
        counts=counts,
        groups=groups,
        page=page,
        to_accept=any(due.seen for group in groups for due in group.dues),
        imports=imports,
        warning=filters.warning,
        status=filters.status,
    )


@desk.get("/measures/counts")
def measures_counts() -> Response:
    """The counts above the table and the board, as they change while a page is open."""
    counts: list[LaneCount] = []
    with services().db.reading() as session:
        filters = read_filters(session, this_person(session))
        if filters.chosen is not None:
            counts = lane_counts(session, filters.chosen)
    if filters.errors:
        return Response(status=204)  # the page itself tells of them
    return piece("measures_counts.html", filters=filters, counts=counts)
