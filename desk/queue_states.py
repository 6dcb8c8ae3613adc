"""desk/queue_states.py: queues as they are now: open, staffed, how long their lines, how well they do."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from desk.organization.hours import business_hours_of, hours_of
from desk.organization.organization import setting
from desk.organization.rows import queues_now
from desk.organization.rules import Queue
from desk.routing_rules import calendars_said, policy
from desk.tables import agent_queues, agent_skills, agents, queues, segments, to_ms, work_items
from desk.transaction import Rx
from routing.estimates import is_able
from routing.hours import Hours, is_open
from routing.overflow import QueueState
from routing.presence import Presence

#: A helper's own service level is that of its latest contacts.
LATELY = timedelta(minutes=15)
#: Who hangs up within this time was not lost by the queue.
SHORT_MS = 5_000

#: Who works, or does as soon as a contact is written up.
_WORKS = (Presence.AVAILABLE.value, Presence.WRAP_UP.value)
_WORKING = (
    sa.select(agent_queues.c.queue, agent_queues.c.agent_id)
    .join(agents, agents.c.id == agent_queues.c.agent_id)
    .where(agents.c.presence.in_(_WORKS))
)
_CAN = (
    sa.select(agent_skills.c.agent_id, agent_skills.c.skill, agent_skills.c.level)
    .join(agents, agents.c.id == agent_skills.c.agent_id)
    .where(agents.c.presence.in_(_WORKS))
)
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


def states(rx: Rx, *, levels: bool = False) -> dict[str, QueueState]:
    """Every queue by its key; their service levels of the last 15 minutes only where asked for."""
    known = queues_now(rx)
    hours = _hours_of(rx, known)
    staffed = _staffed(rx, known)
    waiting = {row.queue: row.number for row in rx.all(_LINES)}
    level = _levels(rx) if levels else {}
    return {
        key: QueueState(
            open=is_open(hours[key], rx.now),
            staffed=staffed.get(key, 0),
            waiting=waiting.get(key, 0),
            max_length=queue.max_length,
            service_level=level.get(key),
        )
        for key, queue in known.items()
    }


def hours_by_queue(rx: Rx) -> dict[str, Hours | None]:
    """The opening hours of every queue; None where it is always open."""
    return _hours_of(rx, queues_now(rx))


def hours_by_calendar(rx: Rx) -> dict[str, Hours]:
    """The organization's calendars."""
    zone, holidays = str(setting(rx, "time_zone")), _dates(setting(rx, "holidays"))
    return {key: hours_of(calendar, zone=zone, holidays=holidays) for key, calendar in calendars_said(rx).items()}


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
            full = state.max_length is not None and state.waiting >= state.max_length
            told |= {f"{key}.open": state.open, f"{key}.full": full, f"{key}.staffed": bool(state.staffed)}
    return told


def _dates(days: Iterable[str]) -> list[date]:
    return [date.fromisoformat(day) for day in days]


def _staffed(rx: Rx, known: Mapping[str, Queue]) -> Counter[str]:
    """How many work in each queue: of those who serve it, whoever has what it asks for from the beginning."""
    can: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rx.all(_CAN) if any(queue.skills for queue in known.values()) else ():
        can[row.agent_id][row.skill] = row.level
    policies = {key: policy(key, queue) for key, queue in known.items()}
    working = rx.all(_WORKING)
    return Counter(row.queue for row in working if is_able(can.get(row.agent_id, {}), policies[row.queue]))


def _hours_of(rx: Rx, queues: Mapping[str, Queue]) -> dict[str, Hours | None]:
    by_calendar = hours_by_calendar(rx)
    return {key: by_calendar.get(queue.hours) if queue.hours else None for key, queue in queues.items()}


def _levels(rx: Rx) -> dict[str, float]:
    """Answered in time of all that counts, by queue; a queue without any is left out."""
    in_time: dict[str, int] = {}
    counted: dict[str, int] = {}
    for visit in rx.all(_VISITS, since=rx.now - LATELY):
        waited_ms = to_ms(visit.to_at) - to_ms(visit.from_at)
        if visit.outcome == "abandoned" and waited_ms <= SHORT_MS:
            continue
        counted[visit.queue] = counted.get(visit.queue, 0) + 1
        if visit.outcome == "answered" and waited_ms <= visit.target_s * 1000:
            in_time[visit.queue] = in_time.get(visit.queue, 0) + 1
    return {queue: in_time.get(queue, 0) / count for queue, count in counted.items()}
