"""desk/contacts/misaddressed.py: supervisors hear that a carrier says our numbers so that no entry point can be meant.

What comes so is led like what comes to an unknown number, and without a word nobody would know why.
"""

from datetime import timedelta

import sqlalchemy as sa

from desk.kernel.events import ArrivalMisaddressed
from desk.kernel.transaction import Tx
from desk.organization.receivers import Receiver, is_readable
from desk.tables import events

#: One word of a channel is enough for so long, however much comes.
_AGAIN_AFTER = timedelta(hours=1)
_SAID = (
    sa.select(events.c.id)
    .where(
        events.c.subject == sa.bindparam("channel"),
        events.c.name == ArrivalMisaddressed.name,
        events.c.at > sa.bindparam("since"),
    )
    .limit(1)
)


def tell(tx: Tx, channel: str, to: str, receiver: Receiver) -> None:
    """Says it, if it is so, and has not been said lately."""
    if receiver.listed or is_readable(channel, to):
        return
    if not tx.all(_SAID, channel=channel, since=tx.now - _AGAIN_AFTER):
        tx.emit(ArrivalMisaddressed(id=channel, queue=receiver.queue))
