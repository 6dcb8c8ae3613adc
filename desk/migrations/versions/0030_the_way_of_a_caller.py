"""A call keeps what its caller chose, heard and was sent before an agent had them."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("calls", sa.Column("way", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("calls", "way")
