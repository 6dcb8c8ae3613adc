"""desk/explain.py: why a work item waits, in the router's own words.

Any process can answer: it fills an engine with what is true now, as a router does that begins, and asks.
That reads everything that waits and every agent, so it is for the moment in which somebody wants to know.
"""

from typing import Any

from desk.errors import NotFound, Stale
from desk.estimates import record_of
from desk.routing_views import everything
from desk.tables import from_ms, to_ms, work_items
from desk.transaction import Rx
from desk.waiting import standing
from routing.engine import Engine
from routing.estimates import Record


def why_waiting(rx: Rx, work_item_id: str) -> dict[str, Any]:
    """{rule, position, ring, next_ring_at, considered, excluded: {reason: count}, wait_s, estimates}.

    `position` is counted as everywhere, by what stands before it (`routing/outlook.py`).
    `ring` steps of relaxation are reached, the next comes at `next_ring_at`. The counts and `considered`
    add up to all agents; whoever is considered could have it with the router's next decision. `wait_s` is
    [low, high] of the wait that is left, None where nothing says how long; `estimates` says how those of the
    last day came out in this queue: {count, coverage, bias_s, off_s}, None where none has.

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
    place, past = standing(rx, work_item_id), record_of(rx, item.queue)
    wait = place.wait if place else None
    return told | {
        "position": place.position if place else waiting.position,
        "next_ring_at": None if next_ring_ms is None else from_ms(next_ring_ms),
        "wait_s": None if wait is None else [wait.low_ms // 1000, wait.high_ms // 1000],
        "estimates": None if past is None else _in_seconds(past),
    }


def _in_seconds(past: Record) -> dict[str, Any]:
    return {
        "count": past.count,
        "coverage": round(past.coverage, 3),
        "bias_s": past.bias_ms / 1000,
        "off_s": past.off_ms / 1000,
    }
