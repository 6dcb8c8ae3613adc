"""desk/waiting.py: where somebody stands in line, and how long it is likely to take.

What stands before an item, and which hands it waits for, is `routing/outlook.py`, in the order in which the router
serves; how long that takes is `routing/estimates.py`. No hands or no past, no figure.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

import sqlalchemy as sa

from desk.at_work import signed_in
from desk.handling import Pace, pace
from desk.routing_rules import rules_of
from desk.routing_views import waiting_now, work_of
from desk.statements import among
from desk.tables import customers, interactions, to_ms, work_items
from desk.transaction import Rx
from routing.estimates import Wait, estimate
from routing.outlook import WRITING_UP, Outlook, Turn


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A place, the first being 1, by what stands before it, and the likely wait; None where there is no basis.

    `in_line` is the place among all that wait in its queue, whoever they wait for.
    """

    position: int
    wait: Wait | None
    in_line: int = 1


@dataclass(kw_only=True)
class Paces:
    """What is read of a floor once, for who asks again soon: how fast each queue and channel moves, and who works."""

    known: dict[tuple[str, str], Pace] = field(default_factory=dict)
    outlook: Outlook | None = None
    offer_ms: dict[str, int] = field(default_factory=dict)


def standing(rx: Rx, work_item_id: str) -> Standing | None:
    """Where an item stands now; None when it does not wait."""
    return standings(rx, [work_item_id]).get(work_item_id)


def standings(rx: Rx, work_item_ids: Collection[str], paces: Paces | None = None) -> dict[str, Standing]:
    """Where those of these who wait stand now. One that rings at an agent is next.

    What waits is read once, however many of it are asked for. Who asks again soon hands in the same `paces`.
    """
    items = rx.all(_WAIT, ids=list(work_item_ids))
    if not items:
        return {}
    floor = Paces() if paces is None else paces
    if floor.outlook is None:
        rules = rules_of(rx)
        floor.outlook = Outlook(rules, signed_in(rx, rules))
        floor.offer_ms = {policy.key: policy.offer_ms for policy in rules.queues}
    outlook, offer_ms = floor.outlook, floor.offer_ms
    outlook.look(waiting_now(rx), to_ms(rx.now))
    found = {}
    for item in items:
        turn = Turn(position=1, rings=True) if item.state == "offered" else outlook.turn(work_of(item))
        if turn is not None and item.queue in offer_ms:
            wait = _wait(rx, turn, item.queue, item.channel, floor, offer_ms=offer_ms[item.queue])
            found[item.id] = Standing(position=turn.position, wait=wait, in_line=turn.in_line)
    return found


def _wait(rx: Rx, turn: Turn, queue: str, channel: str, floor: Paces, *, offer_ms: int) -> Wait | None:
    own = _pace(rx, queue, channel, floor)
    handling = {
        held: own.wrap_up if held == WRITING_UP else _pace(rx, queue, held, floor).handling
        for held in {channel, *(held for held, _ in turn.busy)}
    }
    return estimate(turn, handling, own.last_wait_ms, channel=channel, offer_ms=offer_ms)


def _pace(rx: Rx, queue: str, channel: str, floor: Paces) -> Pace:
    key = (queue, channel)
    if key not in floor.known:
        floor.known[key] = pace(rx, queue, channel)
    return floor.known[key]


_WAIT = (
    sa.select(
        work_items,
        sa.func.coalesce(sa.func.nullif(interactions.c.language, ""), customers.c.language).label("language"),
        customers.c.tier,
    )
    .select_from(work_items)
    .outerjoin(interactions, interactions.c.id == work_items.c.interaction_id)
    .join(customers, customers.c.id == work_items.c.customer_id)
    .where(among(work_items.c.id), work_items.c.state.in_(("waiting", "offered")))
)
