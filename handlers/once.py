"""What is remembered for a few minutes, in the memory of one process and nowhere else."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """A thing said once by each key, so that a second tap finds what the first one did.

    Bounded: when too much is said, the oldest is forgotten.
    """

    def __init__(self, lasts: timedelta, most: int = 20_000) -> None:
        self._lasts = lasts
        self._most = most
        self._lock = threading.Lock()
        self._held: OrderedDict[bytes, tuple[datetime, T]] = OrderedDict()

    def get(self, key: str, now: datetime) -> T | None:
        with self._lock:
            self._forget(now)
            found = self._held.get(_hashed(key))
            return None if found is None else found[1]

    def put(self, key: str, value: T, now: datetime) -> bool:
        """False, and nothing changes, where the key has said something already."""
        with self._lock:
            self._forget(now)
            if _hashed(key) in self._held:
                return False
            self._held[_hashed(key)] = (now + self._lasts, value)
            while len(self._held) > self._most:
                self._held.popitem(last=False)
            return True

    def drop(self, key: str) -> None:
        with self._lock:
            self._held.pop(_hashed(key), None)

    def _forget(self, now: datetime) -> None:
        while self._held:
            first = next(iter(self._held))
            if self._held[first][0] > now:
                return
            del self._held[first]


def _hashed(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
