"""On the desk: a wish to postpone is decided, progress is seen, further divisions count."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from domain.states import ObligationState
from models.audit import AuditEntry
from models.contact import ContactKind, meet
from models.database import Database
from models.duty import add_duty
from models.measure import Obligation, get_obligation
from models.outbox import OutboxMessage
from models.progress import (
    ReportStatus,
    ReviewOutcome,
    latest_report,
    report_progress,
    review_note_of,
)
from tests.desk.browser import Browser
from tests.desk.world import World
from tests.offices import NOON, Office, Offices

WISHED = date(2023, 10, 31)


def report(
    db: Database,
    office: Office,
    status: ReportStatus,
    division: str = "finance",
    by: str = "finance",
    **what: object,
) -> UUID:
    """About the manual that is due on 30 September; the obligation's id."""
    with db.writing() as session:
        found = session.scalars(
            select(Obligation).where(
                Obligation.agency_id == office.agency_id,
                Obligation.division_id == office.divisions[division].id,
                Obligation.due_on == date(2023, 9, 30),
            )
        ).one()
        person = session.merge(office.people[by])
        report_progress(session, found, person, status, channel="line", now=NOON, **what)
        return found.id


def reach(db: Database, office: Office, person: str) -> None:
    with db.writing() as session:
        contact = meet(session, office.agency_id, ContactKind.USER, f"U-of-{person}")
        session.merge(office.people[person]).contact_id = contact.id


def state_of(
    db: Database, office: Office, obligation_id: UUID
) -> tuple[date, ReviewOutcome | None, str]:
    with db.reading() as session:
        one = get_obligation(session, office.agency_id, obligation_id)
        assert one
        last = latest_report(session, one)
        assert last
        return one.due_on, last.review, review_note_of(session, last)


def kinds(db: Database) -> list[str]:
    with db.reading() as session:
        return list(session.scalars(select(OutboxMessage.kind)))


def actions(db: Database) -> list[str]:
    with db.reading() as session:
        return list(session.scalars(select(AuditEntry.action)))


@pytest.fixture
def wish(db: Database, offices: Offices) -> str:
    """The page of an obligation that the finance division wishes to postpone."""
    reach(db, offices.makham, "finance")
    found = report(
        db,
        offices.makham,
        ReportStatus.POSTPONE,
        postpone_to=WISHED,
        summary="รอระเบียบใหม่",
    )
    return f"/desk/measures/{found}"


def of(url: str) -> UUID:
    return UUID(url.rsplit("/", 1)[1])


@pytest.mark.parametrize("who", ["finance_head", "admin", "clerk"])
def test_the_head_an_admin_and_the_clerk_grant_a_wish(
    app: Flask, db: Database, offices: Offices, wish: str, who: str
) -> None:
    browser = Browser(app).enter(offices.makham.people[who])
    page = browser.get(wish).text
    assert "คำขอเลื่อนกำหนด" in page
    assert "31 ต.ค. 2566" in page
    answer = browser.post(f"{wish}/postponement/grant", {"seen": browser.seen(wish, "grant")})
    assert answer.status_code == 302
    due, outcome, _ = state_of(db, offices.makham, of(wish))
    assert (due, outcome) == (WISHED, ReviewOutcome.ACCEPTED)
    assert actions(db) == ["postponement.granted"]
    assert kinds(db) == ["postponement"]
    assert "เลื่อนจากแผนเดิม 30 ก.ย. 2566" in browser.get(wish).text


def test_declining_needs_a_reason_which_the_one_who_wished_reads(
    app: Flask, db: Database, offices: Offices, wish: str
) -> None:
    browser = Browser(app).enter(offices.makham.people["finance_head"])
    seen = browser.seen(wish, "decline")
    empty = browser.post(f"{wish}/postponement/decline", {"seen": seen, "reason": " "})
    assert empty.status_code == 422
    assert "กรุณากรอกเหตุผล" in empty.text
    data = {"seen": seen, "reason": "ต้องทันการประเมิน"}
    assert browser.post(f"{wish}/postponement/decline", data).status_code == 302
    assert state_of(db, offices.makham, of(wish)) == (
        date(2023, 9, 30),
        ReviewOutcome.RETURNED,
        "ต้องทันการประเมิน",
    )
    assert kinds(db) == ["postponement"]
    assert "ต้องทันการประเมิน" in Browser(app).enter(offices.makham.people["finance"]).get(wish).text


