"""The audit log on the desk: filtered, to its very beginning, as a file, walked in stretches."""

from __future__ import annotations

import ast
import csv
import io
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from handlers.desk.audit_lines import DETAILS, THINGS
from handlers.desk.words import code_word
from models import audit
from models.audit import AuditEntry
from models.database import Database
from tests.desk.browser import Browser
from tests.desk.world import World
from tests.offices import NOON, Offices

URL = "/desk/audit"
FIRST = NOON - timedelta(days=60)


@pytest.fixture
def auditor(app: Flask, offices: Offices) -> Browser:
    return Browser(app).enter(offices.makham.people["auditor"])


@pytest.fixture
def integrity(app: Flask, offices: Offices) -> Browser:
    return Browser(app).enter(offices.makham.people["integrity"])


def note(
    db: Database,
    offices: Offices,
    action: str,
    person: str = "admin",
    subject: str = "policy",
    at: datetime = NOON,
    **detail: str,
) -> None:
    with db.writing() as session:
        audit.record(
            session,
            offices.makham.agency_id,
            action=action,
            subject=subject,
            actor=f"person:{offices.makham.people[person].id}",
            now=at,
            detail=detail,
        )


def many(db: Database, offices: Offices, count: int) -> None:
    """One a day, from two months ago."""
    for number in range(count):
        note(db, offices, "question.closed", at=FIRST + timedelta(days=number))


def numbers(page: str) -> list[int]:
    return [int(one.replace(",", "")) for one in re.findall(r'class="number">([\d,]+)<', page)]


def test_pages_lead_from_the_newest_line_to_the_first_and_back(
    auditor: Browser, db: Database, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.desk.audit_log._SHOWN", 4)
    many(db, offices, 10)
    page = auditor.get(URL).text
    assert numbers(page) == [10, 9, 8, 7]
    assert "ใหม่กว่านี้" not in page
    assert numbers(auditor.get(f"{URL}?before=7").text) == [6, 5, 4, 3]
    last = auditor.get(f"{URL}?before=3").text
    assert numbers(last) == [2, 1]
    assert "เก่ากว่านี้" not in last
    beginning = auditor.get(f"{URL}?after=0").text
    assert numbers(beginning) == [4, 3, 2, 1]
    assert "เก่ากว่านี้" not in beginning
    assert numbers(auditor.get(f"{URL}?after=4").text) == [8, 7, 6, 5]


def test_lines_are_found_by_person_group_and_day(
    auditor: Browser, db: Database, offices: Offices
) -> None:
    note(db, offices, "policy.changed", "admin", at=FIRST)
    note(db, offices, "question.closed", "officer", at=FIRST + timedelta(days=1))
    note(db, offices, "off_day.added", "officer", at=FIRST + timedelta(days=2))
    officer = offices.makham.people["officer"].id
    for query, found in (
        (f"person={officer}", [3, 2]),
        ("group=settings", [3, 1]),
        (f"person={officer}&group=settings", [3]),
        ("from=15/1/2566&to=15/1/2566", [2]),
        ("from=2023-01-15", [3, 2]),
        ("to=15-1-2566", [2, 1]),
        ("person=system", []),
    ):
        assert numbers(auditor.get(f"{URL}?{query}").text) == found, query


@pytest.mark.parametrize(
    "query",
    [
        *("person=x", "group=x", "case=x", "from=x", "to=32/1/2566", "case=%00x", "before=x"),
        *("after=-1", "from=1/1/99999", "case=%25%25%25%25%25%25", "person=%ED%A0%80"),
        *("from=2/1/2566&to=1/1/2566", "from=0001-01-01", "to=1/1/0001", "to=31/12/9999"),
    ],
)
def test_filters_with_nonsense_are_told_to_be_and_break_nothing(
    auditor: Browser, db: Database, offices: Offices, query: str
) -> None:
    note(db, offices, "policy.changed")
    answer = auditor.get(f"{URL}?{query}")
    assert answer.status_code == 200
    assert query.startswith(("before", "after")) or 'role="alert"' in answer.text


def test_a_case_is_found_by_its_marker_by_those_alone_who_may_read_it(
    app: Flask, auditor: Browser, integrity: Browser, offices: Offices, world: World
) -> None:
    integrity.get(f"/desk/complaints/{world.corruption}")
    marker = world.corruption.hex[:6].upper()
    assert f"เรื่อง {marker}" in integrity.get(f"{URL}?case={marker}").text
    for browser in (auditor, Browser(app).enter(offices.makham.people["admin"])):
        page = browser.get(f"{URL}?case={marker}").text
        assert "ไม่พบเรื่องที่ท่านอ่านได้" in page
        assert numbers(page) == []
        # The line itself is there for everybody, without a word of which case it was.
        assert "เรื่องร้องเรียนที่จำกัดผู้อ่าน" in browser.get(URL).text
        assert marker not in browser.get(URL).text


def test_the_file_holds_what_the_page_shows_and_hides_what_it_hides(
    auditor: Browser, integrity: Browser, db: Database, offices: Offices, world: World
) -> None:
    integrity.get(f"/desk/complaints/{world.corruption}")
    note(db, offices, "division.renamed", name="=HYPERLINK(0)")
    note(db, offices, "question.closed", subject="=1+1")
    answer = auditor.get(f"{URL}/export.csv")
    assert answer.status_code == 200
    assert answer.data.startswith("\ufeff".encode())
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0][0] == "ลำดับ"
    assert [row[0] for row in rows[1:]] == ["3", "2", "1"]
    assert rows[1][4] == "'=1+1"
    assert rows[3][4] == "เรื่องร้องเรียนที่จำกัดผู้อ่าน"
    assert world.corruption.hex[:6].upper() not in answer.text
    with db.reading() as session:
        newest = session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
        assert newest
        assert (newest.action, newest.detail) == ("audit.exported", {"lines": "3"})
    assert len(auditor.get(f"{URL}/export.csv?group=people").text.splitlines()) == 2


