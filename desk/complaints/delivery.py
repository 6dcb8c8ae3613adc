"""desk/complaints/delivery.py: letters that nothing could carry: a person delivers them, or finds that there is no way.

    undeliverable ──▶ "deliver the letter another way", in the queue ──done──▶ handed over
                                                                     └─else──▶ stays undeliverable

What acknowledges a complaint, a final response that arrives first included, counts when it was delivered, never by
being written. Nobody is done with acknowledging by finding that it is not needed: it is said how it was delivered, or
tried again later.

The final response is the recovery's apology: the apology is done when it arrived, not when it was written.
"""

import sqlalchemy as sa

from desk.complaints import deadlines as rules
from desk.complaints.clocks import mark, meet, refresh_next
from desk.complaints.letters import deliver_by_hand
from desk.complaints.lifecycle import OPEN as STATES_OPEN
from desk.complaints.recovery import OPEN, finish
from desk.complaints.steps import put
from desk.errors import Invalid
from desk.tables import complaints, letters, recoveries, recovery_actions
from desk.transaction import Row, Rx, Tx

_WORK = {"acknowledgement": "acknowledge by other means"}


def acknowledged(tx: Tx, complaint: Row, evidence: str) -> None:
    """The acknowledgement of this cycle has reached the complainant."""
    mark(tx, complaint, "acknowledged", evidence=evidence)
    meet(tx, complaint, rules.ACKNOWLEDGEMENT)
    refresh_next(tx, complaint.id)


def still_owed(rx: Rx, letter_id: str) -> str:
    """Why delivering this letter cannot be left undone; empty where it can, and for what is no letter's id."""
    joined = sa.select(letters.c.id).join(complaints, complaints.c.id == letters.c.complaint_id)
    owed = (letters.c.kind == "acknowledgement", letters.c.state == "undeliverable")
    now = (letters.c.cycle == complaints.c.cycle, complaints.c.state.in_(STATES_OPEN))
    found = rx.all(joined.where(letters.c.id == letter_id, *owed, *now))
    return "the complaint is not acknowledged: do it by telephone or letter, and say how" if found else ""


def offer_delivery(tx: Tx, complaint: Row, letter: Row) -> None:
    """Puts an undeliverable letter into the queue.

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


def delivery_settled(tx: Tx, letter_id: str, outcome: str, note: str) -> None:
    """Records what came of delivering a letter another way; nothing if this is no letter's id."""
    rows = tx.all(sa.select(letters).where(letters.c.id == letter_id))
    if not rows:
        return
    letter = rows[0]
    if outcome == "done":
        if letter.kind == "acknowledgement" and not note:
            raise Invalid("note", "missing: how it was acknowledged, and to whom")
        deliver_by_hand(tx, letter, note)
        complaint = tx.take(complaints, letter.complaint_id)
        if complaint.cycle == letter.cycle and letter.kind in ("acknowledgement", "final_response"):
            acknowledged(tx, complaint, f"letter {letter.id} handed_over")
        if complaint.cycle == letter.cycle and letter.kind == "final_response":
            meet(tx, complaint, rules.FIRST_REPLY)
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
