"""The step to cases' clocks fills in what was promised those who reported before it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from migrations.running import differences, downgrade, upgrade
from tests.conftest import POSTGRES_URL, fresh_postgres
from tests.models.test_questions_migration import OLD_ROWS, run


@pytest.fixture
def fresh_url(tmp_path: Path) -> Iterator[str]:
    if POSTGRES_URL is None:
        yield f"sqlite:///{tmp_path / 'fresh.sqlite'}"
        return
    with fresh_postgres(POSTGRES_URL) as url:
        yield url


def case(number: int, state: str) -> str:
    return (
        "INSERT INTO complaint (agency_id, id, kind, state, identity_mode, channel, received_on,"
        f" receipt_hash, content) VALUES (1, '{_id(number)}', 'general', '{state}', 'anonymous',"
        f" 'web', '2023-03-15', {_hash(number)}, :blob)"
    )


def entry(number: int, place: int, kind: str, day: str, state: str = "") -> str:
    new_state = f"'{state}'" if state else "NULL"
    return (
        "INSERT INTO complaint_entry (agency_id, id, complaint_id, number, kind, happened_on,"
        f" new_state) VALUES (1, '{_id(number * 10 + place)}', '{_id(number)}', {place}, '{kind}',"
        f" '2023-{day}', {new_state})"
    )


def _id(number: int) -> str:
    return f"{number:032x}"


def _hash(number: int) -> str:
    digits = f"{number:032x}"
    return f"decode('{digits}', 'hex')" if POSTGRES_URL is not None else f"x'{digits}'"


ROWS = (
    case(1, "received"),
    case(2, "in_review"),
    entry(2, 1, "answer", "03-20"),
    entry(2, 2, "answer", "03-25"),
    case(3, "answered"),
    case(4, "closed"),
    entry(4, 1, "moved", "04-02", "closed"),
    entry(4, 2, "moved", "04-09", "closed"),
    case(5, "withdrawn"),
    case(6, "received"),  # repeats the first
    f"INSERT INTO complaint_join (agency_id, complaint_id, first_id)"
    f" VALUES (1, '{_id(6)}', '{_id(1)}')",
    "INSERT INTO complaint_rating (agency_id, complaint_id, stars, asks)"
    f" VALUES (1, '{_id(4)}', 4, 1)",
)
CLOCKS = "SELECT answer_by, outcome_by, answered_on, due_on, ended_on, stars FROM complaint"


def test_old_cases_get_the_clock_that_was_promised(fresh_url: str) -> None:
    upgrade(fresh_url, "0005")
    run(fresh_url, *OLD_ROWS, *ROWS)
    upgrade(fresh_url)
    assert differences(fresh_url) == []
    rows = run(fresh_url, f"{CLOCKS} ORDER BY id")
    found = [tuple(one and str(one) for one in row) for row in rows]
    by, until = "2023-03-30", "2023-04-14"
    assert found == [
        (by, until, None, by, None, None),
        (by, until, "2023-03-20", until, None, None),
        (by, until, None, None, None, None),
        (by, until, None, None, "2023-04-09", "4"),
        (by, until, None, None, "2023-03-15", None),
        (by, until, None, None, None, None),
    ]
    downgrade(fresh_url, "0005")
    assert len(run(fresh_url, "SELECT id FROM complaint")) == 6


INVITATIONS = (
    "INSERT INTO person (agency_id, id, username, name, role, active, session_key, failed_logins)"
    f" VALUES (1, '{_id(90)}', 'clerk', 'ปลัด', 'executive', true, 'k', 0)",
    *(
        "INSERT INTO invitation (agency_id, id, person_id, code_hash, expires_at, used_at)"
        f" VALUES (1, '{_id(number)}', '{_id(90)}', {_hash(number)}, '2023-03-20', {used})"
        for number, used in ((91, "NULL"), (92, "'2023-03-16'"))
    ),
)


def test_a_code_that_was_used_or_replaced_sets_no_password_on_the_desk(fresh_url: str) -> None:
    upgrade(fresh_url, "0005")
    run(fresh_url, *OLD_ROWS, *INVITATIONS)
    upgrade(fresh_url)
    rows = run(fresh_url, "SELECT desk_used_at FROM invitation ORDER BY id")
    assert [one is None for (one,) in rows] == [True, False]
