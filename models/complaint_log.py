"""The log of complaints: what a viewer may read of it, filtered, sorted, and a page at a time.

A page costs the same however long the log is. Each order is an index's own, a page begins at a
place in it (keyset), and no request looks at more than `MOST_LOOKED` rows along the index of its
rarest filter: where such a look ends before the page is full, the page says how far it went.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_
from sqlalchemy.orm import Session

from models import vault
from models.complaint import Complaint, IdentityMode, Reporter
from models.complaint_access import OpenedComplaint, opened_complaint, visible_to
from models.complaint_hands import ComplaintAssignment as _Hands
from models.log_filters import LogQuery, LogSort, Place, conditions, days, equalities, overdue
from models.person import Person

MOST_LOOKED = 2_000
MOST_COUNTED = 1_000


@dataclass(frozen=True)
class LogEntry:
    opened: OpenedComplaint
    assignee: str  # whose hands it is in; empty: nobody's


@dataclass(frozen=True)
class Count:
    number: int
    at_least: bool  # there may be more


@dataclass(frozen=True)
class LogPage:
    rows: list[LogEntry]
    before: Place | None  # there are rows before this place
    after: Place | None  # there are rows after this place, or there may be
    looked_to: date | None = None  # the look ended there, and the page is not full
    count: Count | None = None  # of the whole log, with its first page; of no search


@dataclass(frozen=True)
class _Stretch:
    """A part of an order that an index is read along."""

    day: Any
    id: Any
    forward: bool  # from the earliest on
    only: tuple[ColumnElement[bool], ...] = ()
    stars: int | None = None
    in_hands: bool = False  # along the index of what is in one person's hands

    def ordering(self, *lead: Any) -> tuple[Any, ...]:
        """``lead`` are columns with one value in all rows that are asked for: an index begins with
        them, and PostgreSQL takes IS NULL for no value."""
        columns = (*lead, self.day, self.id)
        return columns if self.forward else tuple(one.desc() for one in columns)

    def beyond(self, place: Place) -> ColumnElement[bool]:
        here = tuple_(self.day, self.id)
        there = tuple_(place.day, place.id)
        return here > there if self.forward else here < there

    def up_to(self, place: Place) -> ColumnElement[bool]:
        here = tuple_(self.day, self.id)
        there = tuple_(place.day, place.id)
        return here <= there if self.forward else here >= there


def _stretches(asked: LogQuery, *, turned: bool) -> list[_Stretch]:
    """An order's parts, in the direction of reading (``turned``: from its end)."""
    day, key = Complaint.received_on, Complaint.id
    if asked.sort is LogSort.DUE:
        running = (Complaint.due_on.is_not(None),)
        return [_Stretch(Complaint.due_on, key, not turned, running)]
    if asked.sort is LogSort.RATING:
        wanted = [asked.filters.stars] if asked.filters.stars else [1, 2, 3, 4, 5]
        parts = [_Stretch(day, key, turned, (Complaint.stars == one,), one) for one in wanted]
        return parts[::-1] if turned else parts
    forward = (asked.sort is LogSort.OLDEST) is not turned
    if asked.filters.assignee is not None:
        return [_Stretch(_Hands.received_on, _Hands.complaint_id, forward, in_hands=True)]
    return [_Stretch(day, key, forward)]


def _ask(asked: LogQuery, stretch: _Stretch, *columns: Any) -> Select[Any]:
    wanted = asked.filters
    query = select(*columns)
    if not stretch.in_hands:
        return query.where(*conditions(asked), *stretch.only)
    plain = replace(asked, filters=replace(wanted, assignee=None))
    return (
        query.select_from(Complaint)
        .join(
            _Hands,
            # The day too: an index of complaints that begins with it carries what is filtered by.
            and_(
                _Hands.agency_id == Complaint.agency_id,
                _Hands.received_on == Complaint.received_on,
                _Hands.complaint_id == Complaint.id,
            ),
        )
        .where(
            *conditions(plain),
            _Hands.agency_id == asked.viewer.agency_id,
            _Hands.person_id == wanted.assignee,
        )
    )


def _end_of_look(
    session: Session, asked: LogQuery, stretch: _Stretch, start: Place | None
) -> Place | None:
    """Where a look along the rarest filter's index ends; None where it goes to the log's end."""
    known = (stretch.stars, stretch.forward, start)
    if known not in asked.ends:
        asked.ends[known] = _find_end(session, asked, stretch, start)
    return asked.ends[known]


