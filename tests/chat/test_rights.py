"""What is held of a citizen, and deleting it: from the chat, for nothing, and of nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.messages import Text
from domain.states import InboxState, OutboxState, QuestionState
from models.audit import AuditEntry, verify
from models.complaint import ComplaintKind, EntryKind, IdentityMode, Reporter
from models.complaint_access import access_complaint
from models.contact import Contact, ContactKind, meet
from models.conversation import Conversation
from models.inbox import InboxEvent
from models.knowledge import Question, store_question
from models.notice import contact_of_reporter
from models.outbox import OutboxMessage, enqueue
from models.person import Person
from models.stored_file import StoredFile, describe
from models.talk import Talk, TalkMessage, ask_for_talk, hear
from tests.chat.citizens import (
    CONTENT,
    contact_of,
    content_of,
    entries_of,
    filed_messages,
    files_a_case,
    keeps_a_file,
    now,
    on_disk,
    photo,
)
from tests.offices import Office
from tests.town import Town, actions, words

ERASE, SEE = "ลบข้อมูลของฉัน", "มีข้อมูลอะไรของฉันบ้าง"
TAKEN_OUT = (EntryKind.TAKEN_BACK, "ผู้ร้องขอลบข้อมูลส่วนตัวแล้ว")


def pushes(town: Town) -> int:
    return len(town.line.requests(endpoint="push"))


def erases(town: Town, user: str, office: Office | None = None) -> str:
    asked = town.says(user, ERASE, office)
    return words(town.choose(user, asked, "ลบข้อมูล", office=office))


def waits_for_an_answer(town: Town, user: str, office: Office | None = None) -> None:
    office = office or town.offices.makham
    with town.db.writing() as session:
        contact = meet(session, office.agency_id, ContactKind.USER, user)
        store_question(
            session, office.agency_id, "ทำไม", QuestionState.WAITING, now(), contact=contact
        )


def test_whoever_never_told_anything_is_told_that_nothing_is_held(town: Town) -> None:
    user = town.user("ประชาชน")
    assert "ไม่มีข้อมูลใด" in words(town.says(user, SEE))
    assert "ไม่มีอะไรต้องลบ" in words(town.says(user, ERASE))


def test_what_is_held_is_listed_with_kinds_and_days_and_without_codes(town: Town) -> None:
    user = town.user("ผู้ร้อง")
    files_a_case(town, user)
    files_a_case(town, user, mode=IdentityMode.CONFIDENTIAL, kind=ComplaintKind.CORRUPTION)
    files_a_case(town, user, mode=IdentityMode.ANONYMOUS)
    waits_for_an_answer(town, user)
    town.link(town.offices.makham, "works", user)
    said = words(town.says(user, SEE))
    for part in (
        "บัญชี LINE ของท่าน เก็บแบบเข้ารหัส",
        "ประกาศฉบับ 2026-1 เมื่อ 15 มีนาคม 2566",
        "เรื่องที่แจ้งไว้ 2 เรื่อง",
        "เรื่องแจ้งปัญหา เดือดร้อน แจ้งเมื่อ 15 มีนาคม 2566 (เปิดเผยชื่อ)",
        "เบาะแสทุจริต แจ้งเมื่อ 15 มีนาคม 2566 (ปกปิดชื่อ)",
        "คำถามที่รอคำตอบ 1 คำถาม",
        "รายชื่อเจ้าหน้าที่",
        "ไม่รวมเรื่องที่แจ้งแบบไม่เปิดเผยตัวตน",
    ):
        assert part in said
    assert "กรอกค้าง" not in said
    assert pushes(town) == 0


def test_another_office_holds_nothing_of_them_and_erases_nothing_here(town: Town) -> None:
    user = town.user("ผู้ร้อง")
    case = files_a_case(town, user)
    there = town.offices.bangphra
    town.line.add_user("ผู้ร้อง", user, [there.slug])
    assert "ไม่มีข้อมูลใด" in words(town.says(user, SEE, there))
    waits_for_an_answer(town, user, there)
    assert "ลบข้อมูลของท่านแล้ว" in erases(town, user, there)
    assert contact_of(town, user, there) is None
    assert contact_of(town, user) is not None
    assert entries_of(town, case) == [(EntryKind.FILED, None)]


def test_nothing_goes_before_the_button_and_nothing_when_one_thinks_again(town: Town) -> None:
    user = town.user("ผู้ร้อง")
    case = files_a_case(town, user)
    asked = town.says(user, ERASE)
    assert "ตามกฎหมาย" in words(asked)
    assert [one["label"] for one in actions(asked)] == ["ลบข้อมูล", "ไม่ลบ"]
    assert "ไม่ได้ลบ" in words(town.choose(user, asked, "ไม่ลบ"))
    assert entries_of(town, case) == [(EntryKind.FILED, None)]


def test_erasing_leaves_the_cases_without_those_who_wrote_them(town: Town) -> None:
    user = town.user("ผู้ร้อง")
    named = files_a_case(town, user, sources={"7": "what"})
    hidden = files_a_case(town, user, mode=IdentityMode.CONFIDENTIAL)
    of_another = files_a_case(town, town.user("อีกคน"), sources={"8": "what"})
    waits_for_an_answer(town, user)
    assert "ลบข้อมูลของท่านแล้ว" in erases(town, user)
    assert contact_of(town, user) is None
    assert content_of(town, named) == CONTENT
    for case in (named, hidden):
        assert entries_of(town, case) == [(EntryKind.FILED, None), TAKEN_OUT]
    assert entries_of(town, of_another) == [(EntryKind.FILED, None)]
    assert filed_messages(town) == 1
    with town.db.writing() as session:
        assert {one.contact_id for one in session.scalars(select(Question))} == {None}
        opened = access_complaint(session, town.offices.makham.people["officer"], named.id, now())
        assert opened.identity is None
        # The same instant on two cases would say that one person wrote both.
        marks = [one.entry for one in opened.entries if one.entry.kind is EntryKind.TAKEN_BACK]
        assert [mark.happened_at for mark in marks] == [None]
        assert contact_of_reporter(session, opened.complaint) is None
        left = session.scalars(select(Reporter).where(Reporter.contact_id.is_(None))).all()
        assert len(left) == 2
        assert {(one.identity, one.consent_version, one.consented_on) for one in left} == {
            (None, None, None)
        }
    assert "ไม่มีข้อมูลใด" in words(town.says(user, SEE))
    assert pushes(town) == 0


def test_the_audit_log_says_that_data_was_erased_and_not_whose(town: Town) -> None:
    user = town.user("ผู้ร้อง")
    files_a_case(town, user)
    erases(town, user)
    with town.db.reading() as session:
        [line] = session.scalars(select(AuditEntry).where(AuditEntry.action == "data.erased"))
        assert (line.actor, line.subject, line.detail) == ("system", "data", {})
        assert verify(session, town.offices.makham.agency_id) is None


def test_a_draft_left_lying_goes_with_its_files(town: Town, frozen) -> None:
    user = town.user("ผู้ร้อง")
    town.taps(user, "c:corruption")
    town.says(user, "เรียกเงินค่าใบอนุญาต")
    town.sends_file(user, photo())
    frozen.shift(timedelta(hours=2))
    assert "กรอกค้างไว้" in words(town.says(user, SEE))
    assert "ลบข้อมูลของท่านแล้ว" in erases(town, user)
    assert on_disk(town) == set()
    with town.db.reading() as session:
        for table in (Conversation, StoredFile, Contact):
            assert session.scalars(select(table)).all() == []


@pytest.mark.parametrize("text", [ERASE, SEE, "delete my data"])
def test_in_the_middle_of_a_report_it_is_no_answer_and_waits(town: Town, text: str) -> None:
    user = town.user("ผู้ร้อง")
    town.taps(user, "c:corruption")
    town.says(user, "เรียกเงินค่าใบอนุญาต")
    offered = town.says(user, text)
    assert any(part in words(offered) for part in ("กำลังกรอกเรื่อง", "in the middle of a report"))
    again = town.taps(user, actions_of(offered)[0])
    assert "เกิดที่ไหน" in words(again)
    town.says(user, "ยกเลิก")
    assert "กรอก" not in words(town.says(user, text))


def actions_of(messages: list[dict]) -> list[str]:
    return [one["data"] for one in actions(messages)]


def test_what_waits_to_be_sent_is_dropped(town: Town) -> None:
    user = town.user("ผู้ร้อง")
    files_a_case(town, user)
    asked = town.says(user, ERASE)
    town.line.set_quota("makham", 0)
    with town.db.writing() as session:
        agency_id = town.offices.makham.agency_id
        for kind in ("answer", "digest"):
            message = enqueue(session, agency_id, user, [Text(text="มีคำตอบ")], kind=kind, now=now())
            message.state = OutboxState.HELD
    town.choose(user, asked, "ลบข้อมูล")
    with town.db.reading() as session:
        rows = session.scalars(select(OutboxMessage).where(OutboxMessage.outcome == "erased")).all()
        assert [one.kind for one in rows] == ["answer", "digest"]
        for row in rows:
            assert row.state is OutboxState.DROPPED
            assert row.recipient is row.recipient_hash is row.body is None


def test_staff_keep_their_link_and_their_work_and_are_told_so(town: Town) -> None:
    user = town.user("เจ้าหน้าที่กองช่าง")
    town.link(town.offices.makham, "works", user)
    case = files_a_case(town, user)
    with town.db.writing() as session:
        agency_id = town.offices.makham.agency_id
        for kind in ("answer", "digest"):
            message = enqueue(session, agency_id, user, [Text(text="-")], kind=kind, now=now())
            message.state = OutboxState.HELD
    said = erases(town, user)
    assert "ผู้ดูแลระบบ" in said
    contact = contact_of(town, user)
    assert contact is not None
    assert contact.consent_version is contact.consented_on is None
    assert entries_of(town, case)[-1] == TAKEN_OUT
    with town.db.reading() as session:
        assert session.scalar(select(Person.id).where(Person.contact_id == contact.id))
        held = select(OutboxMessage.kind).where(OutboxMessage.state == OutboxState.HELD)
        assert session.scalars(held).all() == ["digest"]


def test_who_works_here_no_more_is_unlinked(town: Town) -> None:
    user = town.user("อดีตเจ้าหน้าที่")
    town.link(town.offices.makham, "works", user)
    with town.db.writing() as session:
        session.merge(town.offices.makham.people["works"]).active = False
    assert "ผู้ดูแลระบบ" not in erases(town, user)
    assert contact_of(town, user) is None


def test_talks_with_officers_go_with_their_files(town: Town) -> None:
    user = town.user("ประชาชน")
    blob = town.blobs.put(town.offices.makham.agency_id, photo(), now().date())
    with town.db.writing() as session:
        agency_id = town.offices.makham.agency_id
        contact = meet(session, agency_id, ContactKind.USER, user)
        line = hear(session, ask_for_talk(session, contact, now()), "ฉันชื่อ…", "9", now())
        stored = describe(
            session, agency_id, media_type="image/jpeg", size=9, blob=blob, today=now().date()
        )
        stored.talk_message_id = line.id
    assert "บทสนทนากับเจ้าหน้าที่ 1 ครั้ง" in words(town.says(user, SEE))
    assert "ลบข้อมูลของท่านแล้ว" in erases(town, user)
    assert blob not in on_disk(town)
    with town.db.reading() as session:
        for table in (Talk, TalkMessage, StoredFile, Contact):
            assert session.scalars(select(table)).all() == []


def test_events_that_failed_and_were_kept_whole_go_too(town: Town) -> None:
    user, other = town.user("ประชาชน"), town.user("อีกคน")
    waits_for_an_answer(town, user)
    office = town.offices.makham
    for who in (user, other):
        event = town.line.user_sends_text("makham", who, "ความลับ")
        town.post(office, [event])
        with town.db.writing() as session:
            key = (office.agency_id, event["webhookEventId"])
            session.get_one(InboxEvent, key).state = InboxState.FAILED
    erases(town, user)
    with town.db.reading() as session:
        failed = select(InboxEvent).where(InboxEvent.state == InboxState.FAILED)
        assert len(session.scalars(failed).all()) == 1


def test_a_second_tap_and_an_old_button_erase_nothing(town: Town, frozen) -> None:
    user = town.user("ผู้ร้อง")
    files_a_case(town, user)
    asked = town.says(user, ERASE)
    town.choose(user, asked, "ลบข้อมูล")
    assert "ไม่มีอะไรต้องลบ" in words(town.choose(user, asked, "ลบข้อมูล"))
    case = files_a_case(town, user)
    frozen.shift(timedelta(days=2))
    assert "หมดอายุ" in words(town.choose(user, asked, "ลบข้อมูล"))
    assert entries_of(town, case) == [(EntryKind.FILED, None)]
    with town.db.reading() as session:
        erased = select(AuditEntry).where(AuditEntry.action == "data.erased")
        assert len(session.scalars(erased).all()) == 1


@pytest.mark.parametrize("data", ["e:", "e:erase", "e:erase:th:", "e:erase:th:9e9", "e:\ud800:x"])
def test_a_forged_button_erases_nothing(town: Town, data: str) -> None:
    user = town.user("ผู้ร้อง")
    case = files_a_case(town, user)
    assert "หมดอายุ" in words(town.taps(user, data))
    assert entries_of(town, case) == [(EntryKind.FILED, None)]


def test_english_is_answered_in_english(town: Town) -> None:
    user = town.user("Resident")
    files_a_case(town, user)
    assert "report of a problem, 15 March 2023 (named)" in words(
        town.says(user, "What do you hold about me?")
    )
    asked = town.says(user, "Delete my data")
    assert [one["label"] for one in actions(asked)] == ["Delete my data", "Keep my data"]
    assert "has been deleted" in words(town.choose(user, asked, "Delete my data"))


def test_a_drafted_file_of_a_case_stays_with_the_case(town: Town) -> None:
    user = town.user("ผู้ร้อง")
    file_id, blob = keeps_a_file(town)
    files_a_case(town, user, files=[file_id])
    erases(town, user)
    assert on_disk(town) == {blob}


def test_after_erasing_a_message_taken_back_finds_nothing(town: Town) -> None:
    user = town.user("ผู้ร้อง")
    event = town.line.user_sends_text("makham", user, CONTENT["what"])
    case = files_a_case(town, user, sources={event["message"]["id"]: "what"})
    erases(town, user)
    town.happens(town.line.user_unsends(event["message"]["id"]))
    assert content_of(town, case) == CONTENT
