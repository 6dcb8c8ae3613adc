"""desk/contacts/intake.py: one message comes in, whatever the channel: stored once, in the right place, or not at all.

    arrival ─▶ known already? ─▶ who is it? ─▶ which conversation? ─▶ stored, and queued if nobody has it

A message belongs to a conversation that a verified token names and whose customer wrote it; else, on
channels where people just go on talking, to the one that this address has open. One closed a short
while ago opens again; after that a new one begins and points back. What a machine answers (`BY_A_MACHINE` among
the headers) waits for nobody yet; whatever else comes into such a contact hands it over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import sqlalchemy as sa

from channels.characters import undirected
from channels.types import Arrival
from desk.contacts import attachments, misaddressed, preferred_agent, self_service
from desk.customers.customers import Certainty, Identity, identify, owner_of, signed, spelled
from desk.kernel.events import InteractionArrived, InteractionChanged, MessageAdded
from desk.kernel.questions import answer, answers
from desk.kernel.transaction import Later, Row, Rx, Tx
from desk.organization.organization import setting
from desk.organization.receivers import Receiver, receiver_of
from desk.tables import addresses, agents, interactions, messages, work_items
from desk.tables import arrivals as arrivals_table
from desk.work import idle, parking, queueing, stays

#: States in which somebody has the conversation, or it waits for somebody.
OPEN = ("self_service", "queued", "offered", "active", "on_hold", "wrap_up", "snoozed")
CLOSED = ("closed", "abandoned")
#: The header of a message that a machine answers in the same transaction.
BY_A_MACHINE = "self_service"
#: The header of a message that was chosen, not written, like the yes to a machine: it says nothing of what it is about.
CHOSEN = "chosen"
#: Mail is a conversation only by its token: people write about several things at once.
_BY_TOKEN_ONLY = frozenset({"email", "form"})
_MOST_EXTERNAL_ID = 300
PREVIEW = 200

#: (channel, what it came to, topic) → what is meant: asked once for what comes in together.
Receivers = dict[tuple[str, str, str], Receiver]

#: Whoever holds a contact, if signed in, and whether it takes room there.
_HOLDER = (
    sa.select(work_items.c.parked)
    .join(agents, agents.c.id == work_items.c.agent_id)
    .where(work_items.c.id == sa.bindparam("item"), agents.c.presence != "offline")
)
_KNOWN = sa.select(arrivals_table).where(
    arrivals_table.c.channel == sa.bindparam("channel"), arrivals_table.c.external_id == sa.bindparam("external_id")
)
_PLACE = (
    sa.update(arrivals_table)
    .where(
        arrivals_table.c.channel == sa.bindparam("of_channel"),
        arrivals_table.c.external_id == sa.bindparam("of_external_id"),
    )
    .values(interaction_id=sa.bindparam("there"))
)
_LATEST = (
    sa.select(interactions.c.id)
    .where(interactions.c.channel == sa.bindparam("channel"), interactions.c.reply_to == sa.bindparam("address"))
    .order_by(interactions.c.arrived_at.desc())
    .limit(1)
)
_LATEST_OF_CUSTOMER = _LATEST.where(interactions.c.customer_id == sa.bindparam("customer_id"))


@dataclass(frozen=True, kw_only=True)
class Received:
    """Where a message is; `new` is false when it had been stored before."""

    interaction_id: str
    message_id: str
    new: bool


def receive(tx: Tx, arrivals: Sequence[Arrival]) -> list[Received]:
    """Stores what came in and queues what nobody has in hand; a message that came before changes nothing.

    They are taken in the order of their keys, so that two lists of the same customers never wait
    for each other; the answers come in the order of `arrivals`.

    Raises:
        Invalid: an arrival without an address.
    """
    order = sorted(range(len(arrivals)), key=lambda index: (arrivals[index].address_kind, arrivals[index].address))
    later, receivers = Later(tx), Receivers()
    done: dict[int, Received] = {}
    written_by = set[tuple[str, str]]()
    for index in order:
        arrival = arrivals[index]
        writer = (arrival.address_kind, spelled(arrival.address_kind, arrival.address))
        if arrival.thread_id or writer in written_by:
            later.write()  # it may go on with what came just before
            written_by.clear()
        written_by.add(writer)
        done[index] = _receive(tx, later, arrival, receivers)
    later.write()
    return [done[index] for index in range(len(arrivals))]


def _receive(tx: Tx, later: Later, arrival: Arrival, receivers: Receivers) -> Received:
    key = {"channel": arrival.channel, "external_id": arrival.external_id[:_MOST_EXTERNAL_ID]}
    owner = _look_up(tx, arrival, receivers)
    message_id, new_interaction = tx.new_id(), tx.new_id()
    if not tx.insert_if_new(arrivals_table, **key, interaction_id=new_interaction, message_id=message_id):
        (known,) = tx.all(_KNOWN, **key)
        return Received(interaction_id=known.interaction_id, message_id=known.message_id, new=False)
    about = arrival.headers
    who = identify(
        tx,
        arrival.address_kind,
        arrival.address,
        owner=owner,
        name=arrival.name,
        language=arrival.language,
        claims_email=str(about.get("claims_email", "")),
        doubtful=about.get("authentication") == "failed",
        typed=arrival.channel == "form",
    )
    arrival = signed(arrival, who)
    found = _conversation(tx, arrival, who)
    if found is not None and _joins(tx, arrival, found):
        add_customer_message(tx, found, arrival, message_id)
        tx.change(_PLACE, of_channel=key["channel"], of_external_id=key["external_id"], there=found.id)
        return Received(interaction_id=found.id, message_id=message_id, new=True)
    previous_id, receiver = found.id if found is not None else None, receivers[came_to(arrival)]
    theirs = None if who.certainty is Certainty.NEW else who.customer.id
    wished = preferred_agent.preference(tx, theirs, receiver.queue, arrival.channel) if theirs else {}
    place: dict[str, Any] = {"interaction_id": new_interaction, "previous_id": previous_id, "receiver": receiver}
    interaction = _begin(later, arrival, who, **place, wished=wished)
    store_message(later, interaction, arrival, message_id)
    return Received(interaction_id=interaction.id, message_id=message_id, new=True)


def _look_up(tx: Tx, arrival: Arrival, receivers: Receivers) -> Sequence[Row]:
    """Who has the address that it came from, taken; and, unless that is known, where a new conversation would wait."""
    owner, point = owner_of(arrival.address_kind, arrival.address), came_to(arrival)
    if point in receivers:
        return answer(tx, owner)
    found, receivers[point] = answers(tx, owner, receiver_of(*point))
    misaddressed.tell(tx, arrival.channel, arrival.to, receivers[point])
    return cast("Sequence[Row]", found)


def came_to(arrival: Arrival) -> tuple[str, str, str]:
    """What `receiver_of` is asked of an arrival."""
    return arrival.channel, arrival.to, str(arrival.headers.get("topic", ""))


def _conversation(tx: Tx, arrival: Arrival, who: Identity) -> Row | None:
    """The conversation that this message goes on with, taken; or the one that it points back to."""
    if arrival.thread_id:
        rows = tx.take(interactions, [arrival.thread_id])
        if rows:
            return rows[0]
    if arrival.channel in _BY_TOKEN_ONLY:
        return None
    here = {"channel": arrival.channel, "address": spelled(arrival.address_kind, arrival.address)}
    if arrival.channel == "chat":  # a visitor who is maybe somebody else's customer is the same visitor still
        rows = tx.all(_LATEST, **here)
    elif who.certainty is Certainty.NEW:
        return None
    else:
        rows = tx.all(_LATEST_OF_CUSTOMER, **here, customer_id=who.customer.id)
    return tx.take(interactions, rows[0].id) if rows else None


def _joins(tx: Tx, arrival: Arrival, found: Row) -> bool:
    """Whether the message belongs into `found`: its sender does, and it is open or closed a short while ago."""
    if arrival.thread_id == found.id and not _belongs(tx, arrival, found):
        return False
    if found.state in OPEN:
        return True
    if arrival.automatic:  # a machine's word about a closed matter is kept there and opens nothing
        return True
    hours = setting(tx, "reopen_hours")
    window = timedelta(hours=hours.get(found.channel, hours.get("other", 24)))
    return bool(tx.now - (found.closed_at or tx.now) <= window)


def _belongs(tx: Tx, arrival: Arrival, interaction: Row) -> bool:
    """A token can be passed on: only its own customer's words go into a conversation."""
    address = spelled(arrival.address_kind, arrival.address)
    return address == interaction.reply_to or _customer_has(tx, interaction.customer_id, arrival.address_kind, address)


