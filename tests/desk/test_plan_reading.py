"""A document that takes long: it is read beside the request, and the page tells how far it is."""

from __future__ import annotations

import re
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import structlog
from flask import Flask

import documents.plans
from domain.plan import ReadMeasure
from domain.states import PlanDraftState
from handlers.context import Services
from handlers.desk import plan_reader, plan_thread, register
from models.audit import AuditEntry
from models.database import Database
from models.plan_draft import (
    KEEP_DRAFTS,
    erase_old_drafts,
    get_draft,
    row_count,
)
from models.stored_file import BlobFolder
from tests.desk.browser import Browser, without_own_script
from tests.desk.test_plan_uploads import left_over, send, sheet_of, text_of
from tests.models.making import everything_stored
from tests.offices import NOON, Office, Offices
from tests.served import PATIENCE, eventually

ROWS = tuple((str(n), f"มาตรการเลขที่ {n}", "ทำ", "กองคลัง", "มีนาคม ๒๕๖๖", "") for n in range(1, 9))
READING = "กำลังอ่านแผนจากไฟล์"
FAILED = "ระบบอ่านไฟล์นี้ไม่ได้"


class Stop:
    """Documents are read for real, but each stands still at one place until it may go on."""

    def __init__(self, after: int) -> None:
        self._after = after  # measures; 0: still being opened
        self._real = documents.plans.read_plan
        self.go_on = threading.Event()
        self.then: Callable[[], None] = lambda: None

    def _wait(self) -> None:
        assert self.go_on.wait(PATIENCE)
        self.then()

    @contextmanager
    def read_plan(
        self, path: Path, name: str | None = None, year: int | None = None
    ) -> Iterator[documents.plans.PlanReading]:
        if not self._after:
            self._wait()
        with self._real(path, name, year) as reading:
            measures = reading.measures

            def slowly() -> Iterator[ReadMeasure]:
                for count, measure in enumerate(measures(), start=1):
                    yield measure
                    if count == self._after:
                        self._wait()

            reading.measures = slowly  # type: ignore[method-assign]
            yield reading


@pytest.fixture
def admin(app: Flask, offices: Offices) -> Browser:
    return Browser(app).enter(offices.makham.people["admin"])


