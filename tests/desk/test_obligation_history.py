"""One obligation's page tells all that happened to it in one order, and which cases bear on it."""

from __future__ import annotations

import re
from datetime import date, timedelta

import time_machine
from flask import Flask

from handlers.context import now
from models.complaint import Complaint
from models.complaint_measures import link_measure
from models.database import Database
from models.measure import get_obligation
from models.obligation_history import SHOWN_AT_MOST
from models.progress import ReportStatus, report_progress
from tests.desk.browser import Browser
from tests.desk.rounds import a_round
from tests.desk.world import World
from tests.offices import NOON, Offices


def titles(page: str) -> list[str]:
    found = page[page.index('class="timeline"') :]
    return [
        re.sub(r"<[^>]+>", "", one).strip()
        for one in re.findall(r"<h3[^>]*>.*?</h3>|<p class=\"mb-0\"><strong>.*?</strong>", found)
    ]


def test_everything_stands_in_one_order_newest_first(
    app: Flask, db: Database, offices: Offices, frozen: time_machine.Traveller
) -> None:
    office = offices.makham
    one = a_round(db, office, date(2023, 3, 31), "finance")
    url = f"/desk/measures/{one}"

    def report(status: ReportStatus, **more: object) -> None:
        frozen.shift(timedelta(hours=1))
        with db.writing() as session:
            found = get_obligation(session, office.agency_id, one)
            assert found
            person = office.people["finance"]
            report_progress(session, found, person, status, channel="line", now=now(), **more)  # type: ignore[arg-type]

    def send(browser: Browser, verb: str, form: str, page: str = url, **data: str) -> None:
        frozen.shift(timedelta(hours=1))
        answer = browser.post(f"{url}/{verb}", {"seen": browser.seen(page, form), **data})
        assert answer.status_code == 302, verb

    head = Browser(app).enter(office.people["finance_head"])
    admin = Browser(app).enter(office.people["admin"])
    report(ReportStatus.POSTPONE, postpone_to=date(2023, 4, 30), summary="รอเอกสาร")
    send(head, "postponement/decline", "decline", reason="ต้องทันประเมิน")
    send(admin, "due", "due", f"{url}/change", day="20/4/2566", reason="ประชุมเลื่อน")
    report(ReportStatus.DONE, summary="เสร็จแล้วครั้งแรก")
    send(head, "accept", "accept")
    send(head, "return", "return", reason="ไฟล์เปิดไม่ได้")
    report(ReportStatus.DONE, summary="ส่งใหม่แล้ว")
    send(admin, "accept", "accept")
    page = head.get(url).text
    assert titles(page) == [
        "ยอมรับรายงาน",
        "รายงานครั้งที่ 3: เสร็จแล้ว",
        "ส่งรายงานกลับให้แก้",
        "ยอมรับรายงาน",
        "รายงานครั้งที่ 2: เสร็จแล้ว",
        "เปลี่ยนวันครบกำหนด",
        "ไม่อนุมัติคำขอเลื่อน",
        "รายงานครั้งที่ 1: ขอเลื่อน",
        "สร้างงวดรายงาน",
    ]
    for said in ("รอเอกสาร", "ต้องทันประเมิน", "ประชุมเลื่อน", "ไฟล์เปิดไม่ได้", "ส่งใหม่แล้ว"):
        assert said in page


def test_a_very_long_history_shows_its_newest_part(
    app: Flask, db: Database, offices: Offices
) -> None:
    office = offices.makham
    one = a_round(db, office, date(2023, 3, 31), "finance")
    with db.writing() as session:
        found = get_obligation(session, office.agency_id, one)
        assert found
        for minute in range(SHOWN_AT_MOST + 5):
            report_progress(
                session,
                found,
                office.people["finance"],
                ReportStatus.IN_PROGRESS,
                channel="line",
                now=NOON + timedelta(minutes=minute),
            )
    page = Browser(app).enter(office.people["admin"]).get(f"/desk/measures/{one}").text
    assert page.count("รายงานครั้งที่") == SHOWN_AT_MOST
    assert f"รายงานครั้งที่ {SHOWN_AT_MOST + 5}:" in page
    assert "แสดงเฉพาะรายการล่าสุด" in page


def test_cases_that_bear_on_the_measure_are_shown_to_those_who_may_read_them(
    app: Flask, db: Database, offices: Offices, world: World
) -> None:
    office = offices.makham
    with db.writing() as session:
        found = get_obligation(session, office.agency_id, world.finance_due)
        assert found
        for case in (world.general, world.corruption):
            complaint = session.get_one(Complaint, (office.agency_id, case))
            admin = office.people["admin"]
            assert link_measure(session, complaint, found.measure_id, admin, NOON)
    url = f"/desk/measures/{world.finance_due}"
    general, tip = f"/desk/complaints/{world.general}", f"/desk/complaints/{world.corruption}"
    for name, expected in {
        **{"officer": (True, False), "integrity": (True, True)},
        **{"finance": (False, False), "clerk": (False, False), "auditor": (False, False)},
    }.items():
        page = Browser(app).enter(office.people[name]).get(url).text
        assert (general in page, tip in page) == expected, name
