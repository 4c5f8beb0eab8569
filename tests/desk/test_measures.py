from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from domain.states import ObligationState
from models.audit import AuditEntry
from models.database import Database
from models.measure import Obligation, get_obligation
from models.person import Role, add_person
from models.progress import (
    ProgressReport,
    ReportStatus,
    ReviewOutcome,
    latest_report,
    report_progress,
    review_note_of,
    summary_of,
)
from tests.desk.browser import Browser
from tests.desk.world import World
from tests.offices import NOON, PASSWORD, Office, Offices


def _obligation(db: Database, obligation_id: UUID) -> tuple[ObligationState, date]:
    with db.reading() as session:
        one = session.scalars(select(Obligation).where(Obligation.id == obligation_id)).one()
        return one.state, one.remind_on


def _actions(db: Database) -> list[str]:
    with db.reading() as session:
        return list(session.scalars(select(AuditEntry.action)))


def _review(db: Database, office: Office, obligation_id: UUID) -> tuple[ProgressReport, str, str]:
    """The latest report, the division's words and the reviewer's."""
    with db.reading() as session:
        one = get_obligation(session, office.agency_id, obligation_id)
        report = latest_report(session, one) if one else None
        assert report
        found = report, summary_of(session, report), review_note_of(session, report)
        session.expunge(report)
    return found


def _report_as(db: Database, office: Office, name: str, obligation_id: UUID) -> None:
    with db.writing() as session:
        one = get_obligation(session, office.agency_id, obligation_id)
        assert one
        person = office.people[name]
        report_progress(session, one, person, ReportStatus.DONE, channel="line", now=NOON)


def _finance_service_due(db: Database, office: Office) -> UUID:
    """An obligation of the finance division that nobody has answered."""
    with db.reading() as session:
        query = select(Obligation.id).where(
            Obligation.agency_id == office.agency_id,
            Obligation.division_id == office.divisions["finance"].id,
            Obligation.state == ObligationState.OPEN,
        )
        return session.scalars(query).one()


def test_a_plan_shows_its_obligations_by_measure_with_thai_dates_and_lateness(
    app: Flask, offices: Offices, world: World
) -> None:
    browser = Browser(app).enter(offices.makham.people["clerk"])
    page = browser.get("/desk/measures?year=2566").text
    assert "คู่มือการให้บริการประชาชน" in page
    assert page.count("คู่มือการให้บริการประชาชน") == 1
    assert "O11" in page
    assert "30 ก.ย. 2566" in page
    assert "เกินกำหนด 74 วัน" in page  # 31 December to 15 March
    assert "รายงานแล้ว" in page


def test_obligations_are_chosen_by_division_and_by_what_is_late(
    app: Flask, offices: Offices, world: World
) -> None:
    browser = Browser(app).enter(offices.makham.people["admin"])
    finance = offices.makham.divisions["finance"].id
    page = browser.get(f"/desk/measures?year=2566&division={finance}").text
    assert str(world.finance_due) in page
    assert str(world.works_due) not in page
    late = browser.get("/desk/measures?show=late").text
    assert "คู่มือการใช้ทรัพย์สินของราชการ" in late
    assert str(world.works_due) not in late
    assert str(world.finance_due) in browser.get("/desk/measures?show=answered").text


def test_nonsense_in_the_choice_is_told_and_the_rest_of_the_choice_holds(
    app: Flask, offices: Offices, world: World
) -> None:
    browser = Browser(app).enter(offices.makham.people["admin"])
    finance = offices.makham.divisions["finance"].id
    for query, said in (
        ("year=abc", "ไม่มีแผนของปีงบประมาณที่เลือก"),
        ("year=2999", "ไม่มีแผนของปีงบประมาณที่เลือก"),
        ("show=zz", "ไม่มีสถานะที่เลือก"),
        ("month=2099-01", "ไม่มีเดือนที่เลือก"),
    ):
        shown = browser.get(f"/desk/measures?{query}&division={finance}")
        assert shown.status_code == 422
        assert said in shown.text
        assert str(world.finance_due) in shown.text
        assert str(world.works_due) not in shown.text
    shown = browser.get("/desk/measures?division=x&q=ไม่มีคำนี้")
    assert shown.status_code == 422
    assert "ไม่พบส่วนราชการที่เลือก" in shown.text
    assert 'value="ไม่มีคำนี้"' in shown.text


