"""SQLite takes one writer at a time; the queue for it stands at our own door."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from domain.keyring import KeyRing
from models.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'turn.db'}", KeyRing.generate())
    yield made
    made.dispose()


def _start(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def _until(reached: Callable[[], bool]) -> None:
    """Give other threads the processor until something is so; a hang fails the test."""
    deadline = time.monotonic() + 20
    while not reached():
        assert time.monotonic() < deadline, "a writer never got its turn"
        threading.Event().wait(0.001)


def test_what_line_waits_for_is_written_before_writers_who_queued_earlier(
    database: Database,
) -> None:
    order: list[str] = []
    inside, leave = threading.Event(), threading.Event()

    def holder() -> None:
        with database.writing():
            inside.set()
            leave.wait(20)

    def ordinary() -> None:
        with database.writing():
            order.append("ordinary")

    def webhook() -> None:
        with database.write_connection():
            order.append("webhook")

    turn = database._turn  # only to know that they wait: nothing else shows it
    assert turn is not None
    threads = [_start(holder)]
    inside.wait(20)
    threads += [_start(ordinary), _start(ordinary)]
    _until(lambda: turn._ordinary == 2)
    threads.append(_start(webhook))
    _until(lambda: turn._urgent == 1)
    leave.set()
    for thread in threads:
        thread.join(20)
    assert order == ["webhook", "ordinary", "ordinary"]


def test_a_flood_of_webhooks_does_not_keep_others_from_writing(database: Database) -> None:
    flooding = threading.Event()
    flooding.set()

    def flood() -> None:
        while flooding.is_set():
            with database.write_connection():
                pass

    floods = [_start(flood) for _ in range(3)]
    written = 0

    def ordinary() -> None:
        nonlocal written
        for _ in range(20):
            with database.writing():
                written += 1

    worker = _start(ordinary)
    try:
        _until(lambda: written == 20)
    finally:
        flooding.clear()
    for thread in [*floods, worker]:
        thread.join(20)


def test_a_writer_that_fails_gives_its_turn_back(database: Database) -> None:
    def fail() -> None:
        with database.writing():
            raise RuntimeError("something went wrong")

    for _ in range(2):
        with pytest.raises(RuntimeError):
            fail()
    with database.write_connection():
        pass
