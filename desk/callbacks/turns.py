"""desk/callbacks/turns.py: when a customer is rung before any agent.

The router looks once a second. A customer's turn has come when, standing in line in their place, they would be
among the next: behind no more than there are agents with free hands, at least at the head. Those who are being
rung just now stand before them. Nobody is rung for a queue in which nobody works.
"""

from collections import Counter, defaultdict

import sqlalchemy as sa

from desk.attempts import AWAITED
from desk.callbacks.callbacks import CHANNEL
from desk.callbacks.life import DIALLING, WAITING, taken
from desk.callbacks.outcomes import is_dialled, put_off_at_night, refused
from desk.callbacks.rules import language_of
from desk.cluster import check
from desk.dialling import ring_customer
from desk.queue_states import states
from desk.routing_rules import ordering_of, policy_of
from desk.routing_views import waiting_in, work_of
from desk.tables import agent_queues, agents, callbacks, calls, customers, offers, queues, work_items
from desk.transaction import Row, Rx, Tx
from routing.places import Place, place


def turns(rx: Rx) -> list[str]:
    """The call-backs whose customers should be rung now."""
    due: dict[str, list[Row]] = defaultdict(list)
    for row in rx.all(_DUE, now=rx.now):
        due[row.queue].append(row)
    if not due:
        return []
    staffed = {key for key, state in states(rx).items() if state.staffed}
    free, ringing = _count(rx, _FREE), _count(rx, _RUNG)
    found = []
    for queue in sorted(due.keys() & staffed):
        line = _places(rx, queue, due[queue])
        mine = sorted((line.pop(row.id), str(row.id)) for row in due[queue])
        before = ringing[queue]
        for at, id in mine:
            if before + sum(other < at for other in line.values()) >= max(1, free[queue]):
                break
            found.append(id)
            before += 1
    return found


def ring(tx: Tx, callback_id: str, *, epoch: int) -> bool:
    """Rings a customer whose turn it is, if it still is; whether it did.

    Raises:
        Stale: another process routes now.
    """
    check(tx, "router", epoch)
    item, callback = taken(tx, callback_id)
    if callback.state != WAITING or item.state != "scheduled" or tx.now < callback.due_at:
        return False
    if put_off_at_night(tx, item, callback) or refused(tx, item, callback):
        return False
    about = {"to": callback.number, "customer_id": callback.customer_id, "queue": callback.queue}
    about["language"] = language_of(tx, callback)
    call_id = ring_customer(tx, callback_id=callback.id, placed_at=item.placed_at, **about)
    is_dialled(tx, item, callback, call_id)
    return True


def _places(rx: Rx, queue: str, due: list[Row]) -> dict[str, Place]:
    """Where all stand who wait in a queue, and where those would stand who are due."""
    policy, ordering = policy_of(rx.one(queues, queue)), ordering_of(rx)
    return {work.id: place(work, policy, ordering) for work in (*waiting_in(rx, queue), *map(work_of, due))}


def _count(rx: Rx, statement: sa.Select[tuple[str, int]]) -> Counter[str]:
    return Counter({row.queue: row.number for row in rx.all(statement)})


#: Those who are due and wait for their turn, as `work_of` reads them.
_DUE = (
    sa.select(work_items, customers.c.language, customers.c.tier)
    .join(callbacks, callbacks.c.id == work_items.c.id)
    .join(customers, customers.c.id == work_items.c.customer_id)
    .where(
        callbacks.c.state == WAITING,
        callbacks.c.first == "customer",
        callbacks.c.due_at <= sa.bindparam("now"),
        work_items.c.state == "scheduled",
    )
)
_RUNG = (
    sa.select(callbacks.c.queue, sa.func.count().label("number"))
    .join(calls, calls.c.id == callbacks.c.call_id)  # who has come stands in line already
    .where(callbacks.c.state == DIALLING, callbacks.c.first == "customer", calls.c.customer_leg.in_(sorted(AWAITED)))
    .group_by(callbacks.c.queue)
)
_RING_AT = sa.select(offers.c.agent_id).where(offers.c.outcome.is_(None))
_SPEAK = sa.select(work_items.c.agent_id).where(work_items.c.state == "active", work_items.c.channel == CHANNEL)
_FREE = (
    sa.select(agent_queues.c.queue, sa.func.count().label("number"))
    .join(agents, agents.c.id == agent_queues.c.agent_id)
    .where(agents.c.presence == "available", agents.c.id.not_in(_RING_AT), agents.c.id.not_in(_SPEAK))
    .group_by(agent_queues.c.queue)
)
