"""Who is measured, and one run of one of them: a server started, loaded, counted and ended."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.webhook.stores import PostgresStores, SqliteStores, Store
from benchmarks.webhook.traffic import Result, load

_ROOT = Path(__file__).resolve().parent.parent.parent
_WARM_SECONDS = 1
_START_SECONDS = 60.0
_SETTLE_SECONDS = 0.5


@dataclass(frozen=True)
class Contender:
    """One way of serving the webhook. Without stores it is the echo."""

    name: str
    processes: int
    threads: int
    stores: SqliteStores | PostgresStores | None = None
    engine: bool = False  # the whole of `prongsai run`
    against: Contender | None = None  # the echo with the same processes and threads

    def command(self, port: int, server: str) -> list[str]:
        if self.engine:
            program = "from bot.cli import main; main()"
            return [sys.executable, "-c", program, "run", "--port", str(port)]
        app = "ours" if self.stores else "echo"
        return [
            *(sys.executable, "-m", "benchmarks.webhook.serve", app, "--server", server),
            *("--port", str(port), "--processes", str(self.processes)),
            *("--threads", str(self.threads)),
        ]


@dataclass(frozen=True)
class Run:
    """One measured run; what is wrong with it, if anything is."""

    result: Result
    handled: int
    fault: str


def run_once(
    contender: Contender, folder: Path, *, server: str, seconds: int, connections: int
) -> Run:
    with ExitStack() as stack:
        stores = contender.stores
        store = stack.enter_context(stores.fresh(folder)) if stores else None
        line = stack.enter_context(_fake_line(folder)) if contender.engine else {}
        environment = {"PRONGSAI_WEB_THREADS": str(contender.threads), **line}
        if store:
            environment |= store.environment()
        port = _free_port()
        with _serving(contender.command(port, server), port, environment, folder):
            warm = load(port, folder, _WARM_SECONDS, connections)
            result = load(port, folder, seconds, connections)
            stored, handled = _settled(store) if store else (None, 0)
    return Run(result, handled, _fault((warm, result), stored, connections))


def _fault(loads: Sequence[Result], stored: int | None, connections: int) -> str:
    refused = sum(one.refused for one in loads)
    broken = sum(one.broken for one in loads)
    if refused or broken:
        return f"{refused} refused, {broken} broken"
    accepted = sum(one.accepted for one in loads)
    # What was on its way when wrk stopped is stored, and wrk has not counted it.
    if stored is not None and not 0 <= stored - accepted <= connections * len(loads):
        return f"{accepted} answered 200, {stored} stored"
    return ""


def _settled(store: Store) -> tuple[int, int]:
    """The rows, when those that were on their way have come to rest."""
    rows = store.rows()
    while True:
        time.sleep(_SETTLE_SECONDS)
        last, rows = rows, store.rows()
        if rows[0] == last[0]:
            return rows


@contextmanager
def _serving(
    command: list[str], port: int, environment: Mapping[str, str], folder: Path
) -> Iterator[None]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PRONGSAI_")}
    log = folder / f"{port}.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            command,
            cwd=_ROOT,
            env={**clean, **environment},
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        if not _answers(process, port):
            print(log.read_text(errors="replace")[-2000:])
            raise RuntimeError("the server under test did not start; its output is above")
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # its own session: nobody else's processes
            process.wait()
        log.unlink()


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            return False
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")  # the echo answers 404: good enough
            connection.getresponse().read()
            connection.close()
        except OSError:
            time.sleep(0.1)
        else:
            return True
    return False


@contextmanager
def _fake_line(folder: Path) -> Iterator[dict[str, str]]:
    port = _free_port()
    command = [sys.executable, "-m", "benchmarks.webhook.fake_line", str(port)]
    with _serving(command, port, {}, folder):
        address = f"http://127.0.0.1:{port}"
        yield {"PRONGSAI_LINE_API_URL": address, "PRONGSAI_LINE_DATA_URL": address}


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
