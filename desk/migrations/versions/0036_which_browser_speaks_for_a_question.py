"""A question keeps a mark of the browser that speaks for who asked: a link that is passed on speaks for nobody."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("questions", sa.Column("claimed_by", sa.String(64), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("questions", "claimed_by")