@pytest.mark.parametrize(
    ("verb", "said"),
    [("grant", "อนุมัติให้เลื่อนแล้ว"), ("decline", "ไม่อนุมัติให้เลื่อน")],
)
def test_a_decided_wish_is_shown_as_what_was_decided_and_not_as_a_review(
    app: Flask, db: Database, offices: Offices, wish: str, verb: str, said: str
) -> None:
    head = Browser(app).enter(offices.makham.people["finance_head"])
    data = {"seen": head.seen(wish, verb), "reason": "ต้องทันการประเมิน"}
    assert head.post(f"{wish}/postponement/{verb}", data).status_code == 302
    officer = Browser(app).enter(offices.makham.people["finance"])
    page = officer.get(wish).text
    verdict = page[page.index('class="verdict"') :].split("</p>")[0]
    assert f">{said}</span>" in verdict
    assert "ส่งกลับให้แก้ไข" not in page
    assert "ยอมรับแล้ว" not in page
    asked = officer.get(f"{wish}/answer").text
    assert f"ผลการพิจารณา: {said}" in asked
    assert "ถูกส่งกลับให้แก้ไข" not in asked


def test_the_one_who_wished_and_strangers_decide_nothing(
    app: Flask, db: Database, offices: Offices, wish: str
) -> None:
    for who, status in (
        *(("finance", 403), ("works", 404), ("officer", 403)),
        *(("auditor", 403), ("integrity", 403)),
    ):
        browser = Browser(app).enter(offices.makham.people[who])
        for verb in ("grant", "decline"):
            data = {"seen": "open.1", "reason": "x"}
            assert browser.post(f"{wish}/postponement/{verb}", data).status_code == status, who
    theirs = Browser(app).enter(offices.bangphra.people["admin"])
    assert theirs.post(f"{wish}/postponement/grant", {"seen": "open.1"}).status_code == 404
    assert state_of(db, offices.makham, of(wish))[1] is None


