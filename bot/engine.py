"""The working half of a process: threads that handle conversations and threads that send."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from bot.channels import ChannelBook
from bot.mail import Mailer
from bot.messenger import Messenger
from bot.outbox import OutboxSender
from bot.wakeup import Bell
from bot.worker import InboxWorker
from domain.search import Decision, Embedder
from handlers.shelf import Shelf
from models import inbox, outbox
from models.agency import all_agencies
from models.database import Database
from models.stored_file import BlobFolder

_log = structlog.get_logger(__name__)
_LOOK_AGAIN_SECONDS = 1.0  # what waits for a time of its own is found by looking
_FEW_AGENCIES = 8
_AFTER_A_FAULT_SECONDS = 2.0


class Engine:
    """Workers and senders of one process."""

    def __init__(
        self,
        db: Database,
        blobs: BlobFolder,
        messenger: Messenger,
        bell: Bell,
        *,
        embedder: Callable[[], Embedder | None],
        workers: int = 4,
        only_process: bool = False,
        public_url: str = "",
        mailer: Mailer | None = None,
    ) -> None:
        self._db = db
        self._bell = bell
        self._workers = workers
        self._only_process = only_process
        self._load_embedder = embedder
        self._shelf: Shelf | None = None
        self._shelf_lock = threading.Lock()
        self.channels = ChannelBook(db)
        self.messenger = messenger
        self.public_url = public_url
        self.worker = InboxWorker(db, blobs, self.channels, messenger, self._decide, public_url)
        self.sender = OutboxSender(db, self.channels, messenger, public_url, mailer)
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()

    def _decide(self, agency_id: int, text: str) -> Decision:
        return self.shelf.decide(agency_id, text)

    @property
    def shelf(self) -> Shelf:
        """The search indexes; the model of meaning is loaded when first asked for, in a worker."""
        with self._shelf_lock:
            if self._shelf is None:
                self._shelf = Shelf(self._db, self._load_embedder())
            return self._shelf

    def start(self) -> None:
        if self._only_process:
            with self._db.writing() as session:
                inbox.free_all_leases(session)
                outbox.free_all_leases(session, datetime.now(UTC))
        self._bell.listen()
        for number in range(self._workers):
            self._spawn(f"worker-{number}", self.worker.handle_one)
        for number in range(max(2, self._workers // 2)):
            self._spawn(f"sender-{number}", self.sender.send_one)
        self._spawn("mail", self.sender.mail_one)
        threading.Thread(target=self._warm, name="warm", daemon=True).start()

    def _warm(self) -> None:
        """Build a small installation's indexes before its first question; others are lazy."""
        with self._db.reading() as session:
            ids = [agency.id for agency in all_agencies(session)]
        for agency_id in ids if len(ids) <= _FEW_AGENCIES else ():
            if self._stopping.is_set():
                return
            self.shelf.index(agency_id)

    def _spawn(self, name: str, do_one: Callable[[], bool]) -> None:
        thread = threading.Thread(target=self._loop, args=(do_one,), name=name, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _loop(self, do_one: Callable[[], bool]) -> None:
        while not self._stopping.is_set():
            heard = self._bell.rings
            try:
                busy = do_one()
            except Exception as error:  # noqa: BLE001 (the database may be away; the thread stays)
                _log.error("engine_fault", error=type(error).__name__)
                self._stopping.wait(_AFTER_A_FAULT_SECONDS)
                continue
            if busy:
                self._bell.ring()
            else:
                self._bell.wait(heard, _LOOK_AGAIN_SECONDS)

    def drain(self) -> int:
        """Handle and send all that is due now, in this thread; how many steps that took."""
        steps = 0
        while self.worker.handle_one() or self.sender.send_one() or self.sender.mail_one():
            steps += 1
        return steps

    def stop(self, timeout: float = 15.0) -> None:
        """Let each thread finish what it has in hand."""
        self._stopping.set()
        self._bell.stop()
        for thread in self._threads:
            thread.join(timeout)
