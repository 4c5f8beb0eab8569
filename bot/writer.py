"""Group commit: many webhooks, one transaction, and nothing acknowledged before it is on disk.

One thread writes whatever has queued since its last commit. Under load each commit carries many
events; alone, an event waits for nobody.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from bot.wakeup import ring_elsewhere
from models.database import Database
from models.inbox import NewEvent, store_events

_log = structlog.get_logger(__name__)
_MOST_EVENTS = 2000  # a transaction


@dataclass(slots=True)
class _Waiting:
    """One request's rows. Its lock is held until they are committed, or cannot be: a bare lock
    costs a fifth of what a `Future` does, and LINE waits for it."""

    rows: Sequence[NewEvent]
    done: threading.Lock = field(default_factory=threading.Lock)
    error: Exception | None = None


class InboxWriter:
    """Owns the writing thread of one process. ``on_stored`` is called after each commit."""

    def __init__(self, db: Database, on_stored: Callable[[], None]) -> None:
        self._db = db
        self._on_stored = on_stored
        self._queue: list[_Waiting] = []
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopping = False

    def store(self, rows: Sequence[NewEvent], timeout: float = 10.0) -> None:
        """Return when the rows are committed; raise what stopped them."""
        waiting = _Waiting(rows)
        waiting.done.acquire()
        with self._changed:
            if self._stopping:
                raise RuntimeError("the inbox is closing")
            if self._thread is None:
                # Started by the first request, in the process that serves it: threads do not
                # survive the web server's fork.
                self._thread = threading.Thread(target=self._run, name="inbox", daemon=True)
                self._thread.start()
            self._queue.append(waiting)
            self._changed.notify()
        if not waiting.done.acquire(timeout=timeout):
            raise TimeoutError("the events were not committed in time")
        if waiting.error is not None:
            raise waiting.error

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

    def _take(self) -> list[_Waiting]:
        count = size = 0
        for one in self._queue:
            if count and size + len(one.rows) > _MOST_EVENTS:
                break
            count, size = count + 1, size + len(one.rows)
        batch, self._queue = self._queue[:count], self._queue[count:]
        return batch

    def _commit(self, batch: list[_Waiting]) -> None:
        try:
            self._store([row for one in batch for row in one.rows])
        except Exception as error:  # noqa: BLE001 (every waiting request must be answered)
            if len(batch) == 1:
                _log.error("inbox_write_failed", error=type(error).__name__)
                batch[0].error = error
                batch[0].done.release()
                return
            # One bad body must not take the others with it.
            for one in batch:
                self._commit([one])
            return
        for one in batch:
            one.done.release()
        self._on_stored()

    def _store(self, rows: list[NewEvent]) -> None:
        with self._db.write_connection() as connection:
            store_events(connection, rows)
            ring_elsewhere(connection)
