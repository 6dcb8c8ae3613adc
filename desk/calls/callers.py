"""desk/calls/callers.py: who rings again and again is told so, and leaves the lines to others.

Counted by number, over calls that were taken. Whoever withholds theirs is nobody in particular: such
callers are not counted together, so that one of them shuts out no other.
"""

from datetime import timedelta

import sqlalchemy as sa

from channels.voice.numbers import normalise
from desk.customers.customers import Identity
from desk.kernel.errors import Unavailable
from desk.kernel.transaction import Tx
from desk.tables import interactions

#: Calls of one number within so long.
MOST_CALLS = 20
WITHIN = timedelta(minutes=10)


class TooManyCalls(Unavailable):
    """This number has rung too often just now; `language` is the caller's."""

    code = "too_many_calls"

    def __init__(self, language: str) -> None:
        super().__init__("The line")
        self.language = language


def check_how_often(tx: Tx, who: Identity, number: str) -> None:
    """Lets `number` ring once more, if it may. The customer is taken: calls of one number wait for each other here.

    Raises:
        TooManyCalls: not now.
    """
    spelled = normalise(number)
    if spelled is None:
        return
    lately = (
        interactions.c.channel == "voice",
        interactions.c.direction == "in",
        interactions.c.arrived_at > tx.now - WITHIN,
    )
    theirs = sa.select(interactions.c.id).where(interactions.c.reply_to == spelled, *lately)
    if len(tx.all(theirs.limit(MOST_CALLS))) == MOST_CALLS:
        raise TooManyCalls(who.customer.language)