def _find_end(
    session: Session, asked: LogQuery, stretch: _Stretch, start: Place | None
) -> Place | None:
    mine = Complaint.agency_id == asked.viewer.agency_id
    within = days(asked.filters)
    ends: list[Place] = []

    def goes_on(along: _Stretch, *where: ColumnElement[bool], lead: Sequence[Any] = ()) -> bool:
        """Whether an index holds more than a request looks at; where it would stop is noted."""
        query = select(along.day, along.id).where(*where).order_by(*along.ordering(*lead))
        row = session.execute(query.offset(MOST_LOOKED).limit(1)).first()
        if row is not None:
            ends.append(Place(row[0], row[1]))
        return row is not None

    came_in = _Stretch(Complaint.received_on, Complaint.id, stretch.forward)
    # What is due has an order of its own, in which the other filters' indexes do not lie.
    in_order = asked.sort is not LogSort.DUE
    since = [came_in.beyond(start)] if start is not None and in_order else []
    if stretch.in_hands:
        theirs = [
            _Hands.agency_id == asked.viewer.agency_id,
            _Hands.person_id == asked.filters.assignee,
        ]
        if not goes_on(stretch, *theirs, *([] if start is None else [stretch.beyond(start)])):
            return None
    rated = [(Complaint.stars, one) for one in stretch.only] if stretch.stars else []
    for column, condition in (*rated, *equalities(asked)):
        if not goes_on(came_in, mine, condition, *within, *since, lead=[column]):
            return None
    if ends and in_order:
        furthest = max if stretch.forward else min
        return furthest(ends, key=lambda place: (place.day, place.id))
    ends.clear()
    whole = within if in_order else [*stretch.only, *overdue(asked)]
    if start is not None:
        whole.append(stretch.beyond(start))
    goes_on(stretch, mine, *whole)
    return ends[0] if ends else None


@dataclass
class _Look:
    """What a look at the log found."""

    found: list[FoundRow]
    ended: Place | None = None  # it ended there, before it found enough
    number: int = 0  # of all that it came by
    whole: bool = True  # it came by everything

    @property
    def count(self) -> Count:
        if self.number > MOST_COUNTED:
            return Count(MOST_COUNTED, at_least=True)
        return Count(self.number, at_least=not self.whole)


def _read(
    session: Session, asked: LogQuery, start: Place | None, wanted: int, *, turned: bool
) -> _Look:
    """The next rows from a place; from the log's beginning, counted as well."""
    look = _Look([])
    # A look at the first page counts in the same go: the rows that it passes over cost the most.
    most = wanted if start is not None or turned else max(wanted, MOST_COUNTED + 1)
    for stretch in _stretches(asked, turned=turned):
        place = start
        if start is not None and stretch.stars is not None and start.stars is not None:
            if stretch.stars != start.stars and (stretch.stars < start.stars) is not turned:
                continue  # it was read already
            place = start if stretch.stars == start.stars else None
        query = _ask(asked, stretch, stretch.day.label("day"), stretch.id.label("key"))
        if place is not None:
            query = query.where(stretch.beyond(place))
        end = _end_of_look(session, asked, stretch, place)
        if end is not None:
            query = query.where(stretch.up_to(end))
        query = query.order_by(*stretch.ordering(*_lead(asked))).limit(most - look.number)
        passed = query.cte("passed")
        in_order = replace(stretch, day=passed.c.day, id=passed.c.key).ordering()
        number = select(func.count()).select_from(passed)
        if (missing := wanted - len(look.found)) > 0:
            few = select(passed.c.key, number.scalar_subquery()).order_by(*in_order).limit(missing)
            rows = session.execute(few).all()
            look.found += find_rows(session, [row[0] for row in rows], visible_to(asked.viewer))
            look.number += rows[0][1] if rows else 0
        else:
            look.number += session.scalar(number) or 0
        if look.number >= most:
            break
        if end is not None:
            look.whole = False
            if len(look.found) < wanted:
                look.ended = replace(end, stars=stretch.stars)
            break
    return look


def _lead(asked: LogQuery) -> list[Any]:
    """What has no division alone is read along the index of divisions."""
    equal = [column for column, _ in equalities(asked)]
    in_order = asked.sort in (LogSort.NEWEST, LogSort.OLDEST)
    alone = in_order and len(equal) == 1 and asked.filters.assignee is None
    return equal if alone and asked.filters.no_division else []


