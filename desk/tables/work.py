"""desk/tables/work.py: interactions, what is said in them, and the one queue of work items."""

from typing import Any

import sqlalchemy as sa

from desk.tables.columns import at, flag, json, key, metadata, number, ref, text

interactions = sa.Table(
    "interactions",
    metadata,
    key(),
    text("channel", 24),
    text("direction", 8, default="in"),
    ref("queue", "queues.key", nullable=True),
    text("state", 16),
    text("subject", 300),
    text("preview", 200),
    text("language", 16),
    ref("customer_id", "customers.id"),
    text("certainty", 8, default="new"),
    text("entry_point", 320),
    text("reply_to", 320),
    at("arrived_at"),
    at("queued_at", nullable=True),  # first enqueue after arrival or reopening: its place
    at("answered_at", nullable=True),
    at("ended_at", nullable=True),
    at("closed_at", nullable=True),
    ref("agent_id", "agents.id", nullable=True, index=True),
    ref("last_agent_id", "agents.id", nullable=True),
    ref("previous_id", "interactions.id", nullable=True),
    number("reopened"),
    text("disposition", 64),
    text("note"),
    json("tags", nullable=True),
    number("unread"),
    number("version"),
    sa.Index("ix_interactions_customer_id_arrived_at", "customer_id", "arrived_at"),
    sa.Index("ix_interactions_state", "state"),
    sa.Index("ix_interactions_arrived_at", "arrived_at"),
    sa.Index("ix_interactions_queue_channel_closed_at", "queue", "channel", "closed_at"),  # how fast a queue moves
    sa.Index("ix_interactions_reply_to", "reply_to"),  # a visitor's conversation is found by their address
)

#: What came in, once: the key that makes at-least-once delivery exactly one message.
arrivals = sa.Table(
    "arrivals",
    metadata,
    sa.Column("channel", sa.String(24), primary_key=True),
    sa.Column("external_id", sa.String(300), primary_key=True),
    text("interaction_id", 36),
    text("message_id", 36),
)

messages = sa.Table(
    "messages",
    metadata,
    key(),
    ref("interaction_id", "interactions.id"),
    text("client_id", 64, nullable=True),
    text("author_kind", 12),  # customer, agent, system, bot
    text("author_id", 36),
    text("author_name", 200),
    text("text"),
    text("html", nullable=True),
    text("quoted", nullable=True),  # what a reply quotes: folded, never dropped
    flag("internal"),
    at("sent_at"),
    text("delivery", 16, nullable=True),  # queued, handed_over, delivered, read, failed, bounced
    text("delivery_reason", 300),
    text("external_id", 300, nullable=True),
    json("headers", nullable=True),  # mail: what threading and display need
    sa.UniqueConstraint("interaction_id", "client_id"),
    sa.Index("ix_messages_interaction_id_id", "interaction_id", "id"),
    sa.Index("ix_messages_external_id", "external_id"),
)

#: A file of a message. One that was uploaded and not sent yet has no message: it is its uploader's alone.
attachments = sa.Table(
    "attachments",
    metadata,
    key(),
    ref("message_id", "messages.id", nullable=True, index=True),
    text("name", 300),
    text("type", 120),
    number("size"),
    text("blob", 80),
    text("uploaded_by", 80),
    at("uploaded_at", nullable=True),
)

#: Raw mail as it came, before and after it is understood.
mails = sa.Table(
    "mails",
    metadata,
    key(),
    text("external_id", 300),
    text("sender", 320),
    json("recipients"),
    text("blob", 80),
    number("size"),
    at("received_at"),
    text("state", 12, default="stored"),  # stored, queued, unreadable, ignored
    text("reason", 300),
    sa.UniqueConstraint("external_id"),
)

#: The condition of an index of long stays alone.
_LONG: Any = dict.fromkeys(("sqlite_where", "postgresql_where"), sa.text("within_h IS NOT NULL"))

#: One stay of an interaction in one place: self_service, queue, dialling, agent, hold, wrap_up.
segments = sa.Table(
    "segments",
    metadata,
    key(),
    ref("interaction_id", "interactions.id", index=True),
    text("kind", 16),
    text("queue", 64),
    text("agent_id", 36, nullable=True),
    text("entry", 16),  # queue: new, transfer, reopened, returned
    at("from_at"),
    at("to_at", nullable=True),
    text("outcome", 20),  # queue: answered, abandoned, transferred, system_ended …
    # The least power of two of hours within which a stay of more than one was over.
    number("within_h", nullable=True),
    sa.Index("ix_segments_kind_from_at", "kind", "from_at"),
    sa.Index("ix_segments_long", "within_h", "from_at", **_LONG),
)

