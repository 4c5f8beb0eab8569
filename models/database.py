"""Engines and sessions: SQLite embedded by default, PostgreSQL when outgrown."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from domain.keyring import KeyRing

_BUSY_MILLISECONDS = 15_000


class _Turn:
    """Who may write to SQLite now: one thread at a time, and what LINE waits for goes first.

    First, not always: after a few urgent turns in a row somebody else gets one, so that a flood
    of webhooks slows the handling of what it brought but never stops it.
    """

    _IN_A_ROW = 4

    def __init__(self) -> None:
        self._changed = threading.Condition(threading.Lock())
        self._held = False
        self._urgent = 0  # waiting
        self._ordinary = 0  # waiting
        self._passed = 0  # urgent turns since an ordinary one, while one waited

    def take(self, *, urgent: bool = False) -> None:
        with self._changed:
            if urgent:
                self._urgent += 1
                try:
                    while self._held or (self._ordinary and self._passed >= self._IN_A_ROW):
                        self._changed.wait()
                finally:  # an interrupted wait must not count as one for ever
                    self._urgent -= 1
                self._passed = self._passed + 1 if self._ordinary else 0
            else:
                self._ordinary += 1
                try:
                    while self._held or (self._urgent and self._passed < self._IN_A_ROW):
                        self._changed.wait()
                finally:
                    self._ordinary -= 1
                self._passed = 0
            self._held = True

    def give(self) -> None:
        with self._changed:
            self._held = False
            self._changed.notify_all()

    @contextmanager
    def held(self, *, urgent: bool = False) -> Iterator[None]:
        self.take(urgent=urgent)
        try:
            yield
        finally:
            self.give()


class Database:
    """One database and the key ring that seals what is personal in it.

    ``writing()`` and ``reading()`` give a session; the first commits when its block ends well.
    No session may stay open over a call to the network.
    """

    def __init__(self, url: str, keys: KeyRing, *, pool_size: int = 20) -> None:
        self.url = make_url(url)
        self.keys = keys
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {
            "pool_size": pool_size,
            "max_overflow": pool_size,
            "hide_parameters": True,  # an error's text must not carry what people wrote
        }
        if not self.is_sqlite:
            options["pool_pre_ping"] = True
        self.engine = create_engine(self.url, **options)
        # SQLite's readers have a snapshot by nature; PostgreSQL's must ask for one.
        snapshot = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        self._read_engine = self.engine.execution_options(prongsai_reading=True, **snapshot)
        # SQLite's busy handler sleeps in growing steps; a queue at our own door is fair and quick.
        self._turn = _Turn() if self.is_sqlite else None
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        if self._turn is None:
            with Session(self.engine, info={"keys": self.keys}) as session, session.begin():
                yield session
            return
        with (
            self._turn.held(),
            Session(self.engine, info={"keys": self.keys}) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent view; what is changed in it is thrown away."""
        with Session(self._read_engine, info={"keys": self.keys}) as session:
            yield session

    @contextmanager
    def write_connection(self) -> Iterator[Connection]:
        """A Core connection in a write transaction that goes before others: LINE waits for it."""
        if self._turn is None:
            with self.engine.begin() as connection:
                yield connection
            return
        with self._turn.held(urgent=True), self.engine.begin() as connection:
            yield connection

    def checkpoint(self) -> None:
        """Let SQLite's log go, so that what was erased does not live on in it."""
        if self.is_sqlite:
            # Past SQLAlchemy, which would begin a transaction: there is no checkpoint within one.
            connection = self.engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()

    def answers(self) -> bool:
        """True when the database can be read now."""
        with self.engine.connect() as connection:
            return bool(connection.execute(text("SELECT 1")).scalar())

    def dispose(self) -> None:
        self.engine.dispose()


def _prepare_sqlite(dbapi_connection: Any, _record: object) -> None:
    # Transactions are begun by us (below): the driver's own guesses begin them too late.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # what was acknowledged to LINE survives a power cut
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_MILLISECONDS}",
        "secure_delete=ON",  # erased means overwritten
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("prongsai_reading", False)
    # A transaction that reads first and writes later could find that it may not; take the lock now.
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def keys_of(session: Session) -> KeyRing:
    keys = session.info["keys"]
    if not isinstance(keys, KeyRing):
        raise TypeError("this session was not made by Database")
    return keys
