"""An officer's day, part one: the morning's new case, from the door to its end."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from models.database import Database
from tests.browser.days.conftest import Comes
from tests.browser.days.walking import days_since_noon, marker
from tests.desk.factors import give_authenticator
from tests.desk.world import complain
from tests.offices import PASSWORD, Offices

pytestmark = pytest.mark.browser
STORY = "ไฟทางหน้าศาลาประชาคมดับมาสามวัน เดินกลับบ้านตอนค่ำมองไม่เห็นทาง"
THEIRS = "ท่อประปาหน้าวัดบางพระแตก น้ำไหลนองถนน"


def test_an_officer_comes_in_with_password_and_code_and_finds_the_mornings_case(
    comes: Comes, db: Database, offices: Offices
) -> None:
    phone = give_authenticator(db, offices.makham.people["officer"])
    new = -days_since_noon()
    case = complain(db, offices.makham, what=STORY, days_ago=new)
    complain(db, offices.bangphra, what=THEIRS, days_ago=new)

    officer = comes()
    officer.opens("complaints")  # a bookmark of yesterday
    officer.reads("เข้าสู่ระบบเจ้าหน้าที่")
    officer.writes("รหัสหน่วยงาน", "makham")
    officer.writes("ชื่อผู้ใช้", "officer")
    officer.writes("รหัสผ่าน", "a wrong pass phrase")
    officer.presses("เข้าสู่ระบบ")
    officer.reads("ข้อมูลเข้าสู่ระบบไม่ถูกต้อง")
    officer.writes("รหัสผ่าน", PASSWORD)
    officer.presses("เข้าสู่ระบบ")
    officer.reads("ยืนยันตัวตน")
    officer.writes(re.compile("6"), phone.code())
    officer.presses("ยืนยัน")
    expect(officer.page).to_have_url(re.compile(r"/desk/complaints$"))
    officer.reads("ไฟทางหน้าศาลาประชาคม")

    officer.goes_to("หน้าแรก")
    officer.follows(re.compile("เรื่องร้องเรียนใหม่"))
    officer.reads("ไฟทางหน้าศาลาประชาคม")
    officer.does_not_read("ท่อประปา", "เรียกรับเงินใต้โต๊ะ")
    officer.follows(marker(case))
    officer.reads(STORY, "นายพลเมือง ดีงาม", "000-111-2222")
    officer.page.locator("details.fold > summary").click()
    officer.page.get_by_role("button", name="ออกจากระบบ").locator("visible=true").click()
    officer.reads("เข้าสู่ระบบเจ้าหน้าที่")
    officer.page.go_back()
    officer.does_not_read(STORY)


def test_an_officer_filters_the_log_and_keeps_the_filters_under_a_name(
    comes: Comes, db: Database, offices: Offices
) -> None:
    complain(db, offices.makham, what=STORY, days_ago=-days_since_noon())
    officer, colleague = comes("officer"), comes("admin")
    officer.goes_to("เรื่องร้องเรียน")
    officer.unfolds("ค้นและกรอง")
    officer.writes("คำค้น", "ศาลาประชาคม")
    officer.picks("สถานะ", "รับเรื่องแล้ว")
    officer.writes("รับตั้งแต่วันที่ (พ.ศ.)", "31/2/2569")
    officer.presses("แสดง")
    wrong = officer.box("รับตั้งแต่วันที่ (พ.ศ.)")
    expect(wrong).to_be_visible()
    expect(wrong).to_be_focused()
    officer.writes("รับตั้งแต่วันที่ (พ.ศ.)", "1/10/2566")
    officer.presses("แสดง")
    officer.reads("ไฟทางหน้าศาลาประชาคม", "ใช้อยู่ 3 ข้อ")
    officer.does_not_read("ถนนเป็นหลุม")

    officer.unfolds("มุมมองที่บันทึกไว้")
    officer.writes("บันทึกตัวกรองนี้เป็นมุมมองชื่อ", "ไฟทางที่ยังไม่ตอบ")
    officer.ticks("ให้ทุกคนในหน่วยงานใช้ได้")
    officer.presses("บันทึกมุมมอง")
    officer.reads("บันทึกมุมมองแล้ว")

    colleague.goes_to("เรื่องร้องเรียน")
    colleague.unfolds("มุมมองที่บันทึกไว้")
    colleague.follows("ไฟทางที่ยังไม่ตอบ")
    colleague.reads("ไฟทางหน้าศาลาประชาคม")
    colleague.does_not_read("ถนนเป็นหลุม")
    colleague.follows(re.compile("ศาลาประชาคม.*นำออก"))
    colleague.reads("ไฟทางหน้าศาลาประชาคม", "ใช้อยู่ 2 ข้อ")

    stranger = comes("officer", office="bangphra")
    stranger.goes_to("เรื่องร้องเรียน")
    stranger.does_not_read("ไฟทาง")


def test_an_officer_takes_a_case_answers_it_from_a_template_and_closes_it(
    comes: Comes, db: Database, offices: Offices
) -> None:
    case = complain(db, offices.makham, what=STORY, days_ago=-days_since_noon())
    officer = comes("officer", wide=True)
    officer.goes_to("เรื่องร้องเรียน")
    officer.follows(marker(case))
    officer.follows("จัดการแบบคำตอบ")
    officer.follows("เพิ่มแบบคำตอบ")
    officer.writes("ชื่อแบบคำตอบ", "รับเรื่องแล้ว")
    officer.writes("ข้อความ", "รับเรื่อง {เลขเรือง} ไว้แล้ว จะแจ้งผลภายใน {กำหนดแจ้งผล}")
    officer.presses("บันทึก")
    officer.reads("เลขเรือง")  # the mistyped one is named, and nothing that was typed is lost
    officer.writes("ข้อความ", "รับเรื่อง {เลขเรื่อง} ไว้แล้ว จะแจ้งผลภายใน {กำหนดแจ้งผล}")
    officer.presses("บันทึก")
    officer.reads("บันทึกแบบคำตอบแล้ว")

    officer.goes_to("เรื่องร้องเรียน")
    officer.follows(marker(case))
    officer.presses("รับเรื่องนี้เอง")
    officer.reads("เจ้าหน้าที่รับเรื่อง", within=officer.part("ผู้รับผิดชอบ"))
    officer.writes("คำตอบถึงผู้ร้อง", "เรียนผู้ร้อง")
    officer.picks("แบบคำตอบ", "รับเรื่องแล้ว")
    officer.presses("เติมลงในช่อง")
    box = officer.box("คำตอบถึงผู้ร้อง")
    expect(box).to_have_value(re.compile(f"เรียนผู้ร้อง.*รับเรื่อง {marker(case)} ไว้แล้ว", re.DOTALL))
    officer.reads("ยังไม่ได้ส่ง")
    officer.box(re.compile("เป็นคำตอบสุดท้าย")).uncheck()
    officer.presses("บันทึกคำตอบ")
    officer.reads(f"รับเรื่อง {marker(case)} ไว้แล้ว", within=officer.part("ความเคลื่อนไหว"))
    officer.reads("กำลังตรวจสอบ", within=officer.main.get_by_role("heading", level=1))

    officer.writes("บันทึกภายใน", "โทรแจ้งช่างไฟฟ้าแล้ว นัดบ่ายสอง")
    officer.presses("เพิ่มบันทึก")
    officer.follows("บันทึกภายใน", within=officer.part("ความเคลื่อนไหว"))
    officer.reads("นัดบ่ายสอง", "ผู้ร้องไม่เห็น")
    officer.does_not_read("เรียนผู้ร้อง")

    officer.picks("เปลี่ยนสถานะเป็น", "ปิดเรื่อง")
    officer.presses("บันทึกสถานะ")
    officer.reads("กรุณากรอกเหตุผล")
    officer.writes("เหตุผล", "เปลี่ยนหลอดแล้ว ผู้ร้องยืนยันทางโทรศัพท์")
    officer.presses("บันทึกสถานะ")
    officer.reads("ปิดเรื่อง", within=officer.main.get_by_role("heading", level=1))
    officer.reads("เรื่องนี้จบแล้ว หากต้องการตอบเพิ่ม")
    officer.goes_to("หน้าแรก")
    officer.reads("สิ่งที่รอท่านอยู่")
