"""Divisions on the desk: names and aliases that mean one division each, and an end that is safe."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from domain.states import ObligationState
from models.audit import AuditEntry
from models.complaint import Complaint
from models.database import Database
from models.division import Division, active_divisions, find_division, get_division
from models.division_changes import MOST_ALIASES
from models.measure import MeasureRow as Row
from models.measure import Obligation, put_plan
from models.person import Person
from tests.desk.browser import Browser
from tests.desk.world import World
from tests.offices import Office, Offices

URL = "/desk/divisions"
LONG = "กองการศึกษา ศาสนา วัฒนธรรม การท่องเที่ยว และการส่งเสริมคุณภาพชีวิตผู้สูงอายุและผู้พิการ"


@pytest.fixture
def admin(app: Flask, offices: Offices) -> Browser:
    return Browser(app).enter(offices.makham.people["admin"])


def page_of(office: Office, name: str) -> str:
    return f"{URL}/{office.divisions[name].id}"


def stored(db: Database, office: Office, name: str) -> Division:
    with db.reading() as session:
        found = get_division(session, office.agency_id, office.divisions[name].id)
        assert found
        session.expunge_all()
        return found


def do(admin: Browser, page: str, what: str, form: str, **data: str):
    return admin.post(f"{page}/{what}", {"seen": admin.seen(page, form), **data})


def actions(db: Database) -> list[str]:
    with db.reading() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))


def empty(db: Database, office: Office, name: str) -> None:
    """Nothing left to do, and nobody in it."""
    division = office.divisions[name].id
    with db.writing() as session:
        session.execute(update(Person).where(Person.division_id == division).values(active=False))
        session.execute(
            update(Obligation)
            .where(Obligation.division_id == division)
            .values(state=ObligationState.CANCELLED)
        )


def test_the_page_tells_of_each_division_who_heads_it_and_what_it_has_in_hand(
    admin: Browser, db: Database, offices: Offices, world: World
) -> None:
    with db.writing() as session:
        session.get_one(
            Complaint, (offices.makham.agency_id, world.general)
        ).division_id = offices.makham.divisions["finance"].id
    page = admin.get(page_of(offices.makham, "finance")).text
    for words in ("ผู้อำนวยการกองคลัง", "2 คน", "1 เรื่อง", "1 ข้อ", "เจ้าหน้าที่รับเรื่อง"):
        assert words in page
    assert "ผู้อำนวยการกองคลัง" in admin.get(URL).text


def test_a_case_that_the_viewer_may_not_read_is_not_counted(
    admin: Browser, db: Database, offices: Offices, world: World
) -> None:
    with db.writing() as session:
        session.get_one(
            Complaint, (offices.makham.agency_id, world.corruption)
        ).division_id = offices.makham.divisions["works"].id
    assert "0 เรื่อง" in admin.get(page_of(offices.makham, "works")).text


def test_a_division_is_added_for_this_agency_alone(
    admin: Browser, db: Database, offices: Offices
) -> None:
    assert admin.post(URL, {"name": f"  {LONG}\n"}).status_code == 302
    with db.reading() as session:
        assert find_division(session, offices.makham.agency_id, LONG)
        assert find_division(session, offices.bangphra.agency_id, LONG) is None
    assert LONG in admin.get(URL).text
    assert actions(db) == ["division.added"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        pytest.param("", "กรุณากรอกชื่อส่วนราชการ", id="nothing"),
        pytest.param(" \0 ", "กรุณากรอกชื่อส่วนราชการ", id="only a NUL"),
        pytest.param("...", "กรุณากรอกชื่อ", id="only dots"),
        pytest.param("ก" * 201, "ไม่เกิน 200", id="too long"),
        pytest.param("กอง  คลัง", "หมายถึง “กองคลัง” อยู่แล้ว", id="another's name"),
        pytest.param("สำนักปลัดฯ", "หมายถึง “สำนักปลัด” อยู่แล้ว", id="another's alias"),
        pytest.param("ทุกส่วนราชการ", "ทุกส่วนราชการ", id="all of them"),
    ],
)
def test_a_name_that_cannot_be_taken_is_told_why_and_kept_in_the_form(
    admin: Browser, db: Database, name: str, told: str
) -> None:
    answer = admin.post(URL, {"name": name})
    assert answer.status_code == 422
    assert told in answer.text
    assert actions(db) == []


def test_an_alias_means_its_division_from_then_on_and_no_more_when_it_is_removed(
    admin: Browser, db: Database, offices: Offices
) -> None:
    page, mine = page_of(offices.makham, "works"), offices.makham
    assert do(admin, page, "aliases", "alias", alias="ฝ่ายโยธา").status_code == 302
    with db.reading() as session:
        found = find_division(session, mine.agency_id, "ฝ่ายโยธา")
        assert found
        assert found.id == mine.divisions["works"].id
    taken = do(admin, page, "aliases", "alias", alias="กองคลัง")
    assert taken.status_code == 422
    assert "หมายถึง “กองคลัง” อยู่แล้ว" in taken.text
    assert do(admin, page, "aliases/remove", "alias", alias="ฝ่ายโยธา").status_code == 302
    with db.reading() as session:
        assert find_division(session, mine.agency_id, "ฝ่ายโยธา") is None
    assert actions(db) == ["division.alias_added", "division.alias_removed"]


def test_aliases_have_an_end(admin: Browser, db: Database, offices: Offices) -> None:
    with db.writing() as session:
        row = session.merge(offices.makham.divisions["works"])
        row.aliases = [f"ชื่อเรียกที่ {number} ของกองช่าง" for number in range(MOST_ALIASES)]
    answer = do(admin, page_of(offices.makham, "works"), "aliases", "alias", alias="อีกชื่อหนึ่ง")
    assert answer.status_code == 422
    assert f"ครบ {MOST_ALIASES} ชื่อ" in answer.text


def test_the_old_name_goes_on_meaning_a_renamed_division(
    admin: Browser, db: Database, offices: Offices
) -> None:
    page, mine = page_of(offices.makham, "works"), offices.makham
    assert do(admin, page, "rename", "rename", name="กองโยธาธิการ").status_code == 302
    with db.reading() as session:
        for name in ("กองโยธาธิการ", "กองช่าง"):
            found = find_division(session, mine.agency_id, name)
            assert found
            assert found.id == mine.divisions["works"].id
    log = admin.get("/desk/audit").text
    assert "เปลี่ยนชื่อส่วนราชการ" in log
    assert "กองโยธาธิการ" in log


def test_what_is_still_in_hand_is_named_and_the_division_is_not_retired(
    admin: Browser, db: Database, offices: Offices, world: World
) -> None:
    page = page_of(offices.makham, "finance")
    shown = admin.get(page).text
    for words in ("เจ้าหน้าที่ 2 คน", "งวดรายงานที่ยังไม่ปิด 2 งวด", "คำถามรอคำตอบ 1 ข้อ"):
        assert words in shown
    seen = admin.seen(page, "rename")  # the page offers no button
    answer = admin.post(f"{page}/retire", {"seen": seen})
    assert answer.status_code == 409
    assert "ยังเลิกใช้ไม่ได้" in answer.text
    assert stored(db, offices.makham, "finance").active


def test_a_retired_division_is_no_choice_and_is_meant_by_no_plan_but_its_history_stays(
    admin: Browser, db: Database, offices: Offices
) -> None:
    office = offices.makham
    empty(db, office, "works")
    page = page_of(office, "works")
    assert do(admin, page, "retire", "retire").status_code == 302
    with db.reading() as session:
        assert find_division(session, office.agency_id, "กองช่าง") is None
        assert "กองช่าง" not in [one.name for one in active_divisions(session, office.agency_id)]
    works = str(office.divisions["works"].id)
    for choices in ("/desk/people/new", "/desk/answerers", "/desk/measures/calendar"):
        assert works not in admin.get(choices).text
    due = date(2024, 3, 29)
    with db.writing() as session:
        put_plan(session, office.agency_id, 2567, "แผน", [Row(1, "ข้อ", ["ทุกส่วนราชการ"], [due])])
    with db.reading() as session:
        told = select(Obligation.division_id).where(Obligation.due_on == due)
        others = {office.divisions[one].id for one in ("clerk", "finance")}
        assert set(session.scalars(told)) == others
    assert "เลิกใช้แล้ว" in admin.get(page).text
    assert "เลิกใช้ส่วนราชการ" in admin.get("/desk/audit").text
    # Its name stays its own, and it can come back under it.
    again = admin.post(URL, {"name": "กองช่าง"})
    assert again.status_code == 422
    assert "เลิกใช้แล้ว" in again.text
    assert do(admin, page, "bring-back", "back").status_code == 302
    assert stored(db, office, "works").active


def test_a_division_does_not_come_back_under_a_name_that_means_another_by_now(
    admin: Browser, db: Database, offices: Offices
) -> None:
    empty(db, offices.makham, "works")
    page = page_of(offices.makham, "works")
    do(admin, page, "aliases", "alias", alias="ฝ่ายโยธา")
    do(admin, page, "retire", "retire")
    do(admin, page_of(offices.makham, "clerk"), "aliases", "alias", alias="ฝ่ายโยธา")
    answer = do(admin, page, "bring-back", "back")
    assert answer.status_code == 409
    assert "หมายถึง “สำนักปลัด” อยู่แล้ว" in answer.text
    assert not stored(db, offices.makham, "works").active


def test_of_two_admins_who_change_a_division_the_second_is_told_and_keeps_what_they_typed(
    app: Flask, admin: Browser, db: Database, offices: Offices
) -> None:
    page = page_of(offices.makham, "works")
    other = Browser(app).enter(offices.makham.people["admin"])
    seen = admin.seen(page, "rename")
    do(other, page, "aliases", "alias", alias="ฝ่ายโยธา")
    answer = admin.post(f"{page}/rename", {"seen": seen, "name": "กองโยธาธิการ"})
    assert answer.status_code == 409
    assert "มีผู้อื่นแก้" in answer.text
    assert 'value="กองโยธาธิการ"' in answer.text
    assert stored(db, offices.makham, "works").name == "กองช่าง"


def test_a_division_of_another_agency_is_none(admin: Browser, offices: Offices) -> None:
    theirs = page_of(offices.bangphra, "works")
    assert admin.get(theirs).status_code == 404
    for what in ("rename", "aliases", "aliases/remove", "retire", "bring-back"):
        data = {"name": "กองใหม่", "alias": "กองใหม่", "seen": "x"}
        assert admin.post(f"{theirs}/{what}", data).status_code == 404
    assert admin.get(f"{URL}/{UUID(int=1)}").status_code == 404


def test_an_agency_without_divisions_is_told_how_to_begin(
    admin: Browser, db: Database, offices: Offices
) -> None:
    with db.writing() as session:
        session.execute(
            update(Division)
            .where(Division.agency_id == offices.makham.agency_id)
            .values(active=False)
        )
    assert "ยังไม่มีส่วนราชการ" in admin.get(URL).text
