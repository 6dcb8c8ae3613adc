"""desk/contacts/attempts.py: how far we have come with a customer whom we ring.

    wanted ──▶ dialling ──▶ ringing ──answers──▶ talking
                  │            │          └──▶ answered ──a key──▶ waiting ──an agent──▶ talking
                  └────────────┴────────────────────┴────────────────┴──▶ over

Who is rung before any agent may be a machine, and then waits: reached is a customer who is joined with an agent.

A call that rings a customer for a call-back says, once, how that ended: as a job, in the transaction in
which it ended.
"""

from dataclasses import dataclass
from enum import StrEnum

from desk.kernel.jobs import Job
from desk.kernel.transaction import Row, Tx
from desk.tables import calls


class CustomerLeg(StrEnum):
    """How far the leg to a customer has come whom we ring."""

    THEIRS = ""  #: they rang us
    WANTED = "wanted"  #: nobody has been asked to ring them yet
    DIALLING = "dialling"  #: the carrier is being asked to
    RINGING = "ringing"  #: it rings
    ANSWERED = "answered"  #: picked up, by whom or what is not known
    WAITING = "waiting"  #: a person, who waits for an agent
    TALKING = "talking"  #: joined with an agent
    OVER = "over"  #: not reached


#: What ended a call whose agent could not be rung: nobody was called.
UNREACHABLE = "unreachable"
#: The customer is not there yet, and may still come.
AWAITED = frozenset({CustomerLeg.WANTED, CustomerLeg.DIALLING, CustomerLeg.RINGING, CustomerLeg.ANSWERED})


@dataclass(frozen=True, kw_only=True)
class AttemptEnded(Job):
    """A call for a call-back has reached its customer, or has not.

    `why` is answered, no_answer, busy, failed, no_key, hung_up, or agent_unreachable, which is no attempt.
    """

    callback_id: str
    call_id: str
    reached: bool
    why: str


def is_awaited(call: Row) -> bool:
    """Whether this call rings a customer who is not there yet."""
    return call.customer_leg in AWAITED


def waits(tx: Tx, call: Row) -> None:
    """The customer is there and waits for an agent: nothing is known yet of how that ends."""
    if is_awaited(call):
        tx.update(calls, call.id, customer_leg=CustomerLeg.WAITING.value)


def reached(tx: Tx, call: Row) -> None:
    """The customer is there and joined with an agent. Only the first word of it counts."""
    _ended(tx, call, CustomerLeg.TALKING, why="answered")


def not_reached(tx: Tx, call: Row, why: str) -> None:
    """The customer will not come, or went before an agent did. Nothing for one who was reached, or rang us."""
    _ended(tx, call, CustomerLeg.OVER, why=why)


def _ended(tx: Tx, call: Row, leg: CustomerLeg, *, why: str) -> None:
    if not is_awaited(call) and call.customer_leg != CustomerLeg.WAITING:
        return
    tx.update(calls, call.id, customer_leg=leg.value)
    if call.callback_id:
        ended = AttemptEnded(callback_id=call.callback_id, call_id=call.id, reached=leg is CustomerLeg.TALKING, why=why)
        tx.defer(ended, key=f"attempt:{call.id}")
