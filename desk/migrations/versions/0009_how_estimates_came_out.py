"""How the estimates of each day came out, by queue and method."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "back_tests",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("waits", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("within", sa.BigInteger(), nullable=True),
        sa.Column("bias_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("off_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("day", "queue", "method", name=op.f("pk_back_tests")),
    )


def downgrade() -> None:
    op.drop_table("back_tests")
