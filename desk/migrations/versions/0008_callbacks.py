"""Customers whom we have promised to ring, and when."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "callbacks",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=40), server_default="", nullable=False),
        sa.Column("state", sa.String(length=12), server_default="", nullable=False),
        sa.Column("first", sa.String(length=8), server_default="", nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=True),
        sa.Column("interaction_id", sa.String(length=64), nullable=True),
        sa.Column("call_id", sa.String(length=36), nullable=True),
        sa.Column("asked_for", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("dialled_at", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("why", sa.String(length=20), server_default="", nullable=False),
        sa.Column("is_open", sa.String(length=4), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_callbacks_customer_id_customers")),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interactions.id"], name=op.f("fk_callbacks_interaction_id_interactions")
        ),
        sa.ForeignKeyConstraint(["queue"], ["queues.key"], name=op.f("fk_callbacks_queue_queues")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callbacks")),
        sa.UniqueConstraint("customer_id", "queue", "is_open", name=op.f("uq_callbacks_customer_id_queue_is_open")),
    )
    with op.batch_alter_table("callbacks") as batch_op:
        batch_op.create_index(batch_op.f("ix_callbacks_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index("ix_callbacks_state_due_at", ["state", "due_at"], unique=False)


def downgrade() -> None:
    op.drop_table("callbacks")
