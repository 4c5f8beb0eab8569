"""An admin's day, part two: the plan and its rounds, and what the bot answers from."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

from models.database import Database
from models.progress import ReportStatus
from tests.browser.days.conftest import Comes
from tests.desk.rounds import a_round
from tests.desk.test_plan_uploads import sheet_of
from tests.desk.world import World
from tests.offices import Offices

pytestmark = pytest.mark.browser
MARCH = date(2023, 3, 31)
_REPORTED = (
    (10, "ก. ประกาศผู้ชนะ", "finance"),
    (11, "ข. สรุปผลรายเดือน", "finance"),
    (12, "ค. ที่ผู้ดูแลรายงานเอง", "admin"),
)


def test_an_admin_moves_a_due_day_and_gives_the_round_to_another_division(
    comes: Comes, db: Database, offices: Offices
) -> None:
    a_round(db, offices.makham, MARCH, "works", title="สำรวจทะเบียนครุภัณฑ์")
    admin = comes("admin")
    admin.goes_to("มาตรการ")
    admin.writes("คำในชื่อมาตรการ", "ทะเบียนครุภัณฑ์")
    admin.presses("แสดงรายการ")
    admin.follows(re.compile("^เปิดดู"))
    admin.follows("แก้วัน ส่วนราชการ หรือยกเลิกงวด")
    move = admin.part("เปลี่ยนวันครบกำหนด")
    admin.writes("วันครบกำหนดใหม่", "31/3/2579")
    admin.writes("เหตุผล", "รอผลตรวจนับปลายปี", within=move)
    admin.presses("เปลี่ยนวันครบกำหนด")
    admin.reads("ไม่อยู่ในช่วงของแผนนี้")
    expect(admin.box("เหตุผล", within=move)).to_have_value("รอผลตรวจนับปลายปี")
    admin.writes("วันครบกำหนดใหม่", "30/6/2566")
    admin.box(re.compile("^แจ้งส่วนราชการ"), within=move).uncheck()
    admin.presses("เปลี่ยนวันครบกำหนด")
    admin.reads("30 มิ.ย. 2566", "เลื่อนจากแผนเดิม 31 มี.ค. 2566", "รอผลตรวจนับปลายปี")

    admin.follows("แก้วัน ส่วนราชการ หรือยกเลิกงวด")
    over = admin.part("เปลี่ยนส่วนราชการที่รายงาน")
    admin.picks("ส่วนราชการใหม่", "กองคลัง")
    admin.writes("เหตุผล", "ย้ายงานพัสดุไปกองคลัง", within=over)
    admin.presses("เปลี่ยนส่วนราชการ")
    admin.reads("กองคลัง", "ย้ายงานพัสดุไปกองคลัง")

    works, finance = comes("works"), comes("finance")
    works.goes_to("มาตรการ")
    works.does_not_read("สำรวจทะเบียนครุภัณฑ์")
    finance.goes_to("มาตรการ")
    finance.reads("สำรวจทะเบียนครุภัณฑ์")
    expect(finance.main.get_by_role("link", name=re.compile("แก้วัน"))).to_have_count(0)


def test_an_admin_returns_one_report_and_accepts_the_others_together(
    comes: Comes, db: Database, offices: Offices
) -> None:
    for number, title, by in _REPORTED:
        how = {"measure": number, "title": title, "by": by}
        a_round(db, offices.makham, MARCH, report=ReportStatus.DONE, **how)  # type: ignore[arg-type]
    admin = comes("admin", wide=True)
    admin.opens("")
    admin.follows(re.compile("รายงานผลปี 2566 ที่รอตรวจรับ"))
    admin.presses("ยอมรับรายการที่เลือก")
    admin.reads("ยังไม่ได้เลือกรายการ")
    for number, _, _ in _REPORTED:
        admin.ticks(re.compile(f"^เลือกเพื่อยอมรับ มาตรการที่ {number} "))
    admin.presses("ยอมรับรายการที่เลือก")
    admin.reads("ยอมรับแล้ว 2 รายการ ยังไม่ได้ยอมรับ 1 รายการ", "ท่านเป็นผู้รายงานผลครั้งนี้เอง")
    admin.follows(re.compile("ค. ที่ผู้ดูแลรายงานเอง"))
    admin.reads("ท่านเป็นผู้รายงานผลครั้งนี้เอง จึงยอมรับเองไม่ได้")
    admin.goes_to("มาตรการ")
    admin.picks("แสดง", "รอตรวจรับ")
    admin.presses("แสดงรายการ")
    admin.follows(re.compile("^เปิดดู.*มาตรการที่ 2 "))
    admin.writes("เหตุผลที่ส่งกลับ", "ขอภาพหน้าจอที่เห็นวันที่เผยแพร่")
    admin.presses("ส่งกลับให้แก้ไข")
    admin.reads("ขอภาพหน้าจอที่เห็นวันที่เผยแพร่")
    finance = comes("finance")
    finance.opens("")
    finance.follows(re.compile("ที่เกินกำหนดรายงาน"))
    finance.follows(re.compile("^เปิดดู.*มาตรการที่ 2 "))
    finance.reads("ขอภาพหน้าจอที่เห็นวันที่เผยแพร่")


def test_an_admin_imports_a_plan_after_a_preview_and_copies_it_to_the_next_year(
    comes: Comes, tmp_path: Path
) -> None:
    plan = tmp_path / "แผน 2566.xlsx"
    plan.write_bytes(
        sheet_of(
            ("1", "คู่มือการให้บริการประชาชน", "", "ทุกส่วนราชการ", "30 ก.ย. 66", ""),
            ("2", "เปิดเผยผลการใช้จ่ายงบประมาณ", "", "กองคลัง", "31 มี.ค. 66", ""),
            ("3", "คู่มือการใช้ทรัพย์สินของราชการ", "", "สำนักปลัดฯ", "31 ธ.ค. 65", ""),
            ("4", "ประกาศนโยบายไม่รับของขวัญ", "", "หน่วยสืบสวน", "31 ส.ค. 66", ""),
        )
    )
    admin = comes("admin", wide=True)
    admin.goes_to("แผนมาตรการ")
    admin.presses("อ่านแผนจากไฟล์")
    admin.reads("กรุณาเลือกไฟล์")
    admin.box("ไฟล์แผน").set_input_files(plan)
    admin.presses("อ่านแผนจากไฟล์")
    expect(admin.main.get_by_role("heading", level=1)).to_have_text("ตรวจแผนก่อนนำเข้า")
    admin.reads("ประกาศนโยบายไม่รับของขวัญ", "ชื่อผู้รับผิดชอบที่ระบบไม่รู้จัก", "หน่วยสืบสวน")
    admin.follows("ดูสิ่งที่จะเปลี่ยนก่อนนำเข้า")  # not before the name is known
    admin.picks(re.compile("หน่วยสืบสวน"), "สำนักปลัด")
    admin.presses("บันทึกความหมายของชื่อ")
    admin.reads("บันทึกความหมายของชื่อแล้ว 1 ชื่อ")
    admin.follows("ดูสิ่งที่จะเปลี่ยนก่อนนำเข้า")
    admin.reads("สิ่งที่จะเปลี่ยนในแผนปีงบประมาณ 2566", "มาตรการใหม่")
    watcher = comes("clerk")
    watcher.goes_to("มาตรการ")
    watcher.does_not_read("ประกาศนโยบายไม่รับของขวัญ")
    admin.presses("นำเข้า")
    admin.reads("นำเข้าแผนปีงบประมาณ 2566 แล้ว", "ประกาศนโยบายไม่รับของขวัญ")
    watcher.page.reload()
    watcher.reads("ประกาศนโยบายไม่รับของขวัญ")
    theirs = comes("clerk", office="bangphra")
    theirs.goes_to("มาตรการ")
    theirs.does_not_read("ประกาศนโยบายไม่รับของขวัญ")

    admin.goes_to("แผนมาตรการ")
    admin.presses("คัดลอกเป็นร่างแผนปี 2567")
    admin.reads("คัดลอกเป็นร่างแผนปีงบประมาณ 2567 แล้ว", "ประกาศนโยบายไม่รับของขวัญ")
    admin.follows("ดูสิ่งที่จะเปลี่ยนก่อนนำเข้า")
    admin.presses("นำเข้า")
    admin.reads("นำเข้าแผนปีงบประมาณ 2567 แล้ว")


def test_what_an_admin_writes_is_what_the_bot_then_answers(comes: Comes, world: World) -> None:
    admin = comes("admin")
    admin.goes_to("คลังคำตอบ")
    admin.follows("เพิ่มรายการ")
    admin.presses("เพิ่มรายการ")
    expect(admin.box("คำถาม")).to_be_focused()
    admin.writes("คำถาม", "ขอใช้เต็นท์ของเทศบาลได้ที่ไหน")
    admin.writes("คำตอบ", "ขอได้ที่สำนักปลัด ล่วงหน้าสามวันทำการค่ะ")
    admin.writes("คำถามแบบอื่น", "ยืมเต็นท์จัดงานศพ\nเช่าเต็นท์เทศบาล")
    admin.writes("ลิงก์", "http://example.go.th")
    admin.presses("เพิ่มรายการ")
    expect(admin.box("ลิงก์")).to_be_focused()
    admin.writes("ลิงก์", "")
    admin.presses("ดูตัวอย่างใน LINE")
    admin.reads("ล่วงหน้าสามวันทำการ", within=admin.part("ตัวอย่างใน LINE"))
    admin.presses("เพิ่มรายการ")
    admin.reads("เพิ่มรายการแล้ว บอทใช้ตอบได้ตั้งแต่คำถามถัดไป")
    admin.goes_to("คลังคำตอบ")
    admin.follows("ลองถามบอท")
    admin.writes("ข้อความ", "อยากยืมเต็นท์จัดงานศพ")
    admin.presses("ดูว่าบอทจะตอบอะไร")
    admin.reads("ขอใช้เต็นท์ของเทศบาลได้ที่ไหน", within=admin.part("รายการที่ใกล้ที่สุด"))
    admin.presses(re.compile("เพิ่มคำถามนี้เป็นสำนวน.*เต็นท์"))
    admin.goes_to("คลังคำตอบ")
    admin.follows(re.compile("ขอใช้เต็นท์"))
    expect(admin.box("คำถามแบบอื่น")).to_have_value(re.compile("อยากยืมเต็นท์จัดงานศพ"))
    admin.presses("ลบรายการนี้")
    admin.goes_to("คลังคำตอบ")
    admin.does_not_read("เต็นท์")
    admin.reads("ชำระภาษีที่ดินที่ไหน")
