"""desk/customers/profiles.py: customers as records: listed, read, added by hand or by another system, changed.

Another system names a customer by its own `external_id`: handing the same one in again is the same
customer, brought up to date.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from channels.characters import why_no_address
from channels.email.addresses import is_address
from channels.voice.numbers import normalise
from desk.customers.contact_safety import checked
from desk.customers.customers import add_address, change, find, spelled
from desk.customers.numbers import why_not_dialled
from desk.customers.safety_changed import plan_customer_anew
from desk.kernel.errors import Conflict, Invalid
from desk.kernel.events import CustomerAdded
from desk.kernel.transaction import Row, Rx, Tx
from desk.tables import addresses, customers

#: What a list can be filtered by; the last two are addresses.
FILTERS = ("external_id", "name", "tier", "language", "email", "phone")


def matching_customers(filters: dict[str, str]) -> sa.Select[Any]:
    """Customers whose fields are as `filters` say; a name is found by any part of it."""
    statement = sa.select(customers)
    for name, value in filters.items():
        if name in ("email", "phone"):
            having = (addresses.c.kind == name, addresses.c.value == spelled(name, value))
            statement = statement.where(customers.c.id.in_(sa.select(addresses.c.customer_id).where(*having)))
        elif name == "name":
            statement = statement.where(customers.c.name.icontains(value, autoescape=True))
        else:
            statement = statement.where(customers.c[name] == value)
    return statement


def profiles(rx: Rx, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Customers as records, with their addresses."""
    ids = [row.id for row in rows]
    theirs: dict[str, list[dict[str, str]]] = {id: [] for id in ids}
    found = sa.select(addresses).where(addresses.c.customer_id.in_(ids)).order_by(addresses.c.id)
    for row in rx.all(found) if ids else ():
        theirs[row.customer_id].append({"kind": row.kind, "value": row.value})
    return [
        {name: row._mapping[name] for name in _SHOWN} | {"addresses": theirs[row.id], "created_at": row.created_at}
        for row in rows
    ]


_SHOWN = (
    "id", "external_id", "name", "tier", "language", "time_zone", "note", "vulnerable", "contact_safety", "version",
)  # fmt: skip


def one_profile(rx: Rx, customer_id: str) -> dict[str, Any]:
    """One customer.

    Raises:
        NotFound: there is none.
    """
    return profiles(rx, [rx.one(customers, customer_id)])[0]


def add_customer(
    tx: Tx, *, external_id: str | None, reachable: Sequence[tuple[str, str]], fields: dict[str, Any]
) -> tuple[str, bool]:
    """Adds a customer, or brings the one with this `external_id` up to date; the id, and whether it is new.

    `reachable` holds (kind, value) of addresses.

    Raises:
        Invalid: names each field that is wrong.
        Conflict: an address belongs to another customer.
    """
    spelling = [_checked(kind, value) for kind, value in reachable]
    customer_id, new = tx.new_id(), True
    if not tx.insert_if_new(customers, id=customer_id, external_id=external_id, created_at=tx.now, version=0):
        (known,) = tx.all(sa.select(customers.c.id).where(customers.c.external_id == external_id))
        customer_id, new = str(known.id), False
    changed = change(tx, customer_id, fields)
    for kind, value in spelling:
        if not add_address(tx, customer_id, kind, value) and find(tx, kind, value) != customer_id:
            raise Conflict("addresses", "one of them belongs to another customer")
    if any(kind == "phone" for kind, _ in spelling):  # whoever is to be rung there is rung as both allow
        plan_customer_anew(tx, customer_id)
    tx.emit(CustomerAdded(id=customer_id) if new else changed)
    return customer_id, new


def change_customer(tx: Tx, customer_id: str, fields: dict[str, Any], version: int | None = None) -> None:
    """Changes what is known of a customer; with `version`, only if nobody changed it since.

    Raises:
        NotFound, Invalid: see `customers.change`; also for a representative's number that we do not dial.
        Conflict: somebody did.
    """
    if version is not None and tx.take(customers, customer_id).version != version:
        raise Conflict("customer", "somebody else changed it meanwhile")
    _check_representative(tx, fields)
    changed = change(tx, customer_id, fields)
    if fields:
        tx.emit(changed)


def _check_representative(rx: Rx, fields: Mapping[str, Any]) -> None:
    """Lets through what is written of a customer's representative if they can be rung.

    Raises:
        Invalid: no call is made to that number, and why.
    """
    number = (checked(fields.get("contact_safety")) or {}).get("representative_number")
    why = why_not_dialled(rx, number) if number else None
    if why is not None:
        raise Invalid("contact_safety.representative_number", why)


def _checked(kind: str, value: str) -> tuple[str, str]:
    value = spelled(kind, value)
    if kind == "email" and not is_address(value):
        raise Invalid("addresses", "not a mail address")
    if kind == "phone" and normalise(value) is None:
        raise Invalid("addresses", "not a telephone number in international form")
    if why := why_no_address(value):
        raise Invalid("addresses", why)
    return kind, value
