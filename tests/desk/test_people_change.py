"""Admins change a colleague's name, role, post and division, and see to their sign-in."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from domain.states import ComplaintState
from models.audit import AuditEntry
from models.complaint import Complaint, move_complaint
from models.complaint_hands import assign, assignee_of
from models.database import Database
from models.division import Division
from models.duty import add_duty, duties_of
from models.person import BadPerson, Person, Role, add_person, find_person, get_person
from models.second_factor import has_second_factor
from models.staffing import Place, change_person, is_last_admin
from tests.desk.browser import Browser
from tests.desk.factors import come_in, give_authenticator, give_password
from tests.desk.world import complain
from tests.offices import NOON, Office, Offices


def url_of(office: Office, name: str) -> str:
    return f"/desk/people/{office.people[name].id}"


def seen(browser: Browser, url: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', browser.get(url).text)
    assert found
    return found.group(1)


def change(browser: Browser, url: str, mark: str = "", **fields: str) -> TestResponse:
    data = {"seen": mark or seen(browser, f"{url}/change"), "post": "", "division": "", **fields}
    return browser.post(f"{url}/change", data)


def log(db: Database, office: Office) -> list[tuple[str, dict[str, str]]]:
    with db.reading() as session:
        query = select(AuditEntry).where(AuditEntry.agency_id == office.agency_id)
        query = query.order_by(AuditEntry.number)
        return [(one.action, one.detail) for one in session.scalars(query)]


def now_of(db: Database, office: Office, name: str) -> Person:
    with db.reading() as session:
        person = get_person(session, office.agency_id, office.people[name].id)
        assert person
        return person


@pytest.fixture
def admin(app: Flask, offices: Offices) -> Browser:
    return Browser(app).enter(offices.makham.people["admin"])


def test_another_role_ends_the_sessions_and_opens_what_it_opens(
    app: Flask, db: Database, offices: Offices, admin: Browser
) -> None:
    office = offices.makham
    theirs = Browser(app).enter(office.people["auditor"])
    assert theirs.get("/desk/audit").status_code == 200
    page = admin.get(f"{url_of(office, 'auditor')}/change").text
    assert "ออกจากระบบทุกเครื่อง" in page
    answer = change(admin, url_of(office, "auditor"), name="ผู้ตรวจสอบ", role="executive")
    assert answer.status_code == 302
    assert theirs.get("/desk/").status_code == 302
    person = now_of(db, office, "auditor")
    assert (person.name, person.role) == ("ผู้ตรวจสอบ", Role.EXECUTIVE)
    again = Browser(app).enter(person)
    assert again.get("/desk/audit").status_code == 403
    assert log(db, office) == [("person.changed", {"name": "changed", "role": "executive"})]


def test_a_name_alone_ends_no_session(
    app: Flask, db: Database, offices: Offices, admin: Browser
) -> None:
    theirs = Browser(app).enter(offices.makham.people["auditor"])
    change(admin, url_of(offices.makham, "auditor"), name="ชื่อใหม่", role="auditor")
    assert "ชื่อใหม่" in theirs.get("/desk/account").text
    assert log(db, offices.makham) == [("person.changed", {"name": "changed"})]


def test_a_role_of_a_division_needs_one_and_takes_it_over(
    db: Database, offices: Offices, admin: Browser
) -> None:
    office = offices.makham
    url, works = url_of(office, "auditor"), office.divisions["works"].id
    with db.writing() as session:
        add_duty(session, session.merge(office.people["auditor"]), works, is_head=False)
    answer = change(admin, url, name="ก", role="division_head")
    assert answer.status_code == 422
    assert "กรุณาเลือกส่วนราชการ" in answer.text
    assert change(admin, url, name="ก", role="auditor", division=str(works)).status_code == 422
    assert change(admin, url, name="ก", role="division_head", post="clerk").status_code == 422
    assert (
        change(admin, url, name="ก", role="division_head", division=str(works)).status_code == 302
    )
    with db.reading() as session:
        person = get_person(session, office.agency_id, office.people["auditor"].id)
        assert person
        assert duties_of(session, person) == {works: True}


def test_a_division_of_another_agency_is_none(
    db: Database, offices: Offices, admin: Browser
) -> None:
    theirs = str(offices.bangphra.divisions["works"].id)
    answer = change(
        admin, url_of(offices.makham, "auditor"), name="ก", role="division_head", division=theirs
    )
    assert answer.status_code == 422
    assert now_of(db, offices.makham, "auditor").role is Role.AUDITOR


def test_nobody_changes_their_own_role(db: Database, offices: Offices, admin: Browser) -> None:
    url = url_of(offices.makham, "admin")
    assert 'name="role"' not in admin.get(f"{url}/change").text
    answer = change(admin, url, name="ผู้ดูแล", role="auditor")
    assert answer.status_code == 422
    assert "ตนเองไม่ได้" in answer.text
    assert now_of(db, offices.makham, "admin").role is Role.ADMIN
    mark = seen(admin, f"{url}/change")
    assert admin.post(f"{url}/change", {"seen": mark, "name": "ผู้ดูแล"}).status_code == 302
    assert now_of(db, offices.makham, "admin").name == "ผู้ดูแล"


def test_the_last_admin_stays_one(db: Database, offices: Offices) -> None:
    agency_id = offices.makham.agency_id
    with db.writing() as session:
        last = find_person(session, agency_id, "admin")
        assert last
        assert is_last_admin(session, last)
        with pytest.raises(BadPerson, match="last admin"):
            change_person(session, last, "ก", Place(Role.AUDITOR, None, None))
        add_person(session, agency_id, username="second", name="ข", role=Role.ADMIN)
        assert change_person(session, last, "ก", Place(Role.AUDITOR, None, None))


def test_the_second_of_two_admins_is_told_and_keeps_what_was_typed(
    app: Flask, offices: Offices, admin: Browser
) -> None:
    url = url_of(offices.makham, "auditor")
    mark = seen(admin, f"{url}/change")
    change(admin, url, name="ชื่อแรก", role="auditor")
    answer = change(admin, url, mark, name="ชื่อที่สอง", role="auditor")
    assert answer.status_code == 409
    assert "ชื่อที่สอง" in answer.text
    assert "ยังไม่ได้บันทึก" in answer.text


def test_a_lost_telephone_is_seen_to_without_the_key_being_seen(
    app: Flask, db: Database, offices: Offices, admin: Browser
) -> None:
    office = offices.makham
    phone = give_authenticator(db, office.people["officer"])
    theirs = Browser(app)
    come_in(theirs, "officer", phone)
    url = url_of(office, "officer")
    page = admin.get(url).text
    assert "ล้างแอปยืนยันตัวตน" in page
    assert phone.secret not in page
    answer = admin.post(f"{url}/second-factor/reset", {"seen": seen(admin, url)})
    assert answer.status_code == 302
    assert theirs.get("/desk/").status_code == 302
    assert not has_second_factor(now_of(db, office, "officer"))
    assert log(db, office)[-1][0] == "person.second_factor_reset"
    assert give_password(Browser(app), "officer").headers["Location"] == "/desk/sign-in/setup"
    again = admin.post(f"{url}/second-factor/reset", {"seen": seen(admin, url)})
    assert again.status_code == 422


def test_an_admin_can_sign_somebody_out_everywhere(
    app: Flask, offices: Offices, admin: Browser
) -> None:
    theirs = Browser(app).enter(offices.makham.people["auditor"])
    url = url_of(offices.makham, "auditor")
    assert admin.post(f"{url}/sessions/end", {"seen": seen(admin, url)}).status_code == 302
    assert theirs.get("/desk/").status_code == 302
    assert admin.get("/desk/").status_code == 200


def test_the_page_tells_how_somebody_signs_in(
    app: Flask, db: Database, offices: Offices, admin: Browser
) -> None:
    url = url_of(offices.makham, "auditor")
    assert "ยังไม่เคย" in admin.get(url).text
    give_password(Browser(app), "auditor")
    page = admin.get(url).text
    assert "ยังไม่เคย" not in page
    for _ in range(5):
        give_password(Browser(app), "auditor", "not the password")
    assert "พักการเข้าใช้ถึง" in admin.get(url).text


@pytest.mark.parametrize("deed", ["invite", "second-factor/reset", "change", "return"])
def test_what_opens_another_s_sign_in_needs_the_password_of_just_now(
    app: Flask, db: Database, offices: Offices, deed: str
) -> None:
    stale = Browser(app).enter(offices.makham.people["admin"], fresh=False)
    url = url_of(offices.makham, "auditor")
    answer = stale.post(f"{url}/{deed}", {"seen": seen(stale, url), "name": "ก", "role": "admin"})
    assert answer.status_code == 401
    assert "ยืนยันรหัสผ่านอีกครั้ง" in answer.text
    assert now_of(db, offices.makham, "auditor").role is Role.AUDITOR
    assert log(db, offices.makham) == []


def test_who_leaves_or_may_no_longer_read_them_lets_go_of_the_cases_at_work(
    app: Flask, db: Database, offices: Offices, admin: Browser
) -> None:
    office = offices.makham
    mine, ended = (complain(db, office) for _ in range(2))
    with db.writing() as session:
        for name, one in (("officer", mine), ("officer", ended), ("integrity", ended)):
            case = session.get_one(Complaint, (office.agency_id, one))
            person = session.merge(office.people[name])
            assign(session, case, person, person, NOON)
        move_complaint(session, case, ComplaintState.IN_REVIEW, person, NOON)
        move_complaint(session, case, ComplaintState.CLOSED, person, NOON)

    def holders() -> list[str | None]:
        with db.reading() as session:
            cases = [session.get_one(Complaint, (office.agency_id, one)) for one in (mine, ended)]
            found = [assignee_of(session, one) for one in cases]
            return [None if one is None else one.username for one in found]

    assert holders() == ["officer", "integrity"]
    change(admin, url_of(office, "officer"), name="เจ้าหน้าที่รับเรื่อง", role="auditor")
    assert holders() == [None, "integrity"]
    url = url_of(office, "integrity")
    admin.post(f"{url}/leave", {"seen": seen(admin, url)})
    assert holders() == [None, "integrity"]  # what is over keeps its name


def test_nobody_comes_back_into_a_division_that_is_no_more(
    db: Database, offices: Offices, admin: Browser
) -> None:
    office = offices.makham
    url = url_of(office, "works")
    admin.post(f"{url}/leave", {"seen": seen(admin, url)})
    with db.writing() as session:
        session.get_one(Division, (office.agency_id, office.divisions["works"].id)).active = False
    answer = admin.post(f"{url}/return", {"seen": seen(admin, url)})
    assert "นำส่วนราชการนั้นกลับมาใช้ก่อน" in answer.text
    assert not now_of(db, office, "works").active
