"""desk/tables/callbacks.py: customers whom we have promised to ring."""

import sqlalchemy as sa

from desk.tables.columns import at, key, metadata, number, ref, text

#: A promise to ring a customer. Its work item has its id and holds its place in line.
callbacks = sa.Table(
    "callbacks",
    metadata,
    key(),
    ref("customer_id", "customers.id", index=True),
    ref("queue", "queues.key"),
    text("number", 40),
    text("state", 12),  # waiting, dialling, reached, gave_up, cancelled
    text("first", 8),  # who is rung first: agent, customer
    text("owner_id", 36, nullable=True),  # whose it is, for a while
    ref("interaction_id", "interactions.id", nullable=True),  # the call whose place it keeps
    text("call_id", 36, nullable=True),  # the latest call that was made for it
    at("asked_for"),
    at("due_at"),
    at("dialled_at", nullable=True),
    number("attempts"),
    text("why", 20),  # how the latest attempt ended
    text("is_open", 4, nullable=True),  # null once it has ended
    at("created_at"),
    at("ended_at", nullable=True),
    number("version"),
    sa.UniqueConstraint("customer_id", "queue", "is_open"),  # a customer has one in a queue at a time
    sa.Index("ix_callbacks_state_due_at", "state", "due_at"),
    sa.Index("ix_callbacks_number_state", "number", "state"),  # the others to a number that is rung
)
