"""A division's answer, given on the desk or from the button of an e-mail."""

from __future__ import annotations

import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from uuid import UUID

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from domain.states import ObligationState
from models.audit import AuditEntry
from models.database import Database
from models.duty import add_duty
from models.measure import get_obligation, obligations_of, plans_of
from models.measure_review import return_report
from models.person import Person
from models.progress import (
    ProgressReport,
    ReportStatus,
    latest_report,
    summary_of,
)
from models.stored_file import files_of_report
from tests.desk.browser import Browser
from tests.desk.world import World
from tests.offices import NOON, Office, Offices


@pytest.fixture
def due(db: Database, offices: Offices) -> UUID:
    """The finance division's, open; its day is 31 March."""
    return due_of(db, offices.makham)


def due_of(db: Database, office: Office) -> UUID:
    with db.reading() as session:
        plan = plans_of(session, office.agency_id)[0]
        found = obligations_of(session, office.agency_id, plan, office.divisions["finance"].id)
        return next(one.id for one in found if one.measure.number == 2)


def page_of(due: UUID) -> str:
    return f"/desk/measures/{due}/answer"


def finance(app: Flask, offices: Offices) -> Browser:
    return Browser(app).enter(offices.makham.people["finance"])


def answer(browser: Browser, due: UUID, status: ReportStatus | str, **data: object):
    url = page_of(due)
    sent = {"seen": browser.seen(url, "progress"), "status": str(status), **data}
    return browser.post(url, sent)  # type: ignore[arg-type]


def latest(db: Database, office: Office, due: UUID) -> tuple[ProgressReport, str, ObligationState]:
    with db.reading() as session:
        one = get_obligation(session, office.agency_id, due)
        assert one
        report = latest_report(session, one)
        assert report
        found = report, summary_of(session, report), one.state
        session.expunge(report)
    return found


def how_many(db: Database, kind: type[ProgressReport] | type[AuditEntry]) -> int:
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def photo() -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (20, 20), "green").save(held, "PNG")
    return held.getvalue()


def test_a_division_reports_that_it_is_done_with_words_and_files(
    app: Flask, db: Database, offices: Offices, due: UUID
) -> None:
    browser = finance(app, offices)
    page = browser.get(f"/desk/measures/{due}").text
    assert f'href="{page_of(due)}"' in page
    done = answer(
        browser,
        due,
        ReportStatus.DONE,
        summary="เผยแพร่บนเว็บไซต์แล้ว",
        files=[(io.BytesIO(photo()), "หน้าจอ.png"), (io.BytesIO(photo()), "two.png")],
    )
    assert done.status_code == 302
    report, summary, state = latest(db, offices.makham, due)
    assert (report.status, report.channel, summary) == (
        ReportStatus.DONE,
        "desk",
        "เผยแพร่บนเว็บไซต์แล้ว",
    )
    assert state is ObligationState.ANSWERED
    assert report.person_id == offices.makham.people["finance"].id
    assert report.ready_at == NOON
    shown = browser.get(done.location).text
    assert "บันทึกรายงานผลแล้ว" in shown
    assert "เว็บเจ้าหน้าที่" in shown
    assert page_of(due) not in shown
    with db.reading() as session:
        assert len(files_of_report(session, offices.makham.agency_id, report.id)) == 2
        entry = session.scalars(select(AuditEntry)).one()
        assert entry.action == "progress.reported"
        assert "เผยแพร่" not in str(entry.detail)


@pytest.mark.parametrize(
    ("typed", "summary", "percent"),
    [
        ("60", "", 60),
        ("๖๐%", "", 60),
        ("", "ทำไปแล้ว 75%", 75),
        ("", "กำลังรวบรวม", None),
        ("0", "", 0),
    ],
)
def test_work_under_way_says_how_far_it_has_come(
    app: Flask,
    db: Database,
    offices: Offices,
    due: UUID,
    typed: str,
    summary: str,
    percent: int | None,
) -> None:
    answer(finance(app, offices), due, "in_progress", percent=typed, summary=summary)
    report, _, state = latest(db, offices.makham, due)
    assert report.percent == percent
    assert state is ObligationState.OPEN


def test_a_problem_says_what_help_is_wanted_and_who_is_told(
    app: Flask, db: Database, offices: Offices, due: UUID
) -> None:
    browser = finance(app, offices)
    done = answer(browser, due, "problem", summary="ขาดคน", help_wanted="ขอผู้ช่วยหนึ่งคน", percent="x")
    report, summary, _ = latest(db, offices.makham, due)
    assert summary == "ขาดคน\nต้องการให้ช่วย: ขอผู้ช่วยหนึ่งคน"
    assert (report.percent, report.ready_at, report.head_told_at) == (None, NOON, None)
    assert "ผู้บังคับบัญชา" in browser.get(done.location).text  # none of them can be reached here


