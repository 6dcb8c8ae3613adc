"""desk/work/queueing.py: into the queue and out of it: an interaction, its work item and its segments, together.

    enqueue ──▶ waiting ──offer──▶ offered ──accept──▶ active ──▶ done
                   ▲                  │                   │
                   └── place kept ────┴───────────────────┘

An interaction's work item has the interaction's id. `placed_at` is its place in line: it never moves
while the item waits, and comes back with it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from desk.kernel.events import InteractionAbandoned, InteractionAnswered, InteractionLeftQueue, InteractionQueued
from desk.kernel.transaction import Row, Tx
from desk.tables import from_ms, interactions, to_ms, work_items
from desk.work import hands, stays
from desk.work.in_line import for_whom
from routing.model import Wanted

#: How long an item that comes back is kept for the agent who had it last.
KEPT_FOR = timedelta(seconds=60)
#: Channels that agents hold by name; whatever else is handed in takes the room of a `message`.
_NAMED = frozenset({"voice", "chat", "sms", "email"})

_KEPT = ("priority", "wanted_agent_id", "wanted_until", "wanted_as", "declined_by", "declines")


def enqueue(
    tx: Tx,
    interaction: Row,
    *,
    queue: str,
    entry: str,
    wanted_agent_id: str | None = None,
    wanted_as: Wanted = Wanted.LAST,
    kept_for: timedelta = KEPT_FOR,
    keep_away_from: Mapping[str, datetime] | None = None,
    waits_already: bool = False,
) -> None:
    """Lets an interaction wait in `queue`.

    `entry` is new, reopened, transfer, returned or callback: a customer whom we rang first waits. Every entry
    but `reopened` keeps the place that the interaction has; `keep_away_from` maps agents to the instant until
    which they are not asked. Who had it in hand has let go of it.
    An interaction that was made this instant, with the queue and its place, `waits_already`: only what
    belongs to it is added.
    """
    place = interaction.queued_at if interaction.queued_at and entry != "reopened" else tx.now
    former = interaction.agent_id
    if not waits_already:
        stays.end(tx, interaction.id, outcome="transferred" if entry == "transfer" else "")
    stays.start(tx, interaction.id, "queue", queue=queue, entry=entry)
    changes: dict[str, Any] = {"state": "queued", "queue": queue, "queued_at": place, "agent_id": None}
    if former:
        changes["last_agent_id"] = former
    if entry == "reopened":
        changes |= {"reopened": interaction.reopened + 1, "ended_at": None, "closed_at": None}
    if not waits_already:
        tx.update(interactions, interaction.id, **changes)
    item = {
        "queue": queue,
        "state": "waiting",
        "placed_at": place,
        "agent_id": None,
        "wanted_agent_id": wanted_agent_id,
        "wanted_until": tx.now + kept_for if wanted_agent_id else None,
        "wanted_as": wanted_as.value if wanted_agent_id else "",
        "declined_by": {agent: to_ms(until) for agent, until in (keep_away_from or {}).items()} or None,
        "title": (interaction.subject or interaction.preview)[:300],
        "customer_id": interaction.customer_id,
        "outcome": "",
    }
    about = {
        "kind": "interaction",
        "channel": room_of(interaction.channel),
        "interaction_id": interaction.id,
        "priority": 0,
    }
    if entry in ("new", "callback"):
        tx.insert(work_items, id=interaction.id, version=0, **about, **item)
    else:
        hands.let_go(tx, interaction.id, former, **item)
    tx.emit(
        InteractionQueued(
            id=interaction.id,
            queue=queue,
            channel=interaction.channel,
            entry=entry,
            placed_ms=to_ms(place),
            stands=for_whom(item),
        )
    )


def answered(tx: Tx, interaction: Row, agent_id: str) -> None:
    """An agent has taken an interaction out of its queue."""
    wait_ms = stays.end_wait(tx, interaction.id, outcome="answered")
    stays.start(tx, interaction.id, "agent", queue=interaction.queue, agent_id=agent_id)
    first = {} if interaction.answered_at else {"answered_at": tx.now}
    tx.update(interactions, interaction.id, state="active", agent_id=agent_id, unread=0, **first)
    tx.emit(InteractionAnswered(id=interaction.id, queue=interaction.queue, agent_id=agent_id, wait_ms=wait_ms))


def abandoned(tx: Tx, interaction: Row, *, at: datetime | None = None) -> None:
    """The customer has left the queue before anybody came: now, or `at` an instant that we hear of now."""
    at = at or tx.now
    wait_ms = stays.end_wait(tx, interaction.id, outcome="abandoned", at=at)
    tx.update(interactions, interaction.id, state="abandoned", ended_at=at, closed_at=at)
    tx.update(work_items, interaction.id, state="done", outcome="abandoned")
    tx.emit(InteractionAbandoned(id=interaction.id, queue=interaction.queue, wait_ms=wait_ms))


def left_queue(tx: Tx, interaction: Row, outcome: str) -> None:
    """Out of a queue unanswered and not abandoned: `flow_out` elsewhere, or `system_ended` by us."""
    wait_ms = stays.end_wait(tx, interaction.id, outcome=outcome)
    tx.emit(InteractionLeftQueue(id=interaction.id, queue=interaction.queue, outcome=outcome, wait_ms=wait_ms))


def room_of(channel: str) -> str:
    """Whose capacity a channel takes."""
    return channel if channel in _NAMED else "message"


def kept_of(item: Row) -> dict[str, Any]:
    """What work that takes the place of other work keeps of it beside the place: how urgent it is, and for whom."""
    return {name: getattr(item, name) for name in _KEPT}


def declined_of(item: Row) -> dict[str, datetime]:
    """Who has declined an item lately, and until when they are not asked about it again: in whichever queue it is."""
    return {agent_id: from_ms(until) for agent_id, until in (item.declined_by or {}).items()}
