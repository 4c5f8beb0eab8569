"""Who compares a password now. It costs tens of milliseconds of a whole core, and the webhook's
threads are the same ones: so few compare at once, few more wait, and the rest come back later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

_AT_ONCE = 2
_WAITING = 4
PATIENCE = 2.0  # seconds
_turns = BoundedSemaphore(_AT_ONCE)
_room = BoundedSemaphore(_AT_ONCE + _WAITING)


class Crowded(Exception):
    """Too many sign in at this moment."""


@contextmanager
def a_turn() -> Iterator[None]:
    if not _room.acquire(blocking=False):
        raise Crowded
    try:
        if not _turns.acquire(timeout=PATIENCE):
            raise Crowded
        try:
            yield
        finally:
            _turns.release()
    finally:
        _room.release()
