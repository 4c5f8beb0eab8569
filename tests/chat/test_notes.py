"""To which report words and files after a tap belong, and what is asked where it is in doubt."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models.complaint import Complaint
from models.conversation import Conversation, ConversationKey, load, save
from models.measure import MeasureRow
from models.measure_review import accept_report
from models.progress import ReportStatus
from tests.chat.officers import (
    MORNING,
    cards,
    drafts,
    evidence_of,
    linked,
    obligation,
    plans,
    reports,
)
from tests.chat.test_reports import photo
from tests.chat.test_unsend import unsends
from tests.town import Town, actions, find_action, words

BRIBE = "ผู้อำนวยการกองเรียกรับเงินใต้โต๊ะจากผู้รับเหมา"


@pytest.fixture
def officer(town: Town, frozen) -> str:
    frozen.move_to(MORNING)
    return linked(town, "finance", "เจ้าหน้าที่กองคลัง")


@pytest.fixture
def two(town: Town, officer: str) -> str:
    """The officer has answered two obligations, a minute apart."""
    plans(town, MeasureRow(4, "ประกาศนโยบายไม่รับของขวัญ", ["กองคลัง"], [date(2023, 4, 3)], code="O38"))
    town.choose(officer, card_of(town, officer, "งบประมาณ"), "เสร็จแล้ว")
    town.choose(officer, card_of(town, officer, "ของขวัญ"), "กำลังทำ")
    return officer


def card_of(town: Town, officer: str, title: str) -> list[dict]:
    """The card of one obligation in the officer's own list."""
    asked = town.says(officer, "งานของฉัน")
    contents = asked[-1]["contents"]
    bubbles = contents.get("contents", [contents])
    return [next(one for one in bubbles if title in words([one]))]


def report_of(town: Town, title: str) -> str:
    target = obligation(town, title)
    return next(said for one, said in reports(town) if one.obligation_id == target.id)


def answer(town: Town, officer: str, label: str = "กำลังทำ") -> list[dict]:
    town.tick(MORNING)
    return town.choose(officer, cards(town, officer), label)


def test_after_two_taps_words_and_photos_are_asked_about_and_go_where_they_are_sent(
    town: Town, two: str
) -> None:
    asked = town.says(two, "ส่งให้สำนักปลัดแล้ว")
    assert "เกี่ยวกับงานไหน" in words(asked)
    assert "O38 ประกาศนโยบายไม่รับของขวัญ" in words(asked)
    assert "O11 เปิดเผยผลการใช้จ่ายงบประมาณ" in words(asked)
    assert [one["label"] for one in actions(asked)][-1] == "ไม่ใช่ทั้งสอง"
    again = town.sends_file(two, photo())
    assert "ข้อความ 1 ข้อความ และไฟล์ 1 ไฟล์" in words(again)
    assert [said for _, said in reports(town)] == ["", ""]
    told = town.choose(two, again, "2.")  # the one that was tapped first
    assert "เพิ่มลงในรายงาน “O11" in words(told)
    assert report_of(town, "งบประมาณ") == "ส่งให้สำนักปลัดแล้ว"
    assert report_of(town, "ของขวัญ") == ""
    first = next(one for one, said in reports(town) if said)
    assert evidence_of(town, first.id) == 1


def test_once_told_which_what_follows_goes_there_too(town: Town, two: str) -> None:
    town.choose(two, town.says(two, "ทำไปแล้ว 60 เปอร์เซ็นต์"), "1.")
    assert "เพิ่มข้อความลงในรายงาน" in words(town.says(two, "เหลือรอลงนาม"))
    assert report_of(town, "ของขวัญ") == "ทำไปแล้ว 60 เปอร์เซ็นต์\nเหลือรอลงนาม"
    found = next(one for one, said in reports(town) if said)
    assert (found.status, found.percent) == (ReportStatus.IN_PROGRESS, 60)


def test_a_second_answer_to_the_same_question_adds_nothing(town: Town, two: str) -> None:
    asked = town.says(two, "ส่งให้สำนักปลัดแล้ว")
    town.choose(two, asked, "1.")
    for label in ("1.", "2.", "ไม่ใช่ทั้งสอง"):
        assert "ตอบไปแล้ว" in words(town.choose(two, asked, label))
    assert sorted(said for _, said in reports(town)) == ["", "ส่งให้สำนักปลัดแล้ว"]


