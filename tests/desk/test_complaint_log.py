"""The log's page: what its address says, what it answers to nonsense, and what hangs on it."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from domain.states import ComplaintState
from models.audit import AuditEntry
from models.complaint import Complaint, ComplaintChannel, ComplaintKind, IdentityMode
from models.complaint_hands import ComplaintAssignment
from models.database import Database
from tests.desk.browser import Browser
from tests.desk.world import World, complain
from tests.offices import NOON, Office, Offices


def rows_of(page: str) -> list[UUID]:
    """The complaints that a page shows, in its order."""
    return [UUID(one) for one in re.findall(r'data-key="([0-9a-f-]{36})"', page)]


def _change(db: Database, office: Office, complaint_id: UUID, **values: object) -> None:
    with db.writing() as session:
        found = session.get_one(Complaint, (office.agency_id, complaint_id))
        for name, value in values.items():
            setattr(found, name, value)


@pytest.fixture
def officer(app: Flask, offices: Offices) -> Browser:
    return Browser(app).enter(offices.makham.people["officer"])


def test_an_order_that_passes_rows_over_says_so_where_nothing_is_left(
    officer: Browser, db: Database, offices: Offices
) -> None:
    answered = complain(db, offices.makham)
    _change(db, offices.makham, answered, state=ComplaintState.ANSWERED, due_on=None)
    page = officer.get("/desk/complaints?status=answered&sort=due").text
    assert rows_of(page) == []
    assert "เรื่องที่ตอบแล้วหรือจบแล้วไม่แสดง" in page
    link = re.search(r'href="([^"]+)">ดูเรื่องทั้งหมดตามวันที่รับ', page)
    assert link
    assert rows_of(officer.get(link.group(1).replace("&amp;", "&")).text) == [answered]
    rated = officer.get("/desk/complaints?sort=rating").text
    assert "เฉพาะเรื่องที่ผู้ร้องให้คะแนนแล้ว" in rated


def test_each_filter_in_the_address_leaves_only_its_rows(
    officer: Browser, db: Database, offices: Offices
) -> None:
    office = offices.makham
    works = office.divisions["works"].id
    plain = complain(db, office)
    request = complain(db, office, ComplaintKind.REQUEST)
    closed = complain(db, office)
    _change(db, office, closed, state=ComplaintState.CLOSED, due_on=None, stars=2)
    by_web = complain(db, office)
    _change(db, office, by_web, channel=ComplaintChannel.WEB)
    handed = complain(db, office)
    _change(db, office, handed, division_id=works)
    old = complain(db, office, days_ago=40)
    held = complain(db, office)
    with db.writing() as session:
        session.add(
            ComplaintAssignment(
                agency_id=office.agency_id,
                complaint_id=held,
                person_id=office.people["officer"].id,
                received_on=NOON.date(),
                assigned_by=office.people["admin"].id,
                assigned_at=NOON,
            )
        )
    complain(db, offices.bangphra, ComplaintKind.REQUEST)
    expected = {
        "kind=request": {request},
        "status=closed": {closed},
        "channel=web": {by_web},
        f"division={works}": {handed},
        "division=none": {plain, request, closed, by_web, old, held},
        "to=28/2/2566": {old},
        "from=1+มี.ค.+2566": {plain, request, closed, by_web, handed, held},
        "overdue=1": {old},
        "rating=2": {closed},
        "rating=none": {plain, request, by_web, handed, old, held},
        "assignee=me": {held},
        f"assignee={office.people['officer'].id}": {held},
        "assignee=none": {plain, request, closed, by_web, handed, old},
        "sort=rating": {closed},
        "kind=general&status=received&assignee=none&to=28/2/2566": {old},
        "kind=request&status=closed": set(),
    }
    for query, wanted in expected.items():
        answer = officer.get(f"/desk/complaints?{query}")
        assert answer.status_code == 200, query
        assert set(rows_of(answer.text)) == wanted, query


NONSENSE = {
    "kind=murder": "ไม่มีประเภทนี้",
    "status=%00": "",
    "status=lost": "ไม่มีสถานะนี้",
    "channel=dove": "ไม่มีช่องทางนี้",
    "division=x": "ไม่พบส่วนราชการนี้",
    "division=00000000-0000-4000-8000-000000000000": "ไม่พบส่วนราชการนี้",
    "assignee=x": "ไม่พบเจ้าหน้าที่คนนี้",
    "assignee=00000000-0000-4000-8000-000000000000": "ไม่พบเจ้าหน้าที่คนนี้",
    "from=yesterday": "อ่านวันที่ไม่ได้",
    "to=31/2/2566": "อ่านวันที่ไม่ได้",
    "from=2/1/2566&to=1/1/2566": "วันสุดท้ายอยู่ก่อนวันแรก",
    "overdue=maybe": "ตัวกรองเกินกำหนดอ่านไม่ได้",
    "rating=9": "คะแนนมีตั้งแต่ 1 ถึง 5",
    "sort=colour": "ไม่มีการเรียงแบบนี้",
    "q=ก": "อย่างน้อย 2 ตัวอักษร",
    "q=" + "ก" * 300: "คำค้นยาวเกินไป",
    "kind=corruption": "ไม่มีประเภทนี้",  # an officer is not even told that there are such
}


@pytest.mark.parametrize("number", range(len(NONSENSE)))
def test_nonsense_in_a_filter_is_explained_beside_it_and_the_others_hold(
    officer: Browser, db: Database, offices: Offices, number: int
) -> None:
    query, sentence = list(NONSENSE.items())[number]
    complain(db, offices.makham, ComplaintKind.REQUEST)
    answer = officer.get(f"/desk/complaints?{query}")
    assert answer.status_code == (422 if sentence else 200)
    assert sentence in answer.text
    if "kind" not in query:
        both = officer.get(f"/desk/complaints?{query}&kind=suggestion")
        assert rows_of(both.text) == []
        assert 'value="suggestion" selected' in both.text
        assert rows_of(officer.get(f"/desk/complaints?{query}&kind=request").text)


@pytest.mark.parametrize(
    "query",
    [
        "%ff=%fe&kind=%ff",
        "q=%ed%a0%80%ed%b0%80ab",
        "q=%00%00",
        "kind=a&kind=b&" + "&".join(f"x{number}=1" for number in range(500)),
        "from=9999999999/99/99999",
        "from=١/١/٢٥٦٦",
        "unknown=1&q=",
        "assignee=" + "f" * 5000,
    ],
    ids=range(8),
)
def test_no_query_string_breaks_the_page(officer: Browser, query: str) -> None:
    answer = officer.get(f"/desk/complaints?{query}")
    assert answer.status_code in (200, 422)
    assert "ค้นและกรอง" in answer.text


@pytest.mark.parametrize("place", ["3_2023-03-15", "9_2023-03-15_x", "x_2023-03-15_x", "_"])
def test_a_damaged_place_of_a_rating_answers_404(officer: Browser, place: str) -> None:
    assert officer.get(f"/desk/complaints?sort=rating&after={place}").status_code == 404


def test_a_filter_that_is_on_can_be_taken_off_by_itself(officer: Browser) -> None:
    page = officer.get("/desk/complaints?kind=request&status=closed&q=ถนน").text
    chips = page[page.index("log-chips") : page.index("</ul>", page.index("log-chips"))]
    links = [one.replace("&amp;", "&") for one in re.findall(r'href="([^"]+)"', chips)]
    assert len(links) == 3
    assert sum("kind=request" in one for one in links) == 2
    assert sum("status=closed" in one for one in links) == 2
    assert all(officer.get(one).status_code == 200 for one in links)


def test_two_sealed_reports_of_one_person_do_not_look_alike(
    officer: Browser, db: Database, offices: Offices
) -> None:
    both = [complain(db, offices.makham, mode=IdentityMode.CONFIDENTIAL) for _ in range(2)]
    page = officer.get("/desk/complaints").text
    for one in both:
        assert f"ผู้ร้องขอปกปิดตัวตน {one.hex[:4].upper()}" in page


def test_a_viewer_who_may_read_none_is_shown_none_whatever_the_filters(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    for name in ("officer", "admin"):
        browser = Browser(app).enter(offices.makham.people[name])
        for query in ("", "sort=oldest", "sort=due", "q=เรียกรับเงิน", "q=ใต้โต๊ะ"):
            page = browser.get(f"/desk/complaints?{query}").text
            assert world.corruption not in rows_of(page)
            assert world.anonymous not in rows_of(page)


def test_new_rows_come_to_an_open_page_and_nothing_where_nothing_changed(
    officer: Browser, db: Database, offices: Offices
) -> None:
    complain(db, offices.makham, ComplaintKind.REQUEST)
    first = officer.get("/desk/complaints/live?kind=request")
    assert first.status_code == 200
    assert "<html" not in first.text
    assert len(rows_of(first.text)) == 1
    mark = {"X-Live": first.headers["X-Live-Mark"]}
    again = officer.client.get("/desk/complaints/live?kind=request", headers=mark)
    assert (again.status_code, again.text) == (204, "")
    complain(db, offices.makham)  # of another kind
    assert officer.client.get("/desk/complaints/live?kind=request", headers=mark).status_code == 204
    complain(db, offices.makham, ComplaintKind.REQUEST)
    fresh = officer.client.get("/desk/complaints/live?kind=request", headers=mark)
    assert len(rows_of(fresh.text)) == 2
    assert officer.get("/desk/complaints/live?kind=murder").status_code == 204


def test_a_page_names_its_live_piece_with_the_same_filters_and_a_search_has_none(
    officer: Browser, db: Database, offices: Offices
) -> None:
    complain(db, offices.makham)
    page = officer.get("/desk/complaints?kind=general&status=received").text
    found = re.search(r'data-live="([^"]+)"', page)
    assert found
    piece = officer.get(found.group(1).replace("&amp;", "&"))
    assert rows_of(piece.text) == rows_of(page)
    assert "data-live=" not in officer.get("/desk/complaints?q=ถนน").text


def test_long_thai_names_and_texts_stand_in_the_log_whole_or_cut_between_letters(
    officer: Browser, db: Database, offices: Offices
) -> None:
    complain(db, offices.makham, what="ที่นี่น้ำท่วม" * 200)
    page = officer.get("/desk/complaints").text
    assert "ที่นี่น้ำท่วม" in page
    assert "…" in page


def test_a_case_is_overdue_from_the_midnight_in_bangkok_after_its_last_day(
    app: Flask, db: Database, offices: Offices, frozen: time_machine.Traveller
) -> None:
    one = complain(db, offices.makham)
    with db.reading() as session:
        due = session.get_one(Complaint, (offices.makham.agency_id, one)).due_on
    assert due is not None
    # 23:30 in Bangkok of the last day: still in time. Half past midnight: overdue.
    frozen.move_to(NOON.replace(day=due.day, month=due.month, hour=16, minute=30))
    officer = Browser(app).enter(offices.makham.people["officer"])
    assert rows_of(officer.get("/desk/complaints?overdue=1").text) == []
    frozen.shift(timedelta(hours=1))
    assert rows_of(officer.get("/desk/complaints?overdue=1").text) == [one]


def test_looking_at_the_log_leaves_no_search_words_anywhere(
    officer: Browser, db: Database, offices: Offices, capfd: pytest.CaptureFixture[str]
) -> None:
    word = "คำลับเฉพาะ"
    officer.get(f"/desk/complaints?q={word}")
    officer.post("/desk/complaints/views", {"name": "ลับ", "query": f"q={word}"})
    officer.get(f"/desk/complaints/export?format=csv&q={word}")
    said = capfd.readouterr()
    assert word not in said.out + said.err
    with db.reading() as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.agency_id == offices.makham.agency_id)
        ).all()
    assert {one.action for one in entries} >= {"view.saved", "complaints.exported"}
    assert all(word not in f"{one.detail}{one.subject}" for one in entries)