def test_the_first_page_counts_late_obligations_of_ones_own_division(
    app: Flask, offices: Offices
) -> None:
    every = Browser(app).enter(offices.makham.people["clerk"]).get("/desk/").text
    assert "มาตรการปี 2566 ที่เกินกำหนดรายงาน" in every
    own = Browser(app).enter(offices.makham.people["finance"]).get("/desk/").text
    assert "มาตรการที่เกินกำหนดรายงาน" in own


def test_an_obligation_shows_its_reports_and_their_evidence(
    app: Flask, offices: Offices, world: World
) -> None:
    browser = Browser(app).enter(offices.makham.people["auditor"])
    page = browser.get(f"/desk/measures/{world.finance_due}").text
    assert "เผยแพร่บนเว็บไซต์แล้ว" in page
    assert "เจ้าหน้าที่กองคลัง" in page
    assert f"/desk/files/{world.finance_file}" in page
    assert browser.get(f"/desk/files/{world.finance_file}").data == b"a screenshot"


def test_a_head_accepts_a_report(app: Flask, db: Database, offices: Offices, world: World) -> None:
    url = f"/desk/measures/{world.finance_due}"
    browser = Browser(app).enter(offices.makham.people["finance_head"])
    browser.post(f"{url}/accept", {"seen": browser.seen(url, "accept")})
    assert _obligation(db, world.finance_due)[0] is ObligationState.ACCEPTED
    assert _actions(db) == ["obligation.accepted"]
    assert "ยอมรับแล้ว" in browser.get(url).text
    report, _, note = _review(db, offices.makham, world.finance_due)
    assert report.review is ReviewOutcome.ACCEPTED
    assert report.reviewed_by == offices.makham.people["finance_head"].id
    assert (report.reviewed_at, note) == (NOON, "")


