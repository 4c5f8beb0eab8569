"""The outbox and the inbox as an admin looks after them: by state, a page at a time; what is
tried again, and what is let go. Whom a message goes to and what it says is not looked at here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from domain import messages as spoken
from domain.keyring import CannotOpen
from domain.states import OUTBOX_MOVES, DigestState, InboxState, OutboxState, check_move
from models import vault
from models.digest_fate import tickets_in
from models.inbox import InboxEvent, replay_event
from models.outbox import OutboxMessage
from models.reminder import DigestRow, set_digest_state
from models.tick import Tick

_THROTTLED = OutboxMessage.outcome.like("throttled\\_%", escape="\\")
_TRIED = and_(OutboxMessage.state == OutboxState.WAITING, OutboxMessage.attempts > 0)


class Box(StrEnum):
    """What an admin asks for: a state, or a part of one."""

    TROUBLED = "troubled"  # whatever did not go as it should
    HELD = "held"
    THROTTLED = "throttled"  # LINE asked for a pause
    RETRYING = "retrying"  # tried, and to be tried again
    UNKNOWN = "unknown"
    REFUSED = "refused"
    WAITING = "waiting"  # all that is on its way, for whatever reason
    DROPPED = "dropped"
    SENT = "sent"


_STATES = OutboxMessage.state
_CONDITIONS: dict[Box, ColumnElement[bool]] = {
    Box.TROUBLED: or_(
        _STATES.in_([OutboxState.REFUSED, OutboxState.HELD, OutboxState.UNKNOWN]), _TRIED
    ),
    Box.HELD: _STATES == OutboxState.HELD,
    Box.THROTTLED: and_(_TRIED, _THROTTLED),
    Box.RETRYING: and_(_TRIED, not_(func.coalesce(_THROTTLED, False))),
    Box.UNKNOWN: _STATES == OutboxState.UNKNOWN,
    Box.REFUSED: _STATES == OutboxState.REFUSED,
    Box.WAITING: _STATES.in_([OutboxState.WAITING, OutboxState.SENDING]),
    Box.DROPPED: _STATES == OutboxState.DROPPED,
    Box.SENT: _STATES == OutboxState.SENT,
}


def page_of(
    session: Session,
    agency_id: int,
    box: Box,
    before: UUID | None,
    limit: int,
    *,
    kind: str = "",
) -> list[OutboxMessage]:
    """Newest first, those older than ``before``."""
    query = select(OutboxMessage).where(OutboxMessage.agency_id == agency_id, _CONDITIONS[box])
    if before is not None:
        query = query.where(OutboxMessage.id < before)
    if kind:
        query = query.where(OutboxMessage.kind == kind)
    return list(session.scalars(query.order_by(OutboxMessage.id.desc()).limit(limit)))


def counts(session: Session, agency_id: int) -> dict[Box, int]:
    """How many are in each box."""
    own = OutboxMessage.agency_id == agency_id
    states = select(OutboxMessage.state, func.count()).where(own).group_by(OutboxMessage.state)
    by_state = {row[0]: row[1] for row in session.execute(states)}
    tried = session.scalar(select(func.count()).where(own, _TRIED)) or 0
    throttled = session.scalar(select(func.count()).where(own, _CONDITIONS[Box.THROTTLED])) or 0
    found = {
        Box(state.value): count
        for state, count in by_state.items()
        if state not in (OutboxState.WAITING, OutboxState.SENDING)
    }
    found[Box.WAITING] = by_state.get(OutboxState.WAITING, 0) + by_state.get(OutboxState.SENDING, 0)
    found[Box.THROTTLED], found[Box.RETRYING] = throttled, tried - throttled
    found[Box.TROUBLED] = tried + sum(
        by_state.get(state, 0)
        for state in (OutboxState.REFUSED, OutboxState.HELD, OutboxState.UNKNOWN)
    )
    return {box: found.get(box, 0) for box in Box}


@dataclass(frozen=True)
class Pulse:
    """Whether the machine keeps up. None: nothing waits, or nothing ever ran."""

    oldest_out: datetime | None
    oldest_in: datetime | None
    waiting_in: int
    failed_in: int
    last_tick: datetime | None


def pulse(session: Session, agency_id: int, now: datetime) -> Pulse:
    due = and_(
        OutboxMessage.agency_id == agency_id,
        _CONDITIONS[Box.WAITING],
        OutboxMessage.next_at <= now,
    )
    events = select(func.min(InboxEvent.received_at), func.count()).where(
        InboxEvent.agency_id == agency_id, InboxEvent.state == InboxState.WAITING
    )
    oldest_in, waiting_in = session.execute(events).one()
    failed = select(func.count()).where(
        InboxEvent.agency_id == agency_id, InboxEvent.state == InboxState.FAILED
    )
    return Pulse(
        oldest_out=session.scalar(select(func.min(OutboxMessage.next_at)).where(due)),
        oldest_in=oldest_in,
        waiting_in=waiting_in,
        failed_in=session.scalar(failed) or 0,
        last_tick=session.scalar(select(func.max(Tick.started_at))),
    )


NOT_SET_UP = "mail_not_set_up"  # an outcome


def mail_waits_for_settings(session: Session, agency_id: int) -> bool:
    """Whether a mail waits because nobody has told us of a mail server."""
    waits = select(OutboxMessage.id).where(
        OutboxMessage.agency_id == agency_id,
        OutboxMessage.state == OutboxState.WAITING,
        OutboxMessage.outcome == NOT_SET_UP,
    )
    return session.scalar(waits.limit(1)) is not None


def failed_page(session: Session, agency_id: int, before: str, limit: int) -> list[InboxEvent]:
    """Events that could not be handled, newest id first, those below ``before``."""
    query = select(InboxEvent).where(
        InboxEvent.agency_id == agency_id, InboxEvent.state == InboxState.FAILED
    )
    if before:
        query = query.where(InboxEvent.event_id < before)
    return list(session.scalars(query.order_by(InboxEvent.event_id.desc()).limit(limit)))


def replay_failed(session: Session, agency_id: int, now: datetime, most: int) -> int:
    """Try failed events again, the oldest first; how many."""
    ids = session.scalars(
        select(InboxEvent.event_id)
        .where(InboxEvent.agency_id == agency_id, InboxEvent.state == InboxState.FAILED)
        .order_by(InboxEvent.event_id)
        .limit(most)
    ).all()
    return sum(replay_event(session, agency_id, one, now) for one in ids)


SIGN_IN_NOTICE = "sign_in_notice"  # a kind of message


def may_be_sent_again(message: OutboxMessage) -> bool:
    """It waits, and has its recipient and its words still. What ended has lost them."""
    if message.body is None or message.recipient is None:
        return False
    tried = message.state is OutboxState.WAITING and message.attempts > 0
    return message.state is OutboxState.HELD or tried


def may_be_dropped(message: OutboxMessage) -> bool:
    """A receipt code is shown only once: what must arrive is never let go by hand. Nor is what
    tells people that somebody's way in was changed: whoever did it may be the one who drops it."""
    waits = message.state in (OutboxState.HELD, OutboxState.WAITING)
    return waits and not message.must_arrive and message.kind != SIGN_IN_NOTICE