@dataclass(frozen=True)
class FoundRow:
    """A case and what stands beside it in a list, not opened yet."""

    complaint: Complaint
    assignee: str
    identity: bytes | None  # of a named reporter


def find_rows(
    session: Session, ids: Sequence[UUID], *conditions: ColumnElement[bool]
) -> list[FoundRow]:
    """Those of ``ids`` that fulfil the conditions, in the order of ``ids``. Found by an index alone
    and only then fetched, what is passed over stays where it lies."""
    if not ids:
        return []
    query = (
        select(Complaint, Person.name, Reporter.identity)
        .outerjoin(
            _Hands,
            and_(_Hands.agency_id == Complaint.agency_id, _Hands.complaint_id == Complaint.id),
        )
        .outerjoin(
            Person, and_(Person.agency_id == _Hands.agency_id, Person.id == _Hands.person_id)
        )
        .outerjoin(
            Reporter,
            and_(
                Reporter.agency_id == Complaint.agency_id,
                Reporter.id == Complaint.reporter_id,
                Complaint.identity_mode == IdentityMode.NAMED,
            ),
        )
        .where(*conditions, Complaint.id.in_(ids))
    )
    found = {row[0].id: FoundRow(row[0], row[1] or "", row[2]) for row in session.execute(query)}
    return [found[one] for one in ids if one in found]


def place_of(asked: LogQuery, complaint: Complaint) -> Place:
    if asked.sort is LogSort.DUE and complaint.due_on is not None:
        return Place(complaint.due_on, complaint.id)
    stars = complaint.stars if asked.sort is LogSort.RATING else None
    return Place(complaint.received_on, complaint.id, stars)


def _beside(asked: LogQuery, place: Place, step: int) -> Place:
    """The place just after a row, or just before it: an empty page lies beside the row that led to
    it, and the way back must not pass that row over."""
    if asked.sort not in (LogSort.OLDEST, LogSort.DUE):
        step = -step
    return replace(place, id=UUID(int=min(max(place.id.int + step, 0), 2**128 - 1)))


def page_of(
    session: Session,
    asked: LogQuery,
    found: Sequence[FoundRow],
    limit: int,
    *,
    after: Place | None,
    before: Place | None,
    ended: Place | None,
) -> LogPage:
    """What was read, one row more than a page where there is one, as a page."""
    more = len(found) > limit
    rows = list(found[:limit])
    turned = before is not None
    if turned:
        rows.reverse()
    first = place_of(asked, rows[0].complaint) if rows else after and _beside(asked, after, 1)
    last = place_of(asked, rows[-1].complaint) if rows else before and _beside(asked, before, -1)
    back = first if (more if turned else after is not None) else None
    onward = last if (turned or more) else None
    looked_to = None
    if ended is not None:
        looked_to = ended.day
        back, onward = (ended, onward) if turned else (back, ended)
    return LogPage(opened_rows(session, asked.viewer.agency_id, rows), back, onward, looked_to)


def log_page(
    session: Session,
    asked: LogQuery,
    limit: int,
    *,
    after: Place | None = None,
    before: Place | None = None,
) -> LogPage:
    """A page that begins after a place, or ends before one. Of a search: `complaint_search`."""
    look = _read(session, asked, before or after, limit + 1, turned=before is not None)
    page = page_of(session, asked, look.found, limit, after=after, before=before, ended=look.ended)
    return page if after or before else replace(page, count=look.count)


def opened_rows(session: Session, agency_id: int, found: Sequence[FoundRow]) -> list[LogEntry]:
    """Opened for a list: what was reported, a named reporter, and whose hands it is in."""
    rows = []
    for one in found:
        who = None
        if one.identity is not None:
            who = vault.open_json(session, agency_id, "reporter", one.identity)
        content = vault.open_json(session, agency_id, "complaint", one.complaint.content)
        rows.append(LogEntry(OpenedComplaint(one.complaint, content, who), one.assignee))
    return rows


def complaint_log(
    session: Session, viewer: Person, limit: int, before: tuple[date, UUID] | None = None
) -> list[OpenedComplaint]:
    """The newest complaints that the viewer may read, a page at a time (keyset)."""
    query = (
        select(Complaint)
        .where(visible_to(viewer))
        .order_by(Complaint.received_on.desc(), Complaint.id.desc())
        .limit(limit)
    )
    if before is not None:
        day, last = before
        query = query.where(
            (Complaint.received_on < day) | ((Complaint.received_on == day) & (Complaint.id < last))
        )
    return [opened_complaint(session, complaint) for complaint in session.scalars(query)]
