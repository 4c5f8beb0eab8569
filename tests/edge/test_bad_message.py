"""A message that cannot be prepared is put aside, and every other one goes out."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from domain.messages import DigestTicket, Text
from domain.states import OutboxState
from models.outbox import OutboxMessage, enqueue
from tests.town import Town


def say(town: Town, user: str, message: Text | DigestTicket) -> None:
    with town.db.writing() as session:
        enqueue(
            session,
            town.offices.makham.agency_id,
            user,
            [message],
            kind="test",
            now=datetime.now(UTC),
            worth_quota=True,
        )


def drain(town: Town) -> dict[OutboxState, str | None]:
    for _ in range(3):
        town.engine.drain()
    with town.db.reading() as session:
        return {row.state: row.outcome for row in session.scalars(select(OutboxMessage))}


def test_a_message_whose_key_is_gone_stops_nobody_elses(town: Town) -> None:
    first, second = town.user("คนแรก"), town.user("คนถัดไป")
    say(town, first, Text(text="เปิดไม่ได้"))
    with town.db.writing() as session:
        row = session.scalars(select(OutboxMessage)).one()
        assert row.body is not None
        row.body = row.body[:-1] + bytes([row.body[-1] ^ 1])
    say(town, second, Text(text="ถึงแน่"))
    ended = drain(town)
    assert ended[OutboxState.REFUSED] == "cannot_open"
    assert len(town.line.messages_to(second)) == 1


def test_a_message_that_cannot_be_composed_stops_nobody_elses(town: Town) -> None:
    first, second = town.user("คนแรก"), town.user("คนถัดไป")
    say(town, first, DigestTicket(digest_id="this is no id"))
    say(town, second, Text(text="ถึงแน่"))
    ended = drain(town)
    assert ended[OutboxState.REFUSED] == "ValueError"
    assert len(town.line.messages_to(second)) == 1
