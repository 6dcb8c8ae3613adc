"""desk/customers/contact_safety.py: how a customer may be contacted, and what that forbids to who rings them.

    hours                 when they may be phoned, within the organization's hours, by their own clock
    channels              the only channels by which they may be contacted, one at least; without it all
    no_voicemail          nothing of ours is said to a machine: they are never rung before an agent is there
    representative        who speaks for them; with representative_number nobody else is phoned
    access_needs          what whoever talks with them has to mind

What holds for a customer holds on their numbers for whomever we ring there: who is promised a call on a number that
somebody else has is phoned as both allow. Rules that cannot be read forbid every call: nobody guesses what was meant
to keep somebody safe.
"""

from collections.abc import Mapping
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import AfterValidator, BaseModel, StringConstraints, ValidationError

from channels.voice.numbers import normalise
from desk.kernel.errors import Invalid
from desk.kernel.transaction import Row, Rx
from desk.organization.callbacks import DaySpan
from desk.organization.hours import read_span
from desk.tables import addresses, customers
from routing.capacity import VOICE
from routing.hours import Span

UNREADABLE = "what was written of how this customer may be contacted cannot be read: write it anew first"

#: The ways by which a customer can be contacted; `message` is every channel of a deployment's own.
WAYS = (VOICE, "email", "sms", "chat", "form", "message", "letter")

_Channel = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,23}$")]
_Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


def _number(value: str) -> str:
    spelled = normalise(value) if value else ""
    if spelled is None:
        raise ValueError("not a telephone number in international form (+49…)")
    return spelled


class ContactSafety(BaseModel, extra="forbid", frozen=True):
    """How a customer may be contacted; what is left out forbids nothing."""

    hours: DaySpan | None = None
    channels: list[_Channel] | None = None
    no_voicemail: bool = False
    representative: _Text = ""
    representative_number: Annotated[str, StringConstraints(max_length=40), AfterValidator(_number)] = ""
    access_needs: _Text = ""


def checked(said: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What is kept of what somebody wrote; nothing, if it forbids nothing.

    Raises:
        Invalid: it is no such rule, or names a channel that there is not, or none.
    """
    try:
        safety = ContactSafety.model_validate(said or {})
    except ValidationError as error:
        (first, *_) = error.errors()
        where = ".".join(str(part) for part in first["loc"])
        raise Invalid("contact_safety", f"{where}: {first['msg']}" if where else first["msg"]) from error
    if safety.channels is not None and (not safety.channels or set(safety.channels) - set(WAYS)):
        raise Invalid("contact_safety.channels", f"must name one or more of {', '.join(WAYS)}")
    return safety.model_dump(exclude_defaults=True) or None


def safety_of(customer: Row) -> ContactSafety | None:
    """How this customer may be contacted; None if that cannot be read."""
    try:
        return ContactSafety.model_validate(customer.contact_safety or {})
    except ValidationError:
        return None


def allows(customer: Row, way: str) -> bool:
    """Whether this customer may be contacted by `way`, one of `WAYS`; not where their rules cannot be read."""
    safety = safety_of(customer)
    return safety is not None and (safety.channels is None or way in safety.channels)


def whose(rx: Rx, customer: Row, number: str) -> list[Row]:
    """Everybody whose rules hold for a call to this customer on `number`: they, and who else has it among theirs."""
    return [customer, *rx.all(_OTHERS_WITH, number=number, customer=customer.id)]


def why_not_phone(rx: Rx, customer: Row, number: str) -> str | None:
    """Why this customer may not be phoned on `number` at any hour, in words that anybody may read; None if they may."""
    for one in whose(rx, customer, number):
        who = "this customer" if one.id == customer.id else "the customer who has this number"
        why = _why_not(one, number, who)
        if why is not None:
            return why
    return None


def _why_not(customer: Row, number: str, called: str) -> str | None:
    safety = safety_of(customer)
    if safety is None:
        return UNREADABLE
    if safety.channels is not None and VOICE not in safety.channels:
        ways = ", ".join(safety.channels) or "nothing"
        return f"{called} is not to be phoned: they may be contacted by {ways} alone"
    if safety.representative_number and number != safety.representative_number:
        who = safety.representative or "their representative"
        return f"{called} is phoned through {who} alone, on {safety.representative_number}"
    return None


def phone_hours(customer: Row, ours: Span) -> Span | None:
    """When this customer may be phoned, of the hours that are ours; None if never."""
    safety = safety_of(customer)
    if safety is None:
        return None
    if safety.hours is None:
        return ours
    theirs = read_span(safety.hours)
    both = Span(max(ours.opens, theirs.opens), min(ours.closes, theirs.closes))
    return both if both.opens < both.closes else None


def agent_first(rx: Rx, customer: Row, number: str) -> bool:
    """Whether an agent must be there before this customer's telephone rings on `number`."""
    said = [safety_of(one) for one in whose(rx, customer, number)]
    return any(safety is None or safety.no_voicemail for safety in said)


#: An address has one owner.
_OTHERS_WITH = (
    sa.select(customers)
    .join(addresses, addresses.c.customer_id == customers.c.id)
    .where(
        addresses.c.kind == "phone",
        addresses.c.value == sa.bindparam("number"),
        customers.c.id != sa.bindparam("customer"),
    )
)
