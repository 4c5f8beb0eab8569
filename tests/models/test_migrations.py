"""Migrations go up, down and up again, on the engine in use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from domain.keyring import KeyRing
from migrations.running import current_revision, differences, downgrade, revisions, upgrade
from models.agency import add_agency, all_agencies
from models.database import Database
from tests.conftest import POSTGRES_URL, fresh_postgres
from tests.offices import NOON


@pytest.fixture
def fresh_url(tmp_path: Path) -> Iterator[str]:
    """A database with nothing in it."""
    if POSTGRES_URL is None:
        yield f"sqlite:///{tmp_path / 'fresh.sqlite'}"
        return
    with fresh_postgres(POSTGRES_URL) as url:
        yield url


def tables(url: str) -> set[str]:
    engine = create_engine(url)
    found = set(inspect(engine).get_table_names())
    engine.dispose()
    return found - {"alembic_version"}


def test_up_and_down_and_up_again_leaves_the_code_s_schema(fresh_url: str, keys: KeyRing) -> None:
    assert tables(fresh_url) == set()
    upgrade(fresh_url)
    assert differences(fresh_url) == []
    above = tables(fresh_url)

    downgrade(fresh_url, "base")
    assert tables(fresh_url) == set()
    assert current_revision(fresh_url) is None

    upgrade(fresh_url)
    assert tables(fresh_url) == above
    assert differences(fresh_url) == []
    assert current_revision(fresh_url) == revisions()[-1]

    upgrade(fresh_url)  # a second time changes nothing
    database = Database(fresh_url, keys, pool_size=1)
    with database.writing() as session:
        add_agency(session, slug="a", name="ก", channel_secret="s", channel_token="t", now=NOON)
    with database.reading() as session:
        assert [agency.name for agency in all_agencies(session)] == ["ก"]
    database.dispose()


def test_every_migration_goes_up_and_down_on_its_own(fresh_url: str) -> None:
    for revision in revisions():
        before = current_revision(fresh_url) or "base"
        upgrade(fresh_url, revision)
        downgrade(fresh_url, before)
        upgrade(fresh_url, revision)
        assert current_revision(fresh_url) == revision
    assert differences(fresh_url) == []


def test_differences_are_seen(fresh_url: str) -> None:
    upgrade(fresh_url)
    engine = create_engine(fresh_url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE tick"))
    engine.dispose()
    assert differences(fresh_url) != []
