"""Those above a division are told of its problems, once, when no more words are to be expected."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.scheduler import make_context
from jobs.answers import tell_above
from models.outbox import OutboxMessage
from models.policy import OffDay
from tests.chat.officers import MORNING, cards, linked, reports
from tests.desk.browser import Browser
from tests.town import Town, words

HALF_AN_HOUR = MORNING + timedelta(minutes=30)


@pytest.fixture
def officer(town: Town, frozen) -> str:
    frozen.move_to(MORNING)
    return linked(town, "finance", "เจ้าหน้าที่กองคลัง")


@pytest.fixture
def head(town: Town, officer: str) -> str:
    return linked(town, "finance_head", "ผู้อำนวยการกองคลัง")


def has_a_problem(town: Town, officer: str) -> list[dict]:
    town.tick(MORNING)
    return town.choose(officer, cards(town, officer), "ติดปัญหา")


def told(town: Town, chat: str) -> list[str]:
    return [words([one]) for one in cards(town, chat) if "แจ้งว่าติดปัญหา" in words([one])]


def at(town: Town, frozen, instant) -> dict:
    frozen.move_to(instant)
    return town.tick(instant)["answers"]


def test_the_head_is_told_what_the_problem_is_and_what_help_is_wanted(
    town: Town, officer: str, head: str, frozen
) -> None:
    assert "ระบบจะแจ้งหัวหน้ากองคลังให้ทราบปัญหานี้" in words(has_a_problem(town, officer))
    town.says(officer, "ระบบล่ม ขอให้ประสานผู้ดูแลเว็บไซต์")
    assert at(town, frozen, MORNING + timedelta(minutes=15))["reports"] == 0
    assert told(town, head) == []
    assert at(town, frozen, HALF_AN_HOUR)["told"] == 1
    [text] = told(town, head)
    for part in ("O11 เปิดเผยผล", "กองคลัง", "เจ้าหน้าที่กองคลัง", "ขอให้ประสานผู้ดูแลเว็บไซต์"):
        assert part in text
    assert told(town, officer) == []
    assert at(town, frozen, HALF_AN_HOUR + timedelta(minutes=15))["reports"] == 0
    assert len(told(town, head)) == 1
    with town.db.reading() as session:
        message = session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == "problem")
        ).one()
        assert message.worth_quota
        assert message.body is None


def test_pressing_finished_tells_at_the_next_quarter_hour(
    town: Town, officer: str, head: str, frozen
) -> None:
    answered = has_a_problem(town, officer)
    town.says(officer, "ขาดข้อมูลจากกองช่าง")
    town.choose(officer, answered, "เสร็จแล้ว")
    assert at(town, frozen, MORNING + timedelta(minutes=15))["told"] == 1
    assert len(told(town, head)) == 1


def test_a_problem_that_was_solved_before_is_not_told(
    town: Town, officer: str, head: str, frozen
) -> None:
    has_a_problem(town, officer)
    town.choose(officer, town.says(officer, "งานของฉัน"), "เสร็จแล้ว")
    assert at(town, frozen, HALF_AN_HOUR) == {
        **{"ran": True, "slot": "2023-03-29T09:30"},
        **{"reports": 0, "told": 0, "failed": 0},
    }
    assert told(town, head) == []


def test_at_night_and_on_the_offices_own_day_off_nobody_is_told(
    town: Town, officer: str, head: str, frozen
) -> None:
    has_a_problem(town, officer)
    night = MORNING + timedelta(hours=12)
    assert at(town, frozen, night) == {"ran": False, "reason": "not due"}
    off = MORNING + timedelta(days=1)
    with town.db.writing() as session:
        agency_id = town.offices.makham.agency_id
        session.add(OffDay(agency_id=agency_id, day=date(2023, 3, 30), name="วันสถาปนา"))
    assert at(town, frozen, off)["told"] == 0
    assert at(town, frozen, off + timedelta(days=1))["told"] == 1
    assert len(told(town, head)) == 1


def test_each_agency_hears_of_its_own(town: Town, officer: str, head: str, frozen) -> None:
    other = town.offices.bangphra
    theirs = linked(town, "finance_head", "ผู้อำนวยการบางพระ", other)
    has_a_problem(town, officer)
    at(town, frozen, HALF_AN_HOUR)
    assert len(told(town, head)) == 1
    assert told(town, theirs) == []


def test_two_clocks_in_one_moment_tell_once(town: Town, officer: str, head: str, frozen) -> None:
    has_a_problem(town, officer)
    frozen.move_to(HALF_AN_HOUR)
    context = make_context(town.db, town.blobs, town.engine, HALF_AN_HOUR)
    with ThreadPoolExecutor(2) as pool:
        counts = [one["reports"] for one in pool.map(tell_above, [context, context])]
    assert sorted(counts) == [0, 1]
    town.engine.drain()
    assert len(told(town, head)) == 1


def test_where_nobody_can_be_told_the_desks_first_page_says_it(
    town: Town, officer: str, frozen
) -> None:
    assert "หน้าแรกของเว็บเจ้าหน้าที่" in words(has_a_problem(town, officer))
    town.says(officer, "ไม่มีผู้รับผิดชอบ")
    assert at(town, frozen, HALF_AN_HOUR)["told"] == 0
    [(report, _)] = reports(town)
    assert report.head_told_at == HALF_AN_HOUR
    app = town.client.application
    admin = Browser(app).enter(town.offices.makham.people["admin"])
    home = admin.get("/desk/").text
    assert "มาตรการปี 2566 ที่ส่วนราชการติดปัญหา" in home
    listed = admin.get("/desk/measures?year=2566&show=problem").text
    assert str(report.obligation_id) in listed
    theirs = Browser(app).enter(town.offices.bangphra.people["admin"])
    assert "ติดปัญหา</" not in theirs.get("/desk/").text
    finance = Browser(app).enter(town.offices.makham.people["finance"])
    assert "ที่ส่วนราชการติดปัญหา" not in finance.get("/desk/").text


def test_one_agencys_fault_keeps_no_other_from_being_told(
    town: Town, officer: str, head: str, frozen, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = town.offices.bangphra
    colleague = linked(town, "finance", "เจ้าหน้าที่บางพระ", other)
    linked(town, "finance_head", "ผู้อำนวยการบางพระ", other)
    has_a_problem(town, officer)
    town.choose(colleague, cards(town, colleague), "ติดปัญหา", office=other)
    with town.db.writing() as session:
        for one, _ in reports(town):
            if one.agency_id == other.agency_id:
                session.merge(one).summary = b"what no key opens"
    done = at(town, frozen, HALF_AN_HOUR)
    assert (done["told"], done["failed"]) == (1, 1)
    assert len(told(town, head)) == 1
