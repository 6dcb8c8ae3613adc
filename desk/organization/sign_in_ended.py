"""desk/organization/sign_in_ended.py: customers may sign in no more: who has is signed out, and no link works again.

It knows no setting: whoever changes the one that says whether customers may sign in ends what stood on it.
"""

import sqlalchemy as sa

from desk.kernel.transaction import Tx
from desk.tables import customer_sessions, sign_in_links

_END_SESSIONS = sa.delete(customer_sessions)
_END_LINKS = (
    sa.update(sign_in_links)
    .where(sign_in_links.c.used_at.is_(None))
    .values(used_at=sa.bindparam("ended"), expires_at=sa.bindparam("ended"))
)


def end_all(tx: Tx) -> None:
    """Ends every session and every link of customers, for good."""
    tx.change(_END_SESSIONS)
    tx.change(_END_LINKS, ended=tx.now)
