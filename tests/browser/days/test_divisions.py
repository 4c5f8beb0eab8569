"""A division's day: its staff answer what is due and work on cases, its head decides."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from domain.calendar import short_date
from models.database import Database
from tests.browser.days.conftest import Comes
from tests.browser.days.walking import days_since_noon, marker, today, typed
from tests.desk.cases import a_picture
from tests.desk.rounds import a_round
from tests.desk.world import World, complain
from tests.offices import Offices

pytestmark = pytest.mark.browser
LAMP = "ไฟทางหน้าตลาดดับทั้งแถว"


def test_reception_hands_a_case_to_a_division_whose_staff_and_head_answer_it(
    comes: Comes, db: Database, offices: Offices
) -> None:
    case = complain(db, offices.makham, what=LAMP, days_ago=-days_since_noon())
    reception, staff, head = comes("officer"), comes("finance"), comes("finance_head")
    reception.goes_to("เรื่องร้องเรียน")
    reception.follows(marker(case))
    reception.unfolds("ส่งให้ส่วนราชการ")
    reception.picks("ส่งให้ส่วนราชการ", "กองคลัง")
    reception.presses("บันทึกส่วนราชการ")
    reception.reads("กองคลัง", within=reception.part("ผู้รับผิดชอบ"))

    staff.goes_to("เรื่องร้องเรียน")
    staff.reads("ไฟทางหน้าตลาด")
    staff.does_not_read("ถนนเป็นหลุม")  # nobody handed them that one
    staff.follows(marker(case))
    expect(staff.box("คำตอบถึงผู้ร้อง")).to_have_count(0)
    staff.writes("ร่างคำตอบถึงผู้ร้อง", "ตั้งงบซ่อมแล้ว จะเปลี่ยนหลอดภายในวันศุกร์")
    staff.presses("เสนอเป็นร่างคำตอบ")
    staff.reads("ตั้งงบซ่อมแล้ว", "ผู้ร้องไม่เห็น")

    head.goes_to("เรื่องร้องเรียน")
    head.follows(marker(case))
    head.unfolds("มอบหมายให้ผู้อื่น")
    head.picks("ผู้รับผิดชอบ", "เจ้าหน้าที่กองคลัง (เจ้าหน้าที่ส่วนราชการ)")
    head.presses("บันทึกผู้รับผิดชอบ")
    head.reads("เจ้าหน้าที่กองคลัง", within=head.part("ผู้รับผิดชอบ"))
    staff.goes_to("หน้าแรก")
    staff.follows(re.compile("1 เรื่อง เรื่องของฉัน$"))
    staff.follows(marker(case))
    head.follows("นำร่างนี้ไปตอบผู้ร้อง")
    expect(head.box("คำตอบถึงผู้ร้อง")).to_have_value("ตั้งงบซ่อมแล้ว จะเปลี่ยนหลอดภายในวันศุกร์")
    head.writes("คำตอบถึงผู้ร้อง", "ขออภัยในความไม่สะดวก จะเปลี่ยนหลอดภายในวันศุกร์ครับ")
    head.presses("บันทึกคำตอบ")
    head.reads("ตอบแล้ว", within=head.main.get_by_role("heading", level=1))

    for one in (staff, reception):
        one.page.reload()
        one.reads("ขออภัยในความไม่สะดวก")
    works = comes("works")
    works.goes_to("เรื่องร้องเรียน")
    works.does_not_read("ไฟทางหน้าตลาด")
    works.opens(f"complaints/{case}", status=404)


def test_a_division_answers_with_a_file_and_what_lacks_is_told_before(
    comes: Comes, db: Database, offices: Offices, world: World, tmp_path: Path
) -> None:
    due = today() + timedelta(days=5)
    a_round(db, offices.makham, due, "works", title="ทบทวนคู่มือใช้ครุภัณฑ์")
    a_round(db, offices.bangphra, due, "works", title="ของหน่วยงานอื่น")
    photo = tmp_path / "คู่มือ.png"
    photo.write_bytes(a_picture())
    works = comes("works")
    works.goes_to("มาตรการ")
    works.does_not_read("ของหน่วยงานอื่น")
    works.follows("กระดานสถานะ")
    works.unfolds("ใกล้ครบกำหนด")
    works.follows(re.compile("ทบทวนคู่มือใช้ครุภัณฑ์"))
    works.follows("รายงานผล")
    works.presses("บันทึกรายงานผล")
    works.reads("กรุณาเลือกผลการดำเนินการ")
    works.ticks("ติดปัญหา")
    works.presses("บันทึกรายงานผล")
    works.reads("กรุณากรอกว่าติดปัญหาอะไร")
    works.ticks("เสร็จแล้ว")
    works.writes(re.compile("^สรุปผล"), "ทบทวนคู่มือและประกาศใช้แล้ว")
    works.box("ไฟล์หลักฐาน (ถ้ามี)").set_input_files(photo)
    works.presses("บันทึกรายงานผล")
    works.reads("ทบทวนคู่มือและประกาศใช้แล้ว", "เจ้าหน้าที่กองช่าง", "รายงานแล้ว")
    works.takes_file(re.compile("ดาวน์โหลด"))
    works.goes_to("มาตรการ")
    works.follows("กระดานสถานะ")
    works.unfolds("รายงานแล้ว")
    works.reads("ทบทวนคู่มือใช้ครุภัณฑ์")

    # The head of another division has no say in it, and does not see it.
    head = comes("finance_head")
    head.goes_to("มาตรการ")
    head.does_not_read("ทบทวนคู่มือใช้ครุภัณฑ์")


def test_a_division_asks_for_another_day_and_the_clerk_grants_it(
    comes: Comes, db: Database, offices: Offices
) -> None:
    due, wished = today() + timedelta(days=5), today() + timedelta(days=20)
    a_round(db, offices.makham, due, "finance", title="เผยแพร่งบการเงิน")
    head = comes("finance_head")
    head.goes_to("มาตรการ")
    head.writes("คำในชื่อมาตรการ", "งบการเงิน")
    head.presses("แสดงรายการ")
    head.follows(re.compile("^เปิดดู"))
    head.follows("รายงานผล")
    head.ticks("ขอเลื่อน")
    head.writes(re.compile("^ขอเลื่อนเป็นวันที่"), typed(due))
    head.presses("บันทึกรายงานผล")
    head.reads("กรุณากรอกเหตุผลที่ขอเลื่อน", "ต้องอยู่หลังวันครบกำหนดเดิม")
    head.writes(re.compile("^ขอเลื่อนเป็นวันที่"), typed(wished))
    head.writes(re.compile("^สรุปผล"), "ผู้สอบบัญชีขอเวลาเพิ่ม")
    head.presses("บันทึกรายงานผล")
    head.reads("ท่านเป็นผู้ขอเอง จึงอนุมัติเองไม่ได้", short_date(wished))

    clerk = comes("clerk")
    clerk.opens("")
    clerk.follows(re.compile("คำขอเลื่อนกำหนดปี 2566 ที่รอพิจารณา"))
    clerk.follows(re.compile("^เปิดดู"))
    clerk.reads("ผู้สอบบัญชีขอเวลาเพิ่ม", short_date(wished))
    clerk.presses("อนุมัติให้เลื่อน")
    clerk.reads("อนุมัติให้เลื่อนแล้ว", f"เลื่อนจากแผนเดิม {short_date(due)}")
    head.page.reload()
    head.reads("อนุมัติให้เลื่อนแล้ว", short_date(wished))
    head.does_not_read("คำขอเลื่อนกำหนด")


def test_a_head_returns_a_report_with_a_reason_and_accepts_the_next(
    comes: Comes, world: World
) -> None:
    head, staff = comes("finance_head"), comes("finance")
    head.opens("")
    head.follows(re.compile("รายงานผลปี 2566 ที่รอตรวจรับ"))
    head.follows(re.compile("^เปิดดู"))
    head.reads("เผยแพร่บนเว็บไซต์แล้ว")
    head.presses("ส่งกลับให้แก้ไข")
    head.reads("กรุณากรอกเหตุผล")
    head.writes("เหตุผลที่ส่งกลับ", "ยังขาดลิงก์หน้าที่เผยแพร่")
    head.presses("ส่งกลับให้แก้ไข")
    head.reads("ส่งกลับให้แก้ไข", "ยังขาดลิงก์หน้าที่เผยแพร่")

    staff.opens("")
    staff.follows(re.compile("ที่เกินกำหนดรายงาน"))
    staff.follows(re.compile("^เปิดดู.*มาตรการที่ 2 "))
    staff.reads("ยังขาดลิงก์หน้าที่เผยแพร่")
    expect(staff.main.get_by_role("button", name="ยอมรับรายงานผล")).to_have_count(0)
    staff.follows("รายงานผล")
    staff.reads("รายงานครั้งก่อนถูกส่งกลับให้แก้ไข")
    staff.ticks("เสร็จแล้ว")
    staff.writes(re.compile("^สรุปผล"), "เพิ่มลิงก์แล้ว www.example.go.th/budget")
    staff.presses("บันทึกรายงานผล")
    staff.reads("เพิ่มลิงก์แล้ว")

    head.opens("")
    head.follows(re.compile("รายงานผลปี 2566 ที่รอตรวจรับ"))
    head.follows(re.compile("^เปิดดู"))
    head.presses("ยอมรับรายงานผล")
    head.reads("ยอมรับแล้ว")
    staff.page.reload()
    staff.reads("ยอมรับแล้ว", "เพิ่มลิงก์แล้ว")


def test_a_division_has_its_due_days_in_the_telephones_calendar(
    comes: Comes, db: Database, offices: Offices
) -> None:
    a_round(db, offices.makham, date(2023, 6, 30), "works", title="ตรวจครุภัณฑ์ประจำปี")
    works = comes("works")
    works.goes_to("มาตรการ")
    works.follows("ปฏิทินงานสำหรับโทรศัพท์")
    works.presses(re.compile("^เปิดปฏิทิน"))
    address = works.box("ที่อยู่ปฏิทิน")
    expect(address).to_have_value(re.compile(r"/a/makham/calendar/[\w-]+\.ics$"))
    first = address.input_value()
    works.reads("โดยไม่ต้องเข้าระบบ")
    works.presses(re.compile("^สร้างที่อยู่ใหม่"))
    expect(works.box("ที่อยู่ปฏิทิน")).not_to_have_value(first)
    works.presses(re.compile("^ปิดปฏิทิน"))
    works.reads("ยังไม่ได้เปิดปฏิทินของส่วนราชการนี้")
    works.does_not_read("กองคลัง")
