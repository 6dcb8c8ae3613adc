"""desk/replay/other_work.py: work that was no contact, as it was at an instant: what stood in line, what was in hand.

The log has when each item waited, was taken and was done, and how it stood in line (`desk/work/in_line.py`). So it is
read by item: the last that was said of each until then.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from desk.floor.routing_views import work_of
from desk.kernel.events import WorkItemQueued
from desk.kernel.transaction import Rx
from desk.replay.contacts import changes_of
from desk.replay.customers import Customer, as_of
from desk.replay.stands import work_as_told
from desk.tables import customers, events, to_ms, work_items
from desk.work.in_line import NAMES
from desk.work.long_stays import work_going_on
from routing.model import Work
from routing.recorded import Held


@dataclass(frozen=True, kw_only=True)
class Standing:
    """An item in line, and how many of its offers had been in vain by then."""

    work: Work
    declines: int


@dataclass(frozen=True, kw_only=True)
class OtherWork:
    """What waited or rang, by id, and what agents had in hand."""

    in_line: dict[str, Standing]
    held: tuple[Held, ...]


@dataclass(frozen=True, kw_only=True)
class Wait:
    """One wait of an item in its queue; the id is the log's. It goes on without `to_at`."""

    id: str
    queue: str
    from_at: datetime
    to_at: datetime | None


def other_work_at(rx: Rx, at: datetime, asked: str) -> OtherWork:
    """Work that was no contact at an instant, however long ago it was made; what is `asked` about in any case."""
    at_ms, found = to_ms(at), rx.all(_LAST_SAID, at=at, asked=asked)
    changes = changes_of(rx, {row.customer_id for row in found})
    in_line: dict[str, Standing] = {}
    held: list[Held] = []
    for row in found:
        if row.said == WorkItemQueued.name or row.data["state"] == "waiting":
            stands = row.data.get("stands") or {}
            then = as_of(Customer(row.tier, row.language), changes.get(row.customer_id, ()), at_ms)
            work = replace(work_of(row), tier=then.tier, language=then.language)
            work = work_as_told(work, stands, to_ms(row.said_at))
            in_line[row.id] = Standing(work=work, declines=stands.get("declines", 0))
        elif row.data["state"] == "active" and row.data.get("outcome") != "parked" and row.data.get("agent_id"):
            held.append(Held(agent_id=row.data["agent_id"], channel=row.channel, from_ms=at_ms, until_ms=at_ms + 1))
    return OtherWork(in_line=in_line, held=tuple(held))


def waits_of(rx: Rx, work_item_id: str) -> Sequence[Wait]:
    """When an item waited, the first first. To be offered, declined or put elsewhere in line is no end of it."""
    queue, found = rx.one(work_items, work_item_id).queue, list[Wait]()
    for row in rx.all(_ALL_SAID, id=work_item_id):
        waits = row.name == WorkItemQueued.name or row.data["state"] in ("waiting", "offered")
        goes_on = bool(found) and found[-1].to_at is None
        if waits and not goes_on:
            found.append(Wait(id=str(row.id), queue=row.data.get("queue", queue), from_at=row.at, to_at=None))
        elif goes_on and not waits:
            last = found.pop()
            found.append(Wait(id=last.id, queue=last.queue, from_at=last.from_at, to_at=row.at))
    return [one for one in found if one.to_at is None or one.to_at > one.from_at]


_LAST = (
    sa.select(sa.func.max(events.c.id))
    .where(
        events.c.subject == work_items.c.id,
        events.c.name.in_(NAMES),
        events.c.at <= sa.bindparam("at", type_=events.c.at.type),
    )
    .correlate(work_items)
    .scalar_subquery()
)
_SAID = events.alias("said")
_LAST_SAID = (
    sa.select(
        work_items,
        customers.c.language,
        customers.c.tier,
        _SAID.c.name.label("said"),
        _SAID.c.at.label("said_at"),
        _SAID.c.data,
    )
    .join(customers, customers.c.id == work_items.c.customer_id)
    .join(_SAID, _SAID.c.id == _LAST)
    .where(
        work_items.c.interaction_id.is_(None),
        work_items.c.id.in_(work_going_on()),
    )
)
_ALL_SAID = (
    sa.select(events).where(events.c.subject == sa.bindparam("id"), events.c.name.in_(NAMES)).order_by(events.c.id)
)
