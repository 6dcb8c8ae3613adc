"""desk/floor/waiting.py: where somebody stands in line, and how long it is likely to take.

What stands before an item, and which hands it waits for, is `routing/outlook.py`, in the order in which the router
serves; how long that takes is `routing/estimates.py`. No hands or no past, no figure.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

import sqlalchemy as sa

from desk.floor.handling import Pace, pace
from desk.floor.lookout import Lookout
from desk.floor.routing_views import work_of
from desk.kernel.statements import among
from desk.kernel.transaction import Rx
from desk.tables import customers, interactions, to_ms, work_items
from routing.estimates import Wait, estimate
from routing.model import Work
from routing.outlook import WRITING_UP, Turn

#: Whoever has not come yet stands behind all who came in the same instant.
_NEXT = "\U0010ffff"


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
    """What is read once, for who asks again soon: how fast each queue and channel moves."""

    known: dict[tuple[str, str], Pace] = field(default_factory=dict)


def standing(rx: Rx, work_item_id: str, lookout: Lookout | None = None) -> Standing | None:
    """Where an item stands now; None when it does not wait."""
    return standings(rx, [work_item_id], lookout).get(work_item_id)


def standings(
    rx: Rx, work_item_ids: Collection[str], lookout: Lookout | None = None, paces: Paces | None = None
) -> dict[str, Standing]:
    """Where those of these who wait stand now. One that rings at an agent is next.

    Who works and what waits is read once, however many are asked for; with the `lookout` of the process only what has
    changed since. Who asks again soon hands in the same `paces`.
    """
    items = rx.all(_WAIT, ids=list(work_item_ids))
    if not items:
        return {}
    view, known = (lookout or Lookout()).look(rx), Paces() if paces is None else paces
    found = {}
    for item in items:
        turn = Turn(position=1, rings=True) if item.state == "offered" else view.outlook.turn(work_of(item))
        offer_ms = view.offer_ms.get(item.queue)
        if turn is not None and offer_ms is not None:
            wait = _wait(rx, turn, item.queue, item.channel, known, offer_ms=offer_ms)
            found[item.id] = Standing(position=turn.position, wait=wait, in_line=turn.in_line)
    return found


def wait_of_next(rx: Rx, queue: str, channel: str, lookout: Lookout | None = None) -> Wait | None:
    """The likely wait of a customer whom nobody knows and who would come to a queue now; None without a basis."""
    view = (lookout or Lookout()).look(rx)
    offer_ms = view.offer_ms.get(queue)
    placed_ms = to_ms(rx.now)
    new = Work(id=_NEXT, kind="interaction", channel=channel, queue=queue, priority=0, placed_ms=placed_ms)
    turn = view.outlook.turn(new)
    if turn is None or offer_ms is None:
        return None
    return _wait(rx, turn, queue, channel, Paces(), offer_ms=offer_ms)


def _wait(rx: Rx, turn: Turn, queue: str, channel: str, known: Paces, *, offer_ms: int) -> Wait | None:
    own = _pace(rx, queue, channel, known)
    handling = {
        held: own.wrap_up if held == WRITING_UP else _pace(rx, queue, held, known).handling
        for held in {channel, *(held for held, _ in turn.busy)}
    }
    return estimate(turn, handling, own.last_wait_ms, channel=channel, offer_ms=offer_ms)


def _pace(rx: Rx, queue: str, channel: str, paces: Paces) -> Pace:
    key = (queue, channel)
    if key not in paces.known:
        paces.known[key] = pace(rx, queue, channel)
    return paces.known[key]


_WAIT = (
    sa.select(
        work_items,
        sa.func.coalesce(sa.func.nullif(interactions.c.language, ""), customers.c.language).label("language"),
        customers.c.tier,
    )
    .select_from(work_items)
    .outerjoin(interactions, interactions.c.id == work_items.c.interaction_id)
    .join(customers, customers.c.id == work_items.c.customer_id)
    .where(among(work_items.c.id), sa.or_(work_items.c.state == "waiting", work_items.c.state == "offered"))
)
