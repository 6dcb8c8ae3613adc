"""desk/replay/callers.py: whom call flows met in a recording, read from the database."""

from collections.abc import Iterable, Iterator

import sqlalchemy as sa

from desk.kernel.transaction import Row, Rx
from desk.replay.contacts import changes_of
from desk.replay.customers import Customer, as_of
from desk.replay.flows import Call, call
from desk.tables import calls, customers, from_ms, interactions, segments, to_ms
from routing.recorded import Recording

#: What callers a flow met, and how long they were in its menu.
_MET = (
    sa.select(
        calls.c.id,
        calls.c.flow,
        calls.c.session,
        segments.c.from_at,
        segments.c.to_at,
        customers.c.id.label("customer_id"),
        customers.c.language,
        customers.c.tier,
    )
    .join(interactions, interactions.c.id == calls.c.id)
    .join(segments, segments.c.interaction_id == calls.c.id)
    .join(customers, customers.c.id == interactions.c.customer_id)
    .where(
        calls.c.flow != "",
        segments.c.kind == "self_service",
        segments.c.from_at >= sa.bindparam("begins"),
        segments.c.from_at <= sa.bindparam("until"),
    )
    .order_by(segments.c.from_at, calls.c.id)
)


def met(rx: Rx, recording: Recording, rows: Iterable[Row]) -> Iterator[Call]:
    """Whom a flow met. The visit of one who came to a queue is that of their first stay."""
    visits = {visit.id: visit for visit in recording.visits}
    stays = {row.interaction_id: row.id for row in rows if row.kind == "queue" and row.entry == "new"}
    span = {"begins": from_ms(recording.begins_ms), "until": from_ms(recording.until_ms)}
    found = rx.all(_MET, **span)
    changes = changes_of(rx, {row.customer_id for row in found})
    for row in found:
        if row.id in stays and stays[row.id] not in visits:
            continue  # they came to a queue when all was over
        yield call(
            row.session,
            id=row.id,
            flow=row.flow,
            came_ms=to_ms(row.from_at),
            left_ms=None if row.to_at is None or row.to_at > span["until"] else to_ms(row.to_at),
            visit=visits[stays[row.id]] if row.id in stays else None,
            customer=as_of(Customer(row.tier, row.language), changes.get(row.customer_id, ()), to_ms(row.from_at)),
        )
