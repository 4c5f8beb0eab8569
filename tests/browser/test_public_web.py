"""The public's web in a real browser, on a phone's width: with a script and without."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from werkzeug.serving import make_server

from bot.demo import town as example
from handlers.context import Services
from handlers.public import floods, register
from models.database import Database
from models.stored_file import BlobFolder
from tests.browser.conftest import PATIENCE, PHONE
from tests.browser.looking import faults_of
from tests.browser.signing_in import sign_in
from tests.chat.test_reports import photo
from tests.offices import Offices
from tests.public.visitor import Visitor
from tests.served import ServedTown

pytestmark = pytest.mark.browser
STORY = "มีการเรียกรับเงินค่าตรวจแบบบ้าน ก่อนออกใบอนุญาตก่อสร้าง"
HOLE = "ถนนหน้าโรงเรียนวัดตัวอย่างเป็นหลุมลึก รถล้มบ่อย"


class Phone:
    """A page on a phone, and what must be true of every one of them."""

    def __init__(self, page: Page, town: ServedTown, *, with_scripts: bool = True) -> None:
        self.page = page
        self._with_scripts = with_scripts  # axe is one
        self.base = f"{town.base}/a/{example.SLUG}"
        self._looked_at: set[str] = set()

    def goes_to(self, path: str) -> None:
        self.page.goto(self.base + path)
        self.is_well()

    def presses(self, label: str) -> None:
        self.page.get_by_role("button", name=label, exact=True).click()
        self.is_well()

    def is_well(self) -> None:
        """It fits, draws every letter, keeps nobody out, and its address tells nothing."""
        self.page.wait_for_load_state()
        heading = self.page.locator("h1").first.inner_text()
        thoroughly = self._with_scripts and heading not in self._looked_at
        self._looked_at.add(heading)
        assert faults_of(self.page, thoroughly=thoroughly) == []
        assert re.fullmatch(r"/a/example/[a-z/]*(\?lang=en)?", self.path), self.path

    @property
    def path(self) -> str:
        return "/" + self.page.url.split("/", 3)[3]

    def begins(self, kind: str) -> None:
        self.goes_to("/report")
        self.page.locator(f"button[value={kind}]").click()
        self.is_well()

    def names_themself(self) -> None:
        self.page.get_by_label("เปิดเผยชื่อ", exact=True).check()
        self.page.get_by_label("ชื่อและนามสกุล").fill("นางสาวสมมติ ใจดี")
        self.page.get_by_label("เบอร์โทรศัพท์").fill("000-111-2222")
        self.page.get_by_label("ยินยอมให้เก็บข้อมูลติดต่อ").check()

    def sends(self) -> str:
        self.presses("ตรวจสอบก่อนส่ง")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("ตรวจสอบก่อนส่ง")
        self.presses("ยืนยัน ส่งเรื่อง")
        return self.page.locator(".code").inner_text()

    def opens(self, code: str) -> None:
        self.goes_to("/track")
        self.page.get_by_label("รหัสติดตามเรื่อง 16 หลัก").fill(code)
        self.presses("ดูเรื่อง")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("เรื่องของท่าน")


@pytest.fixture(params=[True, False], ids=["with a script", "without a script"])
def phone(request: pytest.FixtureRequest, chromium: Browser, served: ServedTown) -> Iterator[Phone]:
    context = chromium.new_context(
        viewport=PHONE,
        locale="th-TH",
        timezone_id="Asia/Bangkok",
        java_script_enabled=request.param,
        geolocation={"latitude": 12.6, "longitude": 102.1},
        permissions=["geolocation"],
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))

    def listen(message: ConsoleMessage) -> None:
        # That a form was not accepted is no fault of the page.
        if message.type in ("error", "warning") and "status of 422" not in message.text:
            faults.append(message.text)

    page.on("console", listen)
    outside: list[str] = []
    page.on(
        "request",
        lambda sent: (
            None if sent.url.startswith((served.base, "data:")) else outside.append(sent.url)
        ),
    )
    yield Phone(page, served, with_scripts=request.param)
    context.close()
    assert (faults, outside) == ([], [])


def test_corruption_is_reported_anonymously_with_a_photo_and_followed(
    phone: Phone, tmp_path: Path
) -> None:
    page = phone.page
    evidence = tmp_path / "photo.jpg"
    evidence.write_bytes(photo())
    program = tmp_path / "setup.exe"
    program.write_bytes(b"MZ" + bytes(500))
    phone.goes_to("/")
    page.get_by_role("link", name="แจ้งเรื่อง").first.click()
    phone.begins("corruption")
    phone.presses("ตรวจสอบก่อนส่ง")  # with nothing in it
    expect(page.get_by_role("alert")).to_contain_text("กรุณาเล่าว่าเกิดอะไรขึ้น")
    page.get_by_label("เกิดอะไรขึ้น").fill(STORY)
    page.get_by_label("เกิดที่ไหน").fill("กองช่าง ชั้น 2")
    page.get_by_label("เลือกไฟล์").set_input_files([evidence, program])
    page.get_by_text("มีใครที่ไม่ควรเห็นเรื่องนี้ไหม").click()
    page.get_by_label("กองช่าง").check()
    page.get_by_label("ไม่เปิดเผยตัวตน").check()
    phone.presses("ตรวจสอบก่อนส่ง")
    expect(page.get_by_role("alert")).to_contain_text("setup.exe")
    expect(page.get_by_label("เกิดอะไรขึ้น")).to_have_value(STORY)
    expect(page.get_by_label("กองช่าง")).to_be_checked()
    code = phone.sends()
    expect(page.get_by_role("main")).to_contain_text("เปิดอ่านได้เฉพาะเจ้าหน้าที่จริยธรรม")
    phone.opens(code)
    page.get_by_label("ข้อความ").fill("เห็นอีกครั้งเมื่อเช้า")
    page.get_by_label("เลือกไฟล์").set_input_files([evidence])
    phone.presses("ส่ง")
    expect(page.get_by_role("status")).to_contain_text("ส่งข้อมูลเพิ่มแล้ว")
    expect(page.get_by_role("main")).to_contain_text("เห็นอีกครั้งเมื่อเช้า")


def test_a_road_is_reported_by_name_joined_and_rated(phone: Phone, served: ServedTown) -> None:
    page = phone.page
    for _ in range(2):
        phone.begins("service")
        page.get_by_label("ต้องการแจ้งปัญหาอะไร").fill(HOLE)
        page.get_by_label("อยู่ที่ไหน").fill("หมู่ 4")
        place = page.get_by_role("button", name="ใช้ตำแหน่งที่ฉันอยู่ตอนนี้")
        if place.is_visible():
            place.click()
            expect(page.get_by_text("จะส่งตำแหน่งที่ท่านอยู่ตอนนี้")).to_be_visible()
        phone.names_themself()
        phone.presses("ตรวจสอบก่อนส่ง")
        same = page.get_by_label("เรื่องเดียวกัน ขอร่วมแจ้งด้วย")
        if same.count():
            same.check()
        phone.presses("ยืนยัน ส่งเรื่อง")
    expect(page.get_by_role("main")).to_contain_text("เรื่องของท่านร่วมกับเรื่องที่มีผู้แจ้งไว้แล้ว")
    code = page.locator(".code").inner_text()
    close_the_first(page, served)
    phone.opens(code)
    page.get_by_label("4 ดี").check()
    page.get_by_label("ความเห็น").fill("ซ่อมเรียบร้อย แต่ช้า")
    phone.presses("ส่งคะแนน")
    expect(page.get_by_role("status")).to_contain_text("บันทึกคะแนนแล้ว")
    expect(page.get_by_role("main")).to_contain_text("4 ดี")


def close_the_first(page: Page, served: ServedTown) -> None:
    """An officer sees that others reported the same, and closes the case."""
    sign_in(page, served.base, "admin")
    page.goto(f"{served.base}/desk/complaints")
    for link in [one.get_attribute("href") for one in page.locator("a.marker").all()]:
        page.goto(f"{served.base}{link}")
        if page.locator("#same").count() and page.locator("option[value=closed]").count():
            break
    expect(page.locator("#same")).to_contain_text("มีผู้แจ้งเรื่องเดียวกันอีก")
    page.get_by_label("เปลี่ยนสถานะเป็น", exact=True).select_option("closed")
    page.get_by_role("textbox", name="เหตุผล", exact=True).fill("ซ่อมแล้ว")
    page.get_by_label("ปิดโดยไม่มีคำตอบ").check()
    page.get_by_role("button", name="บันทึกสถานะ").click()
    expect(page.get_by_role("status")).to_contain_text("เปลี่ยนสถานะแล้ว")
    page.context.clear_cookies()


def test_the_form_is_filled_in_and_sent_by_keyboard_alone(phone: Phone) -> None:
    page, keys = phone.page, phone.page.keyboard
    phone.begins("suggestion")
    walked: list[str] = []

    def to(name: str) -> None:
        """Tab on, and only on, until the field has the focus."""
        for _ in range(40):
            keys.press("Tab")
            held = page.evaluate("document.activeElement.id || document.activeElement.name")
            walked.append(held)
            if held == name:
                return
        raise AssertionError(f"Tab never reached {name}: {walked}")

    if page.evaluate("document.activeElement.tagName") != "BODY":
        raise AssertionError("something took the focus by itself")
    keys.press("Tab")
    expect(page.get_by_text("ข้ามไปยังเนื้อหา")).to_be_focused()
    keys.press("Enter")
    to("what")
    keys.type("อยากให้มีม้านั่งในสวน")
    to("files")
    to("mode-anonymous")
    keys.press("Space")
    to("check")
    assert walked.index("what") < walked.index("files") < walked.index("mode-anonymous")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("ตรวจสอบก่อนส่ง")
    phone.is_well()
    expect(page.get_by_role("main")).to_contain_text("อยากให้มีม้านั่งในสวน")


def test_enter_in_a_field_goes_on_and_takes_no_file_out(phone: Phone, tmp_path: Path) -> None:
    page = phone.page
    evidence = tmp_path / "photo.jpg"
    evidence.write_bytes(photo())
    phone.begins("general")
    page.get_by_label("ต้องการร้องเรียนเรื่องอะไร").fill("เจ้าหน้าที่ไม่อยู่ที่โต๊ะ")
    page.get_by_label("เลือกไฟล์").set_input_files([evidence])
    phone.presses("แนบไฟล์นี้ แล้วเลือกเพิ่ม")
    expect(page.get_by_role("main")).to_contain_text("ได้รับไว้แล้ว 1 ไฟล์")
    page.get_by_label("ไม่เปิดเผยตัวตน").check()
    page.get_by_label("เกิดที่ไหน").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("ตรวจสอบก่อนส่ง")
    expect(page.get_by_role("main")).to_contain_text("1 ไฟล์")


def test_leaving_quickly_leads_to_a_neutral_page(phone: Phone) -> None:
    phone.begins("corruption")
    phone.page.get_by_label("เกิดอะไรขึ้น").fill(STORY)
    phone.page.get_by_role("link", name="ออกจากหน้านี้ทันที").click()
    phone.page.wait_for_url(re.compile(r"/a/example/$"))
    text = phone.page.inner_text("body")
    assert STORY not in text
    assert "แจ้งเบาะแสทุจริต" not in text


@pytest.fixture
def flooded(
    db: Database, blobs: BlobFolder, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """A town where one report is a flood; its address."""
    monkeypatch.setattr(floods, "MANY", 1)
    app = Flask("flooded")
    app.config.update(SECRET_KEY="invented for tests", SESSION_COOKIE_SECURE=False)
    Services(db, blobs).install(app.extensions)
    register(app)
    Visitor(app).reports()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/a/makham"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
def test_in_a_flood_a_script_works_and_who_has_none_is_asked_to_wait(
    chromium: Browser, flooded: str, script: bool
) -> None:
    context = chromium.new_context(viewport=PHONE, locale="th-TH", java_script_enabled=script)
    page = context.new_page()
    page.goto(f"{flooded}/report")
    page.locator("button[value=suggestion]").click()
    page.get_by_label("อยากเสนอแนะเรื่องอะไร").fill("ปลูกต้นไม้เพิ่ม")
    page.get_by_label("ไม่เปิดเผยตัวตน").check()
    page.get_by_role("button", name="ตรวจสอบก่อนส่ง", exact=True).click()
    told = page.locator("[data-work-told]")
    expect(told).to_be_visible()
    if script:
        page.get_by_role("button", name="ยืนยัน ส่งเรื่อง").click()  # it waits for the work
        page.locator(".code").wait_for(timeout=PATIENCE)
    else:
        expect(told).to_contain_text("แล้วกดส่งอีกครั้ง")
        page.get_by_role("button", name="ยืนยัน ส่งเรื่อง").click()
        expect(told).to_contain_text("แล้วกดส่งอีกครั้ง")
        expect(page.get_by_role("main")).to_contain_text("ปลูกต้นไม้เพิ่ม")
    context.close()
