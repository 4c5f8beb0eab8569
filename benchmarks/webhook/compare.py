"""Rounds of echo, ours, echo, ours … and one table of them."""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
from collections.abc import Sequence
from contextlib import closing, nullcontext
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from benchmarks.webhook.contenders import Contender, Run, run_once
from benchmarks.webhook.stores import PostgresStores, SqliteStores

LOWEST_RATIO = 0.9
POSTGRES = "PRONGSAI_TEST_POSTGRES_URL"
_FSYNCS = 50

Runs = dict[str, list[Run]]


def add_options(parser: argparse.ArgumentParser) -> None:
    options = parser.add_argument_group("webhook")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=int, default=4, help="of load, in each run")
    options.add_argument("--connections", type=int, default=16)
    options.add_argument("--threads", type=int, default=16, help="of the web server")
    options.add_argument(
        "--server",
        default="gunicorn",
        choices=["gunicorn", "granian"],
        help="granian must be installed apart; only gunicorn is ours",
    )
    options.add_argument("--only", help="the contenders whose names contain this, and their echo")
    options.add_argument(
        "--check", action="store_true", help=f"end 1 when SQLite's ratio is below {LOWEST_RATIO}"
    )


def run(given: argparse.Namespace) -> int:
    """Measure and print; 1 when it could not be done, or failed its check."""
    if shutil.which("wrk") is None:
        print("webhook: wrk is missing, and it makes the load (Debian: apt-get install wrk)")
        return 1
    address = os.environ.get(POSTGRES)
    with tempfile.TemporaryDirectory(prefix="prongsai-bench-") as name:
        folder = Path(name)
        postgres = PostgresStores(address, folder) if address else None
        with closing(postgres) if postgres else nullcontext():
            field = _field(given.threads, SqliteStores(folder), postgres)
            if given.only:
                field = _only(field, given.only)
            _print_terms(given, folder)
            runs = _rounds(field, folder, given)
    if postgres is None:
        print(f"PostgreSQL left out: {POSTGRES} names no server")
    faults = [f"{name}: {one.fault}" for name in runs for one in runs[name] if one.fault]
    _print_table(field, runs)
    for fault in faults:
        print(f"FAULT {fault}")
    if faults:
        return 1
    return _check(field, runs) if given.check else 0


def _field(threads: int, sqlite: SqliteStores, postgres: PostgresStores | None) -> list[Contender]:
    echo = Contender("echo", 1, threads)
    ours = Contender("ours, SQLite", 1, threads, sqlite, against=echo)
    two_echoes = Contender("echo, 2 processes", 2, threads // 2)
    field = [echo, ours, two_echoes]
    if postgres:
        field.append(Contender("ours, PostgreSQL", 1, threads, postgres, against=echo))
        field.append(
            Contender(
                "ours, PostgreSQL, 2 processes", 2, threads // 2, postgres, against=two_echoes
            )
        )
    whole = replace(ours, name="`prongsai run`, SQLite", engine=True)
    return [*field, whole]


def _only(field: Sequence[Contender], word: str) -> list[Contender]:
    wanted = {one.name for one in field if word in one.name}
    wanted |= {one.against.name for one in field if one.name in wanted and one.against}
    return [one for one in field if one.name in wanted]


def _rounds(field: Sequence[Contender], folder: Path, given: argparse.Namespace) -> Runs:
    runs: Runs = {one.name: [] for one in field}
    for number in range(given.rounds):
        for one in field:
            done = run_once(
                one,
                folder,
                server=given.server,
                seconds=given.seconds,
                connections=given.connections,
            )
            runs[one.name].append(done)
            print(
                f"  round {number + 1}: {one.name}: {done.result.per_second:,.0f}/s"
                f"{' ' + done.fault if done.fault else ''}",
                flush=True,
            )
    return runs


def _print_terms(given: argparse.Namespace, folder: Path) -> None:
    print(
        f"Webhooks a second under {given.server}, {given.connections} connections, one text event "
        f"each, {given.rounds} interleaved rounds of {given.seconds} s on "
        f"{os.cpu_count()} cores shared with wrk.\n"
        "echo: line-bot-sdk's README, its handler empty: verifies, parses, answers.\n"
        "ours: the whole app, answering when the event is sealed and committed "
        "(SQLite: synchronous=FULL),\n"
        "  on a new database each run, without the engine that handles what was stored;\n"
        "  rows are counted after each run: every 200 is a row.\n"
        "`prongsai run`: with that engine at work in the same process, and a LINE that agrees at "
        "once on the same cores.\n"
        f"An fsync here takes {_fsync_milliseconds(folder):.2f} ms.",
        flush=True,
    )


def _fsync_milliseconds(folder: Path) -> float:
    times = []
    with (folder / "fsync").open("wb", buffering=0) as file:
        for _ in range(_FSYNCS):
            file.write(bytes(4096))
            start = perf_counter()
            os.fsync(file.fileno())
            times.append(perf_counter() - start)
    return statistics.median(times) * 1e3


def _ratios(one: Contender, runs: Runs) -> list[float]:
    """Each round's ratio to its own echo, smallest first; none for an echo."""
    if one.against is None:
        return []
    pairs = zip(runs[one.name], runs[one.against.name], strict=True)
    return sorted(ours.result.per_second / echo.result.per_second for ours, echo in pairs)


def _print_table(field: Sequence[Contender], runs: Runs) -> None:
    print(
        f"\n{'':32}{'processes x threads':>20}{'1/s':>8}{'p50 ms':>9}{'p99 ms':>9}"
        f"{'ratio':>7} (of the rounds)"
    )
    for one in field:
        results = [done.result for done in runs[one.name]]
        rate = statistics.median(each.per_second for each in results)
        p50 = statistics.median(each.p50 for each in results)
        p99 = statistics.median(each.p99 for each in results)
        ratios = _ratios(one, runs)
        beside = (
            f"{statistics.median(ratios):7.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f})" if ratios else ""
        )
        print(
            f"{one.name:32}{f'{one.processes} x {one.threads}':>20}{rate:8,.0f}{p50:9.2f}{p99:9.2f}"
            f"{beside}"
        )
        if one.engine:
            handled = statistics.median(done.handled for done in runs[one.name])
            print(f"{'':4}events handled meanwhile, warm-up included: {handled:,.0f}")


def _check(field: Sequence[Contender], runs: Runs) -> int:
    measured = next(one for one in field if one.stores and one.against and not one.engine)
    found = statistics.median(_ratios(measured, runs))
    good = found >= LOWEST_RATIO
    print(f"check: {measured.name} {found:.2f}, {'not ' if good else ''}below {LOWEST_RATIO}")
    return 0 if good else 1
