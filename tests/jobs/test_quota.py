"""The month's quota: what is kept, what falls away first, and what rides on a free reply."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import select

from domain.messages import Text
from domain.states import DigestState, ObligationState, OutboxState
from models.agency import Agency
from models.measure import Obligation
from models.outbox import OutboxMessage, enqueue
from models.policy import set_policy
from models.reminder import DigestRow
from models.reminding import round_for
from tests.jobs.test_reminders import digests, linked, morning, put_due, tick
from tests.town import Town, words

DAY = date(2023, 3, 17)  # fourteen days before 31 March


def states(town: Town) -> list[DigestState]:
    with town.db.reading() as session:
        return list(session.scalars(select(DigestRow.state).order_by(DigestRow.id)))


def reserve(town: Town, count: int) -> None:
    with town.db.writing() as session:
        agency_id = town.offices.makham.agency_id
        policy = round_for(session, agency_id, datetime.now(UTC)).policy
        set_policy(session, agency_id, policy, weekly_on=0, reserve=count)


def push(town: Town, user: str, **how: bool) -> OutboxMessage:
    with town.db.writing() as session:
        enqueue(
            session,
            town.offices.makham.agency_id,
            user,
            [Text(text="ข้อความ")],
            kind="test",
            now=datetime.now(UTC),
            worth_quota=True,
            **how,
        )
    town.engine.drain()
    with town.db.reading() as session:
        found = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
        session.expunge_all()
        assert found is not None
        return found


def pushes(town: Town) -> int:
    return len(town.line.requests(endpoint="push"))


def test_what_is_due_rides_on_the_reply_of_an_officer_who_writes_first(town: Town, frozen) -> None:
    officer = linked(town, "finance")
    frozen.move_to(morning(DAY, 7))
    heard = town.says(officer, "สวัสดีค่ะ")
    assert "งบประมาณ" in words(heard[:1])  # before the answer, whose quick replies must be last
    assert len(heard) >= 2
    assert (pushes(town), states(town)) == (0, [DigestState.SENT])
    tick(town, frozen, DAY)
    assert (pushes(town), len(digests(town, officer))) == (0, 1)
    assert "งบประมาณ" not in words(town.says(officer, "สวัสดีค่ะ"))


def test_it_does_not_ride_to_citizens_into_groups_or_into_a_guided_report(
    town: Town, frozen
) -> None:
    officer, citizen = linked(town, "finance"), town.user("ประชาชน")
    frozen.move_to(morning(DAY, 7))
    assert "งบประมาณ" not in words(town.says(citizen, "สวัสดีค่ะ"))
    doors = town.says(citizen, "แจ้งถนนพัง")
    assert "งบประมาณ" not in words(doors)
    frozen.move_to(morning(DAY, 8))
    started = town.says(officer, "ถนนหน้าวัดเป็นหลุมลึกมาก ช่วยมาซ่อมหน่อยครับ")
    told = words(started)
    assert told.count("O11") <= 1
    there = linked(town, "finance", town.offices.bangphra)
    assert "งบประมาณ" in words(town.says(there, "สวัสดี", town.offices.bangphra))


def test_a_reply_that_comes_too_late_leaves_the_digest_to_its_push(town: Town, frozen) -> None:
    officer = linked(town, "finance")
    frozen.move_to(morning(DAY, 7))
    event = town.line.user_sends_text("makham", officer, "สวัสดีค่ะ")
    assert town.post(town.offices.makham, [event]).status_code == 200
    while town.engine.worker.handle_one():
        pass
    frozen.move_to(morning(DAY, 8))  # the token has died before anything was sent
    town.engine.drain()
    assert digests(town, officer) == []
    assert states(town) == [DigestState.WAITING]
    tick(town, frozen, DAY)
    assert (len(digests(town, officer)), pushes(town)) == (1, 1)


def test_when_the_quota_runs_short_early_reminders_wait_and_ride_for_free(
    town: Town, frozen
) -> None:
    officer = linked(town, "finance")
    reserve(town, 10)
    # After this month's digests of what is overdue there is nothing left to spend.
    town.line.set_quota("makham", 300, 290)
    done = tick(town, frozen, DAY)
    assert (done["digests"], done["waiting"]) == (0, 1)
    assert (pushes(town), states(town)) == (0, [DigestState.WAITING])
    assert "งบประมาณ" in words(town.says(officer, "สวัสดีค่ะ"))
    assert (pushes(town), states(town)) == (0, [DigestState.SENT])


def test_what_waited_is_pushed_once_in_the_new_month_with_all_that_was_held_back(
    town: Town, frozen
) -> None:
    put_due(town, "คู่มือการให้บริการ", date(2023, 4, 10))
    officer = linked(town, "finance")
    reserve(town, 10)
    town.line.set_quota("makham", 300, 290)
    for day in (17, 20, 27, 28, 30, 31):
        tick(town, frozen, date(2023, 3, day))
    assert digests(town, officer) == []
    town.line.set_quota("makham", 300, 0)
    tick(town, frozen, date(2023, 4, 3))
    [digest] = digests(town, officer)
    assert "งบประมาณ" in words([digest])
    assert "คู่มือการให้บริการ" in words([digest])
    assert set(states(town)) == {DigestState.SENT}


def test_escalations_are_the_last_to_go(town: Town, frozen) -> None:
    put_due(town, "คู่มือการให้บริการ", date(2023, 4, 28))
    officer, head = linked(town, "finance"), linked(town, "finance_head")
    tick(town, frozen, date(2023, 3, 31))
    reserve(town, 10)
    town.line.set_quota("makham", 300, 289)  # one message may be spent
    before = len(digests(town, officer))
    tick(town, frozen, date(2023, 4, 7))  # the division's +7, and its head's
    assert len(digests(town, head)) == 1
    assert len(digests(town, officer)) == before


def test_the_reserve_is_kept_for_receipts_and_those_who_report(town: Town, frozen) -> None:
    user = town.user("ประชาชน")
    frozen.move_to(morning(DAY))
    reserve(town, 10)
    town.line.set_quota("makham", 300, 289)
    town.tick(morning(DAY))
    assert push(town, user).state is OutboxState.SENT
    with town.db.reading() as session:
        agency = session.get_one(Agency, town.offices.makham.agency_id)
        assert agency.quota_used == 290  # counted at once, LINE is asked only hourly
    held = push(town, user)
    assert (held.state, held.outcome) == (OutboxState.HELD, "kept_for_receipts")
    assert push(town, user, must_arrive=True).state is OutboxState.SENT
    assert push(town, town.user("อีกคน"), must_arrive=True).state is OutboxState.SENT


def test_digests_that_line_held_go_out_as_one(town: Town, frozen) -> None:
    put_due(town, "คู่มือการให้บริการ", date(2023, 4, 3))
    officer = linked(town, "finance")
    reserve(town, 0)
    frozen.move_to(morning(date(2023, 3, 1)))
    town.line.set_quota("makham", 300, 0)
    town.tick(morning(date(2023, 3, 1)))
    for day in (17, 20, 31):
        # LINE's own count is ahead of what it said: each push meets its 429.
        town.line.fail_next(
            None, status=429, message="You have reached your monthly limit.", endpoint="push"
        )
        frozen.move_to(morning(date(2023, 3, day)))
        town.tick(morning(date(2023, 3, day)))
        town.line.clear_faults()
    assert states(town).count(DigestState.SENT) < len(states(town))
    frozen.move_to(morning(date(2023, 4, 3)))
    before = len(digests(town, officer))
    town.tick(morning(date(2023, 4, 3)))
    [last] = digests(town, officer)[before:]
    assert "งบประมาณ" in words([last])
    assert "คู่มือการให้บริการ" in words([last])
    assert set(states(town)) == {DigestState.SENT}


def test_what_was_answered_while_it_waited_is_not_told(town: Town, frozen) -> None:
    officer = linked(town, "finance")
    reserve(town, 10)
    town.line.set_quota("makham", 300, 290)
    tick(town, frozen, DAY)
    with town.db.writing() as session:
        for one in session.scalars(select(Obligation)):
            one.state = ObligationState.ANSWERED
    town.line.set_quota("makham", 300, 0)
    tick(town, frozen, date(2023, 4, 3))
    assert digests(town, officer) == []
    assert states(town) == [DigestState.OVER]
