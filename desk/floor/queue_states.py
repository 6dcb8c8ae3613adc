"""desk/floor/queue_states.py: queues as they are now: open, staffed, how long their lines, how well they do."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from desk.floor.at_work import signed_in
from desk.floor.lookout import Lookout
from desk.kernel.transaction import Rx
from desk.organization.hours import business_hours_of
from desk.organization.openings import hours_by_calendar
from desk.organization.organization import setting
from desk.organization.routing_rules import limits_of, policy
from desk.organization.rows import queues_now
from desk.organization.rules import Overflow, Queue
from desk.tables import queues, segments, to_ms, work_items
from routing.hours import Hours, is_open
from routing.model import Rules
from routing.outlook import Outlook
from routing.overflow import ATTENDED, QueueState, Step, is_helped

#: A helper's own service level is that of its latest contacts.
LATELY = timedelta(minutes=15)
#: Who hangs up within this time was not lost by the queue.
SHORT_MS = 5_000

_LINES = (
    sa.select(work_items.c.queue, sa.func.count().label("number"))
    .where(work_items.c.state.in_(("waiting", "offered")))
    .group_by(work_items.c.queue)
)
_VISITS = (
    sa.select(segments.c.queue, segments.c.from_at, segments.c.to_at, segments.c.outcome, queues.c.target_s)
    .join(queues, queues.c.key == segments.c.queue)
    .where(
        segments.c.kind == "queue",
        segments.c.from_at >= sa.bindparam("since"),
        segments.c.outcome.in_(("answered", "abandoned")),
    )
)
#: Those who wait still, since whenever, on channels where somebody is kept waiting at the other end.
_STILL = (
    sa.select(segments.c.queue, segments.c.from_at, queues.c.target_s)
    .join(work_items, work_items.c.id == segments.c.interaction_id)
    .join(queues, queues.c.key == segments.c.queue)
    .where(
        segments.c.kind == "queue",
        segments.c.to_at.is_(None),
        work_items.c.state.in_(("waiting", "offered")),
        work_items.c.channel.in_(sorted(ATTENDED)),
    )
)


def states(rx: Rx, lookout: Lookout | None = None, *, levels: bool = False) -> dict[str, QueueState]:
    """Every queue by its key; their service levels of the last 15 minutes only where asked for."""
    known = queues_now(rx)
    hours = _hours_of(rx, known)
    staffed = _staffed(rx, known, lookout)
    waiting = {row.queue: row.number for row in rx.all(_LINES)}
    level = _levels(rx) if levels else {}
    found = {
        key: QueueState(
            open=is_open(hours[key], rx.now),
            staffed=staffed[key],
            waiting=waiting.get(key, 0),
            max_length=queue.max_length,
            service_level=level.get(key),
        )
        for key, queue in known.items()
    }
    steps = {key: [step_of(one) for one in queue.overflow] for key, queue in known.items()}
    return {key: replace(state, helped=is_helped(steps[key], state, found)) for key, state in found.items()}


def business_hours(rx: Rx) -> Hours:
    """When the house is open."""
    return business_hours_of(
        setting(rx, "business_hours"),
        zone=str(setting(rx, "time_zone")),
        weekend=setting(rx, "weekend"),
        holidays=_dates(setting(rx, "holidays")),
        working_weekends=_dates(setting(rx, "working_weekends")),
    )


def facts(rx: Rx, only: Collection[str]) -> dict[str, Any]:
    """What call flows may ask of these queues: `billing.open`, `billing.full`, `billing.staffed`."""
    told: dict[str, Any] = {}
    for key, state in states(rx).items() if only else ():
        if key in only:
            told |= facts_of(key, state)
    return told


def facts_of(key: str, state: QueueState) -> dict[str, bool]:
    """What call flows may ask of one queue. It is staffed when somebody who works may be asked for a call there, at
    once or by a later step, or else it goes where somebody is."""
    full = state.max_length is not None and state.waiting >= state.max_length
    return {f"{key}.open": state.open, f"{key}.full": full, f"{key}.staffed": "voice" in state.staffed or state.helped}


def _dates(days: Iterable[str]) -> list[date]:
    return [date.fromisoformat(day) for day in days]


def _staffed(rx: Rx, known: Mapping[str, Queue], lookout: Lookout | None) -> dict[str, dict[str, int]]:
    """For each queue, by channel, from which wait on somebody works there who may be asked."""
    if lookout is not None:
        view = lookout.look(rx)
        held = {channel for agent in view.agents.values() for channel in agent.capacity}
        return {key: view.outlook.staffed(key, held) if key in view.offer_ms else {} for key in known}
    rules = Rules(queues=tuple(policy(key, queue) for key, queue in known.items()), limits=limits_of(rx))
    agents = signed_in(rx, rules)
    outlook, channels = Outlook(rules, agents, (), to_ms(rx.now)), {held for agent in agents for held in agent.capacity}
    return {key: outlook.staffed(key, channels) for key in known}


def step_of(said: Overflow) -> Step:
    """A step as the rules of overflow take it."""
    return Step(
        to=said.to,
        after_ms=None if said.after is None else said.after * 1000,
        wait_ms=None if said.wait is None else said.wait * 1000,
        nobody=said.nobody,
        closed=said.closed,
        full=said.full,
        protect=said.protect,
    )


def _hours_of(rx: Rx, queues: Mapping[str, Queue]) -> dict[str, Hours | None]:
    by_calendar = hours_by_calendar(rx)
    return {key: by_calendar.get(queue.hours) if queue.hours else None for key, queue in queues.items()}


def _levels(rx: Rx) -> dict[str, float]:
    """Answered in time of all that counts, by queue: whoever waits beyond the target is missed already, for however
    long they have waited. A queue without any is left out."""
    in_time: dict[str, int] = {}
    counted: dict[str, int] = {}
    for visit in rx.all(_VISITS, since=rx.now - LATELY):
        waited_ms = to_ms(visit.to_at) - to_ms(visit.from_at)
        if visit.outcome == "abandoned" and waited_ms <= SHORT_MS:
            continue
        counted[visit.queue] = counted.get(visit.queue, 0) + 1
        if visit.outcome == "answered" and waited_ms <= visit.target_s * 1000:
            in_time[visit.queue] = in_time.get(visit.queue, 0) + 1
    for stay in rx.all(_STILL):
        if to_ms(rx.now) - to_ms(stay.from_at) > max(SHORT_MS, stay.target_s * 1000):
            counted[stay.queue] = counted.get(stay.queue, 0) + 1
    return {queue: in_time.get(queue, 0) / count for queue, count in counted.items()}
