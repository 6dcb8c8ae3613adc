"""desk/work/offers.py: a work item is shown to one agent, who takes it, declines it, or lets it ring out.

A round shows it to several at once (ring-all): the first who takes it has it, for the others it is withdrawn, and
it goes back to its place when the last of them has let it go. Where the organization says so, an offer is taken as
it is made. What keeps being declined is escalated: it becomes more urgent and supervisors are told.

The rules are `routing/offers.py`. Making an offer is a compare-and-set: the item must still wait where
the router saw it, the agent must still be free for it, and the router must still hold its lease.
Rows are taken in one order everywhere: interaction, work item, agent, offer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from desk.kernel.cluster import take_each
from desk.kernel.errors import NotFound, Stale
from desk.kernel.events import (
    InteractionChanged,
    OfferEnded,
    OfferMade,
    WorkItemChanged,
    WorkItemEscalated,
)
from desk.kernel.jobs import Job
from desk.kernel.transaction import Row, Rx, Tx
from desk.organization.routing_rules import STANDARD, Terms, limits_of
from desk.organization.rows import queue_of
from desk.tables import agents, interactions, offers, queues, to_ms, work_items
from desk.work import in_line, parking, presence, queueing
from desk.work.kept_for_opening import by_hand, is_closed_to, kept_for_opening
from routing import offers as rules
from routing.capacity import Limits, Room, room
from routing.errors import Stale as EndedAlready
from routing.model import Strategy
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


@dataclass(frozen=True, kw_only=True)
class DialCallback(Job):
    """A call-back was accepted: its customer is called for this agent."""

    callback_id: str
    agent_id: str


def make(
    tx: Tx,
    *,
    work_item_id: str,
    agent_ids: Sequence[str],
    answer_within: timedelta,
    why: dict[str, Any],
    epoch: int,
    terms: Terms = STANDARD,
) -> list[str]:
    """Offers a waiting item to an agent, or a round of them, who have room for it; returns the offers' ids.

    Of a round, whoever is not free any more is left out. A call-back whose queue has closed is offered to nobody, and
    waits for the opening.

    Raises:
        Stale: the lease, the item or every agent is not as the router saw it.
    """
    taken = ((interactions, work_item_id), (work_items, work_item_id), *((agents, id) for id in sorted(agent_ids)))
    interaction, item, *found = take_each(tx, "router", epoch, *taken)
    if item is None:
        raise Stale(work_item_id, "it is gone")
    if item.state != "waiting":
        raise Stale(work_item_id, "it does not wait any more")
    if kept_for_opening(tx, item):
        return []
    free = [agent for agent in found if agent is not None and _is_free(tx, agent, item.channel, terms.limits)]
    if not free:
        raise Stale(work_item_id, "nobody is free for it any more")
    ids = [_offer(tx, item, agent.id, tx.now + answer_within, why) for agent in free]
    tx.update(work_items, item.id, state="offered")
    if interaction is not None:
        tx.update(interactions, interaction.id, state="offered")
    if len(ids) == 1 and item.channel in terms.auto_accept.get(item.queue, ()):
        accept(tx, ids[0])
    return ids


def _is_free(tx: Tx, agent: Row, channel: str, limits: Limits) -> bool:
    """Whether the agent takes work, nothing rings there, and one more of the channel fits."""
    ringing, held = tx.together((_LIVE_OF_AGENT, {"agent_id": agent.id}), (parking.LOAD, {"agent_id": agent.id}))
    if agent.presence != Presence.AVAILABLE or ringing:
        return False
    load = {row.channel: row.held for row in held}
    fits = room(channel, capacity=agent.capacity, load=load, limits=limits)
    return fits in (Room.FREE, Room.INTERRUPTS)


def _offer(tx: Tx, item: Row, agent_id: str, expires_at: datetime, why: dict[str, Any]) -> str:
    offer_id = tx.new_id()
    values = {"work_item_id": item.id, "agent_id": agent_id, "made_at": tx.now, "expires_at": expires_at, "why": why}
    tx.insert(offers, id=offer_id, reason="", **values)
    tx.update(agents, agent_id, offered_at=tx.now)
    tx.emit(OfferMade(id=offer_id, work_item_id=item.id, agent_id=agent_id, expires_ms=to_ms(expires_at), why=why))
    tx.defer(ExpireOffer(offer_id=offer_id), at=expires_at, key=_key(offer_id))
    return offer_id


def accept(tx: Tx, offer_id: str) -> str | None:
    """The agent takes it; returns the interaction's id, None for other work.

    Raises:
        NotFound: no such offer for this agent.
        Stale: it has ended, its time is over, or it is a call-back to make by hand and the queue has closed.
    """
    offer, interaction, item = _end(tx, offer_id, Outcome.ACCEPTED)
    if by_hand(item) and is_closed_to(tx, item):
        raise Stale("This offer", "the queue has closed: it is offered when it opens")
    if _is_round(offer):
        withdraw_from_item(tx, item.id)
    # What it interrupts is seen now: hands and limits may have changed while it rang.
    if item.channel in limits_of(tx).interrupts:
        parking.make_room(tx, tx.one(agents, offer.agent_id), item.channel)
    tx.update(work_items, item.id, state="active", agent_id=offer.agent_id, declined_by=None, declines=0, parked="")
    if interaction is None:
        tx.emit(WorkItemChanged(id=item.id, state="active", agent_id=offer.agent_id))
        if item.kind == "callback" and item.reference == item.id:  # others are made by hand
            tx.defer(DialCallback(callback_id=item.id, agent_id=offer.agent_id))
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
    away = dict(item.declined_by or {}) | {offer.agent_id: to_ms(tx.now + rules.DECLINED_REST)}
    tx.update(work_items, item.id, declined_by=away)
    _let_go(tx, offer, interaction, item, counts=True)


def expire(tx: Tx, offer_id: str) -> None:
    """The time is over: the item goes back, the agent becomes not ready. Nothing if it was answered.

    A round that nobody answers makes nobody not ready.
    """
    offer = _known(tx, offer_id)
    if offer is None or offer.outcome is not None:
        return
    if tx.now < offer.expires_at:  # the clock was put back
        tx.defer(ExpireOffer(offer_id=offer_id), at=offer.expires_at, key=_key(offer_id))
        return
    _, interaction, item = _end(tx, offer_id, Outcome.TIMED_OUT)
    if not _is_round(offer):
        presence.miss_offer(tx, offer.agent_id)
    _let_go(tx, offer, interaction, item, counts=True)


def withdraw(tx: Tx, offer_id: str) -> None:
    """The offer ends without an answer and the item goes back to its place."""
    offer = _known(tx, offer_id)
    if offer is None or offer.outcome is not None:
        return
    _, interaction, item = _end(tx, offer_id, Outcome.WITHDRAWN)
    _let_go(tx, offer, interaction, item, counts=False)


def withdraw_from_item(tx: Tx, work_item_id: str) -> None:
    """What rings for this item stops ringing; where the item goes is the caller's to say."""
    for row in tx.all(_LIVE_OF_ITEM, item_id=work_item_id):
        _end(tx, row.id, Outcome.WITHDRAWN)


