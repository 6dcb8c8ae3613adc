"""desk/calls/flow_turns.py: a caller is led through a call flow, turn by turn, to a queue or out again.

    begin_flow ──▶ asked ──step_call──▶ asked again │ in a queue │ let go
                      └──the same question's answer once more──▶ again: told the same, and nothing else happens

The flow's session is kept in the call's row, so that it survives a restart; beside it what was said last, what was
answered (a replay asks for it), and in a column of its own the caller's way, for whoever has the call next.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from desk.calls import texts_to_callers
from desk.contacts import preferred_agent, ways
from desk.contacts.articles import NO_ARTICLES, Articles
from desk.contacts.intake import PREVIEW, one_line
from desk.contacts.interactions import VOICE
from desk.contacts.self_service import SOLVED, SOON
from desk.customers.customers import Certainty
from desk.customers.languages import nearer, spoken_to
from desk.floor import queue_states
from desk.kernel.events import CallChanged, InteractionClosed, MessageAdded
from desk.kernel.transaction import Row, Rx, Tx
from desk.tables import calls, customers, flows, interactions, messages, to_ms
from desk.work import queueing, stays
from ivr import engine
from ivr.flow import Flow, SendNode, articles_of, asked_of
from ivr.instructions import Enqueue, Hangup, Instruction, SendText, from_plain, to_plain
from ivr.parse import parse
from ivr.way import Did, Step, answered, begun
from routing.hours import is_open

#: Beside the session: what the caller was told last.
_SAID = "said"
#: And what they have answered: [the menu, the keys or nothing, how long after the call's beginning in milliseconds].
ANSWERS = "answers"
#: What a caller has heard and been sent of late.
_WAYS_LATELY = (
    sa.select(calls.c.way)
    .join(interactions, interactions.c.id == calls.c.id)
    .where(
        interactions.c.customer_id == sa.bindparam("customer"),
        interactions.c.arrived_at >= sa.bindparam("since"),
    )
    .order_by(calls.c.id)
)


@dataclass(frozen=True, kw_only=True)
class CallTurn:
    """What the caller is to hear next, and which answer it waits for."""

    call_id: str
    turn: int
    instructions: tuple[Instruction, ...]
    language: str


def begin_flow(tx: Tx, call_id: str, flow_key: str, articles: Articles) -> CallTurn:
    """The flow of a call that was taken down begins; where there is none, the caller waits in its queue."""
    interaction = tx.one(interactions, call_id)
    customer = tx.one(customers, interaction.customer_id)
    flow = _flow(tx, flow_key)
    if flow is None:
        _wait_in(tx, call_id, interaction.queue, articles)
        return CallTurn(
            call_id=call_id, turn=0, instructions=(Enqueue(queue=interaction.queue),), language=customer.language
        )
    session, said = engine.start(flow, facts=_facts(tx, interaction, customer, flow, articles), now=tx.now)
    way = _walked(tx, interaction, begun(said), articles)
    tx.update(calls, call_id, flow=flow_key, way=way)
    return _went_on(tx, call_id, session, said, [], articles)


def step_call(tx: Tx, *, call_id: str, turn: int, answer: engine.Input, articles: Articles = NO_ARTICLES) -> CallTurn:
    """Takes the caller's answer to question number `turn`; an answer to another one changes nothing.

    Raises:
        NotFound: no such call.
    """
    tx.take(interactions, call_id)
    call = tx.take(calls, call_id)
    if call.session is None or call.ended_at is not None or turn != call.session["turn"]:
        return again(tx, call_id, turn=turn + 1)
    interaction = tx.one(interactions, call_id)
    flow = _flow(tx, call.flow)
    if flow is None:  # it was taken away under the caller's feet: whoever is next speaks with them
        _wait_in(tx, call_id, interaction.queue, articles)
        return again(tx, call_id, turn=turn + 1)
    customer = tx.one(customers, interaction.customer_id)
    before = engine.Session.from_dict(call.session)
    facts = _facts(tx, interaction, customer, flow, articles)
    session, said = engine.step(flow, before, answer, facts=facts, now=tx.now)
    steps = answered(flow, before, answer, session, said)
    tx.update(calls, call_id, way=[*(call.way or ()), *_walked(tx, interaction, steps, articles)])
    if session.state is engine.State.ASKING:
        tx.emit(CallChanged(id=call_id, state="menu"))
    keys = answer.keys if isinstance(answer, engine.Digits) else ""
    after_ms = to_ms(tx.now) - to_ms(interaction.arrived_at)
    answers = [*call.session.get(ANSWERS, ()), [before.node, keys, after_ms]]
    return _went_on(tx, call_id, session, said, answers, articles)


def again(tx: Tx, call_id: str, *, turn: int) -> CallTurn:
    """What a caller in this state is to hear again.

    The carrier that asks once more for the turn that the caller is at did not get its answer: it gets the
    same, greeting and all. A caller who is further on is only asked again.
    """
    call = tx.one(calls, call_id)
    interaction = tx.one(interactions, call_id)
    flow = _flow(tx, call.flow)
    session = call.session or {}
    here = turn == session.get("turn") and call.ended_by in ("", "flow")
    if here and (before := session.get(_SAID)):
        said = [from_plain(one) for one in before]
    elif call.ended_at is not None:
        said = [Hangup()]
    elif call.session is None or flow is None:
        said = [Enqueue(queue=interaction.queue)]
    else:
        said = engine.repeat(flow, engine.Session.from_dict(call.session))
    language = spoken_to(str(session.get("language") or ""), interaction.language or "")
    return CallTurn(call_id=call_id, turn=int(session.get("turn", 0)), instructions=tuple(said), language=language)


def _went_on(
    tx: Tx,
    call_id: str,
    session: engine.Session,
    instructions: list[Instruction],
    answers: list[list[Any]],
    articles: Articles,
) -> CallTurn:
    said = [one for one in instructions if not isinstance(one, SendText)]
    beside = {_SAID: [to_plain(one) for one in said], ANSWERS: answers}
    tx.update(calls, call_id, session=session.to_dict() | beside)
    if session.state is engine.State.QUEUED:
        _wait_in(tx, call_id, session.queue, articles)
    elif session.state is engine.State.ENDED:
        _flow_ended(tx, call_id, articles, solved=session.solved)
    return CallTurn(call_id=call_id, turn=session.turn, instructions=tuple(said), language=session.language)


def _walked(tx: Tx, call: Row, steps: list[Step], articles: Articles) -> list[ways.Kept]:
    """Does what the steps say: articles are sent and counted, words go into the thread. What is kept of them."""
    return [one for step in steps if (one := _kept(tx, call, step, articles)) is not None]


def _kept(tx: Tx, call: Row, step: Step, articles: Articles) -> ways.Kept | None:
    match step.did:
        case Did.SENT:
            language = nearer(step.language, call.language or "")
            told = articles.told(tx, step.article, language)
            if told is None:
                return None
            message_id = texts_to_callers.send(tx, call, told)
            named = articles.used(tx, call.id, step.article, language, "sent")
            return ways.kept(step, tx.now, article=named, message_id=message_id)
        case Did.HEARD:
            named = articles.used(tx, call.id, step.article, step.language, "read_out")
            return ways.kept(step, tx.now, article=named)
        case Did.SAID:
            return ways.kept(step, tx.now, message_id=_said(tx, call, step.words))
        case _:
            return ways.kept(step, tx.now)


def _said(tx: Tx, call: Row, words: str) -> str:
    """The caller's words, as the carrier understood them, are the first that stand in the thread."""
    message_id = tx.new_id()
    tx.insert(
        messages,
        id=message_id,
        interaction_id=call.id,
        author_kind="customer",
        author_id=call.customer_id,
        text=words,
        internal=False,
        sent_at=tx.now,
    )
    tx.update(interactions, call.id, preview=one_line(words)[:PREVIEW])
    tx.emit(MessageAdded(id=message_id, interaction_id=call.id, author_kind="customer"))
    return message_id


