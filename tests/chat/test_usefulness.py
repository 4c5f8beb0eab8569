"""Was an answer useful: asked under each, recorded once, and what follows from a no."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from domain.search import DecisionKind
from domain.states import QuestionState
from models.knowledge import Article, Question
from tests.chat.questioning import decides, know_all, only_question
from tests.town import Town, actions, find_action, words


@pytest.fixture
def asked(town: Town) -> Town:
    know_all(town)
    return town


def test_an_answer_asks_whether_it_was_useful_and_a_yes_is_recorded_once(asked: Town) -> None:
    decides(asked, DecisionKind.ANSWER, "land-tax")
    user = asked.user("ประชาชน")
    answer = asked.says(user, "จ่ายภาษีที่ดินที่ไหน")
    assert "ข้อมูลจากกองคลัง" in words(answer)
    assert "ขอบคุณ" in words(asked.choose(user, answer, "ได้คำตอบแล้ว"))
    assert only_question(asked).useful is True
    for label in ("ได้คำตอบแล้ว", "ยังไม่ตรง"):
        assert "บันทึกความเห็นของท่านไว้แล้ว" in words(asked.choose(user, answer, label))
    assert only_question(asked).useful is True


def test_a_no_offers_other_entries_and_an_officer(asked: Town) -> None:
    decides(asked, DecisionKind.ANSWER, "land-tax", "road", "hours")
    user = asked.user("ประชาชน")
    answer = asked.says(user, "จ่ายภาษีที่ดินที่ไหน")
    sorry = asked.choose(user, answer, "ยังไม่ตรง")
    assert only_question(asked).useful is False
    labels = [one["label"] for one in actions(sorry)]
    assert labels[0] == "ส่งให้เจ้าหน้าที่ตอบ"
    assert not any("ภาษีที่ดิน" in label for label in labels)
    again = asked.choose(user, answer, "ยังไม่ตรง")
    assert "บันทึกความเห็นนี้ไว้แล้ว" in words(again)
    assert "ส่งคำถามต่อให้เจ้าหน้าที่แล้ว" in words(asked.choose(user, again, "ส่งให้เจ้าหน้าที่"))
    question = only_question(asked)
    assert question.state is QuestionState.WAITING
    assert question.division_id == asked.offices.makham.divisions["finance"].id
    assert question.contact_id is not None
    assert "อยู่กับเจ้าหน้าที่แล้ว" in words(asked.choose(user, again, "ส่งให้เจ้าหน้าที่"))


def test_another_entry_picked_after_a_no_is_judged_on_its_own(asked: Town) -> None:
    decides(asked, DecisionKind.ANSWER, "land-tax", "road")
    user = asked.user("ประชาชน")
    sorry = asked.choose(user, asked.says(user, "ภาษีที่ดินกี่บาท"), "ยังไม่ตรง")
    asked.choose(user, asked.choose(user, sorry, "1. "), "ได้คำตอบแล้ว")
    with asked.db.reading() as session:
        rows = session.scalars(select(Question)).all()
        keys = {
            session.get_one(Article, (one.agency_id, one.article_id)).key: one.useful
            for one in rows
        }
    assert keys == {"land-tax": False, "road": True}


def test_forged_foreign_and_old_judgements_change_nothing(asked: Town, frozen: Any) -> None:
    decides(asked, DecisionKind.ANSWER, "land-tax")
    user = asked.user("ประชาชน")
    bangphra = asked.offices.bangphra
    stranger = asked.user("คนบางพระ", bangphra)
    data = find_action(asked.says(user, "จ่ายภาษีที่ดินที่ไหน"), "ได้คำตอบแล้ว")["data"]
    for forged in ("u:", "u:x:1", data[:-1] + "7", "u:" + "0" * 32 + ":1", "a:" + "0" * 32 + ":"):
        assert "ปุ่มนี้ใช้ไม่ได้แล้ว" in words(asked.taps(user, forged))
    assert "ปุ่มนี้ใช้ไม่ได้แล้ว" in words(asked.taps(stranger, data, bangphra))
    frozen.shift(timedelta(days=31))
    assert "ปุ่มนี้ใช้ไม่ได้แล้ว" in words(asked.taps(user, data))
    assert only_question(asked).useful is None


def test_an_answer_before_the_door_to_report_can_be_judged_too(asked: Town) -> None:
    decides(asked, DecisionKind.ANSWER, "road")
    user = asked.user("ประชาชน")
    answer = asked.says(user, "ถนนหน้าบ้านเป็นหลุมใหญ่ ช่วยมาซ่อมให้หน่อยค่ะ")
    assert "แจ้งที่กองช่าง" in words(answer)
    assert "แจ้งเรื่องร้องเรียน" in [one["label"] for one in actions(answer)]
    assert "ขอบคุณ" in words(asked.choose(user, answer, "ได้คำตอบแล้ว"))
    assert only_question(asked).useful is True
