"""An officer's day, part two: many cases at once, other ways in, repeats, the log as a file."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from models.database import Database
from tests.browser.days.conftest import Comes
from tests.browser.days.walking import days_since_noon, marker
from tests.desk.world import complain
from tests.offices import PASSWORD, Offices

pytestmark = pytest.mark.browser
NEW = -days_since_noon()


def test_an_officer_hands_several_cases_to_a_division_at_once(
    comes: Comes, db: Database, offices: Offices
) -> None:
    lamps = [
        complain(db, offices.makham, what=f"ไฟทางดับ เสาต้นที่ {number}", days_ago=NEW)
        for number in range(3)
    ]
    officer = comes("officer")
    officer.goes_to("เรื่องร้องเรียน")
    officer.unfolds("ค้นและกรอง")
    officer.writes("คำค้น", "ไฟทางดับ")
    officer.presses("แสดง")
    officer.presses("เลือกทั้งหน้า")
    officer.box(f"เลือกเรื่อง {marker(lamps[0])}").uncheck()
    officer.picks("มอบหมายเรื่องที่เลือกให้", "เจ้าหน้าที่กองช่าง")
    officer.presses("มอบหมาย")
    officer.reads("ยังไม่ได้มอบหมายสักเรื่อง", "กรุณาส่งเรื่องเหล่านั้นให้ส่วนราชการของผู้รับก่อน")
    expect(officer.box(f"เลือกเรื่อง {marker(lamps[1])}")).to_be_checked()
    chosen = officer.box("มอบหมายเรื่องที่เลือกให้").locator("option:checked")
    expect(chosen).to_have_text("เจ้าหน้าที่กองช่าง")
    officer.picks("มอบหมายเรื่องที่เลือกให้", "กองช่าง")
    officer.presses("มอบหมาย")
    officer.reads("มอบหมายแล้ว 2 เรื่อง", "ไฟทางดับ เสาต้นที่ 0")

    works, finance = comes("works"), comes("finance")
    works.goes_to("เรื่องร้องเรียน")
    works.reads("เสาต้นที่ 1", "เสาต้นที่ 2")
    works.does_not_read("เสาต้นที่ 0")
    finance.goes_to("เรื่องร้องเรียน")
    finance.does_not_read("เสาต้นที่")


def test_on_a_phone_nobody_scrolls_back_to_what_they_came_for(
    comes: Comes, db: Database, offices: Offices
) -> None:
    cases = [
        complain(db, offices.makham, what="น้ำไม่ไหล " * 300 if number else "ต้นแรก", days_ago=NEW)
        for number in range(12)
    ]
    officer = comes("officer")
    officer.goes_to("เรื่องร้องเรียน")
    receiver = officer.box("มอบหมายเรื่องที่เลือกให้")
    last = officer.main.get_by_role("checkbox").last
    last.scroll_into_view_if_needed()
    expect(receiver).not_to_be_in_viewport()
    last.check()
    expect(receiver).to_be_in_viewport()
    last.uncheck()

    officer.follows(marker(cases[1]))
    answer = officer.box("คำตอบถึงผู้ร้อง")
    expect(answer).not_to_be_in_viewport()
    officer.follows("ตอบผู้ร้อง")
    expect(answer).to_be_in_viewport()
    wide = comes("officer", wide=True)
    wide.opens(f"complaints/{cases[1]}")
    expect(wide.main.get_by_role("link", name="ตอบผู้ร้อง")).to_be_hidden()


def test_an_officer_enters_what_came_by_telephone_and_reads_out_its_code(comes: Comes) -> None:
    officer = comes("officer")
    officer.goes_to("เรื่องร้องเรียน")
    officer.follows("บันทึกเรื่องที่รับทางอื่น")
    officer.picks("รับเรื่องทางใด", "โทรศัพท์")
    officer.writes("เรื่อง", "สุนัขจรจัดฝูงใหญ่หน้าโรงเรียนวัดมะขาม เด็กเดินผ่านไม่ได้")
    officer.ticks(re.compile("เปิดเผยชื่อ"))
    officer.presses("บันทึก และออกรหัสติดตามเรื่อง")
    officer.reads("กรุณาแก้ช่องที่มีข้อความสีแดง", "กรุณาเลือกประเภทเรื่อง", "กรุณากรอกชื่อผู้ร้อง")
    expect(officer.box("เรื่อง")).to_have_value(re.compile("สุนัขจรจัด"))
    officer.picks("ประเภทเรื่อง", "แจ้งปัญหา เดือดร้อน")
    officer.writes("ชื่อและนามสกุลผู้ร้อง", "นางสมมุติ ตัวอย่าง")
    officer.writes("เบอร์โทรศัพท์หรือช่องทางติดต่อ", "000-333-4444")
    officer.ticks(re.compile("ผู้ร้องยินยอม"))
    officer.presses("บันทึก และออกรหัสติดตามเรื่อง")
    officer.reads("รหัสนี้แสดงครั้งเดียว", "แจ้งปัญหา เดือดร้อน")
    code = officer.part("รหัสติดตามเรื่อง").get_by_text(re.compile(r"^\d{4} \d{4} \d{4} \d{4}$"))
    shown = code.inner_text()
    officer.page.reload()  # a thumb that pulls the page down sends the form again
    expect(code).to_have_text(shown)
    officer.follows("กลับไปเรื่องร้องเรียนทั้งหมด")
    expect(officer.main.get_by_text("สุนัขจรจัดฝูงใหญ่")).to_have_count(1)


def test_an_officer_enters_a_report_of_corruption_and_cannot_read_it_after(comes: Comes) -> None:
    officer, integrity = comes("officer"), comes("integrity")
    officer.goes_to("เรื่องร้องเรียน")
    officer.follows("บันทึกเรื่องที่รับทางอื่น")
    officer.picks("รับเรื่องทางใด", "มาด้วยตนเอง")
    officer.picks("ประเภทเรื่อง", "แจ้งเบาะแสทุจริต")
    officer.writes("เรื่อง", "เรียกเก็บค่าดำเนินการนอกใบเสร็จที่จุดรับคำขอ")
    officer.ticks(re.compile("ไม่ประสงค์ออกนาม"))
    officer.presses("บันทึก และออกรหัสติดตามเรื่อง")
    officer.reads("รับเรื่องแล้ว", "ท่านที่บันทึกก็เปิดอ่านไม่ได้")
    officer.follows("กลับไปเรื่องร้องเรียนทั้งหมด")
    officer.does_not_read("นอกใบเสร็จ")
    integrity.goes_to("เรื่องร้องเรียน")
    integrity.reads("นอกใบเสร็จ")


def test_an_officer_joins_a_repeat_after_a_look_and_links_a_measure(
    comes: Comes, db: Database, offices: Offices
) -> None:
    first = complain(db, offices.makham, what="ถนนหมู่ 4 เป็นหลุมใหญ่หน้าร้านค้า", days_ago=NEW)
    repeat = complain(db, offices.makham, what="ถนนหมู่ 4 เป็นหลุมใหญ่ตรงหน้าร้านค้า", days_ago=NEW)
    theirs = complain(db, offices.bangphra, what="ถนนหมู่ 4 เป็นหลุมใหญ่หน้าร้านค้า", days_ago=NEW)
    officer = comes("officer")
    officer.goes_to("เรื่องร้องเรียน")
    officer.follows(marker(repeat))
    officer.follows("รวมเรื่องซ้ำ และเชื่อมกับมาตรการ")
    officer.reads(marker(first))
    officer.does_not_read(marker(theirs))
    officer.writes("เลขเรื่องแรก", marker(theirs))
    officer.presses("ดูก่อนรวม")
    expect(officer.main.get_by_role("button", name=re.compile("^ยืนยัน"))).to_have_count(0)
    look = re.compile(f"^ดูก่อนรวม.*{marker(first)}")
    officer.presses(look)
    officer.reads("ถนนหมู่ 4 เป็นหลุมใหญ่หน้าร้านค้า", "ผู้ร้องทั้งสองรายจะเห็นสถานะและคำตอบเดียวกัน")
    officer.follows("ไม่รวม")
    officer.presses(look)
    officer.presses(re.compile(f"^ยืนยัน.*{marker(first)}"))
    officer.reads(f"รวมเรื่องนี้เข้ากับเรื่อง {marker(first)} แล้ว")

    officer.goes_to("เรื่องร้องเรียน")
    officer.follows(marker(first))
    officer.reads("มีผู้แจ้งเรื่องเดียวกันอีก 1 ราย")
    officer.follows("รวมเรื่องซ้ำ และเชื่อมกับมาตรการ")
    officer.picks("มาตรการ", "2566 O11 เปิดเผยผลการใช้จ่ายงบประมาณ")
    officer.presses("เชื่อม")
    officer.reads("เปิดเผยผลการใช้จ่ายงบประมาณ", within=officer.part("มาตรการในแผนที่เกี่ยวข้อง"))
    officer.goes_to("มาตรการ")
    officer.follows(re.compile("เปิดดู.*มาตรการที่ 2"))
    officer.reads("เรื่องร้องเรียนที่เกี่ยวกับมาตรการนี้ 1 เรื่อง", marker(first))
    # The auditor reads the measure and learns of no complaint.
    auditor = comes("auditor")
    auditor.goes_to("มาตรการ")
    auditor.follows(re.compile("เปิดดู.*มาตรการที่ 2"))
    auditor.reads("เปิดเผยผลการใช้จ่ายงบประมาณ")
    auditor.does_not_read("เรื่องร้องเรียนที่เกี่ยวกับมาตรการนี้", marker(first))


def test_the_log_leaves_the_desk_as_a_file_only_after_a_fresh_password(
    comes: Comes, db: Database, offices: Offices
) -> None:
    complain(db, offices.makham, what="ต้นไม้ล้มขวางทางเข้าหมู่บ้าน", days_ago=NEW)
    complain(db, offices.bangphra, what="เสาไฟเอนหน้าตลาดบางพระ", days_ago=NEW)
    officer = comes("officer", fresh=False, wide=True)
    officer.goes_to("เรื่องร้องเรียน")
    officer.follows("ส่งออก CSV")
    officer.reads("ยืนยันรหัสผ่านอีกครั้ง", "15 นาที")
    officer.writes("รหัสผ่านของท่าน", "not my pass phrase")
    officer.presses("ยืนยัน")
    officer.reads("ยืนยันรหัสผ่านอีกครั้ง")
    officer.writes("รหัสผ่านของท่าน", PASSWORD)
    with officer.page.expect_download() as taken:
        officer.main.get_by_role("button", name="ยืนยัน").click()
    text = taken.value.path().read_text(encoding="utf-8-sig")
    assert "ต้นไม้ล้มขวางทางเข้าหมู่บ้าน" in text
    assert "เรียกรับเงินใต้โต๊ะ" not in text
    assert "บางพระ" not in text
    officer.goes_to("เรื่องร้องเรียน")  # the page stands where it was, and works
    assert officer.takes_file("ส่งออก Excel").stat().st_size > 1000
    auditor = comes("auditor")
    auditor.goes_to("บันทึกการใช้งาน")
    auditor.reads("ส่งออกเรื่องร้องเรียนเป็นไฟล์")
