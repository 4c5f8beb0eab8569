"""What nobody knows goes to a person, who answers in LINE; the asker gets it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from domain.search import DecisionKind
from domain.states import QuestionState
from models.audit import AuditEntry
from models.division import name_answerer
from models.knowledge import Article, find_article, store_question
from models.question_work import answer_of, key_of
from tests.chat.questioning import (
    ASKED,
    REPLY,
    count,
    decides,
    know_all,
    news_to,
    only_question,
    staff,
)
from tests.models.making import clear_text_in
from tests.offices import NOON
from tests.town import Town, actions, find_action, words


@pytest.fixture
def asked(town: Town) -> Town:
    know_all(town)
    return town


def answers_for(town: Town, division: str, person: str | None) -> None:
    office = town.offices.makham
    with town.db.writing() as session:
        name_answerer(
            session,
            office.agency_id,
            office.divisions[division].id,
            office.people[person].id if person else None,
        )


@pytest.fixture
def waiting(asked: Town) -> tuple[Town, str]:
    """A question about the market that nobody knows, nearest to one of the finance division."""
    decides(asked, DecisionKind.UNKNOWN, "hours", "land-tax", "road")
    user = asked.user("ประชาชน")
    assert "ระบบจะส่งคำตอบมาในแชตนี้" in words(asked.says(user, ASKED))
    assert only_question(asked).division_id == asked.offices.makham.divisions["finance"].id
    return asked, user


def test_the_division_s_answerer_is_told_once_in_one_message(waiting: tuple[Town, str]) -> None:
    town, user = waiting
    finance, officer = staff(town, "finance"), staff(town, "officer")
    answers_for(town, "finance", "finance")
    town.says(user, "ค่าแผงตลาดเดือนละเท่าไร")
    assert town.tick(NOON)["questions"] == {
        "ran": True,
        "slot": "2023-03-15/11",
        "questions": 2,
        "people": 1,
    }
    [news] = news_to(town, finance)
    assert ASKED in words([news])
    assert "ค่าแผง" in words([news])
    assert {one["label"] for one in actions([news])} == {"ตอบข้อ 1", "ตอบข้อ 2"}
    assert ASKED.encode() not in find_action([news], "ตอบข้อ 1")["data"].encode()
    assert news_to(town, officer) == []
    town.tick(NOON + timedelta(hours=1))
    assert len(news_to(town, finance)) == 1


def test_what_is_nobody_s_goes_to_the_officers_and_else_to_the_admins(
    waiting: tuple[Town, str],
) -> None:
    town, user = waiting
    admin, works = staff(town, "admin"), staff(town, "works")
    theirs = staff(town, "officer", town.offices.bangphra)
    town.tick(NOON)
    assert len(news_to(town, admin)) == 1
    officer = staff(town, "officer")
    town.says(user, "ค่าแผงตลาดเดือนละเท่าไร")
    town.tick(NOON + timedelta(hours=1))
    assert "ค่าแผง" in words(news_to(town, officer))
    assert ASKED not in words(news_to(town, officer))
    assert len(news_to(town, admin)) == 1
    assert news_to(town, works) == news_to(town, theirs) == []


@pytest.mark.parametrize("why", ["inactive", "unreachable", "unlinked"])
def test_an_answerer_whom_nobody_can_tell_is_passed_over(
    waiting: tuple[Town, str], why: str
) -> None:
    town, _ = waiting
    officer = staff(town, "officer")
    finance = staff(town, "finance") if why != "unlinked" else town.user("ใครสักคน")
    answers_for(town, "finance", "finance")
    if why == "inactive":
        leave(town, "finance")
    if why == "unreachable":
        town.happens(town.line.user_blocks("makham", finance))
    town.tick(NOON)
    assert news_to(town, finance) == []
    assert len(news_to(town, officer)) == 1


def leave(town: Town, person: str) -> None:
    with town.db.writing() as session:
        session.merge(town.offices.makham.people[person]).active = False


def test_nobody_is_told_at_night_and_what_nobody_could_be_told_waits(
    waiting: tuple[Town, str],
) -> None:
    town, _ = waiting
    night = datetime(2023, 3, 15, 20, 0, tzinfo=UTC)
    saturday = datetime(2023, 3, 18, 3, 0, tzinfo=UTC)
    for instant in (night, saturday):
        assert town.tick(instant)["questions"] == {"ran": False, "reason": "not due"}
    assert town.tick(NOON)["questions"]["people"] == 0
    officer = staff(town, "officer")
    town.tick(NOON + timedelta(hours=1))
    assert len(news_to(town, officer)) == 1


@pytest.fixture
def told(waiting: tuple[Town, str]) -> tuple[Town, str, str]:
    """The finance officer was told of the question; citizen and officer."""
    town, user = waiting
    finance = staff(town, "finance")
    answers_for(town, "finance", "finance")
    town.tick(NOON)
    return town, user, finance


def begin(town: Town, officer: str) -> list[dict]:
    return town.choose(officer, news_to(town, officer), "ตอบข้อ 1")


def test_an_officer_s_answer_is_looked_over_and_reaches_the_asker(
    told: tuple[Town, str, str],
) -> None:
    town, user, finance = told
    before = len(town.line.messages_to(user))
    assert ASKED in words(begin(town, finance))
    shown = town.says(finance, "ลองพิมพ์ดูก่อน")
    assert "พิมพ์คำตอบ" in words(town.choose(finance, shown, "พิมพ์ใหม่"))
    shown = town.says(finance, REPLY)
    assert REPLY in words(shown)
    assert len(town.line.messages_to(user)) == before
    assert "ส่งคำตอบถึงผู้ถามแล้ว" in words(town.choose(finance, shown, "ส่ง"))
    [answer] = town.line.messages_to(user)[before:]
    text = words([answer])
    assert REPLY in text
    assert ASKED in text
    assert "กองคลัง" in text
    assert "15 มี.ค. 2566" in text
    question = only_question(town)
    assert question.state is QuestionState.ANSWERED
    assert question.contact_id is None
    assert question.answered_by == town.offices.makham.people["finance"].id
    with town.db.reading() as session:
        assert answer_of(session, question) == REPLY
        assert "question.answered" in session.scalars(select(AuditEntry.action)).all()
    assert clear_text_in(town.db, [ASKED, REPLY]) == []


def test_the_buttons_words_typed_by_hand_do_the_same(told: tuple[Town, str, str]) -> None:
    town, user, finance = told
    begin(town, finance)
    town.says(finance, "คำตอบแรก")
    assert "พิมพ์คำตอบ" in words(town.says(finance, "พิมพ์ใหม่"))
    town.says(finance, REPLY)
    assert "ส่งคำตอบถึงผู้ถามแล้ว" in words(town.says(finance, "ส่ง"))
    assert REPLY in words(town.line.messages_to(user))
    assert "คำตอบแรก" not in words(town.line.messages_to(user))


def test_cancelling_leaves_the_question_waiting_and_the_chat_free(
    told: tuple[Town, str, str],
) -> None:
    town, _, finance = told
    begin(town, finance)
    shown = town.says(finance, REPLY)
    assert "ยกเลิกแล้ว" in words(town.choose(finance, shown, "ยกเลิก"))
    assert "ปุ่มนี้เป็นของข้อความเก่า" in words(town.choose(finance, shown, "ส่ง"))
    assert only_question(town).state is QuestionState.WAITING
    begin(town, finance)
    assert "ยกเลิกแล้ว" in words(town.says(finance, "ยกเลิก"))


def test_an_old_send_button_does_not_send_what_was_typed_after_it(
    told: tuple[Town, str, str],
) -> None:
    town, user, finance = told
    begin(town, finance)
    old = town.says(finance, "ฉบับเก่า")
    town.says(finance, "ฉบับใหม่")
    assert "ยังไม่ได้ส่ง" in words(town.choose(finance, old, "ส่ง"))
    assert "ฉบับ" not in words(town.line.messages_to(user))


def test_a_photo_a_sticker_and_a_long_text_are_met_plainly(told: tuple[Town, str, str]) -> None:
    town, _, finance = told
    begin(town, finance)
    assert "ตอบเป็นข้อความเท่านั้น" in words(town.sends_file(finance, b"x"))
    assert "ตอบเป็นข้อความเท่านั้น" in words(town.says(finance, "😀"))
    assert "ยาวเกินไป" in words(town.says(finance, "ก" * 3001))
    assert "ตรวจก่อนส่ง" in words(town.says(finance, REPLY))


def test_after_half_an_hour_what_an_officer_types_is_no_answer(
    told: tuple[Town, str, str], frozen: Any
) -> None:
    town, user, finance = told
    shown = begin(town, finance)
    shown = town.says(finance, REPLY)
    frozen.shift(timedelta(minutes=31))
    assert "ยังไม่ได้ส่ง" in words(town.choose(finance, shown, "ส่ง"))
    assert REPLY not in words(town.line.messages_to(user))


def test_a_door_of_the_menu_ends_the_answering(told: tuple[Town, str, str]) -> None:
    town, _, finance = told
    begin(town, finance)
    town.taps(finance, "c:ask")
    assert "ตรวจก่อนส่ง" not in words(town.says(finance, "เปิดกี่โมง"))


def test_the_second_officer_is_told_that_it_is_answered(told: tuple[Town, str, str]) -> None:
    town, user, finance = told
    head = staff(town, "finance_head")
    data = find_action(news_to(town, finance), "ตอบข้อ 1")["data"]
    town.taps(head, data)
    theirs = town.says(head, "คำตอบของหัวหน้า")
    begin(town, finance)
    town.choose(finance, town.says(finance, REPLY), "ส่ง")
    late = words(town.choose(head, theirs, "ส่ง"))
    assert "ตอบไปแล้วโดย เจ้าหน้าที่กองคลัง" in late
    assert "ตอบไปแล้ว" in words(town.taps(head, data))
    assert "คำตอบของหัวหน้า" not in words(town.line.messages_to(user))


def test_an_asker_who_found_the_answer_needs_none(told: tuple[Town, str, str]) -> None:
    town, user, finance = told
    begin(town, finance)
    honest = [one for one in town.line.messages_to(user) if "ใกล้เคียงที่สุด" in words([one])]
    town.choose(user, honest, "1. ")
    assert "ไม่ต้องตอบแล้ว" in words(town.says(finance, REPLY))


def strangers() -> dict[str, Callable[[Town], str]]:
    def another_division(town: Town) -> str:
        return staff(town, "works")

    def citizen(town: Town) -> str:
        return town.user("คนผ่านมา")

    def executive(town: Town) -> str:
        return staff(town, "clerk")

    return {"works": another_division, "citizen": citizen, "executive": executive}


@pytest.mark.parametrize("who", strangers())
def test_who_may_not_answer_is_refused(told: tuple[Town, str, str], who: str) -> None:
    town, _, finance = told
    data = find_action(news_to(town, finance), "ตอบข้อ 1")["data"]
    other = strangers()[who](town)
    assert any(
        refusal in words(town.taps(other, data))
        for refusal in ("ตอบแทนไม่ได้", "ตอบคำถามแทนหน่วยงานไม่ได้")
    )
    assert only_question(town).state is QuestionState.WAITING
    assert "ตรวจก่อนส่ง" not in words(town.says(other, REPLY))


def test_who_lost_the_post_is_refused_even_in_the_middle(told: tuple[Town, str, str]) -> None:
    town, user, finance = told
    begin(town, finance)
    shown = town.says(finance, REPLY)
    leave(town, "finance")
    assert "ตอบคำถามแทนหน่วยงานไม่ได้" in words(town.choose(finance, shown, "ส่ง"))
    assert REPLY not in words(town.line.messages_to(user))


def test_forged_foreign_and_old_answer_buttons_do_nothing(
    told: tuple[Town, str, str], frozen: Any
) -> None:
    town, _, finance = told
    data = find_action(news_to(town, finance), "ตอบข้อ 1")["data"]
    bangphra = town.offices.bangphra
    other = staff(town, "officer", bangphra)
    for forged in ("q:", "q:AAAA", "q:ก", data[:-4] + "AAAA"):
        assert "ปุ่มนี้ใช้ไม่ได้แล้ว" in words(town.taps(finance, forged))
    assert "ปุ่มนี้ใช้ไม่ได้แล้ว" in words(town.taps(other, data, bangphra))
    frozen.shift(timedelta(days=61))
    assert "ปุ่มนี้ใช้ไม่ได้แล้ว" in words(town.taps(finance, data))


def answered(town: Town, officer: str) -> list[dict]:
    begin(town, officer)
    return town.choose(officer, town.says(officer, REPLY), "ส่ง")


def test_one_tap_keeps_the_answer_for_everybody_and_a_second_makes_no_second(
    told: tuple[Town, str, str],
) -> None:
    town, _, finance = told
    sent = answered(town, finance)
    entries = count(town, Article)
    assert "เก็บเป็นคลังคำตอบแล้ว" in words(town.choose(finance, sent, "เก็บเป็นคลัง"))
    assert "อยู่ในคลังคำตอบแล้ว" in words(town.choose(finance, sent, "เก็บเป็นคลัง"))
    assert count(town, Article) == entries + 1
    question = only_question(town)
    with town.db.reading() as session:
        kept = find_article(session, question.agency_id, key_of(question))
    assert kept is not None
    assert (kept.question, kept.answer) == (ASKED, REPLY)
    assert kept.division_id == town.offices.makham.divisions["finance"].id
    assert find_kept_by_search(town)


def find_kept_by_search(town: Town) -> bool:
    hits = town.engine.shelf.decide(town.offices.makham.agency_id, ASKED).hits
    return hits[0].question == ASKED


def test_a_question_with_a_number_in_it_is_not_kept_by_a_tap(asked: Town) -> None:
    decides(asked, DecisionKind.UNKNOWN)
    user, officer = asked.user("ประชาชน"), staff(asked, "officer")
    asked.says(user, "แผงตลาดเปิดจองเมื่อไร เบอร์ 08-0000-0000")
    asked.tick(NOON)
    entries = count(asked, Article)
    assert "ยังไม่ได้เก็บ" in words(asked.choose(officer, answered(asked, officer), "เก็บเป็นคลัง"))
    assert count(asked, Article) == entries


def test_an_asker_who_blocked_the_account_is_not_said_to_be_reached(
    told: tuple[Town, str, str],
) -> None:
    town, user, finance = told
    town.happens(town.line.user_blocks("makham", user))
    assert "ไม่ได้ส่ง" in words(answered(town, finance))
    assert only_question(town).state is QuestionState.ANSWERED


def test_an_officer_s_answer_can_be_judged_and_sent_back(told: tuple[Town, str, str]) -> None:
    town, user, finance = told
    answered(town, finance)
    mine = [one for one in town.line.messages_to(user) if REPLY in words([one])]
    sorry = town.choose(user, mine, "ยังไม่ตรง")
    town.choose(user, sorry, "ส่งให้เจ้าหน้าที่")
    question = only_question(town)
    assert (question.state, question.useful) == (QuestionState.WAITING, False)
    town.tick(NOON + timedelta(hours=1))
    assert len(news_to(town, finance)) == 2


def test_more_than_one_card_holds_comes_an_hour_later(asked: Town) -> None:
    decides(asked, DecisionKind.UNKNOWN)
    officer = staff(asked, "officer")
    with asked.db.writing() as session:
        for number in range(12):
            text = f"คำถามข้อที่ {number} " + "เรื่องยาวมาก" * 60
            store_question(
                session, asked.offices.makham.agency_id, text, QuestionState.WAITING, NOON
            )
    asked.tick(NOON)
    [first] = news_to(asked, officer)
    assert "12 ข้อ" in words([first])
    assert "ยังมีอีก 2 คำถาม" in words([first])
    assert len(list(actions([first]))) == 10
    asked.tick(NOON + timedelta(hours=1))
    assert len(list(actions(news_to(asked, officer)[1:]))) == 2
