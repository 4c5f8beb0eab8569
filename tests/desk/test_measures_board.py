"""The table and the board of measures: what they show, to whom, and how it is cut down."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, insert

from domain.calendar import bangkok_day
from domain.ids import time_ordered_id
from domain.states import ObligationState
from models.database import Database
from models.division import Division
from models.measure import Measure, Obligation, Plan
from models.progress import ReportStatus
from tests.desk.browser import Browser
from tests.desk.rounds import YEAR, a_round, measure_of
from tests.offices import NOON, Office, Offices

TODAY = bangkok_day(NOON)
S = ReportStatus


@pytest.fixture
def admin(app: Flask, offices: Offices) -> Browser:
    return Browser(app).enter(offices.makham.people["admin"])


@pytest.fixture
def one_of_each(db: Database, offices: Offices) -> dict[str, UUID]:
    office = offices.makham

    def put(days: int, **how: object) -> UUID:
        return a_round(db, office, TODAY + timedelta(days=days), **how)  # type: ignore[arg-type]

    return {
        "later": put(15, measure=11),
        "soon": put(14, measure=12),
        "overdue": put(-1, measure=13, report=S.IN_PROGRESS, percent=40),
        "problem": put(-3, measure=14, report=S.PROBLEM),
        "postpone": put(3, measure=15, report=S.POSTPONE),
        "answered": put(-5, measure=16, report=S.DONE),
        "accepted": put(-6, measure=17, report=S.DONE, state=ObligationState.ACCEPTED),
        "cancelled": put(-7, measure=18, state=ObligationState.CANCELLED),
    }


def listed(browser: Browser, query: str, known: dict[str, UUID]) -> set[str]:
    page = browser.get(f"/desk/measures?year={YEAR}&{query}")
    assert page.status_code == 200, query
    return {name for name, id_ in known.items() if str(id_) in page.text}


SHOWN = {
    "": {"later", "soon", "overdue", "problem", "postpone", "answered", "accepted"},
    "open": {"later", "soon", "overdue", "problem", "postpone"},
    "late": {"overdue", "problem"},
    "waiting": {"problem", "postpone"},
    **{
        one: {one}
        for one in (
            *("later", "soon", "overdue", "problem"),
            *("postpone", "answered", "accepted", "cancelled"),
        )
    },
}


def test_the_table_shows_just_the_state_that_was_asked_for(
    admin: Browser, one_of_each: dict[str, UUID]
) -> None:
    for show, expected in SHOWN.items():
        assert listed(admin, f"show={show}", one_of_each) == expected, show


def test_the_counts_on_top_are_those_of_the_lists_behind_them(
    admin: Browser, one_of_each: dict[str, UUID]
) -> None:
    page = admin.get(f"/desk/measures?year={YEAR}&q=ในการทดสอบ").text
    counts = dict(re.findall(r'lane-count lane-(\w+)"[^>]*><strong>([\d,]+)</strong>', page))
    assert counts == {
        **{"all": "7", "later": "1", "soon": "1", "overdue": "1", "waiting": "2"},
        **{"answered": "1", "accepted": "1", "cancelled": "1"},
    }
    piece = admin.get(f"/desk/measures/counts?year={YEAR}&q=ในการทดสอบ")
    assert re.findall(r"<strong>([\d,]+)</strong>", piece.text) == list(counts.values())
    again = admin.client.get(
        f"/desk/measures/counts?year={YEAR}&q=ในการทดสอบ",
        headers={"X-Live": piece.headers["X-Live-Mark"]},
    )
    assert again.status_code == 204


def test_the_board_puts_each_obligation_into_the_column_of_its_state(
    admin: Browser, one_of_each: dict[str, UUID]
) -> None:
    page = admin.get(f"/desk/measures/board?year={YEAR}").text
    columns = {
        found.group(1): part
        for part in page.split("<details")[1:]
        if (found := re.search(r'class="lane lane-(\w+)"', part))
    }
    assert list(columns) == ["later", "soon", "overdue", "waiting", "answered", "accepted"]
    in_column = {
        name: lane
        for name, id_ in one_of_each.items()
        for lane, part in columns.items()
        if str(id_) in part
    }
    assert in_column == {
        **{"later": "later", "soon": "soon", "overdue": "overdue", "problem": "waiting"},
        **{"postpone": "waiting", "answered": "answered", "accepted": "accepted"},
    }
    assert "ทำไปแล้ว 40%" in columns["overdue"]
    assert "เกินกำหนด 3 วัน" in columns["waiting"]
    assert "ติดปัญหา" in columns["waiting"]


def test_the_table_is_cut_down_by_code_words_instrument_indicator_and_month(
    db: Database, admin: Browser, offices: Offices
) -> None:
    office = offices.makham
    known = {
        "web": a_round(
            db,
            office,
            date(2022, 10, 1),
            measure=21,
            title="เผยแพร่ 100% ของ_แผน",
            code="O11",
            instrument="OIT",
            indicator="9 การเปิดเผยข้อมูล",
        ),
        "gifts": a_round(
            db,
            office,
            date(2023, 9, 30),
            measure=22,
            title="งดรับของขวัญ",
            code="I30",
            instrument="IIT",
            indicator="10 การป้องกันการทุจริต",
        ),
        "far": a_round(db, office, date(2023, 10, 1), measure=22),
    }
    for query, expected in {
        "code=o1": {"web"},
        "q=ของขวัญ": {"gifts", "far"},
        "q=100%25 ของ_": {"web"},
        "q=1_0": set(),
        "q=%00": {"web", "gifts", "far"},
        "q=%ED%A0%80": set(),  # half a surrogate: nothing has it
        "instrument=OIT": {"web"},
        "indicator=10 การป้องกันการทุจริต": {"gifts", "far"},
        "month=2022-10": {"web"},
        "month=2023-09": {"gifts"},
        "month=outside": {"far"},
        "month=2023-09&code=O11": set(),
    }.items():
        assert listed(admin, query, known) == expected, query


@pytest.mark.parametrize(
    "query",
    ["month=2023-13", "month=x", "show=x", "sort=x", "instrument=x", "indicator=x", "division=1"],
)
def test_a_choice_that_there_is_not_is_told_and_left_out(admin: Browser, query: str) -> None:
    for page in ("", "/board"):
        shown = admin.get(f"/desk/measures{page}?{query}&code=O11")
        assert shown.status_code == 422
        assert "กรุณาเลือกจากรายการ" in shown.text
        assert 'value="O11"' in shown.text
    assert admin.get(f"/desk/measures/counts?{query}").status_code == 204


def test_sorted_by_day_the_earliest_is_first(
    db: Database, admin: Browser, offices: Offices
) -> None:
    last = a_round(db, offices.makham, date(2023, 8, 1), measure=31)
    first = a_round(db, offices.makham, date(2022, 11, 1), measure=32)
    by_number = admin.get(f"/desk/measures?year={YEAR}").text
    assert by_number.index(str(last)) < by_number.index(str(first))
    by_day = admin.get(f"/desk/measures?year={YEAR}&sort=due").text
    assert by_day.index(str(first)) < by_day.index(str(last))


def many(db: Database, office: Office, count: int) -> None:
    with db.writing() as session:
        measure = measure_of(session, office, 40, "มาตรการที่มีหลายงวด")
        rows = [
            {
                "agency_id": office.agency_id,
                "id": time_ordered_id(),
                "measure_id": measure.id,
                "division_id": office.divisions["works"].id,
                "due_on": (day := date(2022, 10, 1) + timedelta(days=number)),
                "planned_on": day,
                "state": ObligationState.OPEN,
                "remind_on": day,
            }
            for number in range(count)
        ]
        session.execute(insert(Obligation), rows)


def test_a_long_plan_comes_in_pages_and_its_columns_end_with_a_way_to_the_rest(
    db: Database, admin: Browser, offices: Offices
) -> None:
    many(db, offices.makham, 250)
    seen: list[str] = []
    for number in (1, 2, 3):
        text = admin.get(f"/desk/measures?year={YEAR}&q=หลายงวด&page={number}").text
        seen += re.findall(r'href="/desk/measures/([0-9a-f-]{36})"', text)
        assert ("ถัดไป" in text) == (number < 3)
    assert len(seen) == len(set(seen)) == 250
    for page in ("4", "999999", "0", "-1", "x", "๑", "9" * 40):
        assert admin.get(f"/desk/measures?year={YEAR}&page={page}").status_code == 200
    board = admin.get(f"/desk/measures/board?year={YEAR}&q=หลายงวด").text
    assert len(re.findall('class="card-of"', board)) == 10 * 3  # overdue, soon and later
    link = re.search(r'href="([^"]+)">ดูทั้งหมด (\d+)', board)
    assert link
    behind = admin.get(link.group(1).replace("&amp;", "&")).text
    assert f"จาก {link.group(2)} งวด" in behind


def test_division_people_see_their_own_alone_and_the_other_agency_sees_nothing(
    app: Flask, db: Database, offices: Offices
) -> None:
    mine = a_round(db, offices.makham, date(2023, 3, 1), "finance")
    other = a_round(db, offices.makham, date(2023, 3, 1), "works")
    who = offices.makham.people
    everyone = {"finance": (True, False), "works": (False, True)}
    both = dict.fromkeys(("admin", "officer", "integrity", "clerk", "auditor"), (True, True))
    for name, expected in {**everyone, **both}.items():
        browser = Browser(app).enter(who[name])
        for page in ("", "/board"):
            text = browser.get(f"/desk/measures{page}?year={YEAR}").text
            assert (str(mine) in text, str(other) in text) == expected, (name, page)
    theirs = Browser(app).enter(offices.bangphra.people["admin"])
    for page in ("", "/board"):
        text = theirs.get(f"/desk/measures{page}?year={YEAR}").text
        assert str(mine) not in text
        assert str(other) not in text
    works = offices.makham.divisions["works"].id
    finance = Browser(app).enter(who["finance"])
    for page in ("", "/board", "/heat"):
        shown = finance.get(f"/desk/measures{page}?division={works}")
        assert shown.status_code == 422  # as for a division that there is not
        assert "ไม่พบส่วนราชการที่เลือก" in shown.text
        assert str(other) not in shown.text
        assert "กองช่าง" not in shown.text
    assert finance.get(f"/desk/measures/counts?division={works}").status_code == 204


def test_an_office_without_a_plan_is_told_so(app: Flask, db: Database, offices: Offices) -> None:
    with db.writing() as session:
        for table in (Obligation, Measure, Plan):
            session.execute(delete(table).where(table.agency_id == offices.makham.agency_id))
    for name in ("admin", "finance"):
        browser = Browser(app).enter(offices.makham.people[name])
        for page in ("", "/board", "/heat"):
            answer = browser.get(f"/desk/measures{page}")
            assert answer.status_code == 200
            assert "ยังไม่มีแผนมาตรการ" in answer.text
        assert browser.get("/desk/measures/counts").status_code == 200


def test_markup_in_titles_names_and_searches_is_text(
    app: Flask, db: Database, offices: Offices
) -> None:
    evil = "<script>alert(1)</script>"
    office = offices.makham
    with db.writing() as session:
        session.get_one(Division, (office.agency_id, office.divisions["works"].id)).name = evil
    one = a_round(db, office, TODAY, "works", measure=61, title=evil, indicator=evil, code="<b>")
    admin = Browser(app).enter(office.people["admin"])
    for url in (
        *("", "/board", "/heat", "/counts", f"/{one}", f"/{one}/change"),
        *(f"?q={evil}", f"?code={evil}", f"/board?indicator={evil}"),
    ):
        page = admin.get(f"/desk/measures{url}")
        assert page.status_code == 200, url
        assert "<script>" not in page.text, url
        assert "<b>" not in page.text, url
