"""What the guided report promises to the one who writes it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bot.cards import render
from domain.conversation import MOST_FILES
from domain.dialogue import (
    Dialogue,
    Draft,
    Kind,
    Moved,
    Other,
    PassOn,
    Placed,
    Said,
    State,
    Track,
    Unsent,
    Unusable,
)
from domain.forms import Trigger, target
from domain.ids import new_receipt_code, show_receipt_code
from domain.taps import Move
from tests.domain.talking import (
    CORRUPTION_ANSWERS,
    NOON,
    TO_IDENTITY,
    WALKS,
    Talk,
    at_evidence,
    at_identity,
    in_every_state,
    photo,
)

NOTHING_WRITTEN = (State.TRACK, State.KIND)
LONG_AWAY = timedelta(hours=1, seconds=1)


@in_every_state
def test_the_walk_of_these_tests_leads_where_it_says(state: State) -> None:
    assert Talk().each(WALKS[state]).state is state


@in_every_state
def test_every_state_can_be_cancelled_and_then_nothing_is_left(state: State) -> None:
    for cancel in (Move.CANCEL, "ยกเลิก", " ยกเลิก ", "Cancel"):
        talk = Talk().each(WALKS[state])(cancel)
        assert talk.dialogue == Dialogue(touched=talk.now)
        assert "ยกเลิกแล้ว" in talk.words


@in_every_state
def test_every_state_offers_the_way_out(state: State) -> None:
    assert Move.CANCEL in Talk().each(WALKS[state]).offered


@in_every_state
def test_going_back_leads_to_the_question_before(state: State) -> None:
    before = {
        State.WHERE: State.WHAT,
        State.WHEN: State.WHERE,
        State.WHO: State.WHEN,
        State.HIDE: State.WHO,
        State.EVIDENCE: State.HIDE,
        State.IDENTITY: State.EVIDENCE,
        State.CONSENT: State.IDENTITY,
        State.NAME: State.IDENTITY,
        State.PHONE: State.NAME,
        State.CONFIRM: State.IDENTITY,
    }
    talk = Talk().each(WALKS[state])
    assert (Move.BACK in talk.offered) == (state in before)
    talk("ย้อนกลับ")
    assert talk.state is before.get(state, state)


def test_going_back_shows_the_earlier_answer_and_skipping_keeps_it() -> None:
    talk = Talk().each([Move.CORRUPTION, "ทุจริตจัดซื้อ", Move.BACK])
    assert "คำตอบเดิม: ทุจริตจัดซื้อ" in talk.words
    talk(Move.SKIP)
    assert talk.state is State.WHERE
    assert talk.dialogue.draft.answers == {"what": "ทุจริตจัดซื้อ"}


def test_what_happened_cannot_be_skipped_and_the_rest_can() -> None:
    talk = Talk()(Move.CORRUPTION)
    assert Move.SKIP not in talk.offered
    talk(Move.SKIP)
    assert talk.state is State.WHAT
    assert "ข้ามไม่ได้" in talk.words
    talk.each(["เรื่องราว", Move.SKIP, "ข้าม", Move.SKIP, "skip", Move.SKIP])
    assert talk.state is State.IDENTITY
    assert talk.dialogue.draft.answers == {"what": "เรื่องราว"}


def test_a_service_complaint_asks_neither_when_nor_who() -> None:
    talk = Talk().each([Move.COMPLAINT, "ไฟถนนดับ", Placed("ซอย 5 (12.600000, 102.100000)")])
    assert talk.state is State.EVIDENCE
    assert talk.dialogue.draft.answers["where"].startswith("ซอย 5")


def test_a_place_is_an_answer_only_to_where() -> None:
    talk = Talk()(Move.CORRUPTION)(Placed("ซอย 5"))
    assert talk.state is State.WHAT
    assert "ใช้ตอบข้อนี้ไม่ได้" in talk.words


def test_cancelling_deletes_the_files_that_were_sent() -> None:
    talk = at_evidence().each([photo("a"), photo("b"), Move.NEXT, Move.CANCEL])
    assert talk.discarded == ["a", "b"]
    assert talk.dialogue == Dialogue(touched=talk.now)


@pytest.mark.parametrize("move", [Move.CONTINUE, "ทำต่อ"])
def test_who_was_away_an_hour_is_asked_before_words_are_taken(move: Move | str) -> None:
    talk = at_evidence().each([Move.BACK, Move.BACK]).wait(LONG_AWAY)
    kept = talk.dialogue.draft
    talk("ขอถามเรื่องภาษีหน่อย")
    assert talk.state is State.WHO
    assert talk.dialogue.draft == kept
    assert talk.offered == {Move.CONTINUE, Move.CANCEL}
    talk.wait(LONG_AWAY)(move)
    assert "ใครเกี่ยวข้อง" in talk.words
    assert talk.dialogue.draft == kept


@pytest.mark.parametrize("move", [Move.CANCEL, "ยกเลิก"])
def test_who_was_away_an_hour_can_cancel_at_once(move: Move | str) -> None:
    talk = at_evidence()(photo("a")).wait(LONG_AWAY)(move)
    assert talk.state is State.IDLE
    assert talk.discarded == ["a"]


def test_after_an_hour_not_even_a_tap_is_taken_unasked() -> None:
    talk = Talk().each([*TO_IDENTITY, Move.ANONYMOUS]).wait(LONG_AWAY)(Move.CONFIRM)
    assert talk.state is State.CONFIRM
    assert talk.filed == []


def test_a_photo_that_comes_after_an_hour_is_not_kept() -> None:
    talk = at_evidence().wait(LONG_AWAY)(photo("late"))
    assert talk.discarded == ["late"]
    assert talk.dialogue.draft.files == ()


def test_an_hour_to_the_second_is_not_away() -> None:
    talk = Talk().each([Move.CORRUPTION]).wait(timedelta(hours=1))("เรื่องราว")
    assert talk.state is State.WHERE


def test_waiting_for_a_code_ends_after_an_hour_without_a_word() -> None:
    talk = Talk()(Move.TRACK).wait(LONG_AWAY)("ภาษีจ่ายที่ไหน")
    assert talk.state is State.IDLE
    assert talk.effects == (PassOn(),)


@pytest.mark.parametrize("door", [Move.CORRUPTION, Move.COMPLAINT, Move.TRACK])
@pytest.mark.parametrize("state", [one for one in WALKS if one not in NOTHING_WRITTEN])
def test_a_door_tapped_amid_a_draft_never_throws_it_away(state: State, door: Move) -> None:
    talk = Talk().each(WALKS[state])
    before = talk.dialogue
    talk(door)
    assert talk.dialogue == before
    assert talk.offered == {Move.CONTINUE, Move.CANCEL}


def test_doors_open_from_the_question_for_a_code() -> None:
    assert Talk().each([Move.TRACK, Move.CORRUPTION]).state is State.WHAT
    assert Talk().each([Move.TRACK, Move.COMPLAINT]).state is State.KIND
    assert Talk().each([Move.TRACK, Move.COMPLAINT, Move.TRACK]).state is State.TRACK
    again = Talk().each([Move.TRACK, Move.TRACK])
    assert again.state is State.TRACK
    assert "16 หลัก" in again.words


def test_an_image_set_is_answered_once() -> None:
    talk = at_evidence()
    for name in ("a", "b"):
        talk(photo(name, "set", 3))
        assert talk.effects == ()
    talk(photo("c", "set", 3))
    assert "รายการที่ 3" in talk.words
    assert talk.dialogue.draft.files == ("a", "b", "c")


def test_two_image_sets_that_come_mixed_are_each_answered_once() -> None:
    talk, answers = at_evidence(), 0
    for name, set_id in (("a", "x"), ("b", "y"), ("c", "x"), ("d", "y")):
        answers += len(talk(photo(name, set_id, 2)).said)
    assert answers == 2


def test_more_files_than_are_taken_are_refused_in_words() -> None:
    talk = at_evidence().each(photo(f"file{i}") for i in range(MOST_FILES))
    assert len(talk.dialogue.draft.files) == MOST_FILES
    talk(photo("one too many"))
    assert talk.discarded == ["one too many"]
    assert f"ไม่เกิน {MOST_FILES} รายการ" in talk.words
    assert talk(Move.NEXT).state is State.IDENTITY


def test_a_photo_that_comes_before_it_is_asked_for_is_kept() -> None:
    talk = Talk()(Move.COMPLAINT)(photo("early"))
    assert talk.state is State.WHAT
    assert talk.dialogue.draft.files == ("early",)
    assert "ต้องการแจ้งเรื่องอะไร" in talk.words


@pytest.mark.parametrize("state", [State.CONSENT, State.NAME, State.CONFIRM, State.TRACK])
def test_a_photo_where_none_belongs_is_not_kept(state: State) -> None:
    talk = Talk().each(WALKS[state])(photo("stray"))
    assert talk.discarded == ["stray"]
    assert talk.state is state


def test_a_file_that_could_not_be_taken_is_explained_and_the_question_stands() -> None:
    talk = at_evidence()(Unusable("ไฟล์นี้ว่างเปล่า"))
    assert "ไฟล์นี้ว่างเปล่า" in talk.words
    assert Move.NEXT in talk.offered


@pytest.mark.parametrize("text", ["👍", "🙏🏽🙏🏽", "...", "  ", "❤️‍🔥", "!!", "\u0e49"])
@pytest.mark.parametrize("state", [State.WHAT, State.WHERE, State.NAME, State.PHONE])
def test_emoji_alone_are_no_answer(state: State, text: str) -> None:
    talk = Talk().each(WALKS[state])
    before = talk.dialogue
    talk(text)
    assert talk.dialogue == before
    assert "ใช้ตอบข้อนี้ไม่ได้" in talk.words


@pytest.mark.parametrize("text", ["ไม่มี", "ไม่มีค่ะ", "ไม่มีครับ", " ไม่มีหลักฐาน ครับ", "หมดแล้ว", "no"])
def test_no_nothing_at_the_evidence_means_go_on(text: str) -> None:
    talk = at_evidence()(text)
    assert talk.state is State.IDENTITY
    assert talk.dialogue.draft.answers == CORRUPTION_ANSWERS


def test_words_sent_with_the_evidence_are_kept_beside_the_story() -> None:
    talk = at_evidence().each(["มีใบเสร็จด้วย", "และมีพยาน"])
    assert talk.state is State.EVIDENCE
    more = {"more": "มีใบเสร็จด้วย\nและมีพยาน"}
    assert talk.dialogue.draft.answers == CORRUPTION_ANSWERS | more


def test_editing_keeps_every_answer_and_the_files() -> None:
    talk = at_evidence().each([photo("a"), Move.NEXT, Move.ANONYMOUS, Move.EDIT])
    assert talk.state is State.WHAT
    talk.each([Move.SKIP, "ที่ใหม่", Move.SKIP, Move.SKIP, Move.NEXT, Move.NEXT, Move.ANONYMOUS])
    assert talk.state is State.CONFIRM
    assert talk.dialogue.draft.answers == CORRUPTION_ANSWERS | {"where": "ที่ใหม่"}
    assert talk.dialogue.draft.files == ("a",)


def test_an_anonymous_report_asks_for_no_name_and_no_consent() -> None:
    talk = at_identity()(Move.ANONYMOUS)
    assert talk.state is State.CONFIRM
    talk(Move.CONFIRM)
    assert talk.filed[0].draft.name == talk.filed[0].draft.phone == ""


def test_who_turns_anonymous_at_the_last_moment_leaves_no_name_in_the_draft() -> None:
    talk = at_identity().each([Move.NAMED, Move.AGREE, "สมชาย ใจดี", "081"])
    assert talk.dialogue.draft.name == "สมชาย ใจดี"
    talk.each([Move.BACK, Move.ANONYMOUS, Move.CONFIRM])
    assert "สมชาย" not in repr(talk.filed)


@pytest.mark.parametrize("mode", [Move.NAMED, Move.CONFIDENTIAL])
def test_consent_comes_before_anything_personal_is_asked(mode: Move) -> None:
    talk = at_identity()(mode)
    assert talk.state is State.CONSENT
    talk("ไม่แน่ใจ")
    assert talk.state is State.CONSENT
    talk("ยินยอม")
    assert talk.state is (State.NAME if mode is Move.NAMED else State.CONFIRM)


def test_no_arrow_of_the_table_leads_around_consent() -> None:
    for kind in Kind:
        for mode in ("named", "confidential", "anonymous"):
            for state in State:
                for trigger in Trigger:
                    if target(kind, state, trigger, mode) is State.NAME:
                        assert state in (State.CONSENT, State.PHONE)


def test_a_confirmed_report_is_filed_whole_and_forgotten() -> None:
    talk = at_evidence().each([photo("a"), Move.NEXT, Move.NAMED, Move.AGREE, "สมชาย", "081"])
    talk("ยืนยัน")
    draft = talk.filed[0].draft
    assert draft.answers == CORRUPTION_ANSWERS
    assert (draft.files, draft.mode, draft.name, draft.phone) == (("a",), "named", "สมชาย", "081")
    assert talk.dialogue == Dialogue(touched=talk.now)


def test_the_summary_shows_what_will_be_sent() -> None:
    talk = at_identity().each([Move.NAMED, Move.AGREE, "สมชาย ใจดี", Move.SKIP])
    shown = " ".join(fact.value for fact in talk.said[0].facts)  # type: ignore[union-attr]
    assert all(answer in shown for answer in CORRUPTION_ANSWERS.values())
    assert "สมชาย ใจดี" in shown


def test_a_receipt_code_is_read_as_people_type_it() -> None:
    code = new_receipt_code()
    thai = code.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    for typed in (code, show_receipt_code(code), f" {code} ", thai):
        talk = Talk().each([Move.TRACK, typed])
        assert talk.effects == (Track(code),)
        assert talk.state is State.IDLE


def test_a_mistyped_code_is_told_from_what_is_no_code() -> None:
    code = new_receipt_code()
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    assert "ผิดอย่างน้อยหนึ่งหลัก" in Talk().each([Move.TRACK, wrong]).words
    talk = Talk().each([Move.TRACK, "สวัสดี"])
    assert talk.state is State.TRACK
    assert "16 หลัก" in talk.words


def test_an_idle_conversation_leaves_everything_to_the_caller() -> None:
    for event in (
        Said("ยกเลิก"),
        Said("ภาษี"),
        Moved(Move.BACK),
        Other(),
        Unusable("x"),
        Placed("y"),
    ):
        assert Talk()(event).effects == (PassOn(),)
    assert Talk()(photo("stray")).discarded == ["stray"]


@in_every_state
def test_a_sticker_is_no_answer(state: State) -> None:
    talk = Talk().each(WALKS[state])
    before = talk.dialogue
    talk(Other())
    assert talk.dialogue == before
    assert len(talk.said) == 1


@in_every_state
def test_every_state_survives_its_journey_through_json(state: State) -> None:
    dialogue = Talk().each(WALKS[state]).dialogue
    assert Dialogue.from_json(json.loads(json.dumps(dialogue.to_json()))) == dialogue


def test_a_full_draft_survives_its_journey_through_json() -> None:
    draft = Draft(
        Kind.SERVICE,
        {"what": "ก\u0e49\U0001f600"},
        ("a", "b"),
        {"set": 2},
        "named",
        "สมชาย",
        "081-000-0000",
    )
    for touched in (None, NOON):
        dialogue = Dialogue(State.PHONE, draft, touched)
        assert Dialogue.from_json(json.loads(json.dumps(dialogue.to_json()))) == dialogue


def test_the_longest_answers_still_fit_into_lines_messages() -> None:
    talk = Talk()(Move.CORRUPTION)
    for _ in range(4):
        render(talk("ก\u0e49" * 6000).said)
    for event in (
        "😀ก" * 6000,
        Move.NEXT,
        "😀ก" * 6000,
        Move.NEXT,
        Move.NAMED,
        Move.AGREE,
        "น" * 9000,
        "๑" * 9000,
    ):
        render(talk(event).said)
    assert talk.state is State.CONFIRM


def test_taking_back_a_message_that_was_answered_anew_takes_back_nothing() -> None:
    talk = Talk().each([Move.CORRUPTION, Said("เรื่องแรก", "m1"), Move.BACK, Said("เรื่องใหม่", "m2")])
    talk(Unsent("m1"))
    assert talk.dialogue.draft.answers == {"what": "เรื่องใหม่"}
    talk(Unsent("m2"))
    assert talk.dialogue.draft.answers == {}
