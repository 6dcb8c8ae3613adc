"""desk/tables/people.py: customers and their addresses; users, their sessions and tokens."""

import sqlalchemy as sa

from desk.tables.columns import at, flag, json, key, metadata, number, ref, text

customers = sa.Table(
    "customers",
    metadata,
    key(),
    sa.Column("external_id", sa.String(120), unique=True, nullable=True),  # what another system calls them
    text("name", 200),
    text("tier", 16, default="ordinary"),
    text("language", 16),
    text("time_zone", 40),
    text("note"),
    flag("vulnerable"),
    json("contact_safety", nullable=True),
    number("version"),
    at("created_at"),
)

#: One row an address: `kind` is email, phone, chat or the name of a generic channel.
addresses = sa.Table(
    "addresses",
    metadata,
    key(),
    ref("customer_id", "customers.id", index=True),
    text("kind", 24),
    text("value", 320),
    at("created_at"),
    sa.UniqueConstraint("kind", "value"),
)

users = sa.Table(
    "users",
    metadata,
    key(),
    sa.Column("email", sa.String(320), unique=True, nullable=False),
    text("name", 200),
    text("password_hash", 200),
    text("role", 24),
    text("language", 16, default="en"),
    flag("active", default=True),
    at("created_at"),
)

#: `id` is the SHA-256 of the cookie: a stolen database signs nobody in.
sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    ref("user_id", "users.id", index=True),
    text("csrf_token", 64),
    at("created_at"),
    at("seen_at"),
    at("expires_at"),
)

api_tokens = sa.Table(
    "api_tokens",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    ref("user_id", "users.id", index=True),
    text("label", 80),
    at("created_at"),
)
