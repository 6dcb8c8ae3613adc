"""desk/customer_access/sessions.py: where a customer is signed in: by what they may read, never as one who works here.

    signed in ──▶ over: signed out · thirty days · seven days unused · another sign-in of this browser
                        · the address is no longer theirs (taken away, moved with its customer into another, erased)
                        · sign-in is switched off

All but the first are found when the session is looked up, each time: there is nothing that could be forgotten to end.
What ends by switching sign-in off does not come back when it is switched on (`desk/organization/sign_in_ended.py`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from desk.customer_access.events import CustomerSignedOut
from desk.customer_access.reachable import CHANNELS, SETTING
from desk.kernel.transaction import Actor, Rx, Tx
from desk.organization.setting import setting
from desk.people.access import digest
from desk.tables import addresses, customer_sessions, customers

LONGEST = timedelta(days=30)
LONGEST_IDLE = timedelta(days=7)
#: Use is written down this often, not at every page.
SEEN_EVERY = timedelta(hours=1)
#: Browsers in which one customer is signed in; the one that was used longest ago ends.
MOST = 10

_HELD = (
    sa.select(
        customer_sessions,
        addresses.c.kind,
        addresses.c.value,
        customers.c.language,
    )
    .join(
        addresses,
        sa.and_(
            addresses.c.id == customer_sessions.c.address_id,
            addresses.c.customer_id == customer_sessions.c.customer_id,
        ),
    )
    .join(customers, customers.c.id == customer_sessions.c.customer_id)
    .where(customer_sessions.c.id == sa.bindparam("id"), addresses.c.kind.in_(tuple(CHANNELS)))
)
_KEPT = sa.select(customer_sessions.c.id, customer_sessions.c.customer_id).where(
    customer_sessions.c.id == sa.bindparam("id")
)
_OF_CUSTOMER = (
    sa.select(customer_sessions.c.id)
    .where(customer_sessions.c.customer_id == sa.bindparam("customer"))
    .order_by(customer_sessions.c.seen_at.desc())
)
_FORGET = sa.delete(customer_sessions).where(customer_sessions.c.expires_at <= sa.bindparam("before"))


@dataclass(frozen=True, kw_only=True)
class CustomerSession:
    """A customer who has shown that an address is theirs."""

    id: str
    customer_id: str
    kind: str
    address: str
    seen_at: datetime

    @property
    def actor(self) -> Actor:
        """As whom they ask: a customer, with the rights of nobody who works here."""
        return Actor.customer(self.customer_id)


def session_of(rx: Rx, secret: str) -> CustomerSession | None:
    """Whose session `secret` opens; None: nobody's, or no longer."""
    found = rx.all(_HELD, id=digest(secret))
    row = found[0] if found else None
    if row is None or row.expires_at <= rx.now or row.seen_at <= rx.now - LONGEST_IDLE or not setting(rx, SETTING):
        return None
    return CustomerSession(
        id=row.id, customer_id=row.customer_id, kind=row.kind, address=row.value, seen_at=row.seen_at
    )


def holder_of(rx: Rx, secret: str) -> str | None:
    """The customer whose session is kept under `secret`, also where it opens nothing just now."""
    return next((str(row.customer_id) for row in rx.all(_KEPT, id=digest(secret))), None)


def open_session(tx: Tx, customer_id: str, address_id: str, *, secret: str, instead_of: str = "") -> None:
    """Signs a customer in under `secret`; ends the session `instead_of`, what is over, and the oldest of many."""
    tx.change(_FORGET, before=tx.now)
    theirs = [row.id for row in tx.all(_OF_CUSTOMER, customer=customer_id)]
    over = [*theirs[MOST - 1 :], *([digest(instead_of)] if instead_of else [])]
    if over:
        tx.execute(sa.delete(customer_sessions).where(customer_sessions.c.id.in_(over)))
    whose = {"customer_id": customer_id, "address_id": address_id}
    times = {"created_at": tx.now, "seen_at": tx.now, "expires_at": tx.now + LONGEST}
    tx.insert(customer_sessions, id=digest(secret), **whose, **times)


def keep_session(tx: Tx, id: str) -> None:
    """Says that a session is used."""
    tx.execute(sa.update(customer_sessions).where(customer_sessions.c.id == id).values(seen_at=tx.now))


def close_session(tx: Tx, secret: str) -> None:
    """Signs out: what `secret` opens ends here, whatever cookies are still about, and whether it opens it just now."""
    for row in tx.all(_KEPT, id=digest(secret)):
        tx.execute(sa.delete(customer_sessions).where(customer_sessions.c.id == row.id))
        tx.emit(CustomerSignedOut(id=row.customer_id))
