"""desk/customers/numbers.py: on which numbers customers are rung, and from which of ours."""

import sqlalchemy as sa

from channels.voice.numbers import E164, country_of, normalise, why_not_dial
from desk.customers.contact_safety import why_not_phone
from desk.kernel.errors import Conflict, Invalid
from desk.kernel.transaction import Row, Rx
from desk.organization.organization import setting
from desk.tables import entry_points

_OURS = sa.select(entry_points).where(entry_points.c.channel == "voice").order_by(entry_points.c.address)


def spelled_out(rx: Rx, to: str) -> str:
    """A number as somebody typed it, in international form; one without a country is one of ours.

    Raises:
        Invalid: it is no telephone number.
    """
    shown = _our_number(rx, None)
    number = normalise(to, country=country_of(shown) if shown else "")
    if number is None:
        raise Invalid("to", "not a telephone number")
    return number


def why_not(rx: Rx, to: str, queue: str, customer: Row) -> str | None:
    """Why a customer cannot be rung on a number for `queue`, in words that anybody may read; None if they can."""
    shown = _our_number(rx, queue)
    if shown is None:
        return "no number of ours is set up from which we could call"
    return _why_not(rx, to, shown) or why_not_phone(rx, customer, to)


def why_not_dialled(rx: Rx, to: str) -> str | None:
    """Why nobody is rung on a number, for whichever queue, in words that anybody may read; None if somebody can be.

    Where we have no number from which we could call, it is taken for one in our own country.
    """
    ours = [point.address for point in rx.all(_OURS) if E164.fullmatch(point.address)] or [to]
    why = [_why_not(rx, to, shown) for shown in ours]
    return None if None in why else why[0]


def check_number(rx: Rx, to: str, shown: str) -> None:
    """Lets through a number that we dial from `shown`.

    Raises:
        Invalid: it says why we do not.
    """
    why = _why_not(rx, to, shown)
    if why is not None:
        raise Invalid("to", why)


def number_to_show(rx: Rx, queue: str) -> str:
    """The number from which we call for a queue.

    Raises:
        Conflict: there is none.
    """
    shown = _our_number(rx, queue)
    if shown is None:
        raise Conflict("This call", "no number of ours is set up from which we could call")
    return shown


def _why_not(rx: Rx, to: str, shown: str) -> str | None:
    if not E164.fullmatch(to):
        return "not a telephone number in international form (+49…)"
    if rx.all(_OURS.where(entry_points.c.address == to)):
        return "one of our own numbers"
    countries = setting(rx, "dial_countries")
    return why_not_dial(to, countries=frozenset(countries) or {country_of(shown)})


def _our_number(rx: Rx, queue: str | None) -> str | None:
    """The number from which we call for a queue: its own, else the first that we have."""
    points = [point for point in rx.all(_OURS) if E164.fullmatch(point.address)]
    own = [point for point in points if point.queue == queue]
    return str((own or points)[0].address) if points else None
