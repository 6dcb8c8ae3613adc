"""desk/complaints/closing.py: what a letter's hand-over means for its complaint.

Closing is the final response going out. The request to close writes the letter; here, when the
other side took it or it is recorded undeliverable, the complaint closes, the recovery starts and
the survey is planned. What reached nobody meets no deadline: that a person delivers it later does.
"""

from typing import Any

import sqlalchemy as sa

from desk.complaints import deadlines as rules
from desk.complaints.clocks import mark, meet, refresh_next, stop_clock
from desk.complaints.delivery import acknowledged, offer_delivery, settle_apology
from desk.complaints.events import ComplaintMoved
from desk.complaints.letter_ways import (
    BY_HAND,
    UNDELIVERABLE,
    deliver_by_hand,
    fail,
    give_up,
    hand_over,
    of_mail,
    take_back,
)
from desk.complaints.letters import queue_letter
from desk.complaints.lifecycle import OWED, State
from desk.complaints.recovery import plan_checks, playbook_of, start_recovery
from desk.complaints.steps import withdraw
from desk.complaints.surveys import plan_complaint_survey
from desk.complaints.tries import tried
from desk.kernel.errors import Invalid
from desk.kernel.transaction import Row, Tx
from desk.tables import complaint_spans, complaints, letters


def letter_handed_over(tx: Tx, letter_id: str, external_id: str) -> None:
    """The other side took a letter."""
    if letter := hand_over(tx, letter_id, external_id):
        settle(tx, letter)


def letter_failed(tx: Tx, letter_id: str, why: str) -> None:
    """A letter was refused for good; the other channel is tried, or a person has to deliver it."""
    if letter := fail(tx, letter_id, why):
        settle(tx, letter)


def letter_came_back(tx: Tx, message_id: str, why: str) -> bool:
    """A mail of ours came back; says whether it was a letter.

    What its hand-over has brought about stays: a closed complaint is closed. The other channel is
    tried, and where there is none somebody must deliver it another way.
    """
    letter_id = of_mail(tx, message_id)
    if letter_id is None:
        return False
    if letter := take_back(tx, letter_id, why):
        settle(tx, letter)
    return True


def letter_arrived(tx: Tx, message_id: str) -> None:
    """A page has what was said in a chat: if that was a letter, it is handed over."""
    said_as = (letters.c.message_id == message_id, letters.c.channel == "chat")
    for row in tx.all(sa.select(letters.c.id).where(*said_as)):
        letter_handed_over(tx, row.id, message_id)


def delivery_settled(tx: Tx, letter_id: str, outcome: str, note: str) -> None:
    """Records what came of delivering a letter another way; nothing if this is no letter's id.

    Raises:
        Invalid: it is delivered, and nothing says how and to whom.
    """
    for letter in tx.take(letters, [letter_id]):
        if outcome == "done":
            if not note:
                how = "acknowledged" if letter.kind == "acknowledgement" else "delivered"
                raise Invalid("note", f"missing: how it was {how}, and to whom")
            settled = deliver_by_hand(tx, letter, note)
        else:
            if outcome == "unreachable":
                tried(tx, letter_id, outcome, note)
            settled = give_up(tx, letter)
        complaint = tx.take(complaints, letter.complaint_id)
        if complaint.cycle == letter.cycle:
            _go_on(tx, complaint, settled)
        settle_apology(tx, settled, outcome, note)


def settle(tx: Tx, letter: Row) -> None:
    """Draws the consequences of a letter that went out or never will."""
    complaint = tx.take(complaints, letter.complaint_id)
    if complaint.cycle == letter.cycle:
        _go_on(tx, complaint, letter)
    if letter.state in BY_HAND:
        offer_delivery(tx, complaint, letter)


def _go_on(tx: Tx, complaint: Row, letter: Row) -> None:
    """What a letter of this cycle means for its complaint, delivered or recorded undeliverable."""
    arrived = letter.state == "handed_over"
    if arrived and letter.kind == "acknowledgement":
        acknowledged(tx, complaint, f"letter {letter.id} handed_over")
    elif arrived and letter.kind == "update":
        meet(tx, complaint, rules.FIRST_REPLY)
    elif letter.kind == "final_response":
        if complaint.state == State.DECISION_REVIEW and (arrived or letter.state == UNDELIVERABLE):
            close(tx, complaint, letter)
        elif arrived:
            _answered(tx, complaint, letter)
        else:
            refresh_next(tx, complaint.id)


def write(tx: Tx, complaint: Row, kind: str, **context: Any) -> str:
    """Writes a letter to the complainant; returns its id, or nothing when it is undeliverable at once."""
    letter = queue_letter(tx, complaint, kind, **context)
    if letter.state == "undeliverable":
        settle(tx, letter)
        return ""
    return str(letter.id)


def close(tx: Tx, complaint: Row, letter: Row) -> None:
    """Closes a complaint whose final response went out or is recorded undeliverable."""
    if letter.state == "handed_over":
        _answered(tx, complaint, letter)
    else:  # what reached nobody acknowledges nothing, is nobody's first reply and no answer in time
        mark(tx, complaint, "undeliverable", evidence=f"letter {letter.id} undeliverable: {letter.reason}"[:300])
    complaint = move(tx, complaint, State.CLOSED, closed_at=tx.now)
    if complaint.decision in OWED:
        start_recovery(tx, complaint, letter)
    plan_checks(tx, complaint)
    plan_complaint_survey(tx, complaint, at=tx.now + playbook_of(tx).survey_after)


def _answered(tx: Tx, complaint: Row, letter: Row) -> None:
    """The final response of this cycle has reached the complainant; one that arrives first acknowledges too."""
    evidence = f"letter {letter.id} handed_over"
    mark(tx, complaint, "final_response", evidence=evidence)
    meet(tx, complaint, rules.FIRST_REPLY, rules.FINAL_RESPONSE, rules.UPDATE)
    acknowledged(tx, complaint, evidence)


def move(tx: Tx, complaint: Row, to: State, *, note: str = "", **values: object) -> Row:
    """Ends the span a complaint is in and begins the next; writes `values`; says so. Returns it as it is then."""
    tx.execute(
        sa.update(complaint_spans)
        .where(complaint_spans.c.complaint_id == complaint.id, complaint_spans.c.to_at.is_(None))
        .values(to_at=tx.now)
    )
    begin_span(tx, complaint.id, to, note=note)
    if to in (State.CLOSED, State.RESOLVED_EARLY, State.WITHDRAWN, State.VOID):
        stop_clock(tx, complaint)
        of_letters = tx.all(sa.select(letters.c.id).where(letters.c.complaint_id == complaint.id))
        withdraw(tx, [complaint.id, *(row.id for row in of_letters)], why=f"the complaint is {to}")
    cycle = values.get("cycle", complaint.cycle)
    assert isinstance(cycle, int)
    tx.emit(ComplaintMoved(id=complaint.id, before=complaint.state, to=to, cycle=cycle))
    return refresh_next(tx, complaint.id, state=str(to), **values)


def begin_span(tx: Tx, complaint_id: str, state: State, *, note: str = "") -> None:
    """From now on a complaint is in `state`."""
    tx.insert(
        complaint_spans,
        id=tx.new_id(),
        complaint_id=complaint_id,
        state=state,
        from_at=tx.now,
        to_at=None,
        actor=str(tx.actor),
        note=note,
    )
