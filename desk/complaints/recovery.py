"""desk/complaints/recovery.py: making it good again. planned ─▶ running ─▶ done | stopped.

Closing a complaint upheld, or partly, starts one; its actions become work items when their time
comes. It is done when every mandatory action is: money paid, refused or lapsed with evidence, and
the customer reached, or tried three times.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from desk.complaints.events import RecoveryActionDone, RecoveryEnded, RecoveryStarted
from desk.complaints.letters import ways_to
from desk.complaints.lifecycle import money_of
from desk.complaints.playbooks import (
    DECLINED,
    NOT_REACHED,
    PLAYBOOKS,
    SETTLED,
    Playbook,
    adapted,
    outcome_among,
    outcomes_of,
)
from desk.complaints.site import calendar_of
from desk.complaints.steps import offer_step, put, withdraw
from desk.complaints.tries import tried
from desk.kernel.errors import Invalid, Stale
from desk.kernel.jobs import Job
from desk.kernel.transaction import Row, Rx, Tx
from desk.organization.setting import setting
from desk.tables import complaints, recoveries, recovery_actions


@dataclass(frozen=True, kw_only=True)
class QueueRecoveryAction(Job):
    """Puts an action into the queue: its time has come."""

    action_id: str


@dataclass(frozen=True, kw_only=True)
class CheckAfterResponse(Job):
    """Asks somebody whether it stayed fixed, so many days after the response."""

    complaint_id: str
    cycle: int
    days: int


def playbook_of(rx: Rx) -> Playbook:
    """The house's playbook, with the organization's own times."""
    return adapted(PLAYBOOKS["house"], setting(rx, "playbook"))


def start_recovery(tx: Tx, complaint: Row, letter: Row) -> str | None:
    """Starts the playbook for a complaint whose final response, `letter`, went out or never will; once a cycle.

    The letter is the apology: one that could not be delivered leaves it to be made by whoever delivers the letter.

    Returns the recovery's id, or None if this cycle has one already.
    """
    playbook, recovery_id = playbook_of(tx), tx.new_id()
    fresh = tx.insert_if_new(
        recoveries,
        id=recovery_id,
        complaint_id=complaint.id,
        customer_id=complaint.customer_id,
        cycle=complaint.cycle,
        playbook=playbook.key,
        playbook_version=playbook.version,
        strategy=playbook.strategy,
        trigger=playbook.trigger,
        state="running",
        reason="",
        started_at=tx.now,
        version=0,
    )
    if not fresh:
        return None
    calendar = calendar_of(tx)
    for position, step in enumerate(playbook.steps):
        if step.with_money and not money_of(complaint.redress):
            continue
        # Nobody is late for a promise on a day when nobody works: it rolls to the next business day.
        due_day = calendar.business_day_from(calendar.local_day(tx.now + step.due))
        apology = step.kind == "apology"
        sent = apology and letter.state != "undeliverable"
        action_id = tx.new_id()
        tx.insert(
            recovery_actions,
            id=action_id,
            recovery_id=recovery_id,
            kind=step.kind,
            title=f"{complaint.number}: {step.title}",
            channel=step.channel,
            owner_role=step.owner_role,
            mandatory=step.mandatory,
            offered_from=tx.now + step.offered_from,
            due_at=calendar.end_of(due_day),
            state="done" if sent else "waiting" if apology else "planned",
            done_at=tx.now if sent else None,
            outcome="sent" if sent else "",
            evidence=f"letter {letter.id}" if apology else "",
            attempts=0,
            position=position,
        )
        if not apology:
            _plan(tx, action_id, tx.now + step.offered_from)
    tx.emit(
        RecoveryStarted(id=recovery_id, complaint_id=complaint.id, playbook=playbook.key, strategy=playbook.strategy)
    )
    return recovery_id


def plan_checks(tx: Tx, complaint: Row) -> None:
    """Plans the checks that belong to every response."""
    for after in playbook_of(tx).checks_after:
        job = CheckAfterResponse(complaint_id=complaint.id, cycle=complaint.cycle, days=after.days)
        tx.defer(job, at=tx.now + after, key=f"check:{complaint.id}:{after.days}")


def check_after_response(tx: Tx, complaint_id: str, cycle: int, days: int) -> None:
    """Offers the question whether it stayed fixed, unless the complaint was opened again."""
    complaint = tx.take(complaints, complaint_id)
    if complaint.cycle == cycle and complaint.state == "closed":
        calendar, since = calendar_of(tx), complaint.closed_at + timedelta(days=days)
        due = calendar.end_of(calendar.add_business_days(calendar.local_day(since), 2))
        offer_step(tx, complaint, f"{complaint.number}: did it stay fixed? {days} days on", due_at=due, since=since)


def queue_action(tx: Tx, action_id: str) -> None:
    """Puts an action into the queue as a work item, unless it is done, queued, or its recovery ended."""
    action = tx.take(recovery_actions, action_id)
    recovery = tx.one(recoveries, action.recovery_id)
    if action.state != "planned" or recovery.state not in ("planned", "running"):
        return
    tx.update(recovery_actions, action_id, state="waiting")
    put(
        tx,
        kind="recovery_action",
        customer_id=recovery.customer_id,
        reference=action.id,
        title=action.title,
        due_at=action.due_at,
        since=action.offered_from,
    )


def is_settled(rx: Rx, action_id: str) -> bool:
    """Whether an action needs nothing more: it was done, or became pointless, while somebody had its work item."""
    return rx.one(recovery_actions, action_id).state in ("done", "skipped")


def complete_action(tx: Tx, action_id: str, outcome: str, note: str = "") -> str:
    """Records what came of an action; returns its state then: done, or planned for another attempt.

    Raises:
        Invalid: not an outcome of such an action; or money that is paid, refused or lapsed
            without evidence.
        Stale: it is done already.
    """
    action = tx.take(recovery_actions, action_id)
    recovery = tx.take(recoveries, action.recovery_id)
    if action.state in ("done", "skipped"):
        raise Stale(action_id)
    outcome = outcome_among(outcomes_of(action.kind, action.channel), outcome)
    if recovery.state == "stopped":
        tx.update(recovery_actions, action_id, state="skipped", outcome=outcome, evidence=note)
        return "skipped"
    if outcome == DECLINED:
        finish(tx, action, recovery, outcome, note)
        stop(tx, recovery, "the customer declines")
        return "done"
    if outcome in SETTLED and not note.strip():
        raise Invalid("note", "the evidence: a reference of the payment, or the customer's words")
    if outcome in NOT_REACHED:
        return _try_again(tx, action, recovery, outcome, note)
    finish(tx, action, recovery, outcome, note)
    return "done"


def stop(tx: Tx, recovery: Row, reason: str) -> None:
    """Stops a running recovery and takes back what nobody has in hand."""
    if recovery.state not in ("planned", "running"):
        return
    tx.update(recoveries, recovery.id, state="stopped", reason=reason, ended_at=tx.now)
    mine = recovery_actions.c.recovery_id == recovery.id
    open_ones = [row.id for row in tx.all(sa.select(recovery_actions).where(mine)) if row.state in OPEN]
    planned = (mine, recovery_actions.c.state.in_(OPEN))
    tx.execute(sa.update(recovery_actions).where(*planned).values(state="skipped", outcome="stopped"))
    for action_id in open_ones:
        tx.cancel(_key(action_id))
    withdraw(tx, open_ones, why=reason)
    tx.emit(RecoveryEnded(id=recovery.id, state="stopped", reason="stopped"))


def stop_for_complaint(tx: Tx, complaint_id: str, reason: str) -> None:
    """Stops whatever recovery of this complaint is still running."""
    rows = tx.all(sa.select(recoveries.c.id).where(recoveries.c.complaint_id == complaint_id))
    for recovery in tx.take(recoveries, [row.id for row in rows]) if rows else ():
        stop(tx, recovery, reason)


#: States of an action that is still to be done.
OPEN = ("planned", "waiting")


def _plan(tx: Tx, action_id: str, at: datetime) -> None:
    if at <= tx.now:
        queue_action(tx, action_id)
    else:
        tx.defer(QueueRecoveryAction(action_id=action_id), at=at, key=_key(action_id))


def _try_again(tx: Tx, action: Row, recovery: Row, outcome: str, note: str) -> str:
    """Plans another attempt; the last one goes out on another channel where one is known."""
    tried(tx, action.id, outcome, note)
    playbook, attempts = playbook_of(tx), action.attempts + 1
    if attempts >= playbook.call_attempts:
        tx.update(recovery_actions, action.id, attempts=attempts)
        finish(tx, action, recovery, "unreachable", note)
        return "done"
    at = tx.now + playbook.call_again_after
    values: dict[str, Any] = {"state": "planned", "attempts": attempts, "outcome": outcome, "evidence": note}
    values["offered_from"] = at
    if attempts == playbook.call_attempts - 1:
        other = [channel for channel, _ in ways_to(tx, recovery.customer_id)]
        if other:
            values |= {"channel": other[0], "title": f"{action.title}, in writing: calls reached nobody"}
    tx.update(recovery_actions, action.id, **values)
    tx.defer(QueueRecoveryAction(action_id=action.id), at=at, key=_key(action.id))
    return "planned"


def finish(tx: Tx, action: Row, recovery: Row, outcome: str, note: str) -> None:
    """An action is done; with the last mandatory one the recovery is."""
    values = {"state": "done", "done_at": tx.now, "outcome": outcome, "evidence": note}
    tx.update(recovery_actions, action.id, **values)
    tx.cancel(_key(action.id))
    withdraw(tx, [action.id], why="done elsewhere")
    if action.kind == "apology":
        withdraw(tx, [str(action.evidence).removeprefix("letter ")], why="done elsewhere")
    tx.emit(RecoveryActionDone(id=action.id, recovery_id=recovery.id, kind=action.kind, outcome=outcome))
    mine = (recovery_actions.c.recovery_id == recovery.id, recovery_actions.c.mandatory.is_(True))
    left = tx.all(sa.select(recovery_actions.c.id).where(*mine, recovery_actions.c.state.in_(OPEN)))
    if not left and recovery.state == "running":
        tx.update(recoveries, recovery.id, state="done", ended_at=tx.now)
        tx.emit(RecoveryEnded(id=recovery.id, state="done"))


def _key(action_id: str) -> str:
    return f"recovery_action:{action_id}"
