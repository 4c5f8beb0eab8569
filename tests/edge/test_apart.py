"""Web and workers as processes of their own on PostgreSQL: each answer once, and in order."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import requests

from domain.keyring import KeyRing
from models.agency import add_agency
from models.database import Database
from simulator import Simulator
from tests.conftest import POSTGRES_URL, fresh_postgres
from tests.offices import NOON
from tests.served import eventually
from tests.town import line_is_open

pytestmark = pytest.mark.skipif(
    POSTGRES_URL is None, reason="several processes need PostgreSQL (PRONGSAI_TEST_POSTGRES_URL)"
)


@contextmanager
def running(environment: dict[str, str], *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", "bot.cli", *arguments], env=environment)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers_everybody(url: str) -> bool:
    try:
        return requests.get(f"{url}/readyz", timeout=5).status_code == 200
    except requests.ConnectionError:
        return False


def test_two_web_processes_and_two_workers_answer_each_message_once(tmp_path: Path) -> None:
    assert POSTGRES_URL is not None
    simulator = Simulator()
    with ExitStack() as stack:
        url = stack.enter_context(fresh_postgres(POSTGRES_URL))
        door = stack.enter_context(line_is_open(simulator)) + "/simulator/line"
        environment = {
            **os.environ,
            "PRONGSAI_DATA_DIR": str(tmp_path),
            "PRONGSAI_DATABASE_URL": url,
            "PRONGSAI_LINE_API_URL": door,
            "PRONGSAI_LINE_DATA_URL": door,
            "PRONGSAI_SEARCH_BY_MEANING": "false",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        subprocess.run(
            [sys.executable, "-m", "bot.cli", "db", "upgrade"], env=environment, check=True
        )
        keys = KeyRing.from_json((tmp_path / "keys.json").read_text())
        db = Database(url, keys, pool_size=2)
        with db.writing() as session:
            agency = add_agency(
                session,
                slug="makham",
                name="เทศบาลตำบลมะขาม",
                channel_secret="secret",
                channel_token="token",
                now=NOON,
            )
            path = agency.webhook_path
        db.dispose()
        bases = []
        for _ in range(2):
            port = free_port()
            stack.enter_context(running(environment, "web", "--port", str(port)))
            bases.append(f"http://127.0.0.1:{port}")
        for _ in range(2):
            stack.enter_context(running(environment, "worker"))
        for base in bases:
            eventually(lambda base=base: answers_everybody(base), "the start")
        _talk(simulator, bases, path)


def _talk(simulator: Simulator, bases: list[str], path: str) -> None:
    simulator.add_channel("makham", "มะขาม", "secret", "token", bases[0] + path)
    users = [simulator.add_user(f"คนที่ {n}", channel_slugs=["makham"]).user_id for n in range(6)]
    for user in users:
        simulator.user_sends_text("makham", user, "แจ้งเบาะแสทุจริต")
    # Each of these answers leads on to the next question: out of order, they would show it.
    for number, text in enumerate(("ไฟดับ", "หน้าตลาด", "เมื่อวาน", "ยกเลิก")):
        simulator.add_channel("makham", "มะขาม", "secret", "token", bases[number % 2] + path)
        for user in users:
            simulator.user_sends_text("makham", user, text)
    expected = ["เกิดอะไรขึ้น", "เกิดที่ไหน", "เกิดเมื่อไร", "ใครเกี่ยวข้อง", "ยกเลิกแล้ว"]
    for user in users:
        said = eventually(
            lambda user=user: _texts(simulator, user, len(expected) + 1), "the last answer"
        )
        assert len(said) == len(expected) + 1
        for text, part in zip(said[1:], expected, strict=True):
            assert part in text


def _texts(simulator: Simulator, user: str, least: int) -> list[str]:
    said = [one["text"] for one in simulator.messages_to(user)]
    return said if len(said) >= least else []
