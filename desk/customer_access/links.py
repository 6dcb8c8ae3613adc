"""desk/customer_access/links.py: the link by which a customer signs in.

    asked ──▶ issued ──▶ used
                ├─ another one of the address was used
                ├─ fifteen minutes are over ──▶ (asked again, and none goes out now) works again
                ├─ sign-in was switched off
                └─ the address is no longer theirs

What opens it is its id, signed: it can be sent again under the same words, and the tables keep nothing that opens
anything. Anybody can ask for a link to anybody's address, so asking takes nothing from who has it: links live side by
side, and nobody is told that too many were asked for there. What is bounded is what goes out. When nothing may just
now, the newest that did, in the last day, works for another fifteen minutes: whoever reads the mailbox can sign in.
Signing in shows that links are wanted, and the count begins anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

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
#: Links that go to one address within a day, those since the last sign-in there; and how long after the one before:
#: the second and third soon, as a mail is easily lost, the others not.
MOST_A_DAY, QUICK = 12, 3
SOON, SPACED = timedelta(minutes=1), timedelta(minutes=15)
#: Links of all within an hour, by channel: a text costs money. Further ones to an address that had one in the last day
#: may use up half of it: the other half is for who has none yet.
MOST_TOGETHER = {"email": 2_000, "sms": 200}
#: So long it is kept that there was one.
KEPT = timedelta(days=2)

_OF_ADDRESS = (
    sa.select(sign_in_links.c.id, sign_in_links.c.created_at)
    .where(
        sign_in_links.c.address_id == sa.bindparam("address"),
        sign_in_links.c.customer_id == sa.bindparam("customer"),
        sign_in_links.c.created_at > sa.bindparam("since"),
        sign_in_links.c.used_at.is_(None),
    )
    .order_by(sign_in_links.c.created_at.desc())
    .limit(MOST_A_DAY)
)
_TOGETHER = sa.select(sa.func.count().label("n")).where(
    sign_in_links.c.created_at > sa.bindparam("since"), sign_in_links.c.channel == sa.bindparam("channel")
)
#: All of an address: the one that is used, and those beside it.
_END = (
    sa.update(sign_in_links)
    .where(sign_in_links.c.address_id == sa.bindparam("address"), sign_in_links.c.used_at.is_(None))
    .values(used_at=sa.bindparam("ended"), expires_at=sa.bindparam("ended"))
)
_END_ONE = (
    sa.update(sign_in_links)
    .where(sign_in_links.c.id == sa.bindparam("link"), sign_in_links.c.used_at.is_(None))
    .values(used_at=sa.bindparam("ended"), expires_at=sa.bindparam("ended"))
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
    """The link for an address; the same `link_id` again is the same link. Those before it stay as they are.

    None: nobody whom we know has it, no link may go there, or this one is over; or so many did go there lately that
    the newest of them works on instead.
    """
    if tx.all(sa.select(sign_in_links.c.id).where(sign_in_links.c.id == link_id)):
        return good(tx, link_id)
    address = owned(tx, kind, value) if setting(tx, SETTING) else None
    if address is None:
        return None
    tx.take(addresses, address.id)  # who asks at the same moment waits, and finds this one
    channel = CHANNELS[kind]
    theirs = {"address": address.id, "customer": address.customer_id}
    waiting = tx.all(_OF_ADDRESS, **theirs, since=tx.now - timedelta(days=1))
    if not _may_go(tx, [row.created_at for row in waiting], channel):
        for newest in waiting[:1]:
            tx.update(sign_in_links, newest.id, expires_at=tx.now + VALID)
        return None
    tx.change(_FORGET, before=tx.now - KEPT)
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


def never_went_out(tx: Tx, link_id: str) -> None:
    """Ends a link that nobody got: it neither counts nor is the one that works on."""
    tx.change(_END_ONE, link=link_id, ended=tx.now)


def use(tx: Tx, link_id: str, *, secret: str, instead_of: str = "") -> None:
    """Signs in by a link, once: a session that `secret` opens, instead of the one that `instead_of` opened.

    The others of its address end.

    Raises:
        NotFound: no such link.
        Stale: it is used or over.
    """
    row = tx.one(sign_in_links, link_id)
    tx.take(addresses, row.address_id)  # of two that are opened at once, one is used
    link = good(tx, link_id)
    if link is None:
        raise Stale("This link")
    tx.change(_END, address=row.address_id, ended=tx.now)
    open_session(tx, link.customer_id, row.address_id, secret=secret, instead_of=instead_of)
    tx.emit(CustomerSignedIn(id=link.customer_id, link_id=link_id))


def _lasts(row: Row, rx: Rx) -> bool:
    return row.used_at is None and bool(row.expires_at > rx.now)


def _may_go(rx: Rx, lately: Sequence[datetime], channel: str) -> bool:
    """Whether another one may go to an address to which these went in the last day, the newest first."""
    if len(lately) >= MOST_A_DAY:
        return False
    if lately and rx.now - lately[0] < (SOON if len(lately) < QUICK else SPACED):
        return False
    together = rx.all(_TOGETHER, since=rx.now - timedelta(hours=1), channel=channel)[0].n
    return bool(together < (MOST_TOGETHER[channel] // 2 if lately else MOST_TOGETHER[channel]))
