"""The outbox: what is to be said to LINE or by e-mail, written in the commit that decides it.

An intent (`SENDING`, a retry key) is committed before the call, the outcome after it. A message
that is found in `SENDING` with its lease run out was cut off between the two: it may have arrived.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Index,
    LargeBinary,
    String,
    and_,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from domain import messages as spoken
from domain.keyring import CannotOpen
from domain.states import OUTBOX_MOVES, OutboxState, check_move
from models import vault
from models.base import Base, Ordered, state_column
from models.contact import line_hash
from models.duty import MAIL

# From the event's own time: LINE says about a minute; the call itself needs a little of it.
REPLY_TOKEN_LIFE = timedelta(seconds=57)
EMAIL = "email"  # `OutboxMessage.via`


class OutboxMessage(Ordered, Base):
    __tablename__ = "outbox_message"
    __table_args__ = (
        Index(
            "ix_outbox_message_next_at",
            "next_at",
            sqlite_where=text("state in ('waiting', 'sending')"),
            postgresql_where=text("state in ('waiting', 'sending')"),
        ),
        Index(
            "ix_outbox_message_recipient",
            "agency_id",
            "recipient_hash",
            "id",
            sqlite_where=text("recipient_hash is not null"),
            postgresql_where=text("recipient_hash is not null"),
        ),
        Index("ix_outbox_message_state", "agency_id", "state"),
    )

    kind: Mapped[str] = mapped_column(String(30))  # "chat", "digest", … never what it says
    state: Mapped[OutboxState] = mapped_column(
        state_column(OutboxState, "state"), default=OutboxState.WAITING
    )
    worth_quota: Mapped[bool]  # pushed when it cannot be a reply
    must_arrive: Mapped[bool]  # rather twice than never: a receipt code is shown only once
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    # "reply" or "push", of the latest attempt; "email" from the beginning.
    via: Mapped[str | None] = mapped_column(String(8))
    ambiguous: Mapped[bool] = mapped_column(default=False)  # an attempt may have arrived
    retry_key: Mapped[UUID | None]
    first_push_at: Mapped[datetime | None]  # or the first try by e-mail
    owner: Mapped[str | None] = mapped_column(String(40))
    lease_until: Mapped[datetime | None]
    line_request_id: Mapped[str | None] = mapped_column(String(80))
    outcome: Mapped[str | None] = mapped_column(String(60))
    finished_at: Mapped[datetime | None]
    # Gone once the message is finished.
    recipient_hash: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    recipient: Mapped[bytes | None]  # sealed LINE id
    body: Mapped[bytes | None]  # sealed list of domain.messages
    reply_token: Mapped[bytes | None]  # sealed
    reply_until: Mapped[datetime | None]


@dataclass(frozen=True, repr=False)
class Parcel:
    """A message taken out for sending, opened and detached from any session."""

    agency_id: int
    id: UUID
    owner: str
    kind: str
    recipient: str
    messages: list[spoken.Message]
    reply_token: str | None
    reply_until: datetime | None
    worth_quota: bool
    must_arrive: bool
    ambiguous: bool
    attempts: int
    created_at: datetime
    retry_key: UUID
    first_push_at: datetime | None


def enqueue(
    session: Session,
    agency_id: int,
    recipient: str,
    messages: Sequence[spoken.Message],
    *,
    kind: str,
    now: datetime,
    reply_token: str | None = None,
    reply_until: datetime | None = None,
    worth_quota: bool = False,
    must_arrive: bool = False,
) -> OutboxMessage:
    """Write what is to be said to a LINE user or group, or to an address that begins with
    ``mailto:``; sent after the caller's commit."""
    body = spoken.to_json(list(messages))
    message = OutboxMessage(
        agency_id=agency_id,
        kind=kind,
        worth_quota=worth_quota or must_arrive,
        must_arrive=must_arrive,
        created_at=now,
        next_at=now,
        via=EMAIL if recipient.startswith(MAIL) else None,
        recipient_hash=line_hash(session, agency_id, recipient),
        recipient=vault.seal_text(session, agency_id, "line", recipient),
        body=vault.seal_bytes(session, agency_id, "outbox", body),
        reply_token=None
        if reply_token is None
        else vault.seal_text(session, agency_id, "outbox", reply_token),
        reply_until=reply_until,
    )
    session.add(message)
    session.flush()
    return message


