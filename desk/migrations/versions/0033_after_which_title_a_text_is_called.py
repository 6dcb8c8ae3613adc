"""A text says of which revision's title its address is made, so that a draft's makes none that readers see."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_TEXTS = sa.table("article_texts", *map(sa.column, ("called_after", "published", "newest")))


def upgrade() -> None:
    op.add_column("article_texts", sa.Column("called_after", sa.BigInteger(), server_default="1", nullable=False))
    op.execute(sa.update(_TEXTS).values(called_after=sa.func.coalesce(_TEXTS.c.published, _TEXTS.c.newest)))


def downgrade() -> None:
    op.drop_column("article_texts", "called_after")
