"""desk/complaints/delivery.py: letters that nothing could carry: a person delivers them, or finds that there is no way.

    awaits_delivery, undeliverable ──▶ "deliver the letter another way", in the queue ──done──▶ handed over
                                                                                      └─else──▶ undeliverable

What acknowledges a complaint, a final response that arrives first included, counts when it was delivered, never by
being written. Nobody is done with acknowledging by finding that it is not needed: it is said how it was delivered, or
tried again later. A final response that awaits delivery keeps its complaint open: it is delivered, or tried in vain on
a second way.

The final response is the recovery's apology: the apology is done when it arrived, not when it was written.
"""

import sqlalchemy as sa

from desk.complaints import deadlines as rules
from desk.complaints.clocks import mark, meet, refresh_next
from desk.complaints.letter_ways import AWAITS, BY_HAND, MOST_FAILED, failures
from desk.complaints.lifecycle import OPEN as STATES_OPEN
from desk.complaints.recovery import OPEN, finish
from desk.complaints.steps import put
from desk.kernel.transaction import Row, Rx, Tx
from desk.tables import complaints, letters, recoveries, recovery_actions, tries

_WORK = {"acknowledgement": "acknowledge by other means"}
_OWED = {
    "acknowledgement": "the complaint is not acknowledged: do it by telephone or letter, and say how",
    "final_response": "the final response has reached nobody: deliver it another way, and say how",
}


def acknowledged(tx: Tx, complaint: Row, evidence: str) -> None:
    """The acknowledgement of this cycle has reached the complainant."""
    mark(tx, complaint, "acknowledged", evidence=evidence)
    meet(tx, complaint, rules.ACKNOWLEDGEMENT)
    refresh_next(tx, complaint.id)


def still_owed(rx: Rx, letter_id: str) -> str:
    """Why delivering this letter cannot be left undone; empty where it can, and for what is no letter's id."""
    joined = sa.select(letters.c.kind).join(complaints, complaints.c.id == letters.c.complaint_id)
    owed = sa.or_(
        sa.and_(letters.c.kind == "acknowledgement", letters.c.state.in_(BY_HAND)),
        sa.and_(letters.c.kind == "final_response", letters.c.state == AWAITS),
    )
    now = (letters.c.cycle == complaints.c.cycle, complaints.c.state.in_(STATES_OPEN))
    found = rx.all(joined.where(letters.c.id == letter_id, owed, *now))
    return _OWED[found[0].kind] if found else ""


def is_last_way(rx: Rx, letter_id: str) -> bool:
    """Whether one more way that fails makes a final response undeliverable."""
    found = rx.all(sa.select(letters).where(letters.c.id == letter_id, letters.c.kind == "final_response"))
    by_hand = len(rx.all(sa.select(tries.c.id).where(tries.c.reference == letter_id)))
    return bool(found) and failures(rx, found[0]) + by_hand + 1 >= MOST_FAILED


def offer_delivery(tx: Tx, complaint: Row, letter: Row) -> None:
    """Puts a letter that a person has to deliver into the queue.

    It is work of its own and refers to the letter, so that no later step of the complaint takes its place.
    """
    put(
        tx,
        kind="complaint_step",
        customer_id=complaint.customer_id,
        reference=letter.id,
        title=f"{complaint.number}: {_WORK.get(letter.kind, 'deliver the letter another way')}",
        due_at=tx.now,
        wanted_agent_id=complaint.owner_id,
    )
    found = _apology(tx, letter) if letter.kind == "final_response" else None
    if found is not None and found[1].state == "running":
        # It had gone out, and came back.
        values = {"state": "waiting", "done_at": None, "outcome": "", "evidence": f"letter {letter.id}"}
        tx.update(recovery_actions, found[0].id, **values)


def settle_apology(tx: Tx, letter: Row, outcome: str, note: str) -> None:
    """Ends the apology that a final response is with what came of delivering it, unless that has ended."""
    found = _apology(tx, letter) if letter.kind == "final_response" else None
    if found is not None and found[0].state in OPEN:
        came_of_it, how = ("sent", "delivered another way") if outcome == "done" else (outcome, "not delivered")
        finish(tx, *found, came_of_it, f"letter {letter.id} {how}. {note}".strip())


def _apology(tx: Tx, letter: Row) -> tuple[Row, Row] | None:
    """The apology of the recovery that a final response belongs to, and the recovery; both taken."""
    joined = sa.select(recovery_actions.c.id, recovery_actions.c.recovery_id).join(
        recoveries, recoveries.c.id == recovery_actions.c.recovery_id
    )
    mine = (recoveries.c.complaint_id == letter.complaint_id, recoveries.c.cycle == letter.cycle)
    rows = tx.all(joined.where(*mine, recovery_actions.c.kind == "apology"))
    if not rows:
        return None
    return tx.take(recovery_actions, rows[0].id), tx.take(recoveries, rows[0].recovery_id)