#: What was expected of a stay in a queue when it began; without `low_ms` there was no basis.
estimates = sa.Table(
    "estimates",
    metadata,
    sa.Column("segment_id", sa.String(36), sa.ForeignKey("segments.id"), primary_key=True),
    text("queue", 64),
    at("made_at"),
    number("position"),
    number("low_ms", nullable=True),
    number("high_ms", nullable=True),
    sa.Index("ix_estimates_queue_made_at", "queue", "made_at"),
)

#: The condition of an index of call-backs alone, in the words of both databases.
_OVER: Any = dict.fromkeys(("sqlite_where", "postgresql_where"), sa.text("within_h IS NOT NULL"))
_CALLBACKS: Any = dict.fromkeys(("sqlite_where", "postgresql_where"), sa.text("kind = 'callback'"))

#: What the router offers. An interaction's work item has the interaction's id.
work_items = sa.Table(
    "work_items",
    metadata,
    key(),
    text("kind", 20),  # interaction, callback, promise, complaint_step, recovery_action, task
    text("channel", 24),  # whose capacity it takes: voice, chat, sms, email, task …
    ref("interaction_id", "interactions.id", nullable=True),
    ref("customer_id", "customers.id"),
    text("reference", 36),  # what it is about: a recovery action, a complaint
    text("title", 300),
    ref("queue", "queues.key"),
    text("state", 12),  # scheduled, waiting, offered, active, done
    number("priority"),
    at("placed_at"),  # its place in line; never moves while it waits
    at("due_at", nullable=True),
    ref("agent_id", "agents.id", nullable=True),
    text("wanted_agent_id", 36, nullable=True),  # transfer to one agent, last agent preferred
    at("wanted_until", nullable=True),
    text("wanted_as", 12),  # named by a person, owner of the case, last_agent
    json("declined_by", nullable=True),
    number("declines"),  # offers of it that were declined or rang out, since it was last taken
    text("parked", 12),  # in its agent's hands without taking room there: interrupted, idle
    text("outcome", 40),
    text("note"),
    # Of other work than contacts that is done: since when there was word of it, and `desk/work/long_stays.py`.
    at("began_at", nullable=True),
    sa.Column("within_h", sa.BigInteger, nullable=True),
    number("version"),
    sa.Index("ix_work_items_state_queue", "state", "queue"),
    sa.Index("ix_work_items_agent_id_state", "agent_id", "state"),
    # Of call-backs alone: other work pays nothing for them.
    sa.Index("ix_work_items_callbacks_of_customer", "customer_id", "placed_at", **_CALLBACKS),
    sa.Index("ix_work_items_callbacks", "state", "id", **_CALLBACKS),
    sa.Index("ix_work_items_over", "within_h", "began_at", **_OVER),
)

offers = sa.Table(
    "offers",
    metadata,
    key(),
    ref("work_item_id", "work_items.id", index=True),
    ref("agent_id", "agents.id"),
    at("made_at"),
    at("expires_at"),
    at("ended_at", nullable=True),
    text("outcome", 12, nullable=True),  # null while it lives
    text("reason", 40),
    json("why"),
    sa.Index("ix_offers_agent_id_outcome", "agent_id", "outcome"),
    sa.Index("ix_offers_agent_id_made_at", "agent_id", "made_at"),  # what each has taken since midnight
)

#: A telephone call; its id is its interaction's. `session` is the call flow's memory. One that we make has no
#: customer's leg at first; `customer_leg` says how far that has come.
calls = sa.Table(
    "calls",
    metadata,
    sa.Column("id", sa.String(36), sa.ForeignKey("interactions.id"), primary_key=True),
    text("carrier_id", 64, nullable=True),
    text("from_number", 40),
    text("to_number", 40),
    text("flow", 64),
    json("session", nullable=True),
    json("way", nullable=True),  # what the caller chose, heard and was sent, step by step
    text("agent_leg_id", 64, nullable=True),
    text("agent_leg_state", 16),
    json("former_legs", nullable=True),  # agents' legs that the call has let go of: late words about them are old
    at("ended_at", nullable=True),
    text("ended_by", 16),
    text("customer_leg", 16),
    text("callback_id", 36, nullable=True),
    sa.UniqueConstraint("carrier_id"),
    sa.Index("ix_calls_agent_leg_id", "agent_leg_id"),
)
