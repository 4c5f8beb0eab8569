"""Digests that could not go at once: said later, once, in words that are true by then."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from domain.messages import Text
from domain.states import DigestState, ObligationState, OutboxState
from models.measure import Obligation
from models.outbox import OutboxMessage, enqueue
from tests.jobs.test_quota import reserve, states
from tests.jobs.test_reminder_faults import bundle
from tests.jobs.test_reminders import digests, linked, morning, put_due, tick
from tests.town import Town, actions, words

DAY = date(2023, 3, 17)  # fourteen days before 31 March


def test_what_line_held_rides_on_a_reply_and_is_not_pushed_after_all(town: Town, frozen) -> None:
    officer = linked(town, "finance")
    frozen.move_to(morning(DAY))
    town.line.fail_next(
        None, status=429, message="You have reached your monthly limit.", endpoint="push"
    )
    town.tick(morning(DAY))
    assert states(town) == [DigestState.WAITING]
    assert "งบประมาณ" in words(town.says(officer, "สวัสดีค่ะ"))
    town.line.clear_faults()
    told = len(digests(town, officer))
    tick(town, frozen, date(2023, 3, 20))
    tick(town, frozen, date(2023, 3, 21))
    assert (told, len(digests(town, officer)), states(town)) == (1, 1, [DigestState.SENT])


def test_a_digest_that_a_newer_one_is_to_say_is_not_taken_for_told(town: Town, frozen) -> None:
    put_due(town, "คู่มือการให้บริการ", date(2023, 4, 3))  # fourteen days before: 20 March
    officer = linked(town, "finance")
    reserve(town, 10)
    town.line.set_quota("makham", 300, 290)
    tick(town, frozen, DAY)
    town.line.set_quota("makham", None)
    town.line.fail_next(None, endpoint="push", drop_connection=True)
    tick(town, frozen, date(2023, 3, 20))
    assert states(town) == [DigestState.WAITING, DigestState.QUEUED]
    assert "งบประมาณ" not in words(town.says(officer, "สวัสดีค่ะ"))
    assert states(town) == [DigestState.WAITING, DigestState.QUEUED]
    town.line.clear_faults()
    frozen.move_to(morning(date(2023, 3, 20), hour=11))
    town.engine.drain()
    [told] = digests(town, officer)
    assert "งบประมาณ" in words([told])
    assert "คู่มือการให้บริการ" in words([told])
    assert states(town) == [DigestState.SENT, DigestState.SENT]


def test_days_are_counted_as_of_the_day_on_which_it_is_said(town: Town, frozen) -> None:
    officer = linked(town, "finance")
    reserve(town, 10)
    town.line.set_quota("makham", 300, 290)
    tick(town, frozen, DAY)
    frozen.move_to(morning(date(2023, 3, 25)))
    assert "เหลือ 6 วัน" in words(town.says(officer, "สวัสดีค่ะ"))


def test_in_the_new_month_s_night_only_those_who_report_are_written_to(town: Town, frozen) -> None:
    user = town.user("ประชาชน")
    frozen.move_to(morning(date(2023, 3, 31)))
    town.line.fail_next(
        None, status=429, message="You have reached your monthly limit.", endpoint="push"
    )
    for kind in ("talk", "answer"):
        with town.db.writing() as session:
            enqueue(
                session,
                town.offices.makham.agency_id,
                user,
                [Text(text=kind)],
                kind=kind,
                now=datetime.now(UTC),
                worth_quota=True,
            )
    town.engine.drain()
    town.line.clear_faults()
    frozen.move_to(morning(date(2023, 4, 1), hour=1))  # a Saturday
    town.tick(morning(date(2023, 4, 1), hour=1))
    assert [one["text"] for one in town.line.messages_to(user)] == ["answer"]
    frozen.move_to(morning(date(2023, 4, 3)))
    town.tick(morning(date(2023, 4, 3)))
    assert [one["text"] for one in town.line.messages_to(user)] == ["answer", "talk"]


def test_what_has_nothing_left_to_say_costs_nobody_a_message(town: Town, frozen) -> None:
    put_due(town, "คู่มือการใช้ทรัพย์สิน", date(2023, 3, 16))
    linked(town, "finance")
    reserve(town, 10)
    town.line.set_quota("makham", 300, 290)
    tick(town, frozen, DAY)
    assert states(town) == [DigestState.WAITING]
    with town.db.writing() as session:
        for one in session.scalars(select(Obligation)):
            one.state = ObligationState.ANSWERED
    tick(town, frozen, date(2023, 3, 20))
    assert states(town) == [DigestState.OVER]


def test_those_above_get_a_look_and_no_buttons_that_are_not_theirs(town: Town, frozen) -> None:
    clerk = linked(town, "clerk")
    tick(town, frozen, DAY)
    [told] = digests(town, clerk)
    assert "ส่วนราชการยังไม่รายงานผล" in words([told])
    assert {one["label"] for one in actions([told])} <= {"ดูรายละเอียด"}


def test_what_is_being_decided_meanwhile_is_left_for_the_next_round(town: Town, frozen) -> None:
    if town.db.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    officer = linked(town, "finance")
    frozen.move_to(morning(DAY))
    with town.db.writing() as session:
        session.scalars(select(Obligation).with_for_update(of=Obligation)).all()
        assert bundle(town, morning(DAY))["reminders"]["reminders"] == 0
    tick(town, frozen, DAY, hour=10)
    assert len(digests(town, officer)) == 1
    with town.db.reading() as session:
        assert session.scalars(select(OutboxMessage.state)).all() == [OutboxState.SENT]
