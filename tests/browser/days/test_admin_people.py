"""An admin's day, part one: people come, divisions change, the office speaks in its own words."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from models.database import Database
from tests.browser.days.conftest import Comes
from tests.browser.days.walking import today, typed
from tests.desk.factors import Authenticator
from tests.desk.test_delivery_and_audit import _fail_an_event
from tests.offices import PASSWORD, Offices

pytestmark = pytest.mark.browser
NEW_PASSWORD = "a pass phrase of the new one"


def test_an_admin_invites_somebody_who_then_comes_in(comes: Comes) -> None:
    admin = comes("admin", fresh=False)
    admin.goes_to("บุคลากร")
    admin.follows("เพิ่มเจ้าหน้าที่")
    admin.writes("ชื่อที่แสดง", "เจ้าหน้าที่รับเรื่องคนใหม่")
    admin.writes("ชื่อผู้ใช้", "officer")  # there is one
    admin.picks("บทบาท", "เจ้าหน้าที่รับเรื่อง")
    admin.presses("เพิ่มเจ้าหน้าที่")
    admin.reads("ยืนยันรหัสผ่านอีกครั้ง", "สิ่งที่ท่านกรอกไว้ยังอยู่")
    admin.writes("รหัสผ่านของท่าน", PASSWORD)
    admin.presses("ยืนยัน")
    admin.presses("ทำรายการนี้ต่อ")
    expect(admin.box("ชื่อผู้ใช้")).to_be_focused()
    expect(admin.box("ชื่อที่แสดง")).to_have_value("เจ้าหน้าที่รับเรื่องคนใหม่")
    admin.writes("ชื่อผู้ใช้", "officer-2")
    admin.presses("เพิ่มเจ้าหน้าที่")
    admin.reads("เพิ่ม เจ้าหน้าที่รับเรื่องคนใหม่ แล้ว")
    admin.presses("ออกรหัสเชิญ")
    admin.reads("รหัสนี้แสดงครั้งเดียว")
    code = admin.main.locator(".marker").first.inner_text()
    expect(admin.part("ข้อความส่งให้เจ้าตัว").get_by_role("textbox")).to_have_value(
        re.compile(rf"{code}.*officer-2 รหัสหน่วยงาน makham", re.DOTALL)
    )

    new = comes()
    new.opens("sign-in")
    new.follows("ตั้งรหัสผ่านด้วยรหัสเชิญ")
    new.writes("รหัสหน่วยงาน", "makham")
    new.writes("รหัสเชิญ", code)
    new.presses("ต่อไป")
    new.reads("เจ้าหน้าที่รับเรื่องคนใหม่")
    new.writes("ตั้งรหัสผ่าน", "officer-2")
    new.presses("ตั้งรหัสผ่าน")
    new.reads("รหัสผ่าน")
    new.writes("ตั้งรหัสผ่าน", NEW_PASSWORD)
    new.presses("ตั้งรหัสผ่าน")
    new.reads("ตั้งรหัสผ่านแล้ว เข้าสู่ระบบด้วยชื่อผู้ใช้ officer-2 ได้เลย")
    new.writes("รหัสหน่วยงาน", "makham")
    new.writes("ชื่อผู้ใช้", "officer-2")
    new.writes("รหัสผ่าน", NEW_PASSWORD)
    new.presses("เข้าสู่ระบบ")
    new.reads("ตั้งแอปยืนยันตัวตน")
    app = Authenticator.from_page(new.page.content())
    new.writes(re.compile("6"), app.wrong())
    new.presses("ยืนยันและตั้งแอป")
    new.reads("ตัวเลขไม่ตรง ยังไม่ได้ตั้ง")
    app = Authenticator.from_page(new.page.content())
    new.writes(re.compile("6"), app.code())
    new.presses("ยืนยันและตั้งแอป")
    new.reads("จดรหัสสำรองไว้", "รหัสสำรอง 10 รหัส")
    new.follows("จดไว้แล้ว ไปต่อ")
    new.reads("สิ่งที่รอท่านอยู่")
    new.goes_to("เรื่องร้องเรียน")
    new.reads("ถนนเป็นหลุม")

    # The one invited leaves again: their open page ends with the admin's click.
    admin.follows("ส่งแล้ว กลับไปหน้าเจ้าหน้าที่")
    admin.unfolds("พ้นหน้าที่")
    admin.presses("ยืนยันว่าพ้นหน้าที่")
    admin.reads("พ้นหน้าที่แล้ว")
    new.page.reload()
    new.reads("เข้าสู่ระบบเจ้าหน้าที่")


def test_a_division_gets_another_name_and_everybody_reads_it(comes: Comes) -> None:
    admin = comes("admin")
    admin.goes_to("ส่วนราชการ")
    admin.follows("กองช่าง")
    admin.reads("ยังเลิกใช้ไม่ได้ เพราะยังมี")
    admin.writes("ชื่อส่วนราชการ", "กองคลัง")
    admin.presses("เปลี่ยนชื่อ")
    expect(admin.box("ชื่อส่วนราชการ")).to_be_focused()
    admin.writes("ชื่อส่วนราชการ", "กองช่างและสาธารณูปโภค")
    admin.presses("เปลี่ยนชื่อ")
    admin.reads("กองช่างและสาธารณูปโภค")
    admin.reads("กองช่าง", within=admin.part("ชื่อเรียกอื่น"))
    works, theirs = comes("works"), comes("admin", office="bangphra")
    works.goes_to("มาตรการ")
    works.reads("กองช่างและสาธารณูปโภค")
    theirs.goes_to("ส่วนราชการ")
    theirs.reads("กองช่าง")
    theirs.does_not_read("สาธารณูปโภค")
    admin.goes_to("ส่วนราชการ")
    admin.writes("ชื่อส่วนราชการ", "กองการประปา")
    admin.presses("เพิ่ม")
    admin.reads("เพิ่มกองการประปาแล้ว")
    admin.follows("กองการประปา")
    admin.presses("เลิกใช้")
    admin.reads("เลิกใช้แล้ว")


def test_an_admin_sets_the_offices_words_off_days_and_retention(comes: Comes, db: Database) -> None:
    admin = comes("admin")
    admin.goes_to("ตั้งค่า")
    admin.follows("ข้อความของหน่วยงาน")
    admin.follows(re.compile("^ข้อความต้อนรับ|^คำทักทาย"))
    admin.writes("ข้อความ", "สวัสดีค่ะ {หน่วยงาน ยินดีให้บริการ")
    admin.presses("บันทึก")
    expect(admin.box("ข้อความ")).to_have_value(re.compile("ยินดีให้บริการ"))
    expect(admin.box("ข้อความ")).to_be_focused()
    admin.writes("ข้อความ", "สวัสดีค่ะ {หน่วยงาน} ยินดีให้บริการ")
    admin.presses("ดูตัวอย่าง")
    admin.reads("สวัสดีค่ะ เทศบาลตำบลมะขาม ยินดีให้บริการ", "ยังไม่ได้บันทึก")
    admin.presses("บันทึก")
    admin.reads("บันทึกข้อความแล้ว")

    admin.goes_to("ตั้งค่า")
    admin.follows(re.compile("การเตือน"))
    admin.writes("วันแรก", "32/13/2569")
    admin.writes("ชื่อวันหยุด", "งานประจำปีวัดมะขาม")
    admin.presses("เพิ่มวันหยุด")
    expect(admin.box("วันแรก")).to_be_focused()
    expect(admin.box("ชื่อวันหยุด")).to_have_value("งานประจำปีวัดมะขาม")
    # A whole week: whatever today is, some of its days are working days.
    admin.writes("วันแรก", typed(today() + timedelta(days=30)))
    admin.writes("วันสุดท้าย", typed(today() + timedelta(days=36)))
    admin.presses("เพิ่มวันหยุด")
    admin.reads("งานประจำปีวัดมะขาม")

    admin.goes_to("ตั้งค่า")
    admin.follows("ระยะเวลาเก็บรักษา")
    choice = admin.box("เรื่องร้องเรียนที่จบแล้ว")
    choice.select_option(index=1)
    admin.presses("ต่อไป")
    admin.reads("ยืนยันการลบตามกำหนด", "ยังไม่ได้บันทึก", "คืนถัดไปจะลบ")
    admin.follows("ยกเลิก ไม่เปลี่ยนอะไร")
    admin.box("เรื่องร้องเรียนที่จบแล้ว").select_option(index=1)
    admin.presses("ต่อไป")
    admin.presses("ยืนยัน ให้ลบตามนี้")
    admin.reads("บันทึกระยะเวลาเก็บรักษาแล้ว")
    admin.goes_to("บันทึกการใช้งาน")
    admin.reads("ระยะเวลาเก็บรักษา", "วันหยุดของหน่วยงาน")


def test_a_failed_message_is_tried_again(comes: Comes, db: Database, offices: Offices) -> None:
    _fail_an_event(db, offices.makham, "01OURS")
    _fail_an_event(db, offices.bangphra, "01THEIRS")
    admin = comes("admin")
    admin.opens("")
    admin.follows(re.compile("ข้อความที่รับหรือส่งไม่สำเร็จ"))
    admin.follows(re.compile("ข้อความเข้าที่ไม่สำเร็จ"))
    expect(admin.main.get_by_role("row")).to_have_count(2)
    admin.presses(re.compile("^ลองใหม่ ข้อความลำดับที่"))
    admin.reads("ส่งข้อความนี้เข้าคิวอีกครั้งแล้ว", "ไม่มี ข้อความเข้าทุกข้อความประมวลผลได้ตามปกติ")
    theirs = comes("admin", office="bangphra")
    theirs.goes_to("การรับส่งข้อความ")
    theirs.follows(re.compile("ข้อความเข้าที่ไม่สำเร็จ"))
    expect(theirs.main.get_by_role("row")).to_have_count(2)
