"""The example town as `make run` serves it: a process of its own, on a free port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import requests

from tests.commands import run_in
from tests.town import Json, find_action

T = TypeVar("T")
PATIENCE = 40.0  # seconds; a machine may be busy


def eventually(look: Callable[[], T | None], what: str) -> T:
    """What ``look`` gives as soon as it gives anything."""
    deadline = time.monotonic() + PATIENCE
    pause = threading.Event()
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        pause.wait(0.1)
    raise AssertionError(f"{what} did not happen within {PATIENCE:.0f} s")


@dataclass
class ServedTown:
    base: str
    environment: dict[str, str]

    def command(self, *arguments: str) -> str:
        """Run a `prongsai` command beside the server; its standard output."""
        line = {"PRONGSAI_LINE_API_URL": f"{self.base}/simulator/line"}
        done = run_in(self.environment | line, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def api(self, path: str, **body: Any) -> Json:
        response = requests.post(f"{self.base}/simulator/api/{path}", json=body, timeout=20)
        response.raise_for_status()
        answer: Json = response.json()
        return answer

    def chat(self, chat: str) -> list[Json]:
        response = requests.get(
            f"{self.base}/simulator/api/messages",
            params={"channel": "example", "chat": chat},
            timeout=20,
        )
        response.raise_for_status()
        messages: list[Json] = response.json()["messages"]
        return messages

    def acts(self, user: str, do: str, chat: str | None = None, **what: Any) -> list[Json]:
        """Somebody does something; what the bot then says in that chat."""
        where = chat or user
        known = len(self.chat(where))
        group = chat if chat and chat.startswith("C") else None
        self.api("act", do=do, channel="example", user=user, group=group, wait=True, **what)
        return eventually(lambda: self.chat(where)[known:], f"an answer to {do}")

    def says(self, user: str, text: str, chat: str | None = None) -> list[Json]:
        return self.acts(user, "text", chat, text=text)

    def choose(
        self, user: str, messages: list[Json], label: str, chat: str | None = None
    ) -> list[Json]:
        action = find_action(messages, label)
        return self.acts(user, "postback", chat, data=action["data"])

    def sends_photo(self, user: str, data: bytes) -> list[Json]:
        known = len(self.chat(user))
        response = requests.post(
            f"{self.base}/simulator/api/media",
            data={"channel": "example", "user": user, "kind": "image", "wait": "true"},
            files={"file": ("photo.jpg", data, "image/jpeg")},
            timeout=20,
        )
        response.raise_for_status()
        return eventually(lambda: self.chat(user)[known:], "an answer to the photo")


@contextmanager
def serve(folder: Path, database_url: str = "") -> Iterator[ServedTown]:
    """`prongsai run --demo` in ``folder``, stopped as an operator would stop it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "PRONGSAI_DATA_DIR": str(folder),
        "PRONGSAI_DATABASE_URL": database_url,
        "PRONGSAI_SEARCH_BY_MEANING": "false",  # its model takes seconds to load
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }
    log = (folder / "log.txt").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "run", "--demo", "--port", str(port)],
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    town = ServedTown(f"http://127.0.0.1:{port}", environment)
    try:
        eventually(lambda: _is_up(process, town.base), "the start")
        yield town
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        log.close()


def _is_up(process: subprocess.Popen[bytes], base: str) -> bool:
    assert process.poll() is None, "the server ended at once; see log.txt"
    try:
        return requests.get(f"{base}/readyz", timeout=5).status_code == 200
    except requests.ConnectionError:
        return False
