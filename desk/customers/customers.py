"""desk/customers/customers.py: who is this? A customer is known by addresses, never by a name.

certain   the address is one of theirs
maybe     they say that it is theirs; shown, never linked
new       nobody has written or rung from there before
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import SimpleNamespace
from typing import Any, cast

import sqlalchemy as sa

from channels.characters import shows_nothing
from channels.email.addresses import is_address
from channels.types import Arrival
from channels.voice.numbers import normalise
from desk.customers.contact_safety import checked
from desk.customers.safety_changed import plan_anew_if_safety
from desk.kernel.errors import Invalid
from desk.kernel.events import CustomerChanged
from desk.kernel.questions import Question, answer
from desk.kernel.transaction import Row, Rx, Tx
from desk.organization.values import TIERS, is_zone
from desk.tables import addresses, customers

#: The kind of an address that somebody typed and nothing proves.
CLAIMED = "claimed_email"
#: Kinds of address that a person would recognise somebody by.
_READABLE = frozenset({"email", "phone"})
MOST_NAME = 200
MOST_ADDRESS = 320
#: What a staff member may change on a customer.
CHANGEABLE = ("name", "tier", "language", "time_zone", "note", "vulnerable", "contact_safety")
#: What of them the router goes by: states, not facts about a person, so the log may have what they were.
ROUTED_BY = ("tier", "language")

_WHOSE = sa.select(addresses.c.customer_id).where(
    addresses.c.kind == sa.bindparam("kind"), addresses.c.value == sa.bindparam("value")
)
#: The same with the whole row, taken.
_OWNER = (
    sa.select(customers)
    .join(addresses, addresses.c.customer_id == customers.c.id)
    .where(addresses.c.kind == sa.bindparam("kind"), addresses.c.value == sa.bindparam("value"))
    .with_for_update(of=customers)
)


class Certainty(StrEnum):
    CERTAIN = "certain"  #: the address is one of theirs
    MAYBE = "maybe"  #: they say so, and nothing proves it
    NEW = "new"  #: first contact from this address


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A customer, and how sure we are. The customer's row is taken: nobody else changes it meanwhile."""

    customer: Row
    certainty: Certainty


def spelled(kind: str, value: str) -> str:
    """The one spelling under which an address is stored.

    Raises:
        Invalid: nothing is left of it.
    """
    value = value.replace("\0", "").strip()
    if kind == "email":
        value = value.lower()
    elif kind == "phone":
        value = normalise(value) or value
    if not value:
        raise Invalid("address", "missing")
    return value[:MOST_ADDRESS]


def find(rx: Rx, kind: str, value: str) -> str | None:
    """The id of the customer who has this address, or None."""
    found = rx.all(_WHOSE, kind=kind, value=spelled(kind, value))
    return str(found[0].customer_id) if found else None


def owner_of(kind: str, value: str) -> Question[Sequence[Row]]:
    """Who has this address, taken.

    Raises:
        Invalid: no address.
    """
    return Question([(_OWNER, {"kind": kind, "value": spelled(kind, value)})], list)


def identify(
    tx: Tx,
    kind: str,
    value: str,
    *,
    owner: Sequence[Row] | None = None,
    name: str = "",
    language: str = "",
    claims_email: str = "",
    doubtful: bool = False,
    typed: bool = False,
) -> Identity:
    """The customer behind an address; a new one where nobody has it.

    `claims_email` is what a visitor typed. If a customer has that mailbox the contact is shown as
    maybe theirs, and the visitor's own address stays unlinked: anybody can type a mailbox. One that
    nobody has is kept as a claim, which no mail is matched with and no letter goes to. A `doubtful`
    address, of a mail whose From is somebody else's, is no better than one that was typed. Of a form the
    address is all that there is, and `typed`: it is maybe the customer who has it. Who has asked for the
    `owner` already, in this transaction, hands it in.
    """
    if doubtful:
        return _claiming(tx, value, name, language)
    claims_email = claims_email.strip() if is_address(claims_email.strip()) else ""
    if kind == "phone" and normalise(value) is None:  # withheld, or a company's name: belongs to nobody
        return Identity(customer=_new(tx, name or value, language), certainty=Certainty.NEW)
    found = answer(tx, owner_of(kind, value)) if owner is None else owner
    if found:
        if typed:
            return Identity(customer=found[0], certainty=Certainty.MAYBE)
        return Identity(customer=_fill_in(tx, found[0], name, language), certainty=Certainty.CERTAIN)
    if claims_email and (claimed := find(tx, "email", claims_email)):
        return Identity(customer=tx.take(customers, claimed), certainty=Certainty.MAYBE)
    customer = _new(tx, name, language)
    if not add_address(tx, customer.id, kind, value):  # somebody else was first, this instant
        tx.execute(sa.delete(customers).where(customers.c.id == customer.id))
        return identify(tx, kind, value, name=name, language=language)
    if claims_email:
        add_address(tx, customer.id, CLAIMED, claims_email.lower())
    return Identity(customer=customer, certainty=Certainty.NEW)


