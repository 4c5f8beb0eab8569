"""Group commit: many webhooks, one transaction, and nothing acknowledged before it is on disk.

One thread writes whatever has queued since its last commit. Under load each commit carries many
events; alone, an event waits for nobody.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future

import structlog

from bot.wakeup import ring_elsewhere
from models.database import Database
from models.inbox import NewEvent, store_events

_log = structlog.get_logger(__name__)
_MOST_EVENTS = 2000  # a transaction


class InboxWriter:
    """Owns the writing thread of one process. ``on_stored`` is called after each commit."""

    def __init__(self, db: Database, on_stored: Callable[[], None]) -> None:
        self._db = db
        self._on_stored = on_stored
        self._queue: list[tuple[Sequence[NewEvent], Future[None]]] = []
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopping = False

    def store(self, rows: Sequence[NewEvent], timeout: float = 10.0) -> None:
        """Return when the rows are committed; raise what stopped them."""
        done: Future[None] = Future()
        with self._changed:
            if self._stopping:
                raise RuntimeError("the inbox is closing")
            if self._thread is None:
                # Started by the first request, in the process that serves it: threads do not
                # survive the web server's fork.
                self._thread = threading.Thread(target=self._run, name="inbox", daemon=True)
                self._thread.start()
            self._queue.append((rows, done))
            self._changed.notify()
        done.result(timeout)

    def stop(self) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify()
            thread = self._thread
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._queue and not self._stopping:
                    self._changed.wait()
                if not self._queue:
                    return
                batch = self._take()
            self._commit(batch)

    def _take(self) -> list[tuple[Sequence[NewEvent], Future[None]]]:
        count = size = 0
        for rows, _ in self._queue:
            if count and size + len(rows) > _MOST_EVENTS:
                break
            count, size = count + 1, size + len(rows)
        batch, self._queue = self._queue[:count], self._queue[count:]
        return batch

    def _commit(self, batch: list[tuple[Sequence[NewEvent], Future[None]]]) -> None:
        try:
            self._store([row for rows, _ in batch for row in rows])
        except Exception as error:  # noqa: BLE001 (every waiting request must be answered)
            if len(batch) == 1:
                _log.error("inbox_write_failed", error=type(error).__name__)
                batch[0][1].set_exception(error)
                return
            # One bad body must not take the others with it.
            for one in batch:
                self._commit([one])
            return
        for _, done in batch:
            done.set_result(None)
        self._on_stored()

    def _store(self, rows: list[NewEvent]) -> None:
        with self._db.write_connection() as connection:
            store_events(connection, rows)
            ring_elsewhere(connection)
