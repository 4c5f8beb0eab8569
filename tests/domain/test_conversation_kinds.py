"""The kinds of report, who must not see them, those that were filed already, and additions."""

from __future__ import annotations

import json
from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.adding import begin_adding
from domain.conversation import Found, offer, step
from domain.dialogue import (
    AddToCase,
    Dialogue,
    Directory,
    Kind,
    Moved,
    PassOn,
    Placed,
    Reader,
    Said,
    State,
    Unsent,
)
from domain.forms import FORMS
from domain.hiding import ids_of, readers_left
from domain.ids import new_receipt_code, show_receipt_code
from domain.taps import Move
from tests.domain.talking import DIRECTORY, FINANCE, NOON, WORKS, Talk, photo

KINDS = {
    Move.SERVICE: Kind.SERVICE,
    Move.REQUEST: Kind.REQUEST,
    Move.SUGGESTION: Kind.SUGGESTION,
    Move.GENERAL: Kind.GENERAL,
    Move.CORRUPTION: Kind.CORRUPTION,
}
OFFICER = UUID(int=3)
SAME = Found("a" * 32, date(2023, 3, 12), "in_review", 43.7)
TO_CONFIRM = (Move.SERVICE, "ไฟดับ", "ซอย 5", Move.NEXT, Move.ANONYMOUS)


@pytest.mark.parametrize(("move", "kind"), KINDS.items())
def test_each_kind_asks_its_own_questions_one_after_the_other(move: Move, kind: Kind) -> None:
    talk = Talk().each([Move.COMPLAINT, move])
    for state in FORMS[kind][:-1]:
        assert talk.state is state
        talk("คำตอบ" if state is State.WHAT else Move.SKIP)
    assert (talk.state, talk.dialogue.draft.kind) == (State.IDENTITY, kind)


@pytest.mark.parametrize("label", ["ขอรับบริการ", " ขอรับบริการ ", "ask for a service"])
def test_a_kind_can_be_typed(label: str) -> None:
    assert Talk().each([Move.COMPLAINT, label]).dialogue.draft.kind is Kind.REQUEST


def test_who_tells_the_story_at_once_need_not_choose_a_kind() -> None:
    talk = Talk().each([Move.COMPLAINT, "ถนนหน้าวัดเป็นหลุม"])
    assert talk.state is State.WHERE
    assert talk.dialogue.draft.answers == {"what": "ถนนหน้าวัดเป็นหลุม"}


def test_who_shows_the_thing_at_once_is_asked_what_it_is() -> None:
    talk = Talk()(Move.COMPLAINT)(photo("hole"))
    assert talk.state is State.WHAT
    assert talk.dialogue.draft.files == ("hole",)


def test_the_choice_of_a_kind_is_forgotten_after_an_hour() -> None:
    talk = Talk()(Move.COMPLAINT).wait(timedelta(hours=2))("ภาษีจ่ายที่ไหน")
    assert (talk.state, talk.effects) == (State.IDLE, (PassOn(),))


def test_a_place_keeps_its_coordinates_until_words_replace_it() -> None:
    talk = Talk().each([Move.SERVICE, "ไฟดับ"])
    talk(Placed("ซอย 5 (12.600000, 102.100000)", coordinates="12.600000,102.100000"))
    assert talk.dialogue.draft.answers["coordinates"] == "12.600000,102.100000"
    talk.each([Move.BACK, "หน้าวัด"])
    assert "coordinates" not in talk.dialogue.draft.answers


# Offers


def offered(kind: Kind = Kind.SERVICE) -> Talk:
    talk = Talk()
    talk.dialogue = offer(Dialogue(), kind, Said("ไฟหน้าบ้านดับ", "m1"), NOON).dialogue
    return talk


@pytest.mark.parametrize(
    ("kind", "door"), [(Kind.SERVICE, Move.COMPLAINT), (Kind.CORRUPTION, Move.CORRUPTION)]
)
def test_the_words_that_led_to_a_door_need_not_be_typed_again(kind: Kind, door: Move) -> None:
    talk = offered(kind)(door)
    assert talk.state is State.WHERE
    assert talk.dialogue.draft.answers == {"what": "ไฟหน้าบ้านดับ"}
    assert talk.dialogue.draft.sources == {"m1": "what"}


