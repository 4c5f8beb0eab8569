"""On a phone: two neighbours report the same hole, one follows it up, a foreigner reports too."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from bot.demo import town as example
from tests.browser.test_scenes import Phone
from tests.served import ServedTown

pytestmark = pytest.mark.browser


def reports(phone: Phone, story: str, place: str) -> None:
    phone.says("เมนู", "เลือกเรื่องที่ต้องการ")
    phone.taps("แจ้งเรื่องร้องเรียน", "ประเภทใด")
    phone.taps("แจ้งปัญหา", "ต้องการแจ้งเรื่องอะไร")
    phone.says(story, "อยู่ที่ไหน")
    phone.says(place, "มีรูปหรือไฟล์")
    phone.taps("ไม่มีแล้ว", "ต้องการให้เจ้าหน้าที่รู้จักท่านอย่างไร")


def code_on(phone: Phone) -> str:
    found = re.search(r"\d{4} \d{4} \d{4} \d{4}", phone.from_bot().last.inner_text())
    assert found
    return found.group()


def test_neighbours_and_a_foreigner_report_and_follow_up(page: Page, served: ServedTown) -> None:
    phone = Phone(page, served)
    phone.open_chat(example.CITIZEN)
    reports(phone, "ถนนหน้าวัดเป็นหลุมลึกมาก", "หน้าวัดกลาง")
    phone.taps("ปกปิดชื่อ", "ยินยอมไหมคะ")
    phone.taps("ยินยอม", "ตรวจสอบก่อนส่ง")
    phone.fits_the_phone()
    phone.taps("ยืนยัน", "รับเรื่องแล้ว")
    code = code_on(phone)
    phone.says(code, "ความคืบหน้าของเรื่อง")
    phone.fits_the_phone()
    phone.taps("สอบถามเพิ่ม", "พิมพ์คำถามถึงเจ้าหน้าที่")
    phone.says("จะมาซ่อมวันไหนคะ", "ส่งเพิ่มได้อีก")
    phone.taps("ส่ง", "ส่งให้เจ้าหน้าที่ผู้ดูแลเรื่องแล้ว")

    phone.open_chat(example.SECOND_CITIZEN)
    reports(phone, "ถนนหน้าวัดเป็นหลุม", "หน้าวัดกลาง")
    phone.taps("ไม่เปิดเผยตัวตน", "มีผู้แจ้งเรื่องคล้ายกันไว้แล้ว")
    phone.fits_the_phone()
    phone.taps("เรื่องเดียวกัน", "ตรวจสอบก่อนส่ง")
    phone.taps("ยืนยัน", "รวมกับเรื่องที่มีผู้แจ้งไว้แล้ว")

    phone.says("English", "Report corruption")
    phone.says("1111 1111 1111 1111", "digit of this code is wrong")
    phone.fits_the_phone()
