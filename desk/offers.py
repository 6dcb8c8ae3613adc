"""desk/offers.py: a work item is shown to one agent, who takes it, declines it, or lets it ring out.

The rules are `routing/offers.py`. Making an offer is a compare-and-set: the item must still wait where
the router saw it, the agent must still be free for it, and the router must still hold its lease.
Rows are taken in one order everywhere: interaction, work item, agent, offer.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from desk import presence, queueing
from desk.cluster import take_each
from desk.errors import NotFound, Stale
from desk.events import InteractionChanged, OfferEnded, OfferMade, WorkItemChanged, WorkItemQueued
from desk.jobs import Job
from desk.tables import agents, interactions, offers, to_ms, work_items
from desk.transaction import Row, Rx, Tx
from routing import offers as rules
from routing.capacity import PLAIN, Limits, Room, room
from routing.errors import Stale as EndedAlready
from routing.offers import Offer, Outcome
from routing.presence import Presence


@dataclass(frozen=True, kw_only=True)
class ExpireOffer(Job):
    """Nobody has answered an offer in its time."""

    offer_id: str


@dataclass(frozen=True, kw_only=True)
class RingAgent(Job):
    """A call was accepted: ring the agent's telephone and join them."""

    call_id: str
    agent_id: str


def make(
    tx: Tx,
    *,
    work_item_id: str,
    agent_id: str,
    answer_within: timedelta,
    why: dict[str, Any],
    epoch: int,
    limits: Limits = PLAIN,
) -> str:
    """Offers a waiting item to an agent who has room for it by `limits`; returns the offer's id.

    Raises:
        Stale: the lease, the item or the agent is not as the router saw it.
    """
    interaction, item, agent = take_each(
        tx, "router", epoch, (interactions, work_item_id), (work_items, work_item_id), (agents, agent_id)
    )
    if item is None or agent is None:
        raise Stale(work_item_id, "the item or the agent is gone")
    if item.state != "waiting":
        raise Stale(work_item_id, "it does not wait any more")
    ringing, held = tx.together((_LIVE_OF_AGENT, {"agent_id": agent_id}), (_LOAD, {"agent_id": agent_id}))
    if agent.presence != Presence.AVAILABLE or ringing:
        raise Stale(agent_id, "the agent is not free")
    load = {row.channel: row.held for row in held}
    fits = room(item.channel, capacity=agent.capacity, load=load, limits=limits)
    if fits not in (Room.FREE, Room.INTERRUPTS):
        raise Stale(agent_id, "the agent has no room for it")
    offer_id, expires_at = tx.new_id(), tx.now + answer_within
    values = {"work_item_id": item.id, "agent_id": agent_id, "made_at": tx.now, "expires_at": expires_at, "why": why}
    tx.insert(offers, id=offer_id, reason="", **values)
    tx.update(work_items, item.id, state="offered")
    tx.update(agents, agent_id, offered_at=tx.now)
    if interaction is not None:
        tx.update(interactions, interaction.id, state="offered")
    tx.emit(OfferMade(id=offer_id, work_item_id=item.id, agent_id=agent_id, expires_ms=to_ms(expires_at), why=why))
    tx.defer(ExpireOffer(offer_id=offer_id), at=expires_at, key=_key(offer_id))
    return offer_id


def accept(tx: Tx, offer_id: str) -> str | None:
    """The agent takes it; returns the interaction's id, None for other work.

    Raises:
        NotFound: no such offer for this agent.
        Stale: it has ended, or its time is over.
    """
    offer, interaction, item = _end(tx, offer_id, Outcome.ACCEPTED)
    tx.update(work_items, item.id, state="active", agent_id=offer.agent_id, declined_by=None)
    if interaction is None:
        tx.emit(WorkItemChanged(id=item.id, state="active", agent_id=offer.agent_id))
        return None
    queueing.answered(tx, interaction, offer.agent_id)
    if interaction.channel == "voice":
        tx.defer(RingAgent(call_id=interaction.id, agent_id=offer.agent_id))
    return str(interaction.id)


def decline(tx: Tx, offer_id: str, reason: str = "") -> None:
    """The agent says no: the item goes back to its place and stays away from them for a minute.

    Raises:
        NotFound, Stale: as `accept`.
    """
    offer, interaction, item = _end(tx, offer_id, Outcome.DECLINED, reason=reason)
    away = dict(item.declined_by or {})
    until = rules.excluded_until(offer, now=tx.now)
    if until is not None:
        away[offer.agent_id] = to_ms(until)
    _back_to_its_place(tx, interaction, item, declined_by=away or None)