@pytest.mark.parametrize("event", ["ขยะเก็บวันไหน", Move.MENU, Move.HUMAN, photo("a")])
def test_an_offer_not_taken_is_forgotten_with_its_words(event: Move | str) -> None:
    talk = offered()(event)
    assert talk.dialogue == Dialogue(touched=talk.now)
    assert PassOn() in talk.effects


def test_an_offer_is_forgotten_when_its_message_is_taken_back() -> None:
    assert offered()(Unsent("m1")).dialogue == Dialogue(touched=NOON)


# Who must not see it


def kept_from(talk: Talk) -> frozenset[UUID]:
    divisions, people = ids_of(talk.dialogue.draft.hidden)
    return divisions | people


def at_hide(who: str = "ไม่ทราบ") -> Talk:
    return Talk().each([Move.CORRUPTION, "เรียกเงิน", "ที่สำนักงาน", "เมื่อวาน", who])


@pytest.mark.parametrize("who", ["ผู้อำนวยการกองช่าง", "คนใน กอง ช่าง", "นายช่างโยธา กองช่างเทศบาล"])
def test_a_division_that_the_report_names_will_not_see_it(who: str) -> None:
    talk = at_hide(who)
    assert kept_from(talk) == {WORKS}
    assert "จะไม่แสดงเรื่องนี้ต่อ: กองช่าง" in talk.words
    assert [one.name for one in readers_left(talk.dialogue.draft, DIRECTORY)] == ["เจ้าหน้าที่จริยธรรม"]


def test_offices_and_officers_are_hidden_from_by_name_and_shown_again_by_name() -> None:
    talk = at_hide().each(["กองคลัง", "เจ้าหน้าที่จริยธรรม"])
    assert kept_from(talk) == {FINANCE, OFFICER}
    assert "เจ้าหน้าที่ที่จะเปิดอ่านเรื่องนี้ได้: ผู้อำนวยการกองช่าง" in talk.words
    talk("การคลัง")
    assert kept_from(talk) == {OFFICER}


def test_a_name_that_nobody_has_hides_nothing_and_says_so() -> None:
    talk = at_hide()("กองบิน")
    assert talk.dialogue.draft.hidden == ()
    assert "ไม่พบชื่อนี้" in talk.words
    assert talk.state is State.HIDE


def test_when_nobody_is_left_to_read_it_other_doors_are_named() -> None:
    talk = at_hide("กองช่าง")("เจ้าหน้าที่จริยธรรม")
    assert "ป.ป.ช. โทร 1205" in talk.words
    assert Talk().each([Move.CORRUPTION, "ก", "ข", "ค", "ง"]).state is State.HIDE
    empty = step(Dialogue(State.HIDE), Said("ใครก็ได้"), NOON, Directory(readers=(), divisions=()))
    assert "1205" in str(empty.effects)


def test_the_summary_says_who_will_not_see_it() -> None:
    talk = at_hide("กองช่าง").each([Move.NEXT, Move.NEXT, Move.ANONYMOUS])
    assert "กองช่าง" in str(talk.said[0].model_dump()["facts"])


def test_readers_of_a_hidden_division_are_not_left() -> None:
    directory = Directory(DIRECTORY.divisions, (Reader(UUID(int=9), "หัวหน้า", WORKS),))
    assert readers_left(at_hide("กองช่าง").dialogue.draft, directory) == []


# The same, reported by others


def test_what_somebody_else_reported_is_offered_to_be_joined() -> None:
    talk = Talk().finds(SAME).each(TO_CONFIRM)
    assert talk.state is State.JOIN
    assert "12 มีนาคม 2566 ห่างจากจุดนี้ประมาณ 40 เมตร" in talk.words
    assert "เจ้าหน้าที่กำลังตรวจสอบ" in talk.words
    talk.each([Move.SAME, Move.CONFIRM])
    assert talk.filed[0].draft.joins == SAME.id


def test_something_else_is_not_joined_and_not_asked_about_again() -> None:
    talk = Talk().finds(SAME).each([*TO_CONFIRM, Move.DIFFERENT])
    assert talk.state is State.CONFIRM
    talk.each([Move.BACK, Move.ANONYMOUS])
    assert talk.state is State.CONFIRM
    talk(Move.CONFIRM)
    assert talk.filed[0].draft.joins == ""


def test_an_edited_report_is_compared_again() -> None:
    talk = Talk().finds(SAME).each([*TO_CONFIRM, Move.SAME, Move.EDIT])
    assert talk.dialogue.draft.joins == ""
    talk.each([Move.SKIP, Move.SKIP, Move.NEXT, Move.ANONYMOUS])
    assert talk.state is State.JOIN


