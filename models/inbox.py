"""The inbox: raw webhook events as LINE sent them, and the lanes in which they are handled.

A lane is one user's or one group's queue. Whoever holds a lane's lease handles its events, oldest
first; other lanes go on in parallel. A handled event keeps nothing but its id, for LINE may send
it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TypedDict

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Index,
    Integer,
    LargeBinary,
    String,
    and_,
    delete,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.calendar import bangkok_day
from domain.states import INBOX_MOVES, InboxState, check_move
from models import vault
from models.base import WITHOUT_ROW_ORDER, Base, Tenant, state_column

RAW_PURPOSE = "inbox"
_SQLITE_INSTANT = "%Y-%m-%d %H:%M:%S.%f"


class InboxEvent(Tenant, Base):
    __tablename__ = "inbox_event"
    __table_args__ = (
        Index(
            "ix_inbox_event_waiting",
            "agency_id",
            "lane_key",
            "event_time",
            "event_id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_inbox_event_failed",
            "agency_id",
            "event_id",
            sqlite_where=text("state = 'failed'"),
            postgresql_where=text("state = 'failed'"),
        ),
        WITHOUT_ROW_ORDER,
    )

    event_id: Mapped[str] = mapped_column(String(64), primary_key=True)  # LINE's webhookEventId
    state: Mapped[InboxState] = mapped_column(
        state_column(InboxState, "state"), default=InboxState.WAITING
    )
    received_on: Mapped[date]
    # The four below are gone once the event is handled.
    lane_key: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    event_time: Mapped[int | None] = mapped_column(BigInteger)  # LINE's clock, milliseconds
    received_at: Mapped[datetime | None]
    raw: Mapped[bytes | None]  # sealed JSON of one event
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str | None] = mapped_column(String(120))  # the exception's class, never its text


class InboxLane(Tenant, Base):
    __tablename__ = "inbox_lane"
    __table_args__ = (Index("ix_inbox_lane_ready_at", "ready_at"), WITHOUT_ROW_ORDER)

    lane_key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    ready_at: Mapped[datetime]
    owner: Mapped[str | None] = mapped_column(String(40))
    lease_until: Mapped[datetime | None]


class NewEvent(TypedDict):
    """One row on its way into `InboxEvent`."""

    agency_id: int
    event_id: str
    lane_key: bytes
    event_time: int
    received_at: datetime
    received_on: date
    raw: bytes


@dataclass(frozen=True)
class Claim:
    """One event in the hands of one worker."""

    agency_id: int
    lane_key: bytes
    owner: str
    event_id: str
    attempts: int


class LostLease(Exception):
    """Somebody else holds the lane now; whatever was done must be rolled back."""


_EVENT_COLUMNS = (
    "agency_id, event_id, lane_key, event_time, received_at, received_on, raw, state, attempts"
)
_MOST_ROWS = 500  # a statement; each event binds nine values


@lru_cache(maxsize=2 * _MOST_ROWS)
def _events_sql(mark: str, rows: int) -> str:
    values = ", ".join([f"({', '.join([mark] * 9)})"] * rows)
    return (
        # Only placeholders are put together here; every value is bound.
        f"INSERT INTO inbox_event ({_EVENT_COLUMNS}) VALUES {values}"  # noqa: S608
        " ON CONFLICT (agency_id, event_id) DO NOTHING"
    )


@lru_cache(maxsize=2 * _MOST_ROWS)
def _lanes_sql(mark: str, rows: int) -> str:
    # DO UPDATE, not DO NOTHING: it waits for a worker that is closing the lane just now, and puts
    # the lane back when that worker has deleted it.
    values = ", ".join([f"({', '.join([mark] * 3)})"] * rows)
    return (
        # As above: placeholders alone.
        f"INSERT INTO inbox_lane (agency_id, lane_key, ready_at) VALUES {values}"  # noqa: S608
        " ON CONFLICT (agency_id, lane_key) DO UPDATE SET ready_at = inbox_lane.ready_at"
    )


def store_events(connection: Connection, rows: Sequence[NewEvent]) -> None:
    """Insert events and wake their lanes. An event that is there already changes nothing.

    In SQL of our own, a statement for many rows: this is what LINE waits for, and the ORM's
    `insert` costs several times as much a row (docs/choices.md).
    """
    sqlite = connection.dialect.name == "sqlite"
    mark = "?" if sqlite else "%s"
    for start in range(0, len(rows), _MOST_ROWS):
        some = rows[start : start + _MOST_ROWS]
        values: list[object] = []
        lanes: dict[tuple[int, bytes], object] = {}
        for row in some:
            # SQLite keeps instants as text, in the form that SQLAlchemy reads.
            received_at = (
                row["received_at"].strftime(_SQLITE_INSTANT) if sqlite else row["received_at"]
            )
            values += (
                *(row["agency_id"], row["event_id"], row["lane_key"], row["event_time"]),
                *(received_at, row["received_on"].isoformat(), row["raw"]),
                *(InboxState.WAITING.value, 0),
            )
            lanes.setdefault((row["agency_id"], row["lane_key"]), received_at)
        connection.exec_driver_sql(_events_sql(mark, len(some)), tuple(values))
        _wake(connection, mark, lanes)


def _wake(connection: Connection, mark: str, lanes: dict[tuple[int, bytes], object]) -> None:
    """Make lanes known to the workers; in one order, so that two processes that wake the same
    lanes never wait for each other in a circle."""
    values: list[object] = []
    for key in sorted(lanes):
        values += (*key, lanes[key])
    connection.exec_driver_sql(_lanes_sql(mark, len(lanes)), tuple(values))


def wake_lane(connection: Connection, agency_id: int, lane_key: bytes, now: datetime) -> None:
    """Make one lane known to the workers."""
    sqlite = connection.dialect.name == "sqlite"
    ready_at = now.astimezone(UTC).strftime(_SQLITE_INSTANT) if sqlite else now
    _wake(connection, "?" if sqlite else "%s", {(agency_id, lane_key): ready_at})


def something_waits(session: Session, now: datetime) -> bool:
    """A look without a lock, so that idle workers do not queue for the right to write."""
    return session.scalar(select(InboxLane.lane_key).where(_claimable(now)).limit(1)) is not None


def _claimable(now: datetime) -> ColumnElement[bool]:
    free = or_(InboxLane.lease_until.is_(None), InboxLane.lease_until <= now)
    return and_(InboxLane.ready_at <= now, free)


def claim_lane(session: Session, owner: str, now: datetime, lease: timedelta) -> Claim | None:
    """Take the lane that has waited longest and begin its oldest event; None when all is quiet."""
    while True:
        lane = session.scalar(
            select(InboxLane)
            .where(_claimable(now))
            .order_by(InboxLane.ready_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if lane is None:
            return None
        lane.owner = owner
        lane.lease_until = now + lease
        session.flush()
        claim = begin_next_event(session, lane.agency_id, lane.lane_key, owner)
        if claim is not None:
            return claim
        release_lane(session, lane, now)


def begin_next_event(session: Session, agency_id: int, lane_key: bytes, owner: str) -> Claim | None:
    """The lane's oldest waiting event, its attempt counted before anything is tried with it."""
    event = session.scalar(
        select(InboxEvent)
        .where(
            InboxEvent.agency_id == agency_id,
            InboxEvent.lane_key == lane_key,
            InboxEvent.state == InboxState.WAITING,
        )
        .order_by(InboxEvent.event_time, InboxEvent.event_id)
        .limit(1)
    )
    if event is None:
        return None
    event.attempts += 1
    session.flush()
    return Claim(agency_id, lane_key, owner, event.event_id, event.attempts)


