"""A stay that was over after more than an hour says within how many hours: so what was going on at an instant is found,
however long ago it had begun."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_ONLY: Any = dict.fromkeys(("sqlite_where", "postgresql_where"), sa.text("within_h IS NOT NULL"))
_HOUR_MS = 3_600_000
_HOURS = [2**power for power in range(1, 21)]


def upgrade() -> None:
    op.add_column("segments", sa.Column("within_h", sa.BigInteger(), nullable=True))
    within = " ".join(f"WHEN to_at - from_at <= {hours * _HOUR_MS} THEN {hours}" for hours in _HOURS[:-1])
    op.execute(
        f"UPDATE segments SET within_h = CASE {within} ELSE {_HOURS[-1]} END WHERE to_at - from_at > {_HOUR_MS}"  # noqa: S608  # numbers of ours
    )
    op.create_index("ix_segments_long", "segments", ["within_h", "from_at"], **_ONLY)


def downgrade() -> None:
    op.drop_index("ix_segments_long", table_name="segments")
    op.drop_column("segments", "within_h")
