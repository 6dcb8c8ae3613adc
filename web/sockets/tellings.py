"""web/sockets/tellings.py: from a piece of the log to what each screen is told.

A batch of events names the things that changed; their cards are read once, in one snapshot; each
card goes to whom `desk/screens/audience.py` lets see it. The same function serves those who are connected
and one who comes back and asks what was missed: what they may see is what they may see *now*.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from desk.agents.agents import LOST
from desk.callbacks.events import CallbackNotDialled
from desk.complaints.events import ComplaintDeadlineMissed
from desk.contacts.attempts import UNREACHABLE
from desk.contacts.cards import for_customer, of_interactions, of_messages, of_work_items, parted
from desk.kernel.event_log import HEAD
from desk.kernel.events import (
    ArrivalMisaddressed,
    CallbackGaveUp,
    CallChanged,
    Event,
    InteractionAbandoned,
    InteractionAnswered,
    InteractionArrived,
    InteractionChanged,
    InteractionClosed,
    InteractionLeftQueue,
    InteractionLetGo,
    InteractionQueued,
    JobPutAside,
    Logged,
    MessageAdded,
    MessageChanged,
    OfferEnded,
    OfferMade,
    PresenceChanged,
    WorkItemChanged,
    WorkItemEscalated,
    WorkItemQueued,
)
from desk.kernel.questions import answers
from desk.kernel.transaction import Rx, single
from desk.screens.agent_cards import of_agents
from desk.screens.audience import Audience, Facts, audience
from desk.screens.offer_cards import of_live_offers, offer_cards
from routing.presence import MISSED_OFFER
from web.sockets.closings import at_closing
from web.sockets.namespace import Told
from web.sockets.not_dialled import why_given_up, why_not_dialled

Card = dict[str, Any]

CONSOLE, FLOOR, CHAT = "/console", "/floor", "/chat"
#: The room of everybody in a namespace.
ALL = "all"

_OF_INTERACTIONS = (
    InteractionArrived,
    InteractionQueued,
    InteractionAnswered,
    InteractionAbandoned,
    InteractionChanged,
    InteractionLeftQueue,
    InteractionClosed,
    CallChanged,
)
_OF_MESSAGES = (MessageAdded, MessageChanged)
_NOT_DELIVERED = ("failed", "bounced")
#: What an agent is told of a call of theirs that reached nobody, by what ended it.
_NOT_REACHED = {
    "no_answer": "Nobody answered.",
    "busy": "The line is engaged.",
    "failed": "The call could not be put through.",
    "hung_up": "They hung up before the call was put through.",
    UNREACHABLE: "Your telephone could not be reached, so nobody was called.",
}

#: What comes on the channels of numbers.
_COME = {"voice": "Calls", "sms": "Texts"}


@dataclass(frozen=True, kw_only=True)
class Seen:
    """The things that a batch of events speaks of, as they are at log position `seq`."""

    seq: int = 0
    interactions: dict[str, Card] = field(default_factory=dict)
    messages: dict[str, Card] = field(default_factory=dict)
    offers: dict[str, Card] = field(default_factory=dict)
    work_items: dict[str, Card] = field(default_factory=dict)
    agents: dict[str, Card] = field(default_factory=dict)


def agent_room(agent_id: str) -> str:
    """The room of one agent's consoles."""
    return f"agent {agent_id}"


def visitor_room(address: str) -> str:
    """The room of one visitor's pages."""
    return f"visitor {address}"


def look(rx: Rx, batch: Sequence[Logged]) -> Seen:
    """Reads what `batch` speaks of: a fixed few statements, whatever its length."""
    contacts, words, offered, items, agents = set[str](), set[str](), set[str](), set[str](), set[str]()
    for event in (logged.event for logged in batch):
        agents |= {agent for agent in _agents_of(event) if agent}
        match event:
            case MessageAdded() | MessageChanged():
                words.add(event.id)
                contacts.add(event.interaction_id)
            case OfferMade():
                offered.add(event.id)
                items.add(event.work_item_id)
                contacts.add(event.work_item_id)
            case WorkItemQueued() | WorkItemChanged() | WorkItemEscalated() | CallbackGaveUp():
                items.add(event.id)
            case _ if isinstance(event, (*_OF_INTERACTIONS, InteractionLetGo)):
                contacts.add(event.id)
    cards, said, ringing, work, people, seq = answers(
        rx,
        of_interactions(contacts),
        of_messages(words),
        of_live_offers(offered),
        of_work_items(items),
        of_agents(agents),
        HEAD,
    )
    return Seen(
        seq=seq,
        interactions=cards,
        messages=said,
        offers=offer_cards(rx, ringing, work, cards) if ringing else {},
        work_items=work,
        agents=people,
    )


@single
def glance(rx: Rx, batch: Sequence[Logged]) -> Seen:
    """`look` at a batch that `looks_once`."""
    return look(rx, batch)