def hold_lane(session: Session, claim: Claim, now: datetime, lease: timedelta) -> InboxLane:
    """Renew the lease inside the transaction that uses it; raises `LostLease`."""
    lane = session.scalar(
        select(InboxLane)
        .where(
            InboxLane.agency_id == claim.agency_id,
            InboxLane.lane_key == claim.lane_key,
            InboxLane.owner == claim.owner,
        )
        .with_for_update()
    )
    if lane is None:
        raise LostLease
    lane.lease_until = now + lease
    return lane


def raw_event(session: Session, claim: Claim) -> bytes:
    """The event's JSON as LINE sent it. Raises `LostLease` when it was handled meanwhile."""
    event = session.get(InboxEvent, (claim.agency_id, claim.event_id))
    if event is None or event.raw is None or event.state is not InboxState.WAITING:
        raise LostLease
    return vault.open_bytes(session, claim.agency_id, RAW_PURPOSE, event.raw)


def finish_event(session: Session, claim: Claim, outcome: InboxState) -> None:
    """Handled or ignored: what it said, who sent it and when are erased."""
    event = session.get_one(InboxEvent, (claim.agency_id, claim.event_id))
    check_move(INBOX_MOVES, event.state, outcome)
    event.state = outcome
    event.raw = event.lane_key = event.event_time = event.received_at = event.error = None


