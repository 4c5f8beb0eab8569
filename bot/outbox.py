"""Sending what the outbox holds: intent, call, outcome, and no session open over the call."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from bot.cards import render
from bot.channels import ChannelBook
from bot.messenger import Messenger
from bot.metrics import MESSAGES
from domain import messages as spoken
from domain.delivery import Answer, Final, Later, Standing, Way, choose_way, judge
from domain.states import OutboxState
from models import outbox
from models.contact import is_unreachable
from models.database import Database
from models.outbox import Parcel
from models.reminder import compose

_log = structlog.get_logger(__name__)
_LEASE = timedelta(seconds=30)  # longer than a call may take


@dataclass(frozen=True)
class Errand:
    """A parcel whose way is decided and written down, ready for the call."""

    parcel: Parcel
    way: Way
    messages: list[spoken.Message]


class OutboxSender:
    """Takes messages out and sends them. Safe to run in many threads and processes."""

    def __init__(self, db: Database, channels: ChannelBook, messenger: Messenger) -> None:
        self._db = db
        self._channels = channels
        self._messenger = messenger
        self._owner = f"sender-{uuid.uuid4().hex[:12]}"

    def send_one(self) -> bool:
        """Send the message that has waited longest; False when none is due."""
        now = datetime.now(UTC)
        with self._db.reading() as session:
            if not outbox.something_waits(session, now):
                return False
        with self._db.writing() as session:
            parcels = outbox.claim(session, self._owner, now, _LEASE, limit=1)
            if not parcels:
                return False
            errand = self._prepare_safely(session, parcels[0], now)
        if errand is not None:
            answer = self._call(errand)
            self._record(errand, answer)
        return True

    def _prepare_safely(self, session: Session, parcel: Parcel, now: datetime) -> Errand | None:
        """A message that cannot be prepared must not stand in the way of every other one."""
        try:
            with session.begin_nested():
                return self._prepare(session, parcel, now)
        except Exception as error:  # noqa: BLE001 (it is put aside, logged and shown on the desk)
            _log.error("message_not_prepared", kind=parcel.kind, error=type(error).__name__)
            self._end(session, parcel, Final(OutboxState.REFUSED, type(error).__name__), now)
            return None

    def _prepare(self, session: Session, parcel: Parcel, now: datetime) -> Errand | None:
        """Decide the way and write it down, in the transaction that claimed the parcel."""
        kept = [self._true_now(session, parcel, one, now) for one in parcel.messages]
        if None in kept:
            self._end(session, parcel, Final(OutboxState.DROPPED, "no_longer_true"), now)
            return None
        messages = [one for one in kept if one is not None]
        way = choose_way(_standing(parcel), now)
        if way is Way.PUSH and is_unreachable(session, parcel.agency_id, parcel.recipient):
            # LINE would take it with a 200 and show it to nobody. A living reply token is the
            # answer to a word of theirs, and needs no such look.
            way = Final(OutboxState.DROPPED, "blocked")
        if isinstance(way, Final):
            self._end(session, parcel, way, now)
            return None
        changed = None if messages == parcel.messages else messages
        outbox.note_way(session, parcel, way.value, now, changed)
        return Errand(parcel, way, [_words_of(one) for one in messages])

    def _true_now(
        self, session: Session, parcel: Parcel, message: spoken.Message, now: datetime
    ) -> spoken.Message | None:
        """Compose what is to be true at the moment of sending; None when it no longer is."""
        if not isinstance(message, spoken.DigestTicket):
            return message
        digest = compose(session, parcel.agency_id, UUID(message.digest_id), now)
        if digest is None:
            return None
        if parcel.ambiguous and message.frozen is not None:
            return message
        return message.model_copy(update={"frozen": digest})

    def _call(self, errand: Errand) -> Answer:
        parcel = errand.parcel
        channel = self._channels.channel(parcel.agency_id)
        try:
            dressed = render(errand.messages)
        except ValueError as error:
            _log.error("message_not_dressed", kind=parcel.kind, error=type(error).__name__)
            return Answer(400, "this message cannot be dressed for LINE", reached=False)
        if errand.way is Way.REPLY:
            return self._messenger.reply(channel, parcel.reply_token or "", dressed)
        return self._messenger.push(channel, parcel.recipient, dressed, parcel.retry_key)

    def _record(self, errand: Errand, answer: Answer) -> None:
        verdict = judge(errand.way, _standing(errand.parcel), answer)
        now = datetime.now(UTC)
        with self._db.writing() as session:
            if isinstance(verdict, Final):
                request_id = answer.accepted_request_id or answer.request_id
                self._end(session, errand.parcel, verdict, now, request_id)
                return
            self._again(session, errand.parcel, verdict, answer, now)

    def _again(
        self, session: Session, parcel: Parcel, verdict: Later, answer: Answer, now: datetime
    ) -> None:
        _log.warning(
            "message_delayed",
            kind=parcel.kind,
            outcome=verdict.outcome,
            attempts=parcel.attempts,
            seconds=verdict.pause.total_seconds(),
        )
        outbox.retry_later(
            session,
            parcel,
            verdict.outcome,
            now + verdict.pause,
            ambiguous=verdict.ambiguous,
            token_is_gone=verdict.token_is_gone,
            line_request_id=answer.request_id,
        )

    def _end(
        self,
        session: Session,
        parcel: Parcel,
        final: Final,
        now: datetime,
        request_id: str | None = None,
    ) -> None:
        if outbox.finish(session, parcel, final.state, final.outcome, now, request_id):
            MESSAGES.labels(final.state.value).inc()
            if final.state is not OutboxState.SENT:
                _log.warning("message_ended", kind=parcel.kind, outcome=final.outcome)


def _words_of(message: spoken.Message) -> spoken.Message:
    if isinstance(message, spoken.DigestTicket) and message.frozen is not None:
        return message.frozen
    return message


def _standing(parcel: Parcel) -> Standing:
    return Standing(
        has_token=parcel.reply_token is not None,
        token_until=parcel.reply_until,
        worth_quota=parcel.worth_quota,
        must_arrive=parcel.must_arrive,
        ambiguous=parcel.ambiguous,
        attempts=parcel.attempts,
        created_at=parcel.created_at,
        first_push_at=parcel.first_push_at,
    )
