"""desk/callbacks/promised.py: that a customer will be rung: what whoever talks with them sees, and may take back.

Of a call-back in a queue that is not the reader's they see that there is one and when, and not what it is about.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from desk.callbacks.cards import ARE_CALLBACKS, DUE, STATE, WITH_ITEMS
from desk.callbacks.life import KIND
from desk.customers.safe_hours import told_by
from desk.kernel.errors import NotFound
from desk.kernel.statements import among
from desk.kernel.transaction import Row, Rx
from desk.organization.organization import setting
from desk.people.reach import work_item_for
from desk.tables import callbacks, customers, interactions, users, work_items

Card = dict[str, Any]

#: The open call-backs of these customers, those made by hand as well, the next due first.
OF_CUSTOMERS = (
    sa.select(
        *(work_items.c[name] for name in ("id", "customer_id", "queue")),
        STATE.label("state"),
        sa.func.coalesce(callbacks.c.number, "").label("number"),
        DUE.label("due_at"),
        sa.func.coalesce(callbacks.c.attempts, 0).label("attempts"),
        callbacks.c.id.label("callback_id"),
        callbacks.c.owner_id,
        users.c.name.label("owner_name"),
        customers.c.time_zone,
    )
    .select_from(WITH_ITEMS)
    .join(customers, customers.c.id == work_items.c.customer_id)
    .outerjoin(users, users.c.id == callbacks.c.owner_id)
    .where(among(work_items.c.customer_id), ARE_CALLBACKS, work_items.c.state != "done")
    .order_by(DUE, work_items.c.id)
)
#: What somebody has in hand of a customer.
_IN_HAND = (
    sa.select(interactions.c.id)
    .where(
        interactions.c.customer_id == sa.bindparam("customer"),
        interactions.c.agent_id == sa.bindparam("agent"),
        interactions.c.state.in_(["active", "on_hold", "wrap_up"]),
    )
    .limit(1)
)


def promised(rx: Rx, rows: Iterable[Row]) -> dict[str, list[Card]]:
    """The rows of `OF_CUSTOMERS` as cards, by customer; each with the zone by whose clock the customer is told."""
    found: dict[str, list[Card]] = defaultdict(list)
    ours = ""
    for row in rows:
        ours = ours or str(setting(rx, "time_zone"))
        found[row.customer_id].append(_card(row, told_by(row.time_zone, row.number, ours).zone))
    return found


def callback_in_hand(rx: Rx, callback_id: str) -> Row:
    """The work item of a call-back that the reader may see, or whose customer they have in hand.

    Raises:
        NotFound: there is none, or it is neither.
    """
    item = rx.one(work_items, callback_id)
    if item.kind != KIND:
        raise NotFound(KIND, callback_id)
    if rx.actor.kind == "user" and rx.all(_IN_HAND, customer=item.customer_id, agent=rx.actor.id):
        return item
    return work_item_for(rx, callback_id)


def _card(row: Row, zone: ZoneInfo) -> Card:
    plain = ("id", "queue", "state", "number", "due_at", "attempts")
    return {name: getattr(row, name) for name in plain} | {
        "by_hand": row.callback_id is None,
        "zone": zone.key,
        "owner": {"id": row.owner_id, "name": row.owner_name} if row.owner_id else None,
    }
