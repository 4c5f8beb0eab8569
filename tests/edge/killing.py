"""A process that works until it is killed at its n-th step, for the tests of sudden death.

A step is a statement sent to the database, a commit, or either end of a call to LINE.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import time_machine
from sqlalchemy import event

from bot.engine import Engine
from bot.messenger import Messenger
from bot.scheduler import make_context
from bot.wakeup import Bell
from domain.keyring import KeyRing
from jobs.clockwork import run_due
from models import inbox, outbox
from models.database import Database
from models.stored_file import BlobFolder

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([__name__])


@dataclass(frozen=True)
class Work:
    """What the process is to do; everything in it can be sent to another process."""

    url: str
    keys: str
    blobs: Path
    door: str
    now: datetime
    tick: bool = False


def run(work: Work, kill_at: int | None) -> bool:
    """Do the work in a process of its own; False when it was killed before it ended."""
    process = _PROCESSES.Process(target=_work, args=(work, kill_at))
    process.start()
    process.join(60)
    assert process.exitcode in (0, -signal.SIGKILL), f"the process ended with {process.exitcode}"
    return process.exitcode == 0


def _work(work: Work, kill_at: int | None) -> None:
    with time_machine.travel(work.now, tick=False):
        db = Database(work.url, KeyRing.from_json(work.keys), pool_size=2)
        steps = itertools.count(1)

        def step(*_: Any, **__: Any) -> None:
            if next(steps) == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(db.engine, "before_cursor_execute", step)
        event.listen(db.engine, "commit", step)
        blobs = BlobFolder(work.blobs, db.keys)
        messenger = Messenger(work.door, work.door)
        messenger.reply = _between(step, messenger.reply)  # type: ignore[method-assign]
        messenger.push = _between(step, messenger.push)  # type: ignore[method-assign]
        engine = Engine(db, blobs, messenger, Bell(db), embedder=lambda: None)
        if db.is_sqlite:
            # What `Engine.start` does where no other process can be holding anything.
            with db.writing() as session:
                inbox.free_all_leases(session)
                outbox.free_all_leases(session, datetime.now(UTC))
        if work.tick:
            run_due(make_context(db, blobs, engine, work.now.astimezone(UTC)))
        engine.drain()
        db.dispose()


def _between(step: Callable[[], None], call: Callable[..., Any]) -> Callable[..., Any]:
    def stepped(*args: Any, **named: Any) -> Any:
        step()
        answer = call(*args, **named)
        step()
        return answer

    return stepped


def restarted(work: Work) -> Work:
    """The same work a little later: past every lease, within the minute of a reply token."""
    return Work(
        work.url,
        work.keys,
        work.blobs,
        work.door,
        work.now + timedelta(seconds=35),
        work.tick,
    )
