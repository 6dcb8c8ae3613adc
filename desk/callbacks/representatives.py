"""desk/callbacks/representatives.py: who speaks for a customer is rung, also for what was booked before they did."""

from desk.callbacks.tries import tries_of
from desk.customers.contact_safety import safety_of
from desk.kernel.transaction import Row, Tx
from desk.tables import callbacks, customers


def through_representative(tx: Tx, callback: Row) -> Row:
    """The call-back, on the number of who speaks for its customer by now; it goes on with the attempts of that one."""
    safety = safety_of(tx.one(customers, callback.customer_id))
    if safety is None or safety.representative_number in ("", callback.number):
        return callback
    number = safety.representative_number
    tx.update(callbacks, callback.id, number=number, attempts=tries_of(tx, number).by(tx.now))
    return tx.one(callbacks, callback.id)
