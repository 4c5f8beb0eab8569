"""What citizens ask: groups of questions, one question of a division, and who wants a person."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from domain.states import QuestionState
from models import talk as talking
from models.contact import ContactKind, meet
from models.database import Database
from models.knowledge import store_question
from tests.browser.days.conftest import Comes
from tests.desk.world import World
from tests.offices import NOON, Office, Offices

pytestmark = pytest.mark.browser
MARKET = (
    "ตลาดนัดวันเสาร์ยังเปิดอยู่ไหม",
    "ตลาดนัดวันเสาร์ยังเปิดอยู่ไหมคะ",
    "ตลาดนัดวันเสาร์ยังเปิดอยู่ไหม โทรกลับ 081-234-5678",
)


def ask(db: Database, office: Office) -> None:
    """Three people ask about the market, and nobody has handed it to a division."""
    with db.writing() as session:
        for number, text in enumerate(MARKET):
            contact = meet(session, office.agency_id, ContactKind.USER, f"U-market-{number}")
            state = QuestionState.WAITING
            store_question(session, office.agency_id, text, state, NOON, contact=contact)


def test_one_answer_reaches_all_who_asked_alike_and_is_kept_as_an_entry(
    comes: Comes, db: Database, offices: Offices
) -> None:
    ask(db, offices.makham)
    officer = comes("officer")
    officer.opens("")
    officer.follows(re.compile("คำถามที่รอคำตอบ"))
    officer.reads("ใบเสร็จภาษีหายทำอย่างไร", MARKET[0])
    officer.follows("ดูคำถามที่ถามคล้ายกัน แล้วตอบครั้งเดียว")
    officer.reads("3 คน")
    officer.follows(re.compile("ตลาดนัด"))
    officer.reads("ผู้ถามที่ยังส่งถึงได้ 3 คน", "ใช้เป็นคำถามแบบอื่นไม่ได้ เพราะยาวมากหรือมีตัวเลข")
    officer.writes("คำตอบ", "เปิดทุกวันเสาร์ เวลา 6.00 ถึง 11.00 น. ค่ะ")
    officer.ticks(re.compile("เก็บเป็นคลังคำตอบด้วย"))
    kept = officer.box("คำถามที่จะแสดงในคลังคำตอบ")
    kept.fill("")
    officer.presses("ส่งคำตอบถึงทุกคนที่เลือก")
    officer.reads("ยังไม่ได้ส่ง")
    expect(officer.box("คำตอบ")).to_have_value(re.compile("เปิดทุกวันเสาร์"))
    officer.writes("คำถามที่จะแสดงในคลังคำตอบ", "ตลาดนัดวันเสาร์เปิดกี่โมง")
    officer.ticks(re.compile("ใช้เป็นคำถามแบบอื่นในคลังคำตอบ"))
    officer.presses("ส่งคำตอบถึงทุกคนที่เลือก")
    officer.reads("ส่งคำตอบถึงผู้ถามทาง LINE แล้ว 3 คน")
    officer.does_not_read("ตลาดนัด")

    finance = comes("finance")
    finance.goes_to("คลังคำตอบ")
    finance.follows(re.compile("ตลาดนัดวันเสาร์เปิดกี่โมง"))
    finance.reads("ส่วนราชการอื่นดูแลรายการนี้ ท่านดูได้แต่แก้ไม่ได้", "เปิดทุกวันเสาร์")
    finance.does_not_read("081-234-5678")
    finance.goes_to("คำถามรอคำตอบ")
    finance.follows("ใบเสร็จภาษีหายทำอย่างไร")
    finance.writes("คำตอบ", "ขอใบแทนได้ที่กองคลัง นำบัตรประชาชนมาด้วยค่ะ")
    finance.presses("ส่งคำตอบ")
    finance.reads("ตอบแล้ว")
    stranger = comes("officer", office="bangphra")
    stranger.goes_to("คลังคำตอบ")
    stranger.does_not_read("ตลาดนัด")


def test_an_officer_talks_with_a_citizen_who_asked_for_a_person(
    comes: Comes, db: Database, offices: Offices, world: World
) -> None:
    officer, colleague = comes("officer"), comes("admin", wide=True)
    colleague.goes_to("คุยกับประชาชน")
    colleague.reads("รอเจ้าหน้าที่")
    colleague.follows(re.compile("^[0-9A-F]{6}$"))
    officer.opens("")
    officer.follows(re.compile("ผู้รอคุยกับเจ้าหน้าที่"))
    officer.follows(re.compile("^[0-9A-F]{6}$"))
    officer.reads("มีใครอยู่ไหมคะ", "ระบบจะไม่ตอบแทรก")
    officer.presses("รับการสนทนา")
    officer.reads("พิมพ์ข้อความถึงผู้สนทนาได้เลย")
    colleague.presses("รับการสนทนา")  # a moment too late
    colleague.reads("มีเจ้าหน้าที่อื่นรับไปแล้ว")

    officer.page.clock.install()
    officer.page.reload()
    officer.writes("ข้อความถึงผู้สนทนา", "สวัสดีครับ มีอะไรให้ช่วย")
    officer.presses("ส่ง")
    officer.reads("สวัสดีครับ มีอะไรให้ช่วย", within=officer.part("ข้อความ"))
    half = "ขอเวลาสักครู่ กำลังตรวจสอบกับ"
    officer.writes("ข้อความถึงผู้สนทนา", half)
    with db.writing() as session:
        talk = talking.get_talk(session, offices.makham.agency_id, world.talk, lock=True)
        assert talk is not None
        talking.hear(session, talk, "ขอทราบเวลารับชำระภาษีค่ะ", "2", NOON)
    officer.page.clock.run_for(21_000)
    officer.reads("ขอทราบเวลารับชำระภาษีค่ะ")
    expect(officer.box("ข้อความถึงผู้สนทนา")).to_have_value(half)
    officer.writes("ข้อความถึงผู้สนทนา", f"{half}กองคลังครับ")
    officer.presses("ส่ง")
    officer.presses("จบการสนทนา")
    officer.reads("จบการสนทนาแล้ว", "จบแล้ว")
    officer.goes_to("หน้าแรก")
    expect(officer.main.get_by_role("link", name=re.compile("ผู้รอคุย"))).to_contain_text("0 ราย")
