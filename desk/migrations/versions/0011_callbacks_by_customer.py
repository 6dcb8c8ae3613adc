"""A customer's call-backs, made by hand or dialled, are found without a look at all work that there ever was."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ONLY: Any = dict.fromkeys(("sqlite_where", "postgresql_where"), sa.text("kind = 'callback'"))


def upgrade() -> None:
    op.create_index("ix_work_items_callbacks_of_customer", "work_items", ["customer_id", "placed_at"], **_ONLY)
    op.create_index("ix_work_items_callbacks", "work_items", ["state", "id"], **_ONLY)


def downgrade() -> None:
    op.drop_index("ix_work_items_callbacks", table_name="work_items")
    op.drop_index("ix_work_items_callbacks_of_customer", table_name="work_items")
