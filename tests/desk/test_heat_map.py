"""The year's heat map: every figure is what counting by hand gives."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event

from domain.calendar import BANGKOK, bangkok_day
from domain.states import ObligationState
from models.database import Database
from models.measure import Measure, Obligation, add_obligation
from models.measure_board import Heat, heat_of, months_of
from models.obligation_changes import move_due
from models.progress import ProgressReport, ReportStatus, report_progress
from tests.desk.browser import Browser
from tests.desk.rounds import YEAR, a_round, measure_of, plan_of
from tests.offices import NOON, Office, Offices

TODAY = bangkok_day(NOON)
NAMES = ("clerk", "finance", "works")
DAYS = st.dates(date(2022, 9, 20), date(2023, 10, 10))
ROUNDS = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        DAYS,
        st.sampled_from(ObligationState),
        # When it was reported as done, in minutes from the first minute of its due day.
        st.lists(st.integers(-3000, 6000), max_size=2),
    ),
    max_size=25,
)


def noon_of(day: date, minutes: int) -> datetime:
    return datetime.combine(day, datetime.min.time(), BANGKOK) + timedelta(minutes=minutes)


def store(
    db: Database, office: Office, rounds: list[tuple[str, date, ObligationState, list[int]]]
) -> None:
    """In place of what the office had."""
    with db.writing() as session:
        for table in (ProgressReport, Obligation):
            session.execute(delete(table).where(table.agency_id == office.agency_id))
        session.execute(
            delete(Measure).where(Measure.agency_id == office.agency_id, Measure.number >= 100)
        )
        for place, (name, day, state, reported) in enumerate(rounds):
            # Each its own measure: two may fall on one day.
            measure = measure_of(session, office, 100 + place, "มาตรการ")
            one = add_obligation(session, measure, office.divisions[name].id, day)
            session.flush()
            for minutes in reported:
                one.state = ObligationState.OPEN
                at = noon_of(day, minutes)
                person = office.people["finance"]
                report_progress(session, one, person, ReportStatus.DONE, channel="line", now=at)
            one.state = state


def by_hand(
    office: Office, rounds: list[tuple[str, date, ObligationState, list[int]]]
) -> dict[tuple[UUID, tuple[int, int]], Heat]:
    found: dict[tuple[UUID, tuple[int, int]], Heat] = {}
    for name, day, state, reported in rounds:
        if state is ObligationState.CANCELLED:
            continue
        if state is ObligationState.OPEN:
            heat = Heat(overdue=1) if day < TODAY else Heat(ahead=1)
        elif not reported or bangkok_day(noon_of(day, min(reported))) <= day:
            heat = Heat(on_time=1)
        else:
            heat = Heat(late=1)
        key = office.divisions[name].id, (day.year, day.month)
        found[key] = found.get(key, Heat()) + heat
    return found


@given(rounds=ROUNDS, theirs=ROUNDS)
@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_any_years_figures_are_those_counted_by_hand(
    db: Database,
    offices: Offices,
    rounds: list[tuple[str, date, ObligationState, list[int]]],
    theirs: list[tuple[str, date, ObligationState, list[int]]],
) -> None:
    store(db, offices.makham, rounds)
    store(db, offices.bangphra, theirs)
    for office, stored in ((offices.makham, rounds), (offices.bangphra, theirs)):
        expected = by_hand(office, stored)
        only = frozenset({office.divisions["works"].id})
        with db.reading() as session:
            plan = plan_of(session, office)
            assert heat_of(session, plan, TODAY) == expected
            assert heat_of(session, plan, TODAY, only) == {
                key: one for key, one in expected.items() if key[0] in only
            }


def test_the_database_is_asked_once_however_much_there_is(db: Database, offices: Offices) -> None:
    rounds = [(name, TODAY, ObligationState.OPEN, [0]) for name in NAMES * 10]
    store(db, offices.makham, rounds)
    with db.reading() as session:
        plan = plan_of(session, offices.makham)
        asked: list[str] = []
        bind = session.connection()
        event.listen(bind, "before_cursor_execute", lambda *a: asked.append(a[2]))
        heat_of(session, plan, TODAY)
    assert len(asked) == 1


def test_the_last_minute_of_the_due_day_in_thailand_is_in_time(
    db: Database, offices: Offices
) -> None:
    due = date(2023, 1, 31)
    last, next_day = 24 * 60 - 1, 24 * 60
    store(
        db,
        offices.makham,
        [
            ("works", due, ObligationState.ANSWERED, [last]),
            ("works", due, ObligationState.ANSWERED, [next_day]),
        ],
    )
    with db.reading() as session:
        [heat] = heat_of(session, plan_of(session, offices.makham), TODAY).values()
    assert heat == Heat(on_time=1, late=1)


@pytest.mark.parametrize(
    ("heat", "percent"),
    [(Heat(), None), (Heat(overdue=1), 0), (Heat(on_time=199, ahead=1), 99), (Heat(late=2), 100)],
    ids=["nothing", "none done", "nearly all", "all, late"],
)
def test_a_share_is_never_all_before_all_is_done(heat: Heat, percent: int | None) -> None:
    assert heat.percent == percent


def test_a_fiscal_year_runs_from_october_to_september() -> None:
    months = months_of(YEAR)
    assert (months[0], months[-1], len(months)) == ((2022, 10), (2023, 9), 12)


def cells(page: str) -> list[tuple[str, str]]:
    """Each linked cell: where it leads, and what it says to who cannot see colours."""
    found = re.findall(r'<td[^>]*>\s*<a href="([^"]+)" aria-label="([^"]+)"', page)
    return [(url.replace("&amp;", "&"), said) for url, said in found]


def test_each_cell_says_its_figures_and_leads_to_just_those_rows(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    store(
        db,
        office,
        [
            ("finance", date(2023, 1, 10), ObligationState.ACCEPTED, [0]),
            ("finance", date(2023, 1, 11), ObligationState.ANSWERED, [5000]),
            ("finance", date(2023, 1, 12), ObligationState.OPEN, []),
            ("finance", date(2023, 9, 30), ObligationState.OPEN, []),
            ("works", date(2023, 10, 5), ObligationState.OPEN, []),
            ("works", date(2023, 1, 10), ObligationState.CANCELLED, []),
        ],
    )
    clerk = Browser(app).enter(office.people["clerk"])
    page = clerk.get(f"/desk/measures/heat?year={YEAR}").text
    january = "กองคลัง ม.ค. 66: ครบกำหนด 3 งวด ทันเวลา 1 ช้า 1 ค้างเกินกำหนด 1 ยังไม่ถึงกำหนด 0"
    assert january in [said for _, said in cells(page)]
    assert "นอกปี" in page
    for url, said in cells(page):
        due = re.search(r"ครบกำหนด (\d+) งวด", said)
        assert due
        assert f"จาก {due.group(1)} งวด" in clerk.get(url).text, url
    assert "<strong>50%</strong>" in page  # finance: two of four
    own = Browser(app).enter(office.people["works"]).get(f"/desk/measures/heat?year={YEAR}").text
    assert "กองคลัง" not in own
    assert "กองช่าง" in own
    theirs = Browser(app).enter(offices.bangphra.people["admin"])
    assert january not in theirs.get(f"/desk/measures/heat?year={YEAR}").text
    assert theirs.get("/desk/measures/heat?year=2599").status_code == 422


def test_an_empty_year_says_so(app: Flask, db: Database, offices: Offices) -> None:
    store(db, offices.makham, [])
    page = Browser(app).enter(offices.makham.people["admin"]).get("/desk/measures/heat").text
    assert "ปีนี้ยังไม่มีงวดรายงาน" in page


def test_what_the_office_did_is_no_report_of_the_division(db: Database, offices: Offices) -> None:
    office = offices.makham
    store(db, office, [])
    found = a_round(db, office, date(2023, 1, 10), "works")
    with db.writing() as session:
        one = session.get_one(Obligation, (office.agency_id, found))
        move_due(session, one, office.people["admin"], date(2023, 2, 10), "เลื่อน", NOON)
    with db.reading() as session:
        plan = plan_of(session, office)
        assert heat_of(session, plan, TODAY) == {
            (office.divisions["works"].id, (2023, 2)): Heat(overdue=1)
        }