def test_neither_of_two_is_taken_as_if_nothing_had_been_tapped(town: Town, two: str) -> None:
    town.sends_file(two, photo())
    asked = town.says(two, "ถนนหน้าบ้านเป็นหลุม")
    answered = words(town.choose(two, asked, "ไม่ใช่ทั้งสอง"))
    assert "แจ้งเรื่อง" in answered
    assert drafts(town) == 0
    assert [said for _, said in reports(town)] == ["", ""]


def test_a_question_that_sounds_like_a_citizens_is_asked_about(town: Town, officer: str) -> None:
    answer(town, officer, "เสร็จแล้ว")
    asked = town.says(officer, "จ่ายภาษีที่ดินได้ถึงเมื่อไร")
    assert "ใช่ไหมคะ" in words(asked)
    town.choose(officer, asked, "ใช่")
    assert [said for _, said in reports(town)] == ["จ่ายภาษีที่ดินได้ถึงเมื่อไร"]
    town.says(officer, "แนบภาพแล้ว")
    assert [said for _, said in reports(town)] == ["จ่ายภาษีที่ดินได้ถึงเมื่อไร\nแนบภาพแล้ว"]


def test_no_sends_a_question_to_where_questions_go(town: Town, officer: str) -> None:
    answer(town, officer, "เสร็จแล้ว")
    asked = town.says(officer, "จ่ายภาษีที่ดินได้ถึงเมื่อไร")
    told = words(town.choose(officer, asked, "ไม่ใช่"))
    assert "ส่งคำถามต่อให้เจ้าหน้าที่" in told
    assert [said for _, said in reports(town)] == [""]


def test_words_of_corruption_are_never_added_unasked_and_are_not_repeated(
    town: Town, officer: str
) -> None:
    answer(town, officer, "ติดปัญหา")
    asked = town.says(officer, BRIBE)
    assert "ใช่ไหมคะ" in words(asked)
    assert "เรียกรับเงิน" not in words(asked)
    assert [said for _, said in reports(town)] == [""]
    door = town.choose(officer, asked, "ไม่ใช่")
    assert find_action(door, "แจ้งเบาะแสทุจริต")
    assert [said for _, said in reports(town)] == [""]
    with town.db.reading() as session:
        kept = session.scalars(select(Conversation)).all()
        assert all("เรียกรับ".encode() not in one.content for one in kept)
        assert session.scalars(select(Complaint)).all() == []


@pytest.mark.parametrize(
    "note",
    [
        "เผยแพร่บนเว็บไซต์แล้ว https://example.go.th/ita/o11?page=2#a",
        *("รอเอกสารจากธนาคาร", "ส่งหนังสือแล้ว รอลงนาม", "เว็บไซต์ล่ม อัปโหลดไม่ได้"),
        *("เชิญวิทยากรแล้ว แต่ยังไม่ได้วันที่แน่นอน", "ดำเนินการจัดซื้อจัดจ้างเรียบร้อย"),
    ],
)
def test_an_officers_ordinary_note_is_kept_as_it_is_and_unasked(
    town: Town, officer: str, note: str
) -> None:
    answer(town, officer, "เสร็จแล้ว")
    assert "เพิ่มข้อความลงในรายงานแล้ว" in words(town.says(officer, note))
    assert [said for _, said in reports(town)] == [note]


def test_what_may_be_a_tip_is_asked_about_rather_than_added(town: Town, officer: str) -> None:
    answer(town, officer, "เสร็จแล้ว")
    asked = town.says(officer, "ชื่อผู้รับจ้างไม่ตรงกับสัญญา")
    assert "ใช่ไหมคะ" in words(asked)
    assert [said for _, said in reports(town)] == [""]


def test_a_problem_may_sound_like_a_complaint(town: Town, officer: str) -> None:
    answer(town, officer, "ติดปัญหา")
    town.says(officer, "น้ำประปาไม่ไหล")
    town.says(officer, "ต้องส่งเอกสารอะไรบ้าง")
    assert [said for _, said in reports(town)] == ["น้ำประปาไม่ไหล\nต้องส่งเอกสารอะไรบ้าง"]


def test_a_photo_hours_later_is_asked_about_and_kept_once(town: Town, officer: str, frozen) -> None:
    answer(town, officer, "เสร็จแล้ว")
    frozen.shift(5 * 3600)
    asked = town.sends_file(officer, photo())
    assert "ไฟล์ 1 ไฟล์ที่ส่งมา เกี่ยวกับ “O11" in words(asked)
    [(report, _)] = reports(town)
    assert evidence_of(town, report.id) == 0
    town.choose(officer, asked, "ใช่")
    assert evidence_of(town, report.id) == 1
    assert drafts(town) == 0


