"""desk/tables/back_tests.py: how the estimates of a day came out."""

import sqlalchemy as sa

from desk.tables.columns import metadata, number

#: One method of foretelling waits, in one queue, on one day of the site.
back_tests = sa.Table(
    "back_tests",
    metadata,
    sa.Column("day", sa.String(10), primary_key=True),  # 2026-11-25
    sa.Column("queue", sa.String(64), primary_key=True),
    sa.Column("method", sa.String(16), primary_key=True),  # told, last_wait, last_ten, smoothed
    number("waits"),
    number("within", nullable=True),  # so many of them lay in the range that was told; null: it is no range
    number("bias_ms"),
    number("off_ms"),
)
