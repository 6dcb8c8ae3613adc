"""desk/organization/callbacks.py: what the organization file says of call-backs.

    callbacks: {first: agent, attempts: 3, gap: 30m, hours: "09:00-20:00", owner_for: 30m}
    queues:
      billing:
        callbacks: {key: "1", after: 1m, first: customer}

The section holds for every queue; a queue may say its own of who is rung first, how often and how far apart. A queue
with a key lets its callers leave the line by it; without one call-backs come by the API alone.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field

from desk.organization.hours import OpenSpan, read_span
from desk.organization.values import Duration, Span
from routing.hours import MINUTES

First = Literal["agent", "customer"]
Attempts = Annotated[int, Field(ge=1, le=20)]


def _within_a_day(value: str) -> str:
    if read_span(value).closes > MINUTES:
        raise ValueError("must end on the day on which it begins: nobody is phoned at night")
    return value


#: A span of one day: never over midnight.
DaySpan = Annotated[OpenSpan, AfterValidator(_within_a_day)]


def _digit(value: str) -> str:
    if len(value) != 1 or value not in "0123456789":
        raise ValueError("expected one digit, 0 to 9")
    return value


#: What a caller presses.
Digit = Annotated[str, AfterValidator(_digit), Field(json_schema_extra={"pattern": "^[0-9]$"})]


class Callbacks(BaseModel, extra="forbid", frozen=True):
    """How customers are rung back, unless their queue says otherwise."""

    #: Who is rung first.
    first: First = "agent"
    #: So often a customer is tried.
    attempts: Attempts = 3
    #: Two attempts are at least so far apart.
    gap: Duration = 1800
    #: When a customer may be phoned, every day, by their own clock.
    hours: DaySpan = "09:00-20:00"
    #: So long what somebody owns waits for them, from when it is due.
    owner_for: Span = 1800


class QueueCallbacks(BaseModel, extra="forbid", frozen=True):
    """The same of one queue, and whether its callers may leave the line by a key."""

    #: What a waiting caller presses; without one that is not offered.
    key: Digit | None = None
    #: From so long in the queue on.
    after: Span = 0
    first: First | None = None
    attempts: Attempts | None = None
    gap: Duration | None = None


def wrong_in_callbacks(callbacks: QueueCallbacks) -> Iterator[tuple[str, str]]:
    """What a queue's call-backs say against each other."""
    if callbacks.after and callbacks.key is None:
        yield "callbacks.after", "nothing is offered without a key"
