"""desk/calls/calls.py: a telephone call, from the first ring to the last leg.

    menu ──▶ waiting ──accept──▶ connecting ──answered──▶ talking ⇄ hold ──▶ ended
               ▲                      └ the agent's telephone does not answer
               └──────────────────────┘

One that we make begins with `connecting`; whose telephone rings then is the subject of `desk/calls/agent_legs.py` and
`desk/calls/customer_legs.py`.
A call is an interaction whose id is also the name of its room. The call flow's session is kept in the
call's row, so that it survives a restart. Legs are the carrier's names for one party's connection; the
caller's is `carrier_id`. A carrier's webhook that comes twice finds everything done; an end that overtakes its
beginning waits for it.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from channels.voice.numbers import normalise
from desk.calls import customer_legs, texts_to_callers
from desk.calls.callers import check_how_often
from desk.contacts import attempts, ending, misaddressed, preferred_agent
from desk.contacts.articles import NO_ARTICLES, Articles
from desk.contacts.interactions import VOICE
from desk.customers.customers import Certainty, Identity, identify
from desk.customers.languages import nearer
from desk.floor import queue_states
from desk.floor.lookout import Lookout
from desk.floor.waiting import standing
from desk.kernel.errors import NotFound
from desk.kernel.events import CallChanged, InteractionArrived, InteractionClosed
from desk.kernel.jobs import Job
from desk.kernel.transaction import Row, Rx, Tx
from desk.organization.entry_points import arrived
from desk.organization.organization import setting
from desk.tables import calls, customers, entry_points, flows, interactions, to_ms
from desk.work import queueing, stays
from ivr import engine
from ivr.flow import Flow, SendNode, articles_of, asked_of
from ivr.instructions import Enqueue, Hangup, Instruction, Say, SendText, from_plain, to_plain
from ivr.parse import parse
from routing.hours import is_open

#: A call's end may overtake its beginning: it is looked at again so much later, then after twice, three times …
END_AGAIN = timedelta(seconds=2)
_MOST_ENDS = 10
#: Nobody stays in a menu for so long.
LONGEST_MENU = timedelta(hours=1)
#: Beside the session: what the caller was told last.
_SAID = "said"
#: And what they have answered: [the menu, the keys or nothing, how long after the call's beginning in milliseconds].
ANSWERS = "answers"


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
class CallTurn:
    """What the caller is to hear next, and which answer it waits for."""

    call_id: str
    turn: int
    instructions: tuple[Instruction, ...]
    language: str


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
        return _again(tx, known[0].id, turn=0)
    who = identify(tx, "phone", from_number)
    check_how_often(tx, who, from_number)
    point = _entry_point(tx, arrived("voice", to_number))
    queue, flow_key = (point.queue, point.flow) if point is not None else _nowhere(tx)
    misaddressed.tell(tx, VOICE, to_number, queue)
    call_id = _take_down(tx, who, carrier_id=carrier_id, from_number=from_number, to_number=to_number, queue=queue)
    if call_id is None:
        return _again(tx, tx.all(sa.select(calls.c.id).where(calls.c.carrier_id == carrier_id))[0].id, turn=0)
    flow = _flow(tx, flow_key)
    if flow is None:
        _wait_in(tx, call_id, queue)
        return CallTurn(call_id=call_id, turn=0, instructions=(Enqueue(queue=queue),), language=who.customer.language)
    facts = _facts(tx, tx.one(interactions, call_id), who.customer, flow, articles)
    session, said = engine.start(flow, facts=facts, now=tx.now)
    tx.update(calls, call_id, flow=flow_key)
    return _went_on(tx, call_id, session, said, [], articles)


def step_call(tx: Tx, *, call_id: str, turn: int, answer: engine.Input, articles: Articles = NO_ARTICLES) -> CallTurn:
    """Takes the caller's answer to question number `turn`; an answer to another one changes nothing.

    Raises:
        NotFound: no such call.
    """
    tx.take(interactions, call_id)
    call = tx.take(calls, call_id)
    if call.session is None or call.ended_at is not None or turn != call.session["turn"]:
        return _again(tx, call_id, turn=turn + 1)
    flow = _flow(tx, call.flow)
    if flow is None:  # it was taken away under the caller's feet: whoever is next speaks with them
        _wait_in(tx, call_id, tx.one(interactions, call_id).queue)
        return _again(tx, call_id, turn=turn + 1)
    interaction = tx.one(interactions, call_id)
    customer = tx.one(customers, interaction.customer_id)
    before = engine.Session.from_dict(call.session)
    facts = _facts(tx, interaction, customer, flow, articles)
    session, said = engine.step(flow, before, answer, facts=facts, now=tx.now)
    keys = answer.keys if isinstance(answer, engine.Digits) else ""
    after_ms = to_ms(tx.now) - to_ms(interaction.arrived_at)
    answers = [*call.session.get(ANSWERS, ()), [before.node, keys, after_ms]]
    return _went_on(tx, call_id, session, said, answers, articles)


def wait_facts(rx: Rx, call_id: str, lookout: Lookout | None = None) -> WaitFacts:
    """What a waiting caller is told now; cheap where a process asks for many with its own `lookout`.

    Raises:
        NotFound: no such call, or it does not wait.
    """
    interaction = rx.one(interactions, call_id)
    session = rx.one(calls, call_id).session or {}
    language = str(session.get("language") or interaction.language or "en")
    place = standing(rx, call_id, lookout)
    if place is None:
        raise NotFound("waiting call", call_id)
    low, high = (place.wait.low_ms / 1000, place.wait.high_ms / 1000) if place.wait else (None, None)
    return WaitFacts(position=place.position, wait_low_s=low, wait_high_s=high, language=language)


def caller_left(tx: Tx, *, carrier_id: str, tries: int = 0) -> None:
    """The caller's leg has ended, whoever ended it. An end that comes before its beginning waits for it a while."""
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
    customer_legs.hung_up(tx, call)


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


