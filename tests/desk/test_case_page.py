"""A case's page: its clock, its timeline, two officers at once, evidence, paper."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from domain.calendar import bangkok_day
from models.audit import AuditEntry
from models.complaint import Complaint, IdentityMode
from models.complaint_reporter import add_to_complaint
from models.database import Database
from models.stored_file import BlobFolder
from tests.desk.cases import a_picture, deeds, hand_to, page, stored, who
from tests.desk.world import World, attach, complain
from tests.offices import NOON, Offices

LIVE = {"X-Live": ""}


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "เหลือ 15 วัน (ตอบ)"),
        (10, "เหลือ 5 วัน (ตอบ)"),
        (15, "ครบกำหนดตอบวันนี้"),
        (18, "เกินกำหนดตอบ 3 วัน"),
    ],
)
def test_the_badge_says_in_words_how_the_promise_stands(
    app: Flask, db: Database, offices: Offices, days: int, words: str
) -> None:
    case = complain(db, offices.makham, days_ago=days)
    officer = who(app, offices.makham, "officer")
    assert words in officer.get(page(case)).text
    assert words in officer.get("/desk/complaints").text


def test_an_answer_turns_the_badge_to_the_outcome(
    app: Flask, db: Database, offices: Offices
) -> None:
    case = complain(db, offices.makham, days_ago=18)
    officer, url = who(app, offices.makham, "officer"), page(case)
    data = {"seen": officer.seen(url, "answer"), "answer": "รับแล้ว"}
    officer.post(f"{url}/answer", data)
    assert "เหลือ 12 วัน (แจ้งผล)" in officer.get(url).text


def test_more_time_needs_a_reason_a_later_day_and_may_be_told(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    officer, url = who(app, offices.makham, "officer"), page(world.general)

    def extend(**data: str) -> int:
        seen = officer.seen(url, "extend")
        answer = officer.post(f"{url}/extend", {"seen": seen, **data})
        return answer.status_code

    assert extend(until="1/5/2566") == 422
    assert extend(until="ไม่รู้", extend_reason="รออะไหล่") == 422
    assert extend(until="1/4/2566", extend_reason="รออะไหล่") == 422  # earlier than promised
    assert stored(db, world.general).outcome_by == bangkok_day(NOON) + timedelta(days=30)
    assert extend(until="1/5/2566", extend_reason="รออะไหล่", tell="y") == 302
    shown = officer.get(url).text
    assert "ขยายกำหนดแจ้งผล" in shown
    assert "คาดว่าจะแจ้งผลได้ภายในวันที่ 1 พ.ค. 2566" in shown
    found = stored(db, world.general)
    assert (found.outcome_by, found.due_on) == (found.due_on, found.outcome_by)


def test_the_second_of_two_officers_reads_what_the_first_did(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    url = page(world.general)
    first, second = who(app, offices.makham, "officer"), who(app, offices.makham, "admin")
    stale = second.seen(url, "move")
    first.post(f"{url}/take", {"seen": first.seen(url, "take")})
    first.post(f"{url}/note", {"note": "โทรคุยแล้ว"})
    answer = second.post(
        f"{url}/move", {"seen": stale, "new_state": "closed", "reason": "พิมพ์ไว้แล้วยาวมาก"}
    )
    assert answer.status_code == 409
    news = answer.text.partition('id="news"')[2].partition("</section>")[0]
    assert "รับเรื่องไว้ดำเนินการเอง" in news
    assert "โทรคุยแล้ว" in news
    assert "พิมพ์ไว้แล้วยาวมาก" in answer.text
    assert re.search(r'<option selected[^>]* value="closed"', answer.text)


@pytest.mark.parametrize("verb", ["take", "assign", "hand", "extend", "answer", "move"])
def test_every_form_notices_what_the_reporter_wrote_meanwhile(
    app: Flask, db: Database, offices: Offices, world: World, verb: str
) -> None:
    url = page(world.general)
    officer = who(app, offices.makham, "officer")
    stale = officer.seen(url, verb)
    with db.writing() as session:
        complaint = session.get_one(Complaint, (offices.makham.agency_id, world.general))
        add_to_complaint(session, complaint, "น้ำท่วมแล้วด้วย", [], NOON)
    data = {
        "seen": stale,
        "answer": "ตอบ",
        "new_state": "in_review",
        "until": "1/5/2566",
        "extend_reason": "รอ",
    }
    answer = officer.post(f"{url}/{verb}", data)
    assert answer.status_code == 409
    news = answer.text.partition('id="news"')[2].partition("</section>")[0]
    assert "น้ำท่วมแล้วด้วย" in news


def test_what_the_reporter_writes_appears_without_reload_and_writes_no_line(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    url = page(world.general)
    officer = who(app, offices.makham, "officer")
    assert officer.get(f"{url}/live").status_code == 204  # the page was not opened
    officer.get(url)
    before = deeds(db, offices.makham, world.general)
    with db.writing() as session:
        complaint = session.get_one(Complaint, (offices.makham.agency_id, world.general))
        add_to_complaint(session, complaint, "น้ำท่วมแล้วด้วย", [], NOON)
    answer = officer.get(f"{url}/live")
    assert "น้ำท่วมแล้วด้วย" in answer.text
    mark = answer.headers["X-Live-Mark"]
    again = officer.client.get(f"{url}/live", headers={"X-Live": mark})
    assert (again.status_code, again.data) == (204, b"")
    assert deeds(db, offices.makham, world.general) == before


def test_a_case_that_was_taken_away_is_live_no_more(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    makham, url = offices.makham, page(world.general)
    hand_to(db, makham, world.general, "finance")
    finance = who(app, makham, "finance")
    finance.get(url)
    assert finance.get(f"{url}/live").status_code == 200
    hand_to(db, makham, world.general, None)
    assert finance.get(f"{url}/live").status_code == 404


def test_a_report_of_corruption_opens_to_a_fresh_session_only(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    makham = offices.makham
    stale = who(app, makham, "integrity", fresh=False)
    paths = (
        page(world.corruption),
        f"{page(world.corruption)}/live",
        f"{page(world.corruption)}/print",
        f"{page(world.corruption)}/links",
        f"{page(world.corruption)}/identity",
        f"{page(world.corruption)}/files/{world.corruption_file}",
        f"/desk/files/{world.corruption_file}",
        f"/desk/files/{world.corruption_file}/picture",
    )
    for path in paths:
        answer = stale.get(path)
        assert "เรียกรับเงินใต้โต๊ะ" not in answer.text, path
        assert b"a document" not in answer.data, path
    assert deeds(db, makham, world.corruption) == []
    assert "เรียกรับเงินใต้โต๊ะ" in who(app, makham, "integrity").get(page(world.corruption)).text
    assert "ถนนเป็นหลุม" in stale.get(page(world.general)).text


def test_notes_stand_apart_from_what_the_reporter_reads(
    app: Flask, offices: Offices, world: World
) -> None:
    officer, url = who(app, offices.makham, "officer"), page(world.general)
    officer.post(f"{url}/note", {"note": "คุยกันภายใน"})
    officer.post(f"{url}/answer", {"seen": officer.seen(url, "answer"), "answer": "กำลังซ่อม"})

    def shown(show: str) -> str:
        text = officer.get(f"{url}?show={show}").text
        return text.partition('class="timeline"')[2].partition("</ol>")[0]

    assert "คุยกันภายใน" in shown("notes")
    assert "กำลังซ่อม" not in shown("notes")
    assert "คุยกันภายใน" not in shown("talk")
    assert "กำลังซ่อม" in shown("talk")
    assert "คุยกันภายใน" in shown("nonsense")


def test_who_opened_a_case_is_folded_away_on_its_page(
    app: Flask, offices: Offices, world: World
) -> None:
    who(app, offices.makham, "admin").get(page(world.general))
    shown = who(app, offices.makham, "officer").get(page(world.general)).text
    looks = shown.partition('class="looks"')[2].partition("</details>")[0]
    assert "ผู้ดูแลระบบ" in looks
    assert "เปิดอ่านเรื่องร้องเรียน" in looks


def test_a_picture_is_shown_within_our_page_and_each_look_is_logged(
    app: Flask, db: Database, blobs: BlobFolder, offices: Offices
) -> None:
    makham = offices.makham
    picture = attach(db, blobs, makham, "image/png", a_picture(40, 30))
    paper = attach(db, blobs, makham, "application/pdf", b"%PDF-1.4")
    evil = attach(db, blobs, makham, "image/png", b"<svg onload=alert(1)>")
    case = complain(db, makham, files=[str(picture), str(paper), str(evil)])
    officer = who(app, makham, "officer")
    shown = officer.get(f"{page(case)}/files/{picture}").text
    assert f'src="/desk/files/{picture}/picture"' in shown
    assert 'width="40" height="30"' in shown
    assert 'alt="หลักฐานที่ ' in shown
    answer = officer.get(f"/desk/files/{picture}/picture")
    assert answer.content_type == "image/png"
    assert answer.headers["Content-Disposition"] == "inline"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    for other in (paper, evil):
        assert "<img" not in officer.get(f"{page(case)}/files/{other}").text
        assert officer.get(f"/desk/files/{other}/picture").status_code == 404
    with db.reading() as session:
        opened = select(func.count()).where(
            AuditEntry.action == "file.opened", AuditEntry.subject == f"file:{picture}"
        )
        assert session.scalar(opened) == 1
    numbers = [officer.get(f"{page(case)}/files/{one}").text for one in (picture, paper, evil)]
    assert sum("ชิ้นถัดไป" in one for one in numbers) == 2
    assert sum("ชิ้นก่อน" in one for one in numbers) == 2


def test_evidence_of_another_case_is_not_shown_on_this_one_s_pages(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    officer = who(app, offices.makham, "officer")
    other = complain(db, offices.makham)
    assert officer.get(f"{page(other)}/files/{world.general_file}").status_code == 404
    assert officer.get(f"{page(world.corruption)}/files/{world.corruption_file}").status_code == 404
    assert officer.get(f"/desk/files/{world.corruption_file}/picture").status_code == 404


def test_paper_holds_the_file_without_notes_and_printing_is_logged(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    makham, url = offices.makham, page(world.general)
    officer = who(app, makham, "officer")
    officer.post(f"{url}/note", {"note": "คุยกันภายใน"})
    move = {"seen": officer.seen(url, "move"), "new_state": "in_review", "reason": "สงสัยผู้รับเหมา"}
    officer.post(f"{url}/move", move)
    paper = officer.get(f"{url}/print").text
    for said in ("15 มีนาคม 2566", "ถนนเป็นหลุม", "นายพลเมือง ดีงาม", "เจ้าหน้าที่รับเรื่อง"):
        assert said in paper
    assert "คุยกันภายใน" not in paper
    assert "สงสัยผู้รับเหมา" not in paper
    assert "สงสัยผู้รับเหมา" in officer.get(f"{url}/print?notes=1").text
    assert "คุยกันภายใน" in officer.get(f"{url}/print?notes=y").text
    assert deeds(db, makham, world.general).count("complaint.printed") == 3


def test_a_sealed_reporter_goes_by_the_case_s_mark(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    name = f"ผู้ร้องขอปกปิดตัวตน {world.confidential.hex[:4].upper()}"
    officer = who(app, offices.makham, "officer")
    for path in (page(world.confidential), f"{page(world.confidential)}/print"):
        shown = officer.get(path).text
        assert name in shown
        assert "นายพลเมือง" not in shown
    anonymous = complain(db, offices.makham, mode=IdentityMode.ANONYMOUS)
    shown = officer.get(page(anonymous)).text
    assert "ไม่ประสงค์ออกนาม" in shown
    assert "ขอเปิดดูตัวตน" not in shown


def test_the_first_page_counts_cases_for_its_viewer(
    app: Flask, db: Database, offices: Offices, world: World, frozen: time_machine.Traveller
) -> None:
    makham = offices.makham
    officer, url = who(app, makham, "officer"), page(world.general)
    officer.post(f"{url}/take", {"seen": officer.seen(url, "take")})
    late = complain(db, makham, days_ago=20)
    tiles = officer.get("/desk/").text
    for label, count in (
        ("เรื่องของฉัน\n", 1),
        ("เรื่องที่ยังไม่มีผู้รับผิดชอบ", 2),
        ("เรื่องที่เกินกำหนด\n", 1),
    ):
        assert f">{count} <small>" in tiles.partition(label)[0].rpartition("<li>")[2], label
    assert officer.get("/desk/live").status_code == 200
    hand_to(db, makham, late, "finance")
    staff = who(app, makham, "finance").get("/desk/").text
    assert "ยังไม่มีผู้รับผิดชอบ" not in staff
    assert ">1 <small>" in staff.partition("เรื่องที่เกินกำหนด\n")[0].rpartition("<li>")[2]
    assert "เรื่องที่เกินกำหนด" not in who(app, makham, "auditor").get("/desk/").text


def test_an_admin_learns_of_a_case_that_nobody_can_read(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    makham = offices.makham
    admin = who(app, makham, "admin")
    assert "ไม่มีใครเปิดอ่านได้" not in admin.get("/desk/").text
    with db.writing() as session:
        session.merge(makham.people["integrity"]).active = False
    shown = admin.get("/desk/").text
    assert "มีเรื่องที่ไม่มีใครเปิดอ่านได้ 2 เรื่อง" in shown
    assert str(world.corruption) not in shown
    assert "ไม่มีใครเปิดอ่านได้" not in who(app, makham, "officer").get("/desk/").text
