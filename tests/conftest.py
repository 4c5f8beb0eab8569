"""Two agencies in every town, so that a leak between them shows."""

from __future__ import annotations

import gc
import os
import pickle
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, settings
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import create_engine, make_url, text

from domain.keyring import KeyRing
from migrations.running import upgrade
from models.agency import add_agency
from models.database import Database
from models.stored_file import BlobFolder
from models.tables import metadata
from simulator import Simulator
from tests.offices import NOON, PASSWORD, Office, Offices, furnish
from tests.town import Town, build_town, line_is_open

__all__ = ["NOON", "PASSWORD", "Office", "Offices"]

# Rooms whose tests touch no database: once is enough.
_WITHOUT_A_DATABASE = ("documents", "domain", "files", "routing", "search", "simulator")
# What these vary is what comes in, or what LINE answers; the tables behind them are asked on both
# engines by their neighbours.
_ABOUT_THE_INPUT = frozenset(
    {
        "chat/test_floods.py",
        "chat/test_media.py",
        "desk/test_pages.py",
        "desk/test_plan_reading.py",
        "desk/test_plan_uploads.py",
        "edge/test_bad_input.py",
        "edge/test_menu.py",
        "public/test_protection.py",
        "public/test_report_inputs.py",
        "public/test_words.py",
        "test_webhook_fixtures.py",
    }
)
# Machines are shared: how long an example takes says nothing about the code.
settings.register_profile(
    "shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
# A landing must not hang on luck; every other run looks where nobody has looked yet.
settings.register_profile("same examples", settings.get_profile("shared machine"), derandomize=True)
settings.load_profile("shared machine")


class _Templates(BytecodeCache):
    """A template is compiled once a test run, and not once for each of thousands of apps."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Templates()}
POSTGRES_URL = os.environ.get("PRONGSAI_TEST_POSTGRES_URL")


@pytest.hookimpl(tryfirst=True)  # before -m picks by the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    tests = Path(__file__).parent
    for item in items:
        path = item.path.relative_to(tests)
        if path.parts[0] in _WITHOUT_A_DATABASE or path.as_posix() in _ABOUT_THE_INPUT:
            item.add_marker(pytest.mark.any_engine)


def pytest_collection_finish() -> None:
    # A sixth of the time went into walking over what stays to the end anyway.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@contextmanager
def fresh_postgres(server_url: str) -> Iterator[str]:
    """An empty PostgreSQL database of its own, dropped afterwards; its URL."""
    server = create_engine(server_url, isolation_level="AUTOCOMMIT")
    name = f"prongsai_test_{uuid.uuid4().hex[:12]}"
    with server.connect() as connection:
        connection.execute(
            text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
        )
        # What a power cut would take does not matter to a test.
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    try:
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty, migrated database: a SQLite file to copy, or a PostgreSQL one of this process."""
    if POSTGRES_URL is None:
        url = f"sqlite:///{tmp_path_factory.mktemp('template')}/template.sqlite"
        upgrade(url)
        yield url
        return
    with fresh_postgres(POSTGRES_URL) as url:
        upgrade(url)
        yield url


@pytest.fixture(scope="session")
def keys() -> KeyRing:
    return KeyRing.generate()


@pytest.fixture(scope="session")
def with_offices(
    database_url: str, keys: KeyRing, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, bytes]:
    """The SQLite file with both offices in it, to copy as well, and those offices."""
    file = tmp_path_factory.mktemp("offices") / "offices.sqlite"
    shutil.copy(database_url.removeprefix("sqlite:///"), file)
    database = Database(f"sqlite:///{file}", keys)
    with time_machine.travel(NOON):
        found = pickle.dumps(_found_offices(database))
    database.dispose()
    return file, found


def _is_copied(request: pytest.FixtureRequest) -> bool:
    return POSTGRES_URL is None and "offices" in request.fixturenames


@pytest.fixture
def db(
    request: pytest.FixtureRequest, database_url: str, keys: KeyRing, tmp_path: Path
) -> Iterator[Database]:
    url = database_url
    if url.startswith("sqlite"):
        template = Path(url.removeprefix("sqlite:///"))
        if _is_copied(request):
            template, _ = request.getfixturevalue("with_offices")
        copy = tmp_path / "prongsai.sqlite"
        shutil.copy(template, copy)
        url = f"sqlite:///{copy}"
    database = Database(url, keys, pool_size=5)
    yield database
    if not database.is_sqlite:
        # Quicker than TRUNCATE, which makes new files for each of two dozen tables.
        with database.write_connection() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())
    database.dispose()


@pytest.fixture
def blobs(tmp_path: Path, keys: KeyRing) -> BlobFolder:
    return BlobFolder(tmp_path / "blobs", keys)


@pytest.fixture
def offices(request: pytest.FixtureRequest, db: Database) -> Offices:
    if not _is_copied(request):
        return _found_offices(db)
    _, found = request.getfixturevalue("with_offices")
    copied: Offices = pickle.loads(found)
    return copied


def _found_offices(db: Database) -> Offices:
    with db.writing() as session:
        session.expire_on_commit = False
        both = []
        for slug, name in (("makham", "เทศบาลตำบลมะขาม"), ("bangphra", "อบต.บางพระ")):
            agency = add_agency(
                session,
                slug=slug,
                name=name,
                channel_secret=f"secret-of-{slug}",
                channel_token=f"token-of-{slug}",
                now=NOON,
                contact_text="โทร. 0-0000-0100 ในเวลาราชการ",
            )
            both.append(furnish(session, agency))
    return Offices(*both)


@pytest.fixture
def frozen() -> Iterator[time_machine.Traveller]:
    """The clock stands at noon of a working day until a test moves it."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def line_schema() -> Path | None:
    """The folder with LINE's OpenAPI files, where there is one."""
    named = os.environ.get("PRONGSAI_LINE_SCHEMA_DIR")
    folder = Path(named) if named else Path(__file__).parents[2] / "shared" / "line"
    return folder if (folder / "messaging-api.strict.yml").exists() else None


@pytest.fixture(scope="session")
def line_door() -> Iterator[tuple[Simulator, str]]:
    """LINE, played over real HTTP; one server a test process, emptied for each test."""
    simulator = Simulator(strict_schema=line_schema())
    with line_is_open(simulator) as address:
        yield simulator, address


@pytest.fixture
def town(
    db: Database,
    blobs: BlobFolder,
    offices: Offices,
    frozen: time_machine.Traveller,
    line_door: tuple[Simulator, str],
) -> Iterator[Town]:
    simulator, address = line_door
    simulator.reset()
    built = build_town(db, blobs, offices, simulator, address)
    yield built
    built.close()
    refused = [one for one in simulator.requests(status=400) if not built.expects_refusals]
    assert not refused, f"LINE refused {refused[0].body}: {refused[0].response}"
