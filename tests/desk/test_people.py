"""The page of staff: who serves where, what is vacant, who is told instead; adding somebody."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from models.audit import AuditEntry, verify
from models.contact import ContactKind, meet
from models.database import Database
from models.duty import add_duty, leave, set_email
from models.person import Person, Post, Role, find_person
from tests.desk.browser import Browser
from tests.offices import NOON, Office, Offices

NEW = {
    "name": "ผู้อำนวยการกองช่าง",
    "username": "Works-Head",
    "role": "division_head",
    "division": "",
    "post": "",
}


def enter(app: Flask, offices: Offices, person: str = "admin") -> Browser:
    return Browser(app).enter(offices.makham.people[person])


def links(db: Database, office: Office, *names: str) -> None:
    with db.writing() as session:
        for name in names:
            person = session.merge(office.people[name])
            line_id = f"U-of-{name}-{office.slug}"
            contact = meet(session, office.agency_id, ContactKind.USER, line_id)
            person.contact_id = contact.id


def lacks(browser: Browser) -> dict[str, tuple[str, str]]:
    """Post: why nobody is told there, and who is instead."""
    page = browser.get("/desk/people").text
    table = re.search(r"<caption[^>]*>ตำแหน่งที่แจ้งงานไม่ถึง</caption>(.*?)</table>", page, re.DOTALL)
    if table is None:
        return {}
    rows = re.findall(r"<tr role=\"row\">\s*<td(.*?)</tr>", table.group(1), re.DOTALL)
    found = {}
    for row in rows:
        cells = [
            " ".join(re.sub(r"<[^>]+>", " ", one.partition(">")[2]).split())
            for one in row.split("<td")
        ]
        found[cells[0]] = (cells[1], cells[2])
    return found


def log(db: Database, office: Office) -> list[str]:
    with db.reading() as session:
        assert verify(session, office.agency_id) is None
        query = select(AuditEntry.action).where(AuditEntry.agency_id == office.agency_id)
        return list(session.scalars(query.order_by(AuditEntry.number)))


def test_everybody_is_listed_by_division_with_every_division_they_serve(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    with db.writing() as session:
        finance = session.merge(office.people["finance"])
        add_duty(session, finance, office.divisions["works"].id, is_head=True)
        set_email(session, session.merge(office.people["works"]), "works@example.go.th")
    links(db, office, "finance")
    page = enter(app, offices).get("/desk/people").text
    works = page[page.index('id="g2"') :]
    assert "กองช่าง" in works[:60]
    section = works[: works.index("</section>")]
    assert "หัวหน้า (ดูแลเพิ่ม)" in section
    assert "อีเมล" in section
    assert "works@example.go.th" not in page  # an address is on its own page
    for person in office.people.values():
        assert person.name in page


def test_each_level_that_cannot_be_reached_says_who_is_told_instead(
    app: Flask, db: Database, offices: Offices
) -> None:
    links(db, offices.makham, "finance", "clerk")
    found = lacks(enter(app, offices))
    assert found["หัวหน้า กองคลัง"] == ("ยังติดต่อไม่ได้ ผู้อำนวยการกองคลัง", "ปลัด")
    assert found["หัวหน้า กองช่าง"] == ("ตำแหน่งว่าง", "ปลัด")
    assert found["เจ้าหน้าที่ สำนักปลัด"] == ("ตำแหน่งว่าง", "ปลัด")
    assert found["นายก"] == ("ตำแหน่งว่าง", "ไม่มีใครได้รับแจ้ง")
    assert "เจ้าหน้าที่ กองคลัง" not in found
    assert "ปลัด" not in found
    # Somebody stands in, somebody else links: both gaps close.
    with db.writing() as session:
        finance = session.merge(offices.makham.people["finance"])
        add_duty(session, finance, offices.makham.divisions["works"].id, is_head=True)
    links(db, offices.makham, "finance_head")
    found = lacks(enter(app, offices))
    assert "หัวหน้า กองช่าง" not in found
    assert "หัวหน้า กองคลัง" not in found
    assert found["เจ้าหน้าที่ กองช่าง"] == ("ยังติดต่อไม่ได้ เจ้าหน้าที่กองช่าง", "หัวหน้าส่วนราชการเดียวกัน")


def test_who_blocked_the_account_and_who_left_count_as_not_reached(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    links(db, office, "finance", "finance_head", "clerk")
    with db.writing() as session:
        meet(session, office.agency_id, ContactKind.USER, "U-of-finance-makham").reachable = False
        leave(session, session.merge(office.people["finance_head"]), NOON)
    admin = enter(app, offices)
    found = lacks(admin)
    assert found["เจ้าหน้าที่ กองคลัง"] == ("ยังติดต่อไม่ได้ เจ้าหน้าที่กองคลัง", "ปลัด")
    assert found["หัวหน้า กองคลัง"] == ("ตำแหน่งว่าง", "ปลัด")
    page = admin.get("/desk/people").text
    assert "LINE ส่งไม่ถึง" in page
    assert "พ้นหน้าที่แล้ว 1 คน" in page


def test_others_read_the_page_and_change_nothing(
    app: Flask, db: Database, offices: Offices
) -> None:
    group = linked_group(db, offices.makham)
    for name in ("finance_head", "clerk", "auditor", "officer"):
        browser = enter(app, offices, name)
        page = browser.get("/desk/people").text
        assert "เจ้าหน้าที่กองคลัง" in page
        assert "/desk/people/" not in page
        assert "<form" not in page.partition("<main")[2]
        person = offices.makham.people["finance"]
        assert browser.get(f"/desk/people/{person.id}").status_code == 403
        answer = browser.post("/desk/people/groups/unlink", {"group": group}, page="/desk/")
        assert answer.status_code == 403
    assert enter(app, offices, "finance").get("/desk/people").status_code == 403
    assert log(db, offices.makham) == []


def test_a_head_for_a_vacant_post_is_added_and_can_be_invited(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    admin = enter(app, offices)
    data = NEW | {"division": str(office.divisions["works"].id)}
    answer = admin.post("/desk/people", data)
    assert answer.status_code == 302
    with db.reading() as session:
        person = find_person(session, office.agency_id, "works-head")
        assert person
        assert (person.role, person.division_id) == (
            Role.DIVISION_HEAD,
            office.divisions["works"].id,
        )
        assert answer.headers["Location"] == f"/desk/people/{person.id}"
    assert "ออกรหัสเชิญ" in admin.get(answer.headers["Location"]).text
    assert log(db, office) == ["person.added"]
    assert "ผู้อำนวยการกองช่าง" not in enter_other(app, offices).get("/desk/people").text


def enter_other(app: Flask, offices: Offices) -> Browser:
    return Browser(app).enter(offices.bangphra.people["admin"])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": " "}, "กรุณากรอกชื่อที่แสดง"),
        ({"name": "ก" * 201}, "ยาวเกินไป"),
        ({"username": "ผู้ใช้"}, "อักษรอังกฤษตัวเล็ก"),
        ({"username": "a b"}, "อักษรอังกฤษตัวเล็ก"),
        ({"username": "FINANCE"}, "มีชื่อผู้ใช้นี้ในหน่วยงานแล้ว"),
        ({"division": ""}, "กรุณาเลือกส่วนราชการ"),
        ({"division": "theirs"}, "กรุณาเลือกส่วนราชการ"),
        ({"role": "officer"}, "ไม่สังกัดส่วนราชการ"),
        ({"post": "mayor"}, "ปลัดและนายกไม่ใช่บทบาทของส่วนราชการ"),
        ({"role": "king"}, "Not a valid choice"),
    ],
)
def test_a_person_that_cannot_be_gets_one_clear_sentence(
    app: Flask, db: Database, offices: Offices, changes: dict[str, str], sentence: str
) -> None:
    data = NEW | {"division": str(offices.makham.divisions["works"].id)} | changes
    if data["division"] == "theirs":
        data["division"] = str(offices.bangphra.divisions["works"].id)
    answer = enter(app, offices).post("/desk/people", data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert log(db, offices.makham) == []


def test_a_mayor_is_added_without_a_division(app: Flask, db: Database, offices: Offices) -> None:
    data = NEW | {"username": "mayor", "role": "executive", "post": "mayor", "name": "นายกเทศมนตรี"}
    assert enter(app, offices).post("/desk/people", data).status_code == 302
    with db.reading() as session:
        person = session.scalar(select(Person).where(Person.username == "mayor"))
        assert person
        assert person.post is Post.MAYOR


def linked_group(db: Database, office: Office) -> str:
    with db.writing() as session:
        line_id = f"C-of-{office.slug}"
        group = meet(session, office.agency_id, ContactKind.GROUP, line_id)
        group.division_id = office.divisions["finance"].id
        return str(group.id)


def test_an_admin_unlinks_a_group_and_a_second_one_hears_that_it_was_done(
    app: Flask, db: Database, offices: Offices
) -> None:
    group, theirs = linked_group(db, offices.makham), linked_group(db, offices.bangphra)
    admin = enter(app, offices)
    assert group in admin.get("/desk/people").text
    assert "เจ้าหน้าที่ กองคลัง" not in lacks(admin)
    for sentence in ("เลิกเชื่อมกลุ่ม LINE แล้ว", "อาจมีผู้อื่นเลิกเชื่อมไปก่อน"):
        admin.post("/desk/people/groups/unlink", {"group": group})
        assert sentence in admin.get("/desk/people").text
    assert log(db, offices.makham) == ["group.unlinked"]
    assert "เจ้าหน้าที่ กองคลัง" in lacks(admin)
    admin.post("/desk/people/groups/unlink", {"group": theirs})
    assert theirs in enter_other(app, offices).get("/desk/people").text
