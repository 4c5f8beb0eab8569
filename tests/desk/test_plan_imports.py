"""Importing a draft on the desk: what would change, then just that, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from domain.plan import ReadMeasure
from domain.states import ObligationState
from models.audit import AuditEntry, verify
from models.database import Database
from models.measure import Obligation, obligations_of, plans_of
from models.plan_draft import DraftRows, PlanDraft, get_draft
from models.progress import ReportStatus, report_progress
from tests.desk.browser import Browser
from tests.models.making import all_at_once, everything_stored
from tests.models.plans import AS_STORED, MARCH, SEPTEMBER, read, upload
from tests.offices import NOON, Office, Offices

ONE, TWO, THREE = AS_STORED


@pytest.fixture
def admin(app: Flask, offices: Offices) -> Browser:
    return Browser(app).enter(offices.makham.people["admin"])


def bring_in(browser: Browser, draft_id: UUID) -> int:
    """Look at the changes, then import."""
    url = f"/desk/plans/{draft_id}"
    mark = browser.seen(f"{url}/changes", "import")
    return browser.post(f"{url}/import", {"seen": mark}).status_code


def draft_of(db: Database, office: Office, rows: Sequence[ReadMeasure], year: int = 2566) -> UUID:
    return upload(db, office, rows, fiscal_year=year)


def report(db: Database, office: Office, number: int) -> None:
    with db.writing() as session:
        plan = plans_of(session, office.agency_id)[0]
        due = next(
            one
            for one in obligations_of(session, office.agency_id, plan)
            if one.measure.number == number
        )
        person = session.merge(office.people["admin"])
        report_progress(session, due, person, ReportStatus.DONE, channel="web", now=NOON)


def test_a_plan_is_imported_after_a_look_at_what_it_changes(
    admin: Browser, db: Database, offices: Offices
) -> None:
    draft_id = draft_of(db, offices.makham, AS_STORED, 2567)
    before = everything_stored(db)
    page = admin.get(f"/desk/plans/{draft_id}/changes").text
    assert "สิ่งที่จะเปลี่ยนในแผนปีงบประมาณ 2567" in page
    assert "มาตรการใหม่ 3 รายการ" in page
    assert "30 ก.ย. 2566: ทุกส่วนราชการ" in page
    assert everything_stored(db) == before  # looking changes nothing
    assert bring_in(admin, draft_id) == 302
    measures = admin.get("/desk/measures?year=2567").text
    assert "นำเข้าแผนปีงบประมาณ 2567 แล้ว: มาตรการใหม่ 3" in measures
    assert "เปิดเผยผลการใช้จ่ายงบประมาณ" in measures
    closed = admin.get(f"/desk/plans/{draft_id}").text
    assert "นำเข้าเป็นแผนปีงบประมาณ 2567 แล้ว" in closed
    assert "แผน.docx" not in admin.get("/desk/plans").text
    audit = admin.get("/desk/audit").text
    assert "นำเข้าแผน" in audit
    assert "ปีงบประมาณ: 2567 · รหัสไฟล์: abababababab · ใหม่: 3" in audit


def test_a_corrected_file_shows_old_and_new_and_keeps_answers(
    admin: Browser, db: Database, offices: Offices
) -> None:
    office = offices.makham
    assert bring_in(admin, draft_of(db, office, AS_STORED)) == 302
    report(db, office, 2)
    report(db, office, 3)
    corrected = [
        replace(ONE, number=2),
        read(1, "มาตรการที่เพิ่มมา", "กองช่าง"),
        replace(THREE, number=3, title="คู่มือการใช้ทรัพย์สินราชการ", divisions=("กองคลัง",)),
    ]
    draft_id = draft_of(db, office, corrected)
    page = admin.get(f"/desk/plans/{draft_id}/changes").text
    for said in (
        "มาตรการใหม่ 1 รายการ",
        "มาตรการที่เปลี่ยน 2 รายการ",
        "มาตรการที่ไม่มีในไฟล์แล้ว 1 รายการ",
        "<del>คู่มือการใช้ทรัพย์สินของราชการ</del> → <ins>คู่มือการใช้ทรัพย์สินราชการ</ins>",
        "คงไว้เพราะรายงานหรือแก้ด้วยมือแล้ว",
        "รายงานผลที่ส่งแล้วจะไม่ถูกลบหรือยกเลิก",
    ):
        assert said in page, said
    assert bring_in(admin, draft_id) == 302
    measures = admin.get("/desk/measures?year=2566").text
    assert measures.count("ไม่อยู่ในแผนฉบับล่าสุดแล้ว") == 1
    with db.reading() as session:
        plan = plans_of(session, office.agency_id)[0]
        found = obligations_of(session, office.agency_id, plan)
        answered = [one for one in found if one.state is ObligationState.ANSWERED]
        assert {one.measure.title for one in answered} == {
            TWO.title,
            "คู่มือการใช้ทรัพย์สินราชการ",
        }
        assert verify(session, office.agency_id) is None


def test_cancelled_obligations_leave_the_list_and_the_old_button_says_so(
    admin: Browser, db: Database, offices: Offices
) -> None:
    office = offices.makham
    bring_in(admin, draft_of(db, office, [ONE, THREE]))
    assert TWO.title not in admin.get("/desk/measures?year=2566").text
    with db.reading() as session:
        cancelled = session.scalars(
            select(Obligation.id).where(Obligation.state == ObligationState.CANCELLED)
        ).one()
    assert "ยกเลิก" in admin.get(f"/desk/measures/{cancelled}").text


def test_the_same_file_again_says_that_nothing_changes(
    admin: Browser, db: Database, offices: Offices
) -> None:
    office = offices.makham
    bring_in(admin, draft_of(db, office, AS_STORED))
    draft_id = draft_of(db, office, AS_STORED)
    assert "ไม่มีอะไรเปลี่ยน" in admin.get(f"/desk/plans/{draft_id}/changes").text
    before = everything_stored(db)
    assert bring_in(admin, draft_id) == 302
    after = everything_stored(db)
    changed = {name for name, rows in after.items() if rows != before[name]}
    assert changed == {"plan_draft", "plan_draft_row"}


def test_what_is_not_ready_is_refused_with_a_reason(
    admin: Browser, db: Database, offices: Offices
) -> None:
    office = offices.makham
    wanting = (
        (upload(db, office, [read(1, "ก", "งานพัสดุ")]), "ชื่อผู้รับผิดชอบที่ระบบไม่รู้จัก"),
        (upload(db, office, AS_STORED, fiscal_year=None), "ยังไม่ได้เลือกปีงบประมาณ"),
        (upload(db, office, []), "ไม่มีมาตรการ"),
    )
    before = everything_stored(db)
    for draft_id, reason in wanting:
        url = f"/desk/plans/{draft_id}"
        for answer in (admin.get(f"{url}/changes"), admin.post(f"{url}/import", {"seen": ""})):
            assert answer.status_code == 422
            assert "ยังนำเข้าไม่ได้" in answer.text
            assert reason in answer.text
    assert everything_stored(db) == before


def test_measures_without_a_day_are_counted_said_and_imported(
    admin: Browser, db: Database, offices: Offices
) -> None:
    rows = [read(1, "ไม่มีวัน", "กองคลัง", days=()), read(2, "ไม่มีใคร"), read(3, "ครบ", "กองคลัง")]
    draft_id = draft_of(db, offices.makham, rows, 2567)
    page = admin.get(f"/desk/plans/{draft_id}/changes").text
    assert "มี 1 มาตรการที่ไม่มีวันกำหนด" in page
    assert "มี 1 มาตรการที่ไม่มีผู้รับผิดชอบ" in page
    assert bring_in(admin, draft_id) == 302
    with db.reading() as session:
        plan = plans_of(session, offices.makham.agency_id)[0]
        found = obligations_of(session, offices.makham.agency_id, plan)
        assert [one.measure.title for one in found] == ["ครบ"]


def test_a_change_between_the_look_and_the_click_is_shown_first(
    admin: Browser, db: Database, offices: Offices
) -> None:
    office = offices.makham
    draft_id = draft_of(db, office, [ONE, THREE])
    url = f"/desk/plans/{draft_id}"
    mark = admin.seen(f"{url}/changes", "import")
    report(db, office, 2)
    before = everything_stored(db)
    late = admin.post(f"{url}/import", {"seen": mark})
    assert late.status_code == 409
    assert "ยังไม่ได้นำเข้า เพราะร่างหรือแผนจริงเปลี่ยนไป" in late.text
    assert "คงไว้เพราะรายงานหรือแก้ด้วยมือแล้ว" in late.text
    assert everything_stored(db) == before
    assert bring_in(admin, draft_id) == 302


def test_a_second_click_and_the_back_button_import_nothing_twice(
    admin: Browser, db: Database, offices: Offices
) -> None:
    draft_id = draft_of(db, offices.makham, AS_STORED, 2567)
    url = f"/desk/plans/{draft_id}"
    mark = admin.seen(f"{url}/changes", "import")
    assert admin.post(f"{url}/import", {"seen": mark}).status_code == 302
    before = everything_stored(db)
    again = admin.post(f"{url}/import", {"seen": mark})
    assert again.status_code == 409
    assert "ถูกนำเข้าหรือทิ้งไปแล้ว" in again.text
    assert everything_stored(db) == before


def test_two_clicks_at_once_import_once(app: Flask, db: Database, offices: Offices) -> None:
    office = offices.makham
    draft_id = draft_of(db, office, AS_STORED, 2567)
    browsers = [Browser(app).enter(office.people["admin"]) for _ in range(3)]
    url = f"/desk/plans/{draft_id}"
    mark = browsers[0].seen(f"{url}/changes", "import")
    tokens = [one.token() for one in browsers]

    def click(browser: Browser, token: str) -> int:
        data = {"csrf_token": token, "seen": mark}
        return browser.client.post(f"{url}/import", data=data).status_code

    codes = all_at_once(
        *(
            lambda browser=browser, token=token: click(browser, token)
            for browser, token in zip(browsers, tokens, strict=True)
        )
    )
    assert sorted(codes) == [302, 409, 409]
    with db.reading() as session:
        actions = session.scalars(select(AuditEntry.action)).all()
        assert actions == ["plan.imported"]
        assert verify(session, office.agency_id) is None


def test_next_year_is_copied_into_a_draft_and_imported_like_any_other(
    admin: Browser, db: Database, offices: Offices
) -> None:
    assert "คัดลอกเป็นร่างแผนปี 2567" in admin.get("/desk/plans").text
    done = admin.post("/desk/plans/copy", {"from_year": "2566"})
    assert done.status_code == 302
    draft_id = UUID(done.location.rpartition("/")[2])
    page = admin.get(done.location).text
    assert "31 มี.ค. 2567" in page
    assert "คัดลอกจากแผนปีงบประมาณ 2566" in page
    assert bring_in(admin, draft_id) == 302
    with db.reading() as session:
        plan = plans_of(session, offices.makham.agency_id)[0]
        found = obligations_of(session, offices.makham.agency_id, plan)
        assert plan.fiscal_year == 2567
        assert {one.due_on for one in found} == {
            date(2024, 3, 31),
            date(2024, 9, 30),
            date(2023, 12, 31),
        }
        assert (MARCH.year, SEPTEMBER.year) == (2023, 2023)
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)).all()
        assert actions == ["plan.copied", "plan.imported"]


def test_the_days_of_a_copy_go_along_when_its_year_is_changed(
    admin: Browser, db: Database, offices: Offices
) -> None:
    done = admin.post("/desk/plans/copy", {"from_year": "2566"})
    url = done.location
    changed = admin.post(f"{url}/year", {"year": "2568", "title": "แผนปี 2568"})
    assert changed.status_code == 302
    page = admin.get(url).text
    assert "เลื่อนวันที่คัดลอกมาตามปีแล้ว 3 วัน" in page
    assert "วันที่อยู่นอกปี" not in page
    with db.reading() as session:
        draft = get_draft(session, offices.makham.agency_id, UUID(url.rpartition("/")[2]))
        assert draft is not None
        days = {day for row in DraftRows(session, draft) for day in row.measure.deadlines}
    assert days == {date(2025, 3, 31), date(2025, 9, 30), date(2024, 12, 31)}
    # Saved again: nothing moves twice; and what already lies in the year stays.
    admin.post(f"{url}/year", {"year": "2568", "title": "แผนปี 2568"})
    assert "ตามปีแล้ว" not in admin.get(url).text
    assert bring_in(admin, UUID(url.rpartition("/")[2])) == 302


@pytest.mark.parametrize(
    ("year", "status"), [("2560", 422), ("x", 400), ("", 400), ("9999", 422), ("9" * 30, 400)]
)
def test_a_year_without_a_plan_is_not_copied(
    admin: Browser, db: Database, offices: Offices, year: str, status: int
) -> None:
    assert admin.post("/desk/plans/copy", {"from_year": year}).status_code == status
    with db.reading() as session:
        assert session.scalars(select(PlanDraft)).all() == []
