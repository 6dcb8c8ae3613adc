"""desk/organization/routing_rules.py: the rules of routing as the engine knows them, from what the organization said.

What the organization leaves out is the deployment's default: `SLACK` for the ordering, `PLAIN` for the limits.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from pydantic import BaseModel

from desk.kernel.transaction import Row, Rx
from desk.organization import rules as said
from desk.organization.callbacks import Callbacks
from desk.organization.hours import Calendar, calendars
from desk.organization.rows import queue_of, queues_now, served, skilled
from desk.tables import agents, organization, queues
from routing.capacity import PLAIN, Limits
from routing.model import QueuePolicy, Ring, Rules
from routing.order import SLACK, Ordering

M = TypeVar("M", bound=BaseModel)

_QUEUES = sa.select(queues)
_ROOM = sa.select(agents.c.id, agents.c.capacity)
_SETTING = sa.select(organization.c.value).where(organization.c.key == sa.bindparam("key"))


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What the organization says of offers and of what agents hold.

    `auto_accept` has, by queue, the channels whose offers are taken as they are made; `idle_after`, by channel,
    how long a customer's silence may take room; `overflows` is true when a queue has steps of overflow.
    """

    limits: Limits = PLAIN
    auto_accept: Mapping[str, frozenset[str]] = field(default_factory=dict)
    idle_after: Mapping[str, timedelta] = field(default_factory=dict)
    overflows: bool = False


STANDARD = Terms()


def terms_of(rx: Rx) -> Terms:
    """The terms of this deployment."""
    said_of = {row.key: queue_of(row) for row in rx.all(_QUEUES)}
    return Terms(
        limits=limits_of(rx),
        auto_accept={key: frozenset(queue.auto_accept) for key, queue in said_of.items()},
        idle_after={channel: timedelta(seconds=s) for channel, s in (limits_said(rx).idle or {}).items()},
        overflows=any(queue.overflow for queue in said_of.values()),
    )


def rules_of(rx: Rx) -> Rules:
    """All rules of this deployment."""
    return Rules(
        queues=tuple(policy_of(row) for row in rx.all(_QUEUES)),
        ordering=ordering_of(rx),
        limits=limits_of(rx),
    )


def rules_now(rx: Rx, *, only: str | tuple[str, ...] = "") -> dict[str, Any]:
    """The rules in force as a flat map of paths, or those whose paths begin with `only`: as the file writes them."""
    flat: dict[str, Any] = {}
    paths = (only,) if isinstance(only, str) else only

    def wanted(section: str) -> bool:
        return any(path.startswith(section) or section.startswith(path) for path in paths)

    if wanted("ordering."):
        flat |= {f"ordering.{name}": value for name, value in ordering_said(rx).model_dump(mode="json").items()}
    if wanted("limits."):
        flat |= {f"limits.{name}": value for name, value in limits_said(rx).model_dump(mode="json").items()}
    if wanted("callbacks."):
        flat |= {f"callbacks.{name}": value for name, value in callbacks_said(rx).model_dump(mode="json").items()}
    if wanted("hours."):
        for key, calendar in calendars_said(rx).items():
            flat |= {f"hours.{key}.{name}": value for name, value in calendar.model_dump(mode="json").items()}
    if wanted("queues."):
        for key, queue in queues_now(rx).items():
            flat |= {f"queues.{key}.{name}": value for name, value in queue.model_dump(mode="json").items()}
    if wanted("agents."):
        serve, can = served(rx), skilled(rx)
        for row in rx.all(_ROOM):
            rules = said.AgentRules(queues=serve.get(row.id, {}), skills=can.get(row.id, {}), capacity=row.capacity)
            flat |= {f"agents.{row.id}.{name}": value for name, value in rules.model_dump(mode="json").items()}
    return {path: value for path, value in flat.items() if path.startswith(only)}


def policy_of(row: Row) -> QueuePolicy:
    """The rules of a queue."""
    return policy(row.key, queue_of(row))


def policy(key: str, queue: said.Queue) -> QueuePolicy:
    """The rules of a queue that is written so."""
    return QueuePolicy(
        key=key,
        skills=queue.skills,
        priority=queue.priority,
        offer_ms=queue.offer * 1000,
        target_ms=queue.target.within * 1000,
        strategy=queue.strategy,
        rings=tuple(_ring(ring) for ring in queue.rings),
        handling_ms=_in_ms(queue.handling),
        due_in_ms=_in_ms(queue.due),
    )


def ordering_of(rx: Rx) -> Ordering:
    """What is served first."""
    ordering = ordering_said(rx)
    return Ordering(
        kind=ordering.kind,
        priority_ms=(ordering.priority or 0) * 1000,
        head_start_ms=_in_ms(ordering.head_start or {}),
        tier_ms=_in_ms(ordering.tiers or {}),
    )


def limits_of(rx: Rx) -> Limits:
    """What fits beside what."""
    limits = limits_said(rx)
    return Limits(
        weights=limits.weights or {},
        exclusive=frozenset(limits.exclusive or ()),
        interrupts={channel: frozenset(others) for channel, others in (limits.interrupts or {}).items()},
    )


def ordering_said(rx: Rx) -> said.Ordering:
    """The ordering in force in the words of the file: what was said, and the defaults of its kind."""
    rows = rx.all(_SETTING, key="ordering")
    ordering = said.Ordering(**rows[0].value) if rows else said.Ordering()
    if ordering.kind == "priority":
        return _filled(ordering, {"priority": 0})
    return _filled(ordering, dict(SLACK_SAID))


def limits_said(rx: Rx) -> said.Limits:
    """The limits in force in the words of the file: what was said, and the defaults."""
    rows = rx.all(_SETTING, key="limits")
    limits = said.Limits(**rows[0].value) if rows else said.Limits()
    defaults = {"weights": dict(PLAIN.weights), "exclusive": sorted(PLAIN.exclusive), "interrupts": {}, "idle": {}}
    return _filled(limits, defaults)


def callbacks_said(rx: Rx) -> Callbacks:
    """How customers are rung back, unless their queue says otherwise: in the words of the file, with the defaults."""
    rows = rx.all(_SETTING, key="callbacks")
    return Callbacks(**rows[0].value) if rows else Callbacks()


def calendars_said(rx: Rx) -> dict[str, Calendar]:
    """The calendars in the words of the file, by key."""
    rows = rx.all(_SETTING, key="hours")
    return calendars(rows[0].value if rows else None)


def _filled(part: M, defaults: Mapping[str, Any]) -> M:
    """The same with `defaults` for what it leaves out."""
    return part.model_copy(update={name: value for name, value in defaults.items() if getattr(part, name) is None})


def _ring(ring: said.Ring) -> Ring:
    return Ring(
        after_ms=ring.after * 1000,
        skills=ring.skills,
        queues=frozenset(ring.queues),
        teams=frozenset(ring.teams),
    )


def _in_ms(spans: Mapping[str, int]) -> dict[str, int]:
    return {name: seconds * 1000 for name, seconds in spans.items()}


def _in_s(spans: Mapping[str, int]) -> dict[str, int]:
    return {name: ms // 1000 for name, ms in spans.items()}


#: The default of a deployment in the words of the file.
SLACK_SAID = said.Ordering(
    kind="slack",
    priority=SLACK.priority_ms // 1000,
    head_start=_in_s(SLACK.head_start_ms),
    tiers=_in_s(SLACK.tier_ms),
)
