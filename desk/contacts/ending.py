"""desk/contacts/ending.py: how a contact ends, by whom, and what came of it.

    active, on_hold ──end, hang up──▶ wrap_up ──what came of it, or its time is over──▶ closed
    queued, offered ──the customer leaves──▶ abandoned      self_service ──▶ closed

What a customer wrote meanwhile opens it again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from desk.complaints.surveys import plan_interaction_survey, ways_to_ask
from desk.contacts import afterwards, attempts, messages
from desk.contacts.interactions import IN_HAND, VOICE, allowed, check_allowed
from desk.kernel.errors import Conflict, Invalid, Stale
from desk.kernel.events import CallChanged, InteractionChanged, InteractionClosed
from desk.kernel.jobs import Job
from desk.kernel.questions import answers
from desk.kernel.transaction import Row, Rx, Tx
from desk.tables import calls, dispositions, interactions, queues, work_items
from desk.work import hands, offers, presence, queueing, stays

#: Why what nobody has in hand is not ended like a contact.
_NOBODYS = {
    "queued": "it waits in its queue: a supervisor may end it with a disposition",
    "offered": "it rings at an agent: a supervisor may end it with a disposition",
    "self_service": "the caller is in the menu still",
    "snoozed": "it is put aside until its time or the customer's next word",
}
MOST_NOTE = 10_000
MOST_TAGS = 20
_DISPOSITIONS = sa.select(dispositions.c.key).where(dispositions.c.retired.is_(False))


@dataclass(frozen=True, kw_only=True)
class EndWrapUp(Job):
    """The time for wrap-up is over."""

    interaction_id: str


@dataclass(frozen=True, kw_only=True)
class HangUp(Job):
    """These legs of a call are to end."""

    call_id: str
    legs: list[str]


def end(tx: Tx, interaction_id: str) -> None:
    """The agent ends the contact; wrap-up begins. Ending twice changes nothing.

    Raises:
        NotFound, Forbidden, Stale
        Conflict: nobody has it in hand: it waits, is in the menu, or was put aside.
    """
    interaction = allowed(tx, interaction_id)
    if interaction.state == "wrap_up":
        return
    if interaction.state in _NOBODYS:
        raise Conflict("This interaction", _NOBODYS[interaction.state])
    if interaction.state not in IN_HAND:
        raise Stale("This interaction")
    finish(tx, interaction)


def begin_wrap_up(tx: Tx, interaction: Row, *, ended_by: str, at: datetime | None = None) -> None:
    """The contact is over, whoever ended it; what is left is writing down what it was.

    It may have been over since `at`; the time to write it up begins now, as nobody knew.
    """
    at = at or tx.now
    stays.end(tx, interaction.id, at=at)
    stays.start(tx, interaction.id, "wrap_up", queue=interaction.queue, agent_id=interaction.agent_id, at=at)
    # What was unread until now has been seen; what comes from now on opens the matter again.
    tx.update(interactions, interaction.id, state="wrap_up", ended_at=at, unread=0)
    tx.update(work_items, interaction.id, parked="")  # to write it up takes room, whether or not it took any before
    if interaction.channel == VOICE:
        presence.begin_wrap_up(tx, interaction.agent_id)
    limit = timedelta(seconds=tx.one(queues, interaction.queue).wrap_up_s)
    tx.defer(EndWrapUp(interaction_id=interaction.id), at=tx.now + limit, key=_wrap_up_key(interaction.id))
    tx.emit(
        InteractionChanged(
            id=interaction.id, what=f"ended_by_{ended_by}", state="wrap_up", agent_id=interaction.agent_id
        )
    )


def finish(tx: Tx, interaction: Row, *, ended_by: str = "agent", at: datetime | None = None) -> None:
    """The contact ends, by the console, by hanging up, or because nobody was reached: a call ends for everybody."""
    begin_wrap_up(tx, interaction, ended_by=ended_by, at=at)
    _hang_up_everybody(tx, interaction, ended_by=ended_by, at=at)


def wrap_up(tx: Tx, interaction_id: str, disposition: str, note: str = "", tags: Sequence[str] = ()) -> None:
    """Closes an interaction with its outcome; one that is still going on is ended first.

    Whose time for it ran out may say it afterwards, for a short while.

    Raises:
        NotFound, Forbidden, Stale
        Invalid: no such disposition, or too many tags.
    """
    interaction = tx.take(interactions, interaction_id)
    late = afterwards.may_still_be_said(tx, interaction)
    if not late:
        check_allowed(tx, interaction)
    check_disposition(tx, disposition)
    if len(tags) > MOST_TAGS or any(len(tag) > 64 for tag in tags):
        raise Invalid("tags", f"at most {MOST_TAGS}, each at most 64 characters")
    if interaction.state in IN_HAND:
        finish(tx, interaction)
        interaction = tx.one(interactions, interaction_id)
    elif interaction.state != "wrap_up" and not late:
        raise Stale("This interaction")
    ends = afterwards.say if late else close
    ends(tx, interaction, disposition, note=note[:MOST_NOTE], tags=list(tags) or None)


def end_wrap_up(tx: Tx, interaction_id: str) -> None:
    """The time for wrap-up is over: closes with no outcome, unless that has been done."""
    (interaction,) = tx.take(interactions, [interaction_id]) or (None,)
    if interaction is not None and interaction.state == "wrap_up":
        close(tx, interaction, "")


def close(tx: Tx, interaction: Row, disposition: str, **kept: object) -> None:
    """Closes an interaction in wrap-up, with what else is `kept`. What a customer wrote meanwhile opens it again."""
    agent_id = interaction.agent_id
    stays.end(tx, interaction.id)
    tx.cancel(_wrap_up_key(interaction.id))
    tx.update(
        interactions,
        interaction.id,
        state="closed",
        disposition=disposition,
        closed_at=tx.now,
        agent_id=None,
        last_agent_id=agent_id,
        **kept,
    )
    hands.let_go(tx, interaction.id, agent_id, state="done", outcome=disposition[:40])
    tx.emit(InteractionClosed(id=interaction.id, disposition=disposition, agent_id=agent_id))
    if agent_id and interaction.channel == VOICE:
        presence.end_wrap_up(tx, agent_id)
    if interaction.unread and interaction.channel != VOICE:
        closed = tx.one(interactions, interaction.id)
        queueing.enqueue(tx, closed, queue=closed.queue, entry="reopened", wanted_agent_id=agent_id)
    elif agent_id and (interaction.direction == "in" or interaction.answered_at):
        a_person, ways = answers(tx, messages.from_a_person(interaction.id), ways_to_ask(tx, interaction.customer_id))
        if a_person:
            plan_interaction_survey(tx, interaction, ways)


def close_finished_calls(tx: Tx, agent_id: str) -> None:
    """The agent has left wrap-up by choice: what they wrapped up is closed as it stands."""
    mine = (interactions.c.agent_id == agent_id, interactions.c.state == "wrap_up", interactions.c.channel == VOICE)
    for row in tx.all(sa.select(interactions.c.id).where(*mine)):
        if tx.take(interactions, row.id).agent_id == agent_id:
            end_wrap_up(tx, row.id)


def customer_left(tx: Tx, interaction_id: str, *, at: datetime | None = None) -> None:
    """The customer hung up, or ended the chat, now or `at` an instant that we hear of now. Twice changes nothing."""
    (interaction,) = tx.take(interactions, [interaction_id]) or (None,)
    if interaction is None:
        return
    match interaction.state:
        case "queued" | "offered":
            offers.withdraw_from_item(tx, interaction.id)
            queueing.abandoned(tx, interaction, at=at)
        case "active" | "on_hold":
            finish(tx, interaction, ended_by="customer", at=at)
        case "self_service":
            at = at or tx.now
            stays.end(tx, interaction.id, at=at)
            tx.update(interactions, interaction.id, state="closed", ended_at=at, closed_at=at)
            tx.emit(InteractionClosed(id=interaction.id, disposition=""))


def _hang_up_everybody(tx: Tx, interaction: Row, *, ended_by: str, at: datetime | None) -> None:
    if interaction.channel != VOICE:
        return
    call = tx.take(calls, interaction.id)
    attempts.not_reached(tx, call, "hung_up")
    legs = [leg for leg in (call.agent_leg_id, None if call.ended_at else call.carrier_id) if leg]
    if call.ended_at is None:
        tx.update(calls, call.id, ended_at=at or tx.now, ended_by=ended_by[:16])
    if legs:
        tx.defer(HangUp(call_id=call.id, legs=legs))
    tx.emit(CallChanged(id=call.id, state="ended"))


def check_disposition(rx: Rx, disposition: str) -> None:
    """Sees to it that a disposition is one of the house.

    Raises:
        Invalid: it is none.
    """
    known = {row.key for row in rx.all(_DISPOSITIONS)}
    if known and disposition not in known:
        raise Invalid("disposition", f"must be one of {', '.join(sorted(known))}")
    if not disposition.strip() or len(disposition) > 64:
        raise Invalid("disposition", "say what came of it, in at most 64 characters")


def _wrap_up_key(interaction_id: str) -> str:
    return f"wrap_up:{interaction_id}"
