"""A LINE with two agencies, a bot that remembers what it was sent, and the real SDK as caller."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from linebot.v3.messaging import ApiClient, Configuration, MessagingApi, MessagingApiBlob
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Request, Response

from simulator import Group, Simulator, User, create_app

SCHEMA_FILE = "messaging-api.strict.yml"
REPOSITORY = Path(__file__).resolve().parents[2]


def schema_directory() -> Path | None:
    """Where LINE's OpenAPI files are, if they are: they are not part of this repository."""
    named = os.environ.get("PRONGSAI_LINE_SCHEMA_DIR")
    directory = Path(named) if named else REPOSITORY.parent / "shared" / "line"
    return directory if (directory / SCHEMA_FILE).is_file() else None


@dataclass
class Bot:
    """A webhook that keeps raw bodies and headers, and answers `status`."""

    url: str = ""
    status: int = 200
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    on_request: Callable[[dict[str, Any]], None] | None = None

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.received.append((headers, request.get_data()))
        if self.on_request is not None:
            self.on_request(request.get_json())
        return Response(status=self.status)(environ, start_response)


class Served:
    """A WSGI application on a free loopback port."""

    def __init__(self, app: Any) -> None:
        self.server: BaseWSGIServer = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.port}"
        self._thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()


@dataclass
class Line:
    """The simulator with its address, its people and its bot."""

    sim: Simulator
    url: str
    bot: Bot
    citizen: User
    officer: User
    stranger: User
    group: Group

    def api(self, token: str = "token-makham") -> MessagingApi:
        return MessagingApi(ApiClient(self._configuration(token)))

    def blob(self, token: str = "token-makham") -> MessagingApiBlob:
        return MessagingApiBlob(ApiClient(self._configuration(token)))

    def _configuration(self, token: str) -> Configuration:
        return Configuration(host=f"{self.url}/simulator/line", access_token=token)


# One simulator without and one with LINE's schema; each test finds it empty.
@pytest.fixture(scope="session")
def _plain() -> Iterator[tuple[Simulator, Served, Bot, Served]]:
    yield from _serve(Simulator())


@pytest.fixture(scope="session")
def _strict() -> Iterator[tuple[Simulator, Served, Bot, Served]]:
    directory = schema_directory()
    if directory is None:
        pytest.skip(f"left out: no {SCHEMA_FILE}; name its directory in PRONGSAI_LINE_SCHEMA_DIR")
    yield from _serve(Simulator(strict_schema=directory))


def _serve(sim: Simulator) -> Iterator[tuple[Simulator, Served, Bot, Served]]:
    bot = Bot()
    line, webhook = Served(create_app(sim)), Served(bot)
    bot.url = f"{webhook.url}/line/makham"
    yield sim, line, bot, webhook
    line.stop()
    webhook.stop()


def _people(parts: tuple[Simulator, Served, Bot, Served]) -> Line:
    sim, served, bot, _ = parts
    sim.reset()
    sim.auto_deliver = True
    bot.received.clear()
    bot.status, bot.on_request = 200, None
    sim.add_channel("makham", "เทศบาลตำบลมะขาม", "secret-makham", "token-makham", bot.url)
    sim.add_channel("bang", "อบต.บาง", "secret-bang", "token-bang", bot.url)
    citizen = sim.add_user("ประชาชน ก", channel_slugs=["makham"])
    officer = sim.add_user("เจ้าหน้าที่กองคลัง", channel_slugs=["makham"])
    stranger = sim.add_user("ประชาชน ข", channel_slugs=["bang"])
    group = sim.add_group("กลุ่ม กองคลัง", [citizen, officer, stranger], "makham")
    return Line(sim, served.url, bot, citizen, officer, stranger, group)


@pytest.fixture
def line(_plain: tuple[Simulator, Served, Bot, Served]) -> Line:
    return _people(_plain)


@pytest.fixture
def strict_line(_strict: tuple[Simulator, Served, Bot, Served]) -> Line:
    return _people(_strict)
