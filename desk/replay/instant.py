"""desk/replay/instant.py: what the engine knew at an instant of the past, from the log and the rows.

Who waited, who was there and what each had in hand is read as a replay reads it, and of work that was no contact by
`desk/replay/other_work.py`; nothing is played, so it costs what was going on at that instant and the offers of the
day before it, neither the day nor the log.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from desk.kernel.event_log import read as read_log
from desk.kernel.events import PresenceChanged
from desk.kernel.transaction import Row, Rx
from desk.replay.kept import in_vain_until
from desk.replay.other_work import OtherWork, other_work_at
from desk.replay.reading import log_reaches, stays_at
from desk.replay.rules_in_force import InForce, came_between, rules_in_force_at
from desk.replay.staff import LOOK_BACK
from desk.replay.stands import REST_MS
from desk.replay.visits import Told
from desk.tables import agents, events, offers, to_ms, users
from routing.engine import Engine
from routing.model import AgentView, Service, Work
from routing.outlook import Outlook
from routing.presence import Presence
from routing.recorded import Held

_MOMENT = timedelta(milliseconds=1)


@dataclass(frozen=True, kw_only=True)
class Instant:
    """The engine as of an instant, and the outlook that counts places in line; `work` is the item as it stood in line,
    None where it did not.

    `rings` are the offers of the item that were live, `declines` how many were in vain since it was last taken.
    `whole` is false where the log does not know the rules of then completely.
    """

    engine: Engine
    outlook: Outlook
    work: Work | None
    rings: tuple[Row, ...]
    declines: int
    whole: bool


def instant(rx: Rx, work_item_id: str, at: datetime) -> Instant:
    """What was known of everybody as this contact, or other work, waited.

    Raises:
        Conflict: the log begins later.
    """
    # What is open at the end of the log is open still, however long nothing has been logged.
    seen = max(log_reaches(rx, at), at + _MOMENT)
    (told, stays), then, at_ms = stays_at(rx, at, seen), rules_in_force_at(rx, at), to_ms(at)
    other = other_work_at(rx, at, work_item_id)
    made = rx.all(_MADE, since=at - LOOK_BACK, at=at)
    live = [row for row in made if row.ended_at is None or row.ended_at > at]
    engine = Engine()
    engine.set_rules(then.rules)
    held = [one for one in (*told.held, *other.held) if one.from_ms <= at_ms < one.until_ms]
    views = list(_views(rx, at, then, held, {row.agent_id for row in live}))
    for view in views:
        engine.put_agent(view)
    line, offered = _line(told, stays, other, _said_no(made, at_ms)), {row.work_item_id for row in live}
    waiting = [work for id, work in line.items() if id not in offered]
    for work in waiting:
        engine.put_work(work)
    standing = other.in_line.get(work_item_id)
    return Instant(
        engine=engine,
        outlook=Outlook(then.rules, views, waiting, at_ms),
        work=line.get(work_item_id),
        rings=tuple(row for row in live if row.work_item_id == work_item_id),
        declines=standing.declines if standing else in_vain_until(rx, work_item_id, at),
        whole=then.whole,
    )


def _line(
    told: Told, stays: Mapping[str, str], other: OtherWork, said_no: Mapping[str, Mapping[str, int]]
) -> dict[str, Work]:
    """What waited or rang, by the item's id: for whom it was kept, and without those who had just said no."""
    line = {id: replace(visit.work, id=id) for visit in told.visits if (id := stays.get(visit.id)) is not None}
    for id, one in other.in_line.items():
        line[id] = replace(one.work, excluded={**said_no.get(id, {}), **one.work.excluded})
    return line


def _views(rx: Rx, at: datetime, then: InForce, held: Iterable[Held], ringing: set[str]) -> Iterable[AgentView]:
    """Everybody who was an agent, as they were: presence, hands, capacity, languages and teams of then."""
    load: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in held:
        load[one.agent_id][one.channel] += 1
    became = _presences(rx, at)
    for row in rx.all(_PEOPLE):
        if (rules := then.agents.get(row.id)) is None:
            continue
        yield AgentView(
            id=row.id,
            name=row.name,
            presence=became.get(row.id, Presence.OFFLINE.value),
            skills=rules.skills,
            queues={key: Service(one.priority, one.delay * 1000) for key, one in rules.queues.items()},
            capacity=rules.capacity if rules.capacity is not None else row.capacity or {},
            load=dict(load[row.id]),
            ringing=row.id in ringing,
            idle_since_ms=0,
            languages=then.languages.get(row.id, frozenset()),
            teams=then.teams.get(row.email, frozenset()),
        )


def _presences(rx: Rx, at: datetime) -> dict[str, str]:
    """What each agent became last; who has come back to the organization since then is offline."""
    logged = [
        (one, one.event)
        for one in read_log(rx.all(_BECAME, at=at, later=at + _SURELY_LATER))
        if isinstance(one.event, PresenceChanged)
    ]
    there = [(one, became) for one, became in logged if became.state != Presence.OFFLINE]
    came = came_between(rx, min(one.at for one, _ in there), at) if there else {}
    return {became.id: became.state for one, became in there if came.get(became.id, 0) < one.position}


def _said_no(made: Iterable[Row], at_ms: int) -> Mapping[str, dict[str, int]]:
    """Who had declined what a moment before, and until when they were not asked about it again."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in made:
        if row.outcome == "declined" and to_ms(row.ended_at) <= at_ms < to_ms(row.ended_at) + REST_MS:
            found[row.work_item_id][row.agent_id] = to_ms(row.ended_at) + REST_MS
    return found


_AT = sa.bindparam("at", type_=events.c.at.type)
_SINCE = sa.bindparam("since", type_=events.c.at.type)
_MADE = (
    sa.select(offers, users.c.name)
    .join(users, users.c.id == offers.c.agent_id)
    # By agent and instant: there is an index for that.
    .where(offers.c.agent_id.in_(sa.select(agents.c.id)), offers.c.made_at >= _SINCE, offers.c.made_at <= _AT)
    .order_by(users.c.name, offers.c.id)
)
#: Who is no agent any more is a user still.
_PEOPLE = sa.select(users.c.id, agents.c.capacity, users.c.name, users.c.email).outerjoin(
    agents, agents.c.id == users.c.id
)
#: No transaction lasts so long: what has an instant until then in the log has a lesser id than what has one after this.
_SURELY_LATER = timedelta(hours=1)
_LATER = (
    sa.select(events.c.id)
    .where(events.c.at > sa.bindparam("later", type_=events.c.at.type))
    .order_by(events.c.at)
    .limit(1)
    .correlate(None)
    .scalar_subquery()
)
_LATEST = (
    sa.select(events.c.id)
    .where(
        events.c.subject == users.c.id,
        events.c.name == PresenceChanged.name,
        events.c.at <= _AT,
        events.c.id < sa.func.coalesce(_LATER, sys.maxsize),
    )
    .order_by(events.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_BECAME = sa.select(events).where(events.c.id.in_(sa.select(_LATEST).select_from(users)))
