"""desk/replay/contacts.py: what the router knew of contacts, and what became of their offers."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa

from desk.floor.handling import SAYS_WHEN_PARKED, parked_spans, silences
from desk.kernel.event_log import read as read_log
from desk.kernel.events import CustomerChanged, WorkItemEscalated
from desk.kernel.statements import among
from desk.kernel.transaction import Rx
from desk.replay import people
from desk.replay.customers import Change, Customer
from desk.replay.kept import kept_of, put_aside
from desk.replay.waits import Contact, Rang
from desk.tables import customers, events, interactions, offers, to_ms, work_items
from routing.offers import ESCALATED

_BATCH = 2000


def contacts_of(rx: Rx, ids: Sequence[str], *, seen_ms: int, gained_by: datetime | None) -> dict[str, Contact]:
    """These contacts; of what is not over, `seen_ms` is the last. As urgent as they had become by being declined by
    then, where that is said."""
    found: dict[str, Contact] = {}
    for batch in batches(ids):
        rang: dict[str, list[Rang]] = defaultdict(list)
        for row in rx.all(_OFFERS, ids=batch):
            until_ms = to_ms(row.ended_at) if row.ended_at else seen_ms
            rang[row.work_item_id].append(Rang(to_ms(row.made_at), until_ms, row.outcome or "", row.agent_id))
        steps = list(read_log(rx.all(_STEPS, ids=batch)))
        parked, silent = parked_spans(steps, seen_ms=seen_ms), silences(steps, seen_ms=seen_ms)
        kept, aside = kept_of(rx, batch), put_aside(steps)
        escalated = list(read_log(rx.all(_ESCALATED, ids=batch)))
        gained = people.escalations(escalated)
        had = people.escalations(one for one in escalated if gained_by is not None and one.at <= gained_by)
        rows = rx.all(_WORK, ids=batch)
        changes = changes_of(rx, {row.customer_id for row in rows})
        for row in rows:
            found[row.id] = Contact(
                channel=row.channel,
                # What is played gains it anew, or not.
                priority=row.priority - ESCALATED * (gained.get(row.id, 0) - had.get(row.id, 0)),
                placed_ms=to_ms(row.placed_at),
                due_ms=to_ms(row.due_at) if row.due_at else None,
                put_aside=aside.get(row.id, ()),
                spoken=row.spoken,
                customer=Customer(row.tier, row.language),
                changes=changes.get(row.customer_id, ()),
                wanted_agent_id=row.wanted_agent_id,
                wanted_until_ms=to_ms(row.wanted_until) if row.wanted_until else None,
                rang=rang[row.id],
                parked=parked.get(row.id, ()),
                silent=silent.get(row.id, ()),
                kept=kept.get(row.id, ()),
            )
    return found


def batches(ids: Sequence[str]) -> Iterator[list[str]]:
    """As many at a time as one statement takes."""
    yield from (list(ids[at : at + _BATCH]) for at in range(0, len(ids), _BATCH))


def changes_of(rx: Rx, customer_ids: Collection[str]) -> dict[str, list[Change]]:
    """All changes of the tier or language of these customers, in their order."""
    found: dict[str, list[Change]] = defaultdict(list)
    for entry in read_log(rx.all(_CHANGED, ids=sorted(customer_ids))):
        if isinstance(entry.event, CustomerChanged) and entry.event.was:
            found[entry.event.id].append(Change(to_ms(entry.at), entry.event.was))
    return found


_OFFERS = sa.select(
    offers.c.work_item_id, offers.c.agent_id, offers.c.made_at, offers.c.ended_at, offers.c.outcome
).where(among(offers.c.work_item_id))
_WORK = (
    sa.select(work_items, interactions.c.language.label("spoken"), customers.c.language, customers.c.tier)
    .join(interactions, interactions.c.id == work_items.c.interaction_id)
    .join(customers, customers.c.id == work_items.c.customer_id)
    .where(among(work_items.c.id))
)
_STEPS = (
    sa.select(events)
    .where(among(events.c.subject), events.c.name.in_(SAYS_WHEN_PARKED))
    .order_by(events.c.subject, events.c.id)
)
_ESCALATED = (
    sa.select(events)
    .where(among(events.c.subject), events.c.name == WorkItemEscalated.name)
    .order_by(events.c.subject, events.c.id)
)
_CHANGED = (
    sa.select(events)
    .where(among(events.c.subject), events.c.name == CustomerChanged.name)
    .order_by(events.c.subject, events.c.id)
)
