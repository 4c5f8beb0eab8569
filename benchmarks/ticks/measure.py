"""A tick's cost with a country's obligations stored, against a tenth of them; the same ones due."""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import structlog
from sqlalchemy import text

from benchmarks.ticks.fill import DUE_DATES, EACH, MEASURES, ROUNDS, fill, make_due, working_days
from benchmarks.webhook.compare import POSTGRES
from benchmarks.webhook.stores import PostgresStores
from domain.calendar import BANGKOK
from domain.keyring import KeyRing
from jobs.clockwork import run_due
from jobs.context import JobContext
from models.database import Database
from models.stored_file import BlobFolder

_WARM_UP = 2


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--agencies", type=int, default=7850, help="of the larger database")
    parser.add_argument("--due", type=int, default=200, help="agencies with something due a day")
    parser.add_argument("--ticks", type=int, default=8, help=f"measured; at most {ROUNDS - 2}")


def run(given: argparse.Namespace) -> int:
    """Print both costs and their ratio, where there is a PostgreSQL to measure on."""
    address = os.environ.get(POSTGRES)
    if not address:
        print(f"\nTicks left out: {POSTGRES} names no server")
        return 0
    structlog.configure(processors=[_silent])
    ticks = min(given.ticks, ROUNDS - _WARM_UP)
    days = working_days(ticks + _WARM_UP)
    small, large = max(given.agencies // 10, given.due), given.agencies
    stored = MEASURES * len(DUE_DATES)
    print(
        f"\nA tick on PostgreSQL: {given.due * EACH:,} obligations due in {given.due} agencies,"
        f" {small * stored:,} stored against {large * stored:,}; {ticks} ticks each, in turns",
        flush=True,
    )
    spent: dict[int, list[float]] = {small: [], large: []}
    with (
        _database(address, small, given.due, days) as few,
        _database(address, large, given.due, days) as many,
    ):
        memory = []
        for number, day in enumerate(days):
            for size, (db, blobs) in ((small, few), (large, many)):
                at = datetime(day.year, day.month, day.day, 9, 15, tzinfo=BANGKOK)
                seconds, done = _tick(db, blobs, at)
                if done["reminders"]["reminders"] != given.due * EACH:
                    raise RuntimeError(f"this tick told {done['reminders']}")
                if number >= _WARM_UP:
                    spent[size].append(seconds)
            memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    for size, label in ((small, "a tenth"), (large, "all")):
        found = spent[size]
        print(
            f"  {label:<8} median {statistics.median(found):.3f} s"
            f"  (from {min(found):.3f} to {max(found):.3f})"
        )
    ratio = statistics.median(spent[large]) / statistics.median(spent[small])
    print(f"  ten times the stored costs {ratio:.2f} times (wanted: at most 1.20)")
    print(
        f"  memory at its peak: {memory[1]:.0f} MB after the warm-up, {memory[-1]:.0f} at the end"
    )
    return 0


def _tick(db: Database, blobs: BlobFolder, at: datetime) -> tuple[float, dict[str, dict[str, int]]]:
    context = JobContext(db, blobs, at.astimezone(UTC), lambda _agency: None)
    began = time.perf_counter()
    done = run_due(context)
    return time.perf_counter() - began, done


@contextmanager
def _database(
    address: str, agencies: int, due: int, days: list[date]
) -> Iterator[tuple[Database, BlobFolder]]:
    with tempfile.TemporaryDirectory() as folder:
        stores = PostgresStores(address, Path(folder))
        try:
            with stores.fresh(Path(folder)) as store:
                db = Database(store.url, KeyRing.generate())
                with db.engine.begin() as connection:
                    connection.execute(text("DELETE FROM audit_head"))
                    connection.execute(text("DELETE FROM agency"))
                fill(db, agencies)
                make_due(db, agencies, due, days)
                yield db, BlobFolder(Path(folder) / "blobs", db.keys)
                db.dispose()
        finally:
            stores.close()


def _silent(_logger: object, _name: str, _event: object) -> str:
    raise structlog.DropEvent
