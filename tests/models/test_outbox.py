"""The outbox: an intent before each call, an outcome after it, and nothing left that tells."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.messages import Message, Text
from domain.states import OUTBOX_MOVES, IllegalMove, OutboxState, check_move
from models import outbox
from models.database import Database
from models.outbox import OutboxMessage, Parcel
from models.quota_use import release_held
from tests.models.making import CITIZEN, all_at_once, clear_text_in
from tests.offices import NOON, Offices

LEASE = timedelta(seconds=30)
LAPSED = NOON + LEASE
OTHER = "U" + "d2" * 16
WORDS = "รหัสติดตามของท่านคือหนึ่งสองสาม"
TOKEN = "a-reply-token-of-line"


@pytest.fixture
def agency(offices: Offices) -> int:
    return offices.makham.agency_id


def say(db: Database, agency_id: int, to: str = CITIZEN, words: str = WORDS, **how: Any) -> UUID:
    with db.writing() as session:
        row = outbox.enqueue(
            session,
            agency_id,
            to,
            [Text(text=words)],
            **{"kind": "chat", "now": NOON, "worth_quota": True, **how},
        )
        return row.id


def claim(db: Database, owner: str = "s1", now: datetime = NOON, limit: int = 10) -> list[Parcel]:
    with db.writing() as session:
        return outbox.claim(session, owner, now, LEASE, limit)


def words_of(parcels: list[Parcel]) -> list[str]:
    return [one.text for parcel in parcels for one in parcel.messages if isinstance(one, Text)]


def finish(db: Database, parcel: Parcel, state: OutboxState = OutboxState.SENT) -> bool:
    with db.writing() as session:
        return outbox.finish(session, parcel, state, "accepted", NOON, "line-request-1")


def later(db: Database, parcel: Parcel, **how: Any) -> bool:
    with db.writing() as session:
        how = {"ambiguous": False, "next_at": NOON + timedelta(seconds=2)} | how
        return outbox.retry_later(session, parcel, "no_answer", **how)


def row_of(db: Database, message_id: UUID) -> OutboxMessage:
    with db.reading() as session:
        return session.scalars(select(OutboxMessage).where(OutboxMessage.id == message_id)).one()


def test_a_parcel_carries_all_that_a_sender_needs(db: Database, agency: int) -> None:
    until = NOON + timedelta(seconds=57)
    say(db, agency, reply_token=TOKEN, reply_until=until, worth_quota=False, must_arrive=True)
    parcel = claim(db)[0]
    assert (parcel.agency_id, parcel.recipient, parcel.kind) == (agency, CITIZEN, "chat")
    assert words_of([parcel]) == [WORDS]
    assert (parcel.reply_token, parcel.reply_until) == (TOKEN, until)
    assert (parcel.must_arrive, parcel.worth_quota) == (True, True)
    assert (parcel.ambiguous, parcel.attempts, parcel.first_push_at) == (False, 1, None)
    assert TOKEN not in repr(parcel)
    assert CITIZEN not in repr(parcel)


def test_the_intent_is_written_before_the_call(db: Database, agency: int) -> None:
    row = row_of(db, say(db, agency))
    assert (row.state, row.attempts, row.retry_key) == (OutboxState.WAITING, 0, None)
    parcel = claim(db)[0]
    row = row_of(db, parcel.id)
    assert (row.state, row.attempts, row.owner) == (OutboxState.SENDING, 1, "s1")
    assert row.retry_key == parcel.retry_key
    assert row.lease_until == LAPSED


def test_nothing_that_waits_stands_in_clear(db: Database, agency: int) -> None:
    say(db, agency, reply_token=TOKEN, reply_until=NOON)
    assert clear_text_in(db, [CITIZEN, WORDS, TOKEN]) == []


def test_one_recipient_is_sent_one_message_at_a_time_and_in_order(
    db: Database, agency: int
) -> None:
    for words in ("1", "2", "3"):
        say(db, agency, words=words)
    say(db, agency, to=OTHER, words="other")
    first = claim(db, "s1")
    assert words_of(first) == ["1", "other"]
    assert claim(db, "s2") == []
    finish(db, first[0])
    second = claim(db, "s2")
    assert words_of(second) == ["2"]
    finish(db, second[0])
    assert words_of(claim(db)) == ["3"]


def test_the_same_line_id_at_another_agency_is_another_recipient(
    db: Database, offices: Offices
) -> None:
    say(db, offices.makham.agency_id)
    say(db, offices.bangphra.agency_id)
    assert len(claim(db)) == 2


def test_a_message_that_pauses_lets_the_next_pass(db: Database, agency: int) -> None:
    say(db, agency, words="slow")
    say(db, agency, words="quick")
    later(db, claim(db, limit=1)[0], next_at=NOON + timedelta(minutes=30))
    assert words_of(claim(db)) == ["quick"]


def test_what_is_not_due_yet_is_left_alone(db: Database, agency: int) -> None:
    say(db, agency, now=NOON + timedelta(seconds=1))
    with db.reading() as session:
        assert not outbox.something_waits(session, NOON)
        assert outbox.something_waits(session, NOON + timedelta(seconds=1))
    assert claim(db) == []


def test_a_message_cut_off_while_sending_is_found_again_and_may_have_arrived(
    db: Database, agency: int
) -> None:
    say(db, agency)
    dead = claim(db, "dead")[0]
    assert claim(db, "s2", LAPSED - timedelta(seconds=1)) == []
    found = claim(db, "s2", LAPSED)[0]
    assert (found.ambiguous, found.attempts) == (True, 2)
    assert found.retry_key == dead.retry_key
    assert row_of(db, found.id).ambiguous


@pytest.mark.parametrize(
    "record",
    [
        lambda session, lost: outbox.finish(session, lost, OutboxState.SENT, "accepted", NOON),
        lambda session, lost: outbox.retry_later(
            session, lost, "late", NOON, ambiguous=True, token_is_gone=True
        ),
        lambda session, lost: outbox.note_way(session, lost, "push", NOON, [Text(text="x")]),
    ],
    ids=["finish", "retry_later", "note_way"],
)
def test_a_sender_who_lost_the_message_records_nothing(
    db: Database, agency: int, record: Callable[[Any, Parcel], bool]
) -> None:
    say(db, agency)
    lost = claim(db, "same-name")[0]
    found = claim(db, "same-name", LAPSED)[0]  # the same process, a later attempt
    before = row_of(db, found.id).__dict__ | {"_sa_instance_state": None}
    with db.writing() as session:
        assert record(session, lost) is False
    assert row_of(db, found.id).__dict__ | {"_sa_instance_state": None} == before
    assert finish(db, found)
    with db.writing() as session:
        assert record(session, lost) is False
        assert record(session, found) is False


@pytest.mark.parametrize(
    "state",
    [OutboxState.SENT, OutboxState.REFUSED, OutboxState.UNKNOWN, OutboxState.DROPPED],
)
def test_a_finished_message_forgets_who_and_what(
    db: Database, agency: int, state: OutboxState
) -> None:
    say(db, agency, reply_token=TOKEN, reply_until=NOON)
    parcel = claim(db)[0]
    assert finish(db, parcel, state)
    row = row_of(db, parcel.id)
    assert (row.state, row.outcome, row.kind) == (state, "accepted", "chat")
    assert (row.line_request_id, row.finished_at) == ("line-request-1", NOON)
    assert [row.recipient, row.recipient_hash, row.body] == [None] * 3
    assert [row.reply_token, row.reply_until, row.retry_key, row.owner] == [None] * 4
    assert claim(db, now=NOON + timedelta(days=1)) == []


def test_a_held_message_keeps_what_it_needs_and_goes_in_the_new_month(
    db: Database, agency: int, offices: Offices
) -> None:
    say(db, agency)
    parcel = claim(db)[0]
    with db.writing() as session:
        outbox.note_way(session, parcel, "push", NOON)
    assert finish(db, parcel, OutboxState.HELD)
    month = NOON + timedelta(days=20)
    assert claim(db, now=month) == []
    with db.writing() as session:
        assert release_held(session, offices.bangphra.agency_id, month) == 0
        assert release_held(session, agency, month) == 1
    again = claim(db, now=month)[0]
    assert words_of([again]) == [WORDS]
    assert again.recipient == CITIZEN
    assert again.retry_key != parcel.retry_key  # LINE remembers a key for a day
    assert (again.first_push_at, again.ambiguous) == (None, False)


def test_a_retry_keeps_its_key_its_first_push_and_what_is_not_certain(
    db: Database, agency: int
) -> None:
    say(db, agency, reply_token=TOKEN, reply_until=NOON)
    first = claim(db)[0]
    with db.writing() as session:
        assert outbox.note_way(session, first, "push", NOON)
    assert later(db, first, ambiguous=True, token_is_gone=True)
    after = NOON + timedelta(seconds=2)
    second = claim(db, now=after)[0]
    with db.writing() as session:
        assert outbox.note_way(session, second, "push", after)
    assert later(db, second, ambiguous=False, next_at=after)
    third = claim(db, now=after)[0]
    assert third.retry_key == first.retry_key
    assert (third.first_push_at, third.ambiguous, third.attempts) == (NOON, True, 3)
    assert (third.reply_token, third.reply_until) == (None, None)


def test_what_is_said_is_frozen_with_the_way(db: Database, agency: int) -> None:
    say(db, agency, words="a ticket")
    parcel = claim(db)[0]
    composed: list[Message] = [Text(text="as it is now")]
    with db.writing() as session:
        assert outbox.note_way(session, parcel, "push", NOON, composed)
    assert words_of(claim(db, now=LAPSED)) == ["as it is now"]


def test_a_message_cannot_be_finished_as_if_it_still_waited(db: Database, agency: int) -> None:
    say(db, agency)
    parcel = claim(db)[0]
    assert finish(db, parcel)
    assert finish(db, parcel, OutboxState.REFUSED) is False
    assert row_of(db, parcel.id).state is OutboxState.SENT
    with pytest.raises(IllegalMove):
        check_move(OUTBOX_MOVES, OutboxState.SENT, OutboxState.WAITING)


def test_many_senders_send_every_message_once_and_each_recipient_s_in_order(
    db: Database, agency: int
) -> None:
    for place in range(5):
        for person in "abcd":
            say(db, agency, to=f"U{person}", words=f"{person}{place}")
    sent: list[str] = []

    def work(owner: str) -> None:
        while parcels := claim(db, owner, limit=1):
            sent.extend(words_of(parcels))
            finish(db, parcels[0])

    all_at_once(*(lambda owner=f"s{n}": work(owner) for n in range(4)))
    work("last")
    assert len(sent) == 20
    for person in "abcd":
        assert [one for one in sent if one[0] == person] == [f"{person}{n}" for n in range(5)]


def test_the_desk_sees_what_is_in_trouble_in_its_own_agency(
    db: Database, offices: Offices, agency: int
) -> None:
    for state in (OutboxState.REFUSED, OutboxState.UNKNOWN, OutboxState.SENT, OutboxState.HELD):
        say(db, agency, to=f"U{state.value}")
        finish(db, claim(db)[0], state)
    say(db, agency)
    later(db, claim(db)[0])
    say(db, agency, to=OTHER)
    with db.reading() as session:
        troubled = outbox.troubled(session, agency)
        assert sorted(one.state.value for one in troubled) == [
            "held",
            "refused",
            "unknown",
            "waiting",
        ]
        assert outbox.troubled(session, offices.bangphra.agency_id) == []
        counts = outbox.counts_by_state(session, agency)
        assert counts[OutboxState.WAITING] == 2
        assert outbox.waiting_count(session) == 2


def test_old_traces_are_forgotten_but_not_what_is_held_or_waits(db: Database, agency: int) -> None:
    for state in (OutboxState.SENT, OutboxState.HELD):
        say(db, agency, to=f"U{state.value}")
        finish(db, claim(db)[0], state)
    say(db, agency)
    keep = timedelta(days=90)
    with db.writing() as session:
        assert outbox.forget_old_messages(session, NOON + keep, keep) == 0
        assert outbox.forget_old_messages(session, NOON + keep * 2, keep) == 1
        assert outbox.counts_by_state(session, agency).keys() == {
            OutboxState.HELD,
            OutboxState.WAITING,
        }


def test_at_the_start_of_the_only_process_nothing_is_being_sent(db: Database, agency: int) -> None:
    say(db, agency)
    claim(db, "died")
    with db.writing() as session:
        outbox.free_all_leases(session, NOON)
    assert claim(db, "new")[0].ambiguous
