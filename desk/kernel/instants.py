"""desk/kernel/instants.py: instants that somebody outside names, and the bounds within which one is one.

A calendar ends: beyond the years 1970 to 9998 an instant may have no day in some zone, and a deadline
counted from it none at all. Whoever names one is told so before anything is kept.
"""

from datetime import UTC, datetime, tzinfo
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime

#: The first instant that can be named, and the first that cannot any more.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
BEYOND = datetime(9999, 1, 1, tzinfo=UTC)


def possible(at: datetime) -> datetime:
    """`at` in UTC.

    Raises:
        ValueError: it has no zone, or lies outside the years 1970 to 9998.
    """
    if at.tzinfo is None:
        raise ValueError("an instant needs a zone")
    if not EARLIEST <= at < BEYOND:
        raise ValueError("must lie in the years 1970 to 9998")
    return at.astimezone(UTC)


def parse(text: str, zone: tzinfo | None = None) -> datetime:
    """The instant that `text` names in RFC 3339, in UTC; one without an offset is a local time of `zone`.

    Raises:
        ValueError: it names none, or none that is possible.
    """
    at = datetime.fromisoformat(text)
    return possible(at.replace(tzinfo=zone) if at.tzinfo is None else at)


#: An instant in what a program or a browser sends.
Moment = Annotated[AwareDatetime, AfterValidator(possible)]
