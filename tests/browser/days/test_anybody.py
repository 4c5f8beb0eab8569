"""What happens to anybody in a day: a session ends, two work on one case, something new comes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from models.database import Database
from tests.browser.days.conftest import Comes
from tests.browser.days.walking import days_since_noon, marker
from tests.desk.factors import give_authenticator
from tests.desk.world import World, complain
from tests.offices import PASSWORD, Offices

pytestmark = pytest.mark.browser
STORY = "ไฟทางหน้าศาลาประชาคมดับมาสามวัน"
LONG = "เรียนผู้ร้อง กองช่างได้ออกสำรวจแล้วเมื่อเช้านี้\n\n" + "พบว่าสายไฟใต้ดินชำรุด " * 40 + "\nด้วยความเคารพ"


def test_a_long_answer_outlives_the_session_that_it_was_begun_in(
    comes: Comes, db: Database, offices: Offices, world: World
) -> None:
    phone = give_authenticator(db, offices.makham.people["officer"])
    officer, elsewhere = comes("officer"), comes("officer", wide=True)
    officer.goes_to("เรื่องร้องเรียน")
    officer.follows(marker(world.general))
    officer.writes("คำตอบถึงผู้ร้อง", LONG)
    officer.box(re.compile("เป็นคำตอบสุดท้าย")).uncheck()
    # The same person, at the computer, leaves everywhere.
    elsewhere.opens("")
    elsewhere.page.get_by_role("link", name=re.compile("บัญชีของฉัน")).first.click()
    elsewhere.presses("ออกจากระบบทุกเครื่อง")
    elsewhere.reads("เข้าสู่ระบบเจ้าหน้าที่")

    officer.presses("บันทึกคำตอบ")
    officer.reads("ข้อความที่ท่านเขียนไว้ยังอยู่", "แต่ยังไม่ได้บันทึก")
    officer.writes("รหัสหน่วยงาน", "makham")
    officer.writes("ชื่อผู้ใช้", "officer")
    officer.writes("รหัสผ่าน", "not it this time")
    officer.presses("เข้าสู่ระบบ")
    officer.reads("ข้อมูลเข้าสู่ระบบไม่ถูกต้อง", "ข้อความที่ท่านเขียนไว้ยังอยู่")
    officer.writes("รหัสผ่าน", PASSWORD)
    officer.presses("เข้าสู่ระบบ")
    officer.writes(re.compile("6"), phone.wrong())
    officer.presses("ยืนยัน")
    officer.writes(re.compile("6"), phone.code())
    officer.presses("ยืนยัน")
    officer.reads("กองช่างได้ออกสำรวจแล้วเมื่อเช้านี้", "ด้วยความเคารพ")
    other = comes("admin")  # nothing is sent without the click
    other.goes_to("เรื่องร้องเรียน")
    other.follows(marker(world.general))
    other.does_not_read("กองช่างได้ออกสำรวจ")
    officer.presses("ทำรายการนี้ต่อ")
    officer.reads("กองช่างได้ออกสำรวจแล้วเมื่อเช้านี้", within=officer.part("ความเคลื่อนไหว"))
    officer.reads("กำลังตรวจสอบ", within=officer.main.get_by_role("heading", level=1))
    other.page.reload()
    other.reads("ด้วยความเคารพ")


def test_two_officers_write_on_one_case_and_the_second_loses_nothing(
    comes: Comes, world: World
) -> None:
    first, second = comes("officer"), comes("admin", wide=True)
    for one in (first, second):
        one.goes_to("เรื่องร้องเรียน")
        one.follows(marker(world.general))
    second.writes("คำตอบถึงผู้ร้อง", "อยู่ระหว่างสำรวจ จะแจ้งผลภายในเจ็ดวัน")
    second.box(re.compile("เป็นคำตอบสุดท้าย")).uncheck()
    first.writes("คำตอบถึงผู้ร้อง", "ซ่อมเสร็จแล้วเมื่อวานนี้ครับ")
    first.presses("บันทึกคำตอบ")
    first.reads("ตอบแล้ว", within=first.main.get_by_role("heading", level=1))

    second.presses("บันทึกคำตอบ")
    news = second.main.get_by_role("status", name="สิ่งที่เปลี่ยนไปหลังจากท่านเปิดหน้านี้")
    second.reads("ซ่อมเสร็จแล้วเมื่อวานนี้ครับ", "เจ้าหน้าที่รับเรื่อง", within=news)
    expect(second.box("คำตอบถึงผู้ร้อง")).to_have_value("อยู่ระหว่างสำรวจ จะแจ้งผลภายในเจ็ดวัน")
    first.page.reload()
    first.does_not_read("จะแจ้งผลภายในเจ็ดวัน")

    # A note takes nothing from anybody's words: it is kept, whatever came meanwhile.
    first.writes("บันทึกภายใน", "โทรแจ้งผู้ร้องแล้วด้วย")
    second.writes("คำตอบถึงผู้ร้อง", "ขอบคุณที่แจ้งครับ")
    second.presses("บันทึกคำตอบ")
    second.reads("ขอบคุณที่แจ้งครับ", within=second.part("ความเคลื่อนไหว"))
    first.presses("เพิ่มบันทึก")
    first.reads("โทรแจ้งผู้ร้องแล้วด้วย", "ขอบคุณที่แจ้งครับ")


def test_two_officers_move_a_case_at_once_and_the_second_is_told(
    comes: Comes, world: World
) -> None:
    first, second = comes("officer"), comes("admin")
    for one in (first, second):
        one.goes_to("เรื่องร้องเรียน")
        one.follows(marker(world.general))
        one.picks("เปลี่ยนสถานะเป็น", "ผู้ร้องถอนเรื่อง")
        one.writes("เหตุผล", f"ผู้ร้องโทรมาถอน {one is first}")
    first.presses("บันทึกสถานะ")
    first.reads("ผู้ร้องถอนเรื่อง", within=first.main.get_by_role("heading", level=1))
    second.presses("บันทึกสถานะ")
    second.reads("สิ่งที่เปลี่ยนไปหลังจากท่านเปิดหน้านี้", "ผู้ร้องโทรมาถอน True")
    expect(second.box("เหตุผล")).to_have_value("ผู้ร้องโทรมาถอน False")


def test_what_comes_while_the_log_is_open_shows_without_a_reload(
    comes: Comes, db: Database, offices: Offices
) -> None:
    officer = comes("officer")
    officer.page.clock.install()
    officer.goes_to("เรื่องร้องเรียน")
    officer.does_not_read("ไฟทางหน้าศาลาประชาคม")
    officer.page.evaluate("window.kept = 'the same page'")
    complain(db, offices.makham, what=STORY, days_ago=-days_since_noon())
    officer.page.clock.run_for(21_000)
    officer.reads("ไฟทางหน้าศาลาประชาคม")
    assert officer.page.evaluate("window.kept") == "the same page"
