"""The agencies' LINE channels, opened and kept for half a minute."""

from __future__ import annotations

import threading
import time

from models.agency import Agency, Channel, channel_of
from models.database import Database

_KEEP_SECONDS = 30.0


class ChannelBook:
    """One a process. Reads with a session of its own, never while a call to LINE is under way."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._lock = threading.Lock()
        self._known: dict[int, tuple[float, Channel]] = {}

    def channel(self, agency_id: int) -> Channel:
        with self._lock:
            known = self._known.get(agency_id)
        if known is not None and time.monotonic() - known[0] < _KEEP_SECONDS:
            return known[1]
        with self._db.reading() as session:
            channel = channel_of(session, session.get_one(Agency, agency_id))
        with self._lock:
            self._known[agency_id] = (time.monotonic(), channel)
        return channel
