"""desk/replay/customers.py: what customers were to the router at an instant: their tier and their language.

The log has each change with what was before it, so what they are today is taken back, as the rules are. Changes that
former versions made have nothing to take back.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Customer(NamedTuple):
    """What the router goes by of a customer."""

    tier: str
    language: str


#: Of whom nothing is known.
UNKNOWN = Customer("", "")


class Change(NamedTuple):
    """One change: when, and what was otherwise before it."""

    at_ms: int
    was: Mapping[str, str]


def as_of(today: Customer, changes: Sequence[Change], at_ms: int) -> Customer:
    """What they were at an instant; `changes` are in their order, and one of that very instant has been made."""
    then = today
    for change in reversed(changes):
        if change.at_ms > at_ms:
            then = then._replace(**change.was)
    return then
