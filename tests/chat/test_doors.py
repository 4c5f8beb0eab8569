"""Who must not see a report, and the doors through which one comes in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from domain.routing import Intent, route
from domain.states import ComplaintState
from models.complaint import Complaint, ComplaintKind
from models.complaint_access import NotAllowed, access_complaint
from models.complaint_log import complaint_log
from models.complaint_work import find_for_work, visible_among
from models.conversation import Conversation
from models.person import Person
from models.waiting import new_complaints
from tests.chat.test_cases import labels, state_of, the_case
from tests.chat.test_reports import begin, code_in, send_anonymously, tell
from tests.town import Town, words

# Who must not see


def test_a_report_about_a_division_is_never_shown_to_that_division(town: Town) -> None:
    office = town.offices.makham
    with town.db.writing() as session:
        # The integrity officer of this office works in the division that is accused.
        officer = session.merge(office.people["integrity"])
        officer.division_id = office.divisions["works"].id
    code = send_anonymously(town, town.user("ผู้แจ้ง"))  # speaks of กองช่าง
    with town.db.writing() as session:
        complaint = the_case(session, town, code)
        viewer = session.get_one(Person, (office.agency_id, office.people["integrity"].id))
        assert complaint_log(session, viewer, 10) == []
        assert new_complaints(session, viewer) == 0
        assert visible_among(session, viewer, [complaint.id]) == set()
        with pytest.raises(NotAllowed):
            access_complaint(session, viewer, complaint.id, datetime.now(UTC))
        with pytest.raises(NotAllowed):  # work on it, and its files, ask the same
            find_for_work(session, viewer, complaint.id)
        viewer.division_id = None
        assert len(complaint_log(session, viewer, 10)) == 1


def test_an_officer_whom_the_informant_names_never_sees_the_report(town: Town) -> None:
    user = town.user("ผู้แจ้ง")
    begin(town, user)
    told = tell(town, user, "เรียกเงิน", "ที่สำนักงาน", "เมื่อวาน", "ผู้รับเรื่องเอง")
    assert "เจ้าหน้าที่จริยธรรม" in words(told)
    warned = town.choose(user, told, "เจ้าหน้าที่จริยธรรม")
    assert "1205" in words(warned)  # nobody else could read it here
    tell(town, user, "ไม่มี", "ไม่มี", "ไม่เปิดเผยตัวตน", "ยืนยัน")
    with town.db.reading() as session:
        viewer = session.merge(town.offices.makham.people["integrity"])
        assert complaint_log(session, viewer, 10) == []


# Doors


def test_words_that_sound_like_a_report_need_not_be_typed_twice(town: Town) -> None:
    user = town.user("ผู้แจ้ง")
    offered = town.says(user, "ไฟส่องสว่างหน้าบ้านดับมาสามวันแล้ว ช่วยมาซ่อมด้วย")
    town.choose(user, offered, "แจ้งเรื่องร้องเรียน")
    tell(town, user, "ซอยข้างโรงเรียน", "ไม่มี", "ไม่เปิดเผยตัวตน")
    code = code_in(town.says(user, "ยืนยัน"))
    with town.db.reading() as session:
        [opened] = complaint_log(session, town.offices.makham.people["officer"], 10)
        assert opened.content["what"].startswith("ไฟส่องสว่างหน้าบ้านดับ")
    assert state_of(town, code) is ComplaintState.RECEIVED


def test_words_that_may_have_been_a_report_wait_too_while_they_are_answered(town: Town) -> None:
    unsure = "ถนนหน้าวัดเป็นหลุมลึก ช่วยมาซ่อมหน่อย"
    assert route(unsure).intent in (Intent.COMPLAINT, Intent.REQUEST)
    user = town.user("ผู้แจ้ง")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("domain.first_look._SURE", 1.1)  # sure of nothing
        answered = town.says(user, unsure)
    town.choose(user, answered, "แจ้งเรื่องร้องเรียน")
    tell(town, user, "หน้าวัดกลาง", "ไม่มี", "ไม่เปิดเผยตัวตน", "ยืนยัน")
    with town.db.reading() as session:
        [opened] = complaint_log(session, town.offices.makham.people["officer"], 10)
        assert opened.content["what"] == unsure


def test_an_offer_that_is_not_taken_leaves_nothing(town: Town) -> None:
    user = town.user("ผู้แจ้ง")
    town.says(user, "เจ้าหน้าที่เรียกเงินใต้โต๊ะค่ะ")
    town.says(user, "สวัสดีค่ะ")
    with town.db.reading() as session:
        assert session.scalars(select(Conversation)).all() == []


def test_corruption_told_at_the_common_door_is_led_to_its_own(town: Town) -> None:
    user = town.user("ผู้แจ้ง")
    begin(town, user, "แจ้งเรื่องร้องเรียน")
    offered = town.says(user, "เจ้าหน้าที่กองช่างเรียกเงินใต้โต๊ะค่าตรวจแบบ")
    town.choose(user, offered, "แจ้งเบาะแสทุจริต")
    tell(town, user, "กองช่าง", "เมื่อวาน", "ไม่ทราบ", "ไม่มี", "ไม่มี", "ไม่เปิดเผยตัวตน", "ยืนยัน")
    with town.db.reading() as session:
        [complaint] = session.scalars(select(Complaint)).all()
        assert complaint.kind is ComplaintKind.CORRUPTION


def test_a_foreigner_reports_and_tracks_in_english(town: Town) -> None:
    user = town.user("foreigner")
    menu = town.choose(user, town.says(user, "hello"), "English")
    kinds = town.choose(user, menu, "Report a problem")
    town.choose(user, kinds, "Something is wrong")
    tell(town, user, "The street light is out", "Near the market", "no", "Anonymous")
    receipt = town.says(user, "Send it")
    assert "by 30 March 2023" in words(receipt)
    card = town.says(user, code_in(receipt))
    assert "Received, waiting for an officer" in words(card)
    assert "Withdraw it" in labels(card)
    back = town.says(user, "ภาษาไทย")
    assert "เปลี่ยนเป็นภาษาไทยแล้วค่ะ" in words(back)


def test_the_language_can_change_in_the_middle_of_a_report(town: Town) -> None:
    user = town.user("foreigner")
    begin(town, user, "แจ้งเรื่องร้องเรียน")
    assert "What would you like to report" in words(town.says(user, "English"))
    told = tell(town, user, "Something is wrong", "Light is out")
    assert "Where is it" in words(told)