@pytest.mark.parametrize("typed", ["2023-04-30", "2566-04-30", "30/4/2566", "30 เม.ย. 2566"])
def test_a_wish_to_postpone_takes_a_day_as_people_type_it(
    app: Flask, db: Database, offices: Offices, due: UUID, typed: str
) -> None:
    browser = finance(app, offices)
    done = answer(browser, due, "postpone", summary="รอผลตรวจสอบ", postpone_to=typed)
    report, _, state = latest(db, offices.makham, due)
    assert (report.postpone_to, state) == (date(2023, 4, 30), ObligationState.OPEN)
    assert "30 เม.ย. 2566" in browser.get(done.location).text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"status": ""}, "กรุณาเลือกผลการดำเนินการ"),
        ({"status": "other"}, "กรุณาเลือกผลการดำเนินการ"),
        ({"status": "problem", "help_wanted": "คำที่พิมพ์ไว้"}, "กรุณากรอกว่าติดปัญหาอะไร"),
        ({"status": "in_progress", "percent": "101"}, "ตัวเลข 0 ถึง 100"),
        ({"status": "in_progress", "percent": "ครึ่งหนึ่ง"}, "ตัวเลข 0 ถึง 100"),
        ({"status": "postpone", "summary": "รอ"}, "กรุณากรอกวันที่ขอเลื่อน"),
        ({"status": "postpone", "summary": "รอ", "postpone_to": "31/4/2566"}, "อ่านวันที่ไม่ได้"),
        ({"status": "postpone", "postpone_to": "2023-04-30"}, "กรุณากรอกเหตุผลที่ขอเลื่อน"),
        (
            {"status": "postpone", "summary": "รอ", "postpone_to": "2023-03-31"},
            "ต้องอยู่หลังวันครบกำหนดเดิม 31 มี.ค. 2566",
        ),
        ({"status": "postpone", "summary": "รอ", "postpone_to": "2033-03-31"}, "เลื่อนได้ไม่เกิน"),
        ({"status": "done", "summary": "ก" * 5001}, "5,000"),
    ],
)
def test_a_mistake_records_nothing_and_keeps_what_was_typed(
    app: Flask, db: Database, offices: Offices, due: UUID, data: dict[str, str], message: str
) -> None:
    browser = finance(app, offices)
    shown = answer(browser, due, data.pop("status"), **data)
    assert shown.status_code == 422
    assert message in shown.text
    for one in data.values():
        assert one in shown.text
    assert how_many(db, ProgressReport) == 0


def test_a_day_is_kept_as_it_was_typed_and_shown_as_it_was_read_when_the_form_comes_back(
    app: Flask, offices: Offices, due: UUID
) -> None:
    shown = answer(finance(app, offices), due, "postpone", postpone_to="30/04/66")
    assert shown.status_code == 422
    assert "อ่านเป็น 30 เม.ย. 2566" in shown.text
    assert 'value="30/04/66"' in shown.text
    assert 'type="date"' not in shown.text
    assert 'placeholder="เช่น 30/9/2566"' in shown.text


def test_a_day_that_is_over_cannot_be_wished_for(
    app: Flask, db: Database, offices: Offices, due: UUID, frozen
) -> None:
    frozen.shift(timedelta(days=30))
    shown = answer(finance(app, offices), due, "postpone", summary="รอ", postpone_to="2023-04-02")
    assert "ผ่านไปแล้ว" in shown.text
    assert how_many(db, ProgressReport) == 0


def test_files_of_a_form_that_came_back_are_kept_for_the_next_try(
    app: Flask, db: Database, offices: Offices, due: UUID
) -> None:
    browser, url = finance(app, offices), page_of(due)
    first = answer(
        browser,
        due,
        "problem",
        files=[
            (io.BytesIO(photo()), "one.png"),
            (io.BytesIO(b"MZ\x90\x00\x03" + bytes(200)), "bad.exe"),
        ],
    )
    assert first.status_code == 422
    assert "ได้รับไว้แล้ว 1 ไฟล์" in first.text
    assert "bad.exe" in first.text
    kept = re.search(r'name="kept"[^>]* value="([^"]+)"', first.text)
    assert kept
    data = {"seen": "open.0", "status": "problem", "summary": "ขาดคน", "kept": kept.group(1)}
    other = Browser(app).enter(offices.makham.people["finance_head"])
    assert other.post(url, data).status_code == 302  # the files are not theirs to send
    report, _, _ = latest(db, offices.makham, due)
    with db.reading() as session:
        assert files_of_report(session, offices.makham.agency_id, report.id) == []
    data["seen"] = "open.1"
    assert browser.post(url, data).status_code == 302
    report, _, _ = latest(db, offices.makham, due)
    with db.reading() as session:
        assert len(files_of_report(session, offices.makham.agency_id, report.id)) == 1


