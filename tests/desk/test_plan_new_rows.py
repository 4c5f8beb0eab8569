"""A measure that the reader missed is added by hand."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from domain.plan import ReadMeasure
from models.database import Database
from models.measure import Measure, obligations_of, plans_of
from models.plan_draft import DraftRow, get_draft, rows_after
from tests.desk.browser import Browser
from tests.desk.test_plan_drafts import ticked
from tests.models.making import everything_stored
from tests.models.plans import AS_STORED, read, upload
from tests.offices import Office, Offices

BUTTON = "เพิ่มมาตรการที่ระบบอ่านไม่พบ"


@pytest.fixture
def admin(app: Flask, offices: Offices) -> Browser:
    return Browser(app).enter(offices.makham.people["admin"])


@pytest.fixture
def draft_id(db: Database, offices: Offices) -> UUID:
    return upload(db, offices.makham, AS_STORED)


def rows_of(db: Database, office: Office, draft_id: UUID) -> list[DraftRow]:
    with db.reading() as session:
        draft = get_draft(session, office.agency_id, draft_id)
        assert draft
        return rows_after(session, draft, 0, 1000)


def last_of(db: Database, office: Office, draft_id: UUID) -> ReadMeasure:
    return rows_of(db, office, draft_id)[-1].measure


def add(browser: Browser, draft_id: UUID, **fields: object) -> TestResponse:
    url = f"/desk/plans/{draft_id}/measures"
    data: dict[str, object] = {
        "csrf_token": browser.token(f"{url}/new"),
        "seen": browser.seen(f"{url}/new", "row"),
        "code": "",
        "title": "มาตรการที่ตกหล่น",
        "dates": "",
    }
    return browser.client.post(url, data=data | fields)


def test_the_button_stands_at_the_end_of_the_preview_and_leads_to_an_empty_form(
    admin: Browser, draft_id: UUID
) -> None:
    page = admin.get(f"/desk/plans/{draft_id}").text
    assert BUTTON in page
    assert page.index(BUTTON) > page.rindex('id="row-')
    assert f'href="/desk/plans/{draft_id}/measures/new"' in page
    form = admin.get(f"/desk/plans/{draft_id}/measures/new").text
    assert "จะเป็นมาตรการที่ 4" in form
    assert re.search(r'<textarea[^>]*id="title"[^>]*>\s*</textarea>', form)
    assert ticked(form, "division") == []
    assert "ตัดแถวนี้ออก" not in form


def test_a_measure_is_added_counted_and_imported(
    admin: Browser, db: Database, offices: Offices, draft_id: UUID
) -> None:
    office = offices.makham
    works = office.divisions["works"]
    done = add(admin, draft_id, code="O30", division=[str(works.id)], dates="ทุกไตรมาส\n15/1/2566")
    assert done.status_code == 302
    assert done.location == f"/desk/plans/{draft_id}#row-4"
    row = rows_of(db, office, draft_id)[-1]
    added = row.measure
    assert (added.number, added.code, added.title) == (4, "O30", "มาตรการที่ตกหล่น")
    assert added.divisions == ("กองช่าง",)
    assert len(added.deadlines) == 5
    assert row.edited
    page = admin.get(done.location).text
    assert "ทั้งหมด 4 รายการ" in page
    assert "ต้องดู 0 รายการ" in page
    changes = admin.get(f"/desk/plans/{draft_id}/changes").text
    assert "มาตรการที่ตกหล่น" in changes
    mark = admin.seen(f"/desk/plans/{draft_id}/changes", "import")
    assert admin.post(f"/desk/plans/{draft_id}/import", {"seen": mark}).status_code == 302
    with db.reading() as session:
        measure = session.scalars(select(Measure).where(Measure.number == 4)).one()
        assert (measure.agency_id, measure.title) == (office.agency_id, "มาตรการที่ตกหล่น")
        plan = plans_of(session, office.agency_id)[0]
        due = obligations_of(session, office.agency_id, plan, works.id)
        assert date(2023, 1, 15) in {one.due_on for one in due if one.measure.number == 4}


def test_what_was_added_is_corrected_and_taken_out_like_any_other(
    admin: Browser, db: Database, offices: Offices, draft_id: UUID
) -> None:
    add(admin, draft_id)
    url = f"/desk/plans/{draft_id}/measures/4"
    page = admin.get(url).text
    assert "ในเอกสาร" not in page
    seen = admin.seen(url, "row")
    admin.post(url, {"seen": seen, "title": "ชื่อใหม่"})
    assert last_of(db, offices.makham, draft_id).title == "ชื่อใหม่"
    assert admin.post(f"{url}/remove", {"seen": admin.seen(url, "row")}).status_code == 302
    assert len(rows_of(db, offices.makham, draft_id)) == 3


def test_a_number_is_never_given_twice(
    admin: Browser, db: Database, offices: Offices, draft_id: UUID
) -> None:
    url = f"/desk/plans/{draft_id}/measures/3"
    old = admin.seen(url, "row")
    assert admin.post(f"{url}/remove", {"seen": old}).status_code == 302
    assert add(admin, draft_id).location.endswith("#row-4")
    late = admin.post(url, {"seen": old, "title": "จากหน้าต่างเก่า"})
    assert late.status_code == 404
    assert last_of(db, offices.makham, draft_id).title == "มาตรการที่ตกหล่น"


def test_a_form_that_is_sent_twice_adds_once(
    admin: Browser, db: Database, offices: Offices, draft_id: UUID
) -> None:
    seen = admin.seen(f"/desk/plans/{draft_id}/measures/new", "row")
    finance = str(offices.makham.divisions["finance"].id)
    assert add(admin, draft_id, seen=seen).status_code == 302
    again = add(admin, draft_id, seen=seen, title="อีกข้อหนึ่ง", division=[finance])
    assert again.status_code == 409
    assert "มีการเพิ่มมาตรการอื่น" in again.text
    assert "อีกข้อหนึ่ง</textarea>" in again.text
    assert ticked(again.text, "division") == [finance]
    assert len(rows_of(db, offices.makham, draft_id)) == 4
    now = re.search(r'id="row-seen"[^>]* value="(\d+)"', again.text)
    assert now
    assert add(admin, draft_id, seen=now.group(1), title="อีกข้อหนึ่ง").status_code == 302


def test_it_needs_a_title_and_days_that_can_be_read(
    admin: Browser, db: Database, offices: Offices, draft_id: UUID
) -> None:
    before = everything_stored(db)
    finance = str(offices.makham.divisions["finance"].id)
    untitled = add(admin, draft_id, title="  ", code="12345678901", division=[finance])
    assert untitled.status_code == 422
    assert "กรุณากรอกชื่อมาตรการ" in untitled.text
    assert "รหัสยาวเกินไป" in untitled.text
    assert ticked(untitled.text, "division") == [finance]
    undated = add(admin, draft_id, dates="เมื่อสะดวก")
    assert undated.status_code == 422
    assert "“เมื่อสะดวก”" in undated.text
    assert everything_stored(db) == before


def test_forged_fields_are_refused(
    admin: Browser, db: Database, offices: Offices, draft_id: UUID
) -> None:
    before = everything_stored(db)
    theirs = str(offices.bangphra.divisions["finance"].id)
    assert add(admin, draft_id, division=[theirs]).status_code == 400
    for seen in ("", "x", "-1", "๑"):
        assert add(admin, draft_id, seen=seen).status_code == 400
    assert add(admin, draft_id, csrf_token="forged").status_code == 400
    assert everything_stored(db) == before


def test_the_other_agency_adds_nothing(
    app: Flask, db: Database, offices: Offices, draft_id: UUID
) -> None:
    before = everything_stored(db)
    theirs = Browser(app).enter(offices.bangphra.people["admin"])
    assert theirs.get(f"/desk/plans/{draft_id}/measures/new").status_code == 404
    data = {"title": "x", "seen": "3"}
    assert theirs.post(f"/desk/plans/{draft_id}/measures", data).status_code == 404
    assert everything_stored(db) == before


def test_a_closed_draft_takes_nothing(admin: Browser, db: Database, draft_id: UUID) -> None:
    assert admin.post(f"/desk/plans/{draft_id}/discard").status_code == 302
    before = everything_stored(db)
    answer = admin.post(f"/desk/plans/{draft_id}/measures", {"title": "x", "seen": "3"})
    assert answer.status_code == 409
    assert "ถูกนำเข้าหรือทิ้งไปแล้ว" in answer.text
    assert everything_stored(db) == before


def test_one_lands_on_the_page_where_the_new_measure_stands(
    admin: Browser, db: Database, offices: Offices
) -> None:
    rows = [read(n, f"มาตรการเลขที่ {n}", "กองคลัง") for n in range(1, 51)]
    draft_id = upload(db, offices.makham, rows)
    done = add(admin, draft_id)
    assert done.location == f"/desk/plans/{draft_id}?page=2#row-51"
    assert 'id="row-51"' in admin.get(done.location).text


def test_a_measure_can_be_added_where_all_others_were_taken_out(
    admin: Browser, db: Database, offices: Offices
) -> None:
    draft_id = upload(db, offices.makham, [read(1, "ไม่ใช่มาตรการ", "กองคลัง")])
    url = f"/desk/plans/{draft_id}/measures/1"
    admin.post(f"{url}/remove", {"seen": admin.seen(url, "row")})
    assert BUTTON in admin.get(f"/desk/plans/{draft_id}").text
    assert add(admin, draft_id).location == f"/desk/plans/{draft_id}#row-2"
