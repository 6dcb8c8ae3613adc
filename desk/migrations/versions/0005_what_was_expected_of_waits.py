"""What was expected of each stay in a queue, to be held against what came of it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "estimates",
        sa.Column("segment_id", sa.String(length=36), nullable=False),
        sa.Column("queue", sa.String(length=64), server_default="", nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("low_ms", sa.BigInteger(), nullable=True),
        sa.Column("high_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["segment_id"], ["segments.id"], name=op.f("fk_estimates_segment_id_segments")),
        sa.PrimaryKeyConstraint("segment_id", name=op.f("pk_estimates")),
    )
    with op.batch_alter_table("estimates") as batch_op:
        batch_op.create_index(batch_op.f("ix_estimates_queue_made_at"), ["queue", "made_at"], unique=False)


def downgrade() -> None:
    op.drop_table("estimates")
