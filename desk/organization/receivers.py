"""desk/organization/receivers.py: which entry point is meant by what something came to, and where that leads.

Carriers and other systems say one number in many ways: with and without its plus, as a link, with an extension and
whatever else belongs into links of telephones. Whichever entry point it can be is meant, whether or not there are such
numbers; only what none of them is, is asked of the library that knows numbers.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from channels.voice.numbers import exists, normalise
from desk.kernel.questions import Question
from desk.kernel.transaction import Row
from desk.organization.entry_points import BY_NUMBER, from_abroad, is_line, spelled, without_link
from desk.organization.setting import of_setting
from desk.tables import entry_points, queues

#: A plus and fewer than nine digits: without the plus they may be anything.
_LONGEST_SHORT_CODE = 9
#: A number as people and links write it.
_WRITTEN = re.compile(r"\+?[0-9\s().,/\u2010-\u2015-]+")
#: Where a number is at home that a link says without its country: `;phone-context=+49`.
_HOME = re.compile(r"\s*phone-context\s*=\s*(\+[0-9-]+)\s*", re.IGNORECASE)

_QUEUE = sa.select(queues.c.key).where(queues.c.key == sa.bindparam("key"))
_POINTS = sa.select(entry_points).where(
    entry_points.c.channel == sa.bindparam("channel"),
    sa.or_(entry_points.c.address == sa.bindparam("likely"), entry_points.c.address == sa.bindparam("else")),
)


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """Our address that something came to, and where it leads; one that is not `listed` leads to the default queue."""

    address: str
    queue: str
    flow: str = ""
    listed: bool = False


def receiver_of(channel: str, to: str, topic: str = "") -> Question[Receiver]:
    """Which of our addresses something came to. A topic may name a queue of its own."""
    likely, other = _meant(channel, to)
    default = of_setting("default_queue")

    def first(named: Sequence[Row], points: Sequence[Row], *rest: Sequence[Row]) -> Receiver:
        point = min(points, key=lambda row: row.address != likely, default=None)
        queue = str(named[0].key if named else point.queue if point is not None else default.made(*rest))
        if point is None:
            return Receiver(address=arrived(channel, to), queue=queue)
        return Receiver(address=str(point.address), queue=queue, flow=point.flow or "", listed=True)

    asked_point = {"channel": channel, "likely": likely, "else": other}
    return Question([(_QUEUE, {"key": topic}), (_POINTS, asked_point), *default.asked], first)


def arrived(channel: str, to: str) -> str:
    """The spelling of what something came to, be there an entry point or not; what could be none stays as it is.

    A number without its plus is one where there can be such a number. In the file that is an error, for there it may
    be one without its country.
    """
    for said in _said(channel, to):
        try:
            return spelled(channel, said)
        except ValueError:
            continue
    return to


def is_readable(channel: str, to: str) -> bool:
    """Whether an entry point could be meant by what something came to, be there one or not; without a number, too."""
    if channel not in BY_NUMBER or not to:
        return True
    try:
        spelled(channel, arrived(channel, to))
    except ValueError:
        return False
    return True


def _meant(channel: str, to: str) -> tuple[str, str]:
    """The addresses of ours that it may mean, the likelier first: of a number those with its plus and without."""
    if channel not in BY_NUMBER or is_line(to):
        address = arrived(channel, to)
        return address, address
    number, whole = _alone(to)
    complete = normalise(whole) or normalise(f"+{whole}") or whole
    short = re.sub("[^0-9]", "", number) if _WRITTEN.fullmatch(number) else complete
    return (complete, short) if whole.startswith("+") else (short, complete)


def _said(channel: str, to: str) -> Iterator[str]:
    """What it may mean where no entry point does, the likelier first."""
    if channel not in BY_NUMBER or is_line(to):
        yield to
        return
    number, whole = _alone(to)
    yield normalise(whole) or number
    complete = normalise(f"+{whole}")
    if complete is not None and len(complete) > _LONGEST_SHORT_CODE and exists(complete):
        yield complete


def _alone(to: str) -> tuple[str, str]:
    """A number without what links say beside it, and the same with its country, if it is said."""
    number, *beside = without_link(to).split(";")
    home = next((found[1] for part in beside if (found := _HOME.fullmatch(part))), "")
    return number.strip(), from_abroad(number if number.startswith("+") else home + number).strip()
