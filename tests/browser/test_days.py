"""Each role's day on the desk, in a real browser on a phone's width: what they come for, done."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect

from models.complaint import ComplaintKind, IdentityMode
from models.database import Database
from tests.browser.conftest import PATIENCE, PHONE
from tests.browser.desks import Desk
from tests.browser.looking import faults_of
from tests.desk.world import World, complain
from tests.offices import Offices

pytestmark = pytest.mark.browser
STORY = "ไฟทางหน้าศาลาประชาคมดับมาสามวัน เดินกลับบ้านตอนค่ำมองไม่เห็นทาง"


class Officer:
    """Somebody at their phone; each page they come to must be well."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base

    def opens(self, path: str) -> None:
        answer = self.page.goto(f"{self.base}/desk/{path}")
        assert answer is not None
        assert answer.status == 200, path
        self.is_well()

    def follows(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("main").get_by_role("link", name=name).first.click()
        self.is_well()

    def presses(self, name: str) -> None:
        self.page.get_by_role("main").get_by_role("button", name=name, exact=True).first.click()
        self.is_well()

    def unfolds(self, name: str) -> None:
        self.page.locator("main summary", has_text=name).first.click()

    def reads(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)

    def does_not_read(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.locator("main")).not_to_contain_text(text)

    def is_well(self) -> None:
        self.page.wait_for_load_state()
        assert faults_of(self.page, thoroughly=False) == []


@pytest.fixture
def comes(
    desk: Desk, chromium: Chromium, offices: Offices, world: World
) -> Iterator[Callable[[str], Officer]]:
    """Somebody signed in, by their post; every script error fails the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def enter(name: str) -> Officer:
        context = chromium.new_context(
            viewport=PHONE, locale="th-TH", timezone_id="Asia/Bangkok", accept_downloads=True
        )
        contexts.append(context)
        desk.enter(context, offices, name)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        page.on("pageerror", lambda error: errors.append(str(error)))
        return Officer(page, desk.base)

    yield enter
    for context in contexts:
        context.close()
    assert errors == []


def test_reception_hands_a_case_on_and_the_division_works_on_it(
    comes: Callable[[str], Officer], db: Database, offices: Offices
) -> None:
    case = complain(db, offices.makham, what=STORY)
    reception = comes("officer")
    reception.opens("complaints")
    reception.unfolds("ค้นและกรอง")
    reception.page.get_by_label("คำค้น").fill("ศาลาประชาคม")
    reception.presses("แสดง")
    reception.reads("ไฟทางหน้าศาลาประชาคม")
    reception.follows(case.hex[:6].upper())
    reception.presses("รับเรื่องนี้เอง")
    reception.reads("เจ้าหน้าที่รับเรื่อง")
    reception.unfolds("ส่งให้ส่วนราชการ")
    reception.page.get_by_label("ส่วนราชการ").select_option(label="กองช่าง")
    reception.presses("บันทึกส่วนราชการ")

    works = comes("works")
    works.opens("complaints")
    works.reads("ไฟทางหน้าศาลาประชาคม")
    works.does_not_read("ถนนเป็นหลุม")  # nobody handed them that one
    works.follows(case.hex[:6].upper())
    works.page.get_by_role("textbox", name="บันทึกภายใน").fill("ช่างจะไปเปลี่ยนหลอดพรุ่งนี้")
    works.presses("เพิ่มบันทึก")
    works.reads("ช่างจะไปเปลี่ยนหลอดพรุ่งนี้")

    reception.opens(f"complaints/{case}")
    reception.reads("ช่างจะไปเปลี่ยนหลอดพรุ่งนี้")
    reception.page.get_by_label("คำตอบถึงผู้ร้อง").fill("ช่างไฟฟ้าเปลี่ยนหลอดให้แล้วครับ")
    reception.presses("บันทึกคำตอบ")
    reception.reads("ตอบแล้ว", "ช่างไฟฟ้าเปลี่ยนหลอดให้แล้วครับ")


def test_an_integrity_officer_reads_what_nobody_else_does_and_takes_it_out_as_a_file(
    comes: Callable[[str], Officer], world: World
) -> None:
    integrity = comes("integrity")
    integrity.opens("complaints?kind=corruption")
    integrity.reads("เรียกรับเงินใต้โต๊ะ")
    with integrity.page.expect_download() as taken:
        integrity.page.get_by_role("link", name="ส่งออก CSV").click()
    text = taken.value.path().read_text(encoding="utf-8-sig")
    assert "เรียกรับเงินใต้โต๊ะ" in text
    integrity.opens(f"complaints/{world.corruption}")
    integrity.reads("เรียกรับเงินใต้โต๊ะ")
    for name in ("admin", "officer", "works"):
        other = comes(name)
        other.opens("complaints")
        other.does_not_read("เรียกรับเงินใต้โต๊ะ")


def test_a_sealed_identity_opens_to_two_people_and_not_to_one(
    comes: Callable[[str], Officer], db: Database, offices: Offices
) -> None:
    case = complain(
        db, offices.makham, ComplaintKind.SERVICE, IdentityMode.CONFIDENTIAL, what=STORY
    )
    admin, integrity = comes("admin"), comes("integrity")
    admin.opens(f"complaints/{case}")
    admin.follows("ขอเปิดดูตัวตน")
    admin.page.get_by_role("main").get_by_role("textbox").first.fill("ต้องส่งเจ้าหน้าที่ไปช่วยที่บ้าน")
    admin.presses("ส่งคำขอ")
    expect(admin.page.get_by_role("button", name="เปิดดูตัวตนผู้ร้อง")).to_have_count(0)

    integrity.opens("")
    integrity.opens(f"complaints/{case}")
    integrity.follows(re.compile("ตัวตน"))
    integrity.reads("ต้องส่งเจ้าหน้าที่ไปช่วยที่บ้าน")
    integrity.presses("อนุมัติให้เปิดดู")

    admin.opens(f"complaints/{case}")
    admin.follows(re.compile("ตัวตน"))
    admin.presses("เปิดดูตัวตนผู้ร้อง")
    integrity.opens("audit")
    integrity.reads("ตัวตน")


def test_a_division_reports_and_its_head_accepts(
    comes: Callable[[str], Officer], world: World
) -> None:
    head = comes("finance_head")
    head.opens("measures")
    head.opens(f"measures/{world.finance_due}")
    head.reads("เผยแพร่บนเว็บไซต์แล้ว")
    head.presses("ยอมรับรายงานผล")
    head.reads("ยอมรับแล้ว")
    staff = comes("finance")
    staff.opens(f"measures/{world.finance_due}")
    staff.reads("ยอมรับแล้ว")


def test_a_division_answers_on_the_desk_and_its_board_shows_it(
    comes: Callable[[str], Officer], world: World
) -> None:
    works = comes("works")
    works.opens(f"measures/{world.works_due}/answer")
    works.page.locator('input[name="status"][value="done"]').check()
    works.page.locator('textarea[name="summary"]').fill("จัดทำคู่มือและเผยแพร่แล้ว")
    works.presses("บันทึกรายงานผล")
    works.opens(f"measures/{world.works_due}")
    works.reads("จัดทำคู่มือและเผยแพร่แล้ว")
    works.opens("measures/board")
    works.reads("รายงานแล้ว รอตรวจรับ")


def test_the_clerk_sees_how_the_year_goes_and_no_complaint(
    comes: Callable[[str], Officer],
) -> None:
    clerk = comes("clerk")
    clerk.opens("measures")
    clerk.opens("measures/heat")
    clerk.reads("กองคลัง")
    clerk.opens("weekly")
    answer = clerk.page.goto(f"{clerk.base}/desk/complaints")
    assert answer is not None
    assert answer.status == 403


def test_an_auditor_reads_the_log_and_no_complaint(
    comes: Callable[[str], Officer], world: World
) -> None:
    admin = comes("admin")
    admin.opens(f"complaints/{world.general}")
    auditor = comes("auditor")
    auditor.opens("audit")
    auditor.reads("เรื่องร้องเรียนที่จำกัดผู้อ่าน")
    answer = auditor.page.goto(f"{auditor.base}/desk/complaints/{world.general}")
    assert answer is not None
    assert answer.status == 403


def test_an_admin_keeps_the_knowledge_and_the_settings(comes: Callable[[str], Officer]) -> None:
    admin = comes("admin")
    admin.opens("knowledge/new")
    admin.page.locator('[name="question"]').fill("ขอใช้เต็นท์ของเทศบาลได้ที่ไหน")
    admin.page.locator('[name="answer"]').fill("ขอได้ที่สำนักปลัด ล่วงหน้าสามวันทำการค่ะ")
    admin.presses("เพิ่มรายการ")
    admin.opens("knowledge")
    admin.reads("ขอใช้เต็นท์ของเทศบาลได้ที่ไหน")
    admin.opens("audit")
    admin.reads("ผู้ดูแลระบบ")
    admin.opens("settings")
    admin.opens("delivery")
    admin.opens("divisions")
    admin.follows("กองช่าง")


def test_what_comes_while_the_log_is_open_shows_without_a_reload(
    comes: Callable[[str], Officer], db: Database, offices: Offices
) -> None:
    officer = comes("officer")
    officer.page.clock.install()
    officer.opens("complaints")
    officer.does_not_read("ไฟทางหน้าศาลาประชาคม")
    officer.page.evaluate("window.kept = 'the same page'")
    complain(db, offices.makham, what=STORY)
    officer.page.clock.run_for(21_000)
    officer.reads("ไฟทางหน้าศาลาประชาคม")
    assert officer.page.evaluate("window.kept") == "the same page"
