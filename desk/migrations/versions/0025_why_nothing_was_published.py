"""A text says why it was not published at the time that was planned."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("article_texts", sa.Column("not_published", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("article_texts", "not_published")
