"""Work says as what its agent is wanted: by name, as the owner of the case, or as the last who had the customer."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("work_items", sa.Column("wanted_as", sa.String(length=12), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("work_items", "wanted_as")
