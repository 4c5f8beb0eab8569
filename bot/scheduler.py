"""The clock: APScheduler ticks once a minute, and our tables say what is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from bot.engine import Engine
from bot.wakeup import Bell
from jobs.clockwork import run_due
from jobs.context import JobContext
from models.database import Database
from models.stored_file import BlobFolder

_EVERY_SECONDS = 60
_FIRST_TICK_AFTER = timedelta(seconds=5)  # the web half is open by then


class Clock:
    """Ticks in a thread of its own. Any number of processes may tick: each tick runs once."""

    def __init__(self, db: Database, blobs: BlobFolder, engine: Engine, bell: Bell) -> None:
        self._db = db
        self._blobs = blobs
        self._engine = engine
        self._bell = bell
        self._scheduler = BackgroundScheduler(timezone=UTC)

    def start(self) -> None:
        self._scheduler.add_job(
            self.tick,
            "interval",
            seconds=_EVERY_SECONDS,
            next_run_time=datetime.now(UTC) + _FIRST_TICK_AFTER,
            coalesce=True,
            max_instances=1,
        )
        self._scheduler.start()

    def tick(self) -> None:
        run_due(make_context(self._db, self._blobs, self._engine, datetime.now(UTC)))
        self._bell.ring()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=True)


def make_context(
    db: Database, blobs: BlobFolder, engine: Engine, now: datetime, *, thorough: bool = False
) -> JobContext:
    def read_quota(agency_id: int) -> tuple[int | None, int] | None:
        quota = engine.messenger.quota(engine.channels.channel(agency_id))
        return None if quota is None else (quota.limit, quota.used)

    def count_members(agency_id: int, group: str) -> int | None:
        return engine.messenger.count_members(engine.channels.channel(agency_id), group)

    def read_basic_id(agency_id: int) -> str | None:
        return engine.messenger.basic_id(engine.channels.channel(agency_id))

    return JobContext(
        db,
        blobs,
        now,
        read_quota,
        thorough,
        public_url=engine.public_url,
        # LINE takes https alone; the simulator, itself on plain http, takes that too.
        shows_pictures=engine.public_url.startswith("https://")
        or (bool(engine.public_url) and engine.messenger.is_on_plain_http),
        count_members=count_members,
        read_basic_id=read_basic_id,
    )
