"""desk/people/reach.py: which interactions and work items the reader may see. An id is no permission.

`permissions.may_see` is the rule; here it meets the rows: for one row, and as a condition for lists.
What may not be seen does not exist: the answer is `NotFound`, never `Forbidden`.
"""

import sqlalchemy as sa

from desk.kernel.errors import NotFound
from desk.kernel.transaction import Row, Rx
from desk.people.permissions import Right, may, may_see
from desk.tables import agent_queues, interactions, messages, work_items

_SERVED = sa.select(agent_queues.c.queue).where(agent_queues.c.agent_id == sa.bindparam("agent_id"))


def queues_served(rx: Rx) -> frozenset[str]:
    """The queues that the reader serves."""
    return frozenset(row.queue for row in rx.all(_SERVED, agent_id=rx.actor.id))


def interaction_for(rx: Rx, interaction_id: str) -> Row:
    """The interaction, if the reader may see it.

    Raises:
        NotFound: there is none, or it is not theirs to see.
    """
    row = rx.one(interactions, interaction_id)
    if not _sees(rx, row.queue, [row.agent_id, row.last_agent_id]):
        raise NotFound("interaction", interaction_id)
    return row


def message_for(rx: Rx, message_id: str) -> Row:
    """The message, if the reader may see its interaction.

    Raises:
        NotFound: there is none, or it is not theirs to see.
    """
    row = rx.one(messages, message_id)
    interaction_for(rx, row.interaction_id)
    return row


def work_item_for(rx: Rx, work_item_id: str) -> Row:
    """The work item, if the reader may see it.

    Raises:
        NotFound: there is none, or it is not theirs to see.
    """
    row = rx.one(work_items, work_item_id)
    if not _sees(rx, row.queue, [row.agent_id, row.wanted_agent_id]):
        raise NotFound("work item", work_item_id)
    return row


def interactions_in_sight(rx: Rx) -> sa.ColumnElement[bool]:
    """The condition under which a list shows an interaction to the reader."""
    return _in_sight(rx, interactions.c.queue, [interactions.c.agent_id, interactions.c.last_agent_id])


def work_in_sight(rx: Rx) -> sa.ColumnElement[bool]:
    """The condition under which a list shows a work item to the reader."""
    return _in_sight(rx, work_items.c.queue, [work_items.c.agent_id, work_items.c.wanted_agent_id])


def _sees(rx: Rx, queue: str | None, agents: list[str | None]) -> bool:
    who = rx.actor
    if who.kind != "user":
        return who.kind == "system"
    return may_see(who.role, who.id, queues_served(rx), queue=queue, agents=agents)


def _in_sight(rx: Rx, queue: sa.Column[str], agents: list[sa.Column[str]]) -> sa.ColumnElement[bool]:
    who = rx.actor
    if who.kind == "system" or (who.kind == "user" and may(who.role, Right.SUPERVISE)):
        return sa.true()
    if who.kind != "user" or not may(who.role, Right.WORK):
        return sa.false()
    return sa.or_(queue.in_(sorted(queues_served(rx))), *(agent == who.id for agent in agents))
