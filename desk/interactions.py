"""desk/interactions.py: what agents, supervisors and customers do with an interaction.

    self_service → queued | closed             offered → active | queued | abandoned
    queued → offered | abandoned | closed      active ⇄ on_hold
    active, on_hold → queued (transfer, agent lost) | snoozed | wrap_up
    snoozed → queued      wrap_up → closed     closed | abandoned → queued (reopened)

A step that does not fit the state is `Stale`: it has happened already, or somebody was first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from desk import messages, offers, presence, queueing
from desk.errors import Conflict, Forbidden, Invalid, NotFound, Stale, Unavailable
from desk.events import CallChanged, InteractionChanged, InteractionClosed
from desk.jobs import Job
from desk.permissions import Right, may
from desk.reach import interaction_for
from desk.surveys import plan_interaction_survey
from desk.tables import agents, calls, dispositions, interactions, queues, work_items
from desk.transaction import Row, Rx, Tx

IN_HAND = ("active", "on_hold")
WAITING = ("queued", "offered")
VOICE = "voice"
#: An item passed to one agent by name is kept for them so long, then anybody gets it.
KEPT_FOR_COLLEAGUE = timedelta(minutes=2)
#: An item stays away for so long from who has just passed it on.
PASSED_ON = timedelta(minutes=1)
MOST_NOTE = 10_000
MOST_TAGS = 20
_DISPOSITIONS = sa.select(dispositions.c.key).where(dispositions.c.retired.is_(False))


@dataclass(frozen=True, kw_only=True)
class EndWrapUp(Job):
    """The time for wrap-up is over."""

    interaction_id: str


@dataclass(frozen=True, kw_only=True)
class WakeUp(Job):
    """A snoozed interaction comes back."""

    interaction_id: str


@dataclass(frozen=True, kw_only=True)
class HoldCaller(Job):
    """The caller hears music, or the agent again."""

    call_id: str
    on: bool


@dataclass(frozen=True, kw_only=True)
class HangUp(Job):
    """These legs of a call are to end."""

    call_id: str
    legs: list[str]


def hold(tx: Tx, interaction_id: str) -> None:
    """Puts the customer on hold.

    Raises:
        NotFound, Forbidden, Stale
    """
    interaction = _in_hand(tx, interaction_id)
    if interaction.state != "active":
        raise Stale("This interaction")
    _hold_segments(tx, interaction, "hold", state="on_hold", what="held")
    if interaction.channel == VOICE:
        tx.defer(HoldCaller(call_id=interaction_id, on=True), key=f"hold:{interaction_id}")


def unhold(tx: Tx, interaction_id: str) -> None:
    """Goes on with a customer who was on hold.

    Raises:
        NotFound, Forbidden, Stale
    """
    interaction = _in_hand(tx, interaction_id)
    if interaction.state != "on_hold":
        raise Stale("This interaction")
    _hold_segments(tx, interaction, "agent", state="active", what="resumed")
    if interaction.channel == VOICE:
        tx.defer(HoldCaller(call_id=interaction_id, on=False), key=f"hold:{interaction_id}")


def end(tx: Tx, interaction_id: str) -> None:
    """The agent ends the contact; wrap-up begins. Ending twice changes nothing.

    Raises:
        NotFound, Forbidden, Stale
    """
    interaction = _allowed(tx, interaction_id)
    if interaction.state == "wrap_up":
        return
    if interaction.state not in IN_HAND:
        raise Stale("This interaction")
    finish(tx, interaction)


def begin_wrap_up(tx: Tx, interaction: Row, *, ended_by: str) -> None:
    """The contact is over, whoever ended it; what is left is writing down what it was."""
    queueing.end_segment(tx, interaction.id)
    queueing.begin_segment(tx, interaction.id, "wrap_up", queue=interaction.queue, agent_id=interaction.agent_id)
    # What was unread until now has been seen; what comes from now on opens the matter again.
    tx.update(interactions, interaction.id, state="wrap_up", ended_at=tx.now, unread=0)
    if interaction.channel == VOICE:
        presence.begin_wrap_up(tx, interaction.agent_id)
    limit = timedelta(seconds=tx.one(queues, interaction.queue).wrap_up_s)
    tx.defer(EndWrapUp(interaction_id=interaction.id), at=tx.now + limit, key=_wrap_up_key(interaction.id))
    tx.emit(
        InteractionChanged(
            id=interaction.id, what=f"ended_by_{ended_by}", state="wrap_up", agent_id=interaction.agent_id
        )
    )


def finish(tx: Tx, interaction: Row) -> None:
    """Our side ends the contact, by the console or by hanging up: a call ends for everybody."""
    begin_wrap_up(tx, interaction, ended_by="agent")
    _hang_up_everybody(tx, interaction)


def wrap_up(tx: Tx, interaction_id: str, disposition: str, note: str = "", tags: Sequence[str] = ()) -> None:
    """Closes an interaction with its outcome; one that is still going on is ended first.

    Raises:
        NotFound, Forbidden, Stale
        Invalid: no such disposition, or too many tags.
    """
    interaction = _allowed(tx, interaction_id)
    _check_disposition(tx, disposition)
    if len(tags) > MOST_TAGS or any(len(tag) > 64 for tag in tags):
        raise Invalid("tags", f"at most {MOST_TAGS}, each at most 64 characters")
    if interaction.state in IN_HAND:
        finish(tx, interaction)
    elif interaction.state != "wrap_up":
        raise Stale("This interaction")
    tx.update(interactions, interaction_id, note=note[:MOST_NOTE], tags=list(tags) or None)
    close(tx, tx.one(interactions, interaction_id), disposition)


def end_wrap_up(tx: Tx, interaction_id: str) -> None:
    """The time for wrap-up is over: closes with no outcome, unless that has been done."""
    (interaction,) = tx.take(interactions, [interaction_id]) or (None,)
    if interaction is not None and interaction.state == "wrap_up":
        close(tx, interaction, "")


def close(tx: Tx, interaction: Row, disposition: str) -> None:
    """Closes an interaction in wrap-up. What a customer wrote meanwhile opens it again at once."""
    agent_id = interaction.agent_id
    queueing.end_segment(tx, interaction.id)
    tx.cancel(_wrap_up_key(interaction.id))
    tx.update(
        interactions,
        interaction.id,
        state="closed",
        disposition=disposition,
        closed_at=tx.now,
        agent_id=None,
        last_agent_id=agent_id,
    )
    tx.update(work_items, interaction.id, state="done", outcome=disposition[:40], agent_id=None)
    tx.emit(InteractionClosed(id=interaction.id, disposition=disposition, agent_id=agent_id))
    if agent_id:
        presence.is_idle_again(tx, agent_id)
        if interaction.channel == VOICE:
            presence.end_wrap_up(tx, agent_id)
    closed = tx.one(interactions, interaction.id)
    if interaction.unread and interaction.channel != VOICE:
        queueing.enqueue(tx, closed, queue=closed.queue, entry="reopened", wanted_agent_id=agent_id)
    elif agent_id and messages.from_a_person(tx, interaction.id):
        plan_interaction_survey(tx, closed)


def close_finished_calls(tx: Tx, agent_id: str) -> None:
    """The agent has left wrap-up by choice: what they wrapped up is closed as it stands."""
    mine = (interactions.c.agent_id == agent_id, interactions.c.state == "wrap_up", interactions.c.channel == VOICE)
    for row in tx.all(sa.select(interactions.c.id).where(*mine)):
        if tx.take(interactions, row.id).agent_id == agent_id:
            end_wrap_up(tx, row.id)


def customer_left(tx: Tx, interaction_id: str) -> None:
    """The customer hung up, or ended the chat. Leaving twice changes nothing."""
    (interaction,) = tx.take(interactions, [interaction_id]) or (None,)
    if interaction is None:
        return
    match interaction.state:
        case "queued" | "offered":
            offers.withdraw_from_item(tx, interaction.id)
            queueing.abandoned(tx, interaction)
        case "active" | "on_hold":
            begin_wrap_up(tx, interaction, ended_by="customer")
            _hang_up_everybody(tx, interaction)
        case "self_service":
            queueing.end_segment(tx, interaction.id)
            tx.update(interactions, interaction.id, state="closed", ended_at=tx.now, closed_at=tx.now)
            tx.emit(InteractionClosed(id=interaction.id, disposition=""))


def transfer(tx: Tx, interaction_id: str, to: Mapping[str, str], mode: str = "blind", note: str = "") -> None:
    """Passes an interaction on to a queue, or to a colleague by name.

    Raises:
        NotFound: no such interaction, queue or agent.
        Forbidden, Stale
        Invalid: `to` is not exactly one of queue and agent.
        Unavailable: consultation, and passing on to a number, which need the telephone's next stage.
    """
    if set(to) == {"number"} or mode == "consult":
        raise Unavailable("Passing on to a number, and consulting before passing on,")
    if mode != "blind":
        raise Invalid("mode", "must be blind or consult")
    if len(to) != 1 or not set(to) <= {"queue", "agent"}:
        raise Invalid("to", "name a queue or an agent")
    interaction = _in_hand(tx, interaction_id)
    _add_note(tx, interaction, note)
    _pass_on(tx, interaction, queue=to.get("queue"), agent_id=to.get("agent"))


def assign(tx: Tx, interaction_id: str, agent_id: str) -> None:
    """A supervisor gives an interaction to an agent, whoever has it or wherever it waits.

    Raises:
        NotFound, Forbidden, Stale
    """
    _supervisors_only(tx)
    interaction = tx.take(interactions, interaction_id)
    if interaction.state in WAITING:
        _agent_exists(tx, agent_id)
        offers.withdraw_from_item(tx, interaction_id)
        kept = {"wanted_agent_id": agent_id, "wanted_until": tx.now + KEPT_FOR_COLLEAGUE, "declined_by": None}
        tx.update(work_items, interaction_id, state="waiting", **kept)
        tx.update(interactions, interaction_id, state="queued")
        tx.emit(InteractionChanged(id=interaction_id, what="assigned", state="queued"))
    elif interaction.state in IN_HAND:
        _pass_on(tx, interaction, queue=None, agent_id=agent_id)
    else:
        raise Stale("This interaction")


def move(tx: Tx, interaction_id: str, queue: str) -> None:
    """A supervisor moves an interaction to another queue; it keeps its place.

    Raises:
        NotFound, Forbidden, Stale
    """
    _supervisors_only(tx)
    interaction = tx.take(interactions, interaction_id)
    if interaction.state in IN_HAND:
        _pass_on(tx, interaction, queue=queue, agent_id=None)
        return
    if interaction.state not in WAITING:
        raise Stale("This interaction")
    tx.one(queues, queue)
    offers.withdraw_from_item(tx, interaction_id)
    queueing.left_queue(tx, interaction, "flow_out")
    queueing.enqueue(tx, interaction, queue=queue, entry="transfer")


def snooze(tx: Tx, interaction_id: str, until: datetime) -> None:
    """Puts written work aside until a time; the customer's next word brings it back earlier.

    Raises:
        NotFound, Forbidden, Stale
        Invalid: a call, or a time that is past or more than 90 days away.
    """
    interaction = _in_hand(tx, interaction_id)
    if interaction.channel == VOICE:
        raise Invalid("interaction_id", "a call cannot be put aside")
    if not tx.now < until <= tx.now + timedelta(days=90):
        raise Invalid("until", "must lie ahead, by at most 90 days")
    agent_id = interaction.agent_id
    queueing.end_segment(tx, interaction_id)
    tx.update(interactions, interaction_id, state="snoozed", agent_id=None, last_agent_id=agent_id)
    tx.update(work_items, interaction_id, state="scheduled", agent_id=None, due_at=until)
    tx.defer(WakeUp(interaction_id=interaction_id), at=until, key=f"snooze:{interaction_id}")
    presence.is_idle_again(tx, agent_id)
    tx.emit(InteractionChanged(id=interaction_id, what="snoozed", state="snoozed", former_agent_id=agent_id))


def wake_up(tx: Tx, interaction_id: str) -> None:
    """A snoozed interaction waits again, for whoever had it first of all."""
    (interaction,) = tx.take(interactions, [interaction_id]) or (None,)
    if interaction is not None and interaction.state == "snoozed":
        wanted = interaction.last_agent_id
        queueing.enqueue(tx, interaction, queue=interaction.queue, entry="returned", wanted_agent_id=wanted)


def _pass_on(tx: Tx, interaction: Row, *, queue: str | None, agent_id: str | None) -> None:
    former = interaction.agent_id
    if queue is not None:
        tx.one(queues, queue)
    if agent_id is not None:
        _agent_exists(tx, agent_id)
        if agent_id == former:
            raise Conflict("This interaction", "this agent has it already")
    queueing.enqueue(
        tx,
        interaction,
        queue=queue or interaction.queue,
        entry="transfer",
        wanted_agent_id=agent_id,
        kept_for=KEPT_FOR_COLLEAGUE,
        keep_away_from={former: tx.now + PASSED_ON},
    )
    presence.is_idle_again(tx, former)
    tx.emit(InteractionChanged(id=interaction.id, what="transferred", state="queued", former_agent_id=former))
    if interaction.channel == VOICE:
        _let_agent_go(tx, interaction)


def _let_agent_go(tx: Tx, interaction: Row) -> None:
    """The caller hears music again, and the agent's leg ends; the agent has the call no more."""
    call = tx.take(calls, interaction.id)
    tx.defer(HoldCaller(call_id=call.id, on=True), key=f"hold:{call.id}")
    if call.agent_leg_id:
        tx.defer(HangUp(call_id=call.id, legs=[call.agent_leg_id]))
    let_go_of_agent_leg(tx, call)
    tx.emit(CallChanged(id=call.id, state="waiting"))


