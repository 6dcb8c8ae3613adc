"""desk/tables/floor.py: queues, skills, agents, entry points, and what agents choose from."""

import sqlalchemy as sa

from desk.tables.columns import at, flag, json, metadata, number, ref, text

skills = sa.Table("skills", metadata, sa.Column("key", sa.String(64), primary_key=True), text("name", 120))

queues = sa.Table(
    "queues",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    text("name", 120),
    json("skills"),  # {skill: minimum level}
    number("priority"),
    number("target_s", default=20),
    sa.Column("target_share", sa.Float, nullable=False, default=0.8, server_default="0.8"),
    number("offer_s", default=20),
    number("wrap_up_s", default=60),
    json("rules", nullable=True),  # all else that the organization file says of a queue, as it says it
)

#: A user who takes work. `capacity` is {channel: units}; `silent_since` is set while no console
#: of theirs is connected.
agents = sa.Table(
    "agents",
    metadata,
    sa.Column("id", sa.String(36), sa.ForeignKey("users.id"), primary_key=True),
    text("presence", 16, default="offline"),
    text("reason", 40),
    text("before_wrap_up", 16),
    at("presence_since"),
    at("idle_since"),
    at("offered_at", nullable=True),
    at("silent_since", nullable=True),
    json("capacity"),
    json("languages"),
    text("phone", 120),
    number("version"),
)

agent_skills = sa.Table(
    "agent_skills",
    metadata,
    sa.Column("agent_id", sa.String(36), sa.ForeignKey("agents.id"), primary_key=True),
    sa.Column("skill", sa.String(64), sa.ForeignKey("skills.key"), primary_key=True),
    number("level", default=1),
)

agent_queues = sa.Table(
    "agent_queues",
    metadata,
    sa.Column("agent_id", sa.String(36), sa.ForeignKey("agents.id"), primary_key=True),
    sa.Column("queue", sa.String(64), sa.ForeignKey("queues.key"), primary_key=True),
    number("priority", default=1),  # the lowest first
    number("delay_s"),  # serves only what has waited so long
)

#: A number, mailbox, form or widget; it leads to a queue, a number to a flow first.
entry_points = sa.Table(
    "entry_points",
    metadata,
    sa.Column("channel", sa.String(24), primary_key=True),
    sa.Column("address", sa.String(320), primary_key=True),
    ref("queue", "queues.key"),
    text("flow", 64, nullable=True),
)

flows = sa.Table("flows", metadata, sa.Column("key", sa.String(64), primary_key=True), text("source"))

canned_replies = sa.Table(
    "canned_replies",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    text("title", 120),
    text("text"),
    text("language", 16, default="en"),
)

dispositions = sa.Table(
    "dispositions",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    text("name", 120),
    flag("retired"),
)