def test_a_photo_that_is_about_nothing_is_not_kept_and_not_asked_about_again(
    town: Town, officer: str, frozen
) -> None:
    answer(town, officer, "เสร็จแล้ว")
    frozen.shift(5 * 3600)
    told = town.choose(officer, town.sends_file(officer, photo()), "ไม่ใช่")
    assert "ยังไม่ทราบว่าเกี่ยวกับเรื่องใด จึงไม่ได้เก็บไว้" in words(told)
    assert drafts(town) == 0
    assert "จึงไม่ได้เก็บไว้" in words(town.sends_file(officer, photo()))
    assert [evidence_of(town, one.id) for one, _ in reports(town)] == [0]


def test_after_a_day_a_photo_is_no_longer_asked_about(town: Town, officer: str, frozen) -> None:
    answer(town, officer, "เสร็จแล้ว")
    frozen.shift(24 * 3600 + 60)
    assert "จึงไม่ได้เก็บไว้" in words(town.sends_file(officer, photo()))


def test_words_shortly_after_the_half_hour_are_asked_about_a_greeting_is_not(
    town: Town, officer: str, frozen
) -> None:
    answer(town, officer, "กำลังทำ")
    frozen.shift(40 * 60)
    assert "ใช่ไหมคะ" not in words(town.says(officer, "สวัสดีค่ะ"))
    asked = town.says(officer, "ลงนามแล้ว เหลือเผยแพร่")
    assert "ใช่ไหมคะ" in words(asked)
    town.choose(officer, asked, "ใช่")
    assert [said for _, said in reports(town)] == ["ลงนามแล้ว เหลือเผยแพร่"]


def test_hours_later_words_are_nobodys(town: Town, officer: str, frozen) -> None:
    answer(town, officer, "กำลังทำ")
    frozen.shift(3 * 3600)
    assert "ใช่ไหมคะ" not in words(town.says(officer, "ลงนามแล้ว เหลือเผยแพร่"))


def test_what_waits_for_an_answer_is_forgotten_after_a_day(
    town: Town, officer: str, frozen
) -> None:
    answer(town, officer, "เสร็จแล้ว")
    asked = town.says(officer, BRIBE)
    frozen.shift(25 * 3600)
    assert "เกิน 1 วัน" in words(town.choose(officer, asked, "ใช่"))
    assert [said for _, said in reports(town)] == [""]
    frozen.shift(24 * 3600)
    town.tick(MORNING + timedelta(days=2, hours=2))
    with town.db.reading() as session:
        assert session.scalars(select(Conversation)).all() == []


def test_a_message_that_is_unsent_while_it_waits_is_gone(town: Town, two: str) -> None:
    event = town.line.user_sends_text("makham", two, "ส่งผิดแชต")
    town.happens(event)
    asked = cards(town, two)[-1:]
    unsends(town, event)
    assert "ตอบไปแล้ว" in words(town.choose(two, asked, "1."))
    assert [said for _, said in reports(town)] == ["", ""]


def test_in_the_middle_of_a_citizens_report_a_tap_takes_none_of_its_words_unasked(
    town: Town, officer: str
) -> None:
    town.tick(MORNING)
    digest = cards(town, officer)
    kinds = town.choose(officer, town.says(officer, "แจ้งเรื่องร้องเรียน"), "แจ้งปัญหา")
    assert kinds
    town.choose(officer, digest, "เสร็จแล้ว")
    asked = town.says(officer, "ฝาท่อหน้าสำนักงานแตก")
    assert "ใช่ไหมคะ" in words(asked)
    assert [said for _, said in reports(town)] == [""]
    went_on = town.choose(officer, asked, "ไม่ใช่")
    assert went_on
    assert [said for _, said in reports(town)] == [""]
    asked = town.says(officer, "แนบลิงก์แล้ว")
    town.choose(officer, asked, "ใช่")
    assert [said for _, said in reports(town)] == ["แนบลิงก์แล้ว"]


