"""Tries to reach a complainant that reached nobody are kept one by one; of those before only the latest was."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tries",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("reference", sa.String(length=36), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=80), server_default="", nullable=False),
        sa.Column("outcome", sa.String(length=40), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tries")),
    )
    op.create_index("ix_tries_reference", "tries", ["reference"])
    # What was said of the latest try stands with the work that was put aside by it, for four hours.
    op.execute(
        "INSERT INTO tries (id, reference, at, outcome, note)"
        " SELECT id, reference, placed_at - 14400000, outcome, note FROM work_items"
        " WHERE kind = 'complaint_step' AND outcome = 'unreachable' AND state <> 'done'"
    )


def downgrade() -> None:
    op.drop_index("ix_tries_reference", table_name="tries")
    op.drop_table("tries")
