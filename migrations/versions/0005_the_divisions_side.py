"""The division's side: a policy an agency, off-days, several posts, e-mail, feeds, weekly figures.

Revision ID: 0005
Revises: 0004
"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_UNTOLD = sa.text("head_told_at is null and status in ('problem', 'postpone')")
_ROUND = ("agency_id", "measure_id", "division_id")
_NOT_ASKED = sa.text("state = 'waiting' and told_on is null")
_WAITING = sa.text("state = 'waiting'")


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


def _keep_what_is_on_its_way() -> None:
    """A digest whose message was not sent yet is queued, and not sent as all the others are."""
    moment = sa.DateTime(timezone=True)
    digest = sa.table(
        "digest",
        *(sa.column("agency_id", sa.Integer), sa.column("contact_id", sa.Uuid)),
        *(sa.column("created_at", moment), sa.column("state", sa.String)),
    )
    contact = sa.table(
        "contact",
        *(sa.column("agency_id", sa.Integer), sa.column("id", sa.Uuid)),
        sa.column("line_hash", sa.LargeBinary),
    )
    message = sa.table(
        "outbox_message",
        *(sa.column("agency_id", sa.Integer), sa.column("recipient_hash", sa.LargeBinary)),
        *(sa.column("kind", sa.String), sa.column("state", sa.String)),
        sa.column("created_at", moment),
    )
    waiting = sa.select(contact.c.agency_id, contact.c.id, message.c.created_at).where(
        contact.c.agency_id == message.c.agency_id,
        contact.c.line_hash == message.c.recipient_hash,
        message.c.kind == "digest",
        message.c.state.in_(("waiting", "sending", "held")),
    )
    day = timedelta(days=1)
    for agency_id, contact_id, made_at in op.get_bind().execute(waiting).all():
        op.execute(
            digest.update()
            .where(
                digest.c.agency_id == agency_id,
                digest.c.contact_id == contact_id,
                digest.c.created_at.between(made_at - day, made_at + day),
            )
            .values(state="queued")
        )


def upgrade() -> None:
    op.create_table(
        "reminder_policy",
        _agency_id(),
        sa.Column("early", sa.JSON(), nullable=False),
        sa.Column("repeat_days", sa.Integer(), nullable=False),
        sa.Column("head_after", sa.Integer(), nullable=False),
        sa.Column("clerk_after", sa.Integer(), nullable=False),
        sa.Column("mayor_after", sa.Integer(), nullable=False),
        sa.Column("weekly_on", sa.Integer(), nullable=False),
        sa.Column("quota_reserve", sa.Integer(), nullable=False),
        sa.CheckConstraint("repeat_days > 0", name=op.f("ck_reminder_policy_repeats")),
        sa.CheckConstraint("weekly_on BETWEEN 0 AND 4", name=op.f("ck_reminder_policy_a_workday")),
        sa.CheckConstraint("quota_reserve >= 0", name=op.f("ck_reminder_policy_reserve")),
        _of_an_agency("reminder_policy"),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_reminder_policy")),
    )
    op.create_table(
        "off_day",
        _agency_id(),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        _of_an_agency("off_day"),
        sa.PrimaryKeyConstraint("agency_id", "day", name=op.f("pk_off_day")),
    )
    op.create_table(
        "duty",
        _agency_id(),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("division_id", sa.Uuid(), nullable=False),
        sa.Column("is_head", sa.Boolean(), nullable=False),
        _of_an_agency("duty"),
        _refers("duty", "person_id", "person"),
        _refers("duty", "division_id", "division"),
        sa.PrimaryKeyConstraint("agency_id", "person_id", "division_id", name=op.f("pk_duty")),
    )
    op.create_table(
        "person_email",
        _agency_id(),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        _of_an_agency("person_email"),
        _refers("person_email", "person_id", "person"),
        _refers("person_email", "contact_id", "contact"),
        sa.PrimaryKeyConstraint("agency_id", "person_id", name=op.f("pk_person_email")),
    )
    op.create_index(
        "uq_person_email_contact_id", "person_email", ["agency_id", "contact_id"], unique=True
    )
    op.create_table(
        "calendar_feed",
        _agency_id(),
        sa.Column("division_id", sa.Uuid(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        _of_an_agency("calendar_feed"),
        _refers("calendar_feed", "division_id", "division"),
        sa.PrimaryKeyConstraint("agency_id", "division_id", name=op.f("pk_calendar_feed")),
    )
    op.create_index(
        "uq_calendar_feed_key_hash", "calendar_feed", ["agency_id", "key_hash"], unique=True
    )
    op.create_table(
        "weekly_report",
        _agency_id(),
        sa.Column("week_of", sa.Date(), nullable=False),
        sa.Column("key", sa.String(length=43), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        _of_an_agency("weekly_report"),
        sa.PrimaryKeyConstraint("agency_id", "week_of", name=op.f("pk_weekly_report")),
    )
    op.create_index("uq_weekly_report_key", "weekly_report", ["agency_id", "key"], unique=True)
    # Written out: a CHECK may come with a new column on both engines, and no table is made anew.
    op.execute(
        "ALTER TABLE progress_report ADD COLUMN percent INTEGER"
        " CONSTRAINT ck_progress_report_percent CHECK (percent BETWEEN 0 AND 100)"
    )
    op.execute(
        "ALTER TABLE digest ADD COLUMN state VARCHAR(24) DEFAULT 'sent' NOT NULL"
        " CONSTRAINT ck_digest_state CHECK (state IN ('queued', 'waiting', 'sent', 'over'))"
    )
    op.execute(
        "ALTER TABLE digest ADD COLUMN rank INTEGER DEFAULT 1 NOT NULL"
        " CONSTRAINT ck_digest_rank CHECK (rank BETWEEN 0 AND 3)"
    )
    _keep_what_is_on_its_way()
    op.add_column("progress_report", sa.Column("ready_at", sa.DateTime(timezone=True)))
    op.add_column("progress_report", sa.Column("head_told_at", sa.DateTime(timezone=True)))
    # What was said before this version was told to nobody, and is too old to be news.
    op.execute("UPDATE progress_report SET ready_at = reported_at, head_told_at = reported_at")
    op.add_column(
        "obligation",
        sa.Column("planned_on", sa.Date(), server_default="2000-01-01", nullable=False),
    )
    op.execute("UPDATE obligation SET planned_on = due_on")
    op.drop_index("uq_obligation_round", "obligation")
    op.create_index("uq_obligation_round", "obligation", [*_ROUND, "planned_on"], unique=True)
    op.add_column(
        "reminder",
        sa.Column("skipped", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("contact", sa.Column("members", sa.Integer(), nullable=True))
    op.add_column("agency", sa.Column("basic_id", sa.String(length=40), nullable=True))
    op.add_column("agency", sa.Column("quota_moved_at", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_progress_report_untold",
        "progress_report",
        ["agency_id", "ready_at"],
        sqlite_where=_UNTOLD,
        postgresql_where=_UNTOLD,
    )
    op.create_index(
        "ix_question_untold",
        "question",
        ["agency_id"],
        sqlite_where=_NOT_ASKED,
        postgresql_where=_NOT_ASKED,
    )
    op.create_index(
        "ix_digest_waiting",
        "digest",
        ["agency_id", "contact_id"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )


def downgrade() -> None:
    op.drop_index("ix_digest_waiting", "digest")
    op.drop_index("ix_question_untold", "question")
    op.drop_index("ix_progress_report_untold", "progress_report")
    # Dropping a plain column needs no new table, which would lose its CHECKs.
    op.drop_column("agency", "quota_moved_at")
    op.drop_column("agency", "basic_id")
    op.drop_column("contact", "members")
    op.drop_column("reminder", "skipped")
    # The older schema knows no postponement.
    op.execute("UPDATE obligation SET due_on = planned_on")
    op.drop_index("uq_obligation_round", "obligation")
    op.drop_column("obligation", "planned_on")
    op.create_index("uq_obligation_round", "obligation", [*_ROUND, "due_on"], unique=True)
    for column in ("head_told_at", "ready_at", "percent"):
        op.drop_column("progress_report", column)
    for column in ("rank", "state"):
        op.drop_column("digest", column)
    for table in (
        *("weekly_report", "calendar_feed", "person_email", "duty", "off_day", "reminder_policy"),
    ):
        op.drop_table(table)