def _due(now: datetime, *, by_mail: bool) -> ColumnElement[bool]:
    is_mail = func.coalesce(OutboxMessage.via, "") == EMAIL
    return and_(
        or_(
            and_(OutboxMessage.state == OutboxState.WAITING, OutboxMessage.next_at <= now),
            and_(OutboxMessage.state == OutboxState.SENDING, OutboxMessage.lease_until <= now),
        ),
        is_mail if by_mail else ~is_mail,
    )


def something_waits(session: Session, now: datetime, *, by_mail: bool = False) -> bool:
    """A look without a lock, so that idle senders do not queue for the right to write."""
    due = select(OutboxMessage.id).where(_due(now, by_mail=by_mail)).limit(1)
    return session.scalar(due) is not None


def claim(
    session: Session,
    owner: str,
    now: datetime,
    lease: timedelta,
    limit: int,
    *,
    by_mail: bool = False,
) -> list[Parcel]:
    """Take messages that are due, at most one a recipient, oldest first, and write the intent.

    Mails are taken apart from the rest: no message to LINE waits for a slow mail server.
    """
    earlier = aliased(OutboxMessage)
    ahead = (
        select(earlier.id)
        .where(
            earlier.agency_id == OutboxMessage.agency_id,
            earlier.recipient_hash == OutboxMessage.recipient_hash,
            earlier.id < OutboxMessage.id,
            or_(
                earlier.state == OutboxState.SENDING,
                and_(earlier.state == OutboxState.WAITING, earlier.next_at <= now),
            ),
        )
        .exists()
    )
    rows = session.scalars(
        select(OutboxMessage)
        .where(_due(now, by_mail=by_mail), ~ahead)
        .order_by(OutboxMessage.next_at, OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = [_take(session, row, owner, now, lease) for row in rows]
    return [parcel for parcel in taken if parcel is not None]


def _take(
    session: Session, row: OutboxMessage, owner: str, now: datetime, lease: timedelta
) -> Parcel | None:
    """The message, opened; None, and put aside, when its seal cannot be opened any more."""
    check_move(OUTBOX_MOVES, row.state, OutboxState.SENDING)
    if row.state is OutboxState.SENDING:
        row.ambiguous = True  # its sender stopped between the intent and the outcome
    row.state = OutboxState.SENDING
    row.owner = owner
    row.lease_until = now + lease
    row.attempts += 1
    row.retry_key = row.retry_key or uuid.uuid4()
    session.flush()
    if row.recipient is None or row.body is None:
        raise RuntimeError("an unfinished message has lost its recipient or its body")
    try:
        return _opened(session, row, row.recipient, row.body, row.retry_key)
    except CannotOpen:
        # Its key has left the ring. It must not stand in the way of every other message.
        row.state, row.outcome, row.finished_at = OutboxState.REFUSED, "cannot_open", now
        row.owner = row.lease_until = None
        session.flush()
        return None


def _opened(
    session: Session, row: OutboxMessage, recipient: bytes, sealed: bytes, retry_key: UUID
) -> Parcel:
    agency_id, token = row.agency_id, row.reply_token
    body = vault.open_bytes(session, agency_id, "outbox", sealed)
    return Parcel(
        agency_id=agency_id,
        id=row.id,
        owner=row.owner or "",
        kind=row.kind,
        recipient=vault.open_text(session, agency_id, "line", recipient),
        messages=spoken.from_json(body),
        reply_token=None if token is None else vault.open_text(session, agency_id, "outbox", token),
        reply_until=row.reply_until,
        worth_quota=row.worth_quota,
        must_arrive=row.must_arrive,
        ambiguous=row.ambiguous,
        attempts=row.attempts,
        created_at=row.created_at,
        retry_key=retry_key,
        first_push_at=row.first_push_at,
    )


def _still_ours(session: Session, parcel: Parcel) -> OutboxMessage | None:
    return session.scalar(
        select(OutboxMessage)
        .where(
            OutboxMessage.agency_id == parcel.agency_id,
            OutboxMessage.id == parcel.id,
            OutboxMessage.owner == parcel.owner,
            OutboxMessage.attempts == parcel.attempts,
            OutboxMessage.state == OutboxState.SENDING,
        )
        .with_for_update()
    )


def note_way(
    session: Session,
    parcel: Parcel,
    via: str,
    now: datetime,
    messages: Sequence[spoken.Message] | None = None,
) -> bool:
    """Write how the message is about to go, and freeze what it says: LINE wants the same body
    under the same retry key. False when somebody else has taken it."""
    row = _still_ours(session, parcel)
    if row is None:
        return False
    row.via = via
    if via in ("push", EMAIL) and row.first_push_at is None:
        row.first_push_at = now
    if messages is not None:
        body = spoken.to_json(list(messages))
        row.body = vault.seal_bytes(session, parcel.agency_id, "outbox", body)
    return True


def finish(
    session: Session,
    parcel: Parcel,
    state: OutboxState,
    outcome: str,
    now: datetime,
    line_request_id: str | None = None,
) -> bool:
    """Record an outcome that is final; the recipient and the words are erased."""
    row = _still_ours(session, parcel)
    if row is None:
        return False
    check_move(OUTBOX_MOVES, row.state, state)
    row.state = state
    row.outcome = outcome[:60]
    row.line_request_id = line_request_id
    row.finished_at = now
    row.owner = row.lease_until = None
    if state is not OutboxState.HELD:
        row.recipient_hash = row.recipient = row.body = None
        row.reply_token = row.reply_until = row.retry_key = None
    return True


def retry_later(
    session: Session,
    parcel: Parcel,
    outcome: str,
    next_at: datetime,
    *,
    ambiguous: bool,
    token_is_gone: bool = False,
    line_request_id: str | None = None,
) -> bool:
    """Record an outcome that is not final, and when to try again."""
    row = _still_ours(session, parcel)
    if row is None:
        return False
    check_move(OUTBOX_MOVES, row.state, OutboxState.WAITING)
    row.state = OutboxState.WAITING
    row.outcome = outcome[:60]
    row.line_request_id = line_request_id
    row.next_at = next_at
    row.ambiguous = row.ambiguous or ambiguous
    row.owner = row.lease_until = None
    if token_is_gone:
        row.reply_token = row.reply_until = None
    return True


def free_all_leases(session: Session, now: datetime) -> None:
    """At the start of the only process there is: nobody can be sending anything."""
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.state == OutboxState.SENDING)
        .values(lease_until=now)
    )


