"""When reminders go out, to whom, and what becomes of those that nobody could hear in time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from domain.calendar import BANGKOK
from domain.reminders import Level, Policy
from models.contact import ContactKind, meet
from models.duty import add_duty
from models.measure import MeasureRow, Obligation, put_plan
from models.person import Person
from models.policy import put_off_day, set_policy
from models.reminder import Reminder
from tests.offices import Office
from tests.town import Town, words


def morning(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, 0, tzinfo=BANGKOK).astimezone(UTC)


def tick(town: Town, frozen: time_machine.Traveller, day: date, hour: int = 9) -> dict:
    frozen.move_to(morning(day, hour))
    return town.tick(morning(day, hour))["reminders"]


def linked(town: Town, post: str, office: Office | None = None) -> str:
    office = office or town.offices.makham
    line_id = town.user(post, office)
    town.link(office, post, line_id)
    return line_id


def digests(town: Town, chat: str) -> list[dict]:
    seen = town.line.messages_to(chat)
    heads = ("มีมาตรการรอรายงานผล", "ส่วนราชการยังไม่รายงานผล")
    return [one for one in seen if one.get("altText", "").startswith(heads)]


def put_due(town: Town, title: str, due_on: date, office: Office | None = None) -> None:
    """Move a measure's obligations to a day, as a corrected plan would."""
    office = office or town.offices.makham
    with town.db.writing() as session:
        for one in session.scalars(
            select(Obligation).where(Obligation.agency_id == office.agency_id)
        ):
            if title in one.measure.title:
                one.due_on = one.planned_on = due_on
                one.remind_on = due_on - timedelta(days=30)


def stages(town: Town, *, skipped: bool) -> list[str]:
    with town.db.reading() as session:
        query = select(Reminder.stage).where(Reminder.skipped.is_(skipped)).order_by(Reminder.id)
        return list(session.scalars(query))


def test_each_agency_is_reminded_by_its_own_policy(town: Town, frozen) -> None:
    here = linked(town, "finance")
    there = linked(town, "finance", town.offices.bangphra)
    joins = {Level.HEAD: 3, Level.CLERK: 5, Level.MAYOR: 6}
    with town.db.writing() as session:
        set_policy(
            session,
            town.offices.makham.agency_id,
            Policy(early=(1,), repeat=30, joins=joins),
            weekly_on=0,
            reserve=0,
        )
    tick(town, frozen, date(2023, 3, 17))  # fourteen days before 31 March
    assert (len(digests(town, here)), len(digests(town, there))) == (0, 1)
    tick(town, frozen, date(2023, 3, 30))
    assert len(digests(town, here)) == 1
    head = linked(town, "finance_head")
    tick(town, frozen, date(2023, 4, 3))  # three days late, where seven are usual
    assert len(digests(town, head)) == 1


def test_on_an_agency_s_own_off_day_nothing_goes_out_and_on_the_next_morning_it_does(
    town: Town, frozen
) -> None:
    here = linked(town, "finance")
    there = linked(town, "finance", town.offices.bangphra)
    with town.db.writing() as session:
        put_off_day(session, town.offices.makham.agency_id, date(2023, 3, 17), "งานประจำปี")
    tick(town, frozen, date(2023, 3, 17))
    assert (len(digests(town, here)), len(digests(town, there))) == (0, 1)
    tick(town, frozen, date(2023, 3, 20))
    assert len(digests(town, here)) == 1


def test_before_a_long_holiday_the_reminder_comes_ahead_of_it(town: Town, frozen) -> None:
    put_due(town, "งบประมาณ", date(2023, 4, 15))  # a Saturday in Songkran
    officer = linked(town, "finance")
    for day in (10, 11):
        tick(town, frozen, date(2023, 4, day))
    before = len(digests(town, officer))
    tick(town, frozen, date(2023, 4, 12))
    assert "เหลือ 3 วัน" in words(digests(town, officer)[before:])
    for day in (13, 14, 15, 16, 17):
        tick(town, frozen, date(2023, 4, day))
    assert len(digests(town, officer)) == before + 1


