from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from domain.states import ComplaintState
from models.audit import AuditEntry, verify
from models.complaint import Complaint, ComplaintEntry, ComplaintKind, EntryKind, IdentityMode
from models.complaint_reporter import answers_to_reporter
from models.database import Database
from models.stored_file import BlobFolder
from tests.desk.browser import Browser
from tests.desk.world import World, attach, complain
from tests.offices import Office, Offices

NAME, PHONE = "นายพลเมือง ดีงาม", "000-111-2222"


def _trail(db: Database, office: Office) -> list[tuple[str, str]]:
    with db.reading() as session:
        assert verify(session, office.agency_id) is None
        rows = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.agency_id == office.agency_id)
            .order_by(AuditEntry.number)
        )
        return [(row.action, row.subject) for row in rows]


def _state(db: Database, complaint_id: object) -> ComplaintState:
    with db.reading() as session:
        return session.scalars(select(Complaint).where(Complaint.id == complaint_id)).one().state


def _entries(db: Database, complaint_id: object) -> list[EntryKind]:
    with db.reading() as session:
        rows = session.scalars(
            select(ComplaintEntry)
            .where(ComplaintEntry.complaint_id == complaint_id)
            .order_by(ComplaintEntry.number)
        )
        return [row.kind for row in rows]


def test_the_log_shows_what_came_in_newest_first(
    app: Flask, db: Database, offices: Offices
) -> None:
    complain(db, offices.makham, what="เรื่องเก่า", days_ago=3)
    complain(db, offices.makham, what="เรื่องใหม่")
    complain(db, offices.bangphra, what="เรื่องของที่อื่น")
    page = Browser(app).enter(offices.makham.people["officer"]).get("/desk/complaints").text
    assert page.index("เรื่องใหม่") < page.index("เรื่องเก่า")
    assert "เรื่องของที่อื่น" not in page
    assert "15 มี.ค. 2566" in page
    assert NAME in page


