"""The four scenes in a real browser: the chat page as on a phone, and the desk."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.demo import town as example
from tests.browser.conftest import PHONE
from tests.browser.signing_in import sign_in
from tests.chat.test_reports import photo
from tests.served import ServedTown

pytestmark = pytest.mark.browser


class Phone:
    """The chat page, as a person uses it."""

    def __init__(self, page: Page, town: ServedTown) -> None:
        self.page = page
        page.goto(f"{town.base}/simulator/")

    def open_chat(self, chat: str) -> None:
        self.page.locator(f'[data-testid="chat-entry"][data-chat="{example.SLUG}/{chat}"]').click()
        expect(self.page.get_by_test_id("message-input")).to_be_visible()

    def from_bot(self) -> Locator:
        return self.page.locator('[data-testid="message"][data-sender="bot"]')

    def says(self, text: str, answer: str) -> None:
        self.page.get_by_test_id("message-input").fill(text)
        self.page.get_by_test_id("send-button").click()
        self.hears(answer)

    def taps(self, label: str, answer: str) -> None:
        """The newest button or quick reply of that label."""
        button = self.page.locator(
            '[data-testid="quick-reply"], [data-testid="action"]', has_text=label
        )
        button.last.click()
        self.hears(answer)

    def hears(self, answer: str) -> None:
        expect(self.from_bot().last).to_contain_text(answer)

    def fits_the_phone(self) -> None:
        width = self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"]


def test_a_day_in_the_example_town(page: Page, served: ServedTown, tmp_path: Path) -> None:
    phone = Phone(page, served)
    phone.open_chat(example.CITIZEN)
    phone.says("จ่ายค่าขยะเดือนละเท่าไหร่", "ขยะ")
    phone.fits_the_phone()

    phone.says("สวัสดีค่ะ", "แจ้งเบาะแสทุจริต")
    phone.taps("แจ้งเบาะแสทุจริต", "เกิดอะไรขึ้น")
    phone.says("มีการเรียกเงินค่าตรวจแบบ", "เกิดที่ไหน")
    phone.taps("ย้อนกลับ", "เกิดอะไรขึ้น")
    phone.taps("ข้าม", "เกิดที่ไหน")
    phone.says("ที่กองช่าง", "เกิดเมื่อไร")
    phone.says("เมื่อวานนี้", "ใครเกี่ยวข้อง")
    phone.says("ไม่ทราบชื่อ", "จะไม่แสดงเรื่องนี้ต่อ: กองช่าง")
    phone.taps("ไม่มีแล้ว", "มีหลักฐานไหม")
    evidence = tmp_path / "photo.jpg"
    evidence.write_bytes(photo())
    page.get_by_test_id("photo-file").set_input_files(evidence)
    phone.hears("ได้รับไฟล์รายการที่ 1")
    phone.taps("ไม่มีแล้ว", "ต้องการให้เจ้าหน้าที่รู้จักท่านอย่างไร")
    phone.taps("ไม่เปิดเผยตัวตน", "ตรวจสอบก่อนส่ง")
    phone.taps("ยืนยัน", "รับเรื่องแล้ว")
    code = re.search(r"\d{4} \d{4} \d{4} \d{4}", phone.from_bot().last.inner_text())
    assert code
    phone.fits_the_phone()
    phone.says(code.group(), "ความคืบหน้าของเรื่อง")

    served.command("tick", "--at", "2023-03-31T09:00")
    phone.open_chat(example.OFFICER)
    phone.hears("มีมาตรการรอรายงานผล")
    phone.taps("เสร็จแล้ว", "บันทึกแล้ว")
    phone.says("ดำเนินการครบถ้วน", "เพิ่มข้อความลงในรายงานแล้ว")
    phone.fits_the_phone()
    phone.open_chat(example.GROUP)
    phone.hears("มีมาตรการรอรายงานผล")

    sign_in(page, served.base, "integrity")
    page.goto(f"{served.base}/desk/complaints")
    expect(page.locator("main")).to_contain_text("มีการเรียกเงินค่าตรวจแบบ")
    expect(page.locator("main")).to_contain_text("ไม่ประสงค์ออกนาม")
    phone.fits_the_phone()
    page.goto(f"{served.base}/desk/measures")
    expect(page.locator("main")).to_contain_text("รายงานแล้ว")
    phone.fits_the_phone()
