"""knowledgebase/contacts/names.py: the names by which the house knows who is in a contact."""

import sqlalchemy as sa

from desk.kernel.transaction import Rx
from desk.tables import customers, interactions, messages

_GIVEN = (
    sa.select(messages.c.author_name)
    .where(
        messages.c.interaction_id == sa.bindparam("id"),
        messages.c.author_kind == "customer",
        messages.c.author_name != "",
    )
    .distinct()
)


def names_of_asker(rx: Rx, interaction_id: str) -> list[str]:
    """What its customer is called, and what they have called themselves in it.

    Raises:
        NotFound: no such contact.
    """
    name = rx.one(customers, rx.one(interactions, interaction_id).customer_id).name
    return [name, *(row.author_name for row in rx.all(_GIVEN, id=interaction_id))]
