"""desk/tables/people.py: customers, their addresses and sessions; users, their sessions and tokens."""

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

#: A link by which a customer signs in, once. What opens it is signed and kept nowhere. `used_at` is when it, or another
#: of its address, was used, or all were ended. `address_id` is where it went:
#: no reference, as an address may be taken away, and the link with it.
sign_in_links = sa.Table(
    "sign_in_links",
    metadata,
    key(),
    ref("customer_id", "customers.id"),
    text("address_id", 36),
    text("channel", 8),  # email, sms
    at("created_at", index=True),
    at("expires_at"),
    at("used_at", nullable=True),
    sa.Index("ix_sign_in_links_address_id_created_at", "address_id", "created_at"),
)

#: Where a customer is signed in. `id` is the SHA-256 of the cookie; it lasts while the address is still theirs.
customer_sessions = sa.Table(
    "customer_sessions",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    ref("customer_id", "customers.id", index=True),
    text("address_id", 36),
    at("created_at"),
    at("seen_at"),
    at("expires_at", index=True),
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
