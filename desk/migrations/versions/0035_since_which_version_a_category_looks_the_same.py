"""A category says since which version everybody sees the same: words that are asked for are for who writes alone."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_CATEGORIES = sa.table("categories", *map(sa.column, ("version", "seen_version")))


def upgrade() -> None:
    op.add_column("categories", sa.Column("seen_version", sa.BigInteger(), server_default="0", nullable=False))
    op.execute(sa.update(_CATEGORIES).values(seen_version=_CATEGORIES.c.version))


def downgrade() -> None:
    op.drop_column("categories", "seen_version")
