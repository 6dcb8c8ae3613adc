"""desk/contacts/contact_form.py: the contact page: a contact, and a complaint if who writes says so."""

import sqlalchemy as sa

from channels.types import Arrival
from desk.complaints.complaints import log_complaint
from desk.complaints.register import codes
from desk.contacts.intake import Received, receive
from desk.kernel.transaction import Rx, Tx
from desk.tables import complaints, interactions

#: What a complaint is before anybody has assessed it.
SEVERITY = 3
CATEGORY = "other"


def write_in(
    tx: Tx, arrival: Arrival, *, complaint: str | None = None, remedy_sought: str = ""
) -> tuple[Received, str]:
    """Takes the message in and, where the customer calls it a `complaint`, logs one in those words of theirs.

    Sent twice it is one message and one complaint. Returns what was received and the complaint's number.

    Raises:
        Invalid: without an address, or without words.
    """
    (received,) = receive(tx, [arrival])
    if complaint is None:
        return received, ""
    if not received.new:
        return received, _number_of(tx, received.interaction_id)
    issued = log_complaint(
        tx,
        customer_id=tx.one(interactions, received.interaction_id).customer_id,
        interaction_id=received.interaction_id,
        category=_unsorted(tx),
        severity=SEVERITY,
        remedy_sought=remedy_sought,
        verbatim=complaint,
        channel=arrival.channel,
    )
    return received, issued.number


def _number_of(rx: Rx, interaction_id: str) -> str:
    rows = rx.all(sa.select(complaints.c.number).where(complaints.c.interaction_id == interaction_id))
    return str(rows[0].number) if rows else ""


def _unsorted(rx: Rx) -> str:
    """The category of what nobody has sorted yet: `other`, unless the organization has retired it."""
    known = [row.code for row in codes(rx, "category")]
    return CATEGORY if CATEGORY in known or not known else str(known[0])
