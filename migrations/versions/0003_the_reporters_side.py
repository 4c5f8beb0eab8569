"""The reporter's side: who must not see, joined reports, ratings, messages that may be taken back.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_OLD = ("filed", "moved", "answer", "note", "added")
_NEW = (*_OLD, "asked", "joined", "rated", "taken_back")
_STATES = ("received", "in_review", "answered", "closed", "withdrawn")


def _of_the_agency(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["agency_id", column],
        [f"{target}.agency_id", f"{target}.id"],
        name=op.f(f"fk_{table}_agency_id_{column}"),
    )


def _agency(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f(f"fk_{table}_agency_id"))


def _entries(kinds: tuple[str, ...]) -> sa.Table:
    """The whole table, since SQLite cannot change a CHECK and Alembic does not read one."""
    return sa.Table(
        "complaint_entry",
        sa.MetaData(),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("new_state", sa.String(length=24), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        _agency("complaint_entry"),
        _of_the_agency("complaint_entry", "complaint_id", "complaint"),
        _of_the_agency("complaint_entry", "person_id", "person"),
        sa.CheckConstraint(_one_of("kind", kinds), name=op.f("ck_complaint_entry_kind")),
        sa.CheckConstraint(
            _one_of("new_state", _STATES), name=op.f("ck_complaint_entry_new_state")
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_complaint_entry")),
        sa.Index("uq_complaint_entry_number", "agency_id", "complaint_id", "number", unique=True),
        sqlite_with_rowid=False,
    )


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _allow(kinds: tuple[str, ...]) -> None:
    if op.get_context().dialect.name == "sqlite":
        with op.batch_alter_table(
            "complaint_entry",
            copy_from=_entries(kinds),
            table_kwargs={"sqlite_with_rowid": False},
            recreate="always",
        ):
            pass
        return
    op.drop_constraint(op.f("ck_complaint_entry_kind"), "complaint_entry", type_="check")
    op.create_check_constraint(
        op.f("ck_complaint_entry_kind"), "complaint_entry", _one_of("kind", kinds)
    )


def upgrade() -> None:
    with op.batch_alter_table("contact") as batch_op:
        batch_op.add_column(sa.Column("language", sa.String(length=2), nullable=True))
    with op.batch_alter_table("reporter") as batch_op:
        batch_op.add_column(sa.Column("consent_version", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("consented_on", sa.Date(), nullable=True))
    _allow(_NEW)
    op.create_table(
        "complaint_exclusion",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("division_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(division_id IS NULL) <> (person_id IS NULL)",
            name=op.f("ck_complaint_exclusion_one_or_the_other"),
        ),
        _agency("complaint_exclusion"),
        _of_the_agency("complaint_exclusion", "complaint_id", "complaint"),
        _of_the_agency("complaint_exclusion", "division_id", "division"),
        _of_the_agency("complaint_exclusion", "person_id", "person"),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_complaint_exclusion")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_complaint_exclusion_complaint_id", "complaint_exclusion", ["agency_id", "complaint_id"]
    )
    op.create_table(
        "complaint_join",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("complaint_id <> first_id", name=op.f("ck_complaint_join_not_itself")),
        _agency("complaint_join"),
        _of_the_agency("complaint_join", "complaint_id", "complaint"),
        _of_the_agency("complaint_join", "first_id", "complaint"),
        sa.PrimaryKeyConstraint("agency_id", "complaint_id", name=op.f("pk_complaint_join")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_complaint_join_first_id", "complaint_join", ["agency_id", "first_id"])
    op.create_table(
        "complaint_rating",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.Column("rated_on", sa.Date(), nullable=True),
        sa.Column("asks", sa.Integer(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_complaint_rating_one_to_five")),
        _agency("complaint_rating"),
        _of_the_agency("complaint_rating", "complaint_id", "complaint"),
        sa.PrimaryKeyConstraint("agency_id", "complaint_id", name=op.f("pk_complaint_rating")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "filed_message",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        _agency("filed_message"),
        _of_the_agency("filed_message", "complaint_id", "complaint"),
        _of_the_agency("filed_message", "entry_id", "complaint_entry"),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_filed_message")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_filed_message_message_hash", "filed_message", ["agency_id", "message_hash"])
    op.create_index("ix_filed_message_complaint_id", "filed_message", ["agency_id", "complaint_id"])


def downgrade() -> None:
    for table in ("filed_message", "complaint_rating", "complaint_join", "complaint_exclusion"):
        op.drop_table(table)
    # What the older schema has no word for, it knows as something that the reporter added.
    entries = sa.table("complaint_entry", sa.column("kind", sa.String))
    later = entries.c.kind.in_(sorted(set(_NEW) - set(_OLD)))
    op.execute(entries.update().where(later).values(kind="added"))
    _allow(_OLD)
    # Dropping a plain column needs no new table, which would lose its CHECKs.
    op.drop_column("reporter", "consented_on")
    op.drop_column("reporter", "consent_version")
    op.drop_column("contact", "language")
