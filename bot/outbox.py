"""Sending what the outbox holds: intent, call, outcome, and no session open over the call."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from bot.cards import render
from bot.channels import ChannelBook
from bot.letters import CannotWrite, Letterhead, write_letter
from bot.mail import Mailer
from bot.messenger import Messenger
from bot.metrics import MESSAGES
from domain import messages as spoken
from domain.calendar import bangkok_day
from domain.delivery import (
    MAIL_NOT_SET_UP,
    Answer,
    Final,
    Later,
    Standing,
    Way,
    choose_mail,
    choose_way,
    judge,
    judge_mail,
)
from domain.states import OutboxState
from domain.weekly import WEEKLY, is_past
from models import outbox
from models.agency import Agency
from models.case_digest import compose as compose_cases
from models.contact import is_unreachable
from models.database import Database
from models.digest import compose
from models.digest_fate import note_digests, tickets_in
from models.duty import MAIL
from models.mail import is_written_to, release_mail
from models.outbox import Parcel
from models.quota_use import is_kept_back, note_pushed, note_quota_trouble

_log = structlog.get_logger(__name__)
_BLOCKED = "blocked"
_QUOTA_TROUBLE = ("throttled_monthly_quota", "kept_for_receipts")
_LEASE = timedelta(seconds=30)  # longer than a call may take
_MAIL_LEASE = timedelta(minutes=2)  # the same; DNS keeps no time


@dataclass(frozen=True)
class Errand:
    """A parcel whose way is decided and written down, ready for the call."""

    parcel: Parcel
    way: Way
    messages: list[spoken.Message]
    at: datetime  # of its first try
    head: Letterhead | None = None  # of a mail
    said: Collection[str] = ()  # the digests in it


class OutboxSender:
    """Takes messages out and sends them. Safe to run in many threads and processes."""

    def __init__(
        self,
        db: Database,
        channels: ChannelBook,
        messenger: Messenger,
        public_url: str = "",
        mailer: Mailer | None = None,
    ) -> None:
        self._db = db
        self._mailer = mailer
        self._waits_for_settings = mailer is not None
        self._public_url = public_url
        self._channels = channels
        self._messenger = messenger
        self._owner = f"sender-{uuid.uuid4().hex[:12]}"

    def send_one(self) -> bool:
        """Send the message to LINE that has waited longest; False when none is due."""
        return self._send_one(_LEASE, by_mail=False)

    def mail_one(self) -> bool:
        """The same for e-mails: apart, so that LINE never waits for a slow mail server."""
        if self._waits_for_settings:
            # Once a process: what waited for the settings need not wait any longer.
            with self._db.writing() as session:
                release_mail(session, MAIL_NOT_SET_UP, datetime.now(UTC))
            self._waits_for_settings = False
        return self._send_one(_MAIL_LEASE, by_mail=True)

    def _send_one(self, lease: timedelta, *, by_mail: bool) -> bool:
        now = datetime.now(UTC)
        with self._db.reading() as session:
            if not outbox.something_waits(session, now, by_mail=by_mail):
                return False
        with self._db.writing() as session:
            parcels = outbox.claim(session, self._owner, now, lease, limit=1, by_mail=by_mail)
            if not parcels:
                return False
            errand = self._prepare_safely(session, parcels[0], now)
        if errand is not None and errand.head is not None:
            self._record(errand, self._mail(errand, errand.head))
        elif errand is not None:
            answer = self._call(errand)
            verdict = judge(errand.way, _standing(errand.parcel), answer)
            self._record(errand, verdict, answer)
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
        messages = [one for one in kept if one is not None]
        if not messages:
            self._end(session, parcel, Final(OutboxState.DROPPED, "no_longer_true"), now)
            return None
        if parcel.recipient.startswith(MAIL):
            return self._prepare_mail(session, parcel, messages, now)
        way = choose_way(_standing(parcel), now)
        if way is Way.PUSH and is_unreachable(session, parcel.agency_id, parcel.recipient):
            # LINE would take it with a 200 and show it to nobody. A living reply token is the
            # answer to a word of theirs, and needs no such look.
            way = Final(OutboxState.DROPPED, _BLOCKED)
        if way is Way.PUSH and not parcel.ambiguous and self._is_kept_back(session, parcel):
            way = Final(OutboxState.HELD, "kept_for_receipts")
        if isinstance(way, Final):
            said = () if way.outcome == _BLOCKED else tickets_in(messages)
            self._end(session, parcel, _unless_it_waits(way, messages), now, said=said)
            return None
        return self._ready(session, parcel, way, messages, now)

    def _prepare_mail(
        self, session: Session, parcel: Parcel, messages: list[spoken.Message], now: datetime
    ) -> Errand | None:
        if not is_written_to(session, parcel.agency_id, parcel.recipient):
            self._end(session, parcel, Final(OutboxState.DROPPED, "no_longer_true"), now)
            return None
        mailer = self._mailer
        way = choose_mail(_standing(parcel), now, set_up=mailer is not None)
        if isinstance(way, Later):
            self._again(session, parcel, way, now)
            return None
        if isinstance(way, Final):
            self._end(session, parcel, way, now)
            return None
        if mailer is None:
            raise RuntimeError("a mail goes out without a mail server")
        agency = session.get_one(Agency, parcel.agency_id)
        head = Letterhead(agency.name, agency.slug, mailer.sender)
        return self._ready(session, parcel, way, messages, now, head)

    def _ready(
        self,
        session: Session,
        parcel: Parcel,
        way: Way,
        messages: list[spoken.Message],
        now: datetime,
        head: Letterhead | None = None,
    ) -> Errand:
        changed = None if messages == parcel.messages else messages
        outbox.note_way(session, parcel, way.value, now, changed)
        words = [_words_of(one) for one in messages]
        return Errand(parcel, way, words, parcel.first_push_at or now, head, tickets_in(messages))

    def _is_kept_back(self, session: Session, parcel: Parcel) -> bool:
        return is_kept_back(
            session,
            parcel.agency_id,
            parcel.recipient,
            parcel.kind,
            must_arrive=parcel.must_arrive,
        )

    def _true_now(
        self, session: Session, parcel: Parcel, message: spoken.Message, now: datetime
    ) -> spoken.Message | None:
        """Compose what is to be true at the moment of sending; None when it no longer is."""
        if parcel.kind == WEEKLY and is_past(bangkok_day(parcel.created_at), bangkok_day(now)):
            return None
        if isinstance(message, spoken.CaseTicket):
            slip = compose_cases(session, parcel.agency_id, message, now, self._public_url)
            if slip is None or (parcel.ambiguous and message.frozen is not None):
                return None if slip is None else message
            return message.model_copy(update={"frozen": slip})
        if not isinstance(message, spoken.DigestTicket):
            return message
        digest = compose(
            session,
            parcel.agency_id,
            UUID(message.digest_id),
            now,
            desk_url=self._public_url,
        )
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

    def _mail(self, errand: Errand, head: Letterhead) -> Final | Later:
        parcel = errand.parcel
        if self._mailer is None:
            raise RuntimeError("a mail was prepared without a mail server")
        to = parcel.recipient.removeprefix(MAIL)
        try:
            letter = write_letter(
                errand.messages,
                head,
                to,
                key=parcel.retry_key,
                at=errand.at,
                public_url=self._public_url,
            )
        except CannotWrite as error:
            _log.error("message_not_dressed", kind=parcel.kind, error=type(error).__name__)
            return Final(OutboxState.REFUSED, "mail_not_written")
        return judge_mail(_standing(parcel), self._mailer.send(letter, to))

    def _record(self, errand: Errand, verdict: Final | Later, answer: Answer | None = None) -> None:
        now = datetime.now(UTC)
        with self._db.writing() as session:
            if isinstance(verdict, Final):
                accepted = None if answer is None else answer.accepted_request_id
                request_id = accepted or _request_id(answer)
                if errand.way is Way.PUSH and verdict.state is OutboxState.SENT:
                    # Before its digests: a round holds the agency, and then looks at them.
                    note_pushed(session, errand.parcel.agency_id, errand.parcel.recipient, now)
                final = verdict
                if errand.way is Way.PUSH:
                    final = _unless_it_waits(verdict, errand.parcel.messages)
                self._end(session, errand.parcel, final, now, request_id, errand.said)
                return
            self._again(session, errand.parcel, verdict, now, _request_id(answer))

    def _again(
        self,
        session: Session,
        parcel: Parcel,
        verdict: Later,
        now: datetime,
        request_id: str | None = None,
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
            line_request_id=request_id,
        )

    def _end(
        self,
        session: Session,
        parcel: Parcel,
        final: Final,
        now: datetime,
        request_id: str | None = None,
        said: Collection[str] = (),
    ) -> None:
        if outbox.finish(session, parcel, final.state, final.outcome, now, request_id):
            MESSAGES.labels(final.state.value).inc()
            if final.outcome in _QUOTA_TROUBLE:
                used_up = final.outcome == _QUOTA_TROUBLE[0]
                note_quota_trouble(session, parcel.agency_id, now, used_up=used_up)
            note_digests(session, parcel, final.state, said)
            if final.state is not OutboxState.SENT:
                _log.warning("message_ended", kind=parcel.kind, outcome=final.outcome)


def _request_id(answer: Answer | None) -> str | None:
    return None if answer is None else answer.request_id


def _unless_it_waits(final: Final, messages: Sequence[spoken.Message]) -> Final:
    """A digest for which the quota has no room goes back to waiting: it can then ride on a reply,
    or go with what is due by the time that there is room. Anything else is held as it is."""
    if final.state is OutboxState.HELD and len(tickets_in(messages)) == len(messages):
        return Final(OutboxState.DROPPED, final.outcome)
    return final


def _words_of(message: spoken.Message) -> spoken.Message:
    tickets = (spoken.DigestTicket, spoken.CaseTicket)
    if isinstance(message, tickets) and message.frozen is not None:
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