def test_a_returned_report_is_open_again_and_reminded_of_today(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    url = f"/desk/measures/{world.finance_due}"
    browser = Browser(app).enter(offices.makham.people["admin"])
    data = {"seen": browser.seen(url, "return"), "reason": "ขาดภาพหน้าจอ"}
    browser.post(f"{url}/return", data)
    assert _obligation(db, world.finance_due) == (ObligationState.OPEN, date(2023, 3, 15))
    assert _actions(db) == ["obligation.returned"]
    division = Browser(app).enter(offices.makham.people["finance"])
    page = division.get(url).text
    assert "ส่งกลับให้แก้ไข" in page
    assert "ขาดภาพหน้าจอ" in page
    assert "ผู้ดูแลระบบ" in page
    report, summary, note = _review(db, offices.makham, world.finance_due)
    assert report.review is ReviewOutcome.RETURNED
    assert summary == "เผยแพร่บนเว็บไซต์แล้ว"
    assert note == "ขาดภาพหน้าจอ"
    with db.reading() as session:
        assert "ขาดภาพหน้าจอ" not in str(session.scalars(select(AuditEntry)).one().detail)


def test_returning_needs_a_reason(app: Flask, db: Database, offices: Offices, world: World) -> None:
    url = f"/desk/measures/{world.finance_due}"
    browser = Browser(app).enter(offices.makham.people["admin"])
    answer = browser.post(f"{url}/return", {"seen": browser.seen(url, "return"), "reason": " "})
    assert answer.status_code == 422
    assert "กรุณากรอกเหตุผล" in answer.text
    assert _obligation(db, world.finance_due)[0] is ObligationState.ANSWERED


def test_of_two_reviewers_the_second_is_told(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    url = f"/desk/measures/{world.finance_due}"
    head = Browser(app).enter(offices.makham.people["finance_head"])
    admin = Browser(app).enter(offices.makham.people["admin"])
    stale = head.seen(url, "accept")
    data = {"seen": admin.seen(url, "return"), "reason": "ขาดหลักฐาน"}
    admin.post(f"{url}/return", data)
    answer = head.post(f"{url}/accept", {"seen": stale})
    assert answer.status_code == 409
    assert "ระหว่างที่ท่านเปิดอยู่" in answer.text
    assert _obligation(db, world.finance_due)[0] is ObligationState.OPEN


def test_a_report_that_came_after_the_page_is_not_accepted_unread(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    url = f"/desk/measures/{world.finance_due}"
    admin = Browser(app).enter(offices.makham.people["admin"])
    stale = admin.seen(url, "accept")
    admin.post(f"{url}/return", {"seen": admin.seen(url, "return"), "reason": "แก้ไข"})
    with db.writing() as session:
        one = get_obligation(session, offices.makham.agency_id, world.finance_due)
        assert one
        finance = offices.makham.people["finance"]
        report_progress(session, one, finance, ReportStatus.DONE, channel="line", now=NOON)
    assert admin.post(f"{url}/accept", {"seen": stale}).status_code == 409


def test_an_open_obligation_is_neither_accepted_nor_returned(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    url = f"/desk/measures/{world.works_due}"
    admin = Browser(app).enter(offices.makham.people["admin"])
    for verb in ("accept", "return"):
        answer = admin.post(f"{url}/{verb}", {"seen": "open.0", "reason": "x"})
        assert answer.status_code == 409
    assert _obligation(db, world.works_due)[0] is ObligationState.OPEN
    assert _actions(db) == []


def test_a_head_does_not_accept_their_own_report_but_may_take_it_back(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    own = _finance_service_due(db, offices.makham)
    _report_as(db, offices.makham, "finance_head", own)
    url = f"/desk/measures/{own}"
    head = Browser(app).enter(offices.makham.people["finance_head"])
    page = head.get(url).text
    assert "ท่านเป็นผู้รายงานผลครั้งนี้เอง จึงยอมรับเองไม่ได้" in page
    assert "ยอมรับรายงานผล</button>" not in page
    seen = head.seen(url, "return")
    answer = head.post(f"{url}/accept", {"seen": seen})
    assert answer.status_code == 403
    assert "ยังไม่ได้บันทึก เพราะท่านเป็นผู้รายงานผลครั้งนี้เอง" in answer.text
    assert _obligation(db, own)[0] is ObligationState.ANSWERED
    assert _actions(db) == []
    assert head.post(f"{url}/return", {"seen": seen, "reason": "รายงานผิดงวด"}).status_code == 302
    assert _obligation(db, own)[0] is ObligationState.OPEN


def test_an_admin_accepts_what_a_head_reported(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    own = _finance_service_due(db, offices.makham)
    _report_as(db, offices.makham, "finance_head", own)
    url = f"/desk/measures/{own}"
    admin = Browser(app).enter(offices.makham.people["admin"])
    assert admin.post(f"{url}/accept", {"seen": admin.seen(url, "accept")}).status_code == 302
    assert _obligation(db, own)[0] is ObligationState.ACCEPTED


def test_an_admin_accepts_their_own_report_only_where_nobody_else_could(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    office = offices.makham
    _report_as(db, office, "admin", world.works_due)  # the works division has no head
    own = _finance_service_due(db, office)
    _report_as(db, office, "admin", own)
    admin = Browser(app).enter(office.people["admin"])
    assert admin.post(f"/desk/measures/{own}/accept", {"seen": "answered.1"}).status_code == 403
    url = f"/desk/measures/{world.works_due}"
    with db.writing() as session:
        second = add_person(
            session,
            office.agency_id,
            username="second",
            name="ผู้ดูแลระบบคนที่สอง",
            role=Role.ADMIN,
            password=PASSWORD,
        )
        second_id = second.id
    assert admin.post(f"{url}/accept", {"seen": "answered.1"}).status_code == 403
    with db.writing() as session:
        session.get_one(type(second), (office.agency_id, second_id)).active = False
    assert admin.post(f"{url}/accept", {"seen": admin.seen(url, "accept")}).status_code == 302
    assert _obligation(db, world.works_due)[0] is ObligationState.ACCEPTED


def test_a_report_that_was_accepted_and_then_returned_shows_the_newest_review(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    url = f"/desk/measures/{world.finance_due}"
    head = Browser(app).enter(offices.makham.people["finance_head"])
    head.post(f"{url}/accept", {"seen": head.seen(url, "accept")})
    head.post(f"{url}/return", {"seen": head.seen(url, "return"), "reason": "ไฟล์เปิดไม่ได้"})
    report, _, note = _review(db, offices.makham, world.finance_due)
    assert (report.review, note) == (ReviewOutcome.RETURNED, "ไฟล์เปิดไม่ได้")
    assert _actions(db) == ["obligation.accepted", "obligation.returned"]


def test_a_review_without_a_reviewer_is_refused_by_the_database_itself(
    db: Database, offices: Offices, world: World
) -> None:
    with pytest.raises(IntegrityError), db.writing() as session:
        session.execute(update(ProgressReport).values(review=ReviewOutcome.ACCEPTED))


def test_a_reviewer_of_the_other_agency_is_refused_by_the_database_itself(
    db: Database, offices: Offices, world: World
) -> None:
    theirs = offices.bangphra.people["admin"].id
    with pytest.raises(IntegrityError), db.writing() as session:
        session.execute(
            update(ProgressReport).values(
                review=ReviewOutcome.ACCEPTED, reviewed_by=theirs, reviewed_at=NOON
            )
        )
