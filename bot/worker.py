"""Handling events: claim a conversation, answer one event, commit all of it or nothing."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy.exc import OperationalError

from bot.channels import ChannelBook
from bot.messenger import Gone, Messenger, NotReady, TooLarge
from bot.metrics import EVENTS_DONE
from domain.calendar import bangkok_day
from domain.file_types import MAX_VIDEO_BYTES, RefusalReason, RefusedFile
from domain.files import clean_file
from domain.inbound import Inbound, read_event
from domain.search import Decision
from domain.states import InboxState
from handlers import chat
from handlers.chat.turn import FetchedFile, FileTrouble, Given, NeedsFile, NeedsSearch, Turn
from models import inbox
from models.agency import Agency
from models.database import Database
from models.inbox import Claim, LostLease
from models.outbox import REPLY_TOKEN_LIFE, enqueue
from models.stored_file import BlobFolder

_log = structlog.get_logger(__name__)
# Short, so that another process takes over while the reply token still lives; what takes longer
# asks for more time first.
_LEASE = timedelta(seconds=20)
_LONG_LEASE = timedelta(minutes=5)  # to fetch a large file, or to build an index
_MOST_ATTEMPTS = 3
_WAIT_FOR_FILE = timedelta(minutes=5)
_FILE_PAUSE = timedelta(seconds=2)
_BUSY_PAUSE = timedelta(seconds=1)

TROUBLE = {
    "gone": "ไฟล์นี้ถูกลบไปแล้ว จึงไม่ได้เก็บไว้ค่ะ",
    "late": "ดึงไฟล์นี้จาก LINE ไม่สำเร็จ กรุณาส่งใหม่อีกครั้งค่ะ",
    "elsewhere": "ไฟล์นี้ไม่ได้ส่งผ่าน LINE โดยตรง จึงรับไม่ได้ กรุณาส่งเป็นรูปหรือไฟล์ค่ะ",
    RefusalReason.TOO_LARGE: "ไฟล์นี้ใหญ่เกินไป กรุณาส่งไฟล์ที่เล็กลงค่ะ",
    RefusalReason.EMPTY: "ไฟล์นี้ว่างเปล่า กรุณาส่งใหม่อีกครั้งค่ะ",
    RefusalReason.FORBIDDEN_KIND: "รับได้เฉพาะรูป วิดีโอ เสียง PDF และเอกสาร Word, Excel, PowerPoint ค่ะ",
    RefusalReason.DAMAGED: "เปิดไฟล์นี้ไม่ได้ ไฟล์อาจเสียหาย กรุณาส่งใหม่อีกครั้งค่ะ",
    RefusalReason.TOO_MANY_PIXELS: "รูปนี้ใหญ่เกินไป กรุณาย่อขนาดแล้วส่งใหม่ค่ะ",
}


class InboxWorker:
    """Answers events. Safe to run in many threads and processes."""

    def __init__(
        self,
        db: Database,
        blobs: BlobFolder,
        channels: ChannelBook,
        messenger: Messenger,
        search: Callable[[int, str], Decision],
    ) -> None:
        self._db = db
        self._blobs = blobs
        self._channels = channels
        self._messenger = messenger
        self._search = search

    def handle_one(self) -> bool:
        """Handle the event that has waited longest; False when none waits."""
        # A name of its own for each claim: two threads of one process must not share a lease.
        owner = f"worker-{uuid.uuid4().hex[:12]}"
        with self._db.reading() as session:
            if not inbox.something_waits(session, datetime.now(UTC)):
                return False
        with self._db.writing() as session:
            claim = inbox.claim_lane(session, owner, datetime.now(UTC), _LEASE)
        if claim is None:
            return False
        try:
            self._handle(claim)
        except LostLease:
            _log.warning("lease_lost", attempts=claim.attempts)
        except NotReady:
            self._delay(claim, _FILE_PAUSE, count=False)
        except Exception as error:  # noqa: BLE001 (a poison event must not stop the worker)
            self._failed(claim, error)
        return True

    def _handle(self, claim: Claim) -> None:
        given = Given()
        while True:
            try:
                outcome = self._answer(claim, given)
            except NeedsFile:
                self._ask_for_time(claim)
                given = replace(given, file=self._fetch(claim))
            except NeedsSearch as need:
                self._ask_for_time(claim)
                given = replace(given, decision=self._search(claim.agency_id, need.text))
            else:
                EVENTS_DONE.labels(outcome.value).inc()
                return

    def _ask_for_time(self, claim: Claim) -> None:
        with self._db.writing() as session:
            inbox.hold_lane(session, claim, datetime.now(UTC), _LONG_LEASE)

    def _answer(self, claim: Claim, given: Given) -> InboxState:
        """One transaction: the domain's changes, the conversation, what to say, the event done."""
        now = datetime.now(UTC)
        with self._db.writing() as session:
            lane = inbox.hold_lane(session, claim, now, _LEASE)
            inbound = read_event(json.loads(inbox.raw_event(session, claim)), now)
            agency = session.get_one(Agency, claim.agency_id)
            answer = chat.answer(Turn(session, agency, inbound, now, given))
            if answer.messages:
                enqueue(
                    session,
                    claim.agency_id,
                    inbound.chat_id,
                    answer.messages,
                    kind="chat",
                    now=now,
                    reply_token=inbound.reply_token,
                    reply_until=inbound.happened_at + REPLY_TOKEN_LIFE,
                    must_arrive=answer.must_arrive,
                )
            outcome = InboxState.HANDLED if answer.handled else InboxState.IGNORED
            inbox.finish_event(session, claim, outcome)
            inbox.release_lane(session, lane, now)
        return outcome

    def _fetch(self, claim: Claim) -> FetchedFile | FileTrouble:
        """Get, check, clean and seal a file. Raises `NotReady` while it may still come."""
        with self._db.reading() as session:
            raw = inbox.raw_event(session, claim)
        now = datetime.now(UTC)
        inbound = read_event(json.loads(raw), now)
        if not inbound.content_at_line:
            return FileTrouble(TROUBLE["elsewhere"])
        try:
            data = self._content(claim, inbound)
            clean = clean_file(data, inbound.file_name or None)
        except TooLarge:
            return FileTrouble(TROUBLE[RefusalReason.TOO_LARGE])
        except Gone:
            return FileTrouble(TROUBLE["gone"])
        except RefusedFile as refused:
            return FileTrouble(TROUBLE[refused.reason])
        except NotReady:
            if now - inbound.happened_at < _WAIT_FOR_FILE:
                raise
            return FileTrouble(TROUBLE["late"])
        blob = self._blobs.put(claim.agency_id, clean.data, bangkok_day(now))
        return FetchedFile(blob, clean.media_type, len(clean.data))

    def _content(self, claim: Claim, inbound: Inbound) -> bytes:
        channel = self._channels.channel(claim.agency_id)
        return self._messenger.content(channel, inbound.message_id, MAX_VIDEO_BYTES)

    def _delay(self, claim: Claim, pause: timedelta, *, count: bool) -> None:
        with self._db.writing() as session:
            inbox.delay_event(session, claim, datetime.now(UTC), pause, count=count)

    def _failed(self, claim: Claim, error: Exception) -> None:
        name = type(error).__name__
        transient = isinstance(error, OperationalError)
        _log.error("event_failed", error=name, attempts=claim.attempts, transient=transient)
        if transient:
            self._delay(claim, _BUSY_PAUSE, count=False)
            return
        if claim.attempts < _MOST_ATTEMPTS:
            self._delay(claim, timedelta(seconds=claim.attempts), count=True)
            return
        with self._db.writing() as session:
            inbox.fail_event(session, claim, name, datetime.now(UTC))
        EVENTS_DONE.labels(InboxState.FAILED.value).inc()
