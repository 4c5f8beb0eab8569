"""The first page of a log of a million complaints, against one of ten thousand; in turns."""

from __future__ import annotations

import argparse
import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from benchmarks.log.fill import TODAY, fill
from benchmarks.webhook.compare import POSTGRES
from benchmarks.webhook.stores import PostgresStores
from domain.calendar import BUDDHIST_ERA
from domain.keyring import KeyRing
from handlers.context import Services
from handlers.desk import complaint_list, register
from models.database import Database
from models.division import divisions_of
from models.person import Person
from models.stored_file import BlobFolder

WANTED = 1.5
_WARM_UP = 6


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--complaints", type=int, default=1_000_000, help="in the longer log")
    parser.add_argument("--few", type=int, default=10_000, help="in the shorter one")
    parser.add_argument("--looks", type=int, default=21, help="at each page of each log")


def questions(client: Client) -> dict[str, str]:
    """Name and query string of every page that is measured."""
    year = TODAY.year + BUDDHIST_ERA
    small, large = client.divisions[0], client.divisions[-2]
    month = f"from=1/12/{year - 1}&to=31/12/{year - 1}"
    long_ago = f"from=1/1/{year - 5}&to=28/2/{year - 5}"
    found = {"everything": ""}
    for kind in ("service", "suggestion"):
        found[f"kind {kind}"] = f"kind={kind}"
    for state in ("received", "in_review", "answered", "closed", "withdrawn"):
        found[f"status {state}"] = f"status={state}"
    for channel in ("line", "post", "facebook"):
        found[f"channel {channel}"] = f"channel={channel}"
    found |= {
        "division, small": f"division={small}",
        "division, large": f"division={large}",
        "no division": "division=none",
        "in my hands": "assignee=me",
        "in nobody's hands": "assignee=none",
        "a month": month,
        "two months, long ago": long_ago,
        "overdue": "overdue=1",
        "rating 1": "rating=1",
        "not rated": "rating=none",
        "oldest first": "sort=oldest",
        "due first": "sort=due",
        "worst rating first": "sort=rating",
        "kind, status": "kind=service&status=in_review",
        "kind, status, channel": "kind=request&status=closed&channel=phone",
        "kind, channel, division": f"kind=general&channel=web&division={large}",
        "all four": f"kind=service&status=closed&channel=line&division={large}",
        "all four, none such": f"kind=suggestion&status=received&channel=facebook&division={small}",
        "large ones, hardly any": f"kind=suggestion&status=withdrawn&channel=walk_in&{long_ago}",
        "open, long ago": f"status=received&{long_ago}",
        "open, long ago, oldest first": f"status=in_review&{long_ago}&sort=oldest",
        "mine and open": "assignee=me&status=in_review",
        "mine, a rare channel": "assignee=me&channel=facebook",
        "nobody's, closed": "assignee=none&status=closed",
        "overdue, division": f"overdue=1&division={large}",
        "overdue, mine": "overdue=1&assignee=me",
        "due first, kind, channel": "sort=due&kind=suggestion&channel=post",
        "due first, closed (none)": "sort=due&status=closed",
        "rating 1, division, oldest": f"rating=1&division={large}&sort=oldest",
        "worst first, rare channel": "sort=rating&channel=facebook",
        "worst first, division, month": f"sort=rating&division={large}&{month}",
        "rated and withdrawn (none)": "rating=3&status=withdrawn",
    }
    return found


@dataclass(frozen=True)
class Ratio:
    ratio: float
    as_full: bool  # the shorter log has as many rows to show


@dataclass
class Client:
    """Somebody who looks at one log, through the page itself."""

    db: Database
    client: FlaskClient
    divisions: list[str]

    def look(self, query: str) -> tuple[float, int]:
        """Seconds, and how many rows were shown."""
        began = time.perf_counter()
        answer = self.client.get(f"/desk/complaints?{query}")
        spent = time.perf_counter() - began
        if answer.status_code != 200:
            raise RuntimeError(f"{query} was answered with {answer.status_code}")
        return spent, answer.text.count("data-key=")


