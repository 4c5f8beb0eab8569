"""After a report was filed: its reporter follows it, adds to it, takes it back, rates it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from domain.states import ComplaintState
from models import complaint_work
from models.audit import AuditEntry
from models.complaint import (
    Complaint,
    ComplaintEntry,
    ComplaintJoin,
    EntryKind,
    FiledMessage,
    find_by_receipt,
    reports_of_the_same,
)
from models.complaint_reporter import ComplaintRating, case_of
from models.contact import Contact
from models.conversation import Conversation
from models.stored_file import files_of_complaint
from tests.chat.test_reports import begin, code_in, photo, send_anonymously, tell
from tests.town import Json, Town, actions, words

HOLE = ("ถนนหน้าวัดเป็นหลุมลึกมาก", "หน้าวัดกลาง", "ไม่มี")


def report_a_hole(town: Town, user: str, *identity: str, story: tuple[str, ...] = HOLE) -> str:
    """A complaint about a service; its code."""
    town.choose(user, begin(town, user, "แจ้งเรื่องร้องเรียน"), "แจ้งปัญหา")
    tell(town, user, *story, *(identity or ("ปกปิดชื่อ", "ยินยอม")))
    return code_in(town.says(user, "ยืนยัน"))


def officer_does(town: Town, code: str, *states: ComplaintState, answer: str = "") -> None:
    office = town.offices.makham
    now = datetime.now(UTC)
    with town.db.writing() as session:
        complaint = the_case(session, town, code)
        officer = session.merge(office.people["officer"])
        if answer:
            complaint_work.answer_complaint(session, complaint, officer, answer, now)
        for state in states:
            complaint_work.change_state(session, complaint, state, officer, now)


def the_case(session, town: Town, code: str) -> Complaint:
    found = find_by_receipt(session, town.offices.makham.agency_id, code.replace(" ", ""))
    assert found is not None
    return found


def state_of(town: Town, code: str) -> ComplaintState:
    with town.db.reading() as session:
        return the_case(session, town, code).state


def lines_of(town: Town, code: str) -> list[tuple[EntryKind, str]]:
    with town.db.reading() as session:
        case = case_of(session, the_case(session, town, code))
        return [(line.kind, line.text) for line in case.lines]


def labels(messages: list[Json]) -> list[str]:
    return [one["label"] for one in actions(messages)]


def test_the_card_of_a_case_shows_what_happened_and_what_can_be_done(town: Town) -> None:
    user = town.user("ผู้แจ้ง")
    code = report_a_hole(town, user)
    card = town.says(user, code)
    assert "เจ้าหน้าที่จะตอบครั้งแรกภายใน" in words(card)
    assert labels(card)[-3:] == ["เพิ่มข้อมูล", "สอบถามเพิ่ม", "ถอนเรื่อง"]
    officer_does(town, code, ComplaintState.IN_REVIEW, answer="จะซ่อมวันศุกร์")
    card = town.says(user, code)
    assert "จะซ่อมวันศุกร์" in words(card)
    assert "เจ้าหน้าที่กำลังตรวจสอบ" in words(card)


def test_the_receipt_says_what_happens_next_and_by_when(town: Town) -> None:
    user = town.user("ผู้แจ้ง")
    town.choose(user, begin(town, user, "แจ้งเรื่องร้องเรียน"), "แจ้งปัญหา")
    tell(town, user, *HOLE, "ปกปิดชื่อ", "ยินยอม")
    receipt = words(town.says(user, "ยืนยัน"))
    for told in ("ภายใน 30 มีนาคม 2566", "14 เมษายน 2566", "ถอนเรื่อง"):
        assert told in receipt


def test_words_and_files_are_added_to_a_confidential_case(town: Town) -> None:
    user = town.user("ผู้แจ้ง")
    code = report_a_hole(town, user)
    town.choose(user, town.says(user, code), "เพิ่มข้อมูล")
    town.says(user, "เมื่อเช้ามีรถล้ม")
    sent = town.choose(user, town.sends_file(user, photo()), "ส่ง")
    assert "ส่งให้เจ้าหน้าที่ผู้ดูแลเรื่องแล้ว" in words(sent)
    assert (EntryKind.ADDED, "เมื่อเช้ามีรถล้ม") in lines_of(town, code)
    with town.db.reading() as session:
        complaint = the_case(session, town, code)
        assert len(files_of_complaint(session, complaint.agency_id, complaint.id)) == 1
        assert session.scalars(select(Conversation)).all() == []


def test_a_question_to_the_officers_stands_in_the_case(town: Town) -> None:
    user = town.user("ผู้แจ้ง")
    code = report_a_hole(town, user)
    town.choose(user, town.says(user, code), "สอบถามเพิ่ม")
    tell(town, user, "ซ่อมเมื่อไรคะ", "ส่ง")
    assert lines_of(town, code)[-1] == (EntryKind.ASKED, "ซ่อมเมื่อไรคะ")


def test_an_informant_adds_evidence_with_the_code_and_leaves_no_link(town: Town) -> None:
    user = town.user("ผู้แจ้ง")
    code = send_anonymously(town, user)
    prompt = town.choose(user, town.says(user, code), "เพิ่มข้อมูล")
    assert "ระบบตั้งใจไม่จำ" in words(prompt)
    town.sends_file(user, photo())
    tell(town, user, "มีใบเสร็จด้วย")
    assert "ส่งให้เจ้าหน้าที่" in words(town.says(user, code))
    assert lines_of(town, code)[-1] == (EntryKind.ADDED, "มีใบเสร็จด้วย")
    with town.db.reading() as session:
        complaint = the_case(session, town, code)
        assert len(files_of_complaint(session, complaint.agency_id, complaint.id)) == 2
        entries = session.scalars(select(ComplaintEntry)).all()
        assert {one.happened_at for one in entries if one.person_id is None} == {None}
        for table in (Contact, Conversation, FiledMessage):
            assert session.scalars(select(table)).all() == []
        assert user not in str([one.subject for one in session.scalars(select(AuditEntry))])


def test_while_an_informant_gathers_the_database_does_not_know_for_which_case(town: Town) -> None:
    user = town.user("ผู้แจ้ง")
    code = send_anonymously(town, user)
    town.choose(user, town.says(user, code), "เพิ่มข้อมูล")
    town.says(user, "มีใบเสร็จด้วย")
    from models import conversation
    from models.conversation import ConversationKey

    with town.db.reading() as session:
        complaint = the_case(session, town, code)
        key = ConversationKey(complaint.agency_id, user, user)
        kept = str(conversation.load(session, key))
        assert "มีใบเสร็จด้วย" in kept
        for secret in (code, code.replace(" ", ""), complaint.id.hex, str(complaint.id)):
            assert secret not in kept


def test_a_case_is_withdrawn_only_when_that_is_confirmed_and_can_be_opened_again(
    town: Town,
) -> None:
    user = town.user("ผู้แจ้ง")
    code = report_a_hole(town, user)
    sure = town.choose(user, town.says(user, code), "ถอนเรื่อง")
    assert state_of(town, code) is ComplaintState.RECEIVED
    assert "ยังดำเนินการต่อ" in words(town.choose(user, sure, "ไม่ถอน"))
    assert "ถอนเรื่องแล้ว" in words(town.choose(user, sure, "ยืนยันถอนเรื่อง"))
    assert state_of(town, code) is ComplaintState.WITHDRAWN
    # A second tap on the old button says so, and does nothing.
    assert "ปิดหรือถอนแล้ว" in words(town.choose(user, sure, "ยืนยันถอนเรื่อง"))
    again = town.choose(user, town.says(user, code), "ขอให้เปิดเรื่องใหม่")
    town.choose(user, again, "ยืนยันเปิดเรื่องใหม่")
    assert state_of(town, code) is ComplaintState.IN_REVIEW


def test_a_closed_case_is_rated_with_stars_and_words(town: Town) -> None:
    user = town.user("ผู้แจ้ง")
    code = report_a_hole(town, user)
    assert "ให้คะแนน" not in labels(town.says(user, code))
    officer_does(town, code, ComplaintState.CLOSED)
    stars = town.choose(user, town.says(user, code), "ให้คะแนน")
    assert labels(stars) == ["5 ดีมาก", "4 ดี", "3 พอใช้", "2 ไม่ดี", "1 แย่มาก"]
    thanks = town.choose(user, stars, "4 ดี")
    assert "4 จาก 5" in words(thanks)
    assert "บันทึกคะแนนนี้ไว้แล้ว" in words(town.choose(user, stars, "4 ดี"))
    town.choose(user, thanks, "เขียนความเห็น")
    tell(town, user, "เร็วกว่าที่คิด", "ส่ง")
    assert [text for kind, text in lines_of(town, code) if kind is EntryKind.RATED] == [
        "4",
        "เร็วกว่าที่คิด",
    ]
    with town.db.reading() as session:
        [rating] = session.scalars(select(ComplaintRating)).all()
        assert rating.stars == 4


def test_a_case_that_is_opened_again_forgets_its_rating(town: Town) -> None:
    user = town.user("ผู้แจ้ง")
    code = report_a_hole(town, user)
    officer_does(town, code, ComplaintState.CLOSED)
    town.choose(user, town.choose(user, town.says(user, code), "ให้คะแนน"), "1 แย่มาก")
    town.choose(user, town.choose(user, town.says(user, code), "ขอให้เปิดเรื่องใหม่"), "ยืนยันเปิด")
    with town.db.reading() as session:
        assert session.scalars(select(ComplaintRating)).all() == []
    assert state_of(town, code) is ComplaintState.IN_REVIEW


def test_a_card_passed_on_to_somebody_else_opens_nothing_of_a_confidential_case(
    town: Town,
) -> None:
    user, other = town.user("ผู้แจ้ง"), town.user("คนอื่น")
    code = report_a_hole(town, user)
    officer_does(town, code, ComplaintState.CLOSED)
    from models.case_token import case_data, token_for_reporter

    with town.db.reading() as session:
        data = case_data("rate1", token_for_reporter(session, the_case(session, town, code)))
    assert "ปุ่มนี้ใช้ไม่ได้แล้ว" in words(town.taps(other, data))
    assert "1 จาก 5" in words(town.taps(user, data))


@pytest.mark.parametrize(
    "data", ["k:", "k:add:", "k:rate9:AAAA", "k:withdraw!:bm90IHNlYWxlZA", "k:::"]
)
def test_a_forged_button_does_nothing_and_says_so(town: Town, data: str) -> None:
    assert "ปุ่มนี้ใช้ไม่ได้แล้ว" in words(town.taps(town.user("ใครก็ได้"), data))


def test_a_button_of_one_agency_opens_nothing_in_another(town: Town) -> None:
    user = town.user("ผู้แจ้ง")
    code = send_anonymously(town, user)
    [add] = [one["data"] for one in actions(town.says(user, code)) if one["label"] == "เพิ่มข้อมูล"]
    office = town.offices.bangphra
    told = town.taps(town.user("คนบางพระ", office), add, office)
    assert "ปุ่มนี้ใช้ไม่ได้แล้ว" in words(told)


def test_ten_wrong_codes_slow_down_and_a_right_one_waits_too(town: Town, frozen) -> None:
    user = town.user("ผู้แจ้ง")
    code = send_anonymously(town, user)
    for _ in range(10):
        frozen.shift(20)
        town.says(user, "1111 1111 1111 1111")
    assert "กรุณารออีกประมาณ" in words(town.says(user, code))
    frozen.shift(6 * 60)
    assert "ความคืบหน้าของเรื่อง" in words(town.says(user, code))


# The same thing, reported by several


def test_the_same_thing_nearby_is_offered_to_be_joined(town: Town) -> None:
    first, second = town.user("คนแรก"), town.user("คนที่สอง")
    code = report_a_hole(town, first)
    town.choose(second, begin(town, second, "แจ้งเรื่องร้องเรียน"), "แจ้งปัญหา")
    tell(town, second, "ถนนหน้าวัดเป็นหลุม", "หน้าวัดกลาง", "ไม่มี")
    same = town.says(second, "ไม่เปิดเผยตัวตน")
    assert "มีผู้แจ้งเรื่องคล้ายกันไว้แล้วเมื่อ 15 มีนาคม 2566" in words(same)
    assert HOLE[0] not in words(same)  # what the other wrote is nobody else's
    town.choose(second, same, "เรื่องเดียวกัน")
    joined = town.says(second, "ยืนยัน")
    assert "รวมกับเรื่องที่มีผู้แจ้งไว้แล้ว" in words(joined)

    with town.db.reading() as session:
        original = the_case(session, town, code)
        [repeated] = reports_of_the_same(session, original)
        assert repeated.id == the_case(session, town, code_in(joined)).id
        [told] = session.scalars(
            select(ComplaintEntry).where(ComplaintEntry.kind == EntryKind.JOINED)
        ).all()
        assert told.happened_at is None  # who joined is anonymous

    officer_does(town, code, ComplaintState.IN_REVIEW, answer="จะซ่อมวันศุกร์")
    card = words(town.says(second, code_in(joined)))
    assert "จะซ่อมวันศุกร์" in card
    assert "เจ้าหน้าที่กำลังตรวจสอบ" in card


def test_two_places_sent_from_phones_are_compared_by_their_distance(town: Town) -> None:
    """Few words in common are enough where both stand at the same spot."""
    first, second = town.user("คนแรก"), town.user("คนที่สอง")
    for user, story in ((first, "ไฟถนนดับ"), (second, "ไฟส่องสว่างถนนดับหลายวันแล้ว")):
        town.choose(user, begin(town, user, "แจ้งเรื่องร้องเรียน"), "แจ้งปัญหา")
        town.says(user, story)
        town.sends_place(user, "ซอย 5")
        town.says(user, "ไม่มี")
        told = words(town.says(user, "ไม่เปิดเผยตัวตน"))
        if user == first:
            assert "รับเรื่องแล้ว" in words(town.says(user, "ยืนยัน"))
    assert "ห่างจากจุดนี้ประมาณ 10 เมตร" in told


def test_something_else_nearby_stays_a_case_of_its_own(town: Town) -> None:
    report_a_hole(town, town.user("คนแรก"))
    second = town.user("คนที่สอง")
    report_a_hole(town, second, "ไม่เปิดเผยตัวตน", story=("น้ำประปาไม่ไหล", "ซอยข้างตลาดสด", "ไม่มี"))
    with town.db.reading() as session:
        assert session.scalars(select(ComplaintJoin)).all() == []
        assert len(session.scalars(select(Complaint)).all()) == 2


def test_corruption_is_never_offered_to_be_joined(town: Town) -> None:
    send_anonymously(town, town.user("คนแรก"))
    send_anonymously(town, town.user("คนที่สอง"))
    with town.db.reading() as session:
        assert session.scalars(select(ComplaintJoin)).all() == []


def test_another_agency_s_reports_are_not_compared(town: Town) -> None:
    office = town.offices.bangphra
    report_a_hole(town, town.user("คนแรก"))
    user = town.user("คนบางพระ", office)
    town.choose(user, town.says(user, "สวัสดีค่ะ", office), "แจ้งเรื่องร้องเรียน", office=office)
    for text in ("แจ้งปัญหา เดือดร้อน", *HOLE):
        town.says(user, text, office)
    assert "ตรวจสอบก่อนส่ง" in words(town.says(user, "ไม่เปิดเผยตัวตน", office))
