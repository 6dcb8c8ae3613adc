"""web/sockets/closings.py: the alert about who stood in line when a queue closed and nobody was left: one a closing.

It has everybody by name, and what became of them; whoever is let go later joins it, and who was kept in line leaves it
when somebody takes them, or they wait in another line. Pure.
"""

from hashlib import sha256
from typing import Any

from desk.closing_time import ENDED, KEPT, RUNG_BACK
from desk.kernel.events import InteractionLetGo

Card = dict[str, Any]

KIND = "closing"
#: What became of somebody, after their name.
_EACH = {
    RUNG_BACK: "is rung back when it opens",
    ENDED: "the call has ended",
    KEPT: "what they wrote waits for the opening",
}
#: The same of so many.
_ALL = {
    RUNG_BACK: "{n} rung back when it opens",
    ENDED: "{n} whose call has ended",
    KEPT: "{n} whose words wait for it",
}


def at_closing(seq: int, event: InteractionLetGo, name: str) -> Card:
    """The alert about one of them."""
    of_queue = sha256(event.queue.encode()).hexdigest()[:16]  # a key may be longer than an id
    id = f"{KIND}:{event.closed_ms}:{of_queue}"
    one = {"interaction_id": event.id, "became": event.became, "text": f"{name}: {_EACH[event.became]}"}
    return _said(
        {"seq": seq, "id": id, "tone": "warn", "kind": KIND, "queue": event.queue, "closed_ms": event.closed_ms}, [one]
    )


def joined(known: Card, new: Card) -> Card:
    """One alert about those of both."""
    fresh = {one["interaction_id"] for one in new["people"]}
    return _said(new, [*(one for one in known["people"] if one["interaction_id"] not in fresh), *new["people"]])


def without(card: Card, interaction_id: str) -> Card | None:
    """The alert without somebody who waits no more; None where nobody is left."""
    left = [one for one in card["people"] if one["interaction_id"] != interaction_id]
    return _said(card, left) if left else None


def _said(card: Card, people: list[Card]) -> Card:
    counts = {became: sum(one["became"] == became for one in people) for became in _ALL}
    parts = [words.format(n=counts[became]) for became, words in _ALL.items() if counts[became]]
    text = f"{len(people)} in line when {card['queue']} closed: {', '.join(parts)}."
    return card | {"people": people, "text": text}