def test_a_long_log_is_read_page_by_page_without_loss_or_repetition(
    app: Flask, db: Database, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.desk.complaint_list.PAGE", 3)
    filed = {str(complain(db, offices.makham, days_ago=number // 4)) for number in range(8)}
    browser = Browser(app).enter(offices.makham.people["officer"])
    url, seen, pages = "/desk/complaints", [], 0
    while url:
        page = browser.get(url).text
        pages += 1
        seen += re.findall(r'class="marker" href="/desk/complaints/([0-9a-f-]{36})"', page)
        older = re.search(r'href="(/desk/complaints\?after=[^"]+)"', page)
        url = older.group(1) if older else ""
    assert pages == 3
    assert len(seen) == 8
    assert set(seen) == filed


@pytest.mark.parametrize("place", ["", "x", "2023-03-15", "2023-03-15_x", "0000-00-00_x"])
def test_a_damaged_place_in_the_log_answers_404(app: Flask, offices: Offices, place: str) -> None:
    browser = Browser(app).enter(offices.makham.people["officer"])
    assert browser.get(f"/desk/complaints?after={place}").status_code == 404


def test_an_empty_log_says_what_will_come(app: Flask, offices: Offices) -> None:
    browser = Browser(app).enter(offices.makham.people["officer"])
    assert "ยังไม่มีเรื่องร้องเรียน" in browser.get("/desk/complaints").text


@pytest.mark.parametrize("name", ["officer", "admin", "finance", "finance_head", "clerk"])
def test_a_corruption_report_is_invisible_to_all_but_integrity_officers(
    app: Flask, db: Database, offices: Offices, world: World, name: str
) -> None:
    browser = Browser(app).enter(offices.makham.people[name])
    marker = world.corruption.hex[:6].upper()
    for url in ("/desk/", "/desk/complaints", "/desk/audit"):
        page = browser.get(url).text
        assert str(world.corruption) not in page
        assert marker not in page
        assert "เรียกรับเงินใต้โต๊ะ" not in page
    assert browser.get(f"/desk/complaints/{world.corruption}").status_code in (403, 404)
    assert browser.get(f"/desk/files/{world.corruption_file}").status_code == 404
    for verb in ("move", "answer", "note"):
        data = {"seen": "received.1", "new_state": "in_review", "answer": "x", "note": "x"}
        answer = browser.post(f"/desk/complaints/{world.corruption}/{verb}", data)
        assert answer.status_code in (403, 404)
    assert _entries(db, world.corruption) == [EntryKind.FILED]
    assert "complaint.opened" not in [action for action, _ in _trail(db, offices.makham)]


def test_the_first_page_counts_only_what_its_viewer_may_read(
    app: Flask, offices: Offices, world: World
) -> None:
    counts = {}
    for name in ("integrity", "officer"):
        page = Browser(app).enter(offices.makham.people[name]).get("/desk/").text
        found = re.search(
            r'href="/desk/complaints\?status=received">\s*<span class="tile-count">(\d+)', page
        )
        assert found
        counts[name] = int(found.group(1))
    assert counts == {"integrity": 4, "officer": 2}


def test_integrity_officers_read_it_and_the_opening_is_logged(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    integrity = offices.makham.people["integrity"]
    browser = Browser(app).enter(integrity)
    page = browser.get(f"/desk/complaints/{world.corruption}").text
    assert "เรียกรับเงินใต้โต๊ะ" in page
    assert _trail(db, offices.makham) == [("complaint.opened", f"complaint:{world.corruption}")]
    audit = browser.get("/desk/audit").text
    assert world.corruption.hex[:6].upper() in audit


def test_the_audit_page_names_no_complaint_that_its_reader_may_not_read(
    app: Flask, offices: Offices, world: World
) -> None:
    integrity = Browser(app).enter(offices.makham.people["integrity"])
    integrity.get(f"/desk/complaints/{world.corruption}")
    integrity.get(f"/desk/files/{world.corruption_file}")
    for name in ("admin", "auditor"):
        page = Browser(app).enter(offices.makham.people[name]).get("/desk/audit").text
        assert "เปิดอ่านเรื่องร้องเรียน" in page
        assert "เรื่องร้องเรียนที่จำกัดผู้อ่าน" in page
        assert world.corruption.hex[:6].upper() not in page
        assert world.corruption_file.hex[:6].upper() not in page


def test_who_it_was_shows_only_where_the_reporter_gave_their_name(
    app: Flask, offices: Offices, world: World
) -> None:
    browser = Browser(app).enter(offices.makham.people["integrity"])
    named = browser.get(f"/desk/complaints/{world.general}").text
    assert NAME in named
    assert PHONE in named
    for one, said in (
        (world.confidential, "ผู้ร้องขอปกปิดตัวตน"),
        (world.anonymous, "ไม่ประสงค์ออกนาม"),
    ):
        page = browser.get(f"/desk/complaints/{one}").text
        assert said in page
        assert NAME not in page
        assert PHONE not in page
        # When it was filed is told by day; when the officer looked, to the minute.
        assert "12:00" not in page.partition('class="looks"')[0]


def test_what_a_citizen_wrote_stays_text(app: Flask, db: Database, offices: Offices) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'"
    one = complain(db, offices.makham, what=evil)
    browser = Browser(app).enter(offices.makham.people["officer"])
    for url in ("/desk/complaints", f"/desk/complaints/{one}"):
        page = browser.get(url).text
        assert "<script>" not in page
        assert "<img" not in page
        assert "&lt;script&gt;alert(1)" in page
    browser.post(f"/desk/complaints/{one}/note", {"note": evil})
    assert "<script>" not in browser.get(f"/desk/complaints/{one}").text


def test_an_officer_moves_a_complaint_on_and_it_is_logged(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    url = f"/desk/complaints/{world.general}"
    browser = Browser(app).enter(offices.makham.people["officer"])
    data = {"seen": browser.seen(url, "move"), "new_state": "in_review", "reason": "ส่งกองช่าง"}
    answer = browser.post(f"{url}/move", data)
    assert answer.headers["Location"] == url
    page = browser.get(url).text
    assert "เปลี่ยนสถานะแล้ว" in page
    assert "ส่งกองช่าง" in page
    assert _state(db, world.general) is ComplaintState.IN_REVIEW
    assert ("complaint.moved", f"complaint:{world.general}") in _trail(db, offices.makham)
    with db.reading() as session:
        moved = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "complaint.moved")
        ).one()
        assert moved.detail == {"from": "received", "to": "in_review"}


def test_only_legal_moves_are_offered_and_others_are_refused(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    url = f"/desk/complaints/{world.general}"
    browser = Browser(app).enter(offices.makham.people["officer"])
    states = browser.get(url).text.partition('name="new_state"')[2].partition("</select>")[0]
    offered = re.findall(r'<option[^>]* value="([a-z_]*)"', states)
    assert offered == ["", "in_review", "closed", "withdrawn"]
    seen = browser.seen(url, "move")
    answer = browser.post(f"{url}/move", {"seen": seen, "new_state": "answered"})
    assert answer.status_code == 409
    assert "สถานะของเรื่องตอนนี้ทำเช่นนั้นไม่ได้" in answer.text
    for nonsense in ("", "eaten"):
        answer = browser.post(f"{url}/move", {"seen": seen, "new_state": nonsense})
        assert answer.status_code == 422
        assert "กรุณาเลือกสถานะ" in answer.text
    assert _state(db, world.general) is ComplaintState.RECEIVED


def test_closing_needs_a_reason(app: Flask, db: Database, offices: Offices, world: World) -> None:
    url = f"/desk/complaints/{world.general}"
    browser = Browser(app).enter(offices.makham.people["officer"])
    data = {"seen": browser.seen(url, "move"), "new_state": "closed", "reason": "  "}
    answer = browser.post(f"{url}/move", data)
    assert answer.status_code == 422
    assert "กรุณากรอกเหตุผล" in answer.text
    assert _state(db, world.general) is ComplaintState.RECEIVED


def test_an_answer_reaches_the_reporter_and_a_note_does_not(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    url = f"/desk/complaints/{world.general}"
    browser = Browser(app).enter(offices.makham.people["officer"])
    browser.post(f"{url}/note", {"note": "คุยกันภายใน"})
    data = {"seen": browser.seen(url, "answer"), "answer": "กำลังซ่อมถนน"}
    assert browser.post(f"{url}/answer", data).status_code == 302
    with db.reading() as session:
        complaint = session.scalars(select(Complaint).where(Complaint.id == world.general)).one()
        assert [text for _, text in answers_to_reporter(session, complaint)] == ["กำลังซ่อมถนน"]
        assert complaint.state is ComplaintState.IN_REVIEW  # whoever answers has looked at it
    trail = [action for action, _ in _trail(db, offices.makham)]
    assert "complaint.answered" in trail
    assert "complaint.noted" in trail


def test_nothing_is_closed_without_a_word_to_its_reporter_unless_that_is_meant(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    url = f"/desk/complaints/{world.general}"
    browser = Browser(app).enter(offices.makham.people["officer"])
    data = {"seen": browser.seen(url, "move"), "new_state": "closed", "reason": "ซ่อมแล้ว"}
    answer = browser.post(f"{url}/move", data)
    assert answer.status_code == 422
    assert "ยังไม่มีคำตอบถึงผู้ร้อง" in answer.text
    assert "ซ่อมแล้ว" in answer.text  # what was typed is kept
    assert _state(db, world.general) is ComplaintState.RECEIVED
    browser.post(f"{url}/move", {**data, "silently": "y"})
    assert _state(db, world.general) is ComplaintState.CLOSED


def test_an_answered_complaint_is_closed_without_further_questions(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    url = f"/desk/complaints/{world.general}"
    browser = Browser(app).enter(offices.makham.people["officer"])
    data = {"seen": browser.seen(url, "answer"), "answer": "ซ่อมเสร็จแล้ว", "final": "y"}
    browser.post(f"{url}/answer", data)
    assert _state(db, world.general) is ComplaintState.ANSWERED
    data = {"seen": browser.seen(url, "move"), "new_state": "closed", "reason": "ซ่อมแล้ว"}
    browser.post(f"{url}/move", data)
    assert _state(db, world.general) is ComplaintState.CLOSED


def test_a_final_answer_moves_the_complaint_too(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    url = f"/desk/complaints/{world.general}"
    browser = Browser(app).enter(offices.makham.people["officer"])
    browser.post(f"{url}/move", {"seen": browser.seen(url, "move"), "new_state": "in_review"})
    data = {"seen": browser.seen(url, "answer"), "answer": "ซ่อมเสร็จแล้ว", "final": "y"}
    browser.post(f"{url}/answer", data)
    assert _state(db, world.general) is ComplaintState.ANSWERED
    assert _entries(db, world.general)[-2:] == [EntryKind.ANSWER, EntryKind.MOVED]


def test_a_closed_complaint_takes_no_answer_and_keeps_what_was_typed(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    url = f"/desk/complaints/{world.general}"
    browser = Browser(app).enter(offices.makham.people["officer"])
    data = {
        "seen": browser.seen(url, "move"),
        "new_state": "closed",
        "reason": "เรื่องซ้ำ",
        "silently": "y",
    }
    browser.post(f"{url}/move", data)
    answer = browser.post(f"{url}/answer", {"seen": "closed.2", "answer": "ข้อความที่พิมพ์ไว้"})
    assert answer.status_code == 409
    assert "ข้อความที่พิมพ์ไว้" in answer.text
    assert EntryKind.ANSWER not in _entries(db, world.general)


def test_of_two_officers_on_one_case_the_second_is_told_and_loses_no_words(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    url = f"/desk/complaints/{world.general}"
    first = Browser(app).enter(offices.makham.people["officer"])
    second = Browser(app).enter(offices.makham.people["admin"])
    stale = second.seen(url, "answer")
    first.post(f"{url}/move", {"seen": first.seen(url, "move"), "new_state": "in_review"})
    answer = second.post(f"{url}/answer", {"seen": stale, "answer": "คำตอบของคนที่สอง"})
    assert answer.status_code == 409
    assert "มีผู้อื่นแก้ไขเรื่องนี้ระหว่างที่ท่านเปิดอยู่" in answer.text
    assert "คำตอบของคนที่สอง" in answer.text
    assert EntryKind.ANSWER not in _entries(db, world.general)
    fresh = second.seen(url, "answer")
    assert second.post(f"{url}/answer", {"seen": fresh, "answer": "ตอบ"}).status_code == 302


def test_one_answer_sent_twice_is_kept_once(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    url = f"/desk/complaints/{world.general}"
    browser = Browser(app).enter(offices.makham.people["officer"])
    data = {"seen": browser.seen(url, "answer"), "answer": "ตอบครั้งเดียว"}
    codes = [browser.post(f"{url}/answer", data).status_code for _ in range(2)]
    assert codes == [302, 409]
    assert _entries(db, world.general).count(EntryKind.ANSWER) == 1


@pytest.mark.parametrize("seen", ["", "received", "received.x", "eaten.1"])
def test_a_damaged_mark_of_what_was_seen_changes_nothing(
    app: Flask, db: Database, offices: Offices, world: World, seen: str
) -> None:
    browser = Browser(app).enter(offices.makham.people["officer"])
    url = f"/desk/complaints/{world.general}/answer"
    assert browser.post(url, {"seen": seen, "answer": "x"}).status_code == 400
    assert _entries(db, world.general) == [EntryKind.FILED]


def test_evidence_is_a_logged_download_that_no_browser_runs(
    app: Flask, db: Database, blobs: BlobFolder, offices: Offices
) -> None:
    known = attach(db, blobs, offices.makham, "image/jpeg", b"a photo")
    page = attach(db, blobs, offices.makham, "text/html", b"<script>alert(1)</script>")
    complain(db, offices.makham, files=[str(known), str(page)])
    browser = Browser(app).enter(offices.makham.people["officer"])
    answer = browser.get(f"/desk/files/{known}")
    assert answer.data == b"a photo"
    assert answer.content_type == "image/jpeg"
    html = browser.get(f"/desk/files/{page}")
    assert html.content_type == "application/octet-stream"
    for one in (answer, html):
        assert one.headers["Content-Disposition"].startswith("attachment;")
        assert one.headers["X-Content-Type-Options"] == "nosniff"
        assert one.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert one.headers["Cache-Control"] == "no-store"
    assert _trail(db, offices.makham) == [
        ("file.opened", f"file:{known}"),
        ("file.opened", f"file:{page}"),
    ]


def test_a_drafts_file_belongs_to_nobody_yet(
    app: Flask, db: Database, blobs: BlobFolder, offices: Offices
) -> None:
    draft = attach(db, blobs, offices.makham, "image/jpeg")
    browser = Browser(app).enter(offices.makham.people["integrity"])
    assert browser.get(f"/desk/files/{draft}").status_code == 404


def test_evidence_whose_bytes_are_gone_says_so(
    app: Flask, db: Database, blobs: BlobFolder, offices: Offices, world: World
) -> None:
    for name in [path.name for path in blobs._folder.glob("*/*")]:
        blobs.delete(name)
    browser = Browser(app).enter(offices.makham.people["officer"])
    answer = browser.get(f"/desk/files/{world.general_file}")
    assert answer.status_code == 404
    assert "เปิดไฟล์นี้ไม่ได้" in answer.text


def test_all_kinds_of_identity_are_covered_above() -> None:
    assert len(IdentityMode) == 3
    assert len(ComplaintKind) == 5