def test_what_was_answered_already_is_not_asked_for_again(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    browser, url = finance(app, offices), page_of(world.finance_due)
    page = browser.get(url).text
    assert "บันทึกไว้แล้วว่า “เสร็จแล้ว” เมื่อ" in page
    assert "โดย เจ้าหน้าที่กองคลัง ไม่ต้องรายงานซ้ำค่ะ" in page
    assert "<textarea" not in page
    data = {"seen": "open.0", "status": "problem", "summary": "คำที่พิมพ์ไว้นาน"}
    shown = browser.post(url, data)
    assert shown.status_code == 409
    assert "บันทึกไว้แล้วว่า" in shown.text
    assert "คำที่พิมพ์ไว้นาน" in shown.text
    assert how_many(db, ProgressReport) == 1


def test_of_two_colleagues_at_once_the_second_is_shown_what_the_first_said(
    app: Flask, db: Database, offices: Offices, due: UUID
) -> None:
    first, url = finance(app, offices), page_of(due)
    second = Browser(app).enter(offices.makham.people["finance_head"])
    seen = second.seen(url, "progress")
    answer(first, due, "in_progress", summary="เริ่มแล้ว")
    data = {"seen": seen, "status": "in_progress", "summary": "ใกล้เสร็จ", "percent": "80"}
    shown = second.post(url, data)
    assert shown.status_code == 409
    assert "ระหว่างที่ท่านเปิดอยู่" in shown.text
    assert "บันทึกไว้แล้วว่า “กำลังทำ” เมื่อ" in shown.text
    assert "ใกล้เสร็จ" in shown.text
    assert how_many(db, ProgressReport) == 1
    assert second.post(url, {**data, "seen": "open.1"}).status_code == 302
    assert how_many(db, ProgressReport) == 2


def test_two_who_press_at_the_same_moment_leave_one_report(
    app: Flask, db: Database, offices: Offices, due: UUID
) -> None:
    people = [offices.makham.people[name] for name in ("finance", "finance_head", "admin")]
    browsers = [Browser(app).enter(person) for person in people]
    tokens = [browser.token(page_of(due)) for browser in browsers]
    start = Barrier(len(browsers))

    def press(browser: Browser, token: str) -> int:
        start.wait()
        data = {"csrf_token": token, "seen": "open.0", "status": "done", "summary": "เสร็จ"}
        return browser.client.post(page_of(due), data=data).status_code

    with ThreadPoolExecutor(len(browsers)) as pool:
        found = sorted(pool.map(press, browsers, tokens))
    assert found == [302, 409, 409]
    assert how_many(db, ProgressReport) == how_many(db, AuditEntry) == 1


@pytest.mark.parametrize("status", ["done", "in_progress"])
def test_a_second_click_records_nothing_more(
    app: Flask, db: Database, offices: Offices, due: UUID, status: str
) -> None:
    browser, url = finance(app, offices), page_of(due)
    data = {"seen": browser.seen(url, "progress"), "status": status, "summary": "เรียบร้อย"}
    for _ in range(2):
        assert browser.post(url, data).location.endswith(f"/desk/measures/{due}")
    assert how_many(db, ProgressReport) == how_many(db, AuditEntry) == 1


def test_what_was_sent_back_can_be_answered_again(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    with db.writing() as session:
        one = get_obligation(session, offices.makham.agency_id, world.finance_due)
        assert one
        return_report(session, one, offices.makham.people["admin"], "ขาดภาพ", NOON)
    browser = finance(app, offices)
    assert "ถูกส่งกลับให้แก้ไข" in browser.get(page_of(world.finance_due)).text
    assert answer(browser, world.finance_due, "done").status_code == 302
    assert latest(db, offices.makham, world.finance_due)[0].number == 2


def test_what_was_cancelled_is_not_asked_for(
    app: Flask, db: Database, offices: Offices, due: UUID
) -> None:
    with db.writing() as session:
        one = get_obligation(session, offices.makham.agency_id, due)
        assert one
        one.state = ObligationState.CANCELLED
    page = finance(app, offices).get(page_of(due))
    assert "งานนี้ถูกยกเลิกแล้ว" in page.text


@pytest.mark.parametrize(
    ("who", "status"),
    [("admin", 200), ("finance_head", 200), ("works", 404), ("officer", 403), ("clerk", 403)],
)
def test_only_the_division_and_admins_answer(
    app: Flask, db: Database, offices: Offices, due: UUID, who: str, status: int
) -> None:
    browser = Browser(app).enter(offices.makham.people[who])
    assert browser.get(page_of(due)).status_code == status
    sent = browser.post(page_of(due), {"seen": "open.0", "status": "done"})
    assert sent.status_code == (302 if status == 200 else status)
    assert how_many(db, ProgressReport) == (status == 200)
    if status == 403:
        assert page_of(due) not in browser.get(f"/desk/measures/{due}").text


def test_whoever_fills_in_for_a_division_answers_for_it(
    app: Flask, db: Database, offices: Offices, due: UUID
) -> None:
    works = offices.makham.people["works"]
    with db.writing() as session:
        person = session.get_one(Person, (works.agency_id, works.id))
        add_duty(session, person, offices.makham.divisions["finance"].id, is_head=False)
    assert answer(Browser(app).enter(works), due, "done").status_code == 302


def test_the_other_agency_s_obligation_is_not_there(
    app: Flask, db: Database, offices: Offices
) -> None:
    theirs = due_of(db, offices.bangphra)
    admin = Browser(app).enter(offices.makham.people["admin"])
    assert admin.get(page_of(theirs)).status_code == 404
    assert admin.post(page_of(theirs), {"seen": "open.0", "status": "done"}).status_code == 404
    assert how_many(db, ProgressReport) == 0
