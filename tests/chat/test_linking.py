"""Linking a LINE account or a division's group with a code, and ending it again, in the chat."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from models.audit import AuditEntry, verify
from models.contact import find_contact
from models.duty import add_duty, give_up
from models.invitation import invite, open_invitation
from models.knowledge import Question
from models.link_tap import LINK_TAP_LIFE
from models.person import Person, find_person, person_of_contact
from tests.chat.officers import reports
from tests.offices import Office
from tests.town import Town, actions, find_action, words

WRONG = "PS-AAAAA-AAAAA"


def invitation(town: Town, person: str, office: Office | None = None) -> str:
    office = office or town.offices.makham
    with town.db.writing() as session:
        found = session.merge(office.people[person])
        return invite(session, found, datetime.now(UTC))


def linked_to(town: Town, line_id: str, office: Office | None = None) -> str:
    """The user name of whom a LINE account stands for; "" for nobody."""
    office = office or town.offices.makham
    with town.db.reading() as session:
        contact = find_contact(session, office.agency_id, line_id)
        person = person_of_contact(session, contact) if contact else None
        return person.username if person else ""


def group_of(town: Town, chat: str) -> UUID | None:
    with town.db.reading() as session:
        contact = find_contact(session, town.offices.makham.agency_id, chat)
        return contact.division_id if contact else None


def log(town: Town) -> list[tuple[str, str]]:
    with town.db.reading() as session:
        agency_id = town.offices.makham.agency_id
        assert verify(session, agency_id) is None
        query = select(AuditEntry).where(AuditEntry.agency_id == agency_id)
        return [
            (one.action, one.subject) for one in session.scalars(query.order_by(AuditEntry.number))
        ]


@pytest.fixture
def head(town: Town) -> str:
    """The head of finance, linked."""
    line_id = town.user("ผู้อำนวยการกองคลัง")
    town.link(town.offices.makham, "finance_head", line_id)
    return line_id


@pytest.fixture
def group(town: Town, head: str) -> str:
    return town.line.add_group("กลุ่มกองคลัง", [town.line.world.users[head]], "makham").group_id


def member(town: Town, group: str, name: str, person: str = "") -> str:
    """Somebody in the group; linked, where they are one of the office."""
    line_id = town.user(name)
    town.line.world.groups[group].member_ids.append(line_id)
    if person:
        town.link(town.offices.makham, person, line_id)
    return line_id


def test_the_answer_to_a_code_says_who_one_is_and_what_comes_next(town: Town) -> None:
    with town.db.writing() as session:
        works = session.merge(town.offices.makham.people["works"])
        finance = town.offices.makham.divisions["finance"]
        add_duty(session, works, finance.id, is_head=True)
    line_id = town.user("เจ้าหน้าที่กองช่าง")
    answer = town.says(line_id, invitation(town, "works"))
    said = words(answer)
    for part in ("เจ้าหน้าที่กองช่าง", "กองช่าง และกองคลัง", "กดปุ่มใต้รายการ", "กลุ่ม LINE", "เลิกเชื่อมบัญชี"):
        assert part in said
    assert linked_to(town, line_id) == "works"
    assert "เปิดเผยผลการใช้จ่าย" in words(town.choose(line_id, answer, "งานของฉัน"))
    works_id = town.offices.makham.people["works"].id
    assert log(town) == [("person.linked", f"person:{works_id}")]


def kept_questions(town: Town) -> int:
    with town.db.reading() as session:
        return len(session.scalars(select(Question)).all())


def still_open(town: Town, person: str) -> bool:
    with town.db.reading() as session:
        found = session.merge(town.offices.makham.people[person])
        return open_invitation(session, found, datetime.now(UTC)) is not None


@pytest.mark.parametrize(
    "form",
    [
        *("รหัสเชิญของผมคือ {} ครับ", "สวัสดีค่ะ\n{}\nขอบคุณค่ะ", "รหัส{}ครับ", "ขอเชื่อมบัญชี ({})"),
        *("My code is {}.", "{} ถูกไหมคะ", "“{}”", "{}\n{}"),
    ],
)
def test_a_code_among_other_words_links_as_if_typed_alone(town: Town, form: str) -> None:
    line_id = town.user("เจ้าหน้าที่กองช่าง")
    code = invitation(town, "works")
    assert "เชื่อมบัญชี LINE นี้กับ" in words(town.says(line_id, form.replace("{}", code)))
    assert linked_to(town, line_id) == "works"
    assert kept_questions(town) == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda code: code.lower(),
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " "),
        lambda code: code.replace("-", "–"),
        lambda code: code.replace("-", " - "),
        lambda code: code[:6] + "\u200b" + code[6:],
        lambda code: "".join(chr(ord(mark) + 0xFEE0) for mark in code),  # full width
    ],
)
def test_a_code_is_read_however_it_is_written(town: Town, change) -> None:
    line_id = town.user("เจ้าหน้าที่กองช่าง")
    town.says(line_id, f"รหัสเชิญ {change(invitation(town, 'works'))} ค่ะ")
    assert linked_to(town, line_id) == "works"


BROKEN = [
    lambda code: code[:-1],
    lambda code: code + "K",
    lambda code: code[:5] + code[6:],
    lambda code: code[:-1] + "0",
    lambda code: code[:8] + code[9:-1],
    lambda code: code[:7] + "K" + code[7:],
    lambda code: code[:8],
    lambda code: code + "-X",
    lambda code: code[:-1].lower(),
    lambda code: code + code,
]


@pytest.mark.parametrize("form", ["{}", "รหัสเชิญของผมคือ {} ครับ"])
@pytest.mark.parametrize("change", BROKEN)
def test_what_looks_like_a_code_and_is_not_whole_is_neither_kept_nor_passed_on(
    town: Town, form: str, change
) -> None:
    line_id = town.user("เจ้าหน้าที่กองช่าง")
    typed = change(invitation(town, "works"))
    said = words(town.says(line_id, form.format(typed)))
    assert "รหัสเชิญไม่ครบ" in said
    assert "PS-XXXXX-XXXXX" in said
    assert linked_to(town, line_id) == ""
    assert still_open(town, "works")
    assert kept_questions(town) == 0


@pytest.mark.parametrize(
    "text",
    [
        *("PS5 หายที่สำนักงาน", "เครื่องสูบน้ำรุ่น PS-200 เสีย", "เลขที่เอกสาร PS-2023-000123 ถึงไหนแล้ว"),
        *("psychologist", "เครื่องปั่นไฟ PS-1500W เสียงดังมาก", "ps please help me with the tax"),
    ],
)
def test_words_that_only_begin_like_a_code_are_left_alone(town: Town, text: str) -> None:
    said = words(town.says(town.user("ประชาชน"), text))
    assert "รหัสเชิญ" not in said
    assert "รหัสนี้" not in said


def test_two_codes_in_one_message_are_asked_for_one_at_a_time(town: Town) -> None:
    line_id = town.user("เจ้าหน้าที่กองช่าง")
    both = f"{invitation(town, 'works')} หรือ {invitation(town, 'finance')}"
    assert "เพียงรหัสเดียว" in words(town.says(line_id, both))
    assert linked_to(town, line_id) == ""
    assert still_open(town, "works")
    assert kept_questions(town) == 0


def test_a_code_ends_after_seven_days(town: Town, frozen) -> None:
    code = invitation(town, "works")
    line_id = town.user("เจ้าหน้าที่กองช่าง")
    frozen.shift(timedelta(days=7))
    assert "หมดอายุ" in words(town.says(line_id, code))
    assert linked_to(town, line_id) == ""


def test_a_code_of_the_other_agency_links_nobody(town: Town) -> None:
    code = invitation(town, "works", town.offices.bangphra)
    line_id = town.user("เจ้าหน้าที่กองช่าง")
    assert "ใช้ไม่ได้" in words(town.says(line_id, code))
    assert linked_to(town, line_id) == ""
    assert log(town) == []


def test_an_account_that_stood_for_somebody_else_is_theirs_no_more_and_says_so(
    town: Town, head: str
) -> None:
    said = words(town.says(head, invitation(town, "works")))
    assert "เลิกเชื่อมกับ ผู้อำนวยการกองคลัง" in said
    assert linked_to(town, head) == "works"
    assert [action for action, _ in log(town)] == ["person.unlinked", "person.linked"]


def test_codes_cannot_be_tried_quickly(town: Town, frozen) -> None:
    code = invitation(town, "works")
    guesser = town.user("คนเดา")
    for _ in range(10):
        assert "ใช้ไม่ได้" in words(town.says(guesser, WRONG))
        frozen.shift(timedelta(seconds=10))
    assert "รออีกประมาณ 5 นาที" in words(town.says(guesser, code))
    assert linked_to(town, guesser) == ""
    assert "เชื่อมบัญชี LINE นี้กับ" in words(town.says(town.user("เจ้าตัว"), code))


def test_guesses_in_a_group_count_as_well(town: Town, head: str, group: str, frozen) -> None:
    for _ in range(10):
        town.says(head, WRONG, group=group)
        frozen.shift(timedelta(seconds=10))
    own = invitation(town, "finance_head")
    assert "รออีกประมาณ" in words(town.says(head, own, group=group))
    assert group_of(town, group) is None


def test_a_head_links_the_group_with_a_code_of_their_own_once(
    town: Town, head: str, group: str
) -> None:
    code = invitation(town, "finance_head")
    answer = town.says(head, code, group=group)
    assert "เชื่อมกลุ่มนี้กับกองคลังแล้ว" in words(answer)
    assert "งบประมาณ" in words(town.choose(head, answer, "งานของกอง", group=group))
    finance = town.offices.makham.divisions["finance"].id
    assert group_of(town, group) == finance
    assert log(town) == [("group.linked", f"division:{finance}")]
    assert linked_to(town, head) == "finance-head"
    assert "ใช้ในกลุ่มนี้ไม่ได้" in words(town.says(head, code, group=group))


@pytest.mark.parametrize("whose", ["works", "finance"])
def test_a_code_of_somebody_else_typed_in_a_group_links_nothing_and_ends(
    town: Town, head: str, group: str, whose: str
) -> None:
    """All of the group have read it."""
    code = invitation(town, whose)
    assert "ใช้ในกลุ่มนี้ไม่ได้" in words(town.says(head, code, group=group))
    assert group_of(town, group) is None
    assert linked_to(town, head) == "finance-head"
    thief = member(town, group, "คนในกลุ่มอีกคน")
    assert "ใช้ไม่ได้" in words(town.says(thief, code))
    assert linked_to(town, thief) == ""


def test_a_head_s_own_code_among_words_links_the_group(town: Town, head: str, group: str) -> None:
    code = invitation(town, "finance_head")
    assert "เชื่อมกลุ่มนี้กับกองคลังแล้ว" in words(
        town.says(head, f"ขอเชื่อมกลุ่มด้วยรหัส {code} ค่ะ", group=group)
    )
    assert group_of(town, group) == town.offices.makham.divisions["finance"].id


def test_every_code_that_a_group_has_read_ends(town: Town, head: str, group: str) -> None:
    both = f"{invitation(town, 'works')} และ {invitation(town, 'finance')}"
    assert "ใช้ในกลุ่มนี้ไม่ได้" in words(town.says(head, both, group=group))
    assert not still_open(town, "works")
    assert not still_open(town, "finance")


@pytest.mark.parametrize("change", BROKEN[:4])
def test_in_a_group_what_looks_like_a_code_is_no_note_either(
    town: Town, head: str, group: str, change
) -> None:
    town.link_group(town.offices.makham, "finance", group)
    town.choose(head, town.says(head, "งานของฉัน", group=group), "กำลังทำ", group=group)
    typed = change(invitation(town, "finance_head"))
    said = words(town.says(head, f"รหัสคือ {typed} ค่ะ", group=group))
    assert "รหัสเชิญไม่ครบ" in said
    assert "ขอรหัสใหม่" in said
    assert [summary for _, summary in reports(town)] == [""]


def test_staff_who_head_nothing_and_strangers_link_no_group(town: Town, group: str) -> None:
    officer = member(town, group, "เจ้าหน้าที่กองคลัง", "finance")
    stranger = member(town, group, "คนนอก")
    for who in (officer, stranger):
        code = invitation(town, "finance")
        assert "ใช้ในกลุ่มนี้ไม่ได้" in words(town.says(who, code, group=group))
    assert group_of(town, group) is None


def two_divisions(town: Town) -> None:
    with town.db.writing() as session:
        head = session.merge(town.offices.makham.people["finance_head"])
        works = town.offices.makham.divisions["works"]
        add_duty(session, head, works.id, is_head=True)


def test_a_head_of_two_divisions_chooses_whose_group_it_is(
    town: Town, head: str, group: str
) -> None:
    two_divisions(town)
    asked = town.says(head, invitation(town, "finance_head"), group=group)
    assert {one["label"] for one in actions(asked)} == {"1. กองคลัง", "2. กองช่าง"}
    assert group_of(town, group) is None
    other = member(town, group, "เจ้าหน้าที่กองคลัง", "finance")
    assert "เฉพาะผู้ที่เริ่ม" in words(town.choose(other, asked, "2.", group=group))
    assert "เฉพาะผู้ที่เริ่ม" in words(town.choose(head, asked, "2."))  # not in the group
    assert group_of(town, group) is None
    assert "กองช่างแล้ว" in words(town.choose(head, asked, "2.", group=group))
    assert group_of(town, group) == town.offices.makham.divisions["works"].id


def test_the_choice_ends_with_its_half_hour_and_with_the_post(
    town: Town, head: str, group: str, frozen
) -> None:
    two_divisions(town)
    asked = town.says(head, invitation(town, "finance_head"), group=group)
    with town.db.writing() as session:
        person = session.merge(town.offices.makham.people["finance_head"])
        works = town.offices.makham.divisions["works"]
        add_duty(session, person, works.id, is_head=False)
    assert "ไม่ได้เป็นหัวหน้า" in words(town.choose(head, asked, "2.", group=group))
    frozen.shift(LINK_TAP_LIFE + timedelta(seconds=1))
    assert "หมดเวลา" in words(town.choose(head, asked, "1.", group=group))
    assert group_of(town, group) is None


@pytest.mark.parametrize("typed", ["ยกเลิกการเชื่อม", "เลิกเชื่อมบัญชี", "ขอยกเลิกการเชื่อมต่อ LINE ครับ"])
def test_unlinking_is_asked_before_it_is_done(town: Town, head: str, typed: str) -> None:
    asked = town.says(head, typed)
    assert "ผู้อำนวยการกองคลัง" in words(asked)
    assert "ยังเชื่อมอยู่" in words(town.choose(head, asked, "ไม่เลิก"))
    assert linked_to(town, head) == "finance-head"
    assert "เลิกเชื่อมบัญชี LINE นี้แล้ว" in words(town.choose(head, asked, "ยืนยันเลิกเชื่อม"))
    assert linked_to(town, head) == ""
    head_id = town.offices.makham.people["finance_head"].id
    assert log(town) == [("person.unlinked", f"person:{head_id}")]
    # Tapped again, and typed again, by who is nobody's account any more:
    assert "เฉพาะผู้ที่เริ่ม" in words(town.choose(head, asked, "ยืนยันเลิกเชื่อม"))
    assert "ไม่ได้เชื่อม" in words(town.says(head, typed))
    assert len(log(town)) == 1


def test_who_has_left_is_not_unlinked_twice_and_gets_nothing_back(town: Town, head: str) -> None:
    asked = town.says(head, "เลิกเชื่อมบัญชี")
    with town.db.writing() as session:
        person = find_person(session, town.offices.makham.agency_id, "finance-head")
        assert person
        give_up(session, person, datetime.now(UTC))
    assert "เฉพาะผู้ที่เริ่ม" in words(town.choose(head, asked, "ยืนยันเลิกเชื่อม"))
    assert linked_to(town, head) == ""


def test_a_head_unlinks_the_group_and_nobody_else_can(town: Town, head: str, group: str) -> None:
    officer = member(town, group, "เจ้าหน้าที่กองคลัง", "finance")
    stranger = member(town, group, "คนนอก")
    assert "ไม่ได้เชื่อมกับส่วนราชการใด" in words(town.says(head, "เลิกเชื่อมกลุ่ม", group=group))
    town.link_group(town.offices.makham, "finance", group)
    assert "หัวหน้าของส่วนราชการนั้น" in words(town.says(officer, "เลิกเชื่อมกลุ่ม", group=group))
    assert town.says(stranger, "เลิกเชื่อมกลุ่ม", group=group) == []
    asked = town.says(head, "ยกเลิกการเชื่อม", group=group)
    assert "เฉพาะผู้ที่เริ่ม" in words(town.choose(officer, asked, "ยืนยัน", group=group))
    assert "เลิกเชื่อมกลุ่มนี้กับกองคลังแล้ว" in words(town.choose(head, asked, "ยืนยัน", group=group))
    assert group_of(town, group) is None
    assert linked_to(town, head) == "finance-head"
    assert [action for action, _ in log(town)] == ["group.unlinked"]


def test_a_button_says_nothing_to_who_reads_it_and_opens_nothing_elsewhere(
    town: Town, head: str
) -> None:
    data = find_action(town.says(head, "เลิกเชื่อมบัญชี"), "ยืนยัน")["data"]
    person = town.offices.makham.people["finance_head"]
    assert len(data) <= 300
    assert str(person.id) not in data
    assert person.id.hex not in data
    there = town.user("ที่อื่น", town.offices.bangphra)
    town.link(town.offices.bangphra, "finance_head", there)
    assert "หมดเวลา" in words(town.taps(there, data, office=town.offices.bangphra))
    assert linked_to(town, there, town.offices.bangphra) == "finance-head"
    for forged in ("l:", "l:AAAA", "l:" + "ก" * 20, data[:-4]):
        assert "หมดเวลา" in words(town.taps(head, forged))
    with town.db.reading() as session:
        found = session.get_one(Person, (person.agency_id, person.id))
        assert found.contact_id is not None
