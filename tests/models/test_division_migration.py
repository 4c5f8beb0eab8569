"""The step to the division's side keeps what was due, answered and still on its way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from migrations.running import differences, downgrade, upgrade
from tests.conftest import POSTGRES_URL, fresh_postgres
from tests.models.test_questions_migration import run

WHEN = "'2023-03-15 02:00:00+00:00'"
OLD_ROWS = (
    "INSERT INTO agency (id, slug, name, webhook_key, channel_secret, channel_token, contact_text,"
    " created_at) VALUES (1, 'a', 'ก', 'k', :blob, :blob, '', '2023-01-01 00:00:00+00:00')",
    "INSERT INTO division (agency_id, id, name, aliases) VALUES (1, :one, 'กองคลัง', '[]')",
    "INSERT INTO person (agency_id, id, name, role, active, failed_logins, username, session_key)"
    " VALUES (1, :one, 'ก', 'admin', :yes, 0, 'u', 'k')",
    "INSERT INTO contact (agency_id, id, kind, line_hash, line_id, reachable)"
    " VALUES (1, :one, 'user', :blob, :blob, :yes)",
    "INSERT INTO plan (agency_id, id, fiscal_year, title) VALUES (1, :one, 2566, 'แผน')",
    "INSERT INTO measure (agency_id, id, plan_id, number, title, responsible, steps,"
    " schedule_text, result, success, recommendation, dropped)"
    " VALUES (1, :one, :one, 1, 'ก', '', '', '', '', '', '', :no)",
    "INSERT INTO obligation (agency_id, id, measure_id, division_id, due_on, state, remind_on)"
    " VALUES (1, :one, :one, :one, '2023-03-31', 'open', '2023-03-28')",
    "INSERT INTO progress_report (agency_id, id, obligation_id, number, status, person_id,"
    f" channel, reported_at) VALUES (1, :one, :one, 1, 'problem', :one, 'line', {WHEN})",
    "INSERT INTO digest (agency_id, id, contact_id, day, created_at)"
    " VALUES (1, :two, :one, '2023-03-01', '2023-03-01 02:00:00+00:00')",
    "INSERT INTO digest (agency_id, id, contact_id, day, created_at)"
    f" VALUES (1, :one, :one, '2023-03-15', {WHEN})",
    "INSERT INTO outbox_message (agency_id, id, kind, state, worth_quota, must_arrive, created_at,"
    " next_at, attempts, ambiguous, recipient_hash) VALUES"
    f" (1, :one, 'digest', 'held', :yes, :no, {WHEN}, {WHEN}, 1, :no, :blob)",
)


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    if POSTGRES_URL is None:
        yield f"sqlite:///{tmp_path / 'fresh.sqlite'}"
        return
    with fresh_postgres(POSTGRES_URL) as url:
        yield url


def test_what_was_there_goes_up_and_down_and_up(url: str) -> None:
    upgrade(url, "0004")
    run(url, *OLD_ROWS)
    for _ in range(2):
        upgrade(url)
        assert differences(url) == []
        digests = run(url, "SELECT state FROM digest ORDER BY day")
        assert digests == [("sent",), ("queued",)]  # the second is on its way still
        [(due_on, planned_on)] = run(url, "SELECT due_on, planned_on FROM obligation")
        assert due_on == planned_on
        # What was reported before is no news to those above any more.
        assert run(url, "SELECT count(*) FROM progress_report WHERE head_told_at IS NULL") == [(0,)]
        run(url, "UPDATE obligation SET due_on = '2023-06-30'")
        downgrade(url, "0004")
        [(due_on,)] = run(url, "SELECT due_on FROM obligation")
        assert str(due_on)[:10] == "2023-03-31"
