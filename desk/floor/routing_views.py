"""desk/floor/routing_views.py: what is true of work and agents, as the engine is told it. A few statements for many."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from desk.kernel.statements import among
from desk.kernel.transaction import Finding, Row, Rx, single
from desk.organization.days import start_of_day, zone_of_site
from desk.organization.history import version
from desk.organization.organization import setting
from desk.organization.routing_rules import Terms, rules_of, terms_of
from desk.tables import (
    agent_queues,
    agent_skills,
    agents,
    customers,
    interactions,
    offers,
    to_ms,
    users,
    work_items,
)
from routing.model import NOT_IDLE_MS, AgentView, Rules, Service, Strategy, Work

#: From one midnight past the next, whatever the clocks do, and not past the one after it.
_PAST_MIDNIGHT = timedelta(hours=26)


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What the rules ask to be known of agents beside their rows; it stands while the rules do.

    `teams` are by mail address. `day_from` is the site's midnight from which contacts are counted, `day_until`
    the next; None while no queue asks for it.
    """

    teams: Mapping[str, frozenset[str]] = field(default_factory=dict)
    day_from: datetime | None = None
    day_until: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        """Whether another day has begun: everybody is counted anew."""
        return self.day_until is not None and now >= self.day_until


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What the database says now. `gone_*` were asked for and do not wait, or are no agents."""

    work: list[Work] = field(default_factory=list)
    agents: list[AgentView] = field(default_factory=list)
    gone_work: set[str] = field(default_factory=set)
    gone_agents: set[str] = field(default_factory=set)


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """All that the engine must know, the rules first, and which they are: `version`, as the log has it."""

    rules: Rules
    version: Mapping[str, Any] | None = None
    terms: Terms
    beside: Beside
    truth: Truth


def everything(rx: Rx) -> Beginning:
    """What is true now: for a router that begins."""
    rules = rules_of(rx)
    beside = beside_of(rx, rules)
    rows = rx.all(_EVERYBODY)
    able, serve, held, ring = (rx.all(query) for query in (_SKILLS, _QUEUES, _LOAD, _RINGING))
    counted = _counted(beside, [row.id for row in rows])
    taken = rx.all(counted[0][0], **counted[0][1]) if counted else ()
    views = _agents(beside, rows, able, serve, held, ring, taken)
    return Beginning(
        rules=rules,
        version=version(rx),
        terms=terms_of(rx),
        beside=beside,
        truth=Truth(work=waiting_now(rx), agents=views),
    )


@single
def some(rx: Rx, work_ids: Collection[str], agent_ids: Collection[str], beside: Beside) -> Truth:
    """What is true of these items and agents."""
    agents = {"ids": list(agent_ids)}
    found, *of_agents = rx.together(
        (_THIS_WORK, {"ids": list(work_ids)}),
        (_THESE_AGENTS, agents),
        (_SKILLS_OF, agents),
        (_QUEUES_OF, agents),
        (_LOAD_OF, agents),
        (_RINGING_OF, agents),
        *_counted(beside, agent_ids),
    )
    waiting = [work_of(row) for row in found]
    views = _agents(beside, *of_agents)
    return Truth(
        work=waiting,
        agents=views,
        gone_work=set(work_ids) - {work.id for work in waiting},
        gone_agents=set(agent_ids) - {view.id for view in views},
    )


def waiting_now(rx: Rx) -> list[Work]:
    """What waits in all queues."""
    return [work_of(row) for row in rx.all(_WAITING)]


def waiting_in(rx: Rx, queue: str) -> list[Work]:
    """What waits in a queue."""
    return [work_of(row) for row in rx.all(_WAITING_IN, queue=queue)]


def waiting_of(rx: Rx, customer_ids: Collection[str]) -> set[str]:
    """The items of these customers that wait: their tier and language count."""
    return {row.id for row in rx.all(_WAITING_OF, ids=list(customer_ids))}


def work_of(row: Row) -> Work:
    """A work item that waits, as the engine knows it."""
    return Work(
        id=row.id,
        kind=row.kind,
        channel=row.channel,
        queue=row.queue,
        priority=row.priority,
        placed_ms=to_ms(row.placed_at),
        wanted_agent_id=row.wanted_agent_id,
        wanted_until_ms=to_ms(row.wanted_until) if row.wanted_until else None,
        wanted_as=row.wanted_as,
        excluded=row.declined_by or {},
        language=row.language or "",
        due_ms=to_ms(row.due_at) if row.due_at else None,
        tier=row.tier,
    )


def beside_of(rx: Rx, rules: Rules) -> Beside:
    """What these rules ask to be known of agents beside their rows, now."""
    teams: dict[str, set[str]] = defaultdict(set)
    for key, team in setting(rx, "teams").items():
        for email in team.get("members", ()):
            teams[email].add(key)
    by_address = {email: frozenset(keys) for email, keys in teams.items()}
    if all(policy.strategy is not Strategy.FEWEST_HANDLED for policy in rules.queues):
        return Beside(teams=by_address)
    zone = zone_of_site(rx)
    midnight = start_of_day(rx.now, zone)
    return Beside(teams=by_address, day_from=midnight, day_until=start_of_day(midnight + _PAST_MIDNIGHT, zone))


def _counted(beside: Beside, agent_ids: Collection[str]) -> list[tuple[Finding, dict[str, Any]]]:
    """The question how many contacts each has taken today, if anybody asks."""
    return [(_TAKEN, {"ids": list(agent_ids), "since": beside.day_from})] if beside.day_from else []


def _agents(
    beside: Beside,
    rows: Iterable[Row],
    can: Iterable[Row],
    serve: Iterable[Row],
    held: Iterable[Row],
    ring: Iterable[Row],
    taken: Iterable[Row] = (),
) -> list[AgentView]:
    skills: dict[str, dict[str, int]] = defaultdict(dict)
    for row in can:
        skills[row.agent_id][row.skill] = row.level
    serves: dict[str, dict[str, Service]] = defaultdict(dict)
    for row in serve:
        serves[row.agent_id][row.queue] = Service(priority=row.priority, delay_ms=row.delay_s * 1000)
    load: dict[str, dict[str, int]] = defaultdict(dict)
    for row in held:
        load[row.agent_id][row.channel] = row.held
    ringing = {row.agent_id for row in ring}
    handled = {row.agent_id: row.taken for row in taken}
    return [
        AgentView(
            id=row.id,
            name=row.name,
            presence=row.presence,
            skills=skills[row.id],
            queues=serves[row.id],
            capacity=row.capacity,
            load=load[row.id],
            ringing=row.id in ringing,
            idle_since_ms=_idle_since_ms(row, busy=bool(load[row.id])),
            languages=frozenset(row.languages),
            teams=beside.teams.get(row.email, frozenset()),
            handled=handled.get(row.id, 0),
            offered_ms=to_ms(row.offered_at) if row.offered_at else 0,
        )
        for row in rows
    ]


def _idle_since_ms(agent: Row, *, busy: bool) -> int:
    """Since when, for the rank of the longest idle; who has something in hand is not."""
    if not busy:
        return to_ms(agent.idle_since)
    return to_ms(max(agent.idle_since, agent.offered_at or agent.idle_since)) + NOT_IDLE_MS


_LANGUAGE = sa.func.coalesce(sa.func.nullif(interactions.c.language, ""), customers.c.language).label("language")
_WAITING = (
    sa.select(work_items, _LANGUAGE, customers.c.tier)
    .select_from(work_items)
    .outerjoin(interactions, interactions.c.id == work_items.c.interaction_id)
    .join(customers, customers.c.id == work_items.c.customer_id)
    .where(work_items.c.state == "waiting")
)
_THIS_WORK = _WAITING.where(among(work_items.c.id))
_WAITING_IN = _WAITING.where(work_items.c.queue == sa.bindparam("queue"))
_WAITING_OF = sa.select(work_items.c.id).where(work_items.c.state == "waiting", among(work_items.c.customer_id))
_EVERYBODY = (
    sa.select(agents, users.c.name.label("name"), users.c.email)
    .join(users, users.c.id == agents.c.id)
    .where(users.c.active.is_(True))
)
_THESE_AGENTS = _EVERYBODY.where(among(agents.c.id))
_SKILLS, _QUEUES = sa.select(agent_skills), sa.select(agent_queues)
_LOAD = (
    sa.select(work_items.c.agent_id, work_items.c.channel, sa.func.count().label("held"))
    .where(work_items.c.state == "active", work_items.c.parked == "", work_items.c.agent_id.is_not(None))
    .group_by(work_items.c.agent_id, work_items.c.channel)
)
_RINGING = sa.select(offers.c.agent_id).where(offers.c.outcome.is_(None))
_SKILLS_OF = _SKILLS.where(among(agent_skills.c.agent_id))
_QUEUES_OF = _QUEUES.where(among(agent_queues.c.agent_id))
_LOAD_OF = _LOAD.where(among(work_items.c.agent_id))
_RINGING_OF = _RINGING.where(among(offers.c.agent_id))
#: By when it was offered: an offer is answered within seconds.
_TAKEN = (
    sa.select(offers.c.agent_id, sa.func.count().label("taken"))
    .where(among(offers.c.agent_id), offers.c.made_at >= sa.bindparam("since"), offers.c.outcome == "accepted")
    .group_by(offers.c.agent_id)
)
