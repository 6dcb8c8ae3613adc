"""desk/callbacks/turns.py: when a customer is rung before any agent.

The router looks once a second. A customer's turn has come when, standing in line in their place, they would be
among the next: behind no more than there are agents who could be offered them now, at least at the head. Those
who are being rung just now stand before them. Nobody is rung whom nobody who works could be offered.

The same look lets go of what is kept for an owner who cannot be offered it any more, and takes out of line what
waits there in a queue that has closed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from desk.callbacks.beside import others_to
from desk.callbacks.life import DIALLING, KIND, WAITING, taken
from desk.callbacks.outcomes import is_dialled, refused, why_not_now
from desk.callbacks.owners import is_kept
from desk.callbacks.representatives import through_representative
from desk.callbacks.rules import closed_queues, language_of
from desk.calls.dialling import ring_customer
from desk.contacts.attempts import AWAITED
from desk.customers.contact_safety import agent_first
from desk.floor.routing_views import beside_of, some, waiting_in, work_of
from desk.kernel.cluster import check
from desk.kernel.transaction import Row, Rx, Tx
from desk.organization.routing_rules import ordering_of, policy_of, rules_of
from desk.tables import agents, callbacks, calls, customers, queues, to_ms, work_items
from desk.work import in_line
from desk.work.scheduled import look_again
from routing.askable import could_be_offered, works_for
from routing.capacity import Limits
from routing.model import AgentView
from routing.needs import Need, Stages, own_of
from routing.places import place


def turns(rx: Rx) -> list[str]:
    """The call-backs whose customers should be rung now, those kept in vain, and those in line while it is closed."""
    in_vain = [str(row.id) for row in rx.all(_KEPT, now=rx.now) if not is_kept(rx, row)]
    standing, ready = rx.all(_IN_LINE), rx.all(_DUE, now=rx.now)
    closed = closed_queues(rx) if standing or ready else frozenset()
    in_vain += [str(row.id) for row in standing if row.queue in closed and str(row.id) not in in_vain]
    due: dict[str, list[Row]] = defaultdict(list)
    for row in ready:
        if row.queue not in closed:
            due[row.queue].append(row)
    if not due:
        return in_vain
    ringing = Counter({row.queue: row.number for row in rx.all(_RUNG)})
    crew = _crew(rx)
    return in_vain + [id for queue in sorted(due) for id in _next_in(rx, queue, due[queue], crew, ringing[queue])]


@dataclass(frozen=True, kw_only=True)
class _Crew:
    """Everybody who works now."""

    agents: list[AgentView]
    limits: Limits

    def hands(self, need: Need) -> int:
        """How many customers of this need there may be at once on their way to an agent: one if all are busy."""
        if not any(works_for(need, agent, self.limits) for agent in self.agents):
            return 0
        return max(1, sum(could_be_offered(need, agent, self.limits) for agent in self.agents))


def _crew(rx: Rx) -> _Crew:
    rules = rules_of(rx)
    ids = [row.id for row in rx.all(_WORKING)]
    return _Crew(agents=some(rx, [], ids, beside_of(rx, rules)).agents, limits=rules.limits)


def _next_in(rx: Rx, queue: str, due: list[Row], crew: _Crew, before: int) -> Iterator[str]:
    """Those of a queue whose turn it is; `before` them others are being rung."""
    policy, ordering = policy_of(rx.one(queues, queue)), ordering_of(rx)
    delays = [agent.queues[queue].delay_ms for agent in crew.agents if queue in agent.queues]
    stages = Stages(policy, sorted(set(delays)))
    line = {work.id: place(work, policy, ordering) for work in (*waiting_in(rx, queue), *map(work_of, due))}
    hands: dict[Need, int] = {}
    for at, _, row in sorted((line.pop(row.id), str(row.id), row) for row in due):
        need = _need(rx, row, stages, crew)
        if need not in hands:
            hands[need] = crew.hands(need)
        if before + sum(other < at for other in line.values()) < hands[need]:
            yield str(row.id)
            before += 1


def _need(rx: Rx, row: Row, stages: Stages, crew: _Crew) -> Need:
    """What the customer's call would ask for, standing in line in the place that is kept."""
    work, now_ms = work_of(row), to_ms(rx.now)
    is_in = any(agent.id == work.wanted_agent_id for agent in crew.agents)
    own = own_of(work, wanted_is_in=is_in, now_ms=now_ms)
    return stages.asked(work.channel, stages.reached(now_ms - work.placed_ms), own)


def ring(tx: Tx, callback_id: str, *, epoch: int) -> bool:
    """Rings a customer whose turn it is, if it still is; whether it did. What is kept in vain waits for anybody.

    What is in line while its queue is closed waits for the opening.

    Raises:
        Stale: another process routes now.
    """
    check(tx, "router", epoch)
    item, callback = taken(tx, callback_id)
    is_due = item.state == "waiting" or (item.state == "scheduled" and tx.now >= callback.due_at)
    if callback.state != WAITING or not is_due:
        return False
    callback = through_representative(tx, callback)
    if why_not_now(tx, item, callback):
        return False
    if item.state == "waiting":
        if not is_kept(tx, item):
            tx.update(work_items, item.id, wanted_until=None)
            in_line.waits(tx, item.id)
        return False
    if refused(tx, item, callback):
        return False
    if agent_first(tx, tx.one(customers, callback.customer_id), callback.number):  # since it was booked
        tx.update(callbacks, callback.id, first="agent")
        look_again(tx, callback.id, tx.now)
        return False
    about = {"to": callback.number, "customer_id": callback.customer_id, "queue": callback.queue}
    about["language"] = language_of(tx, callback)
    others = others_to(tx, callback)
    call_id = ring_customer(tx, callback_id=callback.id, placed_at=item.placed_at, **about)
    is_dialled(tx, item, callback, call_id, others)
    return True


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
_WORKING = sa.select(agents.c.id).where(agents.c.presence.in_(["available", "wrap_up"]))
#: What stands in line for an agent.
_IN_LINE = (
    sa.select(callbacks.c.id, callbacks.c.queue)
    .join(work_items, work_items.c.id == callbacks.c.id)
    .where(callbacks.c.state == WAITING, work_items.c.state == "waiting")
)
#: What waits for its owner, who is signed in.
_KEPT = (
    sa.select(work_items)
    .join(agents, agents.c.id == work_items.c.wanted_agent_id)
    .where(
        work_items.c.kind == KIND,
        work_items.c.state == "waiting",
        work_items.c.wanted_until > sa.bindparam("now"),
        agents.c.presence != "offline",
    )
)