def test_the_file_asks_for_the_password_when_it_was_given_long_ago(
    app: Flask, db: Database, offices: Offices
) -> None:
    browser = Browser(app).enter(offices.makham.people["auditor"], fresh=False)
    answer = browser.get(f"{URL}/export.csv")
    assert answer.mimetype != "text/csv"
    with db.reading() as session:
        assert "audit.exported" not in session.scalars(select(AuditEntry.action)).all()


@pytest.fixture
def long_log(db: Database, offices: Offices, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten lines, of which a look walks none and a press of the button four."""
    monkeypatch.setattr("handlers.desk.audit_chain._WALKED_UNASKED", 0)
    monkeypatch.setattr("handlers.desk.audit_chain._STRETCH", 4)
    many(db, offices, 10)


def test_a_long_chain_is_walked_in_stretches_and_where_it_stands_is_told(
    auditor: Browser, long_log: None
) -> None:
    assert "ยังไม่ได้ตรวจความครบถ้วน" in auditor.get(URL).text
    for walked in (4, 8):
        assert auditor.post(f"{URL}/walk").status_code == 302
        assert f"ตรวจถึงบรรทัดที่ {walked} จาก 10" in auditor.get(URL).text
    auditor.post(f"{URL}/walk")
    assert "บันทึกครบถ้วน" in auditor.get(URL).text


def test_a_stretch_that_was_altered_is_told_and_so_is_a_cut_off_end(
    auditor: Browser, db: Database, offices: Offices, long_log: None
) -> None:
    auditor.post(f"{URL}/walk")
    with db.writing() as session:
        session.execute(update(AuditEntry).where(AuditEntry.number == 6).values(action="x"))
    auditor.post(f"{URL}/walk")
    assert "ตั้งแต่ลำดับที่ 6" in auditor.get(URL).text
    with db.writing() as session:
        session.execute(
            update(AuditEntry).where(AuditEntry.number == 6).values(action="question.closed")
        )
        session.execute(delete(AuditEntry).where(AuditEntry.number > 8))
    auditor.post(f"{URL}/walk-again")
    auditor.post(f"{URL}/walk")
    auditor.post(f"{URL}/walk")
    page = auditor.get(URL).text
    assert "บันทึกไม่ครบถ้วน" in page
    assert "ตั้งแต่ลำดับที่ 9" in page


def test_what_was_whole_before_is_walked_again_from_the_beginning_when_asked(
    auditor: Browser, db: Database, long_log: None
) -> None:
    for _ in range(3):
        auditor.post(f"{URL}/walk")
    with db.writing() as session:
        session.execute(update(AuditEntry).where(AuditEntry.number == 2).values(action="x"))
    auditor.post(f"{URL}/walk-again")
    assert "ตั้งแต่ลำดับที่ 2" in auditor.get(URL).text


def test_how_far_one_agency_s_walk_came_says_nothing_of_another_s(
    app: Flask, auditor: Browser, offices: Offices, long_log: None
) -> None:
    auditor.post(f"{URL}/walk")
    auditor.enter(offices.bangphra.people["auditor"])
    assert "ตรวจถึงบรรทัดที่ 4" not in auditor.get(URL).text


def test_every_detail_that_is_logged_has_a_thai_word() -> None:
    """Found by reading the code: what is written in a call of `audit.record`, or handed to it."""
    named = set()
    for room in ("handlers", "models", "jobs"):
        for path in (Path(__file__).parents[2] / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                named |= _keys_of_details(node)
    assert {"from", "complaints", "alias"} <= named
    assert sorted(one for one in named if one not in DETAILS and one not in THINGS) == []


# What writes a line: `audit.record` and `audit.record_deed`, and what hands its words on to them.
_LOGS = ("record_deed", "log_deed", "log", "_record", "_log")


def _called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _keys_of_details(node: ast.AST) -> set[str]:
    """Of `detail={…}`, `detail = {…}`, and of what is handed to one of `_LOGS`."""
    values: list[ast.AST] = []
    if isinstance(node, ast.keyword) and node.arg == "detail":
        values = [node.value]
    if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "detail":
        values = [node.value]
    if isinstance(node, ast.Call) and _called(node) in _LOGS:
        values = list(node.args)
    dicts = [one for one in values if isinstance(one, ast.Dict)]
    return {key.value for one in dicts for key in one.keys if isinstance(key, ast.Constant)}


def test_every_deed_that_is_logged_has_a_thai_word() -> None:
    named = set()
    for room in ("handlers", "models", "jobs"):
        for path in (Path(__file__).parents[2] / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                named |= _deeds_in(node)
    assert {"division.retired", "retention.erased"} <= named
    assert sorted(one for one in named if code_word(one) == one) == []


def _deeds_in(node: ast.AST) -> set[str]:
    """Of `action="…"`, and of what is handed to one of `_LOGS`."""
    values: list[ast.AST] = []
    if isinstance(node, ast.keyword) and node.arg == "action":
        values = [node.value]
    if isinstance(node, ast.Call) and _called(node) in _LOGS:
        values = list(node.args)
    texts = {one.value for one in values if isinstance(one, ast.Constant)}
    return {one for one in texts if isinstance(one, str) and re.fullmatch(r"[a-z_]+\.[a-z_]+", one)}
