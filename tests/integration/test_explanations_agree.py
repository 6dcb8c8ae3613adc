"""While anything at all happens on a floor, no two explanations of one instant contradict each other: not of one wait
asked now and later, not of two who wait beside each other."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from desk.kernel.errors import Stale
from desk.kernel.transaction import Rx
from desk.screens.explain import why_waited, why_waiting
from desk.tables import agents, work_items
from tests.integration.floor import SYSTEM, Floor
from tests.integration.test_lookout import acts

#: What is said of an instant, whenever it is asked for.
SAID = ("state", "declines", "rule", "position", "ring", "next_ring_at", "considered", "excluded", "agents", "rules")
#: What rules out an agent for whatever waits.
FOR_ALL = frozenset({"offline", "not_ready", "wrap_up", "ringing"})
_WAIT = sa.select(work_items.c.id, work_items.c.queue).where(work_items.c.state == "waiting")

Told = dict[str, dict[str, Any]]


def explained(rx: Rx) -> tuple[dict[str, str], Told, Told]:
    """In one snapshot: the queue of each who waits, why, and why they waited at this very instant."""
    rows = rx.all(_WAIT)
    live = {row.id: why_waiting(rx, row.id, "") for row in rows}
    return {row.id: row.queue for row in rows}, live, {row.id: why_waited(rx, row.id, rx.now, "") for row in rows}


def only(told: Told) -> Told:
    return {id: {name: one[name] for name in SAID} for id, one in told.items()}


def by_name(told: dict[str, Any]) -> dict[str, str | None]:
    return {one["agent_id"]: one["reason"] for one in told["agents"]["named"]}


def check_each(live: Told, everybody: int, after: str) -> None:
    """Each adds up to everybody, in counts and by name."""
    for told in live.values():
        assert told["considered"] + sum(told["excluded"].values()) == everybody, after
        names = Counter(by_name(told).values())
        assert names.pop(None, 0) == told["considered"], after
        assert dict(names) == told["excluded"], after


def check_together(queues: dict[str, str], live: Told, after: str) -> None:
    """Nobody of one queue has another's place, all go by the same rules, and who is away is away for all."""
    places = Counter((queues[id], told["position"]) for id, told in live.items())
    assert set(places.values()) <= {1}, (after, places)
    assert len({told["rules"]["version"] for told in live.values()}) <= 1, after
    away = [{(id, why) for id, why in by_name(told).items() if why in FOR_ALL} for told in live.values()]
    assert all(one == away[0] for one in away), after


async def settle(floor: Floor) -> None:
    await floor.jobs_done()
    await floor.looks_around()


async def test_no_two_explanations_of_one_instant_contradict_while_anything_happens(floor: Floor):
    chance, past = Random(11), list[tuple[datetime, Told]]()
    people: Sequence[Any] = [await floor.agent(number) for number in (1, 2, 3)]
    everybody = len(await floor.rows(agents))
    for _ in range(40):
        floor.clock.advance(timedelta(milliseconds=1500))
        after = ""
        with suppress(Stale):  # the router was faster
            after = await acts(floor, chance, people)
        await settle(floor)
        queues, live, then = await floor.desk.read(SYSTEM, explained)
        assert only(then) == only(live), after
        check_each(live, everybody, after)
        check_together(queues, live, after)
        past.append((floor.clock.now(), only(live)))

    assert sum(len(live) for _, live in past) > 40
    for at, live in past[::3]:
        for id, told in live.items():
            later = await floor.desk.read(SYSTEM, why_waited, id, at, "")
            assert {name: later[name] for name in SAID} == told, at