@pytest.fixture(autouse=True)
def nobody_waits(
    app: Flask, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """The request goes on at once; no reading outlives its test."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setattr(plan_thread, "_BATCH", 2)
    app.config["PLAN_READING_WAIT_SECONDS"] = 0
    yield
    for thread in threading.enumerate():
        if thread.name == "plan-reader":
            thread.join(PATIENCE)


@pytest.fixture
def stop(monkeypatch: pytest.MonkeyPatch, nobody_waits: None) -> Iterator[Callable[[int], Stop]]:
    made: list[Stop] = []

    def make(after: int) -> Stop:
        stop = Stop(after)
        monkeypatch.setattr(documents.plans, "read_plan", stop.read_plan)
        made.append(stop)
        return stop

    yield make
    for one in made:
        one.go_on.set()


def begin(browser: Browser, content: bytes, name: str = "แผน.txt") -> str:
    """Upload; the address of the page that one is sent to."""
    done = send(browser, content, name)
    assert done.status_code == 302, done.text
    return done.location


def when(browser: Browser, url: str, said: str) -> str:
    def look() -> str | None:
        page = browser.get(url).text
        return page if said in page else None

    return eventually(look, f"{said} on {url}")


def draft_at(db: Database, office: Office, url: str) -> tuple[PlanDraftState, int] | None:
    with db.reading() as session:
        draft = get_draft(session, office.agency_id, UUID(url.rpartition("/")[2]))
        return None if draft is None else (draft.state, row_count(session, draft))


def test_the_page_tells_how_far_it_is_and_becomes_the_preview(
    admin: Browser, db: Database, offices: Offices, stop: Callable[[int], Stop]
) -> None:
    reading = stop(4)
    url = begin(admin, text_of(*ROWS))
    page = when(admin, url, "อ่านแล้ว 4 มาตรการ")
    assert READING in page
    bar = re.search(r'<progress[^>]* max="100" value="(\d+)"', page)
    assert bar
    # The fourth of eight measures, under a title, a name and a header.
    assert 60 <= int(bar.group(1)) <= 80
    assert f"({bar.group(1)}% ของเอกสาร)" in page
    assert admin.get(url).headers["Refresh"] == f"2; url={url}"
    assert "<script" not in without_own_script(page)
    assert "กำลังอ่าน" in admin.get("/desk/plans").text
    reading.go_on.set()
    preview = when(admin, url, "ตรวจแผนก่อนนำเข้า")
    assert "ทั้งหมด 8 รายการ" in preview
    assert "Refresh" not in admin.get(url).headers
    assert left_over() == []
    with db.reading() as session:
        entry = session.query(AuditEntry).one()
        assert (entry.action, entry.detail["measures"]) == ("plan.uploaded", "8")
        assert entry.actor == f"person:{offices.makham.people['admin'].id}"


def test_a_document_that_is_being_opened_has_a_bar_without_a_length(
    admin: Browser, stop: Callable[[int], Stop]
) -> None:
    reading = stop(0)
    url = begin(admin, text_of(*ROWS))
    page = admin.get(url).text
    assert "กำลังเปิดไฟล์" in page
    assert "<progress" in page
    assert "value=" not in re.findall(r"<progress[^>]*>", page)[0]
    reading.go_on.set()
    when(admin, url, "ทั้งหมด 8 รายการ")


def test_a_large_sheet_is_read_without_anybody_waiting(admin: Browser) -> None:
    rows = [(str(n), f"มาตรการเลขที่ {n}", "", "กองคลัง", "มีนาคม ๒๕๖๖", "") for n in range(1, 301)]
    url = begin(admin, sheet_of(*rows), "แผน.xlsx")
    assert READING in admin.get(url).text
    assert "ทั้งหมด 300 รายการ" in when(admin, url, "ตรวจแผนก่อนนำเข้า")
    assert left_over() == []


def test_a_document_without_a_year_is_opened_once(
    admin: Browser, stop: Callable[[int], Stop]
) -> None:
    reading = stop(1)
    times = []
    reading.then = lambda: times.append(1)
    reading.go_on.set()
    url = begin(admin, text_of(*ROWS, heading=""))
    when(admin, url, "เอกสารไม่ได้บอกปีงบประมาณ กรุณาเลือก")
    assert times == [1]


def test_every_web_process_shows_the_same(
    admin: Browser, db: Database, blobs: BlobFolder, offices: Offices, stop: Callable[[int], Stop]
) -> None:
    stop(2)
    url = begin(admin, text_of(*ROWS))
    when(admin, url, "อ่านแล้ว 2 มาตรการ")
    other = Flask("another process")
    other.config.update(SECRET_KEY="invented for tests", SESSION_COOKIE_SECURE=False)
    Services(db, blobs).install(other.extensions)
    register(other)
    page = Browser(other).enter(offices.makham.people["admin"]).get(url)
    assert "อ่านแล้ว 2 มาตรการ" in page.text
    assert page.headers["Refresh"] == f"2; url={url}"


def test_the_other_agency_sees_and_stops_nothing_of_it(
    app: Flask, admin: Browser, offices: Offices, stop: Callable[[int], Stop]
) -> None:
    reading = stop(2)
    url = begin(admin, text_of(*ROWS))
    theirs = Browser(app).enter(offices.bangphra.people["admin"])
    assert theirs.get(url).status_code == 404
    assert theirs.post(f"{url}/discard").status_code == 404
    assert "แผน.txt" not in theirs.get("/desk/plans").text
    reading.go_on.set()
    when(admin, url, "ทั้งหมด 8 รายการ")
    assert theirs.get(url).status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"%PDF-1.7 cut off", "plan.pdf", "ไฟล์นี้เสียหาย"),
        ("ไม่มีตารางในเอกสารนี้".encode(), "memo.txt", "ไม่พบตารางมาตรการในเอกสารนี้"),
    ],
)
def test_a_document_that_proves_bad_says_why_on_its_page(
    admin: Browser, db: Database, offices: Offices, content: bytes, name: str, said: str
) -> None:
    url = begin(admin, content, name)
    page = when(admin, url, FAILED)
    assert said in page
    assert 'href="/desk/plans#upload"' in page
    assert "Refresh" not in admin.get(url).headers
    assert left_over() == []
    assert draft_at(db, offices.makham, url) == (PlanDraftState.FAILED, 0)
    listed = admin.get("/desk/plans").text
    assert f'href="{url}"' in listed
    assert "อ่านไม่ได้" in listed
    assert admin.post(f"{url}/discard").status_code == 302
    assert f'href="{url}"' not in admin.get("/desk/plans").text
    assert "ร่างนี้ถูกทิ้งแล้ว" in admin.get(url).text


def test_a_cell_that_proves_bad_in_the_middle_takes_the_rows_with_it(
    admin: Browser, db: Database, offices: Offices
) -> None:
    rows = (*ROWS, ("9", "=A1", "ทำ", "กองคลัง", "มีนาคม ๒๕๖๖", ""))
    url = begin(admin, sheet_of(*rows), "แผน.xlsx")
    page = when(admin, url, FAILED)
    assert "เป็นสูตรคำนวณ" in page
    assert draft_at(db, offices.makham, url) == (PlanDraftState.FAILED, 0)


def test_what_could_not_be_read_is_erased_like_other_drafts(
    admin: Browser, db: Database, offices: Offices
) -> None:
    url = begin(admin, "ไม่มีตาราง".encode())
    when(admin, url, FAILED)
    with db.writing() as session:
        assert erase_old_drafts(session, NOON + timedelta(days=1)) == 0
        assert erase_old_drafts(session, NOON + KEEP_DRAFTS + timedelta(seconds=1)) == 1
    assert admin.get(url).status_code == 404


def test_a_defect_ends_in_a_general_sentence_and_a_line_without_the_documents_words(
    admin: Browser, db: Database, offices: Offices, stop: Callable[[int], Stop]
) -> None:
    reading = stop(4)

    def fail() -> None:
        raise RuntimeError("นางสาวสมศรี")

    reading.then = fail
    with structlog.testing.capture_logs() as logs:
        url = begin(admin, text_of(*ROWS), "สมศรี.txt")
        reading.go_on.set()
        page = when(admin, url, FAILED)
    assert "ระบบขัดข้องระหว่างอ่านไฟล์นี้" in page
    assert draft_at(db, offices.makham, url) == (PlanDraftState.FAILED, 0)
    assert left_over() == []
    [line] = logs
    assert (line["event"], line["error"]) == ("plan_reading_failed", "RuntimeError")
    assert line["where"].startswith("test_plan_reading.py:")
    assert "สมศรี" not in str(line)


@pytest.mark.parametrize("after", [0, 4])
def test_what_is_thrown_away_while_it_is_read_leaves_nothing(
    admin: Browser, db: Database, offices: Offices, stop: Callable[[int], Stop], after: int
) -> None:
    reading = stop(after)
    url = begin(admin, text_of(*ROWS))
    assert admin.post(f"{url}/discard").status_code == 302
    reading.go_on.set()
    eventually(lambda: left_over() == [], "the file's end")
    eventually(lambda: "plan-reader" not in {t.name for t in threading.enumerate()}, "the end")
    assert draft_at(db, offices.makham, url) == (PlanDraftState.DISCARDED, 0)
    assert "ร่างนี้ถูกทิ้งแล้ว" in admin.get(url).text


def test_nothing_but_throwing_away_can_be_done_with_what_could_not_be_read(admin: Browser) -> None:
    url = begin(admin, "ไม่มีตาราง".encode())
    when(admin, url, FAILED)
    for form in ("/import", "/year", "/measures"):
        answer = admin.post(url + form, {"title": "x", "seen": "0", "year": "2566"})
        assert answer.status_code == 409, form
        assert "ยังไม่ได้บันทึก เพราะระบบอ่านไฟล์นี้ไม่ได้" in answer.text


def test_an_account_that_is_closed_meanwhile_does_no_harm(
    app: Flask, admin: Browser, db: Database, offices: Offices, stop: Callable[[int], Stop]
) -> None:
    reading = stop(2)
    url = begin(admin, text_of(*ROWS))
    with db.writing() as session:
        session.merge(offices.makham.people["admin"]).active = False
    reading.go_on.set()
    eventually(
        lambda: draft_at(db, offices.makham, url) == (PlanDraftState.READY, 8), "the draft's end"
    )
    assert admin.get(url).location.startswith("/desk/sign-in")
    with db.writing() as session:
        session.merge(offices.makham.people["admin"]).active = True
    assert "ทั้งหมด 8 รายการ" in Browser(app).enter(offices.makham.people["admin"]).get(url).text


def test_only_a_few_are_read_at_once_and_one_more_is_told_to_come_again(
    admin: Browser, db: Database, stop: Callable[[int], Stop]
) -> None:
    reading = stop(0)
    urls = [begin(admin, text_of(*ROWS)) for _ in range(plan_reader.MOST_AT_ONCE)]
    before = everything_stored(db)
    refused = send(admin, text_of(*ROWS), year="2567")
    assert refused.status_code == 503
    assert "กำลังอ่านไฟล์แผนอื่นอยู่ 3 ไฟล์" in refused.text
    assert 'selected value="2567"' in refused.text
    assert everything_stored(db) == before
    assert len(left_over()) == len(urls)
    reading.go_on.set()
    for url in urls:
        when(admin, url, "ทั้งหมด 8 รายการ")

    def sent() -> str | None:  # a reading gives its place back just after its draft is ready
        answer = send(admin, text_of(*ROWS))
        return answer.location if answer.status_code == 302 else None

    when(admin, eventually(sent, "room for one more"), "ทั้งหมด 8 รายการ")
