"""desk/complaints/clocks.py: the clocks of one complaint: milestones, deadlines, and what is next.

Each deadline has one waiting job, which wakes at the next moment that matters: a share of the time
gone, two business days before, the moment it is missed. From a pressing moment on there is work in
the queue for it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from desk.complaints import deadlines as rules
from desk.complaints.deadlines import Deadline
from desk.complaints.events import ComplaintDeadlineMissed, ComplaintDeadlineNear
from desk.complaints.lifecycle import OPEN, State
from desk.complaints.packs import PACKS, Level
from desk.complaints.site import calendar_of
from desk.complaints.steps import offer_step, withdraw_due
from desk.kernel.jobs import Job
from desk.kernel.transaction import Row, Rx, Tx
from desk.tables import complaints, deadlines, letters, milestones, work_items

#: Deadlines beside those of the pack: an answer that we asked for, and an outside body's.
QUESTION = "question"
BODY = "body"

#: What is to be done about a deadline, in the words of the register.
ACTIONS = {
    rules.ACKNOWLEDGEMENT: "Acknowledge",
    rules.FINAL_RESPONSE: "Final response",
    rules.UPDATE: "Update the customer",
    QUESTION: "Ask again",
    BODY: "Answer the outside body",
}
#: What is missing while one of them is not met.
_MISSING = {
    rules.ACKNOWLEDGEMENT: "the acknowledgement has reached nobody: acknowledge by other means, and say how there",
    rules.FINAL_RESPONSE: "the final response has not gone out: decide and close the complaint, or extend it",
    rules.UPDATE: "the customer has not been told how things stand: send an update",
    QUESTION: "the answer is awaited still: ask again with a new time, or go on with the investigation",
    BODY: "the outside body's decision is not recorded",
}
#: What stands between a complaint and its final response.
_STEPS = {
    State.LOGGED: "Assess and name an owner",
    State.TRIAGE: "Plan the investigation",
    State.DECISION_REVIEW: "Approve the decision",
}


@dataclass(frozen=True, kw_only=True)
class WatchDeadline(Job):
    """Looks at a deadline at the next moment that matters."""

    complaint_id: str
    deadline: str
    cycle: int


def mark(tx: Tx, complaint: Row, name: str, *, at: datetime | None = None, evidence: str = "") -> bool:
    """Sets a milestone of this cycle unless it is set already; says whether it did."""
    return tx.insert_if_new(
        milestones,
        id=tx.new_id(),
        complaint_id=complaint.id,
        cycle=complaint.cycle,
        name=name,
        at=at or tx.now,
        actor=str(tx.actor),
        evidence=evidence,
    )


def marked(rx: Rx, complaint: Row, name: str) -> datetime | None:
    """When a milestone of this cycle was reached."""
    wanted = (milestones.c.complaint_id == complaint.id, milestones.c.cycle == complaint.cycle)
    rows = rx.all(sa.select(milestones.c.at).where(*wanted, milestones.c.name == name))
    return rows[0].at if rows else None


def start_clock(tx: Tx, complaint: Row) -> None:
    """Sets every deadline of the pack for this cycle, or moves those that are not met."""
    start, extended = started_at(tx, complaint), marked(tx, complaint, "holding_sent") is not None
    pack, calendar = PACKS[complaint.pack], calendar_of(tx)
    for item in rules.all_deadlines(start, Level(complaint.level), pack, calendar, extended=extended):
        set_deadline(tx, complaint, item)


def started_at(rx: Rx, complaint: Row) -> datetime:
    """From when this cycle's clock runs: first expression, or reopening."""
    if complaint.cycle == 0:
        return complaint.received_at  # type: ignore[no-any-return]
    return marked(rx, complaint, "received") or complaint.received_at


