"""Taps that should not count: of who has left, of another agency, forged, old, or twice at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from models.audit import AuditEntry
from models.contact import find_contact
from tests.chat.officers import MORNING, cards, drafts, linked, reports
from tests.chat.test_reports import photo
from tests.town import Town, find_action, words


@pytest.fixture
def officer(town: Town, frozen) -> str:
    frozen.move_to(MORNING)
    line_id = linked(town, "finance", "เจ้าหน้าที่กองคลัง")
    town.tick(MORNING)
    return line_id


def leaves(town: Town, how: str) -> None:
    office = town.offices.makham
    with town.db.writing() as session:
        person = session.merge(office.people["finance"])
        if how == "inactive":
            person.active = False
        elif how == "moved":
            person.division_id = office.divisions["works"].id
        else:
            person.contact_id = None


@pytest.mark.parametrize(
    ("how", "said"),
    [("inactive", "ยังไม่ได้เชื่อม"), ("moved", "เป็นของกองคลัง"), ("unlinked", "ยังไม่ได้เชื่อม")],
)
def test_a_tap_of_somebody_who_left_changes_nothing(
    town: Town, officer: str, how: str, said: str
) -> None:
    digest = cards(town, officer)
    leaves(town, how)
    for label in ("เสร็จแล้ว", "กำลังทำ", "ติดปัญหา", "ขอเลื่อน"):
        assert said in words(town.choose(officer, digest, label))
    assert reports(town) == []


@pytest.mark.parametrize("how", ["inactive", "moved", "unlinked"])
def test_words_and_files_of_somebody_who_left_after_the_tap_are_not_added(
    town: Town, officer: str, how: str
) -> None:
    town.choose(officer, cards(town, officer), "เสร็จแล้ว")
    town.says(officer, "เผยแพร่แล้ว")
    leaves(town, how)
    town.says(officer, "ข้อความหลังย้าย")
    town.sends_file(officer, photo())
    assert [said for _, said in reports(town)] == ["เผยแพร่แล้ว"]
    assert drafts(town) == 0


@pytest.mark.parametrize("how", ["inactive", "moved", "unlinked"])
def test_what_waited_for_an_answer_is_not_added_for_somebody_who_left(
    town: Town, officer: str, how: str, frozen
) -> None:
    town.choose(officer, cards(town, officer), "เสร็จแล้ว")
    frozen.shift(3600)
    asked = town.sends_file(officer, photo())
    leaves(town, how)
    assert "ยังไม่ได้เพิ่ม" in words(town.choose(officer, asked, "ใช่"))
    assert drafts(town) == 0
    assert [said for _, said in reports(town)] == [""]


def test_a_postback_of_another_agency_opens_nothing_there_and_tells_nothing(
    town: Town, officer: str
) -> None:
    other = town.offices.bangphra
    foreign = linked(town, "finance", "เจ้าหน้าที่บางพระ", other)
    data = find_action(cards(town, officer), "เสร็จแล้ว")["data"]
    told = words(town.taps(foreign, data, other))
    assert "ใช้ไม่ได้" in told
    assert "งบประมาณ" not in told
    assert reports(town) == []
    with town.db.reading() as session:
        assert find_contact(session, town.offices.makham.agency_id, foreign) is None


def test_ten_taps_in_one_moment_are_one_report(town: Town, officer: str) -> None:
    colleague = linked(town, "finance_head", "ผู้อำนวยการกองคลัง")
    data = find_action(cards(town, officer), "เสร็จแล้ว")["data"]
    for person in (officer, colleague) * 5:
        event = town.line.user_taps("makham", person, data)
        assert town.post(town.offices.makham, [event]).status_code == 200
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: town.engine.drain(), range(4)))
    assert len(reports(town)) == 1
    with town.db.reading() as session:
        entries = list(session.scalars(select(AuditEntry.action)))
    assert entries.count("progress.reported") == 1


def test_the_same_event_twice_is_one_report_and_one_answer(town: Town, officer: str) -> None:
    data = find_action(cards(town, officer), "ติดปัญหา")["data"]
    event = town.line.user_taps("makham", officer, data)
    known = len(town.line.messages_to(officer))
    for _ in range(2):
        town.happens(event)
    assert len(reports(town)) == 1
    assert len(town.line.messages_to(officer)) == known + 1
