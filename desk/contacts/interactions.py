"""desk/contacts/interactions.py: what agents do with an interaction while it goes on.

    self_service → queued | closed             offered → active | queued | abandoned
    queued → offered | abandoned | closed      active ⇄ on_hold
    active, on_hold → queued (transfer, agent lost) | snoozed | wrap_up
    snoozed → queued      wrap_up → closed     closed | abandoned → queued (reopened)

A step that does not fit the state is `Stale`: it has happened already, or somebody was first. How it ends is in
`desk/contacts/ending.py`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from desk.contacts import attempts
from desk.kernel.errors import Conflict, Forbidden, Invalid, Stale
from desk.kernel.events import InteractionChanged
from desk.kernel.jobs import Job
from desk.kernel.transaction import Row, Tx
from desk.people.permissions import Right, may
from desk.people.reach import interaction_for
from desk.tables import calls, interactions, to_ms, work_items
from desk.work import hands, parking, queueing, stays

IN_HAND = ("active", "on_hold")
WAITING = ("queued", "offered")
VOICE = "voice"


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
class SayGoodbye(Job):
    """A caller hears that it is over, in this language and by this sentence of the house, and the leg ends."""

    leg: str
    language: str
    words: str = "ended"


def hold(tx: Tx, interaction_id: str) -> None:
    """Puts the customer on hold. What a call has interrupted stays so when the call is over.

    Raises:
        NotFound, Forbidden, Stale
        Conflict: a customer whom we ring has not answered yet.
    """
    interaction = in_hand(tx, interaction_id)
    if interaction.state != "active":
        if not parking.keep_on_hold(tx, interaction_id):
            raise Stale("This interaction")
        return
    if interaction.channel == VOICE:
        check_answered(tx.take(calls, interaction_id))
    _hold_segments(tx, interaction, "hold", state="on_hold", what="held")
    tx.update(work_items, interaction_id, parked="")  # who is put on hold waits for us, however long they were silent
    if interaction.channel == VOICE:
        tx.defer(HoldCaller(call_id=interaction_id, on=True), key=f"hold:{interaction_id}")


def unhold(tx: Tx, interaction_id: str) -> None:
    """Goes on with a customer who was on hold.

    Raises:
        NotFound, Forbidden, Stale
    """
    interaction = in_hand(tx, interaction_id)
    if interaction.state != "on_hold":
        raise Stale("This interaction")
    _hold_segments(tx, interaction, "agent", state="active", what="resumed")
    tx.update(work_items, interaction_id, parked="")
    if interaction.channel == VOICE:
        tx.defer(HoldCaller(call_id=interaction_id, on=False), key=f"hold:{interaction_id}")


def snooze(tx: Tx, interaction_id: str, until: datetime) -> None:
    """Puts written work aside until a time; the customer's next word brings it back earlier.

    Raises:
        NotFound, Forbidden, Stale
        Invalid: a call, or a time that is past or more than 90 days away.
    """
    interaction = in_hand(tx, interaction_id)
    if interaction.channel == VOICE:
        raise Invalid("interaction_id", "a call cannot be put aside")
    if not tx.now < until <= tx.now + timedelta(days=90):
        raise Invalid("until", "must lie ahead, by at most 90 days")
    agent_id = interaction.agent_id
    stays.end(tx, interaction_id)
    tx.update(interactions, interaction_id, state="snoozed", agent_id=None, last_agent_id=agent_id)
    hands.let_go(tx, interaction_id, agent_id, state="scheduled", due_at=until)
    tx.defer(WakeUp(interaction_id=interaction_id), at=until, key=f"snooze:{interaction_id}")
    about = {"former_agent_id": agent_id, "stands": {"due_ms": to_ms(until)}}
    tx.emit(InteractionChanged(id=interaction_id, what="snoozed", state="snoozed", **about))


def wake_up(tx: Tx, interaction_id: str) -> None:
    """A snoozed interaction waits again, for whoever had it first of all."""
    (interaction,) = tx.take(interactions, [interaction_id]) or (None,)
    if interaction is not None and interaction.state == "snoozed":
        wanted = interaction.last_agent_id
        queueing.enqueue(tx, interaction, queue=interaction.queue, entry="returned", wanted_agent_id=wanted)


def let_go_of_agent_leg(tx: Tx, call: Row) -> None:
    """The agent's leg has no part in the call any more; what the carrier still says of it is old."""
    former = [*(call.former_legs or ()), *([call.agent_leg_id] if call.agent_leg_id else ())]
    tx.update(calls, call.id, agent_leg_id=None, agent_leg_state="", former_legs=former[-20:] or None)


def check_answered(call: Row) -> None:
    """Lets through a call whose customer is there.

    Raises:
        Conflict: we ring them still.
    """
    if attempts.is_awaited(call):
        raise Conflict("This call", "the customer has not answered yet")


def _hold_segments(tx: Tx, interaction: Row, kind: str, *, state: str, what: str) -> None:
    stays.end(tx, interaction.id)
    stays.start(tx, interaction.id, kind, queue=interaction.queue, agent_id=interaction.agent_id)
    tx.update(interactions, interaction.id, state=state)
    tx.emit(InteractionChanged(id=interaction.id, what=what, state=state, agent_id=interaction.agent_id))


def allowed(tx: Tx, interaction_id: str) -> Row:
    """The interaction, taken, if the actor may act on it."""
    interaction = tx.take(interactions, interaction_id)
    check_allowed(tx, interaction)
    return interaction


def check_allowed(tx: Tx, interaction: Row) -> None:
    """Lets through who has it in hand or supervises.

    Raises:
        NotFound, Forbidden
        Stale: it was the actor's, and is over.
    """
    actor = tx.actor
    if actor.kind != "user" or interaction.agent_id == actor.id or may(actor.role, Right.SUPERVISE):
        return
    interaction_for(tx, interaction.id)
    if interaction.state == "closed" and interaction.last_agent_id == actor.id:
        raise Stale("This interaction", "it is over already")
    raise Forbidden("Somebody else has this, or nobody.")


def in_hand(tx: Tx, interaction_id: str) -> Row:
    """The interaction, taken, if somebody is on it and the actor may act on it.

    Raises:
        NotFound, Forbidden, Stale
    """
    interaction = allowed(tx, interaction_id)
    if interaction.state not in IN_HAND:
        raise Stale("This interaction")
    return interaction