@pytest.mark.parametrize("kind", [Move.REQUEST, Move.SUGGESTION, Move.CORRUPTION])
def test_what_is_nobody_else_s_business_is_never_compared(kind: Move) -> None:
    talk = Talk().finds(SAME).each([kind, "เรื่อง"])
    while talk.state is not State.IDENTITY:
        talk(Move.SKIP)
    assert talk(Move.ANONYMOUS).state is State.CONFIRM


# Adding to a case


def adding(case: str = "token", purpose: str = "add") -> Talk:
    talk = Talk()
    talk.dialogue = begin_adding(Dialogue(), purpose, case, NOON).dialogue
    return talk


def test_words_and_files_are_gathered_and_sent_as_one() -> None:
    talk = adding().each(["ยังไม่ซ่อม", photo("a"), "มีคนล้ม", "ส่ง"])
    (sent,) = talk.effects
    assert isinstance(sent, AddToCase)
    assert (sent.code, sent.draft.case) == (None, "token")
    assert sent.draft.answers == {"more": "ยังไม่ซ่อม\nมีคนล้ม"}
    assert sent.draft.files == ("a",)
    assert talk.dialogue == Dialogue(touched=NOON)


def test_an_anonymous_case_is_known_by_its_code_alone_and_only_when_it_is_typed() -> None:
    code = new_receipt_code()
    talk = adding("").each([photo("a"), "หลักฐานใหม่"])
    assert code not in json.dumps(talk.dialogue.to_json())
    assert "16 หลัก" in talk(Move.NEXT).words
    talk(show_receipt_code(code))
    (sent,) = talk.effects
    assert isinstance(sent, AddToCase)
    assert sent.code == code


def test_a_mistyped_code_keeps_what_was_gathered() -> None:
    code = new_receipt_code()
    wrong = f"{code[:-1]}{(int(code[-1]) + 1) % 10}"
    talk = adding("").each(["หลักฐานใหม่", wrong])
    assert "ผิดอย่างน้อยหนึ่งหลัก" in talk.words
    assert talk.dialogue.draft.answers == {"more": "หลักฐานใหม่"}


def test_nothing_is_not_sent() -> None:
    talk = adding()(Move.NEXT)
    assert talk.state is State.ADD
    assert "ยังไม่มีข้อความหรือไฟล์" in talk.words


def test_what_was_gathered_can_be_thrown_away() -> None:
    talk = adding().each([photo("a"), Move.CANCEL])
    assert (talk.state, talk.discarded) == (State.IDLE, ["a"])


def test_what_was_gathered_waits_for_who_was_away() -> None:
    talk = adding()("ก่อนหน้า").wait(timedelta(hours=2))("เรื่องอื่น")
    assert "ข้อมูลที่จะส่งเพิ่ม" in talk.words
    assert talk.dialogue.draft.answers == {"more": "ก่อนหน้า"}


def test_a_comment_on_the_outcome_is_words_alone() -> None:
    talk = adding(purpose="comment")(photo("a"))
    assert talk.discarded == ["a"]
    assert talk.state is State.ADD


# English


def test_a_whole_report_can_be_made_in_english() -> None:
    talk = Talk("en")
    said = []
    moves = ("report a problem", Move.SERVICE, "Light is out", "Skip", "Done, go on", "anonymous")
    for event in (Move.COMPLAINT, *moves[1:]):
        said.append(talk(event).words)
    assert talk.state is State.CONFIRM
    assert not any("\u0e01" <= mark <= "\u0e5b" for mark in "".join(said))
    talk("send it")
    assert talk.filed


def test_the_language_stays_when_a_report_is_over() -> None:
    talk = Talk("en").each([Move.CORRUPTION, Move.CANCEL])
    assert talk.dialogue.language == "en"
    assert "Cancelled" in talk.words


def test_a_draft_of_an_older_version_can_still_be_read() -> None:
    raw = Talk().each([Move.CORRUPTION, "เรื่อง"]).dialogue.to_json()
    for later in ("hidden", "compared", "joins", "purpose", "case"):
        del raw["draft"][later]
    del raw["language"]
    dialogue = Dialogue.from_json(raw)
    assert step(dialogue, Moved(Move.SKIP), NOON).dialogue.state is State.WHEN
