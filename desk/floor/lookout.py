"""desk/floor/lookout.py: who works and what waits, kept by a process for whoever asks next.

Read anew is only what the log has touched since.

    of a moment ago ──what the log says since──▶ those agents and items, read again ──▶ of now

It is as true as if all were read: what changes agents or work says so in its own transaction, and all of the log counts
that is there in the snapshot of who asks, whether it has its position yet or not. A view is never changed, only
followed by another, so that those who ask at once need not wait for each other; whoever asks in an older snapshot than
the view was made in is told of the newer moment.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa

from desk.floor.at_work import signed_in
from desk.floor.routing_views import Beside, beside_of, some, waiting_now, waiting_of
from desk.floor.touched import touched
from desk.kernel.events import CustomerChanged, Event, OrganizationChanged, decode
from desk.kernel.transaction import Row, Rx
from desk.organization.routing_rules import rules_of
from desk.tables import events, to_ms
from routing.model import AgentView, Rules, Work
from routing.outlook import Outlook
from routing.presence import Presence

#: After more entries than this all is read.
MOST_ENTRIES = 500

_HEAD = sa.select(sa.func.coalesce(sa.func.max(events.c.position), 0).label("head"))
_SINCE = (
    sa.select(events.c.position, events.c.name, events.c.subject, events.c.data)
    .where(sa.or_(events.c.position >= sa.bindparam("from"), events.c.position.is_(None)))
    .limit(sa.bindparam("most", type_=sa.Integer))
)


@dataclass(frozen=True, kw_only=True)
class View:
    """The floor as of a position of the log, and the outlook of a moment there."""

    position: int
    rules: Rules
    beside: Beside
    agents: Mapping[str, AgentView]
    waiting: Mapping[str, Work]
    outlook: Outlook
    offer_ms: Mapping[str, int]  # by queue, how long an offer rings


class Lookout:
    """What this process saw last."""

    def __init__(self) -> None:
        self._seen: View | None = None

    def look(self, rx: Rx) -> View:
        """The floor as it is now."""
        view = _later(rx, self._seen) if self._seen is not None else None
        view = view or _all_of(rx)
        self._seen = replace(view, outlook=view.outlook.at(to_ms(rx.now)))
        return self._seen


def _all_of(rx: Rx) -> View:
    rules, now_ms = rules_of(rx), to_ms(rx.now)
    agents, waiting = signed_in(rx, rules), waiting_now(rx)
    return View(
        position=rx.all(_HEAD)[0].head,
        rules=rules,
        beside=beside_of(rx, rules),
        agents={agent.id: agent for agent in agents},
        waiting={work.id: work for work in waiting},
        outlook=Outlook(rules, agents, waiting, now_ms),
        offer_ms={policy.key: policy.offer_ms for policy in rules.queues},
    )


def _later(rx: Rx, seen: View) -> View | None:
    """What became of a view; None where all is to be read."""
    rows = rx.all(_SINCE, **{"from": seen.position, "most": MOST_ENTRIES + 1})
    stamped = [row.position for row in rows if row.position is not None]
    if seen.position and not stamped:
        return seen  # who asks reads in an older snapshot
    if len(rows) > MOST_ENTRIES or (seen.position and min(stamped) > seen.position) or seen.beside.is_over(rx.now):
        return None
    known = [event for row in rows if row.position != seen.position and (event := _said_by(row)) is not None]
    if any(isinstance(event, OrganizationChanged) for event in known):
        return None
    work_ids, agent_ids = set[str](), set[str]()
    for event in known:
        of_work, of_agents = touched(event)
        work_ids |= of_work
        agent_ids |= of_agents
    if customers := {event.id for event in known if isinstance(event, CustomerChanged)}:
        work_ids |= waiting_of(rx, customers)
    position = max(stamped, default=seen.position)
    return replace(_read_again(rx, seen, work_ids, agent_ids), position=position)


def _read_again(rx: Rx, seen: View, work_ids: Collection[str], agent_ids: Collection[str]) -> View:
    """The same with these agents and items as they are now."""
    if not work_ids and not agent_ids:
        return seen
    truth = some(rx, work_ids, agent_ids, seen.beside)
    out = truth.gone_agents | {agent.id for agent in truth.agents if agent.presence == Presence.OFFLINE}
    agents = {**seen.agents, **{agent.id: agent for agent in truth.agents}}
    waiting = {**seen.waiting, **{work.id: work for work in truth.work}}
    agents = {id: agent for id, agent in agents.items() if id not in out}
    waiting = {id: work for id, work in waiting.items() if id not in truth.gone_work}
    outlook = seen.outlook.after(agents.values(), waiting.values(), to_ms(rx.now))
    return replace(seen, agents=agents, waiting=waiting, outlook=outlook)


def _said_by(row: Row) -> Event | None:
    return decode(row.name, row.subject, row.data)