def set_deadline(tx: Tx, complaint: Row, item: Deadline, *, again: bool = False) -> None:
    """Sets or moves one deadline. One that is met stays, unless it begins `again`."""
    known = deadline_of(tx, complaint, item.name)
    values = {"due_at": item.due_at, "due_local": item.due_local, "basis": item.basis}
    if known is None:
        keys = {"id": tx.new_id(), "complaint_id": complaint.id, "cycle": complaint.cycle, "name": item.name}
        tx.insert(deadlines, **keys, **values)
    elif known.met_at is None or again:
        tx.update(deadlines, known.id, **values, met_at=None)
        if known.due_at != item.due_at:
            withdraw_due(tx, complaint.id, known.due_at, why="it is due at another time")
    else:
        return
    if item.name in ACTIONS:
        watch_next(tx, complaint, item.name, item.due_at)


def set_until(tx: Tx, complaint: Row, name: str, due_at: datetime) -> None:
    """Sets a deadline at an instant that somebody named."""
    local = due_at.astimezone(calendar_of(tx).zone).isoformat(timespec="seconds")
    set_deadline(tx, complaint, Deadline(name=name, due_at=due_at, due_local=local, basis="as agreed"), again=True)


def next_update(tx: Tx, complaint: Row) -> None:
    """The next word to the complainant is due so many days from now as the pack says."""
    pack = PACKS[complaint.pack]
    if pack.update_every:
        item = rules.deadline(rules.UPDATE, tx.now, [pack.update_every], calendar_of(tx), pack)
        set_deadline(tx, complaint, item, again=True)


def deadline_of(rx: Rx, complaint: Row, name: str) -> Row | None:
    """One deadline of this cycle."""
    wanted = (deadlines.c.complaint_id == complaint.id, deadlines.c.cycle == complaint.cycle)
    rows = rx.all(sa.select(deadlines).where(*wanted, deadlines.c.name == name))
    return rows[0] if rows else None


def meet(tx: Tx, complaint: Row, *names: str, at: datetime | None = None) -> None:
    """Marks deadlines of this cycle as met, and stops watching them."""
    wanted = (deadlines.c.complaint_id == complaint.id, deadlines.c.cycle == complaint.cycle)
    unmet = (deadlines.c.name.in_(names), deadlines.c.met_at.is_(None))
    due = tx.all(sa.select(deadlines.c.due_at).where(*wanted, *unmet))
    tx.execute(sa.update(deadlines).where(*wanted, *unmet).values(met_at=at or tx.now))
    for row in due:
        withdraw_due(tx, complaint.id, row.due_at, why="it was done")
    for name in names:
        tx.cancel(_key(complaint.id, name))


def stop_clock(tx: Tx, complaint: Row) -> None:
    """Stops watching: the complaint is closed, one way or another."""
    for name in ACTIONS:
        tx.cancel(_key(complaint.id, name))


def watch_next(tx: Tx, complaint: Row, name: str, due_at: datetime) -> None:
    """Leaves the job that looks at a deadline when it next matters."""
    moments = [warning.at for warning in rules.warnings(started_at(tx, complaint), due_at, calendar_of(tx))]
    ahead = [at for at in (*moments, due_at + timedelta(milliseconds=1)) if at > tx.now]
    if ahead:
        job = WatchDeadline(complaint_id=complaint.id, deadline=name, cycle=complaint.cycle)
        tx.defer(job, at=min(ahead), key=_key(complaint.id, name))


def watch_deadline(tx: Tx, complaint_id: str, name: str, cycle: int) -> None:
    """Reminds, offers work, or records that a deadline was missed."""
    complaint = tx.take(complaints, complaint_id)
    row = deadline_of(tx, complaint, name)
    if complaint.cycle != cycle or State(complaint.state) not in OPEN or row is None or row.met_at is not None:
        return
    if complaint.state == State.EXTERNAL and name != BODY:
        return  # our own clocks stand still while somebody else decides
    if tx.now > row.due_at:
        tx.emit(ComplaintDeadlineMissed(id=complaint.id, deadline=name))
        if name == rules.ACKNOWLEDGEMENT and _is_work_already(tx, complaint):
            return
        offer_step(tx, complaint, f"{complaint.number}: {ACTIONS[name]}, overdue", due_at=row.due_at, since=row.due_at)
        return
    past = [w for w in rules.warnings(started_at(tx, complaint), row.due_at, calendar_of(tx)) if w.at <= tx.now]
    if past:
        tx.emit(ComplaintDeadlineNear(id=complaint.id, deadline=name, share=past[-1].share))
        if past[-1].pressing and not (name == rules.ACKNOWLEDGEMENT and _is_work_already(tx, complaint)):
            title = f"{complaint.number}: {ACTIONS[name]}"
            offer_step(tx, complaint, title, due_at=row.due_at, since=past[-1].at)
    watch_next(tx, complaint, name, row.due_at)


