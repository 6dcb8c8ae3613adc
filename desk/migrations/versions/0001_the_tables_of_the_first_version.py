"""The tables of the first version."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:  # noqa: PLR0915 as many statements as tables
    op.create_table(
        "access_log",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=80), server_default="", nullable=False),
        sa.Column("action", sa.String(length=40), server_default="", nullable=False),
        sa.Column("object", sa.String(length=80), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
    )
    with op.batch_alter_table("access_log") as batch_op:
        batch_op.create_index(batch_op.f("ix_access_log_at"), ["at"], unique=False)

    op.create_table(
        "arrivals",
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("external_id", sa.String(length=300), nullable=False),
        sa.Column("interaction_id", sa.String(length=36), server_default="", nullable=False),
        sa.Column("message_id", sa.String(length=36), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("channel", "external_id", name=op.f("pk_arrivals")),
    )
    op.create_table(
        "canned_replies",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=120), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.String(length=16), server_default="en", nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_canned_replies")),
    )
    op.create_table(
        "cursors",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_cursors")),
    )
    op.create_table(
        "customers",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("external_id", sa.String(length=120), nullable=True),
        sa.Column("name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("tier", sa.String(length=16), server_default="ordinary", nullable=False),
        sa.Column("language", sa.String(length=16), server_default="", nullable=False),
        sa.Column("time_zone", sa.String(length=40), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("vulnerable", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("contact_safety", sa.JSON(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint("external_id", name=op.f("uq_customers_external_id")),
    )
    op.create_table(
        "dispositions",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), server_default="", nullable=False),
        sa.Column("retired", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_dispositions")),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=64), server_default="", nullable=False),
        sa.Column("actor", sa.String(length=80), server_default="", nullable=False),
        sa.Column("subject", sa.String(length=64), server_default="", nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("position", name=op.f("uq_events_position")),
    )
    with op.batch_alter_table("events") as batch_op:
        batch_op.create_index(batch_op.f("ix_events_at"), ["at"], unique=False)
        batch_op.create_index("ix_events_subject_id", ["subject", "id"], unique=False)
        batch_op.create_index(
            "ix_events_unstamped",
            ["id"],
            unique=False,
            sqlite_where=sa.text("position IS NULL"),
            postgresql_where=sa.text("position IS NULL"),
        )

    op.create_table(
        "flows",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_flows")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), server_default="", nullable=False),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("actor", "key", name=op.f("pk_idempotency_keys")),
    )
    with op.batch_alter_table("idempotency_keys") as batch_op:
        batch_op.create_index(batch_op.f("ix_idempotency_keys_at"), ["at"], unique=False)

    op.create_table(
        "jobs",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=64), server_default="", nullable=False),
        sa.Column("key", sa.String(length=120), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("failed_at", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("key", name=op.f("uq_jobs_key")),
    )
    with op.batch_alter_table("jobs") as batch_op:
        batch_op.create_index("ix_jobs_due", ["failed_at", "due_at"], unique=False)

    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=64), server_default="", nullable=False),
        sa.Column("epoch", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("renewed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "mails",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("external_id", sa.String(length=300), server_default="", nullable=False),
        sa.Column("sender", sa.String(length=320), server_default="", nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("blob", sa.String(length=80), server_default="", nullable=False),
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), server_default="stored", nullable=False),
        sa.Column("reason", sa.String(length=300), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
        sa.UniqueConstraint("external_id", name=op.f("uq_mails_external_id")),
    )
    op.create_table(
        "numbers",
        sa.Column("series", sa.String(length=32), nullable=False),
        sa.Column("last", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_numbers")),
    )
    op.create_table(
        "organization",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_organization")),
    )
    op.create_table(
        "queues",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), server_default="", nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("priority", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("target_s", sa.BigInteger(), server_default="20", nullable=False),
        sa.Column("target_share", sa.Float(), server_default="0.8", nullable=False),
        sa.Column("offer_s", sa.BigInteger(), server_default="20", nullable=False),
        sa.Column("wrap_up_s", sa.BigInteger(), server_default="60", nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_queues")),
    )
    op.create_table(
        "skills",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_skills")),
    )
    op.create_table(
        "taxonomy",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("parent", sa.String(length=64), server_default="", nullable=False),
        sa.Column("retired", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "code", name=op.f("pk_taxonomy")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("password_hash", sa.String(length=200), server_default="", nullable=False),
        sa.Column("role", sa.String(length=24), server_default="", nullable=False),
        sa.Column("language", sa.String(length=16), server_default="en", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "addresses",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=24), server_default="", nullable=False),
        sa.Column("value", sa.String(length=320), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_addresses_customer_id_customers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addresses")),
        sa.UniqueConstraint("kind", "value", name=op.f("uq_addresses_kind_value")),
    )
    with op.batch_alter_table("addresses") as batch_op:
        batch_op.create_index(batch_op.f("ix_addresses_customer_id"), ["customer_id"], unique=False)

    op.create_table(
        "agents",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("presence", sa.String(length=16), server_default="offline", nullable=False),
        sa.Column("reason", sa.String(length=40), server_default="", nullable=False),
        sa.Column("before_wrap_up", sa.String(length=16), server_default="", nullable=False),
        sa.Column("presence_since", sa.BigInteger(), nullable=False),
        sa.Column("idle_since", sa.BigInteger(), nullable=False),
        sa.Column("silent_since", sa.BigInteger(), nullable=True),
        sa.Column("capacity", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("phone", sa.String(length=120), server_default="", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["id"], ["users.id"], name=op.f("fk_agents_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agents")),
    )
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=80), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_api_tokens_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
    )
    with op.batch_alter_table("api_tokens") as batch_op:
        batch_op.create_index(batch_op.f("ix_api_tokens_user_id"), ["user_id"], unique=False)

    op.create_table(
        "entry_points",
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("flow", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["queue"], ["queues.key"], name=op.f("fk_entry_points_queue_queues")),
        sa.PrimaryKeyConstraint("channel", "address", name=op.f("pk_entry_points")),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("csrf_token", sa.String(length=64), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions") as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_user_id"), ["user_id"], unique=False)

    op.create_table(
        "agent_queues",
        sa.Column("agent_id", sa.String(length=36), nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_agent_queues_agent_id_agents")),
        sa.ForeignKeyConstraint(["queue"], ["queues.key"], name=op.f("fk_agent_queues_queue_queues")),
        sa.PrimaryKeyConstraint("agent_id", "queue", name=op.f("pk_agent_queues")),
    )
    op.create_table(
        "agent_skills",
        sa.Column("agent_id", sa.String(length=36), nullable=False),
        sa.Column("skill", sa.String(length=64), nullable=False),
        sa.Column("level", sa.BigInteger(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_agent_skills_agent_id_agents")),
        sa.ForeignKeyConstraint(["skill"], ["skills.key"], name=op.f("fk_agent_skills_skill_skills")),
        sa.PrimaryKeyConstraint("agent_id", "skill", name=op.f("pk_agent_skills")),
    )
    op.create_table(
        "interactions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=24), server_default="", nullable=False),
        sa.Column("direction", sa.String(length=8), server_default="in", nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=16), server_default="", nullable=False),
        sa.Column("subject", sa.String(length=300), server_default="", nullable=False),
        sa.Column("preview", sa.String(length=200), server_default="", nullable=False),
        sa.Column("language", sa.String(length=16), server_default="", nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("certainty", sa.String(length=8), server_default="new", nullable=False),
        sa.Column("entry_point", sa.String(length=320), server_default="", nullable=False),
        sa.Column("reply_to", sa.String(length=320), server_default="", nullable=False),
        sa.Column("arrived_at", sa.BigInteger(), nullable=False),
        sa.Column("queued_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("agent_id", sa.String(length=64), nullable=True),
        sa.Column("last_agent_id", sa.String(length=64), nullable=True),
        sa.Column("previous_id", sa.String(length=64), nullable=True),
        sa.Column("reopened", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("disposition", sa.String(length=64), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("tags", sa.JSON(), nullable=True),
        sa.Column("unread", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_interactions_agent_id_agents")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_interactions_customer_id_customers")),
        sa.ForeignKeyConstraint(["last_agent_id"], ["agents.id"], name=op.f("fk_interactions_last_agent_id_agents")),
        sa.ForeignKeyConstraint(
            ["previous_id"], ["interactions.id"], name=op.f("fk_interactions_previous_id_interactions")
        ),
        sa.ForeignKeyConstraint(["queue"], ["queues.key"], name=op.f("fk_interactions_queue_queues")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interactions")),
    )
    with op.batch_alter_table("interactions") as batch_op:
        batch_op.create_index(batch_op.f("ix_interactions_agent_id"), ["agent_id"], unique=False)
        batch_op.create_index("ix_interactions_arrived_at", ["arrived_at"], unique=False)
        batch_op.create_index("ix_interactions_customer_id_arrived_at", ["customer_id", "arrived_at"], unique=False)
        batch_op.create_index("ix_interactions_reply_to", ["reply_to"], unique=False)
        batch_op.create_index("ix_interactions_state", ["state"], unique=False)

    op.create_table(
        "calls",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("carrier_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("from_number", sa.String(length=40), server_default="", nullable=False),
        sa.Column("to_number", sa.String(length=40), server_default="", nullable=False),
        sa.Column("flow", sa.String(length=64), server_default="", nullable=False),
        sa.Column("session", sa.JSON(), nullable=True),
        sa.Column("agent_leg_id", sa.String(length=64), nullable=True),
        sa.Column("agent_leg_state", sa.String(length=16), server_default="", nullable=False),
        sa.Column("former_legs", sa.JSON(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(length=16), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["id"], ["interactions.id"], name=op.f("fk_calls_id_interactions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        sa.UniqueConstraint("carrier_id", name=op.f("uq_calls_carrier_id")),
    )
    with op.batch_alter_table("calls") as batch_op:
        batch_op.create_index("ix_calls_agent_leg_id", ["agent_leg_id"], unique=False)

    op.create_table(
        "complaints",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=True),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("interaction_id", sa.String(length=64), nullable=True),
        sa.Column("channel", sa.String(length=24), server_default="", nullable=False),
        sa.Column("state", sa.String(length=20), server_default="", nullable=False),
        sa.Column("category", sa.String(length=64), server_default="", nullable=False),
        sa.Column("severity", sa.BigInteger(), server_default="3", nullable=False),
        sa.Column("level", sa.String(length=12), server_default="general", nullable=False),
        sa.Column("remedy_sought", sa.Text(), server_default="", nullable=False),
        sa.Column("verbatim", sa.Text(), server_default="", nullable=False),
        sa.Column("product", sa.String(length=64), server_default="", nullable=False),
        sa.Column("tier", sa.String(length=16), server_default="", nullable=False),
        sa.Column("vulnerable", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("pack", sa.String(length=24), server_default="house", nullable=False),
        sa.Column("pack_version", sa.String(length=24), server_default="", nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("logged_at", sa.BigInteger(), nullable=True),
        sa.Column("logged_by", sa.String(length=36), server_default="", nullable=False),
        sa.Column("team", sa.String(length=64), server_default="", nullable=False),
        sa.Column("owner_id", sa.String(length=64), nullable=True),
        sa.Column("plan", sa.Text(), server_default="", nullable=False),
        sa.Column("findings", sa.Text(), server_default="", nullable=False),
        sa.Column("cause", sa.String(length=64), server_default="", nullable=False),
        sa.Column("redress", sa.JSON(), nullable=True),
        sa.Column("no_investigation_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("question", sa.Text(), server_default="", nullable=False),
        sa.Column("question_due_at", sa.BigInteger(), nullable=True),
        sa.Column("decision", sa.String(length=24), server_default="", nullable=False),
        sa.Column("response", sa.Text(), server_default="", nullable=False),
        sa.Column("acceptance", sa.Text(), server_default="", nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.String(length=120), server_default="", nullable=False),
        sa.Column("body_due_at", sa.BigInteger(), nullable=True),
        sa.Column("before_external", sa.String(length=20), server_default="", nullable=False),
        sa.Column("approver_id", sa.String(length=36), server_default="", nullable=False),
        sa.Column("second_approver_id", sa.String(length=36), server_default="", nullable=False),
        sa.Column("next_due_at", sa.BigInteger(), nullable=True),
        sa.Column("next_action", sa.String(length=200), server_default="", nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("cycle", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_complaints_customer_id_customers")),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interactions.id"], name=op.f("fk_complaints_interaction_id_interactions")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_complaints_owner_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints")),
        sa.UniqueConstraint("number", name=op.f("uq_complaints_number")),
    )
    with op.batch_alter_table("complaints") as batch_op:
        batch_op.create_index(batch_op.f("ix_complaints_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_complaints_interaction_id"), ["interaction_id"], unique=False)
        batch_op.create_index("ix_complaints_logged_at", ["logged_at"], unique=False)
        batch_op.create_index("ix_complaints_state", ["state"], unique=False)

    op.create_table(
        "messages",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("interaction_id", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=True),
        sa.Column("author_kind", sa.String(length=12), server_default="", nullable=False),
        sa.Column("author_id", sa.String(length=36), server_default="", nullable=False),
        sa.Column("author_name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("quoted", sa.Text(), nullable=True),
        sa.Column("internal", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.Column("delivery", sa.String(length=16), nullable=True),
        sa.Column("delivery_reason", sa.String(length=300), server_default="", nullable=False),
        sa.Column("external_id", sa.String(length=300), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interactions.id"], name=op.f("fk_messages_interaction_id_interactions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("interaction_id", "client_id", name=op.f("uq_messages_interaction_id_client_id")),
    )
    with op.batch_alter_table("messages") as batch_op:
        batch_op.create_index("ix_messages_external_id", ["external_id"], unique=False)
        batch_op.create_index("ix_messages_interaction_id_id", ["interaction_id", "id"], unique=False)

    op.create_table(
        "segments",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("interaction_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), server_default="", nullable=False),
        sa.Column("queue", sa.String(length=64), server_default="", nullable=False),
        sa.Column("agent_id", sa.String(length=36), nullable=True),
        sa.Column("entry", sa.String(length=16), server_default="", nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("to_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=20), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interactions.id"], name=op.f("fk_segments_interaction_id_interactions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segments")),
    )
    with op.batch_alter_table("segments") as batch_op:
        batch_op.create_index(batch_op.f("ix_segments_interaction_id"), ["interaction_id"], unique=False)
        batch_op.create_index("ix_segments_kind_from_at", ["kind", "from_at"], unique=False)

    op.create_table(
        "work_items",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), server_default="", nullable=False),
        sa.Column("channel", sa.String(length=24), server_default="", nullable=False),
        sa.Column("interaction_id", sa.String(length=64), nullable=True),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.String(length=36), server_default="", nullable=False),
        sa.Column("title", sa.String(length=300), server_default="", nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), server_default="", nullable=False),
        sa.Column("priority", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("placed_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("agent_id", sa.String(length=64), nullable=True),
        sa.Column("wanted_agent_id", sa.String(length=36), nullable=True),
        sa.Column("wanted_until", sa.BigInteger(), nullable=True),
        sa.Column("declined_by", sa.JSON(), nullable=True),
        sa.Column("outcome", sa.String(length=40), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_work_items_agent_id_agents")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_work_items_customer_id_customers")),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interactions.id"], name=op.f("fk_work_items_interaction_id_interactions")
        ),
        sa.ForeignKeyConstraint(["queue"], ["queues.key"], name=op.f("fk_work_items_queue_queues")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_items")),
    )
    with op.batch_alter_table("work_items") as batch_op:
        batch_op.create_index("ix_work_items_agent_id_state", ["agent_id", "state"], unique=False)
        batch_op.create_index("ix_work_items_state_queue", ["state", "queue"], unique=False)

    op.create_table(
        "attachments",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("message_id", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=300), server_default="", nullable=False),
        sa.Column("type", sa.String(length=120), server_default="", nullable=False),
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("blob", sa.String(length=80), server_default="", nullable=False),
        sa.Column("uploaded_by", sa.String(length=80), server_default="", nullable=False),
        sa.Column("uploaded_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_attachments_message_id_messages")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    with op.batch_alter_table("attachments") as batch_op:
        batch_op.create_index(batch_op.f("ix_attachments_message_id"), ["message_id"], unique=False)

    op.create_table(
        "complaint_spans",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("complaint_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), server_default="", nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("to_at", sa.BigInteger(), nullable=True),
        sa.Column("actor", sa.String(length=80), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name=op.f("fk_complaint_spans_complaint_id_complaints")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_spans")),
    )
    with op.batch_alter_table("complaint_spans") as batch_op:
        batch_op.create_index(batch_op.f("ix_complaint_spans_complaint_id"), ["complaint_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_complaint_spans_from_at"), ["from_at"], unique=False)

    op.create_table(
        "deadlines",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("complaint_id", sa.String(length=64), nullable=False),
        sa.Column("cycle", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("name", sa.String(length=24), server_default="", nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("due_local", sa.String(length=40), server_default="", nullable=False),
        sa.Column("met_at", sa.BigInteger(), nullable=True),
        sa.Column("basis", sa.String(length=200), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaints.id"], name=op.f("fk_deadlines_complaint_id_complaints")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadlines")),
        sa.UniqueConstraint("complaint_id", "cycle", "name", name=op.f("uq_deadlines_complaint_id_cycle_name")),
    )
    with op.batch_alter_table("deadlines") as batch_op:
        batch_op.create_index(batch_op.f("ix_deadlines_complaint_id"), ["complaint_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deadlines_due_at"), ["due_at"], unique=False)

    op.create_table(
        "letters",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("complaint_id", sa.String(length=64), nullable=False),
        sa.Column("cycle", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("kind", sa.String(length=24), server_default="", nullable=False),
        sa.Column("channel", sa.String(length=24), server_default="", nullable=False),
        sa.Column("address", sa.String(length=320), server_default="", nullable=False),
        sa.Column("subject", sa.String(length=300), server_default="", nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("short", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.String(length=16), server_default="queued", nullable=False),
        sa.Column("reason", sa.String(length=300), server_default="", nullable=False),
        sa.Column("message_id", sa.String(length=300), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("handed_over_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaints.id"], name=op.f("fk_letters_complaint_id_complaints")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
    )
    with op.batch_alter_table("letters") as batch_op:
        batch_op.create_index(batch_op.f("ix_letters_complaint_id"), ["complaint_id"], unique=False)

    op.create_table(
        "milestones",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("complaint_id", sa.String(length=64), nullable=False),
        sa.Column("cycle", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("name", sa.String(length=24), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=80), server_default="", nullable=False),
        sa.Column("evidence", sa.String(length=300), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name=op.f("fk_milestones_complaint_id_complaints")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestones")),
        sa.UniqueConstraint("complaint_id", "cycle", "name", name=op.f("uq_milestones_complaint_id_cycle_name")),
    )
    with op.batch_alter_table("milestones") as batch_op:
        batch_op.create_index(batch_op.f("ix_milestones_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_milestones_complaint_id"), ["complaint_id"], unique=False)

    op.create_table(
        "offers",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("work_item_id", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("reason", sa.String(length=40), server_default="", nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_offers_agent_id_agents")),
        sa.ForeignKeyConstraint(["work_item_id"], ["work_items.id"], name=op.f("fk_offers_work_item_id_work_items")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    with op.batch_alter_table("offers") as batch_op:
        batch_op.create_index("ix_offers_agent_id_outcome", ["agent_id", "outcome"], unique=False)
        batch_op.create_index(batch_op.f("ix_offers_work_item_id"), ["work_item_id"], unique=False)

    op.create_table(
        "recoveries",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("complaint_id", sa.String(length=64), nullable=True),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("cycle", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("playbook", sa.String(length=64), server_default="", nullable=False),
        sa.Column("playbook_version", sa.String(length=24), server_default="", nullable=False),
        sa.Column("strategy", sa.String(length=40), server_default="", nullable=False),
        sa.Column("trigger", sa.String(length=40), server_default="", nullable=False),
        sa.Column("state", sa.String(length=12), server_default="", nullable=False),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name=op.f("fk_recoveries_complaint_id_complaints")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_recoveries_customer_id_customers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recoveries")),
        sa.UniqueConstraint("complaint_id", "cycle", name=op.f("uq_recoveries_complaint_id_cycle")),
    )
    with op.batch_alter_table("recoveries") as batch_op:
        batch_op.create_index(batch_op.f("ix_recoveries_complaint_id"), ["complaint_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recoveries_customer_id"), ["customer_id"], unique=False)

    op.create_table(
        "recovery_actions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("recovery_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=24), server_default="", nullable=False),
        sa.Column("title", sa.String(length=300), server_default="", nullable=False),
        sa.Column("channel", sa.String(length=24), server_default="", nullable=False),
        sa.Column("owner_role", sa.String(length=24), server_default="", nullable=False),
        sa.Column("mandatory", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), server_default="", nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=40), server_default="", nullable=False),
        sa.Column("evidence", sa.Text(), server_default="", nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("offered_from", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["recovery_id"], ["recoveries.id"], name=op.f("fk_recovery_actions_recovery_id_recoveries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_actions")),
    )
    with op.batch_alter_table("recovery_actions") as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_actions_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_recovery_actions_recovery_id"), ["recovery_id"], unique=False)

    op.create_table(
        "surveys",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("interaction_id", sa.String(length=64), nullable=True),
        sa.Column("complaint_id", sa.String(length=64), nullable=True),
        sa.Column("recovery_id", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=24), server_default="", nullable=False),
        sa.Column("channel", sa.String(length=24), server_default="", nullable=False),
        sa.Column("address", sa.String(length=320), server_default="", nullable=False),
        sa.Column("planned_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=True),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.String(length=12), server_default="planned", nullable=False),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaints.id"], name=op.f("fk_surveys_complaint_id_complaints")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_surveys_customer_id_customers")),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interactions.id"], name=op.f("fk_surveys_interaction_id_interactions")
        ),
        sa.ForeignKeyConstraint(["recovery_id"], ["recoveries.id"], name=op.f("fk_surveys_recovery_id_recoveries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveys")),
    )
    with op.batch_alter_table("surveys") as batch_op:
        batch_op.create_index(batch_op.f("ix_surveys_customer_id"), ["customer_id"], unique=False)


def downgrade() -> None:  # noqa: PLR0915 as many statements as tables
    with op.batch_alter_table("surveys") as batch_op:
        batch_op.drop_index(batch_op.f("ix_surveys_customer_id"))

    op.drop_table("surveys")
    with op.batch_alter_table("recovery_actions") as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_actions_recovery_id"))
        batch_op.drop_index(batch_op.f("ix_recovery_actions_due_at"))

    op.drop_table("recovery_actions")
    with op.batch_alter_table("recoveries") as batch_op:
        batch_op.drop_index(batch_op.f("ix_recoveries_customer_id"))
        batch_op.drop_index(batch_op.f("ix_recoveries_complaint_id"))

    op.drop_table("recoveries")
    with op.batch_alter_table("offers") as batch_op:
        batch_op.drop_index(batch_op.f("ix_offers_work_item_id"))
        batch_op.drop_index("ix_offers_agent_id_outcome")

    op.drop_table("offers")
    with op.batch_alter_table("milestones") as batch_op:
        batch_op.drop_index(batch_op.f("ix_milestones_complaint_id"))
        batch_op.drop_index(batch_op.f("ix_milestones_at"))

    op.drop_table("milestones")
    with op.batch_alter_table("letters") as batch_op:
        batch_op.drop_index(batch_op.f("ix_letters_complaint_id"))

    op.drop_table("letters")
    with op.batch_alter_table("deadlines") as batch_op:
        batch_op.drop_index(batch_op.f("ix_deadlines_due_at"))
        batch_op.drop_index(batch_op.f("ix_deadlines_complaint_id"))

    op.drop_table("deadlines")
    with op.batch_alter_table("complaint_spans") as batch_op:
        batch_op.drop_index(batch_op.f("ix_complaint_spans_from_at"))
        batch_op.drop_index(batch_op.f("ix_complaint_spans_complaint_id"))

    op.drop_table("complaint_spans")
    with op.batch_alter_table("attachments") as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachments_message_id"))

    op.drop_table("attachments")
    with op.batch_alter_table("work_items") as batch_op:
        batch_op.drop_index("ix_work_items_state_queue")
        batch_op.drop_index("ix_work_items_agent_id_state")

    op.drop_table("work_items")
    with op.batch_alter_table("segments") as batch_op:
        batch_op.drop_index("ix_segments_kind_from_at")
        batch_op.drop_index(batch_op.f("ix_segments_interaction_id"))

    op.drop_table("segments")
    with op.batch_alter_table("messages") as batch_op:
        batch_op.drop_index("ix_messages_interaction_id_id")
        batch_op.drop_index("ix_messages_external_id")

    op.drop_table("messages")
    with op.batch_alter_table("complaints") as batch_op:
        batch_op.drop_index("ix_complaints_state")
        batch_op.drop_index("ix_complaints_logged_at")
        batch_op.drop_index(batch_op.f("ix_complaints_interaction_id"))
        batch_op.drop_index(batch_op.f("ix_complaints_customer_id"))

    op.drop_table("complaints")
    with op.batch_alter_table("calls") as batch_op:
        batch_op.drop_index("ix_calls_agent_leg_id")

    op.drop_table("calls")
    with op.batch_alter_table("interactions") as batch_op:
        batch_op.drop_index("ix_interactions_state")
        batch_op.drop_index("ix_interactions_reply_to")
        batch_op.drop_index("ix_interactions_customer_id_arrived_at")
        batch_op.drop_index("ix_interactions_arrived_at")
        batch_op.drop_index(batch_op.f("ix_interactions_agent_id"))

    op.drop_table("interactions")
    op.drop_table("agent_skills")
    op.drop_table("agent_queues")
    with op.batch_alter_table("sessions") as batch_op:
        batch_op.drop_index(batch_op.f("ix_sessions_user_id"))

    op.drop_table("sessions")
    op.drop_table("entry_points")
    with op.batch_alter_table("api_tokens") as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_tokens_user_id"))

    op.drop_table("api_tokens")
    op.drop_table("agents")
    with op.batch_alter_table("addresses") as batch_op:
        batch_op.drop_index(batch_op.f("ix_addresses_customer_id"))

    op.drop_table("addresses")
    op.drop_table("users")
    op.drop_table("taxonomy")
    op.drop_table("skills")
    op.drop_table("queues")
    op.drop_table("organization")
    op.drop_table("numbers")
    op.drop_table("mails")
    op.drop_table("leases")
    with op.batch_alter_table("jobs") as batch_op:
        batch_op.drop_index("ix_jobs_due")

    op.drop_table("jobs")
    with op.batch_alter_table("idempotency_keys") as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotency_keys_at"))

    op.drop_table("idempotency_keys")
    op.drop_table("flows")
    with op.batch_alter_table("events") as batch_op:
        batch_op.drop_index(
            "ix_events_unstamped",
            sqlite_where=sa.text("position IS NULL"),
            postgresql_where=sa.text("position IS NULL"),
        )
        batch_op.drop_index("ix_events_subject_id")
        batch_op.drop_index(batch_op.f("ix_events_at"))

    op.drop_table("events")
    op.drop_table("dispositions")
    op.drop_table("customers")
    op.drop_table("cursors")
    op.drop_table("canned_replies")
    op.drop_table("arrivals")
    with op.batch_alter_table("access_log") as batch_op:
        batch_op.drop_index(batch_op.f("ix_access_log_at"))

    op.drop_table("access_log")
