"""desk/tables/nodes.py: the processes that serve consoles, and whose consoles are connected to which."""

import sqlalchemy as sa

from desk.tables.columns import metadata, number

#: A process with consoles. `beats` counts up while it lives.
nodes = sa.Table("nodes", metadata, sa.Column("id", sa.String(36), primary_key=True), number("beats"))

#: An agent has consoles on a node. Rows of a node that is gone are swept by whoever holds the router lease.
consoles = sa.Table(
    "consoles",
    metadata,
    sa.Column("node_id", sa.String(36), primary_key=True),
    sa.Column("agent_id", sa.String(36), primary_key=True),
    sa.Index("ix_consoles_agent_id", "agent_id"),
)
