"""A queue's rules beyond its columns; how soon an agent serves a queue; when an agent was last offered work."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("queues", sa.Column("rules", sa.JSON(), nullable=True))
    op.add_column("agents", sa.Column("offered_at", sa.BigInteger(), nullable=True))
    op.add_column("agent_queues", sa.Column("priority", sa.BigInteger(), server_default="1", nullable=False))
    op.add_column("agent_queues", sa.Column("delay_s", sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("agent_queues", "delay_s")
    op.drop_column("agent_queues", "priority")
    op.drop_column("agents", "offered_at")
    op.drop_column("queues", "rules")