def _claiming(tx: Tx, email: str, name: str, language: str) -> Identity:
    """Whoever says that this mailbox is theirs, and may be somebody else."""
    known = find(tx, "email", email)
    if known is not None:
        return Identity(customer=tx.take(customers, known), certainty=Certainty.MAYBE)
    customer = _new(tx, name, language)
    add_address(tx, customer.id, CLAIMED, spelled("email", email))
    return Identity(customer=customer, certainty=Certainty.NEW)


def signed(arrival: Arrival, who: Identity) -> Arrival:
    """What came in, with the name of its author: their own word for it, else what we know them by, else the address.

    Who only says that a customer's mailbox is theirs is not told that customer's name.
    """
    if not shows_nothing(arrival.name):
        return arrival
    known = str(who.customer.name) if who.certainty is Certainty.CERTAIN else ""
    address = arrival.address if arrival.address_kind in _READABLE else ""
    return replace(arrival, name=known or address)


def add_address(tx: Tx, customer_id: str, kind: str, value: str) -> bool:
    """Gives a customer an address; False when somebody has it."""
    values = {"id": tx.new_id(), "customer_id": customer_id, "kind": kind, "value": spelled(kind, value)}
    return tx.insert_if_new(addresses, **values, created_at=tx.now)


def change(tx: Tx, customer_id: str, fields: Mapping[str, Any]) -> CustomerChanged:
    """Changes what is known of a customer; returns what is to be said of it.

    Raises:
        NotFound: no such customer.
        Invalid: names each field that cannot be set, or not so.
    """
    wrong = [(name, "cannot be changed") for name in fields if name not in CHANGEABLE]
    if "tier" in fields and fields["tier"] not in TIERS:
        wrong.append(("tier", f"must be one of {', '.join(TIERS)}"))
    if fields.get("time_zone") and not is_zone(fields["time_zone"]):
        wrong.append(("time_zone", "no such time zone; expected a name like Europe/London"))
    if wrong:
        raise Invalid.many(wrong)
    if "contact_safety" in fields:
        fields = dict(fields) | {"contact_safety": checked(fields["contact_safety"])}
    before = tx.take(customers, customer_id)
    if fields:
        tx.update(customers, customer_id, **fields)
        news = [name for name, value in fields.items() if value != before._mapping[name]]
        plan_anew_if_safety(tx, customer_id, news)
    return _changed(before, fields)


def _changed(before: Row, fields: Mapping[str, Any]) -> CustomerChanged:
    was = {name: str(before._mapping[name]) for name in ROUTED_BY if name in fields}
    return CustomerChanged(
        id=before.id,
        fields=sorted(fields),
        was={name: value for name, value in was.items() if value != fields[name]},
    )


def _as_said(name: str) -> str:
    """A name as somebody outside says it; of which nothing is seen, that is none."""
    return "" if shows_nothing(name) else name.replace("\0", "").strip()[:MOST_NAME]


def _new(tx: Tx, name: str, language: str) -> Row:
    values = {
        "id": tx.new_id(),
        "external_id": None,
        "name": _as_said(name),
        "tier": "ordinary",
        "language": language[:16],
        "time_zone": "",
        "note": "",
        "vulnerable": False,
        "contact_safety": None,
        "version": 0,
        "created_at": tx.now,
    }
    tx.insert(customers, **values)
    return cast("Row", SimpleNamespace(**values, _mapping=values))


def _fill_in(tx: Tx, customer: Row, name: str, language: str) -> Row:
    """Takes a name and a language where none was known; what is known is never overwritten by a sender."""
    name, language = _as_said(name), language[:16]
    news = {
        key: value for key, value in (("name", name), ("language", language)) if value and not customer._mapping[key]
    }
    if not news:
        return customer
    tx.update(customers, customer.id, **news)
    tx.emit(_changed(customer, news))
    return tx.one(customers, customer.id)
