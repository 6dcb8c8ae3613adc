"""desk/calls/texts_to_callers.py: an article that a caller has sent to themselves: one text, to their number.

It goes to a mobile number in a country that we dial, and to nobody who is not to be contacted so; three of a call, six
of a number within a day. It stands in the call's thread like whatever else we write, and goes out by the same job. Who
has answered STOP is known to the carrier, which refuses it then; that stands in the thread too.
"""

from datetime import timedelta

import sqlalchemy as sa

from channels.types import Delivery
from channels.voice.numbers import can_be_texted
from desk.contacts.articles import Told
from desk.contacts.messages import SendMessage
from desk.contacts.outgoing import BY, sender_of_texts
from desk.customers.contact_safety import allows, whose
from desk.kernel.events import MessageAdded
from desk.kernel.transaction import Row, Rx, Tx
from desk.organization.setting import setting
from desk.tables import interactions, messages

SMS = "sms"
MOST_OF_CALL = 3
MOST_OF_NUMBER = 6
WITHIN = timedelta(hours=24)
_LATELY = (
    sa.select(messages.c.interaction_id)
    .join(interactions, interactions.c.id == messages.c.interaction_id)
    .where(
        interactions.c.channel == "voice",
        interactions.c.reply_to == sa.bindparam("number"),
        messages.c.author_kind == "bot",
        messages.c.sent_at > sa.bindparam("since"),
    )
    .limit(MOST_OF_NUMBER)
)


def why_no_text(rx: Rx, call: Row, customer: Row) -> str:
    """Why the caller of this call (its interaction) may not be sent a text now; empty where they may."""
    number = str(call.reply_to)
    if not can_be_texted(number, countries=set(setting(rx, "dial_countries"))):
        return "theirs is no mobile number of a country that we dial"
    if not sender_of_texts(rx):
        return "we have no number to send it from"
    if not all(allows(one, SMS) for one in whose(rx, customer, number)):
        return "they are not to be contacted by text"
    lately = [row.interaction_id for row in rx.all(_LATELY, number=number, since=rx.now - WITHIN)]
    if lately.count(call.id) >= MOST_OF_CALL:
        return f"{MOST_OF_CALL} were sent in this call"
    return f"{MOST_OF_NUMBER} were sent to their number within a day" if len(lately) >= MOST_OF_NUMBER else ""


def send(tx: Tx, call: Row, told: Told) -> str:
    """Sends it; what it says is kept in the call's thread, by the id that is returned."""
    message_id = tx.new_id()
    tx.insert(
        messages,
        id=message_id,
        interaction_id=call.id,
        author_kind="bot",
        text=f"{told.title}\n{told.words}\n{told.url}",
        internal=False,
        sent_at=tx.now,
        delivery=Delivery.QUEUED,
        headers={BY: SMS},
    )
    tx.defer(SendMessage(message_id=message_id))
    tx.emit(MessageAdded(id=message_id, interaction_id=call.id, author_kind="bot"))
    return message_id
