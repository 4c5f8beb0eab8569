"""Somebody who writes too fast, and somebody who guesses codes."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from domain.ids import new_receipt_code
from domain.states import InboxState
from models import conversation
from models.complaint import Complaint, ComplaintChannel, ComplaintKind, IdentityMode
from models.complaint_filing import NewComplaint, file_complaint
from models.conversation import ConversationKey
from models.inbox import InboxEvent
from tests.chat.citizens import CONTENT, now, photo
from tests.offices import Office
from tests.town import Town, words

TOO_FAST = "ส่งเร็วเกินไป"


def writes_often(town: Town, user: str, times: int, frozen, gap: float = 1) -> list[str]:
    said = []
    for number in range(times):
        said.append(words(town.says(user, f"สวัสดีค่ะ {'ๆ' * number}")))
        frozen.shift(gap)
    return said


def test_a_flood_is_told_once_and_then_met_with_silence(town: Town, frozen) -> None:
    user = town.user("คนใจร้อน")
    said = writes_often(town, user, 30, frozen)
    assert all(said[:20])
    assert not any(TOO_FAST in one for one in said[:20])
    assert TOO_FAST in said[20]
    assert said[21:] == [""] * 9


def test_after_a_rest_the_flooder_is_heard_again(town: Town, frozen) -> None:
    user = town.user("คนใจร้อน")
    writes_often(town, user, 30, frozen)
    frozen.shift(60)
    assert town.says(user, "สวัสดีค่ะ")
    with town.db.reading() as session:
        states = session.scalars(select(InboxEvent.state)).all()
    assert set(states) == {InboxState.HANDLED}


def test_a_flood_of_one_hurts_neither_others_nor_the_other_office(town: Town, frozen) -> None:
    user, other = town.user("คนใจร้อน"), town.user("คนใจเย็น")
    writes_often(town, user, 25, frozen, gap=0.1)
    assert town.says(other, "สวัสดีค่ะ")
    town.line.add_user("คนใจร้อน", user, ["bangphra"])
    assert town.says(user, "สวัสดีค่ะ", town.offices.bangphra)


def test_messages_that_waited_for_us_are_no_flood(town: Town, frozen) -> None:
    user = town.user("ประชาชน")
    for _ in range(25):
        event = town.line.user_sends_text("makham", user, "สวัสดีค่ะ")
        assert town.post(town.offices.makham, [event]).status_code == 200
        frozen.shift(10)
    town.engine.drain()
    with town.db.reading() as session:
        assert len(session.scalars(select(InboxEvent)).all()) == 25
    assert TOO_FAST not in words(town.line.messages_to(user))


def test_ten_photos_at_once_in_a_report_all_arrive(town: Town) -> None:
    user = town.user("ผู้ร้อง")
    town.taps(user, "c:corruption")
    town.says(user, "ถนนเป็นหลุมทั้งซอย")
    events = [
        town.line.user_sends_media("makham", user, "image", photo(), image_set=("s", index, 10))
        for index in (3, 1, 2, 10, 9, 8, 7, 6, 5, 4)
    ]
    assert town.post(town.offices.makham, events).status_code == 200
    town.engine.drain()
    said = words(town.line.messages_to(user))
    assert TOO_FAST not in said
    assert "10" in said


def test_an_officer_may_work_through_a_long_list(town: Town) -> None:
    officer = town.user("เจ้าหน้าที่กองคลัง")
    town.link(town.offices.makham, "finance", officer)
    for _ in range(50):
        assert "ใช้ไม่ได้แล้ว" in words(town.taps(officer, "t:an-old-button"))


def test_an_unsend_is_honoured_in_the_middle_of_a_flood(town: Town, frozen) -> None:
    user = town.user("คนใจร้อน")
    town.taps(user, "c:corruption")
    event = town.line.user_sends_text("makham", user, "ชื่อของฉันเองเผลอพิมพ์ไป")
    town.happens(event)
    writes_often(town, user, 25, frozen, gap=0.1)
    town.happens(town.line.user_unsends(event["message"]["id"]))
    with town.db.reading() as session:
        key = ConversationKey(town.offices.makham.agency_id, user, user)
        draft = json.dumps(conversation.load(session, key), ensure_ascii=False)
    assert "สวัสดีค่ะ" in draft
    assert "เผลอพิมพ์" not in draft


def test_groups_may_talk_as_much_as_they_like(town: Town) -> None:
    head = town.line.add_user("หัวหน้ากอง", channel_slugs=["makham"])
    group = town.line.add_group("กลุ่มกองคลัง", [head], "makham").group_id
    for _ in range(30):
        town.says(head.user_id, "คุยกันเอง", group=group)
    assert town.line.messages_to(group) == []


def a_code(town: Town, office: Office | None = None) -> str:
    office = office or town.offices.makham
    new = NewComplaint(
        kind=ComplaintKind.SERVICE,
        identity_mode=IdentityMode.ANONYMOUS,
        channel=ComplaintChannel.WEB,
        content=dict(CONTENT),
    )
    with town.db.writing() as session:
        return file_complaint(session, office.agency_id, new, None, now())


def unsound() -> str:
    code = new_receipt_code()
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def guesses(town: Town, user: str, times: int, frozen, code: str | None = None) -> str:
    said = ""
    for _ in range(times):
        said = words(town.says(user, code or new_receipt_code()))
        frozen.shift(10)
    return said


@pytest.mark.parametrize("sound", [True, False])
def test_ten_wrong_codes_begin_a_wait_that_is_said_plainly(town: Town, frozen, sound: bool) -> None:
    user, code = town.user("ผู้เดา"), a_code(town)
    wrong = None if sound else unsound()
    guesses(town, user, 9, frozen, wrong)
    assert "รับเรื่อง" in words(town.says(user, code))
    guesses(town, user, 1, frozen, wrong)
    refused = words(town.says(user, code))
    assert "5 นาที" in refused
    assert "รับเรื่อง" not in refused
    frozen.shift(timedelta(minutes=5))
    assert "รับเรื่อง" in words(town.says(user, code))


def test_the_wait_doubles_with_each_wrong_code_after_it(town: Town, frozen) -> None:
    user, code = town.user("ผู้เดา"), a_code(town)
    guesses(town, user, 10, frozen)
    for minutes in (10, 20, 40):
        frozen.shift(timedelta(minutes=minutes / 2, seconds=1))
        guesses(town, user, 1, frozen)
        assert f"{minutes} นาที" in words(town.says(user, code))


def test_codes_typed_while_waiting_make_the_wait_no_longer(town: Town, frozen) -> None:
    user, code = town.user("ผู้เดา"), a_code(town)
    guesses(town, user, 20, frozen)
    frozen.shift(timedelta(minutes=4))
    assert "รับเรื่อง" in words(town.says(user, code))


def test_right_codes_are_not_counted(town: Town, frozen) -> None:
    user, code = town.user("ผู้ร้อง"), a_code(town)
    for _ in range(15):
        assert "รับเรื่อง" in words(town.says(user, code))
        frozen.shift(10)


def test_one_guesser_slows_nobody_else(town: Town, frozen) -> None:
    user, code = town.user("ผู้เดา"), a_code(town)
    guesses(town, user, 12, frozen)
    assert "รับเรื่อง" in words(town.says(town.user("เจ้าของเรื่อง"), code))
    there = town.offices.bangphra
    town.line.add_user("ผู้เดา", user, [there.slug])
    assert "รับเรื่อง" in words(town.says(user, a_code(town, there), there))


def test_who_typed_which_codes_is_written_nowhere(
    town: Town, frozen, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    user, code = town.user("ผู้แจ้ง"), a_code(town)
    before = rows(town)
    guesses(town, user, 11, frozen)
    town.says(user, code)
    # Events and traces of messages are counted alike for everybody; nothing else has grown.
    grown = {name for name, count in rows(town).items() if count != before[name]}
    assert grown == {"inbox_event", "outbox_message"}
    assert code not in "".join(capsys.readouterr())


def rows(town: Town) -> dict[str, int]:
    with town.db.reading() as session:
        return {
            table.name: len(session.execute(select(table)).all())
            for table in Complaint.metadata.sorted_tables
        }
