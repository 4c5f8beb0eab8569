from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select, update

from domain.states import InboxState, QuestionState
from models import audit
from models.agency import Agency
from models.audit import AuditEntry
from models.database import Database
from models.inbox import InboxEvent, InboxLane
from models.knowledge import store_question
from models.measure import obligations_of, plans_of
from tests.desk.browser import Browser
from tests.desk.world import World
from tests.offices import NOON, Office, Offices


def _fail_an_event(db: Database, office: Office, event_id: str) -> None:
    with db.writing() as session:
        session.add(
            InboxEvent(
                agency_id=office.agency_id,
                event_id=event_id,
                state=InboxState.FAILED,
                received_on=NOON.date(),
                lane_key=b"k" * 16,
                event_time=1,
                received_at=NOON,
                raw=b"sealed",
                attempts=5,
                error="KeyError",
            )
        )


def _states(db: Database) -> dict[str, InboxState]:
    with db.reading() as session:
        return {row.event_id: row.state for row in session.scalars(select(InboxEvent))}


def test_a_failed_event_is_shown_and_replayed_once(
    app: Flask, db: Database, offices: Offices
) -> None:
    _fail_an_event(db, offices.makham, "01OURS")
    _fail_an_event(db, offices.bangphra, "01THEIRS")
    admin = Browser(app).enter(offices.makham.people["admin"])
    page = admin.get("/desk/delivery/messages?box=failed").text
    assert "KeyError" in page
    assert "01OURS" in page
    assert "01THEIRS" not in page
    for event_id in ("01OURS", "01OURS", "01THEIRS"):
        admin.post("/desk/delivery/replay", {"event_id": event_id})
    assert _states(db) == {"01OURS": InboxState.WAITING, "01THEIRS": InboxState.FAILED}
    with db.reading() as session:
        assert len(session.scalars(select(InboxLane)).all()) == 1
        assert session.scalars(select(AuditEntry.action)).all() == ["inbox.replayed"]


@pytest.mark.parametrize("event_id", ["", "\0", "x" * 65, "a\nb"])
def test_a_nonsense_event_is_refused(app: Flask, offices: Offices, event_id: str) -> None:
    admin = Browser(app).enter(offices.makham.people["admin"])
    assert admin.post("/desk/delivery/replay", {"event_id": event_id}).status_code == 400


def test_the_quota_is_shown(app: Flask, db: Database, offices: Offices) -> None:
    with db.writing() as session:
        agency = session.get_one(Agency, offices.makham.agency_id)
        agency.quota_limit, agency.quota_used, agency.quota_checked_at = 300, 1287, NOON
    page = Browser(app).enter(offices.makham.people["admin"]).get("/desk/delivery").text
    assert "1,287" in page
    assert "12:00\u00a0น." in page


def test_nothing_to_deliver_says_that_all_is_well(app: Flask, offices: Offices) -> None:
    admin = Browser(app).enter(offices.makham.people["admin"])
    for box in ("troubled", "failed"):
        assert "ตามปกติ" in admin.get(f"/desk/delivery/messages?box={box}").text
    page = admin.get("/desk/delivery").text
    assert "ประมวลผลครบแล้ว" in page
    assert "ยังไม่ได้ตรวจโควตา" in page


def test_waiting_questions_are_listed_by_day(app: Flask, db: Database, offices: Offices) -> None:
    with db.writing() as session:
        for office, text in ((offices.makham, "จ่ายภาษีป้าย<b>ที่ไหน"), (offices.bangphra, "ของที่อื่น")):
            store_question(session, office.agency_id, text, QuestionState.WAITING, NOON)
        store_question(session, offices.makham.agency_id, "ตอบไปแล้ว", QuestionState.ANSWERED, NOON)
    page = Browser(app).enter(offices.makham.people["officer"]).get("/desk/questions").text
    assert "จ่ายภาษีป้าย&lt;b&gt;ที่ไหน" in page
    assert "15 มี.ค. 2566" in page
    assert "ของที่อื่น" not in page
    assert "ตอบไปแล้ว" not in page


def test_the_audit_page_says_whether_the_log_is_whole(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    officer = Browser(app).enter(offices.makham.people["officer"])
    for _ in range(3):
        officer.get(f"/desk/complaints/{world.general}")
    auditor = Browser(app).enter(offices.makham.people["auditor"])
    page = auditor.get("/desk/audit").text
    assert "บันทึกครบถ้วน" in page
    assert "เจ้าหน้าที่รับเรื่อง" in page
    with db.writing() as session:
        session.execute(
            update(AuditEntry).where(AuditEntry.number == 2).values(action="complaint.noted")
        )
    page = auditor.get("/desk/audit").text
    assert "บันทึกไม่ครบถ้วน" in page
    assert "ลำดับที่ 2" in page


def test_two_obligations_are_told_apart_in_the_log(
    app: Flask, db: Database, offices: Offices
) -> None:
    with db.writing() as session:
        agency_id = offices.makham.agency_id
        for plan in plans_of(session, agency_id):
            for one in obligations_of(session, agency_id, plan):
                audit.record(
                    session,
                    agency_id,
                    action="obligation.accepted",
                    subject=f"obligation:{one.id}",
                    actor="system",
                    now=NOON,
                )
    page = Browser(app).enter(offices.makham.people["auditor"]).get("/desk/audit").text
    told = re.findall(r"งวดรายงาน ([0-9A-F]{6})", page)
    assert len(set(told)) == len(told) > 1


def test_a_move_is_told_in_words(app: Flask, offices: Offices, world: World) -> None:
    url = f"/desk/complaints/{world.general}"
    admin = Browser(app).enter(offices.makham.people["admin"])
    admin.post(f"{url}/move", {"seen": admin.seen(url, "move"), "new_state": "in_review"})
    assert "จาก “รับเรื่องแล้ว” เป็น “กำลังตรวจสอบ”" in admin.get("/desk/audit").text