def test_a_heads_own_wish_is_not_theirs_to_grant(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    found = report(db, office, ReportStatus.POSTPONE, by="finance_head", postpone_to=WISHED)
    url = f"/desk/measures/{found}"
    head = Browser(app).enter(office.people["finance_head"])
    page = head.get(url).text
    assert "ท่านเป็นผู้ขอเอง" in page
    assert "อนุมัติให้เลื่อน</button>" not in page
    assert head.post(f"{url}/postponement/grant", {"seen": "open.1"}).status_code == 403
    assert state_of(db, office, found)[1] is None


def test_of_two_who_decide_the_second_is_told(
    app: Flask, db: Database, offices: Offices, wish: str
) -> None:
    head = Browser(app).enter(offices.makham.people["finance_head"])
    admin = Browser(app).enter(offices.makham.people["admin"])
    stale = head.seen(wish, "decline")
    admin.post(f"{wish}/postponement/grant", {"seen": admin.seen(wish, "grant")})
    answer = head.post(f"{wish}/postponement/decline", {"seen": stale, "reason": "ไม่ได้"})
    assert answer.status_code == 409
    assert "อนุมัติไปแล้ว" in answer.text
    assert state_of(db, offices.makham, of(wish))[1] is ReviewOutcome.ACCEPTED
    assert actions(db) == ["postponement.granted"]


def test_a_newer_report_or_none_at_all_leaves_nothing_to_decide(
    app: Flask, db: Database, offices: Offices, wish: str
) -> None:
    office = offices.makham
    head = Browser(app).enter(office.people["finance_head"])
    stale = head.seen(wish, "grant")
    report(db, office, ReportStatus.IN_PROGRESS, percent=40)
    answer = head.post(f"{wish}/postponement/grant", {"seen": stale})
    assert answer.status_code == 409
    assert "คำขอเลื่อนกำหนด</h2>" not in answer.text
    assert head.post(f"{wish}/postponement/grant", {"seen": "open.2"}).status_code == 409
    assert state_of(db, office, of(wish))[0] == date(2023, 9, 30)


def test_a_day_that_has_passed_is_only_declined(
    app: Flask, db: Database, offices: Offices, wish: str, frozen: time_machine.Traveller
) -> None:
    frozen.move_to(NOON + timedelta(days=300))
    head = Browser(app).enter(offices.makham.people["finance_head"])
    page = head.get(wish).text
    assert "วันที่ขอเลื่อนผ่านไปแล้ว" in page
    assert 'id="grant-seen"' not in page
    answer = head.post(f"{wish}/postponement/grant", {"seen": head.seen(wish, "decline")})
    assert answer.status_code == 409
    assert "ผ่านไปแล้ว" in answer.text


def test_how_far_it_has_come_is_shown(app: Flask, db: Database, offices: Offices) -> None:
    found = report(db, offices.makham, ReportStatus.IN_PROGRESS, percent=60, summary="รอลงนาม")
    page = Browser(app).enter(offices.makham.people["finance"]).get(f"/desk/measures/{found}").text
    assert "ความคืบหน้า 60%" in page
    assert "รอลงนาม" in page


def test_the_first_page_counts_what_waits_for_whoever_decides(
    app: Flask, db: Database, offices: Offices, wish: str
) -> None:
    report(db, offices.makham, ReportStatus.PROBLEM, "works", "works")
    label, problems = "คำขอเลื่อนกำหนดปี 2566 ที่รอพิจารณา", "มาตรการปี 2566 ที่ส่วนราชการติดปัญหา"
    expected = {
        **{"admin": (True, True), "clerk": (True, True), "finance_head": (True, False)},
        **{"finance": (False, False), "auditor": (False, False)},
    }
    for who, seen in expected.items():
        page = Browser(app).enter(offices.makham.people[who]).get("/desk/").text
        assert (label in page, problems in page) == seen, who
    page = Browser(app).enter(offices.bangphra.people["admin"]).get("/desk/").text
    assert label not in page
    admin = Browser(app).enter(offices.makham.people["admin"])
    listed = admin.get("/desk/measures?year=2566&show=postpone").text
    assert str(of(wish)) in listed
    assert "ขอเลื่อน</span>" in listed


def test_whoever_serves_a_further_division_sees_it_and_its_head_reviews_it(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    office = offices.makham
    url = f"/desk/measures/{world.finance_due}"
    works = Browser(app).enter(office.people["works"])
    assert works.get(url).status_code == 404
    with db.writing() as session:
        person = session.merge(office.people["works"])
        add_duty(session, person, office.divisions["finance"].id, is_head=False)
    assert works.get(url).status_code == 200
    assert works.get(f"/desk/files/{world.finance_file}").status_code == 200
    assert works.post(f"{url}/accept", {"seen": "answered.1"}).status_code == 403
    listed = works.get("/desk/measures?year=2566").text
    assert str(world.finance_due) in listed
    assert str(world.works_due) in listed
    clerks = office.divisions["clerk"].id
    assert works.get(f"/desk/measures?division={clerks}").status_code == 422
    assert "รอตรวจรับ</" not in works.get("/desk/").text
    with db.writing() as session:
        person = session.merge(office.people["works"])
        add_duty(session, person, office.divisions["finance"].id, is_head=True)
    assert "รายงานผลปี 2566 ที่รอตรวจรับ" in works.get("/desk/").text
    assert works.post(f"{url}/accept", {"seen": works.seen(url, "accept")}).status_code == 302
    with db.reading() as session:
        found = get_obligation(session, office.agency_id, world.finance_due)
        assert found
        assert found.state is ObligationState.ACCEPTED
    own = f"/desk/measures/{world.works_due}"
    assert works.post(f"{own}/return", {"seen": "open.0", "reason": "x"}).status_code == 403