def _is_work_already(rx: Rx, complaint: Row) -> bool:
    """Whether somebody is to acknowledge by other means: once is enough to be asked."""
    mine = (letters.c.complaint_id == complaint.id, letters.c.kind == "acknowledgement", work_items.c.state != "done")
    joined = sa.select(work_items.c.id).join(letters, letters.c.id == work_items.c.reference)
    return bool(rx.all(joined.where(*mine).limit(1)))


def missing(rx: Rx, complaint_id: str, due_at: datetime | None) -> str:
    """What must have happened before the step that is due then is done; empty when nothing is missing."""
    rows = rx.all(sa.select(complaints).where(complaints.c.id == complaint_id)) if due_at else ()
    if not rows or State(rows[0].state) not in OPEN:
        return ""
    names = {BODY} if rows[0].state == State.EXTERNAL else ACTIONS.keys() - {BODY}
    wanted = (deadlines.c.complaint_id == complaint_id, deadlines.c.cycle == rows[0].cycle)
    unmet = (deadlines.c.met_at.is_(None), deadlines.c.due_at == due_at, deadlines.c.name.in_(names))
    found = rx.all(sa.select(deadlines.c.name).where(*wanted, *unmet).order_by(deadlines.c.name))
    said = dict(_MISSING)
    if on_its_way(rx, rows[0], "final_response"):
        said[rules.FINAL_RESPONSE] = "the final response has reached nobody yet: deliver it, and say how at that step"
    return "; ".join(said[row.name] for row in found)


def on_its_way(rx: Rx, complaint: Row, kind: str) -> str:
    """In which state a letter of this cycle waits for a channel or a person to deliver it; empty if none does."""
    mine = (letters.c.complaint_id == complaint.id, letters.c.cycle == complaint.cycle, letters.c.kind == kind)
    rows = rx.all(sa.select(letters.c.state).where(*mine, letters.c.state.in_(("queued", "awaits_delivery"))))
    return rows[0].state if rows else ""


def refresh_next(tx: Tx, complaint_id: str, **values: Any) -> Row:
    """Writes `values` and what is due next into the complaint; returns it as it is then."""
    if values:
        tx.update(complaints, complaint_id, **values)
    complaint = tx.one(complaints, complaint_id)
    due_at, action = next_step(tx, complaint)
    if (due_at, action) != (complaint.next_due_at, complaint.next_action):
        tx.update(complaints, complaint_id, next_due_at=due_at, next_action=action, version=complaint.version)
        complaint = tx.one(complaints, complaint_id)
    return complaint


def next_step(rx: Rx, complaint: Row) -> tuple[datetime | None, str]:
    """When the next thing is due for an open complaint, and what it is. Nothing for a closed one."""
    state = State(complaint.state)
    if state not in OPEN:
        return None, ""
    names = {BODY} if state is State.EXTERNAL else ACTIONS.keys() - {BODY}
    wanted = (deadlines.c.complaint_id == complaint.id, deadlines.c.cycle == complaint.cycle)
    unmet = (deadlines.c.met_at.is_(None), deadlines.c.name.in_(names))
    rows = rx.all(sa.select(deadlines).where(*wanted, *unmet).order_by(deadlines.c.due_at, deadlines.c.name))
    if not rows:
        return rx.now, "Look at this complaint"
    first = rows[0]
    if state is State.DECISION_REVIEW and on_its_way(rx, complaint, "final_response"):
        return first.due_at, "Deliver the final response"
    if first.name == rules.FINAL_RESPONSE:
        return first.due_at, _STEPS.get(state, ACTIONS[first.name])
    return first.due_at, ACTIONS[first.name]


def _key(complaint_id: str, name: str) -> str:
    return f"deadline:{complaint_id}:{name}"
