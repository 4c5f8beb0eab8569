"""`prongsai run`, `web`, `worker` and `tick`: the program itself."""

from __future__ import annotations

import signal
import threading
from datetime import UTC, datetime
from typing import Any

import click
import structlog

from bot.app import create_app
from bot.cli.common import BadInput, Failed, must_be_free, open_process, print_json
from bot.process import Process
from bot.scheduler import make_context
from bot.server import Server
from domain.calendar import BANGKOK
from jobs.clockwork import run_due
from migrations.running import current_revision, revisions, upgrade

_log = structlog.get_logger(__name__)


@click.command()
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535))
@click.option("--demo", is_flag=True, help="add the example agency and the LINE simulator")
def run(port: int, demo: bool) -> None:
    """Web, worker and scheduler in one process: the embedded default."""
    if demo:
        from bot.demo import serve_demo

        serve_demo(port)
        return
    process = open_process()
    must_be_free(process.settings.bind, port)
    _must_be_current(process)
    Server(
        lambda: start_everything(process),
        bind=f"{process.settings.bind}:{port}",
        threads=process.settings.web_threads,
        at_exit=lambda: stop_everything(process),
    ).run()


def start_everything(process: Process) -> Any:
    """Start the engine and the clock in this process; its WSGI app."""
    process.engine.start()
    process.clock.start()
    return create_app(
        process.settings, process.db, process.blobs, process.bell, lambda: process.engine.shelf
    )


def stop_everything(process: Process) -> None:
    process.clock.stop()
    process.engine.stop()


@click.command()
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535))
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 64))
def web(port: int, processes: int) -> None:
    """The web half alone; as many as wanted on PostgreSQL."""
    process = open_process()
    _must_be_current(process)
    if process.settings.is_sqlite and processes > 1:
        raise BadInput("SQLite serves one process; more need PostgreSQL (PRONGSAI_DATABASE_URL)")
    Server(
        lambda: create_app(process.settings, process.db, process.blobs, process.bell),
        bind=f"{process.settings.bind}:{port}",
        threads=process.settings.web_threads,
        processes=processes,
    ).run()


@click.command()
def worker() -> None:
    """The working half alone: conversations, sending, the clock. Ends on SIGTERM."""
    process = open_process()
    _must_be_current(process)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    process.engine.start()
    process.clock.start()
    _log.info("worker_started", workers=process.settings.workers)
    stop.wait()
    stop_everything(process)


@click.command()
@click.option("--at", help="an ISO instant, such as 2023-03-31T09:00+07:00; now when left out")
def tick(at: str | None) -> None:
    """Run every clock job that is due at an instant, once; prints what each did as JSON."""
    now = datetime.now(UTC)
    if at is not None:
        try:
            now = datetime.fromisoformat(at)
        except ValueError as error:
            raise BadInput(f"--at {at!r} is no ISO instant, such as 2023-03-31T09:00") from error
        if now.tzinfo is None:
            now = now.replace(tzinfo=BANGKOK)
    process = open_process()
    _must_be_current(process)
    context = make_context(
        process.db, process.blobs, process.engine, now.astimezone(UTC), thorough=at is not None
    )
    done = run_due(context)
    print_json({"at": now.isoformat(), "jobs": done})
    if any("error" in one for one in done.values()):
        raise Failed("a job failed; the log names it")


def _must_be_current(process: Process) -> None:
    url = process.settings.resolved_database_url
    if process.settings.is_sqlite:
        # One process, one machine: nobody else can be using the old schema.
        process.settings.data_dir.mkdir(parents=True, exist_ok=True)
        if current_revision(url) is not None:
            upgrade(url)
    if current_revision(url) != revisions()[-1]:
        raise Failed("the database is not set up; run `prongsai db upgrade` first")