def _take_down(tx: Tx, who: Identity, *, carrier_id: str, from_number: str, to_number: str, queue: str) -> str | None:
    """The new call's id; None if somebody took it down this instant."""
    call_id = tx.new_id()
    tx.insert(
        interactions,
        id=call_id,
        channel="voice",
        state="self_service",
        queue=queue,
        subject="",
        preview="",
        language=who.customer.language,
        customer_id=who.customer.id,
        certainty=who.certainty,
        entry_point=arrived("voice", to_number)[:320],
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
    tx.emit(InteractionArrived(id=call_id, channel="voice", customer_id=who.customer.id, entry_point_queue=queue))
    tx.emit(CallChanged(id=call_id, state="menu"))
    return call_id


def _went_on(
    tx: Tx,
    call_id: str,
    session: engine.Session,
    instructions: list[Instruction],
    answers: list[list[Any]],
    articles: Articles,
) -> CallTurn:
    said = [one for one in instructions if not isinstance(one, SendText)]
    _use_articles(tx, call_id, instructions, articles)
    beside = {_SAID: [to_plain(one) for one in said], ANSWERS: answers}
    tx.update(calls, call_id, session=session.to_dict() | beside)
    if session.state is engine.State.QUEUED:
        _wait_in(tx, call_id, session.queue)
    elif session.state is engine.State.ENDED:
        _flow_ended(tx, call_id)
    return CallTurn(call_id=call_id, turn=session.turn, instructions=tuple(said), language=session.language)


def _use_articles(tx: Tx, call_id: str, instructions: list[Instruction], articles: Articles) -> None:
    """Sends what is to be sent, and writes down what the caller hears and gets."""
    for one in instructions:
        if isinstance(one, SendText):
            call = tx.one(interactions, call_id)
            language = nearer(one.language, call.language or "")
            if (told := articles.told(tx, one.article, language)) is not None:
                texts_to_callers.send(tx, call, told)
                articles.used(tx, call_id, one.article, language, "sent")
        elif isinstance(one, Say) and one.article:
            articles.used(tx, call_id, one.article, one.language, "read_out")


def _wait_in(tx: Tx, call_id: str, queue: str) -> None:
    interaction = tx.take(interactions, call_id)
    if interaction.state == "self_service":
        tx.update(calls, call_id, agent_leg_state="")
        known = interaction.certainty != Certainty.NEW
        wished = preferred_agent.preference(tx, interaction.customer_id, queue, VOICE) if known else {}
        queueing.enqueue(tx, interaction, queue=queue, entry="new", **wished)
        tx.emit(CallChanged(id=call_id, state="waiting"))


def _flow_ended(tx: Tx, call_id: str) -> None:
    interaction = tx.take(interactions, call_id)
    if interaction.state == "self_service":
        stays.end(tx, call_id)
        tx.update(interactions, call_id, state="closed", ended_at=tx.now, closed_at=tx.now)
        tx.update(calls, call_id, ended_at=tx.now, ended_by="flow")
        tx.emit(InteractionClosed(id=call_id, disposition=""))


def _again(tx: Tx, call_id: str, *, turn: int) -> CallTurn:
    """What a caller in this state is to hear again.

    The carrier that asks once more for the turn that the caller is at did not get its answer: it gets the
    same, greeting and all. A caller who is further on is only asked again.
    """
    call = tx.one(calls, call_id)
    interaction = tx.one(interactions, call_id)
    flow = _flow(tx, call.flow)
    here = turn == (call.session or {}).get("turn") and call.ended_by in ("", "flow")
    if here and (before := (call.session or {}).get(_SAID)):
        said = [from_plain(one) for one in before]
    elif call.ended_at is not None:
        said = [Hangup()]
    elif call.session is None or flow is None:
        said = [Enqueue(queue=interaction.queue)]
    else:
        said = engine.repeat(flow, engine.Session.from_dict(call.session))
    session = call.session or {}
    return CallTurn(
        call_id=call_id,
        turn=int(session.get("turn", 0)),
        instructions=tuple(said),
        language=str(session.get("language") or interaction.language or "en"),
    )


def _entry_point(rx: Rx, number: str) -> Row | None:
    point = (entry_points.c.channel == "voice", entry_points.c.address == number)
    rows = rx.all(sa.select(entry_points).where(*point))
    return rows[0] if rows else None


def _nowhere(rx: Rx) -> tuple[str, str]:
    """The queue and the flow of a number that nobody listed: whoever rings it is greeted all the same."""
    return str(setting(rx, "default_queue")), str(setting(rx, "default_flow"))


def _flow(rx: Rx, key: str | None) -> Flow | None:
    rows = rx.all(sa.select(flows.c.source).where(flows.c.key == key)) if key else ()
    return parse(rows[0].source, name=str(key)) if rows else None


def _facts(rx: Rx, call: Row, customer: Row, flow: Flow, articles: Articles) -> dict[str, Any]:
    """What a flow may ask: the caller's language and tier, whether we are open, how the queues are it names, and what
    the articles say that it reads or sends."""
    house: dict[str, Any] = {"open": is_open(queue_states.business_hours(rx), rx.now)}
    if slugs := articles_of(flow):
        house[engine.ARTICLES] = articles.spoken(rx, slugs, flow.languages)
    if any(isinstance(node, SendNode) for node in flow.nodes.values()):
        house[engine.CAN_TEXT] = texts_to_callers.can_text(rx, call, customer)
    return {"language": customer.language, "tier": customer.tier, **house} | queue_states.facts(rx, asked_of(flow))
