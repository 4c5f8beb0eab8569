"""The inbox: every event once, each conversation in order, and no worker in another's way."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from domain.states import IllegalMove, InboxState
from models import inbox
from models.database import Database
from models.inbox import Claim, InboxEvent, InboxLane, LostLease
from tests.models.making import all_at_once, clear_text_in, receive, webhook_event
from tests.offices import NOON, Offices

LEASE = timedelta(seconds=120)
LATER = NOON + timedelta(seconds=1)
LAPSED = NOON + LEASE + timedelta(seconds=1)


@pytest.fixture
def agency(offices: Offices) -> int:
    return offices.makham.agency_id


def claim(db: Database, owner: str = "w1", now: datetime = NOON) -> Claim | None:
    with db.writing() as session:
        return inbox.claim_lane(session, owner, now, LEASE)


def must_claim(db: Database, owner: str = "w1", now: datetime = NOON) -> Claim:
    claimed = claim(db, owner, now)
    assert claimed is not None
    return claimed


def finish(db: Database, claimed: Claim, now: datetime = NOON) -> None:
    with db.writing() as session:
        lane = inbox.hold_lane(session, claimed, now, LEASE)
        inbox.raw_event(session, claimed)
        inbox.finish_event(session, claimed, InboxState.HANDLED)
        inbox.release_lane(session, lane, now)


def states(db: Database) -> dict[str, InboxState]:
    with db.reading() as session:
        return {row.event_id: row.state for row in session.scalars(select(InboxEvent))}


def handle_everything(db: Database, owner: str = "w1") -> list[str]:
    handled = []
    while claimed := claim(db, owner):
        handled.append(claimed.event_id)
        finish(db, claimed)
    return handled


def test_an_event_that_is_stored_twice_is_there_once(db: Database, agency: int) -> None:
    receive(db, agency, "E1")
    receive(db, agency, "E1", "E1", "E2")
    assert handle_everything(db) == ["E1", "E2"]
    receive(db, agency, "E1")
    assert handle_everything(db) == []


def test_the_same_id_at_another_agency_is_another_event(db: Database, offices: Offices) -> None:
    receive(db, offices.makham.agency_id, "E1")
    receive(db, offices.bangphra.agency_id, "E1")
    assert handle_everything(db) == ["E1", "E1"]


def test_one_conversation_is_handled_in_the_order_of_its_events(db: Database, agency: int) -> None:
    receive(db, agency, "late", time=300)
    receive(db, agency, "early", time=100)
    receive(db, agency, "twin-b", "last", time=200)
    receive(db, agency, "twin-a", time=200)
    assert handle_everything(db) == ["early", "twin-a", "twin-b", "last", "late"]


def test_the_lane_that_has_waited_longest_comes_first(db: Database, agency: int) -> None:
    receive(db, agency, "second", lane="b", now=NOON)
    receive(db, agency, "first", lane="a", now=NOON - timedelta(seconds=5))
    assert must_claim(db).event_id == "first"


def test_two_workers_never_hold_one_lane(db: Database, agency: int) -> None:
    receive(db, agency, "a1", "a2", lane="a")
    receive(db, agency, "b1", lane="b", now=LATER)
    assert must_claim(db, "w1").event_id == "a1"
    assert must_claim(db, "w2", LATER).event_id == "b1"
    assert claim(db, "w3", LATER) is None


def test_many_workers_handle_every_event_once_and_each_lane_in_order(
    db: Database, agency: int
) -> None:
    for lane in "abcd":
        receive(db, agency, *(f"{lane}{place}" for place in range(6)), lane=lane)
    done: list[str] = []

    def work(owner: str) -> None:
        while claimed := claim(db, owner):
            with db.writing() as session:
                lane = inbox.hold_lane(session, claimed, NOON, LEASE)
                inbox.finish_event(session, claimed, InboxState.HANDLED)
                done.append(claimed.event_id)
                inbox.release_lane(session, lane, NOON)

    all_at_once(*(lambda owner=f"w{n}": work(owner) for n in range(4)))
    done += handle_everything(db)
    assert len(done) == 24
    for lane in "abcd":
        assert [one for one in done if one[0] == lane] == [f"{lane}{place}" for place in range(6)]
    with db.reading() as session:
        assert session.scalars(select(InboxLane)).all() == []


def test_a_handled_event_keeps_nothing_but_its_id_and_day(db: Database, agency: int) -> None:
    receive(db, agency, "E1", raw='{"text":"ความลับของผู้แจ้ง"}')
    assert clear_text_in(db, ["ความลับ"]) == []
    handle_everything(db)
    with db.reading() as session:
        row = session.scalars(select(InboxEvent)).one()
        assert (row.event_id, row.state) == ("E1", InboxState.HANDLED)
        assert [row.lane_key, row.event_time, row.received_at, row.raw] == [None] * 4
        assert session.scalars(select(InboxLane)).all() == []


def test_the_raw_event_is_what_line_sent(db: Database, agency: int) -> None:
    receive(db, agency, "E1", raw='{"text":"ก\\ud800"}')
    claimed = must_claim(db)
    with db.reading() as session:
        assert inbox.raw_event(session, claimed).decode() == '{"text":"ก\\ud800"}'


def test_a_lapsed_lease_hands_over_and_the_old_holder_finds_out(db: Database, agency: int) -> None:
    receive(db, agency, "E1")
    slow = must_claim(db, "slow")
    assert claim(db, "quick", NOON + LEASE - timedelta(seconds=1)) is None
    quick = must_claim(db, "quick", LAPSED)
    assert (quick.event_id, quick.attempts) == ("E1", 2)
    with pytest.raises(LostLease), db.writing() as session:
        inbox.hold_lane(session, slow, LAPSED, LEASE)
    finish(db, quick, LAPSED)
    with pytest.raises(LostLease), db.writing() as session:
        inbox.hold_lane(session, slow, LAPSED, LEASE)
    with pytest.raises(LostLease), db.reading() as session:
        inbox.raw_event(session, slow)


def test_holding_a_lane_renews_its_lease(db: Database, agency: int) -> None:
    receive(db, agency, "E1")
    claimed = must_claim(db)
    with db.writing() as session:
        inbox.hold_lane(session, claimed, NOON + LEASE / 2, LEASE)
    assert claim(db, "other", LAPSED) is None
    assert claim(db, "other", LAPSED + LEASE / 2) is not None


def test_a_poison_event_is_set_aside_and_the_next_goes_on(db: Database, agency: int) -> None:
    receive(db, agency, "poison", "next")
    poison = must_claim(db)
    with db.writing() as session:
        inbox.fail_event(session, poison, "KeyError" * 100, NOON)
    assert handle_everything(db) == ["next"]
    with db.reading() as session:
        failed = inbox.failed_events(session, agency)
        assert [(one.event_id, one.error) for one in failed] == [
            ("poison", ("KeyError" * 100)[:120])
        ]
        assert failed[0].raw is not None
        assert not inbox.something_waits(session, NOON)


def test_a_failed_event_can_be_replayed_and_is_handled_then(
    db: Database, offices: Offices, agency: int
) -> None:
    receive(db, agency, "E1")
    poison = must_claim(db)
    with db.writing() as session:
        inbox.fail_event(session, poison, "KeyError", NOON)
    assert handle_everything(db) == []
    with db.writing() as session:
        assert not inbox.replay_event(session, offices.bangphra.agency_id, "E1", NOON)
        assert not inbox.replay_event(session, agency, "E2", NOON)
        assert inbox.replay_event(session, agency, "E1", NOON)
        assert not inbox.replay_event(session, agency, "E1", NOON)
    again = must_claim(db)
    assert (again.event_id, again.attempts) == ("E1", 1)
    finish(db, again)
    with db.writing() as session:
        assert not inbox.replay_event(session, agency, "E1", NOON)


def test_a_delayed_event_keeps_its_lane_waiting_and_its_place(db: Database, agency: int) -> None:
    receive(db, agency, "photo", "words", now=NOON - timedelta(seconds=1))
    receive(db, agency, "other", lane="b")
    first = must_claim(db)
    assert first.event_id == "photo"
    with db.writing() as session:
        inbox.delay_event(session, first, NOON, timedelta(seconds=2), count=False)
    assert handle_everything(db) == ["other"]
    again = must_claim(db, now=NOON + timedelta(seconds=2))
    assert (again.event_id, again.attempts) == ("photo", 1)
    with db.writing() as session:
        inbox.delay_event(session, again, NOON, timedelta(seconds=2), count=True)
    assert must_claim(db, now=NOON + timedelta(seconds=2)).attempts == 2


def test_an_attempt_is_counted_before_it_is_made(db: Database, agency: int) -> None:
    receive(db, agency, "E1")
    must_claim(db)  # and then the process dies
    assert must_claim(db, "w2", LAPSED).attempts == 2


def test_an_event_is_not_handled_twice(db: Database, agency: int) -> None:
    receive(db, agency, "E1", "E2")
    claimed = must_claim(db)
    finish(db, claimed)
    with pytest.raises(IllegalMove), db.writing() as session:
        inbox.finish_event(session, claimed, InboxState.HANDLED)


def test_an_arriving_event_does_not_disturb_the_lane_s_holder(db: Database, agency: int) -> None:
    receive(db, agency, "E1")
    held = must_claim(db)
    receive(db, agency, "E2", now=LATER)
    assert claim(db, "w2", LATER) is None
    finish(db, held, LATER)
    assert must_claim(db, "w2", LATER).event_id == "E2"


def test_closing_a_lane_while_an_event_arrives_loses_nothing(db: Database, agency: int) -> None:
    """Round after round, one thread closes the lane that another thread wakes."""
    handled = 0
    receive(db, agency, "E0")
    for turn in range(1, 25):
        held = must_claim(db)
        all_at_once(
            lambda held=held: finish(db, held),
            lambda turn=turn: receive(db, agency, f"E{turn}", time=turn),
        )
        handled += 1
    assert handled + len(handle_everything(db)) == 25
    assert set(states(db).values()) == {InboxState.HANDLED}


def test_an_event_that_waits_for_a_closing_lane_finds_it_made_anew(
    db: Database, agency: int
) -> None:
    """PostgreSQL: the arriving event is caught between its own row and its lane's."""
    if db.is_sqlite:
        pytest.skip("SQLite has one writer at a time: the one cannot see the other half done")
    receive(db, agency, "E1")
    held = must_claim(db)

    def close() -> None:
        with db.writing() as session:
            lane = inbox.hold_lane(session, held, NOON, LEASE)
            inbox.finish_event(session, held, InboxState.HANDLED)
            inbox.release_lane(session, lane, NOON)
            waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
            with db.engine.connect() as other:
                for _ in range(20_000):  # until the event's thread waits for our lock
                    if other.execute(waiting).scalar():
                        return
        raise AssertionError("nobody came to wait")

    all_at_once(close, lambda: receive(db, agency, "E2", time=2))
    assert handle_everything(db) == ["E2"]


