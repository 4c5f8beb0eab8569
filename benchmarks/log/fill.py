"""An agency with a long log beside twenty others, as six years would leave it."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

from sqlalchemy import Connection, insert, text
from sqlalchemy.orm import Session

from domain.sketch import draw
from models import vault
from models.agency import Agency, add_agency
from models.complaint import Reporter
from models.complaint_sketch import sketch_key
from models.database import Database
from models.division import Division, add_division
from models.person import Person, Role, add_person

TODAY = date(2027, 1, 18)
NEIGHBOURS = 20
NEIGHBOURS_LOG = 500
DIVISIONS = 10
OFFICERS = 8
_CONTENTS = 200
_NAMED = 500
# What is rare is in both logs alike, so that the pages which show it are as full in both, and what
# is compared is the length of the log. So many of each:
_RARE_EACH = 60
_RARE: tuple[tuple[str, str, str, int, int, bool], ...] = (
    # state, kind, channel, received so many days ago (from, to), in the first officer's hands
    ("closed", "request", "facebook", 200, 900, True),
    ("in_review", "suggestion", "post", 2, 28, False),
    ("in_review", "service", "line", 1780, 1839, False),
    ("received", "service", "line", 1780, 1839, False),
    ("in_review", "general", "web", 40, 90, True),
    ("withdrawn", "suggestion", "walk_in", 1780, 1839, False),
    ("closed", "service", "line", 20, 45, False),
)

# Shares of a hundred thousand; the last of each is what is left.
_KIND = (
    "CASE WHEN a < 45000 THEN 'service' WHEN a < 70000 THEN 'general' WHEN a < 90000 THEN 'request'"
    " WHEN a < 98000 THEN 'suggestion' ELSE 'corruption' END"
)
_CHANNEL = (
    "CASE WHEN b < 60000 THEN 'line' WHEN b < 80000 THEN 'web' WHEN b < 90000 THEN 'phone'"
    " WHEN b < 97000 THEN 'walk_in' WHEN b < 99900 THEN 'post' ELSE 'facebook' END"
)
# What is old is closed, but for a few that somebody forgot; what is new is open.
_STATE = (
    "CASE WHEN received_on > :today - 20 AND c < 70000 THEN"
    " CASE WHEN c < 30000 THEN 'received' ELSE 'in_review' END"
    " WHEN c < 300 THEN 'received' WHEN c < 800 THEN 'in_review' WHEN c < 5000 THEN 'answered'"
    " WHEN c < 9000 THEN 'withdrawn' ELSE 'closed' END"
)
_MODE = "CASE WHEN a % 10 < 6 THEN 'named' WHEN a % 10 < 8 THEN 'confidential' ELSE 'anonymous' END"


def fill(db: Database, complaints: int) -> tuple[Agency, Person]:
    """The agency with so many complaints, and an officer of it. PostgreSQL alone."""
    now = datetime.now(UTC)
    with db.writing() as session:
        session.expire_on_commit = False
        agencies = [
            add_agency(
                session,
                slug=f"office-{number}",
                name=f"เทศบาลตำบลที่ {number}",
                channel_secret="-",  # noqa: S106
                channel_token="-",  # noqa: S106
                now=now,
            )
            for number in range(NEIGHBOURS + 1)
        ]
        officers = []
        for agency in agencies:
            divisions = [
                add_division(session, agency.id, f"กองที่ {number}") for number in range(DIVISIONS)
            ]
            for number in range(OFFICERS):
                officers.append(
                    add_person(
                        session,
                        agency.id,
                        username=f"officer-{number}",
                        name=f"เจ้าหน้าที่ {number}",
                        role=Role.OFFICER,
                        division_id=divisions[0].id if number == 0 else None,
                    )
                )
                officers[-1].password_hash = "-"  # noqa: S105 (nobody signs in with it)
    with db.engine.begin() as connection:
        # What refers to what is right by the way it is made; a million look-ups would say no more.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        definitions = _drop_indexes(connection)
        for agency in agencies:
            size = complaints if agency is agencies[0] else NEIGHBOURS_LOG
            fill_agency(db, connection, agency.id, size)
        for definition in definitions:
            connection.execute(text(definition))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    return agencies[0], officers[0]


def _drop_indexes(connection: Connection) -> list[str]:
    """Made again when the rows are there: much quicker. Their definitions."""
    rows = connection.execute(
        text(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN"
            " ('complaint', 'complaint_assignment', 'complaint_exclusion')"
            " AND indexname NOT LIKE 'pk_%'"
        )
    ).all()
    for name, _ in rows:
        connection.execute(text(f"DROP INDEX {name}"))
    return [definition for _, definition in rows]


def fill_agency(
    db: Database,
    connection: Connection,
    agency_id: int,
    size: int,
    today: date = TODAY,
    *,
    searchable: bool = False,
) -> None:
    """A log of six years up to ``today``, for an agency that has divisions and people."""
    names = {"agency_id": agency_id, "size": size, "today": today}
    session = Session(connection, info={"keys": db.keys})
    texts = [f"ถนนเป็นหลุมเป็นบ่อ รถสัญจรลำบากมาก จุดที่ {number} " * 3 for number in range(_CONTENTS)]
    contents = [
        vault.seal_json(session, agency_id, "complaint", {"what": said, "where": "หมู่ 4"})
        for said in texts
    ]
    who = vault.seal_json(session, agency_id, "reporter", {"name": "ผู้ร้องตัวอย่าง", "phone": "0"})
    reporters = [
        {"agency_id": agency_id, "id": uuid.uuid4(), "contact_id": None, "identity": who}
        for _ in range(_NAMED)
    ]
    connection.execute(insert(Reporter), reporters)
    connection.execute(text("CREATE TEMP TABLE pool (n int, content bytea) ON COMMIT DROP"))
    connection.execute(
        text("INSERT INTO pool VALUES (:n, :content)"),
        [{"n": n, "content": content} for n, content in enumerate(contents)],
    )
    for table, source in (("desks", Division), ("hands", Person), ("people", Reporter)):
        connection.execute(
            text(
                f"CREATE TEMP TABLE {table} ON COMMIT DROP AS SELECT id, row_number() OVER"  # noqa: S608
                f" (ORDER BY id) - 1 AS n FROM {source.__tablename__} WHERE agency_id = :agency_id"
            ),
            names,
        )
    connection.execute(
        text(
            "INSERT INTO complaint (agency_id, id, kind, state, identity_mode, channel,"  # noqa: S608
            " reporter_id, division_id, received_on, received_at, receipt_hash, content,"
            " answer_by, outcome_by, answered_on, due_on, ended_on, stars)"
            " SELECT :agency_id, id, kind, state, mode, channel,"
            " CASE WHEN mode <> 'anonymous' THEN reporter END, division, received_on,"
            " CASE WHEN mode <> 'anonymous' THEN received_on::timestamptz END,"
            " uuid_send(gen_random_uuid()), content, received_on + 15, received_on + 30,"
            " CASE WHEN state NOT IN ('received', 'in_review') THEN received_on + 5 END,"
            " CASE WHEN state IN ('received', 'in_review') THEN received_on + 15 END,"
            " CASE WHEN state IN ('closed', 'withdrawn') THEN received_on + 12 END,"
            " CASE WHEN state = 'closed' AND d % 10 < 3 THEN 1 + d % 5 END"
            f" FROM (SELECT *, {_KIND} AS kind, {_STATE} AS state, {_MODE} AS mode,"
            f" {_CHANNEL} AS channel FROM (SELECT gen_random_uuid() AS id,"
            " :today - (random() * random() * 2200)::int AS received_on,"
            " (random() * 99999)::int AS a, (random() * 99999)::int AS b,"
            " (random() * 99999)::int AS c, (random() * 99999)::int AS d, n"
            " FROM generate_series(1, :size) AS n) AS drawn) AS made"
            f" JOIN pool ON pool.n = made.n % {_CONTENTS}"
            f" JOIN (SELECT n AS m, id AS reporter FROM people) AS p ON p.m = made.n % {_NAMED}"
            # The first division gets little, the others more and more; some go to none.
            " LEFT JOIN (SELECT n AS k, id AS division FROM desks) AS q"
            f" ON q.k = floor(sqrt(made.d / 100000.0) * {DIVISIONS + 1})::int"
        ),
        names,
    )
    rare = _make_rare(connection, names) if size > NEIGHBOURS_LOG else []
    connection.execute(
        text(
            "INSERT INTO complaint_assignment (agency_id, complaint_id, person_id, received_on,"
            " assigned_by, assigned_at) SELECT agency_id, c.id, h.id, received_on, h.id, now()"
            " FROM complaint c JOIN hands h ON h.n = (get_byte(uuid_send(c.id), 0) * 9 / 256)"
            " WHERE agency_id = :agency_id AND (state <> 'received')"
        ),
        names,
    )
    first = text("SELECT id FROM person WHERE agency_id = :agency_id ORDER BY username LIMIT 1")
    connection.execute(
        text(
            "UPDATE complaint_assignment a SET person_id = :first, received_on = c.received_on"
            " FROM complaint c WHERE a.agency_id = :agency_id AND c.agency_id = :agency_id"
            " AND c.id = a.complaint_id AND a.complaint_id = ANY(:rare)"
        ),
        {**names, "first": connection.scalar(first, names), "rare": rare},
    )
    connection.execute(
        text(
            "INSERT INTO complaint_exclusion (agency_id, id, complaint_id, division_id)"
            " SELECT agency_id, gen_random_uuid(), c.id, d.id FROM complaint c JOIN desks d"
            " ON d.n = get_byte(uuid_send(c.id), 1) % 10"
            " WHERE agency_id = :agency_id AND get_byte(uuid_send(c.id), 2) < 2"
        ),
        names,
    )
    if searchable:
        key = sketch_key(session, agency_id)
        connection.execute(
            text(
                "INSERT INTO complaint_sketch (agency_id, received_on, complaint_id, bits)"
                " SELECT agency_id, received_on, id,"
                " CASE WHEN kind <> 'corruption' THEN CAST(:bits AS bytea) END"
                " FROM complaint WHERE agency_id = :agency_id AND content = :content"
            ),
            [
                {"agency_id": agency_id, "content": content, "bits": draw(key, [said])}
                for content, said in zip(contents, texts, strict=True)
            ],
        )
    for table in ("pool", "desks", "hands", "people"):
        connection.execute(text(f"DROP TABLE {table}"))


def _make_rare(connection: Connection, names: dict[str, object]) -> list[uuid.UUID]:
    """Some cases turned into what is rare; the ids of those that the first officer has."""
    ids = list(
        connection.scalars(
            text("SELECT id FROM complaint WHERE agency_id = :agency_id LIMIT :many"),
            {**names, "many": _RARE_EACH * len(_RARE)},
        )
    )
    theirs = []
    for number, (state, kind, channel, latest, earliest, in_hand) in enumerate(_RARE):
        some = ids[number :: len(_RARE)]
        theirs += some if in_hand else []
        connection.execute(
            text(
                "WITH given AS (SELECT CAST(:state AS text) AS state, CAST(:over AS bool) AS over),"
                " drawn AS (SELECT id AS case_id, CAST(:today AS date) - CAST(:latest AS int)"
                " - (random() * CAST(:span AS int))::int AS day FROM complaint"
                " WHERE agency_id = :agency_id AND id = ANY(:some))"
                " UPDATE complaint c SET state = given.state, kind = :kind, channel = :channel,"
                " division_id = d.id, received_on = day,"
                " received_at = CASE WHEN received_at IS NOT NULL THEN day::timestamptz END,"
                " answer_by = day + 15, outcome_by = day + 30,"
                " answered_on = CASE WHEN over THEN day + 5 END,"
                " due_on = CASE WHEN NOT over THEN day + 15 END,"
                " ended_on = CASE WHEN over THEN day + 12 END,"
                " stars = CASE WHEN given.state = 'closed'"
                " THEN 1 + get_byte(uuid_send(c.id), 4) % 5 END"
                " FROM given, drawn, division d WHERE c.agency_id = :agency_id"
                " AND c.id = case_id AND d.agency_id = :agency_id AND d.name = :division"
            ),
            {
                **names,
                "state": state,
                "kind": kind,
                "channel": channel,
                "latest": latest,
                "span": earliest - latest,
                "over": state in ("closed", "withdrawn"),
                "some": some,
                "division": f"กองที่ {DIVISIONS - 2}",
            },
        )
    return theirs
