"""desk/contacts/transfers.py: an interaction goes to somebody else: passed on by its agent, or by a supervisor.

It keeps its place in line, and stays away for a while from who has just passed it on. A call hears music meanwhile.
"""

from collections.abc import Mapping
from datetime import timedelta

import sqlalchemy as sa

from desk.contacts import messages
from desk.contacts.ending import HangUp
from desk.contacts.interactions import IN_HAND, VOICE, WAITING, HoldCaller, check_answered, in_hand, let_go_of_agent_leg
from desk.floor.askable import why_not
from desk.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Stale, Unavailable
from desk.kernel.events import CallChanged, InteractionChanged
from desk.kernel.transaction import Row, Rx, Tx
from desk.people.permissions import Right, may
from desk.tables import agents, calls, interactions, queues, work_items
from desk.work import offers, queueing
from desk.work.in_line import for_whom
from routing.model import LIVE, Wanted
from routing.presence import WORKS, Presence

#: Who waits on the line is kept for one agent by name so long, while that agent is present; then anybody gets them.
KEPT_ON_THE_LINE = timedelta(minutes=2)
#: Written work is kept for whom it was given to while they are signed in, on a break too, a working day at most.
KEPT_FOR_NAMED = timedelta(hours=12)
_OFFLINE = "is offline; choose somebody who is signed in"
_ON_A_BREAK = "is on a break, and the customer waits on the line; choose somebody who is at work"
#: An item stays away for so long from who has just passed it on.
PASSED_ON = timedelta(minutes=1)


def transfer(tx: Tx, interaction_id: str, to: Mapping[str, str], mode: str = "blind", note: str = "") -> None:
    """Passes an interaction on to a queue, or to a colleague by name.

    Raises:
        NotFound: no such interaction, queue or agent.
        Conflict: the colleague has it already, could never be offered it, or is away while somebody waits on the line.
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
    interaction = in_hand(tx, interaction_id)
    if note.strip():
        messages.add_note(tx, interaction.id, note)
    _pass_on(tx, interaction, queue=to.get("queue"), agent_id=to.get("agent"))


def assign(tx: Tx, interaction_id: str, agent_id: str) -> Presence:
    """A supervisor gives an interaction to an agent, whoever has it or wherever it waits; returns their presence.

    Written work waits for who is on a break, and is offered to them when they are back.

    Raises:
        Conflict: the agent is offline, on a break while somebody waits on the line, has it already, or could never be
            offered it.
        NotFound, Forbidden, Stale
    """
    _supervisors_only(tx)
    interaction = tx.take(interactions, interaction_id)
    if interaction.state not in WAITING and interaction.state not in IN_HAND:
        raise Stale("This interaction")
    state = _presence_of(tx, agent_id)
    if state is Presence.OFFLINE:
        raise Conflict("The agent", _OFFLINE)
    _check_may_have(tx, agent_id, interaction)
    if interaction.state in WAITING:
        offers.withdraw_from_item(tx, interaction_id)
        _check_is_there(state, interaction)
        until = tx.now + _kept_for(interaction)
        wanted = {"wanted_agent_id": agent_id, "wanted_until": until, "wanted_as": Wanted.NAMED.value}
        kept = {**wanted, "declined_by": None}
        tx.update(work_items, interaction_id, state="waiting", **kept)
        tx.update(interactions, interaction_id, state="queued")
        tx.emit(InteractionChanged(id=interaction_id, what="assigned", state="queued", stands=for_whom(kept)))
    else:
        _pass_on(tx, interaction, queue=None, agent_id=agent_id)
    return state


def move(tx: Tx, interaction_id: str, queue: str) -> None:
    """A supervisor moves an interaction to another queue; it keeps its place, and stays away from who has just
    declined it: to ask them all the same, it is given to them by name.

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
    away = queueing.declined_of(tx.one(work_items, interaction_id))
    queueing.enqueue(tx, interaction, queue=queue, entry="transfer", keep_away_from=away)


def _pass_on(tx: Tx, interaction: Row, *, queue: str | None, agent_id: str | None) -> None:
    former = interaction.agent_id
    if queue is not None:
        tx.one(queues, queue)
    if agent_id is not None:
        state = _presence_of(tx, agent_id)
        if agent_id == former:
            raise Conflict("This interaction", "this agent has it already")
        _check_may_have(tx, agent_id, interaction)
        _check_is_there(state, interaction)
    queueing.enqueue(
        tx,
        interaction,
        queue=queue or interaction.queue,
        entry="transfer",
        wanted_agent_id=agent_id,
        wanted_as=Wanted.NAMED,
        kept_for=_kept_for(interaction),
        keep_away_from={former: tx.now + PASSED_ON},
    )
    tx.emit(InteractionChanged(id=interaction.id, what="transferred", state="queued", former_agent_id=former))
    if interaction.channel == VOICE:
        _let_agent_go(tx, interaction)


def _let_agent_go(tx: Tx, interaction: Row) -> None:
    """The caller hears music again, and the agent's leg ends; the agent has the call no more."""
    call = tx.take(calls, interaction.id)
    check_answered(call)
    tx.defer(HoldCaller(call_id=call.id, on=True), key=f"hold:{call.id}")
    if call.agent_leg_id:
        tx.defer(HangUp(call_id=call.id, legs=[call.agent_leg_id]))
    let_go_of_agent_leg(tx, call)
    tx.emit(CallChanged(id=call.id, state="waiting"))


def _kept_for(interaction: Row) -> timedelta:
    return KEPT_ON_THE_LINE if interaction.channel in LIVE else KEPT_FOR_NAMED


def _presence_of(rx: Rx, agent_id: str) -> Presence:
    found = rx.all(sa.select(agents.c.presence).where(agents.c.id == agent_id))
    if not found:
        raise NotFound("agent", agent_id)
    return Presence(found[0].presence)


def _check_is_there(state: Presence, interaction: Row) -> None:
    """Who waits on the line is given only to somebody present: whoever is away would let them wait in vain."""
    if interaction.channel in LIVE and state not in WORKS:
        raise Conflict("The agent", _OFFLINE if state is Presence.OFFLINE else _ON_A_BREAK)


def _check_may_have(rx: Rx, agent_id: str, interaction: Row) -> None:
    """Lets through who can be offered this contact, at the latest with the last step of its queue's wait.

    What is kept for somebody else would wait in vain, and stall while others are free.
    """
    why = why_not(rx, agent_id, interaction.queue, queueing.room_of(interaction.channel))
    if why:
        raise Conflict("The agent", "; ".join(why))


def _supervisors_only(tx: Tx) -> None:
    if tx.actor.kind == "user" and not may(tx.actor.role, Right.SUPERVISE):
        raise Forbidden("Only a supervisor may do this.")
