"""desk/calls/calls.py: a telephone call, from the first ring to the last leg.

    menu ──▶ waiting ──accept──▶ connecting ──answered──▶ talking ⇄ hold ──▶ ended
               ▲                      └ the agent's telephone does not answer
               └──────────────────────┘

One that we make begins with `connecting`; whose telephone rings then is the subject of `desk/calls/agent_legs.py` and
`desk/calls/customer_legs.py`.
A call is an interaction whose id is also the name of its room; how its caller is led through the menu is the subject of
`desk/calls/flow_turns.py`. Legs are the carrier's names for one party's connection; the
caller's is `carrier_id`. A carrier's webhook that comes twice finds everything done; an end that overtakes its
beginning waits for it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from channels.voice.numbers import normalise
from desk.calls import customer_legs, flow_turns
from desk.calls.callers import check_how_often
from desk.calls.flow_turns import CallTurn
from desk.contacts import attempts, ending, misaddressed
from desk.contacts.articles import NO_ARTICLES, Articles
from desk.contacts.interactions import VOICE
from desk.customers.customers import Identity, identify
from desk.customers.languages import spoken_to
from desk.floor.lookout import Lookout
from desk.floor.waiting import standing
from desk.kernel.errors import NotFound
from desk.kernel.events import CallChanged, InteractionArrived
from desk.kernel.jobs import Job
from desk.kernel.questions import answer
from desk.kernel.transaction import Rx, Tx
from desk.organization.organization import setting
from desk.organization.receivers import Receiver, receiver_of
from desk.tables import calls, interactions
from desk.work import stays

#: A call's end may overtake its beginning: it is looked at again so much later, then after twice, three times …
END_AGAIN = timedelta(seconds=2)
_MOST_ENDS = 10
#: Nobody stays in a menu for so long.
LONGEST_MENU = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class ForgetCall(Job):
    """A caller has been in the menu for longer than anybody is: their hanging up was never told."""

    call_id: str


@dataclass(frozen=True, kw_only=True)
class EndCall(Job):
    """A caller's leg has ended of which nothing was known yet."""

    carrier_id: str
    tries: int


@dataclass(frozen=True, kw_only=True)
class WaitFacts:
    """What a waiting caller is told."""

    position: int
    wait_low_s: float | None
    wait_high_s: float | None
    language: str


def start_call(
    tx: Tx, *, carrier_id: str, from_number: str, to_number: str, articles: Articles = NO_ARTICLES
) -> CallTurn:
    """Somebody rings us: the call is taken down and its flow begins. The same call again is told the same.

    Raises:
        TooManyCalls: this number has rung too often just now.
    """
    known = tx.all(sa.select(calls.c.id).where(calls.c.carrier_id == carrier_id))
    if known:
        return flow_turns.again(tx, known[0].id, turn=0)
    who = identify(tx, "phone", from_number)
    check_how_often(tx, who, from_number)
    receiver = answer(tx, receiver_of(VOICE, to_number))
    # Whoever rings a number that nobody listed is greeted all the same.
    flow_key = receiver.flow if receiver.listed else str(setting(tx, "default_flow"))
    misaddressed.tell(tx, VOICE, to_number, receiver)
    numbers = {"from_number": from_number, "to_number": to_number}
    call_id = _take_down(tx, who, receiver, carrier_id=carrier_id, **numbers)
    if call_id is None:
        known = tx.all(sa.select(calls.c.id).where(calls.c.carrier_id == carrier_id))
        return flow_turns.again(tx, known[0].id, turn=0)
    return flow_turns.begin_flow(tx, call_id, flow_key, articles)


def wait_facts(rx: Rx, call_id: str, lookout: Lookout | None = None) -> WaitFacts:
    """What a waiting caller is told now; cheap where a process asks for many with its own `lookout`.

    Raises:
        NotFound: no such call, or it does not wait.
    """
    interaction = rx.one(interactions, call_id)
    session = rx.one(calls, call_id).session or {}
    language = spoken_to(str(session.get("language") or ""), interaction.language or "")
    place = standing(rx, call_id, lookout)
    if place is None:
        raise NotFound("waiting call", call_id)
    low, high = (place.wait.low_ms / 1000, place.wait.high_ms / 1000) if place.wait else (None, None)
    return WaitFacts(position=place.position, wait_low_s=low, wait_high_s=high, language=language)


def caller_left(tx: Tx, *, carrier_id: str, tries: int = 0, at: datetime | None = None) -> None:
    """The caller's leg has ended, whoever ended it: now, or `at` an instant that we hear of now.

    An end that comes before its beginning waits for it a while.
    """
    rows = tx.all(sa.select(calls.c.id).where(calls.c.carrier_id == carrier_id))
    if not rows:
        if tries < _MOST_ENDS:
            again = EndCall(carrier_id=carrier_id, tries=tries + 1)
            tx.defer(again, at=tx.now + again.tries * END_AGAIN, key=f"end:{carrier_id}")
        return
    tx.take(interactions, rows[0].id)
    call = tx.take(calls, rows[0].id)
    if call.ended_at is not None:
        return
    customer_legs.hung_up(tx, call, at=at)


def forget_call(tx: Tx, call_id: str) -> None:
    """Closes a call that is still in its menu; nothing for any other."""
    interaction = tx.take(interactions, call_id)
    if interaction.state == "self_service":
        tx.update(calls, call_id, ended_at=tx.now, ended_by="unknown")
        ending.customer_left(tx, call_id)


def leg_of_caller(rx: Rx, call_id: str) -> str | None:
    """The customer's leg, None when the call is over, or they have not answered yet."""
    call = rx.one(calls, call_id)
    return None if call.ended_at is not None or attempts.is_awaited(call) else str(call.carrier_id)


def _take_down(
    tx: Tx, who: Identity, receiver: Receiver, *, carrier_id: str, from_number: str, to_number: str
) -> str | None:
    """The new call's id; None if somebody took it down this instant."""
    call_id = tx.new_id()
    tx.insert(
        interactions,
        id=call_id,
        channel="voice",
        state="self_service",
        queue=receiver.queue,
        subject="",
        preview="",
        language=who.customer.language,
        customer_id=who.customer.id,
        certainty=who.certainty,
        entry_point=receiver.address[:320],
        reply_to=normalise(from_number) or from_number[:320],
        arrived_at=tx.now,
        unread=0,
        version=0,
    )
    numbers = {"from_number": from_number[:40], "to_number": to_number[:40]}
    about = {"carrier_id": carrier_id, "flow": "", "session": None, "agent_leg_state": ""}
    if not tx.insert_if_new(calls, id=call_id, **about, **numbers):  # the carrier told two of us at once
        tx.execute(sa.delete(interactions).where(interactions.c.id == call_id))
        return None
    tx.defer(ForgetCall(call_id=call_id), at=tx.now + LONGEST_MENU, key=f"menu:{call_id}")
    stays.start(tx, call_id, "self_service")
    tx.emit(
        InteractionArrived(id=call_id, channel="voice", customer_id=who.customer.id, entry_point_queue=receiver.queue)
    )
    tx.emit(CallChanged(id=call_id, state="menu"))
    return call_id
