"""desk/customer_access/links.py: the link by which a customer signs in.

    asked ──▶ issued ──▶ used
                ├─ a newer one was issued for the address
                ├─ fifteen minutes are over
                └─ the address is no longer theirs

What opens it is its id, signed: it can be sent again under the same words, and the tables keep nothing that opens
anything. So many of an address, and of all, are issued within an hour and a day, whoever asks from wherever.
"""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from desk.customer_access.events import CustomerLinkIssued, CustomerSignedIn
from desk.customer_access.reachable import CHANNELS, SETTING, owned
from desk.customer_access.sessions import open_session
from desk.kernel.errors import Stale
from desk.kernel.transaction import Row, Rx, Tx
from desk.organization.setting import setting
from desk.tables import addresses, sign_in_links

#: What the signature of a link is good for.
PURPOSE = "sign-in"
VALID = timedelta(minutes=15)
#: Links for one address within a quarter of an hour, and within a day.
MOST_AT_ONCE, MOST_A_DAY = 3, 20
#: Links of all within an hour, by channel: a text costs money.
MOST_TOGETHER = {"email": 2_000, "sms": 200}
#: So long it is kept that there was one.
KEPT = timedelta(days=2)

_OF_ADDRESS = (
    sa.select(sign_in_links.c.created_at)
    .where(sign_in_links.c.address_id == sa.bindparam("address"), sign_in_links.c.created_at > sa.bindparam("since"))
    .order_by(sign_in_links.c.created_at.desc())
    .limit(MOST_A_DAY)
)
_TOGETHER = sa.select(sa.func.count().label("n")).where(
    sign_in_links.c.created_at > sa.bindparam("since"), sign_in_links.c.channel == sa.bindparam("channel")
)
_END_OTHERS = (
    sa.update(sign_in_links)
    .where(sign_in_links.c.address_id == sa.bindparam("address"), sign_in_links.c.expires_at > sa.bindparam("ended"))
    .values(expires_at=sa.bindparam("ended"))
)
_FORGET = sa.delete(sign_in_links).where(sign_in_links.c.created_at < sa.bindparam("before"))
#: A link with the address that it went to, while that is its customer's.
_WITH_ADDRESS = (
    sa.select(sign_in_links, addresses.c.kind, addresses.c.value)
    .join(
        addresses,
        sa.and_(addresses.c.id == sign_in_links.c.address_id, addresses.c.customer_id == sign_in_links.c.customer_id),
    )
    .where(sign_in_links.c.id == sa.bindparam("id"), addresses.c.kind.in_(tuple(CHANNELS)))
)


@dataclass(frozen=True, kw_only=True)
class Good:
    """A link that signs a customer in: whom, and the address that it went to."""

    id: str
    customer_id: str
    channel: str
    kind: str
    address: str


def issue(tx: Tx, link_id: str, kind: str, value: str) -> Good | None:
    """The link for an address; the same `link_id` again is the same link. The former ones of the address end.

    None: nobody whom we know has it, no link may go there, too many did, or this one is over.
    """
    if tx.all(sa.select(sign_in_links.c.id).where(sign_in_links.c.id == link_id)):
        return good(tx, link_id)
    address = owned(tx, kind, value) if setting(tx, SETTING) else None
    if address is None:
        return None
    tx.take(addresses, address.id)  # who asks at the same moment waits, and finds this one
    channel = CHANNELS[kind]
    if _too_many(tx, address.id, channel):
        return None
    tx.change(_FORGET, before=tx.now - KEPT)
    tx.change(_END_OTHERS, address=address.id, ended=tx.now)
    about = {"customer_id": address.customer_id, "address_id": address.id, "channel": channel}
    tx.insert(sign_in_links, id=link_id, **about, created_at=tx.now, expires_at=tx.now + VALID)
    tx.emit(CustomerLinkIssued(id=address.customer_id, link_id=link_id, channel=channel))
    return Good(id=link_id, customer_id=address.customer_id, channel=channel, kind=kind, address=address.value)


def good(rx: Rx, link_id: str) -> Good | None:
    """What a link opens now; None where it is used, over, or was never issued. Looking changes nothing."""
    found = rx.all(_WITH_ADDRESS, id=link_id)
    if not found or not _lasts(found[0], rx) or not setting(rx, SETTING):
        return None
    row = found[0]
    return Good(id=row.id, customer_id=row.customer_id, channel=row.channel, kind=row.kind, address=row.value)


def use(tx: Tx, link_id: str, *, secret: str, instead_of: str = "") -> None:
    """Signs in by a link, once: a session that `secret` opens, instead of the one that `instead_of` opened.

    Raises:
        NotFound: no such link.
        Stale: it is used or over.
    """
    tx.take(sign_in_links, link_id)
    link = good(tx, link_id)
    if link is None:
        raise Stale("This link")
    row = tx.one(sign_in_links, link_id)
    tx.update(sign_in_links, link_id, used_at=tx.now, expires_at=tx.now)
    open_session(tx, link.customer_id, row.address_id, secret=secret, instead_of=instead_of)
    tx.emit(CustomerSignedIn(id=link.customer_id, link_id=link_id))


def _lasts(row: Row, rx: Rx) -> bool:
    return row.used_at is None and bool(row.expires_at > rx.now)


def _too_many(rx: Rx, address_id: str, channel: str) -> bool:
    lately = [row.created_at for row in rx.all(_OF_ADDRESS, address=address_id, since=rx.now - timedelta(days=1))]
    if len(lately) >= MOST_A_DAY or sum(at > rx.now - VALID for at in lately) >= MOST_AT_ONCE:
        return True
    together = rx.all(_TOGETHER, since=rx.now - timedelta(hours=1), channel=channel)[0].n
    return bool(together >= MOST_TOGETHER[channel])