def expire(tx: Tx, offer_id: str) -> None:
    """The time is over: the item goes back, the agent becomes not ready. Nothing if it was answered."""
    offer = _known(tx, offer_id)
    if offer is None or offer.outcome is not None:
        return
    if tx.now < offer.expires_at:  # the clock was put back
        tx.defer(ExpireOffer(offer_id=offer_id), at=offer.expires_at, key=_key(offer_id))
        return
    _, interaction, item = _end(tx, offer_id, Outcome.TIMED_OUT)
    presence.miss_offer(tx, offer.agent_id)
    _back_to_its_place(tx, interaction, item)


def withdraw(tx: Tx, offer_id: str) -> None:
    """The offer ends without an answer and the item goes back to its place."""
    offer = _known(tx, offer_id)
    if offer is None or offer.outcome is not None:
        return
    _, interaction, item = _end(tx, offer_id, Outcome.WITHDRAWN)
    _back_to_its_place(tx, interaction, item)


def withdraw_from_item(tx: Tx, work_item_id: str) -> None:
    """What rings for this item stops ringing; where the item goes is the caller's to say."""
    live = sa.select(offers.c.id).where(offers.c.work_item_id == work_item_id, offers.c.outcome.is_(None))
    for row in tx.all(live):
        _end(tx, row.id, Outcome.WITHDRAWN)


def _end(tx: Tx, offer_id: str, outcome: Outcome, *, reason: str = "") -> tuple[Offer, Row | None, Row]:
    """Ends an offer and returns it with its interaction and item, all taken."""
    this = {"offer": offer_id}
    interaction, item, _, row = (rows[0] if rows else None for rows in tx.together(*((one, this) for one in _TAKEN)))
    if item is None or row is None:
        raise NotFound("offer", offer_id)
    if tx.actor.kind == "user" and outcome in (Outcome.ACCEPTED, Outcome.DECLINED) and tx.actor.id != row.agent_id:
        raise NotFound("offer", offer_id)
    offer = Offer(
        id=row.id,
        item_id=row.work_item_id,
        agent_id=row.agent_id,
        made_at=row.made_at,
        answer_within=row.expires_at - row.made_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
    )
    try:
        ended = rules.end(offer, outcome, now=tx.now)
    except EndedAlready as error:
        raise Stale("This offer") from error
    tx.update(offers, offer_id, outcome=outcome.value, ended_at=tx.now, reason=reason[:40])
    tx.cancel(_key(offer_id))
    tx.emit(OfferEnded(id=offer_id, work_item_id=item.id, agent_id=row.agent_id, outcome=outcome.value))
    return ended, interaction, item


def _back_to_its_place(tx: Tx, interaction: Row | None, item: Row, **changes: Any) -> None:
    if item.state != "offered":
        return
    tx.update(work_items, item.id, state="waiting", **changes)
    if interaction is None:
        tx.emit(WorkItemQueued(id=item.id, kind=item.kind, queue=item.queue, channel=item.channel))
        return
    # The stay in the queue goes on: a failed offer is no new entry.
    tx.update(interactions, interaction.id, state="queued")
    tx.emit(InteractionChanged(id=interaction.id, what="returned", state="queued"))


def _known(rx: Rx, offer_id: str) -> Row | None:
    rows = rx.all(_OFFER, id=offer_id)
    return rows[0] if rows else None


def _key(offer_id: str) -> str:
    return f"offer:{offer_id}"


_OFFER = sa.select(offers).where(offers.c.id == sa.bindparam("id"))
_ABOUT = offers.c.id == sa.bindparam("offer")
_ITEM = sa.select(offers.c.work_item_id).where(_ABOUT).scalar_subquery()
_AGENT = sa.select(offers.c.agent_id).where(_ABOUT).scalar_subquery()
#: An offer and what it is about, each taken, in the order in which they are taken everywhere.
_TAKEN = [
    sa.select(table).where(condition).with_for_update()
    for table, condition in (
        (interactions, interactions.c.id == _ITEM),
        (work_items, work_items.c.id == _ITEM),
        (agents, agents.c.id == _AGENT),
        (offers, _ABOUT),
    )
]
_LIVE_OF_AGENT = (
    sa.select(offers).where(offers.c.agent_id == sa.bindparam("agent_id"), offers.c.outcome.is_(None)).limit(1)
)
_LOAD = (
    sa.select(work_items.c.channel, sa.func.count().label("held"))
    .where(work_items.c.agent_id == sa.bindparam("agent_id"), work_items.c.state == "active")
    .group_by(work_items.c.channel)
)