def withdraw_from_agent(tx: Tx, agent_id: str) -> None:
    """What rings at the agent stops ringing and goes back to its place."""
    for row in tx.all(_LIVE_OF_AGENT, agent_id=agent_id):
        withdraw(tx, row.id)


def _end(tx: Tx, offer_id: str, outcome: Outcome, *, reason: str = "") -> tuple[Row, Row | None, Row]:
    """Ends an offer and returns it with its interaction and item, all taken and as they were."""
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
        rules.end(offer, outcome, now=tx.now)
    except EndedAlready as error:
        raise Stale("This offer") from error
    tx.update(offers, offer_id, outcome=outcome.value, ended_at=tx.now, reason=reason[:40])
    tx.cancel(_key(offer_id))
    tx.emit(OfferEnded(id=offer_id, work_item_id=item.id, agent_id=row.agent_id, outcome=outcome.value))
    if outcome is not Outcome.ACCEPTED:
        parking.resume(tx, row.agent_id)  # what rang had its room
    return row, interaction, item


def _let_go(tx: Tx, offer: Row, interaction: Row | None, item: Row, *, counts: bool) -> None:
    """The item of an offer that has ended goes back to its place, unless it rings elsewhere still."""
    if _is_round(offer) and tx.all(_LIVE_OF_ITEM, item_id=item.id):
        return
    if counts:
        _count_decline(tx, item)
    if item.state != "offered" or kept_for_opening(tx, item):
        return
    tx.update(work_items, item.id, state="waiting")
    if interaction is None:
        in_line.waits(tx, item.id)
        return
    # The stay in the queue goes on: a failed offer is no new entry.
    tx.update(interactions, interaction.id, state="queued")
    tx.emit(InteractionChanged(id=interaction.id, what="returned", state="queued"))


def _count_decline(tx: Tx, item: Row) -> None:
    """One more offer of it was in vain; as often as the queue allows, that is for supervisors."""
    declines, allowed = item.declines + 1, queue_of(tx.one(queues, item.queue)).declines
    urgent = {"priority": item.priority + rules.ESCALATED} if declines == allowed else {}
    tx.update(work_items, item.id, declines=declines, **urgent)
    if declines % allowed == 0:
        tx.emit(WorkItemEscalated(id=item.id, queue=item.queue, declines=declines))


def _is_round(offer: Row) -> bool:
    return bool(offer.why.get("rule") == Strategy.RING_ALL)


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
_LIVE_OF_AGENT = sa.select(offers.c.id).where(offers.c.agent_id == sa.bindparam("agent_id"), offers.c.outcome.is_(None))
_LIVE_OF_ITEM = (
    sa.select(offers.c.id)
    .where(offers.c.work_item_id == sa.bindparam("item_id"), offers.c.outcome.is_(None))
    .order_by(offers.c.id)
)
