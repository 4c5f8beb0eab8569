"""The step to answered questions and talks keeps the questions and files that are there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from migrations.running import differences, downgrade, upgrade
from tests.conftest import POSTGRES_URL, fresh_postgres


@pytest.fixture
def fresh_url(tmp_path: Path) -> Iterator[str]:
    if POSTGRES_URL is None:
        yield f"sqlite:///{tmp_path / 'fresh.sqlite'}"
        return
    with fresh_postgres(POSTGRES_URL) as url:
        yield url


ONE, TWO = "0" * 31 + "1", "0" * 31 + "2"
OLD_ROWS = (
    "INSERT INTO agency (id, slug, name, webhook_key, channel_secret, channel_token, contact_text,"
    " created_at) VALUES (1, 'a', 'ก', 'k', :blob, :blob, '', '2023-01-01 00:00:00+00:00')",
    "INSERT INTO division (agency_id, id, name, aliases) VALUES (1, :one, 'กองคลัง', '[]')",
    "INSERT INTO person (agency_id, id, name, role, active, failed_logins, username, session_key)"
    " VALUES (1, :one, 'ก', 'admin', :yes, 0, 'u', 'k')",
    "INSERT INTO contact (agency_id, id, kind, line_hash, line_id, reachable)"
    " VALUES (1, :one, 'user', :blob, :blob, :yes)",
    "INSERT INTO question (agency_id, id, text, state, asked_on, contact_id)"
    " VALUES (1, :one, :blob, 'waiting', '2023-03-15', :one)",
    "INSERT INTO stored_file (agency_id, id, media_type, size, stored_on, blob)"
    " VALUES (1, :one, 'image/png', 3, '2023-03-15', 'abc')",
)
NEW_ROWS = (
    "UPDATE question SET state = 'answered', useful = :yes, division_id = :one, answer = :blob,"
    " answered_by = :one, answered_on = '2023-03-15', told_on = '2023-03-15'",
    "INSERT INTO division_answerer (agency_id, division_id, person_id) VALUES (1, :one, :one)",
    "INSERT INTO lexicon_entry (agency_id, id, everyday, official, word, added_by, added_at)"
    " VALUES (1, :one, 'ก', 'ข', 'ก', :one, '2023-03-15 00:00:00+00:00')",
    "INSERT INTO talk (agency_id, id, contact_id, state, person_id, asked_at, touched_at) VALUES"
    " (1, :one, :one, 'talking', :one, '2023-03-15 00:00:00+00:00', '2023-03-15 00:00:00+00:00')",
    "INSERT INTO talk_message (agency_id, id, talk_id, speaker, text, said_at)"
    " VALUES (1, :one, :one, 'citizen', :blob, '2023-03-15 00:00:00+00:00')",
    "INSERT INTO stored_file (agency_id, id, media_type, size, stored_on, blob, talk_message_id)"
    " VALUES (1, :two, 'image/png', 3, '2023-03-15', 'def', :one)",
)


def run(url: str, *statements: str) -> list[Any]:
    engine = create_engine(url)
    rows: list[Any] = []
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("PRAGMA foreign_keys=ON"))
        for statement in statements:
            bound = {"one": ONE, "two": TWO, "blob": b"\0", "yes": True, "no": False}
            result = connection.execute(
                text(statement), {k: v for k, v in bound.items() if f":{k}" in statement}
            )
            if result.returns_rows:
                rows.extend(tuple(row) for row in result.all())
        if engine.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    engine.dispose()
    return rows


QUESTION = "SELECT state, asked_on FROM question"


def test_questions_and_files_go_up_and_down_unharmed(fresh_url: str) -> None:
    upgrade(fresh_url, "0003")
    run(fresh_url, *OLD_ROWS)
    upgrade(fresh_url)
    assert differences(fresh_url) == []
    assert [row[0] for row in run(fresh_url, QUESTION)] == ["waiting"]
    run(fresh_url, *NEW_ROWS)
    downgrade(fresh_url, "0003")
    assert [row[0] for row in run(fresh_url, QUESTION)] == ["answered"]
    # What was sent in a talk goes with the talks.
    assert run(fresh_url, "SELECT blob FROM stored_file") == [("abc",)]
    upgrade(fresh_url)
    assert differences(fresh_url) == []
    assert run(fresh_url, "SELECT useful, division_id FROM question") == [(None, None)]


@pytest.mark.parametrize("below", [False, True], ids=["up", "down"])
def test_the_checks_survive_both_ways(fresh_url: str, below: bool) -> None:
    upgrade(fresh_url)
    if below:
        downgrade(fresh_url, "0003")
    run(fresh_url, *OLD_ROWS)
    with pytest.raises(IntegrityError):
        run(fresh_url, "UPDATE question SET state = 'forgotten'")
    with pytest.raises(IntegrityError):
        run(fresh_url, "UPDATE question SET contact_id = :two")
    with pytest.raises(IntegrityError):
        run(fresh_url, "UPDATE stored_file SET progress_report_id = :two")


def test_a_file_has_one_owner_and_a_citizen_one_live_talk(fresh_url: str) -> None:
    upgrade(fresh_url)
    run(fresh_url, *OLD_ROWS, *NEW_ROWS)
    with pytest.raises(IntegrityError):
        run(fresh_url, "UPDATE stored_file SET complaint_id = :one WHERE id = :two")
    another = NEW_ROWS[3].replace("(1, :one, :one", "(1, :two, :one")
    with pytest.raises(IntegrityError):
        run(fresh_url, another)
    run(fresh_url, "UPDATE talk SET state = 'over'", another)
