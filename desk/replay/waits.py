"""desk/replay/waits.py: a contact's wait as the router knew it: for whom it was kept, and what became of its offers."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from desk.replay.customers import UNKNOWN, Change, Customer, as_of
from desk.replay.stands import REST_MS, Due, Kept, as_kept, due_at
from routing.model import Work
from routing.recorded import Given, InVain, Rings

#: So ends an offer that nobody took.
_IN_VAIN = frozenset({"declined", "timed_out"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """One stay of a contact in one place; open without `until_ms`."""

    id: str
    contact: str
    kind: str
    queue: str
    agent_id: str
    entry: str
    from_ms: int
    until_ms: int | None
    outcome: str


class Rang(NamedTuple):
    """An offer to one agent: from when until when it rang, and how it ended; nothing while it lives."""

    from_ms: int
    until_ms: int
    outcome: str = ""
    agent_id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """What the router knew of a contact; what has changed since is as it is now.

    `spoken` is the contact's own language, else it is its `customer`'s, as they are now; what they were before stands
    in `changes`. `rang` is when it rang at somebody, `parked` when it took no room in its agent's hands, and of that
    `silent` when its customer said nothing. `kept` is what was said of for whom it waits; where former versions said
    nothing, the last wait was for whom it is kept now.
    """

    channel: str
    priority: int
    placed_ms: int
    due_ms: int | None = None
    put_aside: Sequence[Due] = ()
    spoken: str = ""
    customer: Customer = UNKNOWN
    changes: Sequence[Change] = ()
    wanted_agent_id: str | None = None
    wanted_until_ms: int | None = None
    rang: Sequence[Rang] = ()
    parked: Sequence[tuple[int, int]] = ()
    silent: Sequence[tuple[int, int]] = ()
    kept: Sequence[Kept] = ()


class Offers(NamedTuple):
    """The offers of one wait that were `in_vain` in the recording, how long the last one rang, if it was not, when each
    of them began, at whom the first one `rings` as the recording begins, if it began before, and how many were in vain
    before that."""

    in_vain: tuple[InVain, ...]
    ring_ms: int
    offered_ms: tuple[int, ...]
    rings: Rings | None
    declines: int


def work_of(contact: Contact, stay: Segment, place_ms: int, begins_ms: int, *, last: bool) -> Work:
    """What waited, as it stood when it began to, or, if it waited already, when the recording begins."""
    known_ms = max(stay.from_ms, begins_ms)
    customer = as_of(contact.customer, contact.changes, known_ms)
    wanted = last and contact.wanted_until_ms is not None and contact.wanted_until_ms > stay.from_ms
    work = Work(
        id=stay.id,
        kind="interaction",
        channel=contact.channel,
        queue=stay.queue,
        priority=contact.priority,
        placed_ms=min(place_ms, stay.from_ms),
        wanted_agent_id=contact.wanted_agent_id if wanted else None,
        wanted_until_ms=contact.wanted_until_ms if wanted else None,
        language=contact.spoken or customer.language,
        due_ms=due_at(contact.put_aside, known_ms, contact.due_ms),
        tier=customer.tier,
    )
    said = [one for one in contact.kept if stay.from_ms <= one.said_ms <= known_ms]
    return as_kept(work, said[-1] if said else None, _said_no(contact.rang, known_ms))


def given_to(contact: Contact, since_ms: int, until_ms: int, begins_ms: int) -> tuple[Given, ...]:
    """To whom it was given by name as it waited, since the recording began."""
    later = [one for one in contact.kept if max(since_ms, begins_ms) < one.said_ms <= until_ms]
    return tuple(
        Given(
            after_ms=one.said_ms - since_ms,
            agent_id=one.stands["wanted_agent_id"],
            kept_ms=one.stands["wanted_until_ms"] - one.said_ms,
        )
        for one in later
        if one.stands and "wanted_agent_id" in one.stands
    )


def offers_of(contact: Contact, since_ms: int, until_ms: int, begins_ms: int) -> Offers:
    """What became of the offers of one wait.

    Those to several agents at once are one. One that is over as the wait is has not been in vain: somebody
    took it, or the customer left while it rang.
    """
    in_stay = sorted(one for one in contact.rang if since_ms <= one.from_ms < until_ms)
    rounds = [list(of_one) for _, of_one in groupby(in_stay, key=attrgetter("from_ms"))]
    before = [of_one for of_one in rounds if all(one.until_ms <= begins_ms for one in of_one)]
    within = rounds[len(before) :]
    taken = within[-1:] if within and any(_took(one, until_ms) for one in within[-1]) else []
    return Offers(
        in_vain=tuple(_in_vain(of_one, until_ms, begins_ms) for of_one in within[: len(within) - len(taken)]),
        ring_ms=sum(_rang_ms(of_one, until_ms, begins_ms) for of_one in taken),
        offered_ms=tuple(max(of_one[0].from_ms, begins_ms) for of_one in within),
        rings=_rings(within[0], begins_ms) if within and within[0][0].from_ms < begins_ms else None,
        declines=sum(_any_was(_IN_VAIN, of_one) for of_one in before),
    )


def _said_no(rang: Iterable[Rang], at_ms: int) -> dict[str, int]:
    """Who had declined it a moment before, and until when they were not asked again."""
    return {
        one.agent_id: one.until_ms + REST_MS
        for one in rang
        if one.outcome == "declined" and one.until_ms <= at_ms < one.until_ms + REST_MS
    }


def _rings(of_one: Sequence[Rang], begins_ms: int) -> Rings | None:
    """At whom a round that began before rings as the recording begins; nothing where nobody knows at whom."""
    agent_ids = tuple(one.agent_id for one in of_one if one.until_ms > begins_ms and one.agent_id)
    return Rings(agent_ids, of_one[0].from_ms) if agent_ids else None


def _in_vain(of_one: Sequence[Rang], until_ms: int, begins_ms: int) -> InVain:
    """A round that nobody took."""
    # Who said no before the recording began is not asked as it begins, and does not say it again.
    said_no = [one for one in of_one if one.outcome == "declined" and one.until_ms > begins_ms]
    return InVain(
        ring_ms=_rang_ms(of_one, until_ms, begins_ms),
        declined=bool(said_no),
        counts=_any_was(_IN_VAIN, of_one),
        by=frozenset(one.agent_id for one in said_no if one.agent_id),
    )


def _rang_ms(of_one: Sequence[Rang], until_ms: int, begins_ms: int) -> int:
    """How long one round rang within the recording."""
    since_ms = max(of_one[0].from_ms, begins_ms)
    return max(0, max(min(one.until_ms, until_ms) for one in of_one) - since_ms)


def _any_was(outcomes: Container[str], offers: Iterable[Rang]) -> bool:
    return any(offer.outcome in outcomes for offer in offers)


def _took(offer: Rang, until_ms: int) -> bool:
    """Whether an agent took it, or it rang until the wait was over."""
    return offer.outcome == "accepted" or (offer.until_ms >= until_ms and offer.outcome not in _IN_VAIN)
