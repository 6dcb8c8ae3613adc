"""desk/screens/past.py: a customer's past as the reader of a screen pop may see it.

Everybody who serves a customer sees that there was a contact, on which channel, when, and how it stands. What it was
about, and what its caller did in the call flow, they read where `permissions.may_see` lets them read the contact
itself; elsewhere the entry has no title and is not `readable`. One rule for an offer's pop and for the API's.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from desk.kernel.statements import among
from desk.kernel.transaction import Row, Rx
from desk.people.permissions import may_see
from desk.tables import agent_queues, interactions, users

Card = dict[str, Any]

_ROLES = sa.select(users.c.id, users.c.role).where(among(users.c.id))
_SERVED = sa.select(agent_queues.c.agent_id, agent_queues.c.queue).where(among(agent_queues.c.agent_id))
_PLACES = sa.select(
    interactions.c.id, interactions.c.queue, interactions.c.agent_id, interactions.c.last_agent_id
).where(among(interactions.c.id))


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who looks, and what they serve."""

    id: str
    role: str
    serves: frozenset[str]

    def sees(self, contact: Row | None) -> bool:
        """Whether this contact is theirs to read."""
        if contact is None:
            return False
        agents = (contact.agent_id, contact.last_agent_id)
        return may_see(self.role, self.id, self.serves, queue=contact.queue, agents=agents)


def as_seen_by(rx: Rx, histories: Sequence[tuple[str, list[Card]]]) -> list[list[Card]]:
    """Each history as its reader, named by id, may see it. A few statements for any number of them."""
    ids = {item["id"] for _, history in histories for item in history if item["kind"] == "interaction"}
    if not ids:
        return [[item | {"readable": True} for item in history] for _, history in histories]
    those = {reader for reader, _ in histories}
    places, served, roles = rx.together((_PLACES, {"ids": ids}), (_SERVED, {"ids": those}), (_ROLES, {"ids": those}))
    readers = _readers(those, served, roles)
    contacts = {row.id: row for row in places}
    return [
        [_seen(item, readers[reader], contacts.get(item["id"])) for item in history] for reader, history in histories
    ]


def _seen(item: Card, reader: Reader, contact: Row | None) -> Card:
    if item["kind"] != "interaction" or reader.sees(contact):
        return item | {"readable": True}
    return item | {"title": "", "way": [], "readable": False}


def _readers(ids: Collection[str], served: Sequence[Row], known: Sequence[Row]) -> dict[str, Reader]:
    serves: dict[str, set[str]] = {id: set() for id in ids}
    for row in served:
        serves[row.agent_id].add(row.queue)
    roles = {row.id: str(row.role) for row in known}
    return {id: Reader(id=id, role=roles.get(id, ""), serves=frozenset(serves[id])) for id in ids}