def looks_once(batch: Iterable[Logged]) -> bool:
    """Whether one statement answers it: whom an offer is about is asked once that is known."""
    return not any(isinstance(logged.event, OfferMade) for logged in batch)


def tellings(batch: Sequence[Logged], seen: Seen) -> list[Told]:
    """What to tell, in the order of the log; a card that changed several times is told once, at the last."""
    told: list[Told] = []
    cards: dict[str, tuple[int, set[str]]] = {}  # interaction -> last position, agents who are told
    for logged in batch:
        event, seq = logged.event, logged.position
        if isinstance(event, (*_OF_INTERACTIONS, *_OF_MESSAGES)):
            id = event.interaction_id if isinstance(event, _OF_MESSAGES) else event.id
            agents = cards.get(id, (0, set()))[1]
            cards[id] = (seq, agents | audience(event, _facts(event, seen)).agents)
        told += _of_event(event, seq, audience(event, _facts(event, seen)), seen)
    for id, (seq, agents) in cards.items():
        if id in seen.interactions:
            told += _interaction(seen.interactions[id], seq, agents)
    return sorted(told, key=lambda item: item.seq)


def alerts_of(logged: Logged, seen: Seen) -> list[Told]:
    """What one event tells supervisors to see to."""
    return list(_calls_for_supervisors(logged.event, logged.position, seen))


def touched_agents(batch: Iterable[Logged], seen: Seen) -> dict[str, int]:
    """Agents who may be doing something else now, and the position that says so."""
    return {
        agent: logged.position
        for logged in batch
        for agent in _agents_of(logged.event)
        if agent is not None and agent in seen.agents
    }


def presence_of(card: Card, seq: int) -> Card:
    """`presence.changed` of an agent."""
    plain = {name: card[name] for name in ("state", "reason", "since", "activity", "load")}
    return {"seq": seq, "agent_id": card["id"], "name": card["name"]} | plain


def _facts(event: Event, seen: Seen) -> Facts:
    """What is true now of the contact or work item that the event is about."""
    if isinstance(event, WorkItemQueued | WorkItemChanged):
        return Facts(holder=seen.work_items.get(event.id, {}).get("agent_id"))
    about_message = isinstance(event, _OF_MESSAGES)
    card = seen.interactions.get(event.interaction_id if isinstance(event, _OF_MESSAGES) else event.id)
    if card is None:
        return Facts(internal=about_message)
    message = seen.messages.get(event.id) if about_message else None
    return Facts(
        holder=card["agent"]["id"] if card["agent"] else None,
        visitor=card["reply_to"] if card["channel"] == "chat" else None,
        internal=about_message and (message is None or message["internal"]),
    )


def _of_event(event: Event, seq: int, who: Audience, seen: Seen) -> Iterator[Told]:
    """What one event says beside the card of its interaction."""
    agents = frozenset(map(agent_room, who.agents))
    match event:
        case MessageAdded() | MessageChanged() if event.id in seen.messages:
            yield from _message(seen.messages[event.id], event, seq, who)
        case OfferMade() if event.id in seen.offers:
            yield Told(
                seq=seq, namespace=CONSOLE, rooms=agents, name="offer", data={"seq": seq} | seen.offers[event.id]
            )
        case OfferEnded():
            data = {"seq": seq, "offer_id": event.id, "outcome": event.outcome}
            yield Told(seq=seq, namespace=CONSOLE, rooms=agents, name="offer.ended", data=data)
        case WorkItemQueued() | WorkItemChanged() if event.id in seen.work_items:
            data = {"seq": seq, "work_item": seen.work_items[event.id]}
            yield Told(seq=seq, namespace=CONSOLE, rooms=agents, name="work_item.changed", data=data)
        case InteractionChanged() | InteractionClosed() if (why := _why_not_reached(event, seen)) and agents:
            data = {"seq": seq, "kind": "not_reached", "text": why, "interaction_id": event.id}
            yield Told(seq=seq, namespace=CONSOLE, rooms=agents, name="notice", data=data)
        case CallbackNotDialled():
            data = {"seq": seq, "kind": "not_dialled", "text": why_not_dialled(event), "work_item_id": event.id}
            yield Told(seq=seq, namespace=CONSOLE, rooms=agents, name="notice", data=data)
        case _:
            yield from _calls_for_supervisors(event, seq, seen)


