"""desk/contacts/cards.py: what screens and programs see of contacts, messages, work and agents: small whole cards.

A card is everything that one thing shows, made afresh each time; a screen puts it in the place of
the one before. Each kind of card costs a fixed few statements for as many as are asked for.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from desk.contacts import ways
from desk.contacts.attempts import is_awaited
from desk.kernel.questions import Question, answer
from desk.kernel.statements import among
from desk.kernel.transaction import Row, Rx
from desk.tables import (
    addresses,
    attachments,
    callbacks,
    calls,
    customers,
    interactions,
    letters,
    messages,
    queues,
    recoveries,
    recovery_actions,
    segments,
    users,
    work_items,
)

Card = dict[str, Any]

#: States of an interaction in which it is somebody's work or waits to be.
OPEN = ("self_service", "queued", "offered", "active", "on_hold", "wrap_up", "snoozed")

#: What a call is doing, from the state of its interaction; an answered one asks its agent's leg.
_CALL_STATES = {"self_service": "menu", "queued": "waiting", "offered": "waiting", "on_hold": "hold"}


def _of_customer() -> list[sa.Label[Any]]:
    return [customers.c[name].label(f"customer_{name}") for name in ("name", "tier", "language")]


_INTERACTIONS = (
    sa.select(interactions, *_of_customer(), users.c.name.label("agent_name"), queues.c.wrap_up_s)
    .join(customers, customers.c.id == interactions.c.customer_id)
    .outerjoin(users, users.c.id == interactions.c.agent_id)
    .outerjoin(queues, queues.c.key == interactions.c.queue)
    .where(among(interactions.c.id))
)
#: The newest word of each that somebody said to the other: neither notes among colleagues nor what the desk says.
_LAST_MESSAGES = sa.select(messages.c.interaction_id, messages.c.author_kind, messages.c.sent_at).where(
    messages.c.id.in_(
        sa.select(sa.func.max(messages.c.id))
        .where(among(messages.c.interaction_id), messages.c.internal.is_(False), messages.c.author_kind != "system")
        .group_by(messages.c.interaction_id)
    )
)
#: Since when each is where it is.
_OPEN_SEGMENTS = (
    sa.select(segments.c.interaction_id, segments.c.from_at)
    .where(among(segments.c.interaction_id), segments.c.to_at.is_(None))
    .order_by(segments.c.from_at)
)
_HELD = (
    sa.select(interactions.c.id)
    .where(interactions.c.agent_id == sa.bindparam("agent_id"), among(interactions.c.state, "states"))
    .order_by(interactions.c.id)
)
_WORK_HELD = sa.select(work_items.c.id).where(
    work_items.c.agent_id == sa.bindparam("agent_id"),
    work_items.c.state == "active",
    work_items.c.kind != "interaction",
)
_CALLS = (
    sa.select(
        *(calls.c[name] for name in ("id", "ended_at", "ended_by", "agent_leg_state", "customer_leg", "way")),
        *ways.IN_THREAD,
    )
    .outerjoin(messages, ways.NAMED)
    .where(among(calls.c.id))
)
_WORK_ITEMS = (
    sa.select(work_items, *_of_customer(), interactions.c.certainty)
    .join(customers, customers.c.id == work_items.c.customer_id)
    .outerjoin(interactions, interactions.c.id == work_items.c.interaction_id)
    .where(among(work_items.c.id))
)
#: Of customers for whom something is to be done. The number known longest comes last, and so is the one that stays.
_PHONES = (
    sa.select(addresses.c.customer_id, addresses.c.value)
    .where(
        addresses.c.customer_id.in_(
            sa.select(work_items.c.customer_id).where(among(work_items.c.id), work_items.c.kind != "interaction")
        ),
        addresses.c.kind == "phone",
    )
    .order_by(addresses.c.id.desc())
)
#: Whom a call-back rings, on which number.
_RUNG_BACK = sa.select(callbacks.c.id, callbacks.c.number).where(among(callbacks.c.id))
_RECOVERED = (
    sa.select(recovery_actions.c.id, recoveries.c.complaint_id)
    .join(recoveries, recoveries.c.id == recovery_actions.c.recovery_id)
    .where(
        recovery_actions.c.id.in_(
            sa.select(work_items.c.reference).where(among(work_items.c.id), work_items.c.kind == "recovery_action")
        )
    )
    .union_all(
        sa.select(letters.c.id, letters.c.complaint_id).where(
            letters.c.id.in_(
                sa.select(work_items.c.reference).where(among(work_items.c.id), work_items.c.kind == "complaint_step")
            )
        )
    )
)
_MESSAGES = sa.select(messages).where(among(messages.c.id)).order_by(messages.c.id)
_ATTACHMENTS = sa.select(attachments).where(among(attachments.c.message_id)).order_by(attachments.c.id)


def interaction_cards(rx: Rx, ids: Collection[str]) -> dict[str, Card]:
    """The cards of these interactions, by id; those that do not exist are left out."""
    return answer(rx, of_interactions(ids)) if ids else {}


def of_interactions(ids: Iterable[str]) -> Question[dict[str, Card]]:
    """The same as a question."""
    these = {"ids": list(ids)}
    asked = (_INTERACTIONS, these), (_LAST_MESSAGES, these), (_OPEN_SEGMENTS, these), (_CALLS, these)
    return Question(asked, _interactions)


def _interactions(
    found: Iterable[Row], newest: Iterable[Row], going_on: Iterable[Row], spoken: Iterable[Row]
) -> dict[str, Card]:
    last = {row.interaction_id: row for row in newest}
    since = {row.interaction_id: row.from_at for row in going_on}
    legs: dict[str, list[Row]] = defaultdict(list)  # a row a message that its caller's way names, or one alone
    for row in spoken:
        legs[row.id].append(row)
    return {row.id: _interaction(row, last.get(row.id), since.get(row.id), legs[row.id]) for row in found}


def _interaction(row: Row, last: Row | None, since: datetime | None, legs: Sequence[Row]) -> Card:
    wrap_up_until = None
    if row.state == "wrap_up" and row.channel == "voice" and since is not None:
        wrap_up_until = since + timedelta(seconds=row.wrap_up_s or 0)
    return {
        "id": row.id,
        "channel": row.channel,
        "direction": row.direction,
        "queue": row.queue,
        "state": row.state,
        "subject": row.subject,
        "preview": row.preview,
        "language": row.language,
        "reply_to": row.reply_to,
        "arrived_at": row.arrived_at,
        "queued_at": row.queued_at,
        "answered_at": row.answered_at,
        "ended_at": row.ended_at,
        "closed_at": row.closed_at,
        "since": since,
        "last_message_at": last.sent_at if last else None,
        "last_author": last.author_kind if last else None,
        "unread": row.unread,
        "disposition": row.disposition,
        "wrap_up_until": wrap_up_until,
        "call": _call(row, legs, since) if row.channel == "voice" else None,
        "customer": {
            "id": row.customer_id,
            "name": row.customer_name,
            "tier": row.customer_tier,
            "language": row.customer_language,
            "certainty": row.certainty,
        },
        "agent": {"id": row.agent_id, "name": row.agent_name} if row.agent_id else None,
        "last_agent_id": row.last_agent_id,
        "version": row.version,
    }


def _call(row: Row, legs: Sequence[Row], since: datetime | None) -> Card:
    call = legs[0] if legs else None
    way = ways.shown(call.way, {leg.message_id: leg for leg in legs}) if call is not None else []
    ended_by = call.ended_by if call is not None else ""
    return {"state": _call_state(row, call), "since": since, "ended_by": ended_by, "way": way}


def _call_state(row: Row, call: Row | None) -> str:
    if call is None or call.ended_at is not None:
        return "ended"
    if row.state == "active":
        if call.agent_leg_state != "talking":
            return "connecting"
        return "dialling" if is_awaited(call) else "talking"
    return _CALL_STATES.get(row.state, "ended")


def work_item_cards(rx: Rx, ids: Collection[str]) -> dict[str, Card]:
    """The cards of these work items, by id, interactions included."""
    return answer(rx, of_work_items(ids)) if ids else {}


def of_work_items(ids: Iterable[str]) -> Question[dict[str, Card]]:
    """The same as a question."""
    these = {"ids": list(ids)}
    return Question([(_WORK_ITEMS, these), (_PHONES, these), (_RUNG_BACK, these), (_RECOVERED, these)], _work_items)


def _work_items(
    found: Iterable[Row], phones: Iterable[Row], rung_back: Iterable[Row], recovered: Iterable[Row]
) -> dict[str, Card]:
    numbers = {row.customer_id: row.value for row in phones}
    asked_for = {row.id: row.number for row in rung_back}
    # The complaint that an action of a recovery, or the delivery of a letter, is about, by the item's reference.
    about = {row.id: row.complaint_id for row in recovered}
    cards = {}
    for row in found:
        card = cards[row.id] = _work_item(row) | {"phone": None, "complaint_id": None}
        if row.kind != "interaction":
            itself = row.reference if row.kind == "complaint_step" else None
            complaint_id = about.get(row.reference, itself)
            phone = asked_for.get(row.id) or numbers.get(row.customer_id)
            card |= {"phone": phone, "complaint_id": complaint_id}
    return cards


def _work_item(row: Row) -> Card:
    plain = ("id", "kind", "channel", "title", "queue", "state", "due_at", "placed_at", "agent_id", "interaction_id")
    customer = {"id": row.customer_id, "name": row.customer_name}
    return {name: getattr(row, name) for name in (*plain, "reference", "outcome", "note", "version")} | {
        "customer": customer
        | {"tier": row.customer_tier, "language": row.customer_language, "certainty": row.certainty or "certain"}
    }


def message_cards(rx: Rx, ids: Collection[str]) -> dict[str, Card]:
    """The cards of these messages, by id; each names its interaction, and the address it was sent to."""
    if not ids:
        return {}
    return answer(rx, of_messages(ids))


def of_messages(ids: Iterable[str]) -> Question[dict[str, Card]]:
    """The same as a question."""
    these = {"ids": list(ids)}
    return Question([(_MESSAGES, these), (_ATTACHMENTS, these)], _messages)


def conversation(rx: Rx, interaction_id: str, *, internal: bool = True, limit: int = 500) -> list[Card]:
    """What was said in an interaction, oldest first; without `internal`, what its customer may read."""
    mine = [messages.c.interaction_id == interaction_id]
    if not internal:
        mine.append(messages.c.internal.is_(False))
    newest = rx.all(sa.select(messages).where(*mine).order_by(messages.c.id.desc()).limit(limit))
    files = rx.all(_ATTACHMENTS, ids=[row.id for row in newest]) if newest else ()
    return list(_messages(newest[::-1], files).values())


def _messages(found: Iterable[Row], attached: Iterable[Row]) -> dict[str, Card]:
    files: dict[str, list[Card]] = defaultdict(list)
    for row in attached:
        files[row.message_id].append(attachment_card(row))
    return {row.id: _message(row, files.get(row.id, [])) for row in found}


def _message(row: Row, files: list[Card]) -> Card:
    return {
        "id": row.id,
        "interaction_id": row.interaction_id,
        "client_id": row.client_id,
        "author": {"kind": row.author_kind, "name": row.author_name},
        "author_id": row.author_id,
        "text": row.text,
        "html": row.html,
        "quoted": row.quoted,
        "attachments": files,
        "internal": row.internal,
        "sent_at": row.sent_at,
        "delivery": row.delivery,
        "delivery_reason": row.delivery_reason,
    }


def attachment_card(row: Row) -> Card:
    """A file that came or goes with a message."""
    return {"id": row.id, "name": row.name, "type": row.type, "size": row.size, "url": f"/attachments/{row.id}"}


def open_interactions_of(rx: Rx, agent_id: str) -> dict[str, Card]:
    """The cards of what an agent holds."""
    return interaction_cards(rx, [row.id for row in rx.all(_HELD, agent_id=agent_id, states=OPEN)])


def work_items_of(rx: Rx, agent_id: str) -> dict[str, Card]:
    """The cards of the work in an agent's hands that is no interaction."""
    return work_item_cards(rx, [row.id for row in rx.all(_WORK_HELD, agent_id=agent_id)])


def parted(card: Card) -> Card:
    """The card of an interaction for somebody who has just lost sight of it: that it is gone, and no more."""
    customer = card["customer"] | {"name": "", "tier": "", "language": ""}
    call = card["call"] and card["call"] | {"way": []}
    return card | {"subject": "", "preview": "", "reply_to": "", "customer": customer, "call": call}


def for_customer(card: Mapping[str, Any]) -> Card:
    """A message as its customer sees it: the words, and who speaks by first name; nothing of the desk's own.

    Files have no address here: a customer's is signed, and good for a day.

    Raises:
        ValueError: a note among colleagues, which no customer sees.
    """
    if card["internal"]:
        raise ValueError("an internal note is not for customers")
    kept = ("id", "client_id", "text", "sent_at", "delivery")
    files = [{name: file[name] for name in ("id", "name", "type", "size")} for file in card["attachments"]]
    author = card["author"] | {"name": first_name(card["author"]["name"])}
    return {name: card[name] for name in kept} | {
        "author": author if author["kind"] != "customer" else card["author"],
        "html": None,
        "attachments": files,
        "internal": False,
    }


def first_name(name: str) -> str:
    """How an agent appears to customers."""
    return name.split(maxsplit=1)[0] if name.strip() else ""
