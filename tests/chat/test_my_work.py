"""An officer types "งานของฉัน" and answers from the list, overdue or not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.first_look import asks_for_work
from models.duty import add_duty
from models.measure import MeasureRow
from models.progress import ReportStatus
from tests.chat.officers import MORNING, linked, obligation, plans, reports
from tests.town import Town, actions, words


@pytest.fixture
def officer(town: Town, frozen) -> str:
    frozen.move_to(MORNING)
    return linked(town, "finance", "เจ้าหน้าที่กองคลัง")


def bubbles(messages: list[dict]) -> list[dict]:
    contents = messages[-1]["contents"]
    return contents.get("contents", [contents])


def test_the_list_shows_the_overdue_first_then_what_comes_within_sixty_days(
    town: Town, officer: str
) -> None:
    plans(
        town,
        MeasureRow(5, "เรื่องที่เกินกำหนด", ["กองคลัง"], [date(2023, 3, 1)]),
        MeasureRow(6, "เรื่องในสองเดือน", ["กองคลัง"], [date(2023, 5, 28)]),
        MeasureRow(7, "เรื่องหลังสองเดือน", ["กองคลัง"], [date(2023, 5, 29)]),
    )
    found = [words([one]) for one in bubbles(town.says(officer, "งานของฉัน"))]
    assert ["เรื่องที่เกินกำหนด" in found[0], "งบประมาณ" in found[1], "เรื่องในสองเดือน" in found[2]] == [
        True
    ] * 3
    assert len(found) == 3
    assert "เกินกำหนด 28 วัน" in found[0]
    assert "เหลือ 60 วัน" in found[2]
    assert "กองช่าง" not in "".join(found)


def test_what_is_not_overdue_is_answered_from_the_list(town: Town, officer: str) -> None:
    listed = town.says(officer, "งานของฉัน")
    assert {one["label"] for one in actions(listed)} == {*("เสร็จแล้ว", "กำลังทำ", "ติดปัญหา", "ขอเลื่อน")}
    assert "บันทึกแล้ว" in words(town.choose(officer, listed, "เสร็จแล้ว"))
    town.says(officer, "เผยแพร่แล้ว")
    [(report, said)] = reports(town)
    assert (report.status, said) == (ReportStatus.DONE, "เผยแพร่แล้ว")
    assert report.obligation_id == obligation(town, "งบประมาณ").id


def test_where_nothing_is_near_the_next_one_is_shown(town: Town, officer: str) -> None:
    town.choose(officer, town.says(officer, "งานของฉัน"), "เสร็จแล้ว")
    text = words(town.says(officer, "งานค้าง"))
    assert "คู่มือการให้บริการประชาชน" in text
    assert "30 ก.ย. 2566" in text


def test_nothing_left_is_said_kindly(town: Town, officer: str) -> None:
    for _ in range(2):
        town.choose(officer, town.says(officer, "งานของฉัน"), "เสร็จแล้ว")
    assert "ไม่มีงานที่รอรายงานผล" in words(town.says(officer, "งานของฉัน"))


def test_a_person_of_two_divisions_sees_both(town: Town, officer: str) -> None:
    office = town.offices.makham
    with town.db.writing() as session:
        person = session.merge(office.people["finance"])
        add_duty(session, person, office.divisions["clerk"].id, is_head=False)
    listed = town.says(officer, "งานของฉัน")
    assert "คู่มือการใช้ทรัพย์สินของราชการ" in words(listed[-1:])
    assert "งบประมาณ" in words(listed[-1:])
    first = [bubbles(listed)[0]]
    assert "สำนักปลัด" in words(first)
    assert "บันทึกแล้ว" in words(town.choose(officer, first, "กำลังทำ"))


def test_more_than_twelve_are_summed_up_with_the_way_to_the_desk(town: Town, officer: str) -> None:
    town.engine.worker._public_url = "https://prongsai.example"
    rows = [
        MeasureRow(10 + number, f"มาตรการย่อยที่ {number}", ["กองคลัง"], [date(2023, 3, 1)])
        for number in range(15)
    ]
    plans(town, *rows)
    listed = town.says(officer, "งานของฉัน")
    found = bubbles(listed)
    assert len(found) == 12
    assert "และยังมีอีก 5 รายการ" in words(found[-1:])
    [link] = [one for one in actions(found[-1:]) if one["type"] == "uri"]
    assert link["uri"] == "https://prongsai.example/desk/measures"


def test_whoever_is_not_linked_is_told_how_to_be(town: Town, officer: str) -> None:
    stranger = town.user("ใครก็ไม่รู้")
    told = words(town.says(stranger, "งานของฉัน"))
    assert "ยังไม่ได้เชื่อม" in told
    assert "รหัสเชิญ" in told
    assert "งบประมาณ" not in told


def test_who_has_left_sees_nothing(town: Town, officer: str) -> None:
    with town.db.writing() as session:
        session.merge(town.offices.makham.people["finance"]).active = False
    told = words(town.says(officer, "งานของฉัน"))
    assert "ยังไม่ได้เชื่อม" in told
    assert "งบประมาณ" not in told


def test_the_other_agencys_work_is_never_in_the_list(town: Town, officer: str) -> None:
    other = town.offices.bangphra
    theirs = linked(town, "finance", "เจ้าหน้าที่บางพระ", other)
    row = MeasureRow(9, "เรื่องของบางพระเท่านั้น", ["กองคลัง"], [date(2023, 3, 30)])
    plans(town, row, office=other)
    assert "บางพระเท่านั้น" in words(town.says(theirs, "งานของฉัน", other))
    assert "บางพระเท่านั้น" not in words(town.says(officer, "งานของฉัน"))
    assert "ยังไม่ได้เชื่อม" in words(town.says(town.user("คนอื่น", other), "งานของฉัน", other))


def test_the_clerk_is_told_the_figures_of_the_office(town: Town, officer: str) -> None:
    clerk = linked(town, "clerk", "ปลัดเทศบาล")
    told = words(town.says(clerk, "งานของฉัน"))
    assert "ทั้งหน่วยงานมีมาตรการรอรายงานผล 5 รายการ เกินกำหนดแล้ว 1 รายการ" in told


def test_an_officer_of_no_division_is_told_so(town: Town, officer: str) -> None:
    auditor = linked(town, "auditor", "ผู้ตรวจสอบภายใน")
    assert "ไม่ได้อยู่ในส่วนราชการ" in words(town.says(auditor, "งานของฉัน"))


def test_in_a_linked_group_only_the_groups_own_division_is_shown(town: Town, officer: str) -> None:
    office = town.offices.makham
    stranger = town.user("คนนอก")
    world = town.line.world.users
    group = town.line.add_group("กลุ่มกองคลัง", [world[officer], world[stranger]], "makham").group_id
    assert town.says(officer, "งานของฉัน", group=group) == []
    town.link_group(office, "finance", group)
    with town.db.writing() as session:
        person = session.merge(office.people["finance"])
        add_duty(session, person, office.divisions["clerk"].id, is_head=False)
    listed = town.says(officer, "งานของฉัน", group=group)
    assert "งบประมาณ" in words(listed)
    assert "ทรัพย์สินของราชการ" not in words(listed)
    assert "ยังไม่ได้เชื่อม" in words(town.says(stranger, "งานของฉัน", group=group))
    town.choose(officer, listed, "เสร็จแล้ว", group=group)
    assert [one.channel for one, _ in reports(town)] == ["line_group"]


def test_the_list_is_a_free_reply(town: Town, officer: str) -> None:
    town.tick(MORNING)
    pushed = len(town.line.requests(endpoint="push"))
    town.says(officer, "งานของฉัน")
    assert len(town.line.requests(endpoint="push")) == pushed


def test_in_the_middle_of_a_citizens_report_the_words_are_theirs(
    town: Town, officer: str, frozen
) -> None:
    citizen = town.user("ชาวบ้าน")
    town.choose(citizen, town.says(citizen, "แจ้งเรื่องร้องเรียน"), "แจ้งปัญหา")
    frozen.shift(timedelta(seconds=5))
    assert "ยังไม่ได้เชื่อม" not in words(town.says(citizen, "งานค้าง"))


@pytest.mark.parametrize(
    "text",
    [
        *("งานของฉัน", " งานของฉัน ค่ะ", "งานฉัน", "รายการงาน", "งานค้าง", "ขอดูงานของผมหน่อยครับ"),
        *("งานที่ค้าง", "งานที่ค้างอยู่", "งานที่ต้องรายงาน", "งานกอง", "My work"),
        *("มีงานอะไรค้างบ้าง", "วันนี้มีงานอะไรต้องส่งบ้างคะ", "ยังมีงานค้างอยู่ไหมครับ", "งานอะไรเกินกำหนดบ้าง"),
        *("เดือนนี้กองเรามีมาตรการที่ต้องรายงานไหม", "เหลืองานที่ต้องทำอะไรบ้าง", "มีรายการใกล้ครบกำหนดมั้ย"),
    ],
)
def test_the_list_is_asked_for_in_many_words(text: str) -> None:
    assert asks_for_work(text)


@pytest.mark.parametrize(
    "text",
    [
        *("งานของฉันหายไปไหน", "งานวัดเริ่มวันไหน", "สมัครงาน", "งาน", "ทำงานค้างคืนได้ไหม"),
        *("มีภาษีค้างไหม", "มีงานอะไรให้สมัครบ้าง", "มีค่าน้ำค้างบ้าง", "มีรายการภาษีที่ต้องจ่ายไหม"),
    ],
)
def test_other_words_about_work_are_not(text: str) -> None:
    assert not asks_for_work(text)
