"""A citizen asks for a person, an officer talks, and the machine keeps quiet meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from domain.states import TalkState
from models.knowledge import Question
from models.outbox import OutboxMessage
from models.stored_file import StoredFile
from models.talk import Speaker, Talk, TalkMessage, words_of_talk
from tests.chat.questioning import staff
from tests.chat.test_reports import photo
from tests.desk.browser import Browser
from tests.models.making import clear_text_in
from tests.offices import NOON
from tests.town import Town, actions, words

NEED = "อยากถามเรื่องย้ายทะเบียนบ้านของคุณยาย"


def talks(town: Town) -> list[Talk]:
    with town.db.reading() as session:
        rows = list(session.scalars(select(Talk).order_by(Talk.asked_at)))
        session.expunge_all()
        return rows


def said(town: Town, talk: Talk) -> list[tuple[Speaker, str]]:
    with town.db.reading() as session:
        return [(one.speaker, text) for one, text in words_of_talk(session, talk)]


def count(town: Town, table: Any) -> int:
    with town.db.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def desk(town: Town, person: str = "officer") -> Browser:
    return Browser(town.client.application).enter(town.offices.makham.people[person])


def post(town: Town, what: str, person: str = "officer", **data: str) -> int:
    [talk] = talks(town)
    status = desk(town, person).post(f"/desk/talks/{talk.id}/{what}", data).status_code
    town.engine.drain()
    return status


@pytest.fixture
def citizen(town: Town) -> str:
    return town.user("ประชาชน")


@pytest.fixture
def called(town: Town, citizen: str) -> list[dict]:
    return town.says(citizen, "ติดต่อเจ้าหน้าที่")


@pytest.mark.parametrize(
    "text", ["ติดต่อเจ้าหน้าที่", "ขอคุยกับเจ้าหน้าที่หน่อยค่ะ", "อยากคุยกับคนจริงๆ", "ขอคุยกับเจ้าหน้าที่หน่อยครับ"]
)
def test_asking_for_a_person_says_what_happens_now(town: Town, citizen: str, text: str) -> None:
    answer = town.says(citizen, text)
    assert "0-0000-0100" in words(answer)
    assert "พิมพ์เรื่องที่ต้องการ" in words(answer)
    assert "กลับไปคุยกับระบบ" in [one["label"] for one in actions(answer)]
    [talk] = talks(town)
    assert talk.state is TalkState.WAITING


def test_officers_are_told_at_once_and_once(town: Town, citizen: str) -> None:
    officer, works = staff(town, "officer"), staff(town, "works")
    theirs = staff(town, "officer", town.offices.bangphra)
    answer = town.says(citizen, "ติดต่อเจ้าหน้าที่")
    assert "แจ้งเจ้าหน้าที่ให้แล้ว" in words(answer)
    assert "ขอคุยกับเจ้าหน้าที่ 1 ราย" in words(town.line.messages_to(officer))
    town.says(citizen, "ติดต่อเจ้าหน้าที่")
    town.tick(NOON)
    assert len(town.line.messages_to(officer)) == 1
    assert town.line.messages_to(works) == town.line.messages_to(theirs) == []


def test_asking_again_and_again_rings_the_bell_once_an_hour(town: Town, citizen: str) -> None:
    officer = staff(town, "officer")
    for _ in range(3):
        town.says(citizen, "ติดต่อเจ้าหน้าที่")
        town.says(citizen, "กลับไปคุยกับระบบ")
    assert len(town.line.messages_to(officer)) == 1
    answer = town.says(citizen, "ติดต่อเจ้าหน้าที่")
    assert "แจ้งเจ้าหน้าที่ให้แล้ว" not in words(answer)
    town.tick(NOON + timedelta(hours=1))
    assert len(town.line.messages_to(officer)) == 2


def test_at_night_it_says_when_the_office_opens_and_officers_hear_of_it_then(
    town: Town, citizen: str, frozen: Any
) -> None:
    officer = staff(town, "officer")
    frozen.move_to(datetime(2023, 3, 17, 14, 0, tzinfo=UTC))  # Friday, 21:00
    answer = words(town.says(citizen, "ติดต่อเจ้าหน้าที่"))
    assert "นอกเวลาทำการ" in answer
    assert "20 มี.ค. 2566 08:30" in answer
    assert town.line.messages_to(officer) == []
    town.tick(datetime(2023, 3, 20, 1, 35, tzinfo=UTC))
    assert "ขอคุยกับเจ้าหน้าที่ 1 ราย" in words(town.line.messages_to(officer))


def test_what_is_typed_while_waiting_is_kept_and_acknowledged_once(
    town: Town, citizen: str, called: list[dict]
) -> None:
    assert "เก็บข้อความไว้ให้เจ้าหน้าที่แล้ว" in words(town.says(citizen, NEED))
    assert town.says(citizen, "รบกวนด้วยค่ะ") == []
    assert said(town, talks(town)[0]) == [
        (Speaker.CITIZEN, NEED),
        (Speaker.CITIZEN, "รบกวนด้วยค่ะ"),
    ]
    assert count(town, Question) == 0
    assert clear_text_in(town.db, [NEED]) == []


@pytest.mark.parametrize("door", ["แจ้งเรื่องร้องเรียน", "แจ้งเบาะแสทุจริต", "ติดตามเรื่อง"])
def test_a_door_of_the_menu_works_and_ends_the_waiting(
    town: Town, citizen: str, called: list[dict], door: str
) -> None:
    answer = town.choose(citizen, called, door)
    assert words(answer)
    assert talks(town)[0].state is TalkState.OVER
    assert "เก็บข้อความไว้ให้เจ้าหน้าที่" not in words(town.says(citizen, "ข้อความต่อมา"))


def test_a_door_typed_by_hand_ends_the_waiting_too(
    town: Town, citizen: str, called: list[dict]
) -> None:
    assert words(town.says(citizen, "แจ้งเรื่องร้องเรียน"))
    assert talks(town)[0].state is TalkState.OVER


def test_a_receipt_code_typed_while_waiting_is_not_for_officers_to_read(
    town: Town, citizen: str, called: list[dict]
) -> None:
    assert "รหัส" in words(town.says(citizen, "1234 5678 9012 3456"))
    assert said(town, talks(town)[0]) == []


def test_back_to_the_system_ends_it(town: Town, citizen: str, called: list[dict]) -> None:
    assert "กลับมาคุยกับระบบ" in words(town.choose(citizen, called, "กลับไปคุย"))
    assert talks(town)[0].state is TalkState.OVER
    assert words(town.says(citizen, "สวัสดีค่ะ"))


@pytest.fixture
def talking(town: Town, citizen: str, called: list[dict]) -> str:
    town.says(citizen, NEED)
    assert post(town, "take") == 302
    return citizen


def test_an_officer_takes_it_writes_and_the_machine_keeps_quiet(town: Town, talking: str) -> None:
    before = len(town.line.messages_to(talking))
    assert post(town, "write", text="สวัสดีค่ะ นำทะเบียนบ้านตัวจริงมาได้เลย") == 302
    [message] = town.line.messages_to(talking)[before:]
    assert "เจ้าหน้าที่: สวัสดีค่ะ นำทะเบียนบ้าน" in words([message])
    assert "เจ้าหน้าที่รับเรื่อง" not in words([message])
    for text in ("ขอบคุณค่ะ", "จ่ายภาษีที่ดินที่ไหน", "เมนู", "😀"):
        assert town.says(talking, text) == []
    assert said(town, talks(town)[0])[-1] == (Speaker.CITIZEN, "😀")
    assert count(town, Question) == 0
    thread = desk(town).get(f"/desk/talks/{talks(town)[0].id}").text
    assert NEED in thread
    assert "จ่ายภาษีที่ดินที่ไหน" in thread


def test_a_tap_on_the_menu_while_talking_tells_how_to_end_it(town: Town, talking: str) -> None:
    for data in ("c:complaint", "c:ask", "c:human"):
        assert "กำลังคุยกับเจ้าหน้าที่" in words(town.taps(talking, data))
    assert talks(town)[0].state is TalkState.TALKING
    assert "กลับมาคุยกับระบบ" in words(town.taps(talking, "c:system"))
    assert talks(town)[0].state is TalkState.OVER


def test_only_one_of_two_officers_takes_it(town: Town, citizen: str, called: list[dict]) -> None:
    assert post(town, "take", "admin") == 302
    assert post(town, "take", "officer") == 409
    assert post(town, "write", "officer", text="ขอแทรก") == 409
    assert post(town, "end", "officer") == 409
    assert talks(town)[0].person_id == town.offices.makham.people["admin"].id


def test_another_officer_may_take_over_from_whom_they_saw(town: Town, talking: str) -> None:
    officer = str(town.offices.makham.people["officer"].id)
    assert post(town, "take", "admin", seen=officer) == 302
    assert post(town, "write", "officer", text="ยังเป็นของฉันไหม") == 409
    assert post(town, "write", "admin", text="มารับช่วงต่อค่ะ") == 302


def test_the_officer_ends_it_and_the_citizen_is_told(town: Town, talking: str) -> None:
    assert post(town, "end") == 302
    assert "จบการสนทนาแล้ว" in words(town.line.messages_to(talking)[-1:])
    assert words(town.says(talking, "สวัสดีค่ะ"))
    assert post(town, "write", text="ลืมบอก") == 409


def test_files_reach_the_officer_and_nobody_else(town: Town, talking: str) -> None:
    assert town.sends_file(talking, photo()) == []
    with town.db.reading() as session:
        [stored] = session.scalars(select(StoredFile))
        assert stored.talk_message_id is not None
        url = f"/desk/files/{stored.id}"
    thread = desk(town).get(f"/desk/talks/{talks(town)[0].id}").text
    assert url in thread
    assert desk(town).get(url).status_code == 200
    assert desk(town, "finance").get(url).status_code == 404
    theirs = Browser(town.client.application).enter(town.offices.bangphra.people["admin"])
    assert theirs.get(url).status_code == 404


def test_a_file_that_cannot_be_kept_is_not_passed_over_in_silence(town: Town, talking: str) -> None:
    answer = town.sends_file(talking, b"MZ\x90\x00", kind="file", file_name="a.exe")
    assert "รับได้เฉพาะ" in words(answer)


def test_a_place_is_kept_as_words(town: Town, talking: str) -> None:
    assert town.sends_place(talking, "ศาลากลางบ้าน") == []
    assert "ศาลากลางบ้าน" in said(town, talks(town)[0])[-1][1]


def test_what_is_taken_back_is_forgotten_with_its_file(town: Town, talking: str) -> None:
    event = town.line.user_sends_text("makham", talking, "พิมพ์ผิดห้องค่ะ")
    town.happens(event)
    town.sends_file(talking, photo())
    town.happens(town.line.user_unsends(event["message"]["id"]))
    assert [text for _, text in said(town, talks(town)[0])] == [NEED, ""]
    assert count(town, StoredFile) == 1


def test_a_report_under_way_is_there_when_the_talk_is_over(town: Town, citizen: str) -> None:
    town.taps(citizen, "c:corruption")
    town.says(citizen, "เรียกเงินใต้โต๊ะห้าพันบาท")
    assert "พิมพ์เรื่องที่ต้องการ" in words(town.says(citizen, "ขอคุยกับเจ้าหน้าที่"))
    town.says(citizen, NEED)
    post(town, "take")
    assert town.says(citizen, "หน้าที่ว่าการ") == []
    post(town, "end")
    back = town.says(citizen, "ขอบคุณค่ะ")
    assert "ค้างไว้" in words(back)
    assert "ห้าพันบาท" not in " ".join(text for _, text in said(town, talks(town)[0]))
    town.choose(citizen, back, "ทำต่อ")
    town.says(citizen, "สำนักงานเทศบาล")


def test_half_a_day_of_silence_ends_it_and_the_citizen_is_told_once(
    town: Town, talking: str
) -> None:
    before = len(town.line.messages_to(talking))
    evening, morning = NOON + timedelta(hours=8), NOON + timedelta(hours=20)
    assert town.tick(evening)["talks"]["ended"] == 0
    assert town.tick(NOON + timedelta(hours=13))["talks"] == {"ran": False, "reason": "not due"}
    assert town.tick(morning)["talks"]["ended"] == 1
    assert town.tick(morning + timedelta(hours=1))["talks"]["ended"] == 0
    [told] = town.line.messages_to(talking)[before:]
    assert "ไม่มีข้อความใหม่เกิน 12 ชั่วโมง" in words([told])


def test_who_waits_waits_to_the_end_of_the_next_working_day(
    town: Town, citizen: str, called: list[dict]
) -> None:
    thursday = datetime(2023, 3, 16, 9, 29, tzinfo=UTC)  # 16:29
    assert town.tick(thursday)["talks"]["ended"] == 0
    assert town.tick(thursday + timedelta(hours=1))["talks"]["ended"] == 1
    assert "ยังไม่มีเจ้าหน้าที่มารับเรื่อง" in words(town.line.messages_to(citizen))


def test_who_writes_after_a_night_gets_the_machine_even_before_the_clock_strikes(
    town: Town, talking: str, frozen: Any
) -> None:
    frozen.shift(timedelta(hours=13))
    answer = town.says(talking, "สวัสดีค่ะ")
    assert "ไม่มีข้อความใหม่เกิน 12 ชั่วโมง" in words(answer)
    assert len(answer) == 2


def test_ended_talks_are_erased_after_a_month_with_their_files(
    town: Town, talking: str, frozen: Any
) -> None:
    town.sends_file(talking, photo())
    post(town, "end")
    frozen.shift(timedelta(days=29))
    assert town.tick(NOON + timedelta(days=29))["sweep"]["talks"] == 0
    frozen.shift(timedelta(days=2))
    done = town.tick(NOON + timedelta(days=31))["sweep"]
    assert done["talks"] == 1
    assert done["files"] == 1  # the bytes on disk
    assert (count(town, Talk), count(town, TalkMessage), count(town, StoredFile)) == (0, 0, 0)


def test_who_blocks_the_account_is_in_no_talk(town: Town, talking: str) -> None:
    town.happens(town.line.user_blocks("makham", talking))
    assert talks(town)[0].state is TalkState.OVER
    before = count(town, OutboxMessage)
    assert post(town, "write", text="ยังอยู่ไหมคะ") == 409
    assert count(town, OutboxMessage) == before


def test_the_other_agency_s_talks_are_not_to_be_seen(town: Town, talking: str) -> None:
    theirs = Browser(town.client.application).enter(town.offices.bangphra.people["admin"])
    [talk] = talks(town)
    assert theirs.get(f"/desk/talks/{talk.id}").status_code == 404
    assert str(talk.id) not in theirs.get("/desk/talks").text
    for what in ("take", "write", "end"):
        answer = theirs.post(f"/desk/talks/{talk.id}/{what}", {"text": "x"})
        assert answer.status_code == 404
