"""A right to open identities that is younger than three days opens none; others are told of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from bot.demo.town import found_town
from models import audit
from models.complaint import ComplaintKind
from models.contact import ContactKind, meet
from models.database import Database
from models.duty import set_email
from models.new_rights import new_right
from models.outbox import OutboxMessage
from models.person import Role, find_person, set_password
from models.sealed_identity import IdentityRequest
from tests.desk.browser import Browser
from tests.desk.cases import deeds, page, who
from tests.desk.factors import Authenticator, give_authenticator, give_code, give_password
from tests.desk.outbox_texts import waiting_texts
from tests.desk.test_case_identity import NAME, another_integrity_officer, ask, confide, look
from tests.desk.test_invitations import chooses, types
from tests.desk.test_people_change import change, seen, url_of
from tests.offices import NOON, PASSWORD, Office, Offices

WAIT = timedelta(hours=72)
NEW_PASSWORD = "quite another pass phrase"


def line(db: Database, office: Office, action: str, actor: str = "", **detail: str) -> None:
    """Something that the log says of the integrity officer."""
    person = office.people["integrity"]
    with db.writing() as session:
        audit.record(
            session,
            office.agency_id,
            action=action,
            subject=f"person:{person.id}",
            actor=actor or f"person:{office.people['admin'].id}",
            now=NOON,
            detail=detail,
        )


def request_of(db: Database, case: UUID) -> UUID:
    with db.reading() as session:
        query = select(IdentityRequest.id).where(IdentityRequest.complaint_id == case)
        return session.scalars(query).one()


@pytest.mark.parametrize(
    ("action", "detail", "why"),
    [
        ("person.added", {"role": "integrity_officer"}, "ท่านเพิ่งถูกเพิ่มเป็นเจ้าหน้าที่"),
        ("person.returned", {}, "ท่านเพิ่งกลับมาปฏิบัติหน้าที่"),
        ("person.changed", {"role": "integrity_officer"}, "บทบาทของท่านเพิ่งถูกเปลี่ยน"),
        ("person.password_set", {}, "เพิ่งมีการตั้งรหัสผ่านของท่านด้วยรหัสเชิญ"),
        ("person.password_changed", {}, "รหัสผ่านของท่านเพิ่งถูกตั้งใหม่"),
        ("person.second_factor_reset", {}, "แอปยืนยันตัวตนของท่านเพิ่งถูกล้าง"),
        ("person.second_factor_set", {}, "เพิ่งมีการตั้งแอปยืนยันตัวตนของท่านใหม่"),
    ],
    ids=["added", "returned", "role", "invitation", "set-by-another", "reset", "set-up"],
)
def test_whose_right_is_new_neither_asks_nor_decides_for_three_days(
    app: Flask,
    db: Database,
    offices: Offices,
    frozen: time_machine.Traveller,
    action: str,
    detail: dict[str, str],
    why: str,
) -> None:
    makham, case, other = offices.makham, confide(db, offices.makham), confide(db, offices.makham)
    line(db, makham, action, **detail)
    admin, integrity = who(app, makham, "admin"), who(app, makham, "integrity")
    ask(admin, case)
    url = f"{page(case)}/identity"
    shown = integrity.get(url).text
    assert why in shown
    assert "18 มี.ค. 2566" in shown  # till when
    assert 'value="yes"' not in shown
    request = request_of(db, case)
    integrity.post(f"{url}/{request}", {"decision": "yes"})
    assert "ยังไม่ครบ 72 ชั่วโมง" in integrity.get("/desk/").text
    assert look(admin, case) == ""
    refused = integrity.post(f"{page(other)}/identity", {"reason": "ต้องนัดให้ปากคำ"})
    assert refused.status_code == 409
    assert "ต้องนัดให้ปากคำ" in refused.text
    assert "identity.asked" not in deeds(db, makham, other)
    frozen.move_to(NOON + WAIT)
    integrity, admin = who(app, makham, "integrity"), who(app, makham, "admin")
    assert "72 ชั่วโมง" not in integrity.get(url).text
    assert integrity.post(f"{url}/{request}", {"decision": "yes"}).status_code == 302
    assert NAME in look(admin, case)
    assert ask(integrity, other) == 302


@pytest.mark.parametrize(
    ("action", "own", "detail"),
    [
        ("person.changed", False, {"name": "changed"}),
        ("person.password_changed", True, {}),
        ("person.second_factor_moved", True, {}),
        ("person.signed_in", True, {}),
        ("person.invited", False, {}),
    ],
    ids=["name", "own-password", "own-telephone", "sign-in", "invited"],
)
def test_what_makes_no_right_new_keeps_nobody_waiting(
    app: Flask, db: Database, offices: Offices, action: str, own: bool, detail: dict[str, str]
) -> None:
    makham, case = offices.makham, confide(db, offices.makham)
    line(db, makham, action, f"person:{makham.people['integrity'].id}" if own else "", **detail)
    assert ask(who(app, makham, "integrity"), case) == 302


def test_a_yes_given_before_opens_nothing_for_whose_authenticator_was_reset_since(
    app: Flask, db: Database, offices: Offices
) -> None:
    makham, case = offices.makham, confide(db, offices.makham, ComplaintKind.CORRUPTION)
    second = another_integrity_officer(db, makham)
    integrity = who(app, makham, "integrity")
    ask(integrity, case)
    url = f"{page(case)}/identity/{request_of(db, case)}"
    assert Browser(app).enter(second).post(url, {"decision": "yes"}).status_code == 302
    line(db, makham, "person.second_factor_reset")
    assert look(integrity, case) == ""
    assert "identity.seen" not in deeds(db, makham, case)


def test_an_admin_who_takes_an_officer_s_account_over_is_no_second_person(
    app: Flask, db: Database, offices: Offices
) -> None:
    """All the way through the real forms: reset, invite, choose a password, set an app up."""
    makham, case = offices.makham, confide(db, offices.makham)
    give_authenticator(db, makham.people["integrity"])
    admin, url = who(app, makham, "admin"), url_of(makham, "integrity")
    ask(admin, case)
    admin.post(f"{url}/second-factor/reset", {"seen": seen(admin, url)})
    invited = admin.post(f"{url}/invite", {"seen": seen(admin, url)}).text
    theirs = Browser(app)
    code = invited[invited.index("PS-") :][:14]
    assert chooses(theirs, types(theirs, code), NEW_PASSWORD).status_code == 302
    give_password(theirs, "integrity", NEW_PASSWORD)
    phone = Authenticator.from_page(theirs.get("/desk/sign-in/setup").text)
    assert give_code(theirs, phone.code(), "/desk/sign-in/setup").status_code == 200
    assert theirs.get("/desk/").status_code == 200
    theirs.post(f"{page(case)}/identity/{request_of(db, case)}", {"decision": "yes"})
    assert look(admin, case) == ""
    assert "identity.granted" not in deeds(db, makham, case)


@pytest.fixture
def reached(db: Database, offices: Offices) -> dict[str, str]:
    """Where people can be told: two who read of corruption, one by mail, and others."""
    makham = offices.makham
    another_integrity_officer(db, makham)
    with db.writing() as session:
        for name in ("integrity", "auditor", "officer"):
            contact = meet(session, makham.agency_id, ContactKind.USER, f"U-of-{name}")
            session.merge(makham.people[name]).contact_id = contact.id
        second = find_person(session, makham.agency_id, "integrity-2")
        assert second
        set_email(session, second, "second@example.go.th")
    return {"integrity": "U-of-integrity", "second": "mailto:second@example.go.th"}


def test_of_a_reset_the_person_and_all_who_read_of_corruption_are_told(
    app: Flask, db: Database, offices: Offices, reached: dict[str, str]
) -> None:
    makham = offices.makham
    give_authenticator(db, makham.people["officer"])
    admin, url = who(app, makham, "admin"), url_of(makham, "officer")
    admin.post(f"{url}/second-factor/reset", {"seen": seen(admin, url)})
    told = waiting_texts(db, makham)
    assert set(told) == {*reached.values(), "U-of-officer"}
    for text in told.values():
        assert "ผู้ดูแลระบบ" in text
        assert "ล้างแอปยืนยันตัวตนของเจ้าหน้าที่รับเรื่อง" in text
        assert "หากไม่ได้ตกลงกันไว้ กรุณาแจ้งปลัด" in text


def test_of_an_invitation_they_are_told_where_there_was_a_password_and_no_code_is_in_it(
    app: Flask, db: Database, offices: Offices, reached: dict[str, str]
) -> None:
    makham = offices.makham
    admin, url = who(app, makham, "admin"), url_of(makham, "auditor")
    invited = admin.post(f"{url}/invite", {"seen": seen(admin, url)}).text
    told = waiting_texts(db, makham)
    assert set(told) == {*reached.values(), "U-of-auditor"}
    code = invited[invited.index("PS-") :][:14]
    assert all(
        "ออกรหัสเชิญใหม่" in one and code not in one and "PS-" not in one for one in told.values()
    )
    with db.writing() as session:
        session.merge(makham.people["works"]).password_hash = None
        for row in session.scalars(select(OutboxMessage)):
            session.delete(row)
    url = url_of(makham, "works")
    admin.post(f"{url}/invite", {"seen": seen(admin, url)})
    assert waiting_texts(db, makham) == {}


def added(admin: Browser, db: Database, office: Office) -> None:
    data = {"name": "คนใหม่", "username": "new-one", "role": "integrity_officer"}
    assert admin.post("/desk/people", {**data, "division": "", "post": ""}).status_code == 302


def promoted(admin: Browser, db: Database, office: Office) -> None:
    url = url_of(office, "clerk")
    answer = change(admin, url, name="คนใหม่", role="integrity_officer")
    assert answer.status_code == 302


def returned(admin: Browser, db: Database, office: Office) -> None:
    with db.writing() as session:
        person = session.merge(office.people["clerk"])
        person.active, person.post, person.role = False, None, Role.INTEGRITY_OFFICER
        person.name = "คนใหม่"
    url = url_of(office, "clerk")
    assert admin.post(f"{url}/return", {"seen": seen(admin, url)}).status_code == 302


@pytest.mark.parametrize("deed", [added, promoted, returned], ids=["added", "promoted", "returned"])
def test_of_a_new_integrity_officer_the_others_are_told(
    app: Flask,
    db: Database,
    offices: Offices,
    reached: dict[str, str],
    deed: Callable[[Browser, Database, Office], None],
) -> None:
    makham = offices.makham
    deed(who(app, makham, "admin"), db, makham)
    told = waiting_texts(db, makham)
    assert set(told) == set(reached.values())
    assert all("คนใหม่ทำหน้าที่เจ้าหน้าที่จริยธรรม" in one for one in told.values())


def test_who_reads_of_corruption_is_told_before_they_can_be_told_no_more(
    app: Flask, db: Database, offices: Offices, reached: dict[str, str]
) -> None:
    """Else an admin would first cut the wire, and then reset."""
    makham = offices.makham
    admin, url = who(app, makham, "admin"), url_of(makham, "integrity")
    assert admin.post(f"{url}/unlink", {"seen": seen(admin, url)}).status_code == 302
    told = waiting_texts(db, makham)
    assert set(told) == set(reached.values())
    assert "ยกเลิกการเชื่อม LINE" in told["U-of-integrity"]


def test_who_comes_back_has_no_password_and_no_authenticator(
    app: Flask, db: Database, offices: Offices
) -> None:
    makham = offices.makham
    phone = give_authenticator(db, makham.people["officer"])
    with db.writing() as session:
        set_password(session.merge(makham.people["officer"]), PASSWORD)
    admin, url = who(app, makham, "admin"), url_of(makham, "officer")
    for deed in ("leave", "return"):
        assert admin.post(f"{url}/{deed}", {"seen": seen(admin, url)}).status_code == 302
        with db.reading() as session:
            person = find_person(session, makham.agency_id, "officer")
            assert person
            assert (person.password_hash, person.totp_secret) == (None, None)
            assert (person.totp_counter, person.recovery_codes) == (None, None)
            assert person.active == (deed == "return")
    theirs = Browser(app)
    assert give_password(theirs, "officer").status_code == 401
    assert give_code(theirs, phone.code(), "/desk/sign-in").status_code in (401, 422)


def test_the_example_town_s_people_need_not_wait(db: Database) -> None:
    with db.writing() as session:
        town = found_town(session)
        for name in ("admin", "integrity"):
            person = find_person(session, town.id, name)
            assert person
            assert new_right(session, person, NOON) is None
