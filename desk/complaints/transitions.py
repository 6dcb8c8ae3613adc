"""desk/complaints/transitions.py: moving a complaint on, as far as the guards of `lifecycle.py` allow.

Closing is asked for here and happens in `closing.py`, when the final response goes out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from desk.complaints import deadlines as rules
from desk.complaints.clocks import (
    BODY,
    QUESTION,
    deadline_of,
    mark,
    meet,
    next_update,
    on_its_way,
    refresh_next,
    set_until,
    start_clock,
)
from desk.complaints.closing import move, write
from desk.complaints.events import ComplaintApproved, ComplaintCorrected
from desk.complaints.lifecycle import NOT_INVESTIGATED, OPEN, WAITING, Facts, State, check, second_approval
from desk.complaints.matter import text_of, wrong_codes
from desk.complaints.packs import PACKS, Level, Pack
from desk.complaints.recovery import stop_for_complaint
from desk.complaints.redress import money_in_words, redress_of
from desk.kernel.errors import Conflict, Invalid
from desk.kernel.transaction import Row, Rx, Tx
from desk.tables import complaints, users


@dataclass(frozen=True, kw_only=True)
class Moved:
    """Where a complaint is after a transition. `pending`: a letter is on its way, or an approval is awaited."""

    state: State
    pending: bool = False
    awaits: tuple[str, ...] = ()


def transition(tx: Tx, /, complaint_id: str, to: State, **fields: Any) -> Moved:
    """Moves a complaint on. To `closed` this queues the final response; its hand-over closes.

    Raises:
        NotFound: no such complaint or owner.
        Invalid: names each thing that the guard lacks.
        Conflict: its final response is on its way.
    """
    complaint = tx.take(complaints, complaint_id)
    pack = PACKS[complaint.pack]
    away = on_its_way(tx, complaint, "final_response")
    if away == "queued" or (away and to in (State.CLOSED, State.INVESTIGATING)):
        raise Conflict("complaint", "its final response is on its way")
    fields = {name: value for name, value in fields.items() if value is not None}
    facts = facts_of(tx, complaint)
    check(facts, to, fields, pack)
    if wrong := wrong_codes(tx, fields, kept={complaint.cause, NOT_INVESTIGATED}):
        raise Invalid.many(wrong)
    if to is State.CLOSED and facts.state is not State.EXTERNAL:
        return _ask_to_close(tx, complaint, facts, fields, pack)
    values = _values(tx, complaint, to, fields)
    if facts.state in WAITING:
        meet(tx, complaint, QUESTION)
    if facts.state is State.EXTERNAL:
        meet(tx, complaint, BODY)
    if to is State.REOPENED:
        return _reopen(tx, complaint, fields)
    note = str(fields.get("reason") or fields.get("answer") or "")
    complaint = move(tx, complaint, to, note=note, **values)
    if facts.state is State.EXTERNAL and to in OPEN:
        start_clock(tx, complaint)  # our own clocks were not watched meanwhile
    _after(tx, complaint, to, fields)
    return Moved(state=State(complaint.state))


def facts_of(rx: Rx, complaint: Row) -> Facts:
    """What the guards look at."""
    early = deadline_of(rx, complaint, rules.EARLY_WINDOW)
    within = PACKS[complaint.pack].approval.repeat_within_days
    return Facts(
        state=State(complaint.state),
        level=Level(complaint.level),
        now=rx.now,
        actor_id=rx.actor.id,
        logged_by=complaint.logged_by,
        owner_id=complaint.owner_id,
        cause=complaint.cause,
        redress=complaint.redress,
        vulnerable=complaint.vulnerable,
        repeat=within is not None and _is_repeat(rx, complaint, timedelta(days=within)),
        early_until=early.due_at if early else None,
        question_due_at=complaint.question_due_at,
        closed_at=complaint.closed_at,
        before_external=State(complaint.before_external) if complaint.before_external else None,
        approver_id=complaint.approver_id,
    )


def _ask_to_close(tx: Tx, complaint: Row, facts: Facts, fields: Mapping[str, Any], pack: Pack) -> Moved:
    values = {
        "decision": fields["decision"],
        "response": text_of(fields["response"]),
        "cause": fields.get("cause") or complaint.cause,
        "acceptance": text_of(fields.get("acceptance", "")) or complaint.acceptance,
    }
    if "redress" in fields:
        values["redress"] = redress_of(fields["redress"])
        tx.update(complaints, complaint.id, redress=values["redress"])
        facts = facts_of(tx, tx.one(complaints, complaint.id))
    reasons = second_approval(facts, pack)
    if reasons and not complaint.approver_id:
        tx.update(complaints, complaint.id, **values, approver_id=tx.actor.id)
        tx.emit(ComplaintApproved(id=complaint.id, approver_id=tx.actor.id))
        return Moved(state=facts.state, pending=True, awaits=tuple(f"a second approver: {why}" for why in reasons))
    values["second_approver_id" if complaint.approver_id else "approver_id"] = tx.actor.id
    tx.update(complaints, complaint.id, **values)
    complaint = tx.one(complaints, complaint.id)
    mark(tx, complaint, "decision")
    letter_id = write(
        tx,
        complaint,
        "final_response",
        decision=complaint.decision,
        response=complaint.response,
        amount=money_in_words(complaint.redress),
    )
    state = State(refresh_next(tx, complaint.id).state)
    return Moved(
        state=state, pending=state is not State.CLOSED, awaits=() if not letter_id else ("letter handed over",)
    )


def _values(tx: Tx, complaint: Row, to: State, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that a transition writes."""
    values: dict[str, Any] = {}
    if to is State.TRIAGE:
        values = {"owner_id": _owner(tx, fields["owner_id"]), "level": fields["level"]}
    elif to is State.INVESTIGATING:
        values = {"question": "", "question_due_at": None}
        if complaint.state == State.TRIAGE or not complaint.plan:
            values["plan"] = text_of(fields.get("plan", ""))
        if complaint.state == State.DECISION_REVIEW:
            values |= {"approver_id": "", "second_approver_id": ""}
    elif to in WAITING:
        values = {"question": text_of(fields["question"]), "question_due_at": fields["due_at"]}
    elif to is State.DECISION_REVIEW:
        values = {"approver_id": "", "second_approver_id": ""}
        if "no_investigation_reason" in fields and "findings" not in fields:
            values["no_investigation_reason"] = f"{text_of(fields['no_investigation_reason'])} ({tx.actor})"
            values["cause"] = fields.get("cause") or complaint.cause or NOT_INVESTIGATED
        else:
            values |= {"findings": text_of(fields["findings"]), "cause": fields["cause"]}
        if "redress" in fields:
            values["redress"] = redress_of(fields["redress"])
    elif to is State.RESOLVED_EARLY:
        values = {"acceptance": text_of(fields["acceptance"]), "cause": fields["cause"], "closed_at": tx.now}
        values["decision"] = "resolved_informally"
    elif to is State.WITHDRAWN:
        values = {"words": text_of(fields["words"]), "cause": fields["cause"], "closed_at": tx.now}
    elif to is State.VOID:
        values = {"reason": text_of(fields["reason"]), "approver_id": tx.actor.id, "closed_at": tx.now}
    elif to is State.EXTERNAL:
        values = {"body": text_of(fields["body"])[:120], "body_due_at": fields["due_at"]}
        values["before_external"] = complaint.state
    if complaint.state == State.EXTERNAL:
        values |= {"reason": text_of(fields.get("reason", "")), "before_external": "", "body_due_at": None}
    return values


