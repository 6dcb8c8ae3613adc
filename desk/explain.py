"""desk/explain.py: why a work item waits, in the router's own words.

Any process can answer: it fills an engine with what is true now, as a router does that begins, and asks.
That reads everything that waits and every agent, so it is for the moment in which somebody wants to know.
"""

from typing import Any

from desk.errors import NotFound, Stale
from desk.routing_views import everything
from desk.tables import from_ms, to_ms, work_items
from desk.transaction import Rx
from routing.engine import Engine

#: The rest of the explanation of an item that waits.
Waiting = dict[str, Any]


def why_waiting(rx: Rx, work_item_id: str) -> Waiting:
    """{rule, position, ring, next_ring_at, considered, excluded: {reason: count}}.

    `ring` steps of relaxation are reached, the next comes at `next_ring_at`. The counts and `considered`
    add up to all agents; whoever is considered could have it with the router's next decision.

    Raises:
        NotFound: no such work item.
        Stale: it does not wait: it is offered, in somebody's hands, or done.
    """
    item = rx.one(work_items, work_item_id)
    if item.state != "waiting":
        raise Stale(item.title or "This work", "does not wait any more")
    begun, engine = everything(rx), Engine()
    engine.set_rules(begun.rules)
    for view in begun.truth.agents:
        engine.put_agent(view)
    for work in begun.truth.work:
        engine.put_work(work)
    waiting = engine.why_waiting(work_item_id, to_ms(rx.now))
    if waiting is None:
        raise NotFound("work item", work_item_id)
    told = waiting.as_dict()
    next_ring_ms = told.pop("next_ring_ms")
    return told | {"next_ring_at": None if next_ring_ms is None else from_ms(next_ring_ms)}