def counts_by_state(session: Session, agency_id: int) -> dict[OutboxState, int]:
    rows = session.execute(
        select(OutboxMessage.state, func.count())
        .where(OutboxMessage.agency_id == agency_id)
        .group_by(OutboxMessage.state)
    )
    return {row[0]: row[1] for row in rows}


def troubled(session: Session, agency_id: int, limit: int = 100) -> list[OutboxMessage]:
    """What an officer should know of: refused, held, unknown, and tried more than once."""
    return list(
        session.scalars(
            select(OutboxMessage)
            .where(
                OutboxMessage.agency_id == agency_id,
                or_(
                    OutboxMessage.state.in_(
                        [OutboxState.REFUSED, OutboxState.HELD, OutboxState.UNKNOWN]
                    ),
                    and_(OutboxMessage.state == OutboxState.WAITING, OutboxMessage.attempts > 0),
                ),
            )
            .order_by(OutboxMessage.id.desc())
            .limit(limit)
        )
    )


def waiting_count(session: Session) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(OutboxMessage)
            .where(OutboxMessage.state.in_([OutboxState.WAITING, OutboxState.SENDING]))
        )
        or 0
    )


def forget_old_messages(session: Session, now: datetime, keep: timedelta) -> int:
    """Delete the traces of finished messages after the retention period."""
    statement = OutboxMessage.__table__.delete().where(  # type: ignore[attr-defined]
        OutboxMessage.finished_at < now - keep, OutboxMessage.state != OutboxState.HELD
    )
    return session.connection().execute(statement).rowcount