def test_two_webhooks_that_wake_the_same_lanes_do_not_wait_in_a_circle(
    db: Database, agency: int
) -> None:
    def store(names: str, turn: int) -> None:
        with db.writing() as session:
            rows = [
                webhook_event(session, agency, f"{names}{turn}{lane}", lane=lane) for lane in names
            ]
            inbox.store_events(session.connection(), rows)

    for turn in range(10):
        all_at_once(
            lambda turn=turn: store("abcdef", turn), lambda turn=turn: store("fedcba", turn)
        )
    assert len(handle_everything(db)) == 120


def test_old_traces_are_forgotten_and_what_waits_is_not(db: Database, agency: int) -> None:
    receive(db, agency, "handled", lane="a")
    handle_everything(db)
    receive(db, agency, "waiting", lane="b")
    month = timedelta(days=30)
    with db.writing() as session:
        assert inbox.forget_old_events(session, NOON + month, month) == 0
        assert inbox.forget_old_events(session, NOON + month + timedelta(days=1), month) == 1
    assert list(states(db)) == ["waiting"]


def test_at_the_start_of_the_only_process_every_lane_is_free(db: Database, agency: int) -> None:
    receive(db, agency, "E1")
    must_claim(db, "died")
    with db.writing() as session:
        inbox.free_all_leases(session)
        assert inbox.waiting_count(session) == 1
    assert must_claim(db, "new").event_id == "E1"
