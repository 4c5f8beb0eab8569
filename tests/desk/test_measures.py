from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from domain.states import ObligationState
from models.audit import AuditEntry
from models.database import Database
from models.measure import Obligation, ReportStatus, get_obligation, report_progress
from tests.desk.browser import Browser
from tests.desk.world import World
from tests.offices import NOON, Offices


def _obligation(db: Database, obligation_id: UUID) -> tuple[ObligationState, date]:
    with db.reading() as session:
        one = session.scalars(select(Obligation).where(Obligation.id == obligation_id)).one()
        return one.state, one.remind_on


def _actions(db: Database) -> list[str]:
    with db.reading() as session:
        return list(session.scalars(select(AuditEntry.action)))


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


def test_nonsense_in_the_choice_answers_404(app: Flask, offices: Offices) -> None:
    browser = Browser(app).enter(offices.makham.people["admin"])
    for query in ("year=x", "year=2999", "division=x", "show=x"):
        assert browser.get(f"/desk/measures?{query}").status_code == 404


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
    assert "ขาดภาพหน้าจอ" in division.get(url).text
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