def let_go_of_agent_leg(tx: Tx, call: Row) -> None:
    """The agent's leg has no part in the call any more; what the carrier still says of it is old."""
    former = [*(call.former_legs or ()), *([call.agent_leg_id] if call.agent_leg_id else ())]
    tx.update(calls, call.id, agent_leg_id=None, agent_leg_state="", former_legs=former[-20:] or None)


def _hang_up_everybody(tx: Tx, interaction: Row) -> None:
    if interaction.channel != VOICE:
        return
    call = tx.take(calls, interaction.id)
    legs = [leg for leg in (call.agent_leg_id, None if call.ended_at else call.carrier_id) if leg]
    if call.ended_at is None:
        tx.update(calls, call.id, ended_at=tx.now, ended_by="agent")
    if legs:
        tx.defer(HangUp(call_id=call.id, legs=legs))
    tx.emit(CallChanged(id=call.id, state="ended"))


def _hold_segments(tx: Tx, interaction: Row, kind: str, *, state: str, what: str) -> None:
    queueing.end_segment(tx, interaction.id)
    queueing.begin_segment(tx, interaction.id, kind, queue=interaction.queue, agent_id=interaction.agent_id)
    tx.update(interactions, interaction.id, state=state)
    tx.emit(InteractionChanged(id=interaction.id, what=what, state=state, agent_id=interaction.agent_id))


