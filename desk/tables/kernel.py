"""desk/tables/kernel.py: the log, the job queue, the lease, and who has read how far."""

import sqlalchemy as sa

from desk.tables.columns import at, json, key, metadata, number, text

#: What happened, in order. `position` is the order of commits: stamped in the transaction on
#: SQLite (one writer), by the relay on PostgreSQL. Holds ids, states and numbers, never names
#: or what was said.
events = sa.Table(
    "events",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("position", sa.BigInteger, unique=True, nullable=True),
    at("at", index=True),
    text("name", 64),
    text("actor", 80),
    text("subject", 64),
    json("data"),
    sa.Index("ix_events_subject_id", "subject", "id"),
    sa.Index(
        "ix_events_unstamped",
        "id",
        sqlite_where=sa.text("position IS NULL"),
        postgresql_where=sa.text("position IS NULL"),
    ),
)

#: What must be done, and when. A row leaves when its work is done; one that keeps failing stays
#: with `failed_at` for a person to see.
jobs = sa.Table(
    "jobs",
    metadata,
    key(),
    text("name", 64),
    sa.Column("key", sa.String(120), unique=True, nullable=True),
    at("due_at"),
    at("claimed_until", nullable=True),
    number("attempts"),
    at("failed_at", nullable=True),
    text("error"),
    json("data"),
    sa.Index("ix_jobs_due", "failed_at", "due_at"),
)

#: How far each reader of the log has come, and by which rules the index of articles is.
cursors = sa.Table("cursors", metadata, sa.Column("name", sa.String(64), primary_key=True), number("position"))

#: Who may route and stamp. One row a name; `epoch` grows with every change of holder.
leases = sa.Table(
    "leases",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    text("holder", 64),
    number("epoch"),
    at("renewed_at"),
)

#: Settings of the organization that have no table of their own: name, zone, calendars, packs.
organization = sa.Table("organization", metadata, sa.Column("key", sa.String(64), primary_key=True), json("value"))

#: Gap-free human numbers: one row a series ("C-2026").
numbers = sa.Table("numbers", metadata, sa.Column("series", sa.String(32), primary_key=True), number("last"))

#: What was answered to a request that named a key of its own: for a day the same key has the same answer.
idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    sa.Column("actor", sa.String(80), primary_key=True),
    sa.Column("key", sa.String(200), primary_key=True),
    text("fingerprint", 64),  # SHA-256 of what was asked: another question under the same key is an error
    json("answer", nullable=True),
    at("at", index=True),
)

#: Who saw what. The event log says who changed what.
access_log = sa.Table(
    "access_log",
    metadata,
    key(),
    at("at", index=True),
    text("actor", 80),
    text("action", 40),
    text("object", 80),
)