def test_a_photo_in_the_middle_of_a_citizens_report_is_its_evidence_when_told_so(
    town: Town, officer: str
) -> None:
    town.tick(MORNING)
    digest = cards(town, officer)
    town.choose(officer, town.says(officer, "แจ้งเรื่องร้องเรียน"), "แจ้งปัญหา")
    town.choose(officer, digest, "เสร็จแล้ว")
    before = town.sends_file(officer, photo())
    assert "ใช่ไหมคะ" in words(before)
    told = words(town.choose(officer, before, "ไม่ใช่"))
    assert told
    assert "ไม่ได้เก็บไว้" not in told
    assert drafts(town) == 1  # the guided report's own
    [(report, _)] = reports(town)
    assert evidence_of(town, report.id) == 0


def test_a_receipt_code_is_never_taken_for_a_note(town: Town, officer: str) -> None:
    answer(town, officer, "เสร็จแล้ว")
    town.says(officer, "1234 5678 9012 3456")
    assert [said for _, said in reports(town)] == [""]


def test_a_door_of_the_menu_ends_it(town: Town, officer: str) -> None:
    answer(town, officer, "เสร็จแล้ว")
    town.says(officer, "ถามข้อมูล")
    town.says(officer, "เปิดทำการกี่โมง")
    assert [said for _, said in reports(town)] == [""]


def test_pressing_finished_ends_the_half_hour(town: Town, officer: str, frozen) -> None:
    answered = answer(town, officer, "ติดปัญหา")
    frozen.shift(60)
    assert "เรียบร้อย" in words(town.choose(officer, answered, "เสร็จแล้ว"))
    [(report, _)] = reports(town)
    assert report.ready_at == MORNING + timedelta(seconds=60)
    town.says(officer, "ลงนามแล้ว เหลือเผยแพร่")
    assert [said for _, said in reports(town)] == [""]


def test_in_a_group_each_is_asked_about_their_own_and_strangers_answer_nothing(
    town: Town, officer: str, frozen
) -> None:
    stranger = town.user("คนนอก")
    world = town.line.world.users
    group = town.line.add_group("กลุ่มกองคลัง", [world[officer], world[stranger]], "makham").group_id
    town.link_group(town.offices.makham, "finance", group)
    town.tick(MORNING)
    town.choose(officer, cards(town, group), "เสร็จแล้ว", group=group)
    frozen.shift(2 * 3600)
    assert town.sends_file(stranger, photo(), group_id=group) == []
    asked = town.sends_file(officer, photo(), group_id=group)
    assert "ใช่ไหมคะ" in words(asked)
    assert town.choose(stranger, asked, "ใช่", group=group) == []
    told = town.choose(officer, asked, "ไม่ใช่", group=group)
    assert "ไม่ได้เก็บไว้" in words(told)
    assert drafts(town) == 0
    assert town.says(officer, "กินข้าวหรือยัง", group=group) == []


def test_a_forged_answer_to_the_question_is_refused(town: Town, two: str) -> None:
    asked = town.says(two, "ส่งให้สำนักปลัดแล้ว")
    data = find_action(asked, "1.")["data"]
    for forged in ("n:", "n:ก:0", f"{data}9", f"{data[:-1]}-1", f"{data[:-1]}²", "n:00000000:0"):
        assert words(town.taps(two, forged))
    assert [said for _, said in reports(town)] == ["", ""]
    town.taps(two, data)
    assert sorted(said for _, said in reports(town)) == ["", "ส่งให้สำนักปลัดแล้ว"]


def test_a_file_for_a_report_that_was_accepted_meanwhile_is_not_added_and_said_so(
    town: Town, officer: str, frozen
) -> None:
    answer(town, officer, "เสร็จแล้ว")
    with town.db.writing() as session:
        head = session.merge(town.offices.makham.people["finance_head"])
        accept_report(session, session.merge(obligation(town, "งบประมาณ")), head, MORNING)
    assert "ยังไม่ได้เพิ่ม เพราะรายงานนี้มีผู้ตรวจแล้ว" in words(town.sends_file(officer, photo()))
    assert drafts(town) == 0


def test_a_tap_that_an_older_version_remembered_still_counts(town: Town, officer: str) -> None:
    answer(town, officer, "เสร็จแล้ว")
    key = ConversationKey(town.offices.makham.agency_id, officer, officer)
    with town.db.writing() as session:
        kept = load(session, key)
        [follow_up] = kept.pop("follow_ups")
        kept["follow_up"] = {name: follow_up[name] for name in ("report_id", "until")}
        older = {name: kept[name] for name in ("dialogue", "follow_up", "answering")}
        save(session, key, older, MORNING.date())
    town.says(officer, "เผยแพร่แล้ว")
    assert [said for _, said in reports(town)] == ["เผยแพร่แล้ว"]
