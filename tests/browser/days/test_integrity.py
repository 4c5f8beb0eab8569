"""An integrity officer's day: reports of corruption, and identities that two people open."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from domain.calendar import short_date
from models.database import Database
from tests.browser.days.conftest import Comes
from tests.browser.days.walking import marker, today, typed
from tests.desk.test_case_identity import SECRETS, confide
from tests.desk.world import World
from tests.offices import PASSWORD, Offices

pytestmark = pytest.mark.browser


def test_a_report_of_corruption_opens_to_a_fresh_password_and_to_nobody_else(
    comes: Comes, world: World
) -> None:
    integrity = comes("integrity", fresh=False)
    integrity.goes_to("เรื่องร้องเรียน")
    integrity.does_not_read("เรียกรับเงินใต้โต๊ะ")
    integrity.unfolds("ค้นและกรอง")
    integrity.writes("คำค้น", "ใต้โต๊ะ")
    integrity.presses("แสดง")
    integrity.reads("ไม่ได้ค้นในเบาะแสทุจริต")
    integrity.does_not_read(marker(world.corruption))
    integrity.follows("ยืนยันรหัสผ่านแล้วค้นอีกครั้ง")
    integrity.writes("รหัสผ่านของท่าน", PASSWORD)
    integrity.presses("ยืนยัน")
    integrity.reads("เรียกรับเงินใต้โต๊ะ")
    integrity.follows(marker(world.corruption))
    integrity.reads("เรียกรับเงินใต้โต๊ะ")

    later = today() + timedelta(days=40)
    integrity.unfolds("ขยายกำหนดแจ้งผล")
    integrity.writes("ขยายกำหนดแจ้งผลถึงวันที่", "40 วัน")
    integrity.writes("เหตุผลที่ต้องใช้เวลาเพิ่ม", "รอเอกสารจากธนาคาร")
    integrity.presses("ขยายกำหนด")
    integrity.reads("อ่านวันที่ไม่ได้")
    integrity.writes("ขยายกำหนดแจ้งผลถึงวันที่", typed(later))
    integrity.presses("ขยายกำหนด")
    integrity.reads("รอเอกสารจากธนาคาร", within=integrity.part("ความเคลื่อนไหว"))
    integrity.reads(str(later.year + 543)[-2:], within=integrity.part("ข้อมูลที่แจ้ง"))

    for name in ("admin", "officer", "works"):
        other = comes(name)
        other.goes_to("เรื่องร้องเรียน")
        other.does_not_read("เรียกรับเงินใต้โต๊ะ", marker(world.corruption))
        other.opens(f"complaints/{world.corruption}", status=404)
        other.reads("ไม่พบหน้าที่ต้องการ")


def test_a_note_whose_writer_took_a_quarter_of_an_hour_waits_for_the_password(
    comes: Comes, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    integrity = comes("integrity")
    integrity.goes_to("เรื่องร้องเรียน")
    integrity.follows(marker(world.corruption))
    integrity.writes("บันทึกภายใน", "สอบถามพยานแล้วหนึ่งปาก ยืนยันวันและสถานที่ตรงกัน")
    with monkeypatch.context() as later:
        later.setattr("handlers.desk.freshness.FRESH_FOR", timedelta(microseconds=1))
        integrity.presses("เพิ่มบันทึก")
        integrity.reads("ยืนยันรหัสผ่านอีกครั้ง", "สิ่งที่ท่านกรอกไว้ยังอยู่")
    integrity.writes("รหัสผ่านของท่าน", PASSWORD)
    integrity.presses("ยืนยัน")
    integrity.reads("สอบถามพยานแล้วหนึ่งปาก", "จึงยังไม่ได้บันทึก")
    integrity.presses("ทำรายการนี้ต่อ")
    integrity.reads("สอบถามพยานแล้วหนึ่งปาก", within=integrity.part("ความเคลื่อนไหว"))


def test_a_sealed_identity_opens_to_two_people_and_not_to_one(
    comes: Comes, db: Database, offices: Offices
) -> None:
    case = confide(db, offices.makham)
    integrity, admin = comes("integrity"), comes("admin")
    integrity.goes_to("เรื่องร้องเรียน")
    integrity.follows(marker(case))
    integrity.does_not_read(*SECRETS)
    integrity.follows("ขอเปิดดูตัวตน")
    integrity.writes("เหตุผลที่จำเป็นต้องทราบตัวตน", "จำเป็น")
    integrity.presses("ส่งคำขอ")
    integrity.reads("อย่างน้อย 10 ตัวอักษร")
    integrity.writes("เหตุผลที่จำเป็นต้องทราบตัวตน", "ต้องคุ้มครองพยานก่อนลงพื้นที่")
    integrity.presses("ส่งคำขอ")
    integrity.reads("รอผู้มีสิทธิ์อีกคนหนึ่งพิจารณา")
    expect(integrity.main.get_by_role("button")).to_have_count(0)

    admin.opens("")
    admin.follows(re.compile("คำขอเปิดดูตัวตนที่รอท่านพิจารณา"))
    admin.reads("ต้องคุ้มครองพยานก่อนลงพื้นที่", "เจ้าหน้าที่จริยธรรม")
    admin.presses("อนุมัติให้เปิดดู")
    admin.reads("ผู้ขอเปิดดูได้คนเดียวภายใน 24 ชั่วโมง")
    admin.does_not_read(*SECRETS)

    integrity.goes_to("เรื่องร้องเรียน")
    integrity.follows(marker(case))
    integrity.follows("เปิดดูตัวตน (อนุมัติแล้ว)")
    integrity.reads(f"เปิดให้ท่านดูถึง {short_date(today() + timedelta(days=1))}")
    integrity.does_not_read(*SECRETS)
    integrity.presses("เปิดดูตัวตนผู้ร้อง")
    integrity.reads(*SECRETS)
    integrity.follows(re.compile(marker(case)))
    integrity.does_not_read(*SECRETS)
    integrity.goes_to("บันทึกการใช้งาน")
    integrity.reads("ขอเปิดดูตัวตนผู้ร้อง", "อนุมัติให้เปิดดูตัวตนผู้ร้อง", marker(case))


def test_an_integrity_officer_takes_the_reports_out_as_a_file(comes: Comes, world: World) -> None:
    integrity = comes("integrity", wide=True)
    integrity.goes_to("เรื่องร้องเรียน")
    integrity.unfolds("ค้นและกรอง")
    integrity.picks("ประเภท", "แจ้งเบาะแสทุจริต")
    integrity.presses("แสดง")
    text = integrity.takes_file("ส่งออก CSV").read_text(encoding="utf-8-sig")
    assert "เรียกรับเงินใต้โต๊ะ" in text
    assert marker(world.general) not in text
    integrity.follows(marker(world.corruption))
    integrity.ticks("พิมพ์บันทึกภายในด้วย")
    integrity.presses("พิมพ์เรื่องนี้")
    integrity.reads("รายงานเรื่องร้องเรียน", "เรียกรับเงินใต้โต๊ะ", "พิมพ์วันที่")
