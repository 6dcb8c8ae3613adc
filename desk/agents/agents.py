"""desk/agents/agents.py: agents say whether they work, and are missed when they vanish.

An agent whose last console is gone is silent; after 14 seconds of that they are offline: what rang is
withdrawn, and what waits for an answer goes back to its place: chats, mails, texts, tasks alike. What they have
answered stays theirs until the customer writes again, unless the answer did not arrive. A live call stays up.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from desk.agents import work
from desk.contacts import chats, ending
from desk.contacts import interactions as interactions_of
from desk.kernel.errors import Conflict, Invalid, NotFound
from desk.kernel.events import InteractionChanged
from desk.kernel.transaction import Row, Tx
from desk.organization.organization import setting
from desk.tables import interactions, messages, work_items
from desk.work import offers, queueing
from desk.work.presence import allow, become, connect, disconnect, find, miss, nobody_is_connected, state_of
from routing import presence
from routing.errors import Refused
from routing.presence import Presence, State

#: What happened to written work whose agent vanished.
LOST = "agent_lost"
#: Reasons that the desk gives, not the agent.
SYSTEM_REASONS = (presence.MISSED_OFFER, presence.SILENT)


def set_presence(tx: Tx, agent_id: str, state: str, reason: str = "") -> None:
    """An agent says whether they work, or a supervisor says it for them.

    Choosing anything during wrap-up ends it; what rings is withdrawn from who takes no more work.

    Raises:
        NotFound: no such agent.
        Forbidden: another agent's presence is not yours to set.
        Invalid: no such presence or reason, or one that cannot be chosen.
        Conflict: a supervisor cannot sign an agent in.
    """
    allow(tx.actor, agent_id)
    wanted = _checked(tx, state, reason)
    agent = find(tx, agent_id)
    if agent is None:
        raise NotFound("agent", agent_id)
    try:
        after = presence.choose(state_of(agent), wanted, reason=reason, now=tx.now)
    except Refused as error:
        raise Invalid("state", str(error)) from error
    if agent.presence == Presence.OFFLINE and wanted is not Presence.OFFLINE and tx.actor.id != agent_id:
        raise Conflict("The agent", "is not signed in")
    if wanted is not Presence.AVAILABLE:
        offers.withdraw_from_agent(tx, agent_id)
    _leave(tx, agent, after)


def lose(tx: Tx, agent_id: str) -> None:
    """Makes an agent offline who is still silent; what they leave behind goes back."""
    agent = find(tx, agent_id)
    if agent is None:
        return
    after = presence.lose(state_of(agent), now=tx.now)
    _leave(tx, agent, after)
    if after.presence is not Presence.OFFLINE:  # the clock was put back, or a console is there again
        miss(tx, agent_id, after)


def _leave(tx: Tx, agent: Row, after: State) -> None:
    """Takes a presence, and sees to what the former one leaves behind."""
    before = state_of(agent)
    become(tx, agent, after)
    if before.presence is Presence.WRAP_UP and after.presence is not Presence.WRAP_UP:
        ending.close_finished_calls(tx, agent.id)
    if after.presence is Presence.OFFLINE and before.presence is not Presence.OFFLINE:
        offers.withdraw_from_agent(tx, agent.id)
        _give_back_written_work(tx, agent.id)
        work.give_back(tx, agent.id)


def _give_back_written_work(tx: Tx, agent_id: str) -> None:
    held = (interactions.c.agent_id == agent_id, interactions.c.state.in_(("active", "on_hold")))
    written = sa.select(interactions.c.id).where(*held, interactions.c.channel != "voice")
    # What is parked first: it does not go on for the moment until it is given back, too.
    written = written.join(work_items, work_items.c.id == interactions.c.id).order_by(work_items.c.parked.desc())
    for row in tx.all(written.order_by(interactions.c.id)):
        interaction = tx.take(interactions, row.id)
        if interaction.agent_id != agent_id or interaction.state not in interactions_of.IN_HAND:
            continue  # it ended, or was passed on, this instant
        if interaction.channel == "chat" or _waits_for_us(tx, interaction):
            queueing.enqueue(tx, interaction, queue=interaction.queue, entry="returned")
            tx.emit(InteractionChanged(id=row.id, what=LOST, state="queued", former_agent_id=agent_id))
            if interaction.channel == "chat":  # a node that sees the visitor hears of this, and says so
                chats.miss_visitor(tx, interaction.reply_to)


def _waits_for_us(tx: Tx, interaction: Row) -> bool:
    """Whether the last word is the customer's, or one of ours that did not arrive."""
    people = messages.c.author_kind.in_(("agent", "customer"))
    newest = (
        sa.select(messages.c.author_kind, messages.c.delivery)
        .where(messages.c.interaction_id == interaction.id, messages.c.internal.is_(False), people)
        .order_by(messages.c.id.desc())
        .limit(1)
    )
    rows = tx.all(newest)
    return bool(rows) and (rows[0].author_kind == "customer" or rows[0].delivery in ("failed", "bounced"))


def _checked(tx: Tx, state: str, reason: str) -> Presence:
    try:
        wanted = Presence(state)
    except ValueError:
        raise Invalid("state", f"must be one of {', '.join(Presence)}") from None
    reasons: Sequence[str] = list(setting(tx, "not_ready_reasons"))
    if wanted is Presence.NOT_READY and reason and reason not in reasons and reason not in SYSTEM_REASONS:
        raise Invalid("reason", f"must be one of {', '.join(reasons)}")
    return wanted


__all__ = ["connect", "disconnect", "lose", "nobody_is_connected", "set_presence"]
