"""desk/screens/explain.py: why a work item waits, in the router's own words; while it rings, at whom and why there.

Any process can answer: it fills an engine with what is true now, as a router does that begins, and asks.
That reads everything that waits and every agent, so it is for the moment in which somebody wants to know.
Any past minute can be asked about: then the engine is filled with what was true (`desk/replay/instant.py`).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from desk.floor.estimates import record_of
from desk.floor.routing_views import everything
from desk.floor.waiting import standing
from desk.kernel.errors import Conflict, Invalid, NotFound, Stale
from desk.kernel.transaction import Row, Rx
from desk.organization.history import version
from desk.replay.instant import instant
from desk.screens.ruled_out_by_name import ruled_out_by_name
from desk.tables import from_ms, offers, to_ms, users, work_items
from routing.engine import Engine
from routing.estimates import Record
from routing.model import Waiting


def why_waiting(rx: Rx, work_item_id: str, agent: str | None = None) -> dict[str, Any]:
    """Why it is in nobody's hands yet: {state, declines, rules} and what its state asks for.

    `declines` offers of it were declined or rang out since it was last taken. `rules` are those in force:
    {version, at, who}.

    "offered": {rings: [{agent_id, name, made_at, expires_at}], why}. It rings at these agents, a round at several;
    `why` is what the router said when it chose them.

    "waiting": {rule, position, ring, next_ring_at, considered, excluded: {reason: count}, wait_s, estimates}.
    `position` is counted as everywhere, by what stands before it (`routing/outlook.py`).
    `ring` steps of relaxation are reached, the next comes at `next_ring_at`. The counts and `considered`
    add up to all agents; whoever is considered could have it with the router's next decision. `wait_s` is
    [low, high] of the wait that is left, None where nothing says how long; `estimates` says how those of the
    last day came out in this queue: {count, coverage, bias_s, off_s}, None where none has. Where an `agent` is
    asked about, by a part of the name, or all by nothing, there is `agents` (`desk/screens/ruled_out_by_name.py`).

    Raises:
        NotFound: no such work item.
        Stale: it is in somebody's hands, or done.
    """
    item = rx.one(work_items, work_item_id)
    if item.state == "offered":
        told = _ringing(rx.all(_RINGS, item_id=item.id))
    elif item.state == "waiting":
        told = _waiting(rx, item, agent)
    else:
        raise Stale(item.title or "This work", "does not wait any more")
    return {"state": item.state, "declines": item.declines, "rules": version(rx)} | told


def why_waited(rx: Rx, work_item_id: str, at: datetime, agent: str | None = None) -> dict[str, Any]:
    """Why a contact, or other work, waited at an instant of the past, as `why_waiting` would have said it then.

    Without what was told of the wait to come. `rules` are those that were in force; `whole` is false where the log
    does not know all of them.

    Raises:
        Invalid: the instant is still to come.
        Conflict: it did not wait then, or the log begins later.
    """
    if at > rx.now:
        raise Invalid("at", "lies in the future")
    then = instant(rx, work_item_id, at)
    told = {"at": at, "declines": then.declines, "rules": version(rx, at), "whole": then.whole}
    if then.rings:
        return {"state": "offered"} | told | _ringing(then.rings)
    waiting = then.engine.why_waiting(work_item_id, to_ms(at))
    if waiting is None or then.work is None:
        raise Conflict("This work", "did not wait at that instant")
    turn = then.outlook.turn(then.work)
    place = {"position": turn.position if turn else waiting.position}
    return {"state": "waiting"} | told | _said(waiting) | place | _by_name(rx, then.engine, waiting, at, agent)


def _ringing(rows: Iterable[Row]) -> dict[str, Any]:
    """At whom it rings, for how long, and why there."""
    rings = [
        {
            "agent_id": row.agent_id,
            "name": row.name,
            "made_at": row.made_at,
            "expires_at": row.expires_at,
            "why": row.why,
        }
        for row in rows
    ]
    whys = [ring.pop("why") for ring in rings]
    return {"rings": rings, "why": whys[0] if whys else {}}


def _waiting(rx: Rx, item: Row, agent: str | None) -> dict[str, Any]:
    """What the router would say of it now."""
    begun, engine = everything(rx), Engine()
    engine.set_rules(begun.rules)
    for view in begun.truth.agents:
        engine.put_agent(view)
    for work in begun.truth.work:
        engine.put_work(work)
    waiting = engine.why_waiting(item.id, to_ms(rx.now))
    if waiting is None:
        raise NotFound("work item", item.id)
    place, past = standing(rx, item.id), record_of(rx, item.queue)
    wait = place.wait if place else None
    return (
        _said(waiting)
        | {
            "position": place.position if place else waiting.position,
            "wait_s": None if wait is None else [wait.low_ms // 1000, wait.high_ms // 1000],
            "estimates": None if past is None else _in_seconds(past),
        }
        | _by_name(rx, engine, waiting, rx.now, agent)
    )


def _said(waiting: Waiting) -> dict[str, Any]:
    told = waiting.as_dict()
    next_ring_ms = told.pop("next_ring_ms")
    return told | {"next_ring_at": None if next_ring_ms is None else from_ms(next_ring_ms)}


def _by_name(rx: Rx, engine: Engine, waiting: Waiting, at: datetime, agent: str | None) -> dict[str, Any]:
    """What rules out each agent, where that is asked."""
    if agent is None:
        return {}
    return {"agents": ruled_out_by_name(rx, engine.ruled_out(waiting.work_id, to_ms(at)), agent)}


def _in_seconds(past: Record) -> dict[str, Any]:
    return {
        "count": past.count,
        "coverage": round(past.coverage, 3),
        "bias_s": past.bias_ms / 1000,
        "off_s": past.off_ms / 1000,
    }


_RINGS = (
    sa.select(offers.c.agent_id, users.c.name, offers.c.made_at, offers.c.expires_at, offers.c.why)
    .join(users, users.c.id == offers.c.agent_id)
    .where(offers.c.work_item_id == sa.bindparam("item_id"), offers.c.outcome.is_(None))
    .order_by(users.c.name, offers.c.id)
)
