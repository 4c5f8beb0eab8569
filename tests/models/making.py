"""What the tests of the models have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any

from sqlalchemy import LargeBinary, select
from sqlalchemy.orm import Session

from domain.calendar import bangkok_day
from models import vault
from models.contact import Contact, ContactKind, meet
from models.database import Database
from models.inbox import RAW_PURPOSE, NewEvent, store_events
from models.measure import Obligation
from models.tables import metadata
from tests.offices import NOON, Office

CITIZEN = "U" + "c1" * 16
STORY = "นายช่างเรียกเงินใต้โต๊ะห้าพันบาท"


def webhook_event(
    session: Session,
    agency_id: int,
    event_id: str,
    *,
    lane: str = "a",
    time: int = 0,
    now: datetime = NOON,
    raw: str = "{}",
) -> NewEvent:
    return NewEvent(
        agency_id=agency_id,
        event_id=event_id,
        lane_key=vault.blind(session, agency_id, "line", lane),
        event_time=time,
        received_at=now,
        received_on=bangkok_day(now),
        raw=vault.seal_text(session, agency_id, RAW_PURPOSE, raw),
    )


def receive(db: Database, agency_id: int, *event_ids: str, **how: Any) -> None:
    """Store webhook events, one a millisecond, in one commit."""
    first = how.pop("time", 0)
    with db.writing() as session:
        rows = [
            webhook_event(session, agency_id, event_id, time=first + place, **how)
            for place, event_id in enumerate(event_ids)
        ]
        store_events(session.connection(), rows)


def citizen(session: Session, agency_id: int, line_id: str = CITIZEN) -> Contact:
    return meet(session, agency_id, ContactKind.USER, line_id)


def an_obligation(session: Session, office: Office, division: str = "finance") -> Obligation:
    """The division's own measure, due on 31 March 2023."""
    return session.scalars(
        select(Obligation).where(
            Obligation.agency_id == office.agency_id,
            Obligation.division_id == office.divisions[division].id,
            Obligation.due_on == date(2023, 3, 31),
        )
    ).one()


def everything_stored(db: Database) -> dict[str, list[dict[str, Any]]]:
    """Every column of every row of every table, as the database holds it."""
    with db.reading() as session:
        return {
            table.name: [dict(row._mapping) for row in session.execute(select(table))]
            for table in metadata.sorted_tables
        }


def clear_text_in(db: Database, needles: Sequence[str | bytes]) -> list[str]:
    """Where one of the needles stands in clear: ``table.column``."""
    sought = [one if isinstance(one, bytes) else one.encode() for one in needles]
    return [
        f"{table}.{column}"
        for table, rows in everything_stored(db).items()
        for row in rows
        for column, value in row.items()
        if any(one in _as_bytes(value) for one in sought)
    ]


def _as_bytes(value: Any) -> bytes:
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    return str(value).encode()


def sealed_columns() -> list[tuple[str, str]]:
    """Binary columns that hold sealed values: those that are neither hashes nor keys."""
    return [
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary) and column.type.length is None
    ]


def all_at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run each in a thread of its own; their results, or the first error."""
    with ThreadPoolExecutor(len(works)) as pool:
        return [one.result(timeout=30) for one in [pool.submit(work) for work in works]]
