"""Who a confidential reporter is: sealed, but for a reason and a second person's yes."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from models.audit import AuditEntry
from models.complaint import (
    Complaint,
    ComplaintChannel,
    ComplaintKind,
    IdentityMode,
    Reporter,
    find_by_receipt,
)
from models.complaint_filing import NewComplaint, file_complaint
from models.complaint_web import seal_contact
from models.contact import ContactKind, meet
from models.database import Database
from models.person import Person, Role, add_person
from models.sealed_identity import IdentityRequest
from tests.desk.browser import Browser
from tests.desk.cases import deeds, page, who
from tests.desk.world import World
from tests.offices import NOON, Office, Offices

NAME, PHONE, LINE = "นางสาวลับ ปกปิด", "089-999-0000", "U" + "5e" * 16
SECRETS = (NAME, PHONE, LINE)


def confide(db: Database, office: Office, kind: ComplaintKind = ComplaintKind.GENERAL) -> UUID:
    new = NewComplaint(
        kind, IdentityMode.CONFIDENTIAL, ComplaintChannel.LINE, {"what": "ขอให้ตรวจสอบ"}
    )
    with db.writing() as session:
        contact = meet(session, office.agency_id, ContactKind.USER, LINE)
        code = file_complaint(session, office.agency_id, new, contact, NOON)
        found = find_by_receipt(session, office.agency_id, code)
        assert found
        seal_contact(session, found, NAME, PHONE)
        return found.id


def another_integrity_officer(db: Database, office: Office) -> Person:
    with db.writing() as session:
        second = add_person(
            session,
            office.agency_id,
            username="integrity-2",
            name="เจ้าหน้าที่จริยธรรมคนที่สอง",
            role=Role.INTEGRITY_OFFICER,
            password="a long pass phrase",
        )
        session.refresh(second)
        session.expunge(second)
        return second


def ask(browser: Browser, case: UUID, reason: str = "ต้องนัดให้ปากคำ") -> int:
    return browser.post(f"{page(case)}/identity", {"reason": reason}).status_code


def decide(browser: Browser, case: UUID, decision: str = "yes") -> int:
    shown = browser.get(f"{page(case)}/identity").text
    found = re.search(rf'action="({page(case)}/identity/[0-9a-f-]{{36}})"', shown)
    assert found, "no request waits"
    return browser.post(found.group(1), {"decision": decision}).status_code


def look(browser: Browser, case: UUID) -> str:
    answer = browser.post(f"{page(case)}/identity/look")
    return answer.text if answer.status_code == 200 else ""


def assert_sealed(browser: Browser, case: UUID, db: Database) -> None:
    paths = (
        page(case),
        f"{page(case)}/print?notes=y",
        f"{page(case)}/identity",
        f"{page(case)}/links",
        "/desk/complaints",
        "/desk/complaints/export?format=csv",
        "/desk/",
    )
    for path in paths:
        shown = browser.get(path).get_data()
        for secret in SECRETS:
            assert secret.encode() not in shown, (path, secret)


def test_with_a_reason_and_a_second_yes_the_asker_alone_looks_for_a_day(
    app: Flask, db: Database, offices: Offices, frozen: time_machine.Traveller
) -> None:
    makham, case = offices.makham, confide(db, offices.makham)
    admin, integrity = who(app, makham, "admin"), who(app, makham, "integrity")
    for browser in (admin, integrity, who(app, makham, "officer")):
        assert_sealed(browser, case, db)
        assert look(browser, case) == ""
    assert ask(admin, case, "  ") == 422
    assert ask(admin, case) == 302
    assert ask(admin, case) == 409  # one open request a person
    assert "คำขอเปิดดูตัวตนที่รอท่านพิจารณา" in integrity.get("/desk/").text
    assert "คำขอเปิดดูตัวตนที่รอท่านพิจารณา" not in admin.get("/desk/").text
    assert "ต้องนัดให้ปากคำ" in integrity.get(f"{page(case)}/identity").text
    assert look(admin, case) == ""
    assert "เปิดดูตัวตน (อนุมัติแล้ว)" not in admin.get(page(case)).text
    assert decide(integrity, case) == 302
    assert "เปิดดูตัวตน (อนุมัติแล้ว)" in admin.get(page(case)).text
    assert "เปิดดูตัวตน (อนุมัติแล้ว)" not in integrity.get(page(case)).text
    shown = look(admin, case)
    assert all(secret in shown for secret in SECRETS)
    assert look(integrity, case) == ""  # a yes opens it for the asker alone
    for browser in (admin, integrity, who(app, makham, "officer")):
        assert_sealed(browser, case, db)
    frozen.move_to(NOON + timedelta(hours=24))
    admin = who(app, makham, "admin")
    assert look(admin, case) == ""
    done = [one for one in deeds(db, makham, case) if one.startswith("identity.")]
    assert done == ["identity.asked", "identity.granted", "identity.seen"]
    timeline = admin.get(page(case)).text
    assert "ขอเปิดดูตัวตนผู้ร้อง" in timeline
    assert "อนุมัติให้เปิดดูตัวตนผู้ร้อง" in timeline


def test_who_was_promised_that_nobody_ever_looks_is_not_opened(
    app: Flask, db: Database, offices: Offices
) -> None:
    makham, case = offices.makham, confide(db, offices.makham)
    with db.writing() as session:
        complaint = session.get_one(Complaint, (makham.agency_id, case))
        reporter = session.get_one(Reporter, (makham.agency_id, complaint.reporter_id))
        reporter.consent_version = "2026-1"
    admin = who(app, makham, "admin")
    assert "สัญญาว่าจะไม่มีผู้ใดเปิดดู" in admin.get(f"{page(case)}/identity").text
    assert ask(admin, case) == 409


def test_nobody_says_yes_to_themselves(app: Flask, db: Database, offices: Offices) -> None:
    makham, case = offices.makham, confide(db, offices.makham)
    admin = who(app, makham, "admin")
    ask(admin, case)
    with db.reading() as session:
        request = session.scalars(select(IdentityRequest)).one()
    admin.post(f"{page(case)}/identity/{request.id}", {"decision": "yes"})
    assert look(admin, case) == ""
    assert "identity.granted" not in deeds(db, makham, case)


def test_a_no_keeps_it_sealed_and_is_on_the_record(
    app: Flask, db: Database, offices: Offices
) -> None:
    makham, case = offices.makham, confide(db, offices.makham)
    admin, integrity = who(app, makham, "admin"), who(app, makham, "integrity")
    ask(admin, case)
    assert decide(integrity, case, "no") == 302
    assert look(admin, case) == ""
    assert "identity.declined" in deeds(db, makham, case)


def test_a_request_ends_by_itself_after_a_week(
    app: Flask, db: Database, offices: Offices, frozen: time_machine.Traveller
) -> None:
    makham, case = offices.makham, confide(db, offices.makham)
    ask(who(app, makham, "admin"), case)
    with db.reading() as session:
        request = session.scalars(select(IdentityRequest)).one()
    frozen.move_to(NOON + timedelta(days=7))
    integrity, admin = who(app, makham, "integrity"), who(app, makham, "admin")
    assert "รอท่านพิจารณา" not in integrity.get("/desk/").text
    integrity.post(f"{page(case)}/identity/{request.id}", {"decision": "yes"})
    assert look(admin, case) == ""
    assert ask(admin, case) == 302  # and may be asked anew


@pytest.mark.parametrize("name", ["officer", "finance", "finance_head", "clerk", "auditor"])
def test_others_may_neither_ask_nor_decide(
    app: Flask, db: Database, offices: Offices, name: str
) -> None:
    makham, case = offices.makham, confide(db, offices.makham)
    browser = who(app, makham, name)
    assert browser.get(f"{page(case)}/identity").status_code == 403
    assert ask(browser, case) == 403
    ask(who(app, makham, "admin"), case)
    with db.reading() as session:
        request = session.scalars(select(IdentityRequest)).one()
    answer = browser.post(f"{page(case)}/identity/{request.id}", {"decision": "yes"})
    assert answer.status_code == 403


def test_of_corruption_integrity_officers_ask_and_decide(
    app: Flask, db: Database, offices: Offices
) -> None:
    makham = offices.makham
    case = confide(db, makham, ComplaintKind.CORRUPTION)
    integrity, admin = who(app, makham, "integrity"), who(app, makham, "admin")
    assert "ไม่มีผู้มีสิทธิ์อีกคนหนึ่ง" in integrity.get(f"{page(case)}/identity").text
    assert ask(admin, case) == 404
    second = another_integrity_officer(db, makham)
    assert ask(integrity, case) == 302
    assert decide(Browser(app).enter(second), case) == 302
    assert NAME in look(integrity, case)
    assert NAME not in admin.get("/desk/audit").text


def test_of_an_anonymous_report_nothing_is_kept_and_the_page_says_so(
    app: Flask, offices: Offices, world: World
) -> None:
    integrity = who(app, offices.makham, "integrity")
    shown = integrity.get(f"{page(world.anonymous)}/identity").text
    assert "ระบบไม่ได้เก็บชื่อ" in shown
    assert ask(integrity, world.anonymous) == 409


def test_the_audit_log_and_the_requests_hold_no_secret(
    app: Flask, db: Database, offices: Offices
) -> None:
    makham, case = offices.makham, confide(db, offices.makham)
    admin, integrity = who(app, makham, "admin"), who(app, makham, "integrity")
    ask(admin, case)
    decide(integrity, case)
    assert NAME in look(admin, case)
    with db.reading() as session:
        lines = [str(one.detail) + one.subject for one in session.scalars(select(AuditEntry))]
        reasons = [one.reason for one in session.scalars(select(IdentityRequest))]
    assert not any(secret in line for secret in SECRETS for line in lines)
    assert not any("ปากคำ" in line for line in lines)
    assert not any("ปากคำ".encode() in one for one in reasons)


def test_a_look_needs_a_fresh_session_where_it_is_corruption(
    app: Flask, db: Database, offices: Offices
) -> None:
    makham = offices.makham
    case = confide(db, makham, ComplaintKind.CORRUPTION)
    second = another_integrity_officer(db, makham)
    ask(who(app, makham, "integrity"), case)
    decide(Browser(app).enter(second), case)
    assert look(who(app, makham, "integrity", fresh=False), case) == ""
    assert "identity.seen" not in deeds(db, makham, case)
