"""A draft on the desk: what was read, what is asked, and corrections in place."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from domain.plan import ReadMeasure
from models.audit import AuditEntry
from models.database import Database
from models.division import find_division
from models.plan_draft import DraftRow, get_draft, get_row
from models.plan_names import EVERY, NOBODY
from tests.desk.browser import Browser, without_own_script
from tests.models.plans import AS_STORED, MARCH, SEPTEMBER, due, read, upload
from tests.offices import Office, Offices

MONTHS = tuple(date(2022 + (m > 12), (m - 1) % 12 + 1, 15) for m in range(10, 22))
PLAN = (
    read(
        1,
        "คู่มือการให้บริการ",
        "สำนักปลัดเทศบาล",
        "งานพัสดุ",
        code="O11",
        flags=("code_repaired:๐๑๑",),
        result="ดำเนินการแล้ว",
        schedules=(due(MARCH), due(*MONTHS, text="ประชุมทุกเดือน", habit=True)),
    ),
    read(2, "ไม่บอกวัน", "ทุกสำนัก/กอง", days=(), flags=("schedule_missing",)),
    read(3, "ครบถ้วน", "กองคลัง", "งาน พัสดุ", days=[SEPTEMBER]),
)


@pytest.fixture
def admin(app: Flask, offices: Offices) -> Browser:
    return Browser(app).enter(offices.makham.people["admin"])


@pytest.fixture
def draft_id(db: Database, offices: Offices) -> UUID:
    return upload(db, offices.makham, PLAN)


def row_of(db: Database, office: Office, draft_id: UUID, number: int) -> DraftRow | None:
    with db.reading() as session:
        draft = get_draft(session, office.agency_id, draft_id)
        assert draft
        return get_row(session, draft, number)


def measure_of(db: Database, office: Office, draft_id: UUID, number: int) -> ReadMeasure:
    row = row_of(db, office, draft_id, number)
    assert row
    return row.measure


def ticked(page: str, name: str) -> list[str]:
    """The values of the boxes with this name that stand ticked."""
    boxes = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
    return [re.findall(r'value="([^"]*)"', one)[0] for one in boxes if "checked" in one]


def correct(browser: Browser, draft_id: UUID, number: int, **changes: object) -> TestResponse:
    """Send the form of a row as it stands, but for some fields."""
    url = f"/desk/plans/{draft_id}/measures/{number}"
    page = browser.get(url).text
    code = re.search(r'id="code"[^>]*value="([^"]*)"', page)
    title = re.search(r'<textarea[^>]*id="title"[^>]*>\s*([^<]*)</textarea>', page)
    assert code
    assert title
    data: dict[str, object] = {
        "csrf_token": browser.token(url),
        "seen": browser.seen(url, "row"),
        "code": code.group(1),
        "title": title.group(1),
        "division": ticked(page, "division"),
        "keep": ticked(page, "keep"),
        "use": ticked(page, "use"),
        "dates": "",
    }
    return browser.client.post(url, data=data | changes)


def test_a_reading_stands_beside_what_was_printed_with_its_doubts(
    admin: Browser, draft_id: UUID
) -> None:
    page = admin.get(f"/desk/plans/{draft_id}").text
    for said in (
        "แผน.docx",
        "สำนักปลัดเทศบาล",
        "→ สำนักปลัด",
        "→ ทุกส่วนราชการ",
        "“31 มี.ค. 66”",
        '<span class="day">วันกำหนด:</span> <span class="day">31 มี.ค. 2566</span>',
        'และอีก 8 วัน ถึง <span class="day">15 ก.ย. 2566</span>',
        "งานประจำ ไม่นับเป็นกำหนด",
        "แก้รหัสที่พิมพ์ว่า “๐๑๑” ให้แล้ว",
        "ไม่มีวันกำหนด",
        "ไม่รู้จักชื่อนี้",
    ):
        assert said in page, said
    assert page.count('name="name-') == 1  # งานพัสดุ and งาน พัสดุ are asked about once
    assert "ใน 2 มาตรการ" in page
    assert "ต้องดู 2 รายการ" in page
    assert "ครบถ้วน" in page
    only = admin.get(f"/desk/plans/{draft_id}?show=look").text
    assert "คู่มือการให้บริการ" in only
    assert "ครบถ้วน" not in only


def test_a_document_of_another_office_is_pointed_out(
    admin: Browser, app: Flask, db: Database, offices: Offices, draft_id: UUID
) -> None:
    assert "ไม่ตรงกับ" not in admin.get(f"/desk/plans/{draft_id}").text
    theirs = upload(db, offices.bangphra, AS_STORED)
    page = Browser(app).enter(offices.bangphra.people["admin"]).get(f"/desk/plans/{theirs}").text
    assert "“เทศบาลตำบลมะขาม” ไม่ตรงกับ “อบต.บางพระ”" in page


def test_markup_in_a_document_is_text(admin: Browser, db: Database, offices: Offices) -> None:
    evil = "<script>alert(1)</script>"
    rows = [replace(read(1, evil, evil), steps=(evil,), result=evil, indicator=evil)]
    draft_id = upload(db, offices.makham, rows, title=evil, name=evil)
    for url in ("", "/measures/1"):
        page = admin.get(f"/desk/plans/{draft_id}{url}").text
        assert "<script" not in without_own_script(page)
        assert "&lt;script&gt;" in page


def test_pages_hold_fifty_measures_each(admin: Browser, db: Database, offices: Offices) -> None:
    rows = [read(n * 2, f"มาตรการเลขที่ {n}.", "กองคลัง", days=()) for n in range(1, 121)]
    draft_id = upload(db, offices.makham, rows)
    for show in ("", "&show=look"):
        first = admin.get(f"/desk/plans/{draft_id}?page=1{show}").text
        assert first.count("ตรวจและแก้") == 50
        assert "หน้า 1 จาก 3" in first
        last = admin.get(f"/desk/plans/{draft_id}?page=3{show}").text
        assert last.count("ตรวจและแก้") == 20
        assert "มาตรการเลขที่ 101." in last
        assert "มาตรการเลขที่ 100." not in last
        assert admin.get(f"/desk/plans/{draft_id}?page=99{show}").text == last
    for odd in ("0", "-1", "x", "๒", "9" * 30):
        assert "หน้า 1 จาก 3" in admin.get(f"/desk/plans/{draft_id}?page={odd}").text


def test_what_may_be_a_day_in_the_wrong_column_is_not_remembered_as_a_name_unasked(
    admin: Browser, db: Database, offices: Offices
) -> None:
    rows = [read(1, "ก", "งานพัสดุ"), read(2, "ข", "30 ก.ย. 66")]
    page = admin.get(f"/desk/plans/{upload(db, offices.makham, rows)}").text
    asked = dict(re.findall(r'name="name-(\d)" value="([^"]+)"', page))
    ticked = {asked[at] for at in re.findall(r'name="remember-(\d)" checked', page)}
    assert set(asked.values()) == {"งานพัสดุ", "30 ก.ย. 66"}
    assert ticked == {"งานพัสดุ"}
    assert page.count("อาจเป็นวันที่") == 1


def test_a_name_is_answered_once_and_remembered(
    admin: Browser, db: Database, offices: Offices, draft_id: UUID
) -> None:
    office = offices.makham
    finance = office.divisions["finance"].id
    url = f"/desk/plans/{draft_id}/names"
    skipped = admin.post(url, {"name-0": "งานพัสดุ", "answer-0": "", "remember-0": "on"})
    assert skipped.status_code == 302
    assert "ไม่รู้จักชื่อนี้" in admin.get(f"/desk/plans/{draft_id}").text
    admin.post(url, {"name-0": "งานพัสดุ", "answer-0": str(finance), "remember-0": "on"})
    page = admin.get(f"/desk/plans/{draft_id}").text
    assert "ไม่รู้จักชื่อนี้" not in page
    assert 'name="name-0"' not in page
    with db.reading() as session:
        found = find_division(session, office.agency_id, "งานพัสดุ")
        assert found
        assert found.id == finance
        assert find_division(session, offices.bangphra.agency_id, "งานพัสดุ") is None
        [entry] = session.scalars(select(AuditEntry)).all()
        assert (entry.action, entry.subject) == ("division.alias_added", f"division:{finance}")
        assert entry.detail == {}
    again = upload(db, office, PLAN)
    assert 'name="name-0"' not in admin.get(f"/desk/plans/{again}").text


@pytest.mark.parametrize("remember", [{}, {"remember-0": "on"}])
@pytest.mark.parametrize("said", ["works", EVERY, NOBODY])
def test_an_answer_without_remembering_is_good_for_this_draft_alone(
    admin: Browser,
    db: Database,
    offices: Offices,
    draft_id: UUID,
    said: str,
    remember: dict[str, str],
) -> None:
    if said == "works" and remember:
        return  # that is the test above
    division = offices.makham.divisions.get(said)
    answer = str(division.id) if division else said
    data = {"name-0": "งานพัสดุ", "answer-0": answer, **remember}
    admin.post(f"/desk/plans/{draft_id}/names", data)
    assert 'name="name-0"' not in admin.get(f"/desk/plans/{draft_id}").text
    with db.reading() as session:
        assert find_division(session, offices.makham.agency_id, "งานพัสดุ") is None
        assert session.scalars(select(AuditEntry)).all() == []
    again = upload(db, offices.makham, PLAN)
    assert 'name="name-0"' in admin.get(f"/desk/plans/{again}").text


def test_only_what_is_asked_can_be_answered_and_only_with_our_divisions(
    admin: Browser, db: Database, offices: Offices, draft_id: UUID
) -> None:
    url = f"/desk/plans/{draft_id}/names"
    finance = str(offices.makham.divisions["finance"].id)
    theirs = str(offices.bangphra.divisions["finance"].id)
    other = admin.post(url, {"name-0": "กองช่าง", "answer-0": finance, "remember-0": "on"})
    assert other.status_code == 302
    with db.reading() as session:
        found = find_division(session, offices.makham.agency_id, "กองช่าง")
        assert found
        assert found.name == "กองช่าง"
    for bad in (theirs, "x"):
        assert admin.post(url, {"name-0": "งานพัสดุ", "answer-0": bad}).status_code == 400


def test_a_row_that_was_looked_at_wants_no_more_looking(
    admin: Browser, db: Database, offices: Offices, draft_id: UUID
) -> None:
    before = measure_of(db, offices.makham, draft_id, 1)
    done = correct(admin, draft_id, 1)
    assert done.status_code == 302
    assert done.location.endswith(f"/desk/plans/{draft_id}#row-1")
    assert measure_of(db, offices.makham, draft_id, 1) == before
    page = admin.get(f"/desk/plans/{draft_id}").text
    assert "ตรวจแล้ว" in page
    assert "ต้องดู 1 รายการ" in page


def test_a_row_is_corrected_in_place(
    admin: Browser, db: Database, offices: Offices, draft_id: UUID
) -> None:
    office = offices.makham
    works = str(office.divisions["works"].id)
    done = correct(
        admin,
        draft_id,
        1,
        code="O12",
        title="คู่มือใหม่",
        division=[works],
        keep=[],
        use=["1"],
        dates="๑๕/๑/๒๕๖๖\r\n\r\n 1/2/2566 ",
        page="1",
        show="look",
    )
    assert done.status_code == 302
    assert "show=look" in done.location
    now = measure_of(db, office, draft_id, 1)
    assert (now.code, now.title, now.divisions) == ("O12", "คู่มือใหม่", ("กองช่าง",))
    assert [one.habit for one in now.schedules] == [True, False, False, False]
    assert now.deadlines == tuple(sorted({*MONTHS, date(2023, 1, 15), date(2023, 2, 1)}))
    assert now.schedules[2].reading.text == "15 มกราคม 2566"
    assert now.result == "ดำเนินการแล้ว"
    correct(admin, draft_id, 2, division=[EVERY, works], code="")
    second = measure_of(db, office, draft_id, 2)
    assert (second.divisions, second.code) == (("ทุกส่วนราชการ",), None)
    correct(admin, draft_id, 3, division=[works])
    assert measure_of(db, office, draft_id, 3).divisions == ("กองช่าง", "งาน พัสดุ")


def test_words_are_read_as_a_documents_are(
    admin: Browser, db: Database, offices: Offices, draft_id: UUID
) -> None:
    assert correct(admin, draft_id, 2, dates="ภายในวันที่ ๑๕ มกราคม ๒๕๖๖").status_code == 302
    assert measure_of(db, offices.makham, draft_id, 2).deadlines == (date(2023, 1, 15),)


@pytest.mark.parametrize("line", ["31/4/2566", "เมื่อสะดวก", "x"])
def test_a_line_that_tells_no_day_is_sent_back_with_what_was_ticked(
    admin: Browser, db: Database, offices: Offices, draft_id: UUID, line: str
) -> None:
    before = row_of(db, offices.makham, draft_id, 1)
    answer = correct(admin, draft_id, 1, title="คู่มือใหม่", use=["1"], dates=f"1/1/2566\n{line}")
    assert answer.status_code == 422
    assert f"“{line}”" in answer.text
    assert "คู่มือใหม่</textarea>" in answer.text
    assert ticked(answer.text, "use") == ["1"]
    assert row_of(db, offices.makham, draft_id, 1) == before


def test_a_row_needs_a_title(
    admin: Browser, db: Database, offices: Offices, draft_id: UUID
) -> None:
    answer = correct(admin, draft_id, 1, title="  ", code="12345678901")
    assert answer.status_code == 422
    assert "กรุณากรอกชื่อมาตรการ" in answer.text
    assert "รหัสยาวเกินไป" in answer.text


def test_two_windows_do_not_overwrite_each_other(
    admin: Browser, db: Database, offices: Offices, draft_id: UUID
) -> None:
    url = f"/desk/plans/{draft_id}/measures/1"
    old = admin.seen(url, "row")
    assert correct(admin, draft_id, 1, title="จากหน้าต่างแรก").status_code == 302
    late = correct(admin, draft_id, 1, title="จากหน้าต่างหลัง", seen=old)
    assert late.status_code == 409
    assert "มีผู้อื่นแก้มาตรการนี้" in late.text
    assert "จากหน้าต่างแรก</textarea>" in late.text
    assert admin.post(f"{url}/remove", {"seen": old}).status_code == 409
    assert measure_of(db, offices.makham, draft_id, 1).title == "จากหน้าต่างแรก"


def test_a_row_that_is_no_measure_is_taken_out(
    admin: Browser, db: Database, offices: Offices, draft_id: UUID
) -> None:
    url = f"/desk/plans/{draft_id}/measures/2"
    assert admin.post(f"{url}/remove", {"seen": admin.seen(url, "row")}).status_code == 302
    assert row_of(db, offices.makham, draft_id, 2) is None
    assert admin.get(url).status_code == 404
    assert admin.get(f"/desk/plans/{draft_id}/measures/{'9' * 30}").status_code == 404
    assert "ทั้งหมด 2 รายการ" in admin.get(f"/desk/plans/{draft_id}").text


@pytest.mark.parametrize("seen", ["", "x", "-1", "๑"])
def test_a_forged_mark_is_a_bad_request(admin: Browser, draft_id: UUID, seen: str) -> None:
    assert correct(admin, draft_id, 1, seen=seen).status_code == 400


def test_the_year_is_asked_where_the_document_has_none(
    admin: Browser, db: Database, offices: Offices
) -> None:
    rows = [read(1, "ก", "กองคลัง", schedules=(due(MARCH, text="ภายในเดือนมีนาคม"),))]
    draft_id = upload(db, offices.makham, rows, fiscal_year=None, flags=("year_missing",))
    url = f"/desk/plans/{draft_id}"
    assert "เอกสารไม่ได้บอกปีงบประมาณ กรุณาเลือก" in admin.get(url).text
    for bad in ("", "x", "1"):
        answer = admin.post(f"{url}/year", {"year": bad})
        assert answer.status_code == 422
        assert "กรุณาเลือกปีงบประมาณ" in answer.text
    assert admin.post(f"{url}/year", {"year": "2567", "title": " แผนของเรา "}).status_code == 302
    assert 'value="แผนของเรา"' in admin.get(url).text
    assert "เอกสารไม่ได้บอกปีงบประมาณ" not in admin.get(url).text
    assert measure_of(db, offices.makham, draft_id, 1).deadlines == (date(2024, 3, 31),)


def test_a_draft_is_thrown_away_once(
    admin: Browser, db: Database, offices: Offices, draft_id: UUID
) -> None:
    url = f"/desk/plans/{draft_id}"
    assert str(draft_id) in admin.get("/desk/plans").text
    token = admin.token()
    assert admin.client.post(f"{url}/discard", data={"csrf_token": token}).status_code == 302
    assert str(draft_id) not in admin.get("/desk/plans").text
    assert "แผนจริงไม่เปลี่ยน" in admin.get(url).text
    for page in ("/changes", "/measures/1", "/measures/new"):
        assert admin.get(url + page).status_code == 409
    rows = ("/measures", "/measures/1", "/measures/1/remove")
    for form in ("/discard", "/import", "/year", "/names", *rows):
        data = {"csrf_token": token, "title": "x", "seen": "0", "year": "2566"}
        answer = admin.client.post(url + form, data=data)
        assert answer.status_code == 409, form
        assert "ถูกนำเข้าหรือทิ้งไปแล้ว" in answer.text
    with db.reading() as session:
        assert session.scalars(select(AuditEntry.action)).all() == ["plan.discarded"]