def _add_note(tx: Tx, interaction: Row, note: str) -> None:
    if note.strip():
        messages.add_note(tx, interaction.id, note)


def _allowed(tx: Tx, interaction_id: str) -> Row:
    """The interaction, taken, if the actor may act on it."""
    interaction = tx.take(interactions, interaction_id)
    actor = tx.actor
    if actor.kind == "user" and interaction.agent_id != actor.id and not may(actor.role, Right.SUPERVISE):
        interaction_for(tx, interaction_id)
        raise Forbidden("Somebody else has this, or nobody.")
    return interaction


def _in_hand(tx: Tx, interaction_id: str) -> Row:
    interaction = _allowed(tx, interaction_id)
    if interaction.state not in IN_HAND:
        raise Stale("This interaction")
    return interaction


def _supervisors_only(tx: Tx) -> None:
    if tx.actor.kind == "user" and not may(tx.actor.role, Right.SUPERVISE):
        raise Forbidden("Only a supervisor may do this.")


def _agent_exists(rx: Rx, agent_id: str) -> None:
    if not rx.all(sa.select(agents.c.id).where(agents.c.id == agent_id)):
        raise NotFound("agent", agent_id)


def _check_disposition(rx: Rx, disposition: str) -> None:
    known = {row.key for row in rx.all(_DISPOSITIONS)}
    if known and disposition not in known:
        raise Invalid("disposition", f"must be one of {', '.join(sorted(known))}")
    if not disposition.strip() or len(disposition) > 64:
        raise Invalid("disposition", "say what came of it, in at most 64 characters")


def _wrap_up_key(interaction_id: str) -> str:
    return f"wrap_up:{interaction_id}"