def _customer_has(rx: Rx, customer_id: str, kind: str, value: str) -> bool:
    theirs = (addresses.c.customer_id == customer_id, addresses.c.kind == kind, addresses.c.value == value)
    return bool(rx.all(sa.select(addresses.c.id).where(*theirs)))


def _begin(
    tx: Later,
    arrival: Arrival,
    who: Identity,
    *,
    interaction_id: str,
    previous_id: str | None,
    receiver: Receiver,
    wished: Mapping[str, Any],
) -> Row:
    """A new interaction, queued; its row as it will be. `wished`: for whom it is kept."""
    answered = bool(arrival.headers.get(BY_A_MACHINE))
    values: dict[str, Any] = {
        "id": interaction_id,
        "channel": arrival.channel,
        "state": self_service.SELF_SERVICE if answered else "queued",
        "queue": receiver.queue,
        "subject": one_line(arrival.subject)[:300],
        "preview": one_line(arrival.text)[:PREVIEW],
        "language": (arrival.language or who.customer.language)[:16],
        "customer_id": who.customer.id,
        "certainty": who.certainty.value,
        "entry_point": receiver.address[:320],
        "reply_to": spelled(arrival.address_kind, arrival.address),
        "arrived_at": tx.now,
        "queued_at": tx.now,
        "agent_id": None,
        "previous_id": previous_id,
        "unread": 1,
        "version": 0,
    }
    tx.insert(interactions, **values)
    interaction = cast("Row", SimpleNamespace(**values))
    tx.emit(
        InteractionArrived(
            id=interaction_id, channel=arrival.channel, customer_id=who.customer.id, entry_point_queue=receiver.queue
        )
    )
    if answered:
        stays.start(tx, interaction_id, self_service.SELF_SERVICE)
    else:
        queueing.enqueue(tx, interaction, queue=receiver.queue, entry="new", waits_already=True, **wished)
    return interaction


