"""desk/customers/safety_changed.py: how a customer may be phoned has changed: that holds for what was promised, too."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from desk.kernel.jobs import Job
from desk.kernel.transaction import Rx, Tx
from desk.tables import addresses, callbacks

#: By what of a customer it is known when they may be phoned.
_SAYS_WHEN = frozenset({"contact_safety", "time_zone"})


@dataclass(frozen=True, kw_only=True)
class PlanCustomerAnew(Job):
    """A customer may be phoned at other hours than before: whoever is to be rung there is planned by those."""

    customer_id: str


def plan_anew_if_safety(tx: Tx, customer_id: str, changed: Collection[str]) -> None:
    """Sees to it that the call-backs are planned anew for which the hours of this customer hold, where what `changed`
    says when that is."""
    if not _SAYS_WHEN.isdisjoint(changed):
        plan_customer_anew(tx, customer_id)


def plan_customer_anew(tx: Tx, customer_id: str) -> None:
    """Sees to it that the call-backs are planned anew for which the hours of this customer hold."""
    if callbacks_to(tx, customer_id):
        tx.defer(PlanCustomerAnew(customer_id=customer_id), key=f"plan_anew:{customer_id}")


def callbacks_to(rx: Rx, customer_id: str) -> list[str]:
    """The call-backs that wait to be made to this customer, or to somebody else on a number that is theirs."""
    return sorted(str(row.id) for row in rx.all(_TO, customer=customer_id))


_NUMBERS = sa.select(addresses.c.value).where(
    addresses.c.customer_id == sa.bindparam("customer"), addresses.c.kind == "phone"
)
_TO = sa.union(
    sa.select(callbacks.c.id).where(
        callbacks.c.customer_id == sa.bindparam("customer"), callbacks.c.state == "waiting"
    ),
    sa.select(callbacks.c.id).where(callbacks.c.number.in_(_NUMBERS), callbacks.c.state == "waiting"),
)