def _after(tx: Tx, complaint: Row, to: State, fields: Mapping[str, Any]) -> None:
    """What else a transition does."""
    if to is State.TRIAGE:
        start_clock(tx, complaint)
    elif to is State.INVESTIGATING and deadline_of(tx, complaint, rules.UPDATE) is None:
        next_update(tx, complaint)
    elif to in WAITING:
        set_until(tx, complaint, QUESTION, fields["due_at"])
    elif to is State.DECISION_REVIEW:
        tx.emit(ComplaintCorrected(id=complaint.id, fields=["findings", "cause", "redress"]))
    elif to is State.EXTERNAL:
        set_until(tx, complaint, BODY, fields["due_at"])
    elif to is State.RESOLVED_EARLY:
        mark(tx, complaint, "decision")
        mark(tx, complaint, "acknowledged", evidence="resolved early")
        mark(tx, complaint, "summary_resolution", evidence="accepted within the early window")
        done = (rules.ACKNOWLEDGEMENT, rules.FIRST_REPLY, rules.EARLY_WINDOW, rules.FINAL_RESPONSE, rules.UPDATE)
        meet(tx, complaint, *done)
    refresh_next(tx, complaint.id)


def _reopen(tx: Tx, complaint: Row, fields: Mapping[str, Any]) -> Moved:
    """A new cycle: new clocks, the earlier milestones untouched; goes on as triage at once."""
    cycle = complaint.cycle + 1
    stop_for_complaint(tx, complaint.id, "the complaint was reopened")
    blank = {"approver_id": "", "second_approver_id": "", "decision": "", "response": "", "closed_at": None}
    note = text_of(fields["reason"])
    complaint = move(tx, complaint, State.REOPENED, note=note, cycle=cycle, reason=note, **blank)
    mark(tx, complaint, "received")
    mark(tx, complaint, "logged")
    start_clock(tx, complaint)
    complaint = move(tx, complaint, State.TRIAGE)
    write(tx, complaint, "acknowledgement")
    refresh_next(tx, complaint.id)
    return Moved(state=State.TRIAGE)


def _owner(rx: Rx, owner_id: str) -> str:
    rows = rx.all(sa.select(users).where(users.c.id == owner_id, users.c.active.is_(True)))
    if not rows:
        raise Invalid("owner_id", "there is no such user")
    return str(rows[0].id)


def _is_repeat(rx: Rx, complaint: Row, within: timedelta) -> bool:
    """Whether the same customer had a complaint of the same kind closed shortly before this one came."""
    same = (complaints.c.customer_id == complaint.customer_id, complaints.c.category == complaint.category)
    span = complaints.c.closed_at.between(complaint.received_at - within, complaint.received_at)
    other = (complaints.c.id != complaint.id, complaints.c.state != State.VOID)
    return bool(rx.all(sa.select(complaints.c.id).where(*same, *other, span).limit(1)))
