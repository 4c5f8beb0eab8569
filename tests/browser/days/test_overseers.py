"""The executive's and the auditor's day: they see how the office does, and no complaint."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from models.audit import AuditEntry
from models.database import Database
from tests.browser.days.conftest import Comes
from tests.browser.days.walking import marker
from tests.desk.world import World
from tests.offices import PASSWORD, Offices

pytestmark = pytest.mark.browser


def test_the_clerk_sees_how_the_year_goes_and_no_complaint(comes: Comes, world: World) -> None:
    clerk = comes("clerk")
    clerk.opens("")
    clerk.reads("มาตรการปี 2566 ที่เกินกำหนดรายงาน")
    clerk.does_not_read("เรื่องร้องเรียน")
    clerk.follows(re.compile("ที่เกินกำหนดรายงาน"))
    clerk.reads("เกินกำหนด", "คู่มือการใช้ทรัพย์สินของราชการ")
    clerk.follows("ภาพรวมทั้งปี")
    cell = clerk.main.get_by_role("link", name=re.compile("^กองคลัง มี.ค. 66"))
    expect(cell).to_contain_text("1/1")
    cell.click()
    clerk.reads("เปิดเผยผลการใช้จ่ายงบประมาณ", "รายงานแล้ว")
    clerk.does_not_read("คู่มือการใช้ทรัพย์สินของราชการ")
    clerk.follows(re.compile("^เปิดดู"))
    clerk.reads("เผยแพร่บนเว็บไซต์แล้ว")
    # To accept it is its head's, or an admin's.
    expect(clerk.main.get_by_role("button")).to_have_count(0)
    clerk.goes_to("สรุปรายสัปดาห์")
    clerk.reads("สรุปรายสัปดาห์", "ยังไม่มีสรุปที่ส่งแล้ว")
    clerk.goes_to("บุคลากร")
    clerk.reads("เจ้าหน้าที่กองคลัง")
    expect(clerk.main.get_by_role("link", name="เพิ่มเจ้าหน้าที่")).to_have_count(0)

    for path in ("complaints", f"complaints/{world.general}", "audit", "settings", "talks"):
        clerk.opens(path, status=403)
        clerk.reads("ท่านไม่มีสิทธิ์")
        clerk.does_not_read("403", "Forbidden", "ถนนเป็นหลุม")
    clerk.follows("กลับหน้าแรก")
    clerk.reads("สิ่งที่รอท่านอยู่")


def test_an_auditor_reads_who_did_what_and_takes_it_as_a_file(comes: Comes, world: World) -> None:
    admin = comes("admin")
    admin.opens("")
    admin.goes_to("เรื่องร้องเรียน")
    admin.follows(marker(world.general))
    theirs = comes("admin", office="bangphra")
    theirs.goes_to("คำที่ชาวบ้านใช้")
    auditor = comes("auditor", wide=True, fresh=False)
    auditor.goes_to("บันทึกการใช้งาน")
    auditor.reads("บันทึกครบถ้วน", "เปิดอ่านเรื่องร้องเรียน", "เรื่องร้องเรียนที่จำกัดผู้อ่าน")
    auditor.does_not_read(marker(world.general), "ถนนเป็นหลุม")
    auditor.picks("ผู้ทำ", "ผู้ดูแลระบบ")
    auditor.writes("ตั้งแต่วันที่ (พ.ศ.)", "เมื่อวาน")
    auditor.presses("กรอง")
    expect(auditor.box("ผู้ทำ")).to_have_value(re.compile(".+"))
    auditor.writes("ตั้งแต่วันที่ (พ.ศ.)", "1/10/2565")
    auditor.presses("กรอง")
    auditor.reads("ที่ตรงกับตัวกรอง", "เปิดอ่านเรื่องร้องเรียน")
    auditor.follows("ดาวน์โหลดเป็น CSV")
    auditor.reads("ยืนยันรหัสผ่านอีกครั้ง")
    auditor.writes("รหัสผ่านของท่าน", PASSWORD)
    with auditor.page.expect_download() as taken:
        auditor.main.get_by_role("button", name="ยืนยัน").click()
    text = taken.value.path().read_text(encoding="utf-8-sig")
    assert "เปิดอ่านเรื่องร้องเรียน" in text
    assert marker(world.general) not in text
    auditor.goes_to("บันทึกการใช้งาน")
    auditor.reads("ดาวน์โหลด")
    auditor.opens(f"complaints/{world.general}", status=403)
    auditor.reads("ท่านไม่มีสิทธิ์")


def test_an_auditor_is_told_where_the_log_was_altered(
    comes: Comes, db: Database, offices: Offices, world: World
) -> None:
    for office in ("makham", "bangphra"):
        officer = comes("officer", office=office)
        officer.goes_to("คำที่ชาวบ้านใช้")
        for everyday in ("เงินหลวงตา", "เบี้ยยายมา"):
            officer.writes("คำที่ชาวบ้านใช้", everyday)
            officer.writes("คำทางการ", "เบี้ยยังชีพผู้สูงอายุ")
            officer.presses("เพิ่มคำ")
            officer.reads(everyday, within=officer.part("คำของหน่วยงาน"))
    auditor = comes("auditor")
    auditor.goes_to("บันทึกการใช้งาน")
    auditor.reads("บันทึกครบถ้วน")
    with db.writing() as session:
        own = AuditEntry.agency_id == offices.makham.agency_id
        session.execute(
            update(AuditEntry).where(own, AuditEntry.number == 2).values(actor="system")
        )
    auditor.page.reload()
    auditor.reads("บันทึกไม่ครบถ้วน", "ตั้งแต่ลำดับที่ 2")
    other = comes("auditor", office="bangphra")
    other.goes_to("บันทึกการใช้งาน")
    other.reads("บันทึกครบถ้วน")
