"""What may be asked of the log of complaints, and what a row of the answer fulfils."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from domain.states import ComplaintState
from models.complaint import Complaint, ComplaintChannel, ComplaintKind
from models.complaint_access import visible_to
from models.complaint_hands import ComplaintAssignment
from models.duty import duties_of
from models.person import OF_A_DIVISION, Person


class LogSort(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    DUE = "due"  # what is due first; only what is due at all
    RATING = "rating"  # the worst first; only what was rated


@dataclass(frozen=True)
class LogFilters:
    kind: ComplaintKind | None = None
    state: ComplaintState | None = None
    channel: ComplaintChannel | None = None
    division: UUID | None = None
    no_division: bool = False
    assignee: UUID | None = None
    unassigned: bool = False
    first: date | None = None  # received on that day or later
    last: date | None = None
    overdue: bool = False
    stars: int | None = None
    unrated: bool = False
    text: str = ""

    def order(self, wanted: LogSort) -> LogSort:
        """The order that these filters can be read in. A search reads the log as it came in; what
        is overdue is found by its deadline."""
        if self.text:
            return wanted if wanted is LogSort.OLDEST else LogSort.NEWEST
        if self.overdue:
            return LogSort.DUE
        return LogSort.NEWEST if self.unrated and wanted is LogSort.RATING else wanted


@dataclass(frozen=True)
class Place:
    """Between which two rows of an order a page begins."""

    day: date
    id: UUID
    stars: int | None = None


@dataclass(frozen=True)
class LogQuery:
    """What is asked of the log, by whom and on which day."""

    viewer: Person
    filters: LogFilters
    sort: LogSort
    today: date
    without_corruption: bool = False  # no word of those is looked at
    served: tuple[UUID, ...] = ()  # of a division's people: the divisions they serve
    # Where looks end, of which a page and its count ask alike.
    ends: dict[Any, Place | None] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(
        cls, session: Session, viewer: Person, filters: LogFilters, sort: LogSort, today: date
    ) -> LogQuery:
        served = tuple(duties_of(session, viewer)) if viewer.role in OF_A_DIVISION else ()
        return cls(viewer, filters, filters.order(sort), today, served=served)


def _hand(*where: ColumnElement[bool]) -> Any:
    """A scalar and no join: looked up for the few rows that are read, never for all at once; of
    columns that an index has, so that no row of the other table is fetched."""
    return (
        select(ComplaintAssignment.complaint_id)
        .where(
            ComplaintAssignment.agency_id == Complaint.agency_id,
            ComplaintAssignment.complaint_id == Complaint.id,
            *where,
        )
        .limit(1)
        .scalar_subquery()
    )


def equalities(asked: LogQuery) -> list[tuple[Any, ColumnElement[bool]]]:
    """Filters that an index leads with, the rarest kind of filter first: column and condition."""
    wanted = asked.filters
    found: list[tuple[Any, ColumnElement[bool]]] = []
    if wanted.stars is not None:
        found.append((Complaint.stars, Complaint.stars == wanted.stars))
    division: Any = Complaint.division_id
    if wanted.division is not None:
        found.append((division, division == wanted.division))
    elif wanted.no_division:
        found.append((division, division.is_(None)))
    elif len(asked.served) == 1:
        found.append((division, division == asked.served[0]))
    if wanted.channel is not None:
        found.append((Complaint.channel, Complaint.channel == wanted.channel))
    if wanted.kind is not None:
        found.append((Complaint.kind, Complaint.kind == wanted.kind))
    if wanted.state is not None:
        found.append((Complaint.state, Complaint.state == wanted.state))
    return found


def days(wanted: LogFilters) -> list[ColumnElement[bool]]:
    found = []
    if wanted.first is not None:
        found.append(Complaint.received_on >= wanted.first)
    if wanted.last is not None:
        found.append(Complaint.received_on <= wanted.last)
    return found


def conditions(asked: LogQuery) -> list[ColumnElement[bool]]:
    """What a row of the answer fulfils, the text left out; first of all, that it may be read."""
    wanted = asked.filters
    equal = [condition for _, condition in equalities(asked)]
    found = [visible_to(asked.viewer), *equal, *days(wanted), *overdue(asked)]
    if asked.without_corruption:
        found.append(Complaint.kind != ComplaintKind.CORRUPTION)
    if wanted.unrated:
        found.append(Complaint.stars.is_(None))
    if wanted.assignee is not None:
        theirs = ComplaintAssignment.person_id == wanted.assignee
        same_day = ComplaintAssignment.received_on == Complaint.received_on
        found.append(_hand(theirs, same_day).is_not(None))
    elif wanted.unassigned:
        found.append(_hand().is_(None))
    return found


def overdue(asked: LogQuery) -> list[ColumnElement[bool]]:
    return [Complaint.due_on < asked.today] if asked.filters.overdue else []