def _calls_for_supervisors(event: Event, seq: int, seen: Seen) -> Iterator[Told]:
    """The alert that an event raises on every floor, if any."""
    match event:
        case InteractionChanged() if event.what == LOST and event.id in seen.interactions:
            card, agent = seen.interactions[event.id], seen.agents.get(event.former_agent_id or "")
            who_waits, gone = card["customer"]["name"] or "A customer", agent["name"] if agent else "who had it"
            text = f"{who_waits} waits again in {card['queue']}: {gone} is offline."
            yield _alert(seq, kind="agent_lost", text=text, queue=card["queue"], interaction_id=event.id)
        case InteractionLetGo() if event.id in seen.interactions:
            name = seen.interactions[event.id]["customer"]["name"] or "A customer"
            yield Told(
                seq=seq, namespace=FLOOR, rooms=frozenset({ALL}), name="alert", data=at_closing(seq, event, name)
            )
        case ArrivalMisaddressed():
            text = f"{_COME[event.id]} come whose receiver is no telephone number: they are led to {event.queue}."
            yield _alert(seq, kind="misaddressed", text=text, queue=event.queue)
        case JobPutAside():
            text = f"Work of the desk itself was put aside after many tries: {event.job.replace('_', ' ')}."
            yield _alert(seq, kind="put_aside", text=text)
        case PresenceChanged() if event.reason == MISSED_OFFER and event.id in seen.agents:
            text = f"{seen.agents[event.id]['name']} missed an offer and is not ready."
            yield _alert(seq, kind="missed_offer", text=text, agent_id=event.id)
        case WorkItemEscalated() if event.id in seen.work_items:
            title = seen.work_items[event.id]["title"] or "A contact"
            text = f"{title}: {event.declines} offers in {event.queue} were in vain; it is more urgent now."
            yield _alert(seq, kind="declined", text=text, queue=event.queue, work_item_id=event.id)
        case CallbackGaveUp() if event.id in seen.work_items:
            name = seen.work_items[event.id]["customer"]["name"] or "A customer"
            text = f"{name} could not be rung back: {why_given_up(event)}."
            yield _alert(seq, kind="callback_gave_up", text=text, queue=event.queue, work_item_id=event.id)
        case ComplaintDeadlineMissed():
            text = f"A complaint has missed its deadline: {event.deadline.replace('_', ' ')}."
            yield _alert(seq, kind="deadline_missed", text=text, complaint_id=event.id)


def _why_not_reached(event: InteractionChanged | InteractionClosed, seen: Seen) -> str | None:
    """What an agent is told whose call has just come to nothing; None for every other step."""
    card = seen.interactions.get(event.id)
    if card is None or card["direction"] != "out" or not card["call"]:
        return None
    ended_by = card["call"]["ended_by"]
    here = isinstance(event, InteractionClosed) if ended_by == UNREACHABLE else _says(event, f"ended_by_{ended_by}")
    return _NOT_REACHED.get(ended_by) if here else None


def _says(event: Event, what: str) -> bool:
    return isinstance(event, InteractionChanged) and event.what == what


def _interaction(card: Card, seq: int, agents: Iterable[str]) -> Iterator[Told]:
    """The card: whole for who has it or had it last, that it is gone for who lost it before; and for every floor."""
    theirs = {card["agent"]["id"] if card["agent"] else None, card["last_agent_id"]}
    sight = frozenset(agent_room(agent) for agent in agents if agent in theirs)
    lost = frozenset(agent_room(agent) for agent in agents if agent not in theirs)
    for rooms, shown in ((sight, card), (lost, parted(card))):
        if rooms:
            data = {"seq": seq, "interaction": shown}
            yield Told(seq=seq, namespace=CONSOLE, rooms=rooms, name="interaction.changed", data=data)
    data = {"seq": seq, "interaction": card}
    yield Told(seq=seq, namespace=FLOOR, rooms=frozenset({ALL}), name="interaction.changed", data=data)


def _message(card: Card, event: Event, seq: int, who: Audience) -> Iterator[Told]:
    id = card["interaction_id"]
    rooms = frozenset(map(agent_room, who.agents))
    if rooms:
        data = {"seq": seq, "interaction_id": id, "message": card}
        yield Told(seq=seq, namespace=CONSOLE, rooms=rooms, name="message.new", data=data)
    if who.visitor is not None:
        data = {"seq": seq, "interaction_id": id, "message": for_customer(card)}
        room = frozenset({visitor_room(who.visitor)})
        yield Told(seq=seq, namespace=CHAT, rooms=room, name="message.new", data=data)
    if isinstance(event, MessageChanged) and event.delivery in _NOT_DELIVERED and card["author_id"]:
        text = f"A message could not be delivered: {card['delivery_reason'] or 'no reason was given'}"
        data = {"seq": seq, "kind": "not_delivered", "text": text, "interaction_id": id, "message_id": card["id"]}
        to_author = frozenset({agent_room(card["author_id"])})
        yield Told(seq=seq, namespace=CONSOLE, rooms=to_author, name="notice", data=data)


def _alert(seq: int, **data: Any) -> Told:
    return Told(
        seq=seq,
        namespace=FLOOR,
        rooms=frozenset({ALL}),
        name="alert",
        data={"seq": seq, "id": str(seq), "tone": "warn"} | data,
    )


def _agents_of(event: Event) -> tuple[str | None, ...]:
    if isinstance(event, PresenceChanged):
        return (event.id,)
    return getattr(event, "agent_id", None), getattr(event, "former_agent_id", None)
