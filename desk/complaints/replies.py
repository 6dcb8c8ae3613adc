"""desk/complaints/replies.py: what a complainant writes on the status page."""

from datetime import timedelta

import sqlalchemy as sa

from desk.complaints.lifecycle import REOPENABLE, State
from desk.complaints.site import calendar_of
from desk.complaints.steps import offer_step
from desk.complaints.transitions import transition
from desk.kernel.errors import Conflict, Invalid
from desk.kernel.transaction import Tx
from desk.tables import complaints, letters

LONGEST = 10_000
#: More than this in a day is a flood, not a complainant.
MOST_A_DAY = 20


def customer_writes(tx: Tx, complaint_id: str, text: str) -> State:
    """Keeps what the complainant wrote, and acts on it; returns the state then.

    An answer that we waited for sends the complaint back to investigation; disagreeing with a
    closed one within its window opens it again; anything else becomes work for its owner.

    Raises:
        Invalid: nothing was written, or it is too late to disagree.
        Conflict: the complaint is void, or this is too much for one day.
    """
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise Invalid("text", f"between 1 and {LONGEST} characters")
    complaint = tx.take(complaints, complaint_id)
    state = State(complaint.state)
    if state is State.VOID:
        raise Conflict("complaint", "it is handled elsewhere")
    theirs = (letters.c.complaint_id == complaint_id, letters.c.kind == "from_customer")
    lately = letters.c.created_at > tx.now - timedelta(days=1)
    if len(tx.all(sa.select(letters.c.id).where(*theirs, lately))) >= MOST_A_DAY:
        raise Conflict("complaint", "that is too much for one day")
    if state in REOPENABLE:
        state = transition(tx, complaint_id, State.REOPENED, reason=text).state
        complaint = tx.one(complaints, complaint_id)
    elif state is State.WAITING_CUSTOMER:
        state = transition(tx, complaint_id, State.INVESTIGATING, answer=text).state
        complaint = tx.one(complaints, complaint_id)
    tx.insert(
        letters,
        id=tx.new_id(),
        complaint_id=complaint_id,
        cycle=complaint.cycle,
        kind="from_customer",
        channel="web",
        body=text,
        state="received",
        created_at=tx.now,
    )
    # Somebody reads it by the end of the next business day; when that is done no deadline need be met.
    calendar = calendar_of(tx)
    due_at = calendar.close_of(calendar.add_business_days(calendar.local_day(tx.now), 1))
    offer_step(tx, complaint, f"{complaint.number}: the customer wrote", due_at=due_at)
    return state
