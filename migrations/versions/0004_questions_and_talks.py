"""Questions that people answer, talks with an officer, an agency's own everyday words.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_OLD_OWNERS = "complaint_id IS NULL OR progress_report_id IS NULL"
_OWNERS = (
    f"({_OLD_OWNERS}) AND (talk_message_id IS NULL OR"
    " (complaint_id IS NULL AND progress_report_id IS NULL))"
)
_LIVE = sa.text("state in ('waiting', 'talking')")


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["agency_id", column],
        [f"{target}.agency_id", f"{target}.id"],
        name=op.f(f"fk_{table}_agency_id_{column}"),
    )


def _of_an_agency(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f(f"fk_{table}_agency_id"))


def _agency_id() -> sa.Column:
    return sa.Column("agency_id", sa.Integer(), nullable=False)


def _question_columns() -> list[sa.Column]:
    return [
        sa.Column("useful", sa.Boolean(), nullable=True),
        sa.Column("division_id", sa.Uuid(), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("closed_because", sa.LargeBinary(), nullable=True),
    ]


def _question() -> sa.Table:
    """As it stood before: SQLite makes the table anew, and Alembic reads no CHECK from it."""
    return sa.Table(
        "question",
        sa.MetaData(),
        _agency_id(),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("article_id", sa.Uuid(), nullable=True),
        _of_an_agency("question"),
        _refers("question", "contact_id", "contact"),
        _refers("question", "article_id", "article"),
        sa.CheckConstraint(
            "state IN ('answered', 'suggested', 'waiting', 'closed')",
            name=op.f("ck_question_state"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_question")),
        sa.Index("ix_question_state", "agency_id", "state", "asked_on"),
        sqlite_with_rowid=False,
    )


def _question_now() -> sa.Table:
    table = _question()
    for column in _question_columns():
        table.append_column(column)
    table.append_constraint(_refers("question", "division_id", "division"))
    table.append_constraint(_refers("question", "answered_by", "person"))
    sa.Index("ix_question_article_id", table.c.agency_id, table.c.article_id)
    return table


def _stored_file(*, with_talks: bool) -> sa.Table:
    table = sa.Table(
        "stored_file",
        sa.MetaData(),
        _agency_id(),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=True),
        sa.Column("progress_report_id", sa.Uuid(), nullable=True),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("stored_on", sa.Date(), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=False),
        _of_an_agency("stored_file"),
        _refers("stored_file", "complaint_id", "complaint"),
        _refers("stored_file", "progress_report_id", "progress_report"),
        sa.CheckConstraint(
            _OWNERS if with_talks else _OLD_OWNERS, name=op.f("ck_stored_file_one_owner_at_most")
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_stored_file")),
        sa.Index("ix_stored_file_complaint_id", "agency_id", "complaint_id"),
        sa.Index("ix_stored_file_progress_report_id", "agency_id", "progress_report_id"),
        sa.Index("uq_stored_file_blob", "blob", unique=True),
        sqlite_with_rowid=False,
    )
    if with_talks:
        table.append_column(sa.Column("talk_message_id", sa.Uuid(), nullable=True))
        table.append_constraint(_refers("stored_file", "talk_message_id", "talk_message"))
        sa.Index("ix_stored_file_talk_message_id", table.c.agency_id, table.c.talk_message_id)
    return table


def _on_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


def _make_anew(table: sa.Table) -> None:
    """SQLite: put the rows of a table into one of this shape; columns are matched by name."""
    with op.batch_alter_table(
        table.name,
        copy_from=table,
        table_kwargs={"sqlite_with_rowid": False},
        recreate="always",
    ):
        pass


def upgrade() -> None:
    _create_tables()
    for column in _question_columns():
        op.add_column("question", column)
    op.add_column("stored_file", sa.Column("talk_message_id", sa.Uuid(), nullable=True))
    if _on_sqlite():
        _make_anew(_question_now())
        _make_anew(_stored_file(with_talks=True))
        return
    op.create_index("ix_question_article_id", "question", ["agency_id", "article_id"])
    _add_reference("question", "division_id", "division")
    _add_reference("question", "answered_by", "person")
    op.create_index(
        "ix_stored_file_talk_message_id", "stored_file", ["agency_id", "talk_message_id"]
    )
    _add_reference("stored_file", "talk_message_id", "talk_message")
    _change_owners(_OWNERS)


def _add_reference(table: str, column: str, target: str) -> None:
    op.create_foreign_key(
        op.f(f"fk_{table}_agency_id_{column}"),
        table,
        target,
        ["agency_id", column],
        ["agency_id", "id"],
    )


def _change_owners(rule: str) -> None:
    name = op.f("ck_stored_file_one_owner_at_most")
    op.drop_constraint(name, "stored_file", type_="check")
    op.create_check_constraint(name, "stored_file", rule)


def _create_tables() -> None:
    op.create_table(
        "lexicon_entry",
        _agency_id(),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("everyday", sa.String(length=60), nullable=False),
        sa.Column("official", sa.String(length=120), nullable=False),
        sa.Column("word", sa.String(length=240), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        _of_an_agency("lexicon_entry"),
        _refers("lexicon_entry", "added_by", "person"),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_lexicon_entry")),
    )
    op.create_index("uq_lexicon_entry_word", "lexicon_entry", ["agency_id", "word"], unique=True)
    op.create_table(
        "division_answerer",
        _agency_id(),
        sa.Column("division_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        _of_an_agency("division_answerer"),
        _refers("division_answerer", "division_id", "division"),
        _refers("division_answerer", "person_id", "person"),
        sa.PrimaryKeyConstraint("agency_id", "division_id", name=op.f("pk_division_answerer")),
    )
    op.create_table(
        "talk",
        _agency_id(),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        _of_an_agency("talk"),
        _refers("talk", "contact_id", "contact"),
        _refers("talk", "person_id", "person"),
        sa.CheckConstraint("state IN ('waiting', 'talking', 'over')", name=op.f("ck_talk_state")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_talk")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "uq_talk_live",
        "talk",
        ["agency_id", "contact_id"],
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )
    op.create_index("ix_talk_state", "talk", ["agency_id", "state", "touched_at"])
    op.create_table(
        "talk_message",
        _agency_id(),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("talk_id", sa.Uuid(), nullable=False),
        sa.Column("speaker", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message_hash", sa.LargeBinary(length=16), nullable=True),
        _of_an_agency("talk_message"),
        _refers("talk_message", "talk_id", "talk"),
        _refers("talk_message", "person_id", "person"),
        sa.CheckConstraint(
            "speaker IN ('citizen', 'officer')", name=op.f("ck_talk_message_speaker")
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_talk_message")),
    )
    op.create_index("ix_talk_message_talk_id", "talk_message", ["agency_id", "talk_id", "id"])


def downgrade() -> None:
    # Files sent in talks go with the talks; the sweep removes the bytes that no row speaks of.
    op.execute(sa.text("DELETE FROM stored_file WHERE talk_message_id IS NOT NULL"))
    if _on_sqlite():
        _take_apart_on_sqlite()
    else:
        _change_owners(_OLD_OWNERS)
        op.drop_column("stored_file", "talk_message_id")  # takes its reference and index along
        op.drop_index("ix_question_article_id", "question")
        for column in reversed(_question_columns()):
            op.drop_column("question", column.name)
    for table in ("talk_message", "talk", "division_answerer", "lexicon_entry"):
        op.drop_table(table)


def _take_apart_on_sqlite() -> None:
    how = {"table_kwargs": {"sqlite_with_rowid": False}, "recreate": "always"}
    with op.batch_alter_table("question", copy_from=_question_now(), **how) as batch_op:
        batch_op.drop_index("ix_question_article_id")
        for column in ("division_id", "answered_by"):
            batch_op.drop_constraint(op.f(f"fk_question_agency_id_{column}"), type_="foreignkey")
        for one in _question_columns():
            batch_op.drop_column(one.name)
    files = _stored_file(with_talks=True)
    with op.batch_alter_table("stored_file", copy_from=files, **how) as batch_op:
        batch_op.drop_index("ix_stored_file_talk_message_id")
        batch_op.drop_constraint(
            op.f("fk_stored_file_agency_id_talk_message_id"), type_="foreignkey"
        )
        batch_op.drop_constraint(op.f("ck_stored_file_one_owner_at_most"), type_="check")
        batch_op.create_check_constraint(op.f("ck_stored_file_one_owner_at_most"), _OLD_OWNERS)
        batch_op.drop_column("talk_message_id")
