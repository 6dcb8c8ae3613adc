"""knowledgebase/contacts/certainty.py: whether the customer of a contact may be told what only customers may read.

Only where the contact is certainly theirs. A browser that comes back is the same browser, and still nobody's whom we
know: in a chat its customer has another address as well, which somebody has shown to be theirs.
"""

import sqlalchemy as sa

from desk.customers.customers import CLAIMED, Certainty
from desk.kernel.transaction import Row, Rx
from desk.tables import addresses

_KNOWN_BY = (
    sa.select(addresses.c.id)
    .where(addresses.c.customer_id == sa.bindparam("customer_id"), addresses.c.kind.not_in(["chat", CLAIMED]))
    .limit(1)
)


def is_certain(rx: Rx, interaction: Row) -> bool:
    """Whether what is said in this contact is said to a customer whom we know."""
    if interaction.certainty != Certainty.CERTAIN:
        return False
    return interaction.channel != "chat" or bool(rx.all(_KNOWN_BY, customer_id=interaction.customer_id))
