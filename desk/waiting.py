"""desk/waiting.py: where somebody stands in line, and how long it is likely to take.

The place is counted in the order in which the router serves, by the same function. The wait is
`routing/estimates.py`: the last wait, blended with handling time over working agents; no agents or no past,
no figure.
"""

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa

from desk.handling import pace
from desk.routing_rules import ordering_of, policy_of
from desk.routing_views import waiting_in
from desk.statements import among
from desk.tables import agent_queues, agent_skills, agents, queues, to_ms, work_items
from desk.transaction import Row, Rx
from routing.estimates import Wait, effective_agents, estimate
from routing.model import AgentView, Service
from routing.order import SLACK
from routing.places import place


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A place in line, the first being 1, and the likely wait; None where there is no basis."""

    position: int
    wait: Wait | None


#: (queue, channel) → (working agents, mean handling time, last wait).
Paces = dict[tuple[str, str], tuple[Fraction, int | None, int | None]]


def standing(rx: Rx, work_item_id: str) -> Standing | None:
    """Where an item stands now; None when it does not wait."""
    return standings(rx, [work_item_id]).get(work_item_id)


def standings(rx: Rx, work_item_ids: Collection[str], paces: Paces | None = None) -> dict[str, Standing]:
    """Where those of these who wait stand now. One that rings at an agent is next.

    A line is counted once, however many of it are asked for. Who asks again soon hands in the same `paces`: how
    fast a queue moves is read once.
    """
    items = rx.all(_WAIT, ids=list(work_item_ids))
    lines = _lines(rx, {item.queue for item in items if item.state == "waiting"})
    known: Paces = {} if paces is None else paces
    found = {}
    for item in items:
        position = 1 if item.state == "offered" else lines[item.id]
        found[item.id] = Standing(position=position, wait=_wait(rx, item, position, known))
    return found


def _lines(rx: Rx, in_queues: Collection[str]) -> dict[str, int]:
    """The position of everything that waits in these queues."""
    positions: dict[str, int] = {}
    ordering = ordering_of(rx) if in_queues else SLACK
    for queue in in_queues:
        policy = policy_of(rx.one(queues, queue))
        places = sorted(place(work, policy, ordering) for work in waiting_in(rx, queue))
        positions |= {id: position for position, (*_, id) in enumerate(places, 1)}
    return positions


def _wait(rx: Rx, item: Row, position: int, paces: Paces) -> Wait | None:
    key = (item.queue, item.channel)
    if key not in paces:
        queue = rx.one(queues, item.queue)
        working = effective_agents(_serving(rx, queue.key), policy_of(queue), item.channel)
        paces[key] = (working, *pace(rx, queue.key, item.channel))
    working, aht_ms, last_wait_ms = paces[key]
    return estimate(position=position, aht_ms=aht_ms, agents=working, last_wait_ms=last_wait_ms)


def _serving(rx: Rx, queue: str) -> list[AgentView]:
    """The agents of a queue, with what an estimate asks of them."""
    here = sa.select(agent_queues.c.agent_id).where(agent_queues.c.queue == queue)
    rows = rx.all(sa.select(agents).where(agents.c.id.in_(here), agents.c.presence.in_(("available", "wrap_up"))))
    ids = [row.id for row in rows]
    serves: dict[str, dict[str, Service]] = {id: {} for id in ids}
    for row in rx.all(sa.select(agent_queues).where(agent_queues.c.agent_id.in_(ids))) if ids else ():
        serves[row.agent_id][row.queue] = Service(priority=row.priority, delay_ms=row.delay_s * 1000)
    can: dict[str, dict[str, int]] = {id: {} for id in ids}
    for row in rx.all(sa.select(agent_skills).where(agent_skills.c.agent_id.in_(ids))) if ids else ():
        can[row.agent_id][row.skill] = row.level
    return [
        AgentView(
            id=row.id,
            name="",
            presence=row.presence,
            skills=can[row.id],
            queues=serves[row.id],
            capacity=row.capacity,
            load={},
            ringing=False,
            idle_since_ms=to_ms(row.idle_since),
            languages=frozenset(),
        )
        for row in rows
    ]


_WAIT = sa.select(work_items).where(among(work_items.c.id), work_items.c.state.in_(("waiting", "offered")))
