"""Nodes with a heartbeat, and whose consoles are connected to which."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "nodes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("beats", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nodes")),
    )
    op.create_table(
        "consoles",
        sa.Column("node_id", sa.String(length=36), nullable=False),
        sa.Column("agent_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("node_id", "agent_id", name=op.f("pk_consoles")),
    )
    with op.batch_alter_table("consoles") as batch_op:
        batch_op.create_index(batch_op.f("ix_consoles_agent_id"), ["agent_id"], unique=False)
    # Whoever was signed in is connected to a node that never beats, until they come back to one that does.
    op.execute(
        "INSERT INTO consoles (node_id, agent_id) SELECT 'before 0003', id FROM agents"
        " WHERE presence <> 'offline' AND silent_since IS NULL"
    )


def downgrade() -> None:
    op.drop_table("consoles")
    op.drop_table("nodes")
