"""desk/agents/work.py: work items that are no interactions: call-backs, complaint steps, recovery actions, tasks.

They wait in the same queues and are offered by the same router. Who accepted one completes it with
what came of it; a step of a recovery is settled by that.
"""

import sqlalchemy as sa

from desk.agents.outcomes import outcomes_of
from desk.callbacks.life import settled
from desk.complaints.clocks import missing
from desk.complaints.closing import delivery_settled
from desk.complaints.delivery import is_last_way, still_owed
from desk.complaints.playbooks import outcome_among
from desk.complaints.recovery import complete_action, is_settled
from desk.complaints.tries import tried
from desk.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from desk.kernel.events import WorkItemChanged
from desk.kernel.transaction import Row, Tx
from desk.people.permissions import Right, may
from desk.tables import to_ms, work_items
from desk.work import hands, in_line
from desk.work.planned_work import put_aside
from routing.offers import DECLINED_REST

MOST_NOTE = 4000
UNREACHABLE = "unreachable"


def complete(tx: Tx, work_item_id: str, outcome: str, note: str = "") -> None:
    """Records what came of a work item, and settles what it stands for, unless that was settled elsewhere.

    Raises:
        NotFound: no such item, or an interaction: that is wrapped up.
        Forbidden: somebody else has it.
        Invalid: not one of the outcomes that such work can have, or one that lacks its evidence; or a step of a
            complaint of which what it is for has not happened: it says what is missing.
        Stale: it is done already.
        Conflict: a call-back whose customer is being rung just now.
    """
    item = tx.take(work_items, work_item_id)
    if item.kind == "interaction":
        raise NotFound("work item", work_item_id)
    if item.state == "done":
        raise Stale("This work")
    if tx.actor.kind == "user" and item.agent_id != tx.actor.id and not may(tx.actor.role, Right.SUPERVISE):
        raise Forbidden("Somebody else has this, or nobody: accept it first.")
    outcome, note = outcome_among(outcomes_of(tx, item), outcome), note.strip()[:MOST_NOTE]
    if item.kind == "complaint_step" and _is_put_off(tx, item, outcome, note):
        return
    _done(tx, item, outcome, note)
    if item.kind == "callback" and item.reference == item.id:
        settled(tx, item, outcome)
    if item.kind == "complaint_step":
        delivery_settled(tx, item.reference, outcome, note)
    if item.kind == "recovery_action" and not is_settled(tx, item.reference):
        complete_action(tx, item.reference, outcome, note)


def give_back(tx: Tx, agent_id: str) -> None:
    """Work that an agent leaves behind waits again, in its place."""
    mine = (work_items.c.agent_id == agent_id, work_items.c.state == "active", work_items.c.interaction_id.is_(None))
    ids = [row.id for row in tx.all(sa.select(work_items.c.id).where(*mine))]
    for item in tx.take(work_items, ids) if ids else ():
        hands.let_go(tx, item.id, agent_id, state="waiting")
        tx.emit(WorkItemChanged(id=item.id, state="waiting", agent_id=agent_id, outcome="returned"))
        in_line.waits(tx, item.id)


def hand_back(tx: Tx, work_item_id: str) -> None:
    """Who has an item puts it back into its queue, where it keeps its place; for a minute others are asked first.

    Raises:
        NotFound: no such item.
        Conflict: it is not in your hands.
    """
    item = tx.take(work_items, work_item_id)
    if item.state != "active" or item.agent_id != tx.actor.id or item.kind == "interaction":
        raise Conflict("This work", "it is not in your hands")
    away = dict(item.declined_by or {}) | {tx.actor.id: to_ms(tx.now + DECLINED_REST)}
    anybody = {"wanted_agent_id": None, "wanted_until": None, "wanted_as": ""}
    hands.let_go(tx, item.id, item.agent_id, state="waiting", declined_by=away, **anybody)
    tx.emit(WorkItemChanged(id=item.id, state="waiting", agent_id=tx.actor.id, outcome="returned"))
    in_line.waits(tx, item.id)


def _is_put_off(tx: Tx, item: Row, outcome: str, note: str) -> bool:
    """Whether a step of a complaint does not end with this, because what it is for has not happened."""
    lacks = missing(tx, item.reference, item.due_at)
    if not lacks and outcome != "done":
        lacks = still_owed(tx, item.reference)
        if lacks and outcome == UNREACHABLE:
            if not note:
                raise Invalid("note", "missing: what was tried, and when")
            if is_last_way(tx, item.reference):
                return False
    if lacks:
        _not_done_yet(tx, item, outcome, note, lacks)
    return bool(lacks)


def _not_done_yet(tx: Tx, item: Row, outcome: str, note: str, lacks: str) -> None:
    """What is owed to a complainant is not done by a word; whom nobody reached is tried again later."""
    if outcome != UNREACHABLE:
        raise Invalid("outcome", f"it cannot end like this yet: {lacks}")
    tried(tx, item.reference, outcome, note)
    put_aside(tx, item, outcome, note)


def _done(tx: Tx, item: Row, outcome: str, note: str) -> None:
    in_line.is_over(tx, item.id, outcome=outcome, note=note)
    hands.let_go(tx, item.id, item.agent_id, agent_id=item.agent_id)
    tx.emit(WorkItemChanged(id=item.id, state="done", agent_id=item.agent_id, outcome=outcome))
