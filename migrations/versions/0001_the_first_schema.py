"""The first schema"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agency",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("webhook_key", sa.String(length=43), nullable=False),
        sa.Column("channel_secret", sa.LargeBinary(), nullable=False),
        sa.Column("channel_token", sa.LargeBinary(), nullable=False),
        sa.Column("contact_text", sa.Text(), nullable=False),
        sa.Column("quota_limit", sa.Integer(), nullable=True),
        sa.Column("quota_used", sa.Integer(), nullable=True),
        sa.Column("quota_checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
        sa.UniqueConstraint("slug", name=op.f("uq_agency_slug")),
        sa.UniqueConstraint("webhook_key", name=op.f("uq_agency_webhook_key")),
    )
    op.create_table(
        "tick",
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("slot", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("job", "slot", name=op.f("pk_tick")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_audit_entry_agency_id")
        ),
        sa.PrimaryKeyConstraint("agency_id", "number", name=op.f("pk_audit_entry")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit_head",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_audit_head_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "conversation",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_conversation_agency_id")
        ),
        sa.PrimaryKeyConstraint("agency_id", "key", name=op.f("pk_conversation")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.create_index("ix_conversation_expires_on", ["expires_on"], unique=False)

    op.create_table(
        "division",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_division_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_division")),
    )
    with op.batch_alter_table("division", schema=None) as batch_op:
        batch_op.create_index("uq_division_name", ["agency_id", "name"], unique=True)

    op.create_table(
        "inbox_event",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "handled",
                "ignored",
                "failed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("lane_key", sa.LargeBinary(length=16), nullable=True),
        sa.Column("event_time", sa.BigInteger(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_inbox_event_agency_id")
        ),
        sa.PrimaryKeyConstraint("agency_id", "event_id", name=op.f("pk_inbox_event")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("inbox_event", schema=None) as batch_op:
        batch_op.create_index(
            "ix_inbox_event_failed",
            ["agency_id", "event_id"],
            unique=False,
            sqlite_where=sa.text("state = 'failed'"),
            postgresql_where=sa.text("state = 'failed'"),
        )
        batch_op.create_index(
            "ix_inbox_event_waiting",
            ["agency_id", "lane_key", "event_time", "event_id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "inbox_lane",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("lane_key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_inbox_lane_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "lane_key", name=op.f("pk_inbox_lane")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("inbox_lane", schema=None) as batch_op:
        batch_op.create_index("ix_inbox_lane_ready_at", ["ready_at"], unique=False)

    op.create_table(
        "outbox_message",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sending",
                "sent",
                "refused",
                "held",
                "unknown",
                "dropped",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("worth_quota", sa.Boolean(), nullable=False),
        sa.Column("must_arrive", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("via", sa.String(length=8), nullable=True),
        sa.Column("ambiguous", sa.Boolean(), nullable=False),
        sa.Column("retry_key", sa.Uuid(), nullable=True),
        sa.Column("first_push_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner", sa.String(length=40), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("line_request_id", sa.String(length=80), nullable=True),
        sa.Column("outcome", sa.String(length=60), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recipient_hash", sa.LargeBinary(length=16), nullable=True),
        sa.Column("recipient", sa.LargeBinary(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("reply_token", sa.LargeBinary(), nullable=True),
        sa.Column("reply_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_outbox_message_agency_id")
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_outbox_message")),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_message_next_at",
            ["next_at"],
            unique=False,
            sqlite_where=sa.text("state in ('waiting', 'sending')"),
            postgresql_where=sa.text("state in ('waiting', 'sending')"),
        )
        batch_op.create_index(
            "ix_outbox_message_recipient",
            ["agency_id", "recipient_hash", "id"],
            unique=False,
            sqlite_where=sa.text("recipient_hash is not null"),
            postgresql_where=sa.text("recipient_hash is not null"),
        )
        batch_op.create_index("ix_outbox_message_state", ["agency_id", "state"], unique=False)

    op.create_table(
        "plan",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_plan_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_plan")),
    )
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.create_index("uq_plan_year", ["agency_id", "fiscal_year"], unique=True)

    op.create_table(
        "article",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("paraphrases", sa.JSON(), nullable=False),
        sa.Column("category", sa.String(length=100), nullable=False),
        sa.Column("link", sa.String(length=1000), nullable=False),
        sa.Column("division_id", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "division_id"],
            ["division.agency_id", "division.id"],
            name=op.f("fk_article_agency_id_division_id"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_article_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_article")),
    )
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.create_index("uq_article_key", ["agency_id", "key"], unique=True)

    op.create_table(
        "contact",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "user",
                "group",
                "room",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("line_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("line_id", sa.LargeBinary(), nullable=False),
        sa.Column("reachable", sa.Boolean(), nullable=False),
        sa.Column("consent_version", sa.String(length=20), nullable=True),
        sa.Column("consented_on", sa.Date(), nullable=True),
        sa.Column("division_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "division_id"],
            ["division.agency_id", "division.id"],
            name=op.f("fk_contact_agency_id_division_id"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_contact_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_contact")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index("uq_contact_line_hash", ["agency_id", "line_hash"], unique=True)

    op.create_table(
        "measure",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("schedule_text", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "plan_id"],
            ["plan.agency_id", "plan.id"],
            name=op.f("fk_measure_agency_id_plan_id"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_measure_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_measure")),
    )
    with op.batch_alter_table("measure", schema=None) as batch_op:
        batch_op.create_index("uq_measure_number", ["agency_id", "plan_id", "number"], unique=True)

    op.create_table(
        "digest",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "contact_id"],
            ["contact.agency_id", "contact.id"],
            name=op.f("fk_digest_agency_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_digest_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_digest")),
    )
    with op.batch_alter_table("digest", schema=None) as batch_op:
        batch_op.create_index("uq_digest_day", ["agency_id", "contact_id", "day"], unique=True)

    op.create_table(
        "obligation",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("measure_id", sa.Uuid(), nullable=False),
        sa.Column("division_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "answered",
                "accepted",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("remind_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "division_id"],
            ["division.agency_id", "division.id"],
            name=op.f("fk_obligation_agency_id_division_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "measure_id"],
            ["measure.agency_id", "measure.id"],
            name=op.f("fk_obligation_agency_id_measure_id"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_obligation_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_obligation")),
    )
    with op.batch_alter_table("obligation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_obligation_division", ["agency_id", "division_id", "due_on"], unique=False
        )
        batch_op.create_index(
            "ix_obligation_remind_on",
            ["remind_on", "agency_id"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.create_index(
            "uq_obligation_round", ["agency_id", "measure_id", "division_id", "due_on"], unique=True
        )

    op.create_table(
        "person",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "admin",
                "integrity_officer",
                "officer",
                "division_head",
                "division_staff",
                "executive",
                "auditor",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "post",
            sa.Enum(
                "clerk", "mayor", name="post", native_enum=False, create_constraint=True, length=24
            ),
            nullable=True,
        ),
        sa.Column("division_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("session_key", sa.String(length=43), nullable=False),
        sa.Column("failed_logins", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "contact_id"],
            ["contact.agency_id", "contact.id"],
            name=op.f("fk_person_agency_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "division_id"],
            ["division.agency_id", "division.id"],
            name=op.f("fk_person_agency_id_division_id"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_person_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_person")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index("uq_person_contact_id", ["agency_id", "contact_id"], unique=True)
        batch_op.create_index("uq_person_username", ["agency_id", "username"], unique=True)

    op.create_table(
        "question",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "answered",
                "suggested",
                "waiting",
                "closed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("article_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "article_id"],
            ["article.agency_id", "article.id"],
            name=op.f("fk_question_agency_id_article_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "contact_id"],
            ["contact.agency_id", "contact.id"],
            name=op.f("fk_question_agency_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_question_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_question")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index("ix_question_state", ["agency_id", "state", "asked_on"], unique=False)

    op.create_table(
        "reporter",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("identity", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "contact_id"],
            ["contact.agency_id", "contact.id"],
            name=op.f("fk_reporter_agency_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_reporter_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_reporter")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("reporter", schema=None) as batch_op:
        batch_op.create_index("ix_reporter_contact_id", ["agency_id", "contact_id"], unique=False)

    op.create_table(
        "complaint",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "corruption",
                "service",
                "general",
                "suggestion",
                "request",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "received",
                "in_review",
                "answered",
                "closed",
                "withdrawn",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "identity_mode",
            sa.Enum(
                "named",
                "confidential",
                "anonymous",
                name="identity_mode",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "channel",
            sa.Enum(
                "line",
                "web",
                "phone",
                "post",
                "walk_in",
                "facebook",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("reporter_id", sa.Uuid(), nullable=True),
        sa.Column("division_id", sa.Uuid(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipt_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "identity_mode <> 'anonymous' OR (reporter_id IS NULL AND received_at IS NULL)",
            name=op.f("ck_complaint_anonymous_has_no_link"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "division_id"],
            ["division.agency_id", "division.id"],
            name=op.f("fk_complaint_agency_id_division_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "reporter_id"],
            ["reporter.agency_id", "reporter.id"],
            name=op.f("fk_complaint_agency_id_reporter_id"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_complaint_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_complaint")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("complaint", schema=None) as batch_op:
        batch_op.create_index(
            "ix_complaint_received_on", ["agency_id", "received_on", "id"], unique=False
        )
        batch_op.create_index(
            "uq_complaint_receipt_hash", ["agency_id", "receipt_hash"], unique=True
        )

    op.create_table(
        "invitation",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "person_id"],
            ["person.agency_id", "person.id"],
            name=op.f("fk_invitation_agency_id_person_id"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_invitation_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_invitation")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index("uq_invitation_code_hash", ["agency_id", "code_hash"], unique=True)

    op.create_table(
        "progress_report",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("obligation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "done",
                "in_progress",
                "problem",
                "postpone",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("summary", sa.LargeBinary(), nullable=True),
        sa.Column("postpone_to", sa.Date(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "review",
            sa.Enum(
                "accepted",
                "returned",
                name="review",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("review_note", sa.LargeBinary(), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(review IS NULL) = (reviewed_by IS NULL) AND (review IS NULL) = (reviewed_at IS NULL)",
            name=op.f("ck_progress_report_review_has_a_reviewer"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "obligation_id"],
            ["obligation.agency_id", "obligation.id"],
            name=op.f("fk_progress_report_agency_id_obligation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "person_id"],
            ["person.agency_id", "person.id"],
            name=op.f("fk_progress_report_agency_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "reviewed_by"],
            ["person.agency_id", "person.id"],
            name=op.f("fk_progress_report_agency_id_reviewed_by"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_progress_report_agency_id")
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_progress_report")),
    )
    with op.batch_alter_table("progress_report", schema=None) as batch_op:
        batch_op.create_index(
            "ix_progress_report_obligation", ["agency_id", "obligation_id", "number"], unique=True
        )

    op.create_table(
        "reminder",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("obligation_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("digest_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "contact_id"],
            ["contact.agency_id", "contact.id"],
            name=op.f("fk_reminder_agency_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "digest_id"],
            ["digest.agency_id", "digest.id"],
            name=op.f("fk_reminder_agency_id_digest_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "obligation_id"],
            ["obligation.agency_id", "obligation.id"],
            name=op.f("fk_reminder_agency_id_obligation_id"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_reminder_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_reminder")),
    )
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.create_index("ix_reminder_digest_id", ["agency_id", "digest_id"], unique=False)
        batch_op.create_index(
            "uq_reminder_stage", ["agency_id", "obligation_id", "contact_id", "stage"], unique=True
        )

    op.create_table(
        "complaint_entry",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "filed",
                "moved",
                "answer",
                "note",
                "added",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column(
            "new_state",
            sa.Enum(
                "received",
                "in_review",
                "answered",
                "closed",
                "withdrawn",
                name="new_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "complaint_id"],
            ["complaint.agency_id", "complaint.id"],
            name=op.f("fk_complaint_entry_agency_id_complaint_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "person_id"],
            ["person.agency_id", "person.id"],
            name=op.f("fk_complaint_entry_agency_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_complaint_entry_agency_id")
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_complaint_entry")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("complaint_entry", schema=None) as batch_op:
        batch_op.create_index(
            "uq_complaint_entry_number", ["agency_id", "complaint_id", "number"], unique=True
        )

    op.create_table(
        "stored_file",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=True),
        sa.Column("progress_report_id", sa.Uuid(), nullable=True),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("stored_on", sa.Date(), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "complaint_id IS NULL OR progress_report_id IS NULL",
            name=op.f("ck_stored_file_one_owner_at_most"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "complaint_id"],
            ["complaint.agency_id", "complaint.id"],
            name=op.f("fk_stored_file_agency_id_complaint_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "progress_report_id"],
            ["progress_report.agency_id", "progress_report.id"],
            name=op.f("fk_stored_file_agency_id_progress_report_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_stored_file_agency_id")
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_stored_file")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.create_index(
            "ix_stored_file_complaint_id", ["agency_id", "complaint_id"], unique=False
        )
        batch_op.create_index(
            "ix_stored_file_progress_report_id", ["agency_id", "progress_report_id"], unique=False
        )
        batch_op.create_index("uq_stored_file_blob", ["blob"], unique=True)


def downgrade() -> None:
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.drop_index("uq_stored_file_blob")
        batch_op.drop_index("ix_stored_file_progress_report_id")
        batch_op.drop_index("ix_stored_file_complaint_id")

    op.drop_table("stored_file")
    with op.batch_alter_table("complaint_entry", schema=None) as batch_op:
        batch_op.drop_index("uq_complaint_entry_number")

    op.drop_table("complaint_entry")
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.drop_index("uq_reminder_stage")
        batch_op.drop_index("ix_reminder_digest_id")

    op.drop_table("reminder")
    with op.batch_alter_table("progress_report", schema=None) as batch_op:
        batch_op.drop_index("ix_progress_report_obligation")

    op.drop_table("progress_report")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index("uq_invitation_code_hash")

    op.drop_table("invitation")
    with op.batch_alter_table("complaint", schema=None) as batch_op:
        batch_op.drop_index("uq_complaint_receipt_hash")
        batch_op.drop_index("ix_complaint_received_on")

    op.drop_table("complaint")
    with op.batch_alter_table("reporter", schema=None) as batch_op:
        batch_op.drop_index("ix_reporter_contact_id")

    op.drop_table("reporter")
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_index("ix_question_state")

    op.drop_table("question")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index("uq_person_username")
        batch_op.drop_index("uq_person_contact_id")

    op.drop_table("person")
    with op.batch_alter_table("obligation", schema=None) as batch_op:
        batch_op.drop_index("uq_obligation_round")
        batch_op.drop_index(
            "ix_obligation_remind_on",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index("ix_obligation_division")

    op.drop_table("obligation")
    with op.batch_alter_table("digest", schema=None) as batch_op:
        batch_op.drop_index("uq_digest_day")

    op.drop_table("digest")
    with op.batch_alter_table("measure", schema=None) as batch_op:
        batch_op.drop_index("uq_measure_number")

    op.drop_table("measure")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index("uq_contact_line_hash")

    op.drop_table("contact")
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.drop_index("uq_article_key")

    op.drop_table("article")
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.drop_index("uq_plan_year")

    op.drop_table("plan")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_message_state")
        batch_op.drop_index(
            "ix_outbox_message_recipient",
            sqlite_where=sa.text("recipient_hash is not null"),
            postgresql_where=sa.text("recipient_hash is not null"),
        )
        batch_op.drop_index(
            "ix_outbox_message_next_at",
            sqlite_where=sa.text("state in ('waiting', 'sending')"),
            postgresql_where=sa.text("state in ('waiting', 'sending')"),
        )

    op.drop_table("outbox_message")
    with op.batch_alter_table("inbox_lane", schema=None) as batch_op:
        batch_op.drop_index("ix_inbox_lane_ready_at")

    op.drop_table("inbox_lane")
    with op.batch_alter_table("inbox_event", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_inbox_event_waiting",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index(
            "ix_inbox_event_failed",
            sqlite_where=sa.text("state = 'failed'"),
            postgresql_where=sa.text("state = 'failed'"),
        )

    op.drop_table("inbox_event")
    with op.batch_alter_table("division", schema=None) as batch_op:
        batch_op.drop_index("uq_division_name")

    op.drop_table("division")
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_index("ix_conversation_expires_on")

    op.drop_table("conversation")
    op.drop_table("audit_head")
    op.drop_table("audit_entry")
    op.drop_table("tick")
    op.drop_table("agency")
