"""A database as a whole country would fill it: agencies, measures, obligations; few of them due."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, text

from models import vault
from models.contact import Contact, ContactKind
from models.database import Database
from models.division import Division
from models.person import Person, Role

MEASURES = 45
DUE_DATES = (date(2027, 9, 30), date(2027, 12, 31), date(2028, 3, 31), date(2028, 6, 30))
FIRST_DAY = date(2027, 1, 18)  # a Monday; the stored dates lie far ahead of it
EACH = 10  # obligations that fall due at once in an agency
ROUNDS = (MEASURES // EACH) * len(DUE_DATES)


def working_days(count: int) -> list[date]:
    """The next ``count`` days from the first on that no holiday of 2027's start falls on."""
    days = [FIRST_DAY + timedelta(days=n) for n in range(count * 2 + 7)]
    return [day for day in days if day.weekday() < 5][:count]


def fill(db: Database, agencies: int) -> None:
    """``agencies`` x 45 measures x 4 due dates, each agency with a division and its officer."""
    now = datetime.now(UTC)
    with db.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO agency (id, slug, name, webhook_key, channel_secret, channel_token,"
                " contact_text, created_at, quota_checked_at)"
                " SELECT n, 'office-' || n, 'Office ' || n, 'key-' || n, '', '', '', :now, :now"
                " FROM generate_series(1, :agencies) AS n"
            ),
            {"agencies": agencies, "now": now},
        )
    _staff(db, agencies)
    with db.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO plan (agency_id, id, fiscal_year, title)"
                " SELECT id, gen_random_uuid(), 2570, 'plan' FROM agency"
            )
        )
        connection.execute(
            text(
                "INSERT INTO measure (agency_id, id, plan_id, number, title, responsible, steps,"
                " schedule_text, result, success, recommendation, dropped)"
                " SELECT agency_id, gen_random_uuid(), id, n, 'measure ' || n, '', '', '', '', '',"
                " '', false FROM plan, generate_series(1, :measures) AS n"
            ),
            {"measures": MEASURES},
        )
        for due_on in DUE_DATES:
            connection.execute(
                text(
                    "INSERT INTO obligation (agency_id, id, measure_id, division_id, due_on,"
                    " planned_on, state, remind_on) SELECT m.agency_id, gen_random_uuid(), m.id,"
                    " d.id, :due_on, :due_on, 'open', :remind_on FROM measure m"
                    " JOIN division d ON d.agency_id = m.agency_id"
                ),
                {"due_on": due_on, "remind_on": due_on - timedelta(days=14)},
            )


def _staff(db: Database, agencies: int) -> None:
    divisions: list[dict[str, Any]] = []
    contacts: list[dict[str, Any]] = []
    people: list[dict[str, Any]] = []
    with db.writing() as session:
        for agency_id in range(1, agencies + 1):
            division_id, contact_id = uuid.uuid4(), uuid.uuid4()
            line_id = f"U{agency_id:032x}"
            divisions.append(
                {"agency_id": agency_id, "id": division_id, "name": "division", "aliases": []}
            )
            contacts.append(
                {
                    "agency_id": agency_id,
                    "id": contact_id,
                    "kind": ContactKind.USER,
                    "line_hash": vault.blind(session, agency_id, "line", line_id),
                    "line_id": vault.seal_text(session, agency_id, "line", line_id),
                    "reachable": True,
                }
            )
            people.append(
                {
                    "agency_id": agency_id,
                    "id": uuid.uuid4(),
                    "username": "officer",
                    "name": "officer",
                    "role": Role.DIVISION_STAFF,
                    "division_id": division_id,
                    "contact_id": contact_id,
                    "active": True,
                    "session_key": "-",
                    "failed_logins": 0,
                }
            )
        for table, rows in ((Division, divisions), (Contact, contacts), (Person, people)):
            session.execute(insert(table), rows)


def make_due(db: Database, agencies: int, due: int, days: list[date]) -> None:
    """On each of the days, ``due`` agencies have ten obligations to be told of. Another set each
    time, spread over all agencies, so that a round can be repeated."""
    step = max(agencies // due, 1)
    per_date = MEASURES // EACH
    with db.engine.begin() as connection:
        for number, day in enumerate(days):
            first = number % per_date * EACH
            connection.execute(
                text(
                    "UPDATE obligation o SET remind_on = :day, due_on = :due_on FROM measure m"
                    " WHERE m.agency_id = o.agency_id AND m.id = o.measure_id"
                    " AND m.number > :first AND m.number <= :last AND o.planned_on = :planned"
                    " AND o.agency_id % :step = 1 % :step AND o.agency_id <= :step * :due"
                ),
                {
                    "day": day,
                    "due_on": day + timedelta(days=14),
                    "first": first,
                    "last": first + EACH,
                    "planned": DUE_DATES[number // per_date],
                    "step": step,
                    "due": due,
                },
            )
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