def test_after_months_of_down_time_there_is_one_digest_and_stale_stages_are_skipped(
    town: Town, frozen
) -> None:
    officer = linked(town, "finance")
    tick(town, frozen, date(2023, 3, 17))
    assert stages(town, skipped=False) == ["due-14"]
    done = tick(town, frozen, date(2023, 6, 6))  # 67 days late
    assert (done["digests"], len(digests(town, officer))) == (1, 2)
    assert stages(town, skipped=False) == ["due-14", "late+63"]
    passed = ["due-3", "due-0", *(f"late+{days}" for days in range(7, 63, 7))]
    assert stages(town, skipped=True) == passed
    for day in (7, 8):
        tick(town, frozen, date(2023, 6, day))
    assert len(digests(town, officer)) == 2


def test_a_vacant_post_s_reminders_climb_at_once(town: Town, frozen) -> None:
    head, clerk = linked(town, "finance_head"), linked(town, "clerk")
    tick(town, frozen, date(2023, 3, 17))
    assert len(digests(town, head)) == 1  # nobody of the division's staff is linked
    assert "งบประมาณ" not in words(digests(town, clerk))
    linked(town, "finance")
    with town.db.writing() as session:
        people = town.offices.makham.people
        session.get_one(
            Person, (people["works"].agency_id, people["finance_head"].id)
        ).active = False
    tick(town, frozen, date(2023, 4, 7))
    assert "งบประมาณ" in words(digests(town, clerk))  # its head's +7, and not ปลัด's own +15


def test_one_person_of_two_divisions_gets_one_digest_with_both(town: Town, frozen) -> None:
    put_due(town, "คู่มือการใช้ทรัพย์สิน", date(2023, 3, 31))
    officer = linked(town, "finance")
    office = town.offices.makham
    with town.db.writing() as session:
        person = session.get_one(Person, (office.agency_id, office.people["finance"].id))
        add_duty(session, person, office.divisions["clerk"].id, is_head=False)
    tick(town, frozen, date(2023, 3, 17))
    [digest] = digests(town, officer)
    assert "งบประมาณ" in words([digest])
    assert "คู่มือการใช้ทรัพย์สิน" in words([digest])


def test_a_group_gets_one_message_and_line_is_asked_how_many_read_it(town: Town, frozen) -> None:
    members = [town.line.add_user(f"สมาชิก {n}", channel_slugs=["makham"]) for n in range(4)]
    group = town.line.add_group("กลุ่มกองคลัง", members, "makham").group_id
    with town.db.writing() as session:
        contact = meet(session, town.offices.makham.agency_id, ContactKind.GROUP, group)
        contact.division_id = town.offices.makham.divisions["finance"].id
    tick(town, frozen, date(2023, 3, 17))
    assert len(digests(town, group)) == 1
    with town.db.reading() as session:
        assert meet(session, town.offices.makham.agency_id, ContactKind.GROUP, group).members == 4


@pytest.mark.parametrize("day", [date(2023, 3, 18), date(2023, 4, 6)])
def test_nothing_goes_out_on_weekends_and_holidays(town: Town, frozen, day: date) -> None:
    linked(town, "finance")
    assert tick(town, frozen, day) == {"ran": False, "reason": "not due"}


def test_many_are_a_summary_with_a_link_to_the_desk(town: Town, frozen) -> None:
    with town.db.writing() as session:
        rows = [
            MeasureRow(number, f"มาตรการที่ {number}", ["กองคลัง"], [date(2023, 3, 31)])
            for number in range(11, 31)
        ]
        put_plan(session, town.offices.makham.agency_id, 2567, "แผนใหญ่", rows)
    officer = linked(town, "finance")
    tick(town, frozen, date(2023, 3, 17))
    [digest] = digests(town, officer)
    bubbles = digest["contents"]["contents"]
    assert len(bubbles) == 12
    assert "และยังมีอีก 10 รายการ" in words(bubbles[-1:])