def add_customer_message(tx: Tx, interaction: Row, arrival: Arrival, message_id: str) -> None:
    """Puts a customer's words into a conversation that exists; wakes or reopens it where nobody has it."""
    words = "" if arrival.headers.get(CHOSEN) else one_line(arrival.text)[:PREVIEW]
    news = {"unread": interaction.unread + 1, "preview": words or interaction.preview}
    tx.update(interactions, interaction.id, **news)
    store_message(tx, interaction, arrival, message_id)
    if interaction.state in CLOSED and not arrival.automatic:
        _reopen(tx, interaction)
    elif interaction.state == self_service.SELF_SERVICE and not arrival.headers.get(BY_A_MACHINE):
        self_service.hand_over(tx, interaction)
    elif interaction.state in ("active", "on_hold") and _back_in_queue(tx, interaction):
        return
    elif interaction.state == "snoozed":
        tx.cancel(f"snooze:{interaction.id}")
        queueing.enqueue(
            tx, interaction, queue=interaction.queue, entry="returned", wanted_agent_id=interaction.last_agent_id
        )
    else:
        tx.emit(
            InteractionChanged(
                id=interaction.id, what="message", state=interaction.state, agent_id=interaction.agent_id
            )
        )


def _reopen(tx: Tx, interaction: Row) -> None:
    if not self_service.comes_back(tx, interaction):
        wanted = interaction.last_agent_id
        queueing.enqueue(tx, interaction, queue=interaction.queue, entry="reopened", wanted_agent_id=wanted)


def _back_in_queue(tx: Tx, interaction: Row) -> bool:
    """Whether the contact has gone back: its holder is not signed in and would not hear of it, or has no room now."""
    holder = tx.all(_HOLDER, item=interaction.id)
    if holder:
        return holder[0].parked == parking.Parked.IDLE and not idle.customer_is_back(tx, interaction)
    wanted = interaction.agent_id
    queueing.enqueue(tx, interaction, queue=interaction.queue, entry="returned", wanted_agent_id=wanted)
    tx.emit(InteractionChanged(id=interaction.id, what="agent_lost", state="queued", former_agent_id=wanted))
    return True


def store_message(tx: Tx, interaction: Row, arrival: Arrival, message_id: str) -> None:
    """Stores the message and what came with it."""
    headers = {
        name: value for name, value in arrival.headers.items() if name not in ("claims_email", "topic", BY_A_MACHINE)
    }
    tx.insert(
        messages,
        id=message_id,
        interaction_id=interaction.id,
        client_id=arrival.client_id,
        author_kind="customer",
        author_id=interaction.customer_id,
        author_name=one_line(arrival.name)[:200],
        text=arrival.text.replace("\0", ""),
        html=arrival.html,
        quoted=arrival.quoted,
        internal=False,
        sent_at=tx.now,
        external_id=arrival.external_id[:_MOST_EXTERNAL_ID],
        headers=headers | ({"automatic": True} if arrival.automatic else {}) or None,
    )
    attachments.add(tx, message_id, arrival.attachments)
    tx.emit(MessageAdded(id=message_id, interaction_id=interaction.id, author_kind="customer"))


def one_line(text: str) -> str:
    """`text` on one line, without what cannot be shown and without what would turn around the words beside it."""
    return " ".join(undirected(text[:2000].replace("\0", "")).split())
