"""A call that we make has no customer's leg at first; how far that has come, and for which call-back it is made."""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def how() -> Literal["always", "never"]:
    """SQLite cannot let a column be empty that could not; it makes the table anew."""
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"


def upgrade() -> None:
    with op.batch_alter_table("calls", recreate=how()) as batch:
        batch.alter_column("carrier_id", existing_type=sa.String(64), nullable=True, server_default=None)
        batch.add_column(sa.Column("customer_leg", sa.String(16), server_default="", nullable=False))
        batch.add_column(sa.Column("callback_id", sa.String(36), nullable=True))


def downgrade() -> None:
    op.execute("UPDATE calls SET carrier_id = id WHERE carrier_id IS NULL")
    with op.batch_alter_table("calls", recreate=how()) as batch:
        batch.drop_column("callback_id")
        batch.drop_column("customer_leg")
        batch.alter_column("carrier_id", existing_type=sa.String(64), nullable=False, server_default="")
