"""How long a queue's contacts take lately is read from the latest of them, not from all that there ever were."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_interactions_queue_channel_closed_at", "interactions", ["queue", "channel", "closed_at"])


def downgrade() -> None:
    op.drop_index("ix_interactions_queue_channel_closed_at", table_name="interactions")