def release_lane(session: Session, lane: InboxLane, now: datetime) -> None:
    """Give a lane back, behind those that have waited longer; delete it when it is empty.

    The caller holds the row's lock (`claim_lane`, `hold_lane`), and an arriving event is stored
    before its lane is touched: so either it is seen here, or its lane is made anew after us.
    """
    lane.owner = lane.lease_until = None
    lane.ready_at = now
    session.flush()
    waiting = (
        select(InboxEvent.event_id)
        .where(
            InboxEvent.agency_id == lane.agency_id,
            InboxEvent.lane_key == lane.lane_key,
            InboxEvent.state == InboxState.WAITING,
        )
        .exists()
    )
    session.execute(
        delete(InboxLane)
        .where(InboxLane.agency_id == lane.agency_id, InboxLane.lane_key == lane.lane_key, ~waiting)
        .execution_options(synchronize_session=False)
    )
    session.expunge(lane)


def delay_event(
    session: Session, claim: Claim, now: datetime, pause: timedelta, *, count: bool
) -> None:
    """Try the event again after a pause; its lane waits with it. ``count=False``: through no
    fault of its own (LINE is still preparing a picture), so the attempt is taken back."""
    event = session.get_one(InboxEvent, (claim.agency_id, claim.event_id))
    if not count:
        event.attempts -= 1
    _release(session, claim, now + pause)


def fail_event(session: Session, claim: Claim, error: str, now: datetime) -> None:
    """Put a poison event aside, kept whole for a look and a replay; the lane goes on."""
    event = session.get_one(InboxEvent, (claim.agency_id, claim.event_id))
    check_move(INBOX_MOVES, event.state, InboxState.FAILED)
    event.state = InboxState.FAILED
    event.error = error[:120]
    _release(session, claim, now)


def _release(session: Session, claim: Claim, ready_at: datetime) -> None:
    session.execute(
        update(InboxLane)
        .where(
            InboxLane.agency_id == claim.agency_id,
            InboxLane.lane_key == claim.lane_key,
            InboxLane.owner == claim.owner,
        )
        .values(owner=None, lease_until=None, ready_at=ready_at)
    )


def replay_event(session: Session, agency_id: int, event_id: str, now: datetime) -> bool:
    """Put a failed event back into its lane; False when there is no such failed event."""
    event = session.get(InboxEvent, (agency_id, event_id))
    if event is None or event.state is not InboxState.FAILED or event.lane_key is None:
        return False
    check_move(INBOX_MOVES, event.state, InboxState.WAITING)
    event.state = InboxState.WAITING
    event.attempts = 0
    session.flush()
    wake_lane(session.connection(), agency_id, event.lane_key, now)
    return True


def failed_events(session: Session, agency_id: int, limit: int = 100) -> list[InboxEvent]:
    return list(
        session.scalars(
            select(InboxEvent)
            .where(InboxEvent.agency_id == agency_id, InboxEvent.state == InboxState.FAILED)
            .order_by(InboxEvent.event_id.desc())
            .limit(limit)
        )
    )


def waiting_count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(InboxLane)) or 0


def free_all_leases(session: Session) -> None:
    """At the start of the only process there is: nobody can be holding anything."""
    session.execute(update(InboxLane).values(owner=None, lease_until=None))


def forget_old_events(session: Session, now: datetime, keep: timedelta) -> int:
    """Delete what is past LINE's redelivery, and failed events nobody replayed."""
    statement = delete(InboxEvent).where(
        InboxEvent.received_on < bangkok_day(now - keep),
        InboxEvent.state != InboxState.WAITING,
    )
    return session.connection().execute(statement).rowcount
