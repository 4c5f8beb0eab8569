"""Everyday words: an officer adds one, and the next question is understood."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from bot.cli.knowledge import read_articles
from bot.demo import town as demo
from domain.search import DecisionKind
from models.audit import AuditEntry, verify
from models.database import Database
from models.lexicon import LONGEST_EVERYDAY, words_of
from tests.desk.browser import Browser
from tests.desk.world import teach
from tests.offices import Offices
from tests.town import Town, words

PAIR = {"everyday": "โฉนดน้อย", "official": "ใบอนุญาตก่อสร้างอาคาร"}


def enter(app: Flask, offices: Offices, person: str = "officer") -> Browser:
    return Browser(app).enter(offices.makham.people[person])


def kept(db: Database, offices: Offices) -> list[tuple[str, str]]:
    with db.reading() as session:
        return [(one.everyday, one.official) for one in words_of(session, offices.makham.agency_id)]


def test_a_word_is_added_seen_and_removed_and_the_log_knows(
    app: Flask, db: Database, offices: Offices
) -> None:
    officer = enter(app, offices)
    assert officer.post("/desk/lexicon", PAIR).status_code == 302
    page = officer.get("/desk/lexicon").text
    assert "โฉนดน้อย" in page
    assert "เจ้าหน้าที่รับเรื่อง" in page
    assert (
        "โฉนดน้อย"
        not in Browser(app).enter(offices.bangphra.people["officer"]).get("/desk/lexicon").text
    )
    with db.reading() as session:
        [entry] = words_of(session, offices.makham.agency_id)
    for sentence in ("ลบคำแล้ว", "ไม่พบคำนี้"):
        officer.post(f"/desk/lexicon/{entry.id}/remove")
        assert sentence in officer.get("/desk/lexicon").text
    assert kept(db, offices) == []
    with db.reading() as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)).all()
        assert actions == ["lexicon.added", "lexicon.removed"]
        assert verify(session, offices.makham.agency_id) is None


@pytest.mark.parametrize(
    ("everyday", "official", "sentence"),
    [
        ("", "ภาษีป้าย", "กรุณากรอกคำที่ชาวบ้านใช้"),
        (" \u200b ", "ภาษีป้าย", "กรุณากรอกคำที่ชาวบ้านใช้"),
        ("ค่าป้ายร้าน", "  ", "กรุณากรอกคำทางการ"),
        ("ก" * (LONGEST_EVERYDAY + 1), "ภาษีป้าย", "คำที่ชาวบ้านใช้ยาวเกินไป"),
        ("ค่าป้ายร้าน", "ภาษี" * 40, "คำทางการยาวเกินไป"),
        ("เบี้ย หลวงปู่", "อย่างอื่น", "มีคำว่า “เบี้ยหลวงปู่” อยู่แล้ว"),
        ("ภาษี ป้าย", "ภาษีป้าย", "เป็นคำเดียวกัน"),
        ("ค่าที่", "ภาษีที่ดินและสิ่งปลูกสร้าง", "มีในรายการที่มากับระบบแล้ว"),
    ],
)
def test_bad_words_get_one_clear_sentence(
    app: Flask, db: Database, offices: Offices, everyday: str, official: str, sentence: str
) -> None:
    teach(db, offices.makham)
    answer = enter(app, offices).post("/desk/lexicon", {"everyday": everyday, "official": official})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert len(kept(db, offices)) == 1


def test_the_same_word_twice_changes_nothing(app: Flask, db: Database, offices: Offices) -> None:
    officer = enter(app, offices)
    assert officer.post("/desk/lexicon", PAIR).status_code == 302
    assert officer.post("/desk/lexicon", PAIR).status_code == 422
    assert kept(db, offices) == [(PAIR["everyday"], PAIR["official"])]


def test_the_list_that_ships_can_be_searched_and_not_changed(app: Flask, offices: Offices) -> None:
    officer = enter(app, offices)
    page = officer.get("/desk/lexicon").text
    assert "50 คู่แรก" in page
    found = officer.get("/desk/lexicon?q=ค่าที่ดิน").text
    assert "ภาษีที่ดินและสิ่งปลูกสร้าง" in found
    assert "ไม่พบคำนี้" in officer.get("/desk/lexicon?q=ฟหกดฟหกด").text
    assert "/remove" not in found


def test_a_word_of_another_agency_cannot_be_removed(
    app: Flask, db: Database, offices: Offices
) -> None:
    word = teach(db, offices.makham)
    Browser(app).enter(offices.bangphra.people["admin"]).post(f"/desk/lexicon/{word}/remove")
    assert len(kept(db, offices)) == 1


def test_the_next_question_is_understood_by_this_agency_alone(town: Town) -> None:
    rows = [replace(row, division="") for row in read_articles(demo.KNOWLEDGE)]
    for office in (town.offices.makham, town.offices.bangphra):
        town.knows(office, *rows)
    ask, shelf = "ขอโฉนดน้อยต้องทำยังไง", town.engine.shelf

    def first(office: str) -> str:
        return shelf.decide(getattr(town.offices, office).agency_id, ask).hits[0].question

    before = first("makham")
    assert "ใบอนุญาตก่อสร้าง" not in before
    officer = Browser(town.client.application).enter(town.offices.makham.people["officer"])
    officer.post("/desk/lexicon", PAIR)
    assert "ใบอนุญาตก่อสร้าง" in first("makham")
    assert first("bangphra") == before
    user = town.user("ประชาชน")
    assert "ต่อเติม" in words(town.says(user, ask))
    decision = shelf.decide(town.offices.makham.agency_id, ask)
    assert decision.kind is DecisionKind.ANSWER
    with town.db.reading() as session:
        [entry] = words_of(session, town.offices.makham.agency_id)
    officer.post(f"/desk/lexicon/{entry.id}/remove")
    assert first("makham") == before
