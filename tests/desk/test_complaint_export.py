"""What leaves the log as a file, what many cases go into at once, and filters under a name."""

from __future__ import annotations

import csv
import io
import re
from uuid import UUID, uuid4

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from documents.sheets import SheetFormat, harmless, write_sheet
from models import saved_view
from models.audit import AuditEntry, verify
from models.complaint import Complaint, ComplaintKind
from models.complaint_filing import HiddenFrom, hide
from models.complaint_hands import ComplaintAssignment
from models.database import Database
from tests.desk.browser import Browser
from tests.desk.test_complaint_log import rows_of
from tests.desk.world import World, complain
from tests.models.making import clear_text_in
from tests.offices import NOON, Office, Offices

NAME, PHONE = "นายพลเมือง ดีงาม", "000-111-2222"


def _csv(browser: Browser, query: str = "") -> list[dict[str, str]]:
    answer = browser.get(f"/desk/complaints/export?format=csv&{query}")
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def _xlsx(browser: Browser, query: str = "") -> list[dict[str, str]]:
    answer = browser.get(f"/desk/complaints/export?format=xlsx&{query}")
    assert answer.status_code == 200
    sheet = load_workbook(io.BytesIO(answer.data), read_only=False).active
    assert sheet is not None
    head, *rows = [["" if one is None else str(one) for one in row] for row in sheet.values]
    return [dict(zip(head, row, strict=True)) for row in rows]


def _lines(db: Database, office: Office, action: str) -> list[AuditEntry]:
    with db.reading() as session:
        assert verify(session, office.agency_id) is None
        mine = AuditEntry.agency_id == office.agency_id
        query = select(AuditEntry).where(mine, AuditEntry.action == action)
        found = list(session.scalars(query.order_by(AuditEntry.number)))
        session.expunge_all()
        return found


@pytest.mark.parametrize("name", ["officer", "integrity", "admin", "finance"])
def test_a_file_holds_what_the_log_shows_and_no_more(
    app: Flask, offices: Offices, world: World, name: str
) -> None:
    browser = Browser(app).enter(offices.makham.people[name])
    for query in ("", "kind=general", "q=หลุม", "sort=oldest"):
        page = browser.get(f"/desk/complaints?{query}").text
        shown = [one.hex[:6].upper() for one in rows_of(page)]
        assert [row["เรื่อง"] for row in _csv(browser, query)] == shown
        assert [row["เรื่อง"] for row in _xlsx(browser, query)] == shown


def test_only_who_gave_their_name_is_named_in_a_file(
    app: Flask, offices: Offices, world: World
) -> None:
    for read in (_csv, _xlsx):
        browser = Browser(app).enter(offices.makham.people["integrity"])
        rows = {row["เรื่อง"]: row for row in read(browser)}
        assert len(rows) == 4
        for one in (world.confidential, world.anonymous):
            assert NAME not in str(rows[one.hex[:6].upper()])
            assert PHONE not in str(rows[one.hex[:6].upper()])
        assert rows[world.general.hex[:6].upper()]["ผู้ร้อง"] == NAME


