"""desk/calls/agent_legs.py: the leg to the agent who accepted a call: rung, answered, or not.

    accepted ──ring──▶ connecting ──rung──▶ ringing ──answered──▶ talking ──▶ ended
                            └───────────────────┴── no answer ──▶ the caller is back in their place

An agent whose telephone does not answer loses the call and is not ready, as if the offer had been missed. The
carrier's words may come twice, late, and in any order: each is held against what is true of the call by then.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from channels.protocol import LegState
from desk.calls import customer_legs
from desk.contacts import attempts, ending
from desk.contacts import interactions as interactions_of
from desk.contacts.interactions import let_go_of_agent_leg
from desk.kernel.events import CallChanged, InteractionChanged
from desk.kernel.jobs import Job
from desk.kernel.transaction import Row, Tx
from desk.tables import calls, interactions
from desk.work import presence, queueing

#: An agent's telephone that has neither answered nor given up by then has been forgotten by the carrier.
RINGS_FOR = timedelta(seconds=45)
_OVER = frozenset({LegState.NO_ANSWER, LegState.BUSY, LegState.FAILED, LegState.ENDED})


@dataclass(frozen=True, kw_only=True)
class GiveUpRinging(Job):
    """An agent's telephone has rung for too long and nobody said what became of it."""

    call_id: str
    agent_id: str


def changed(tx: Tx, *, call_id: str, leg: str, state: LegState, at: datetime | None = None) -> bool:
    """Takes the carrier's word about a leg that we rang; says whether it is wanted in the room.

    It is about now, or `at` an instant that we hear of now.

    Raises:
        NotFound: no such call.
    """
    interaction = tx.take(interactions, call_id)
    call = tx.take(calls, call_id)
    mine = call.agent_leg_id == leg or (call.agent_leg_id is None and leg not in (call.former_legs or ()))
    wanted = mine and call.ended_at is None and interaction.state in interactions_of.IN_HAND
    if not wanted:
        return False
    if state is LegState.ANSWERED:
        if call.agent_leg_state != "talking":
            tx.update(calls, call_id, agent_leg_id=leg, agent_leg_state="talking")
            tx.cancel(_ringing_key(call_id))
            if attempts.is_awaited(call):
                customer_legs.want(tx, call_id)
            else:
                attempts.reached(tx, call)
                tx.emit(CallChanged(id=call_id, state="talking"))
                tx.defer(interactions_of.HoldCaller(call_id=call_id, on=False), key=f"hold:{call_id}")
        return True
    if state in _OVER:
        _is_over(tx, interaction, call, leg, at=at)
        return False
    if call.agent_leg_id is None:
        tx.update(calls, call_id, agent_leg_id=leg, agent_leg_state="ringing")
    return True


def room_is_over(tx: Tx, *, call_id: str, leg: str) -> None:
    """The room has ended around an agent who has not hung up: it ends with its customer, who has left.

    Both legs end then, and in which order the carrier tells of that says nothing about who hung up. This it
    asks while the agent's leg lives, so that it comes before the end of that leg whatever becomes of the other's.

    Raises:
        NotFound: no such call.
    """
    interaction = tx.take(interactions, call_id)
    call = tx.take(calls, call_id)
    talks = call.agent_leg_id == leg and call.agent_leg_state == "talking" and not attempts.is_awaited(call)
    if talks and call.ended_at is None and interaction.state in interactions_of.IN_HAND:
        ending.finish(tx, interaction, ended_by="customer")


def ring(tx: Tx, call_id: str, agent_id: str) -> tuple[str, str] | None:
    """(whom to ring, the number to show) for an accepted call; None when nobody is to be rung any more."""
    interaction = tx.take(interactions, call_id)
    call = tx.take(calls, call_id)
    agent = presence.find(tx, agent_id)
    if agent is None or call.ended_at is not None or interaction.agent_id != agent_id or call.agent_leg_id:
        return None
    tx.update(calls, call_id, agent_leg_state="connecting")
    tx.defer(GiveUpRinging(call_id=call_id, agent_id=agent_id), at=tx.now + RINGS_FOR, key=_ringing_key(call_id))
    tx.emit(CallChanged(id=call_id, state="connecting"))
    return agent.phone or f"client:{agent_id}", str(interaction.entry_point)


def rung(tx: Tx, call_id: str, agent_id: str, leg: str) -> bool:
    """The agent's telephone rings on `leg`; False when that is not wanted any more: hang it up."""
    interaction = tx.take(interactions, call_id)
    call = tx.take(calls, call_id)
    wanted = interaction.agent_id == agent_id and leg not in (call.former_legs or ())
    if wanted and call.agent_leg_id in (None, leg) and call.ended_at is None:
        if call.agent_leg_id is None:
            tx.update(calls, call_id, agent_leg_id=leg)
        return True
    return False


def not_rung(tx: Tx, call_id: str, agent_id: str, reason: str) -> None:
    """The agent's telephone cannot be rung: the caller goes back to their place, the agent is not ready."""
    interaction = tx.take(interactions, call_id)
    call = tx.take(calls, call_id)
    if interaction.agent_id == agent_id and call.ended_at is None and call.agent_leg_state != "talking":
        _is_over(tx, interaction, call, call.agent_leg_id or "", why=reason)


def give_up_ringing(tx: Tx, call_id: str, agent_id: str) -> None:
    """Nobody has said for too long what became of a ringing telephone: the caller goes back to their place."""
    interaction = tx.take(interactions, call_id)
    call = tx.take(calls, call_id)
    if interaction.agent_id != agent_id or call.ended_at is not None or call.agent_leg_state == "talking":
        return
    if interaction.state in interactions_of.IN_HAND:
        if call.agent_leg_id:
            tx.defer(ending.HangUp(call_id=call_id, legs=[call.agent_leg_id]))
        _is_over(tx, interaction, call, call.agent_leg_id or "")


def _is_over(
    tx: Tx,
    interaction: Row,
    call: Row,
    leg: str,
    *,
    why: str = "the telephone did not answer",
    at: datetime | None = None,
) -> None:
    """An agent who was talking has hung up; one whose telephone did not answer loses the call.

    Nobody else takes a call over that was to be made by this one: it comes to nothing.
    """
    if call.agent_leg_state == "talking":
        if call.agent_leg_id == leg:
            let_go_of_agent_leg(tx, call)
            ending.finish(tx, interaction, at=at)
        return
    former = interaction.agent_id
    tx.cancel(_ringing_key(call.id))
    if attempts.is_awaited(call):
        _comes_to_nothing(tx, interaction, call)
        return
    let_go_of_agent_leg(tx, call)
    queueing.enqueue(tx, interaction, queue=interaction.queue, entry="returned")
    presence.miss_offer(tx, former)
    tx.emit(CallChanged(id=call.id, state="waiting"))
    tx.emit(InteractionChanged(id=call.id, what="agent_lost", state="queued", former_agent_id=former))


def _comes_to_nothing(tx: Tx, interaction: Row, call: Row) -> None:
    """The agent who wanted to call cannot be rung: there is nothing to wrap up."""
    attempts.not_reached(tx, call, "agent_unreachable")
    let_go_of_agent_leg(tx, call)
    tx.update(calls, call.id, ended_at=tx.now, ended_by=attempts.UNREACHABLE)
    tx.update(interactions, interaction.id, ended_at=tx.now)
    ending.close(tx, interaction, "")
    presence.miss_offer(tx, interaction.agent_id)
    tx.emit(CallChanged(id=call.id, state="ended"))


def _ringing_key(call_id: str) -> str:
    return f"ringing:{call_id}"
