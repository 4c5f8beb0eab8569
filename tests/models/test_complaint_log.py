"""The log against a plain reading of everything: any filters, order, viewer and office."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.states import ComplaintState
from models import complaint_log
from models.complaint import (
    Complaint,
    ComplaintChannel,
    ComplaintExclusion,
    ComplaintKind,
    IdentityMode,
)
from models.complaint_access import visible_to
from models.complaint_export import ids_to_export
from models.complaint_filing import NewComplaint, file_complaint
from models.complaint_hands import ComplaintAssignment
from models.complaint_log import Count, LogPage, log_page
from models.database import Database
from models.log_filters import LogFilters, LogQuery, LogSort, Place
from models.person import Person
from tests.offices import NOON, Office, Offices

TODAY = NOON.date()
VIEWERS = ("admin", "integrity", "officer", "finance", "finance_head", "clerk")
MOST = 40  # of one office


@dataclass(frozen=True)
class Filed:
    """What a plain reading knows of a complaint."""

    id: UUID
    agency_id: int
    kind: ComplaintKind
    state: ComplaintState
    channel: ComplaintChannel
    division: UUID | None
    assignee: UUID | None
    received_on: date
    due_on: date | None
    stars: int | None


def _scatter(db: Database, offices: Offices, seed: int) -> list[Filed]:
    """Random complaints in both offices; kept from somebody, handed to somebody, or neither."""
    dice = random.Random(seed)
    filed: list[Filed] = []
    with db.writing() as session:
        for office in (offices.makham, offices.bangphra):
            for _ in range(dice.randrange(MOST)):
                new = NewComplaint(
                    dice.choice(list(ComplaintKind)),
                    dice.choice(list(IdentityMode)),
                    dice.choice(list(ComplaintChannel)),
                    {"what": "เรื่อง"},
                )
                file_complaint(
                    session, office.agency_id, new, None, NOON - timedelta(days=dice.randrange(6))
                )
            rows = session.scalars(
                select(Complaint)
                .where(Complaint.agency_id == office.agency_id)
                .order_by(Complaint.id)
            )
            filed += [_unsettle(session, office, one, dice) for one in rows.all()]
    return filed


def _unsettle(session: Session, office: Office, one: Complaint, dice: random.Random) -> Filed:
    one.state = dice.choice(list(ComplaintState))
    one.division_id = dice.choice([None, *(each.id for each in office.divisions.values())])
    one.due_on = dice.choice([None, *(TODAY + timedelta(days=n) for n in range(-3, 3))])
    one.stars = dice.choice([None, None, 1, 2, 5])
    holder = dice.choice([None, office.people["officer"].id, office.people["finance"].id])
    own = {"agency_id": office.agency_id, "complaint_id": one.id}
    if holder is not None:
        by = {"assigned_by": office.people["admin"].id, "assigned_at": NOON}
        session.add(ComplaintAssignment(**own, person_id=holder, received_on=one.received_on, **by))
    if dice.random() < 0.2:
        session.add(ComplaintExclusion(**own, person_id=office.people["officer"].id))
    if dice.random() < 0.2:
        session.add(ComplaintExclusion(**own, division_id=office.divisions["finance"].id))
    session.flush()
    return Filed(
        one.id,
        one.agency_id,
        one.kind,
        one.state,
        one.channel,
        one.division_id,
        holder,
        one.received_on,
        one.due_on,
        one.stars,
    )


def _fits(one: Filed, wanted: LogFilters) -> bool:
    return all(
        (
            wanted.kind in (None, one.kind),
            wanted.state in (None, one.state),
            wanted.channel in (None, one.channel),
            wanted.division in (None, one.division),
            not wanted.no_division or one.division is None,
            wanted.assignee in (None, one.assignee),
            not wanted.unassigned or one.assignee is None,
            wanted.first is None or one.received_on >= wanted.first,
            wanted.last is None or one.received_on <= wanted.last,
            not wanted.overdue or (one.due_on is not None and one.due_on < TODAY),
            wanted.stars in (None, one.stars),
            not wanted.unrated or one.stars is None,
        )
    )


def _in_order(found: list[Filed], sort: LogSort) -> list[UUID]:
    by_day = sorted(found, key=lambda one: (one.received_on, one.id))
    if sort is LogSort.OLDEST:
        return [one.id for one in by_day]
    if sort is LogSort.DUE:
        running = [one for one in found if one.due_on is not None]
        return [one.id for one in sorted(running, key=lambda one: (one.due_on, one.id))]
    newest = by_day[::-1]
    if sort is LogSort.RATING:
        rated = [one for one in newest if one.stars is not None]
        return [one.id for one in sorted(rated, key=lambda one: one.stars or 0)]
    return [one.id for one in newest]


def _walk(session: Session, asked: LogQuery, size: int, *, backwards: bool) -> list[UUID]:
    """Every page from the first to the last, and then back again."""
    pages: list[LogPage] = []
    place: Place | None = None
    while True:
        page = log_page(session, asked, size, after=place)
        pages.append(page)
        if page.after is None:
            break
        assert len(page.rows) == size or page.looked_to is not None
        place = page.after
    if not backwards:
        return [row.opened.complaint.id for page in pages for row in page.rows]
    found = [row.opened.complaint.id for row in pages[-1].rows]
    place = pages[-1].before
    while place is not None:
        page = log_page(session, asked, size, before=place)
        found = [row.opened.complaint.id for row in page.rows] + found
        place = page.before
    return found


def _spec() -> st.SearchStrategy[dict[str, object]]:
    """Filters by name, for whichever office is asked."""

    def maybe(*values: object) -> st.SearchStrategy[object]:
        return st.sampled_from([*[None] * len(values), *values])

    return st.fixed_dictionaries(
        {
            "kind": maybe(*ComplaintKind),
            "state": maybe(*ComplaintState),
            "channel": maybe(*ComplaintChannel),
            "division": maybe("clerk", "finance", "works", "none"),
            "assignee": maybe("officer", "finance", "none"),
            "first": maybe(*range(6)),
            "last": maybe(*range(6)),
            "stars": maybe(1, 2, 5, "none"),
            "overdue": st.sampled_from([False, False, True]),
        }
    )


def _filters(office: Office, spec: dict[str, object]) -> LogFilters:
    made = {key: value for key, value in spec.items() if value not in (None, "none")}
    if "division" in made:
        made["division"] = office.divisions[str(made["division"])].id
    if "assignee" in made:
        made["assignee"] = office.people[str(made["assignee"])].id
    for side in {"first", "last"} & set(made):
        made[side] = TODAY - timedelta(days=int(str(made[side])))
    return LogFilters(
        no_division=spec["division"] == "none",
        unassigned=spec["assignee"] == "none",
        unrated=spec["stars"] == "none",
        **made,  # type: ignore[arg-type]
    )


@dataclass(frozen=True)
class _How:
    sort: LogSort
    size: int
    backwards: bool
    whole: bool = True  # every look goes to the end


@pytest.fixture
def filed(db: Database, offices: Offices) -> list[Filed]:
    return _scatter(db, offices, seed=7)


def _check(
    db: Database, filed: list[Filed], asked_of: tuple[Office, str], wanted: LogFilters, how: _How
) -> None:
    office, name = asked_of
    with db.reading() as session:
        viewer = session.get_one(Person, (office.agency_id, office.people[name].id))
        readable = set(session.scalars(select(Complaint.id).where(visible_to(viewer))))
        mine = [one for one in filed if one.agency_id == office.agency_id and one.id in readable]
        sort = wanted.order(how.sort)
        expected = _in_order([one for one in mine if _fits(one, wanted)], sort)
        asked = LogQuery.of(session, viewer, wanted, how.sort, TODAY)
        assert _walk(session, asked, how.size, backwards=how.backwards) == expected
        assert ids_to_export(session, asked) == expected
        count = log_page(session, asked, how.size).count
        assert count is not None
        if how.whole:
            assert count == Count(len(expected), at_least=False)
        else:
            assert count.number == len(expected) or count.at_least
            assert count.number <= len(expected)


_ASKED = {
    "spec": _spec(),
    "home": st.booleans(),
    "name": st.sampled_from(VIEWERS),
    "sort": st.sampled_from(LogSort),
    "size": st.integers(1, 12),
    "backwards": st.booleans(),
}
_once = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@_once
@given(**_ASKED)
def test_every_page_of_every_filter_and_order_is_what_a_plain_reading_finds(
    db: Database,
    offices: Offices,
    filed: list[Filed],
    spec: dict[str, object],
    home: bool,
    name: str,
    sort: LogSort,
    size: int,
    backwards: bool,
) -> None:
    office = offices.makham if home else offices.bangphra
    how = _How(sort, size, backwards)
    _check(db, filed, (office, name), _filters(office, spec), how)


@_once
@given(**_ASKED)
def test_where_a_look_ends_before_the_page_is_full_the_next_goes_on_and_nothing_is_lost(
    db: Database,
    offices: Offices,
    filed: list[Filed],
    spec: dict[str, object],
    home: bool,
    name: str,
    sort: LogSort,
    size: int,
    backwards: bool,
) -> None:
    office = offices.makham if home else offices.bangphra
    how = _How(sort, size, backwards, whole=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(complaint_log, "MOST_LOOKED", 4)
        _check(db, filed, (office, name), _filters(office, spec), how)


def test_a_page_stays_where_it_was_while_new_complaints_come_in(
    db: Database, offices: Offices, filed: list[Filed]
) -> None:
    office = offices.makham
    with db.writing() as session:
        viewer = session.get_one(Person, (office.agency_id, office.people["integrity"].id))
        asked = LogQuery.of(session, viewer, LogFilters(), LogSort.NEWEST, TODAY)
        place = log_page(session, asked, 5).after
        first = _ids(log_page(session, asked, 5))
        second = _ids(log_page(session, asked, 5, after=place))
        for _ in range(3):
            new = NewComplaint(
                ComplaintKind.GENERAL,
                IdentityMode.NAMED,
                ComplaintChannel.WEB,
                {"what": "ใหม่"},
            )
            file_complaint(session, office.agency_id, new, None, NOON + timedelta(days=1))
        again = _ids(log_page(session, asked, 5, after=place))
    assert again == second
    assert set(first) & set(second) == set()


def _ids(page: LogPage) -> list[UUID]:
    return [row.opened.complaint.id for row in page.rows]


def test_a_long_log_is_counted_no_further_than_a_thousand(
    db: Database, offices: Offices, filed: list[Filed], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(complaint_log, "MOST_COUNTED", 5)
    office = offices.makham
    with db.reading() as session:
        viewer = session.get_one(Person, (office.agency_id, office.people["integrity"].id))
        for sort in (LogSort.NEWEST, LogSort.RATING):
            asked = LogQuery.of(session, viewer, LogFilters(), sort, TODAY)
            for size in (3, 9):
                count = log_page(session, asked, size).count
                assert count == Count(5, at_least=True)