def run(given: argparse.Namespace) -> int:
    """Print each ratio and the worst, where there is a PostgreSQL to measure on."""
    address = os.environ.get(POSTGRES)
    if not address:
        print(f"\nThe log left out: {POSTGRES} names no server")
        return 0
    structlog.configure(processors=[_silent])
    complaint_list.bangkok_day = lambda _instant: TODAY  # type: ignore[attr-defined]
    print(
        f"\nThe log's first page on PostgreSQL: {given.few:,} complaints against"
        f" {given.complaints:,}; {given.looks} looks at each, in turns",
        flush=True,
    )
    began = time.perf_counter()
    with _office(address, given.few) as few, _office(address, given.complaints) as many:
        print(f"  both filled in {time.perf_counter() - began:.0f} s", flush=True)
        print(f"  {'':<30} {'few':>9} {'many':>9}  ratio  rows")
        measured: dict[str, Ratio] = {}
        theirs = questions(few)
        for name, query in questions(many).items():
            measured[name] = _compare(name, (few, theirs[name]), (many, query), given.looks)
    full = {name: one.ratio for name, one in measured.items() if one.as_full}
    fuller = {name: one.ratio for name, one in measured.items() if not one.as_full}
    worst = max(full, key=lambda name: full[name])
    print(f"  the worst of {len(full)}: {worst}, {full[worst]:.2f} times (wanted: {WANTED})")
    if fuller:
        worse = max(fuller, key=lambda name: fuller[name])
        print(f"  where the longer log has more rows to show: {worse}, {fuller[worse]:.2f} times")
    return 0


def _compare(name: str, few: tuple[Client, str], many: tuple[Client, str], looks: int) -> Ratio:
    spent: dict[int, list[float]] = {0: [], 1: []}
    rows = [0, 0]
    for number in range(looks + _WARM_UP):
        for side, (client, query) in enumerate((few, many)):
            seconds, rows[side] = client.look(query)
            if number >= _WARM_UP:
                spent[side].append(seconds)
    # Of a machine that others use too, the quicker looks say more of the work that was done.
    small, large = (statistics.quantiles(spent[side], n=4)[0] for side in (0, 1))
    ratio = large / small
    print(
        f"  {name:<30} {small * 1000:6.1f} ms {large * 1000:6.1f} ms  {ratio:5.2f}"
        f"  {rows[0]:>2} / {rows[1]:>2}",
        flush=True,
    )
    return Ratio(ratio, as_full=rows[0] >= rows[1])


@contextmanager
def _office(address: str, complaints: int) -> Iterator[Client]:
    with tempfile.TemporaryDirectory() as folder:
        stores = PostgresStores(address, Path(folder))
        try:
            with stores.fresh(Path(folder)) as store:
                db = Database(store.url, KeyRing.generate())
                with db.engine.begin() as connection:
                    connection.execute(text("DELETE FROM audit_head"))
                    connection.execute(text("DELETE FROM agency"))
                agency, person = fill(db, complaints)
                with db.reading() as session:
                    divisions = [str(one.id) for one in divisions_of(session, agency.id)]
                yield Client(db, _signed_in(db, Path(folder), person), divisions)
                db.dispose()
        finally:
            stores.close()


def _signed_in(db: Database, folder: Path, person: Person) -> FlaskClient:
    app = Flask("benchmark")
    app.config.update(SECRET_KEY=secrets.token_hex(16), SESSION_COOKIE_SECURE=False)
    Services(db, BlobFolder(folder / "blobs", db.keys)).install(app.extensions)
    register(app)
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = f"{person.agency_id}:{person.id}:{person.session_key}"
        session["_fresh"] = True
        session["fs_paa"] = datetime.now(UTC).timestamp()
        session["second_factor"] = True
    return client


def _silent(_logger: object, _name: str, _event: object) -> str:
    raise structlog.DropEvent
