"""A category holds the words that somebody asks for, until somebody else approves them."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_CATEGORIES = sa.table(
    "categories", sa.column("id"), *(sa.column(name, sa.JSON) for name in ("names", "about", "asks"))
)


def upgrade() -> None:
    op.add_column("categories", sa.Column("asks", sa.JSON(), nullable=True))
    op.add_column("categories", sa.Column("asked_by", sa.String(36), nullable=True))


def downgrade() -> None:
    """What is new, and holds nothing, is called what somebody asked to call it."""
    for row in op.get_bind().execute(sa.select(_CATEGORIES)).all():
        if row.asks and not row.names:
            op.execute(sa.update(_CATEGORIES).where(_CATEGORIES.c.id == row.id).values(row.asks))
    op.drop_column("categories", "asked_by")
    op.drop_column("categories", "asks")
