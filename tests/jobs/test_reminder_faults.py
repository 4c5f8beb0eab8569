"""Two schedulers, clocks that jump, people who leave, a LINE that refuses: nothing doubled,
nothing lost, nothing leaked. (Killed at every step: `tests/edge/test_killed.py`.)"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import event, select

from bot.scheduler import make_context
from domain.states import DigestState, OutboxState
from jobs.clockwork import run_due
from models.contact import ContactKind, meet
from models.outbox import OutboxMessage
from models.person import Person
from models.reminder import DigestRow, Reminder
from tests.jobs.test_reminders import digests, linked, morning, tick
from tests.town import Town, words

DAY = date(2023, 3, 17)  # fourteen days before 31 March


def bundle(town: Town, at: datetime) -> dict:
    """What the clock does, with nothing sent yet."""
    return run_due(make_context(town.db, town.blobs, town.engine, at))


def rows(town: Town) -> tuple[int, int]:
    with town.db.reading() as session:
        return len(session.scalars(select(DigestRow)).all()), len(
            session.scalars(select(Reminder)).all()
        )


def test_two_schedulers_at_once_send_once(town: Town, frozen) -> None:
    officer, head = linked(town, "finance"), linked(town, "finance_head")
    frozen.move_to(morning(DAY))
    together = threading.Barrier(4)

    def strike(number: int) -> dict:
        together.wait()
        # Two of the same tick, and two of the next: none waits for another's slot.
        return bundle(town, morning(DAY) + timedelta(minutes=15 * (number % 2)))

    with ThreadPoolExecutor(4) as clocks:
        done = list(clocks.map(strike, range(4)))
    town.engine.drain()
    assert len(digests(town, officer)) == 1
    assert digests(town, head) == []
    assert sum(one["reminders"]["ran"] for one in done) == 2
    assert [one["reminders"].get("failed", 0) for one in done] == [0, 0, 0, 0]
    assert rows(town) == (1, 1)


def test_a_tick_in_the_middle_of_another_waits_and_adds_nothing(town: Town, frozen) -> None:
    officer = linked(town, "finance")
    frozen.move_to(morning(DAY))
    inner: list[dict] = []
    started = threading.Event()

    def another(*told: object) -> None:
        if "INSERT INTO reminder " in str(told[2]) and not started.is_set():
            started.set()
            later = morning(DAY) + timedelta(minutes=15)
            thread = threading.Thread(target=lambda: inner.append(bundle(town, later)))
            thread.start()
            waiting.append(thread)

    waiting: list[threading.Thread] = []
    event.listen(town.db.engine, "before_cursor_execute", another)
    outer = bundle(town, morning(DAY))
    event.remove(town.db.engine, "before_cursor_execute", another)
    for thread in waiting:
        thread.join(30)
    assert started.is_set()
    town.engine.drain()
    assert outer["reminders"]["digests"] == 1
    assert (inner[0]["reminders"]["digests"], inner[0]["reminders"]["failed"]) == (0, 0)
    assert len(digests(town, officer)) == 1


def test_while_a_round_is_written_others_write_too(town: Town, frozen) -> None:
    if town.db.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    linked(town, "finance")
    frozen.move_to(morning(DAY))
    beside: list[bool] = []

    def write() -> None:
        with town.db.writing() as session:
            meet(session, town.offices.makham.agency_id, ContactKind.USER, "U-new")

    def another(*told: object) -> None:
        if "INSERT INTO reminder " in str(told[2]) and not beside:
            beside.append(False)
            thread = threading.Thread(target=write)
            thread.start()
            thread.join(20)
            beside[0] = not thread.is_alive()

    event.listen(town.db.engine, "before_cursor_execute", another)
    bundle(town, morning(DAY))
    event.remove(town.db.engine, "before_cursor_execute", another)
    assert beside == [True]


def test_a_clock_that_jumps_ahead_and_back_silences_nobody(town: Town, frozen) -> None:
    officer = linked(town, "finance")
    tick(town, frozen, date(2024, 3, 18))  # a year too early
    wrong = len(digests(town, officer))
    tick(town, frozen, date(2023, 3, 10))
    tick(town, frozen, DAY)
    tick(town, frozen, date(2023, 3, 28))
    found = digests(town, officer)[wrong:]
    assert ["เหลือ 14 วัน" in words([one]) for one in found] == [True, False]
    assert "เหลือ 3 วัน" in words(found[-1:])


def test_a_clock_that_falls_back_by_minutes_repeats_nothing(town: Town, frozen) -> None:
    officer = linked(town, "finance")
    tick(town, frozen, DAY, hour=10)
    tick(town, frozen, DAY, hour=9)
    tick(town, frozen, DAY, hour=11)
    assert len(digests(town, officer)) == 1


def test_line_refusing_half_of_them_keeps_the_others_from_nothing(town: Town, frozen) -> None:
    town.expects_refusals = True
    office = town.offices.makham
    officer = linked(town, "finance")
    town.link(office, "finance_head", "U" + "9" * 32)  # not known to LINE
    there = linked(town, "finance", town.offices.bangphra)
    frozen.move_to(morning(date(2023, 4, 7)))
    town.tick(morning(date(2023, 4, 7)))
    assert (len(digests(town, officer)), len(digests(town, there))) == (1, 1)
    with town.db.reading() as session:
        ends = list(session.scalars(select(OutboxMessage.state).order_by(OutboxMessage.state)))
        assert sorted(ends) == [OutboxState.REFUSED, OutboxState.SENT, OutboxState.SENT]
        told = session.scalars(select(DigestRow.state)).all()
        assert sorted(told) == [DigestState.OVER, DigestState.SENT, DigestState.SENT]


@pytest.mark.parametrize("leaves", ["inactive", "unlinked", "moved"])
def test_who_left_between_bundle_and_send_is_told_nothing(town: Town, frozen, leaves: str) -> None:
    office = town.offices.makham
    officer = linked(town, "finance")
    frozen.move_to(morning(DAY))
    bundle(town, morning(DAY))
    with town.db.writing() as session:
        person = session.get_one(Person, (office.agency_id, office.people["finance"].id))
        if leaves == "inactive":
            person.active = False
        elif leaves == "unlinked":
            person.contact_id = None
        else:
            person.division_id = office.divisions["works"].id
    town.engine.drain()
    assert digests(town, officer) == []
    with town.db.reading() as session:
        assert session.scalars(select(OutboxMessage.outcome)).all() == ["no_longer_true"]


def test_one_agency_s_fault_does_not_keep_another_from_being_told(town: Town, frozen) -> None:
    here = linked(town, "finance")
    there = linked(town, "finance", town.offices.bangphra)
    broken = town.offices.makham.agency_id

    def stumble(*told: object) -> None:
        statement, parameters = str(told[2]), str(told[3])
        if "INSERT INTO digest " in statement and f"{broken}" in parameters.split(",")[0]:
            raise RuntimeError("the disk is full")

    event.listen(town.db.engine, "before_cursor_execute", stumble)
    done = tick(town, frozen, DAY)
    event.remove(town.db.engine, "before_cursor_execute", stumble)
    assert done["failed"] == 1
    assert (len(digests(town, here)), len(digests(town, there))) == (0, 1)
    town.tick(morning(DAY) + timedelta(minutes=15))
    assert len(digests(town, here)) == 1
