"""Databases to measure on: each run gets a fresh one, migrated, with one agency."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url, text

from benchmarks.webhook.traffic import KEY, SECRET
from bot.config import load_keys, load_settings
from domain.keyring import KeyRing
from migrations.running import upgrade
from models.agency import add_agency
from models.database import Database


@dataclass(frozen=True)
class Store:
    """One database, for the length of one run."""

    data_dir: Path
    url: str

    def environment(self) -> dict[str, str]:
        return {"PRONGSAI_DATA_DIR": str(self.data_dir), "PRONGSAI_DATABASE_URL": self.url}

    def rows(self) -> tuple[int, int]:
        """Events stored, and how many of them are no longer waiting."""
        engine = create_engine(self.url)
        with engine.connect() as connection:
            row = connection.execute(
                text(
                    "SELECT count(*), coalesce(sum(CASE WHEN state = 'waiting' THEN 0 ELSE 1 END),"
                    " 0) FROM inbox_event"
                )
            ).one()
        engine.dispose()
        return int(row[0]), int(row[1])


def _found(url: str, keys: KeyRing) -> None:
    upgrade(url)
    db = Database(url, keys, pool_size=1)
    with db.writing() as session:
        agency = add_agency(
            session,
            slug="benchmark",
            name="Benchmark",
            channel_secret=SECRET,
            channel_token="token",  # noqa: S106
            now=datetime.now(UTC),
        )
        agency.webhook_key = KEY
    db.dispose()  # the last connection to close leaves all of SQLite in the one file


class SqliteStores:
    """Copies of one SQLite file."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template"
        settings = load_settings({}, data_dir=self._template, database_url="")
        keys = load_keys(settings, create=True)
        _found(settings.resolved_database_url, keys)

    @contextmanager
    def fresh(self, folder: Path) -> Iterator[Store]:
        data_dir = folder / uuid.uuid4().hex
        shutil.copytree(self._template, data_dir)
        try:
            yield Store(data_dir, f"sqlite:///{data_dir / 'prongsai.sqlite'}")
        finally:
            shutil.rmtree(data_dir)


class PostgresStores:
    """Databases of our own on a server that is there; dropped after each run."""

    def __init__(self, address: str, folder: Path) -> None:
        self._data_dir = folder / "postgres"
        self._address = make_url(address).set(drivername="postgresql+psycopg")
        self._server = create_engine(self._address, isolation_level="AUTOCOMMIT")
        self._template = f"prongsai_bench_{uuid.uuid4().hex[:12]}"
        settings = load_settings({}, data_dir=self._data_dir)
        keys = load_keys(settings, create=True)
        self._say(
            f"CREATE DATABASE {self._template} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
        )
        try:
            _found(_plain(self._address.set(database=self._template)), keys)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def fresh(self, folder: Path) -> Iterator[Store]:  # noqa: ARG002 (the server has its own)
        name = f"{self._template}_run"
        self._say(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        try:
            yield Store(self._data_dir, _plain(self._address.set(database=name)))
        finally:
            self._say(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        self._say(f"DROP DATABASE IF EXISTS {self._template} WITH (FORCE)")
        self._server.dispose()

    def _say(self, statement: str) -> None:
        with self._server.connect() as connection:
            connection.execute(text(statement))


def _plain(url: URL) -> str:
    return url.render_as_string(hide_password=False)