def hold_message(session: Session, agency_id: int, message_id: UUID) -> OutboxMessage | None:
    """The message, locked: a sender that takes it this moment waits, or is waited for."""
    return session.scalar(
        select(OutboxMessage)
        .where(OutboxMessage.agency_id == agency_id, OutboxMessage.id == message_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def send_again(session: Session, message: OutboxMessage, now: datetime) -> None:
    """Now, and not when its pause or the quota's would be over. The caller has asked whether it
    may (`may_be_sent_again`). A push that may have arrived goes under the key of its first try,
    and LINE drops the second."""
    if message.state is OutboxState.HELD:
        check_move(OUTBOX_MOVES, message.state, OutboxState.WAITING)
        message.state = OutboxState.WAITING
        message.retry_key = message.first_push_at = None
    message.next_at = now
    session.flush()


def drop(session: Session, message: OutboxMessage, now: datetime) -> None:
    """Let a message go. Reminders that it carried have said nothing: what is due is told again at
    its next stage."""
    check_move(OUTBOX_MOVES, message.state, OutboxState.DROPPED)
    _end_digests(session, message)
    message.state, message.outcome, message.finished_at = (
        OutboxState.DROPPED,
        "dropped_by_hand",
        now,
    )
    message.recipient_hash = message.recipient = message.body = None
    message.reply_token = message.reply_until = message.retry_key = None
    message.owner = message.lease_until = None
    session.flush()


def _end_digests(session: Session, message: OutboxMessage) -> None:
    if message.body is None:
        return
    try:
        body = vault.open_bytes(session, message.agency_id, "outbox", message.body)
    except CannotOpen:
        return
    for digest_id in tickets_in(spoken.from_json(body)):
        digest = session.get(DigestRow, (message.agency_id, UUID(digest_id)))
        if digest is not None and digest.state in (DigestState.QUEUED, DigestState.WAITING):
            set_digest_state(digest, DigestState.OVER)
