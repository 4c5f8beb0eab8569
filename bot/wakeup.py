"""Waking workers when there is something to do: inside a process, and across PostgreSQL."""

from __future__ import annotations

import threading

import psycopg
import structlog
from sqlalchemy import Connection, text

from models.database import Database

_log = structlog.get_logger(__name__)
_CHANNEL = "prongsai_work"
_RECONNECT_SECONDS = 5.0


def ring_elsewhere(connection: Connection) -> None:
    """Wake the other processes when this transaction commits (PostgreSQL; else nothing)."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"NOTIFY {_CHANNEL}"))


class Bell:
    """Rung after a commit that leaves work; waited for by those who do it.

    ``ring`` reaches every waiter of this process; `ring_elsewhere`, in the transaction that leaves
    the work, those of other processes. A waiter looks again after its time-out
    anyway, so a lost ring costs time, never work.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._condition = threading.Condition()
        self._rings = 0
        self._listener: threading.Thread | None = None
        self._stopping = threading.Event()

    def ring(self) -> None:
        with self._condition:
            self._rings += 1
            self._condition.notify_all()

    @property
    def rings(self) -> int:
        with self._condition:
            return self._rings

    def wait(self, heard: int, timeout: float) -> int:
        """Wait for a ring after number ``heard``; the number heard now."""
        with self._condition:
            self._condition.wait_for(
                lambda: self._rings != heard or self._stopping.is_set(), timeout
            )
            return self._rings

    def listen(self) -> None:
        """Hear other processes' rings (PostgreSQL); nothing to do on SQLite."""
        if self._db.is_sqlite or self._listener is not None:
            return
        self._listener = threading.Thread(target=self._hear, name="bell", daemon=True)
        self._listener.start()

    def stop(self) -> None:
        self._stopping.set()
        with self._condition:
            self._condition.notify_all()

    def _hear(self) -> None:
        url = self._db.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while not self._stopping.is_set():
            try:
                with psycopg.connect(url, autocommit=True) as connection:
                    connection.execute(f"LISTEN {_CHANNEL}")
                    self.ring()  # whatever was rung while nobody listened
                    while not self._stopping.is_set():
                        for _ in connection.notifies(timeout=1.0, stop_after=1):
                            self.ring()
            except psycopg.Error as error:
                _log.warning("bell_lost_connection", error=type(error).__name__)
                self._stopping.wait(_RECONNECT_SECONDS)
