"""The step to plans from documents keeps the plans that are there, both ways."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from migrations.running import differences, downgrade, upgrade
from tests.conftest import POSTGRES_URL, fresh_postgres


@pytest.fixture
def fresh_url(tmp_path: Path) -> Iterator[str]:
    if POSTGRES_URL is None:
        yield f"sqlite:///{tmp_path / 'fresh.sqlite'}"
        return
    with fresh_postgres(POSTGRES_URL) as url:
        yield url


ONE = "00000000000000000000000000000001"
# As release 0.1 stored them.
OLD_ROWS = (
    "INSERT INTO agency (id, slug, name, webhook_key, channel_secret, channel_token, contact_text,"
    " created_at) VALUES (1, 'a', 'ก', 'k', :blob, :blob, '', '2023-01-01 00:00:00+00:00')",
    "INSERT INTO division (agency_id, id, name, aliases) VALUES (1, :one, 'กองคลัง', '[]')",
    "INSERT INTO plan (agency_id, id, fiscal_year, title) VALUES (1, :one, 2566, 'แผน')",
    "INSERT INTO measure (agency_id, id, plan_id, number, code, title, steps, schedule_text)"
    " VALUES (1, :one, :one, 1, 'O1', 'คู่มือ', '', 'มี.ค. 66')",
    "INSERT INTO obligation (agency_id, id, measure_id, division_id, due_on, state, remind_on)"
    " VALUES (1, :one, :one, :one, '2023-03-31', 'open', '2023-03-17')",
)

# What is left of drafts goes with their tables.
DRAFTS = (
    "INSERT INTO person (agency_id, id, name, role, active, failed_logins, username, session_key)"
    " VALUES (1, :one, 'ก', 'admin', :yes, 0, 'u', 'k')",
    "INSERT INTO plan_draft (agency_id, id, title, source_name, source_sha256, state, created_at,"
    " created_by, scores, flags, answers, touched_at, lines_read, trouble, last_number) VALUES"
    " (1, :one, '', 'ก.pdf', '', 'failed', '2023-01-01 00:00:00+00:00', :one, '[]', '[]', '{}',"
    " '2023-01-01 00:00:00+00:00', 0, 'ไฟล์ว่าง', 1)",
    "INSERT INTO plan_draft_row (agency_id, draft_id, number, content, edited, version)"
    " VALUES (1, :one, 1, :blob, :yes, 0)",
)


def run(url: str, *statements: str) -> list[Any]:
    engine = create_engine(url)
    rows: list[Any] = []
    with engine.begin() as connection:
        for statement in statements:
            bound = {"one": ONE, "blob": b"\0", "yes": True}
            result = connection.execute(
                text(statement), {k: v for k, v in bound.items() if f":{k}" in statement}
            )
            if result.returns_rows:
                rows.extend(result.all())
        if engine.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    engine.dispose()
    return rows


def test_a_plan_that_is_there_goes_up_and_down_unharmed(fresh_url: str) -> None:
    upgrade(fresh_url, "0001")
    run(fresh_url, *OLD_ROWS)
    upgrade(fresh_url)
    assert differences(fresh_url) == []
    new = "SELECT indicator, instrument, responsible, result, success, recommendation FROM measure"
    assert [tuple(row) for row in run(fresh_url, new)] == [(None, None, "", "", "", "")]
    assert not run(fresh_url, "SELECT dropped FROM measure")[0][0]
    old = "SELECT number, code, title, schedule_text FROM measure"
    assert [tuple(row) for row in run(fresh_url, old)] == [(1, "O1", "คู่มือ", "มี.ค. 66")]
    run(fresh_url, f"UPDATE measure SET schedule_text = '{'ก' * 1000}'")
    run(fresh_url, *DRAFTS)
    assert [row[0] for row in run(fresh_url, "SELECT state FROM plan_draft")] == ["failed"]
    downgrade(fresh_url, "0001")
    [kept] = run(fresh_url, "SELECT schedule_text FROM measure")
    assert kept[0] == "ก" * 300
    joined = "SELECT m.title FROM obligation o JOIN measure m ON o.measure_id = m.id"
    assert [row[0] for row in run(fresh_url, joined)] == ["คู่มือ"]
    upgrade(fresh_url)
    assert [row[0] for row in run(fresh_url, joined)] == ["คู่มือ"]
