"""desk/work/presence.py: an agent's presence, from its row to the rules and back.

The rules are `routing/presence.py`. A change is written once and told once; `idle_since` moves when an
agent becomes available.
"""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from desk.kernel.errors import Forbidden
from desk.kernel.events import PresenceChanged
from desk.kernel.jobs import Job
from desk.kernel.transaction import Actor, Row, Tx
from desk.people.permissions import Right, may
from desk.tables import agents, consoles
from routing import presence
from routing.presence import Presence, State


@dataclass(frozen=True, kw_only=True)
class LoseAgent(Job):
    """An agent has been silent for long enough to be offline."""

    agent_id: str


def connect(tx: Tx, agent_id: str, node_id: str) -> bool:
    """A console of the agent is connected to this node; False if this user takes no work."""
    agent = find(tx, agent_id)
    if agent is None:
        return False
    tx.insert_if_new(consoles, node_id=node_id, agent_id=agent_id)
    tx.cancel(_silence_key(agent_id))
    become(tx, agent, presence.sign_in(state_of(agent), now=tx.now))
    return True


def disconnect(tx: Tx, agent_id: str, node_id: str, unheard: timedelta = timedelta()) -> None:
    """The agent has no console on this node any more, and none elsewhere either: gone for a moment, or for good.

    Nothing has been heard of them for as long as `unheard`: their silence began then.
    """
    agent = find(tx, agent_id)
    tx.change(_GONE, node_id=node_id, agent_id=agent_id)
    if agent is None or tx.all(_CONNECTED, agent_id=agent_id):
        return
    silent = presence.fall_silent(state_of(agent), now=tx.now - unheard)
    become(tx, agent, silent)
    miss(tx, agent_id, silent)


def miss(tx: Tx, agent_id: str, state: State) -> None:
    """Whoever is silent is to be made offline when that has lasted for long enough."""
    at = presence.silent_at(state)
    if at is not None:
        tx.defer(LoseAgent(agent_id=agent_id), at=at, key=_silence_key(agent_id))


def nobody_is_connected(tx: Tx, node_id: str) -> None:
    """This node alone has just started: whoever was connected to one before it and does not come back is offline."""
    tx.execute(sa.delete(consoles).where(consoles.c.node_id != node_id))
    here = sa.select(consoles.c.agent_id)
    signed_in = sa.select(agents.c.id).where(agents.c.presence != Presence.OFFLINE, agents.c.id.not_in(here))
    for row in tx.all(signed_in):
        agent = find(tx, row.id)
        if agent is not None and agent.silent_since is not None:
            tx.defer(LoseAgent(agent_id=row.id), at=tx.now + presence.SILENCE, key=_silence_key(row.id))
        else:
            disconnect(tx, row.id, node_id)


def miss_offer(tx: Tx, agent_id: str) -> None:
    """An offer rang out: the agent takes none until they say so."""
    agent = find(tx, agent_id)
    if agent is not None:
        become(tx, agent, presence.miss_offer(state_of(agent), now=tx.now))


def begin_wrap_up(tx: Tx, agent_id: str) -> None:
    """A call of the agent's has ended."""
    agent = find(tx, agent_id)
    if agent is not None:
        become(tx, agent, presence.begin_wrap_up(state_of(agent), now=tx.now))


def end_wrap_up(tx: Tx, agent_id: str) -> None:
    """The work after a call is done."""
    agent = find(tx, agent_id)
    if agent is not None:
        become(tx, agent, presence.end_wrap_up(state_of(agent), now=tx.now))


def find(tx: Tx, agent_id: str) -> Row | None:
    """The agent's row, taken; None if this user takes no work."""
    rows = tx.take(agents, [agent_id])
    return rows[0] if rows else None


def state_of(agent: Row) -> State:
    """The agent's presence as the rules know it."""
    return State(
        presence=Presence(agent.presence),
        since=agent.presence_since,
        reason=agent.reason,
        before_wrap_up=Presence(agent.before_wrap_up) if agent.before_wrap_up else None,
        silent_since=agent.silent_since,
    )


def become(tx: Tx, agent: Row, after: State) -> None:
    """Writes a presence that has changed, and says so."""
    before = state_of(agent)
    if after == before:
        return
    changes: dict[str, object] = {
        "presence": after.presence.value,
        "reason": after.reason,
        "before_wrap_up": after.before_wrap_up.value if after.before_wrap_up else "",
        "presence_since": after.since,
        "silent_since": after.silent_since,
    }
    if after.presence is Presence.AVAILABLE and before.presence is not Presence.AVAILABLE:
        changes["idle_since"] = tx.now
    tx.update(agents, agent.id, **changes)
    if (after.presence, after.reason) != (before.presence, before.reason):
        tx.emit(PresenceChanged(id=agent.id, state=after.presence.value, reason=after.reason))


def allow(actor: Actor, agent_id: str) -> None:
    """Refuses who is neither this agent, nor a supervisor, nor the desk itself.

    Raises:
        Forbidden
    """
    if actor.kind == "user" and actor.id != agent_id and not may(actor.role, Right.SUPERVISE):
        raise Forbidden("Only the agent or a supervisor may do this.")


def _silence_key(agent_id: str) -> str:
    return f"silence:{agent_id}"


_GONE = sa.delete(consoles).where(
    consoles.c.node_id == sa.bindparam("node_id"), consoles.c.agent_id == sa.bindparam("agent_id")
)
_CONNECTED = sa.select(consoles.c.node_id).where(consoles.c.agent_id == sa.bindparam("agent_id")).limit(1)
