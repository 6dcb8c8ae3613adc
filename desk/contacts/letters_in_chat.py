"""desk/contacts/letters_in_chat.py: an acknowledgement that only the complainant's open chat can carry.

    queued ──said in the chat──▶ queued ──the page has it──▶ handed over
       └─the chat is over─▶ undeliverable ◀─10 minutes─┘

A visitor whose address nobody has proved is reached where they are. What no page has taken after ten minutes is work
for a person.
"""

from datetime import timedelta

from channels.types import Delivery
from desk.complaints.closing import letter_failed
from desk.complaints.letters import CHAT_GOES_ON, LINK, SendLetter
from desk.contacts.messages import tell_customer
from desk.kernel.transaction import Tx
from desk.tables import complaints, interactions, letters

#: So long a page may take to say that it has what was said.
TAKEN_WITHIN = timedelta(minutes=10)


def say_in_chat(tx: Tx, letter_id: str, link: str) -> None:
    """Says a letter in the chat of its complaint; asked again later, gives up what no page has."""
    complaint = tx.one(complaints, tx.one(letters, letter_id).complaint_id)
    interaction = tx.take(interactions, complaint.interaction_id)
    letter = tx.take(letters, letter_id)
    if letter.state != "queued":
        return
    if letter.message_id and tx.now < letter.created_at + TAKEN_WITHIN:
        return
    if letter.message_id or interaction.state not in CHAT_GOES_ON:
        letter_failed(tx, letter_id, "the visitor has left the chat")
        return
    said = tell_customer(tx, interaction.id, letter.short.replace(LINK, link), delivery=Delivery.QUEUED)
    tx.update(letters, letter_id, message_id=said)
    tx.defer(SendLetter(letter_id=letter_id), at=letter.created_at + TAKEN_WITHIN)