def _wait_in(tx: Tx, call_id: str, queue: str, articles: Articles) -> None:
    interaction = tx.take(interactions, call_id)
    if interaction.state == "self_service":
        tx.update(calls, call_id, agent_leg_state="")
        known = interaction.certainty != Certainty.NEW
        wished = preferred_agent.preference(tx, interaction.customer_id, queue, VOICE) if known else {}
        queueing.enqueue(tx, interaction, queue=queue, entry="new", **wished)
        tx.emit(CallChanged(id=call_id, state="waiting"))
        for asked in _asked_lately(tx, interaction):
            articles.ended(tx, asked, solved=False)


def _asked_lately(rx: Rx, interaction: Row) -> list[list[str]]:
    """What articles have answered to this caller, in this call and in others of the last day: none was enough."""
    about = {"customer": interaction.customer_id, "since": rx.now - SOON}
    return [asked for row in rx.all(_WAYS_LATELY, **about) if (asked := ways.questions(row.way))]


def _flow_ended(tx: Tx, call_id: str, articles: Articles, *, solved: bool) -> None:
    interaction = tx.take(interactions, call_id)
    if interaction.state == "self_service":
        stays.end(tx, call_id, outcome=SOLVED if solved else "")
        tx.update(interactions, call_id, state="closed", ended_at=tx.now, closed_at=tx.now)
        tx.update(calls, call_id, ended_at=tx.now, ended_by="flow")
        tx.emit(InteractionClosed(id=call_id, disposition=""))
        if solved:
            articles.ended(tx, ways.questions(tx.one(calls, call_id).way), solved=True)


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
        house[engine.NO_TEXT] = texts_to_callers.why_no_text(rx, call, customer)
        house[engine.CAN_TEXT] = not house[engine.NO_TEXT]
    return {"language": customer.language, "tier": customer.tier, **house} | queue_states.facts(rx, asked_of(flow))
