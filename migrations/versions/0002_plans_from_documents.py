"""Plans from documents: what a measure carries beside its dates, and drafts of plans.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TEXTS = ("responsible", "result", "success", "recommendation")


def upgrade() -> None:
    with op.batch_alter_table("measure", schema=None) as batch_op:
        batch_op.add_column(sa.Column("indicator", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("instrument", sa.String(length=10), nullable=True))
        for name in _TEXTS:
            # The default is for the rows that are there; it goes below.
            batch_op.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("dropped", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.alter_column(
            "schedule_text",
            existing_type=sa.String(length=300),
            type_=sa.Text(),
            existing_nullable=False,
        )
    with op.batch_alter_table("measure", schema=None) as batch_op:
        for name in _TEXTS:
            batch_op.alter_column(
                name, existing_type=sa.Text(), existing_nullable=False, server_default=None
            )
        batch_op.alter_column(
            "dropped", existing_type=sa.Boolean(), existing_nullable=False, server_default=None
        )

    op.create_table(
        "plan_draft",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("printed_agency", sa.String(length=300), nullable=True),
        sa.Column("source_name", sa.String(length=300), nullable=False),
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "reading",
                "ready",
                "failed",
                "imported",
                "discarded",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lines_read", sa.Integer(), nullable=False),
        sa.Column("lines_total", sa.Integer(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "created_by"],
            ["person.agency_id", "person.id"],
            name=op.f("fk_plan_draft_agency_id_created_by"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_plan_draft_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_plan_draft")),
    )
    with op.batch_alter_table("plan_draft", schema=None) as batch_op:
        batch_op.create_index("ix_plan_draft_state", ["agency_id", "state"], unique=False)

    op.create_table(
        "plan_draft_row",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("version >= 0", name=op.f("ck_plan_draft_row_version_counts")),
        sa.ForeignKeyConstraint(
            ["agency_id", "draft_id"],
            ["plan_draft.agency_id", "plan_draft.id"],
            name=op.f("fk_plan_draft_row_agency_id_draft_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_plan_draft_row_agency_id")
        ),
        sa.PrimaryKeyConstraint("agency_id", "draft_id", "number", name=op.f("pk_plan_draft_row")),
    )


def downgrade() -> None:
    op.drop_table("plan_draft_row")
    with op.batch_alter_table("plan_draft", schema=None) as batch_op:
        batch_op.drop_index("ix_plan_draft_state")
    op.drop_table("plan_draft")
    op.execute(sa.text("UPDATE measure SET schedule_text = substr(schedule_text, 1, 300)"))
    with op.batch_alter_table("measure", schema=None) as batch_op:
        batch_op.alter_column(
            "schedule_text",
            existing_type=sa.Text(),
            type_=sa.String(length=300),
            existing_nullable=False,
        )
        for name in ("dropped", *reversed(_TEXTS), "instrument", "indicator"):
            batch_op.drop_column(name)