def test_an_export_leaves_a_line_that_says_how_many_and_not_what_was_looked_for(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    _csv(Browser(app).enter(offices.makham.people["officer"]), "q=หลุม&kind=general")
    [line] = _lines(db, offices.makham, "complaints.exported")
    assert line.detail == {"count": "2", "format": "csv", "filters": "kind q"}


def test_an_export_asks_for_the_password_again_where_it_was_given_long_ago(
    app: Flask, offices: Offices, world: World
) -> None:
    browser = Browser(app).enter(offices.makham.people["officer"], fresh=False)
    answer = browser.get("/desk/complaints/export?format=csv")
    assert answer.status_code in (302, 401)
    assert "ถนน" not in answer.text


@pytest.mark.parametrize("query", ["format=pdf", "", "format=csv&kind=murder", "format=csv&q=ก"])
def test_what_cannot_be_exported_is_explained(app: Flask, offices: Offices, query: str) -> None:
    browser = Browser(app).enter(offices.makham.people["officer"])
    answer = browser.get(f"/desk/complaints/export?{query}")
    assert answer.status_code == 422
    assert "ยังไม่ได้ส่งออก" in answer.text


def test_too_many_for_one_file_are_refused(
    app: Flask, offices: Offices, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.complaint_export.MOST_EXPORTED", 1)
    browser = Browser(app).enter(offices.makham.people["officer"])
    answer = browser.get("/desk/complaints/export?format=xlsx")
    assert answer.status_code == 422
    assert "กรุณากรองให้แคบลง" in answer.text


def test_no_cell_of_a_file_is_taken_for_a_formula(
    app: Flask, db: Database, offices: Offices
) -> None:
    complain(db, offices.makham, what='=HYPERLINK("http://x")')
    browser = Browser(app).enter(offices.makham.people["officer"])
    assert _csv(browser)[0]["เกิดอะไรขึ้น"].startswith("'=")
    answer = browser.get("/desk/complaints/export?format=xlsx")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert [harmless(one)[0] for one in ("=", "+1", "-1", "@x", "\tx", "\rx")] == ["'"] * 6


def test_a_file_is_written_piece_by_piece_whatever_stands_in_it() -> None:
    odd = ["\x00\x0b\ud800 ก", "<&>\"'", "x" * 40_000, 5, None, "บรรทัด\nสอง"]
    pieces = list(write_sheet(SheetFormat.XLSX, "ก" * 60, ["h"] * 6, [9] * 6, [odd] * 1000))
    assert len(pieces) > 3
    sheet = load_workbook(io.BytesIO(b"".join(pieces))).active
    assert sheet is not None
    last = [cell.value for cell in sheet[1001]]
    assert last[:2] == [" ก", "<&>\"'"]
    assert [last[3], last[5]] == [5, "บรรทัด\nสอง"]
    text = b"".join(write_sheet(SheetFormat.CSV, "", ["h"], [9], [["\ud800"]])).decode("utf-8-sig")
    assert text.splitlines()[0] == "h"


def _assign(browser: Browser, to: str, ids: list[UUID | str], query: str = "") -> tuple[int, str]:
    data = {"csrf_token": browser.token(), "to": to, "query": query, "complaint": [*map(str, ids)]}
    answer = browser.client.post("/desk/complaints/assign", data=data)
    return answer.status_code, answer.text


def _holders(db: Database) -> dict[UUID, UUID]:
    with db.reading() as session:
        rows = session.execute(
            select(ComplaintAssignment.complaint_id, ComplaintAssignment.person_id)
        )
        return {row[0]: row[1] for row in rows}


def test_many_cases_go_into_somebodys_hands_at_once_each_with_its_line(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    ones = [complain(db, office) for _ in range(3)]
    browser = Browser(app).enter(office.people["officer"])
    person = office.people["integrity"].id
    status, _ = _assign(browser, f"person:{person}", [*ones], "kind=general")
    assert status == 302
    assert _holders(db) == dict.fromkeys(ones, person)
    lines = _lines(db, office, "complaint.assigned")
    assert {one.subject for one in lines} == {f"complaint:{one}" for one in ones}
    assert "มอบหมายแล้ว 3 เรื่อง" in browser.get("/desk/complaints").text
    works = office.divisions["works"].id
    assert _assign(browser, f"division:{works}", [*ones])[0] == 302
    with db.reading() as session:
        assert {one.division_id for one in session.scalars(select(Complaint))} == {works}


def test_where_one_may_not_go_there_none_goes_and_the_page_says_which(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    ones = [complain(db, office) for _ in range(3)]
    to = office.people["admin"].id
    with db.writing() as session:
        kept = session.get_one(Complaint, (office.agency_id, ones[1]))
        hide(session, kept, HiddenFrom(people=frozenset({to})))
    browser = Browser(app).enter(office.people["officer"])
    status, page = _assign(browser, f"person:{to}", [*ones])
    assert status == 422
    assert ones[1].hex[:6].upper() in page[: page.index("<table")]
    assert _holders(db) == {}
    assert _lines(db, office, "complaint.assigned") == []
    assert page.count("checked") == 3  # nothing has to be ticked again


@pytest.mark.parametrize(
    ("to", "status"),
    [
        ("", 422),
        ("person:x", 422),
        ("dog:00000000-0000-4000-8000-000000000000", 422),
        ("person:00000000-0000-4000-8000-000000000000", 422),
        ("division:00000000-0000-4000-8000-000000000000", 422),
    ],
)
def test_nonsense_in_a_bulk_form_changes_nothing(
    app: Flask, db: Database, offices: Offices, to: str, status: int
) -> None:
    one = complain(db, offices.makham)
    browser = Browser(app).enter(offices.makham.people["officer"])
    found, page = _assign(browser, to, [one])
    assert (found, "ยังไม่ได้มอบหมาย" in page) == (status, True)
    assert _assign(browser, to, [])[0] == 422
    assert _assign(browser, "nobody", ["x"])[0] == 400
    assert _assign(browser, "nobody", [uuid4() for _ in range(201)])[0] == 422
    assert _holders(db) == {}


def test_nobody_assigns_what_they_may_not_read_or_what_is_another_offices(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    theirs = complain(db, offices.bangphra)
    secret = complain(db, office, ComplaintKind.CORRUPTION)
    one = complain(db, office)
    to = f"person:{office.people['integrity'].id}"
    browser = Browser(app).enter(office.people["officer"])
    for ids in ([one, theirs], [one, secret]):
        assert _assign(browser, to, [*ids])[0] == 404
    stranger = f"person:{offices.bangphra.people['officer'].id}"
    assert _assign(browser, stranger, [one])[0] == 422
    staff = Browser(app).enter(office.people["finance"])
    assert _assign(staff, to, [one])[0] == 404
    assert _holders(db) == {}


def _save(browser: Browser, name: str, query: str, shared: bool = False) -> int:
    data = {"name": name, "query": query} | ({"shared": "y"} if shared else {})
    return browser.post("/desk/complaints/views", data).status_code


def _views(browser: Browser) -> dict[str, str]:
    page = browser.get("/desk/complaints").text
    links = re.findall(r'href="(/desk/complaints/views/[^"]+)">([^<]+)<', page)
    return {name: url for url, name in links}


def test_a_view_is_ones_own_or_the_offices_and_sealed(
    app: Flask, db: Database, offices: Offices
) -> None:
    officer, admin, other = (
        Browser(app).enter(offices.makham.people[name])
        for name in ("officer", "admin", "integrity")
    )
    stranger = Browser(app).enter(offices.bangphra.people["officer"])
    assert _save(officer, "ของฉัน", "q=ความลับของฉัน") == 302
    assert _save(officer, "ของเรา", "kind=request&unknown=1", shared=True) == 302
    assert set(_views(officer)) == {"ของฉัน", "ของเรา"}
    assert set(_views(other)) == {"ของเรา"}
    assert _views(stranger) == {}
    assert clear_text_in(db, ["ความลับของฉัน"]) == []
    mine, ours = _views(officer)["ของฉัน"], _views(officer)["ของเรา"]
    assert officer.get(ours).headers["Location"] == "/desk/complaints?kind=request"
    assert other.get(ours).status_code == 302
    assert other.get(mine).status_code == 404
    assert stranger.get(ours).status_code == 404
    assert other.post(f"{ours}/remove").status_code == 403
    assert other.post(f"{mine}/remove").status_code == 404
    assert admin.post(f"{ours}/remove").status_code == 302
    assert officer.post(f"{mine}/remove").status_code == 302
    assert _views(officer) == {}


def test_a_view_under_the_same_name_takes_the_others_place(app: Flask, offices: Offices) -> None:
    browser = Browser(app).enter(offices.makham.people["officer"])
    assert _save(browser, "งานวันนี้", "kind=request") == 302
    assert _save(browser, " งานวันนี้ ", "kind=service") == 302
    [url] = _views(browser).values()
    assert browser.get(url).headers["Location"] == "/desk/complaints?kind=service"


def test_a_view_of_a_division_that_is_gone_opens_and_says_so(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    browser = Browser(app).enter(office.people["officer"])
    with db.writing() as session:
        officer = session.merge(office.people["officer"])
        gone = f"division={uuid4()}&kind=request"
        saved_view.save_view(session, officer, "เก่า", gone, shared=False, now=NOON)
    [url] = _views(browser).values()
    page = browser.client.get(url, follow_redirects=True).text
    assert "ไม่พบส่วนราชการนี้" in page
    assert 'value="request" selected' in page


@pytest.mark.parametrize(("name", "sentence"), [("", "กรุณาตั้งชื่อ"), ("ก" * 101, "ยาวได้ไม่เกิน")])
def test_a_view_needs_a_name_that_fits(
    app: Flask, offices: Offices, name: str, sentence: str
) -> None:
    browser = Browser(app).enter(offices.makham.people["officer"])
    answer = browser.post("/desk/complaints/views", {"name": name, "query": "kind=request"})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="request" selected' in answer.text


def test_nobody_keeps_more_views_than_can_be_listed(
    app: Flask, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_view, "MOST_VIEWS", 2)
    browser = Browser(app).enter(offices.makham.people["officer"])
    assert [_save(browser, name, "") for name in ("ก", "ข", "ค")] == [302, 302, 422]
