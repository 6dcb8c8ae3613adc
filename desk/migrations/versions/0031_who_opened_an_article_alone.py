"""An article says who let others in alone, while nothing of it had been let through: somebody else approves it."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("articles", sa.Column("opened_by", sa.String(36), nullable=True))


def downgrade() -> None:
    op.drop_column("articles", "opened_by")
