"""Work that was no contact says, when it is done, since when there was word of it and within how many hours it was
over: so what stood in line at an instant is found, however long ago it was made."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_ONLY: Any = dict.fromkeys(("sqlite_where", "postgresql_where"), sa.text("within_h IS NOT NULL"))
_HOUR_MS = 3_600_000
_HOURS = [2**power for power in range(21)]
_SAID = "SELECT {}(events.at) FROM events WHERE events.subject = work_items.id AND events.name IN ({})"
_FIRST = _SAID.format("min", "'work_item.queued', 'work_item.changed'")
_DONE = _SAID.format("max", "'work_item.changed'")


def upgrade() -> None:
    op.add_column("work_items", sa.Column("began_at", sa.BigInteger(), nullable=True))
    op.add_column("work_items", sa.Column("within_h", sa.BigInteger(), nullable=True))
    over = "interaction_id IS NULL AND state = 'done'"
    op.execute(f"UPDATE work_items SET began_at = ({_FIRST}) WHERE {over}")  # noqa: S608  # words of ours
    within = " ".join(f"WHEN ({_DONE}) - began_at <= {hours * _HOUR_MS} THEN {hours}" for hours in _HOURS[:-1])
    op.execute(
        f"UPDATE work_items SET within_h = CASE {within} ELSE {_HOURS[-1]} END WHERE began_at IS NOT NULL"  # noqa: S608  # words of ours
    )
    op.create_index("ix_work_items_over", "work_items", ["within_h", "began_at"], **_ONLY)


def downgrade() -> None:
    op.drop_index("ix_work_items_over", table_name="work_items")
    op.drop_column("work_items", "within_h")
    op.drop_column("work_items", "began_at")
