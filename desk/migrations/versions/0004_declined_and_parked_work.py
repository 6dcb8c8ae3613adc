"""How often a work item was declined, and whether it is parked: in an agent's hands without taking room there."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("work_items", sa.Column("declines", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("work_items", sa.Column("parked", sa.String(12), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("work_items", "parked")
    op.drop_column("work_items", "declines")
