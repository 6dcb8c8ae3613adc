"""desk/organization/channels.py: the channels that rules may speak of, so that a misspelt one is told and not obeyed in
silence.

Work stands in line by one of `CHANNELS`: forms and what other systems hand in by channels of their own are a
`message` there. How long a closed contact opens again, and where an entry point leads, goes by the channel that it came
by: of the product's, or of a name by which something has come.
"""

from collections.abc import Iterable, Iterator, Mapping

import sqlalchemy as sa

from desk.kernel.transaction import Rx
from desk.organization.rules import Limits, Ordering, Queue, Wrong
from desk.tables import entry_points, interactions

#: What work may come by, and agents have room for.
CHANNELS = ("voice", "chat", "sms", "email", "message", "task")
#: The kinds of work, which may have head starts of their own.
KINDS = ("interaction", "callback", "promise", "complaint_step", "recovery_action", "task")
#: What contacts come by that have a door of their own; and `other` is all others.
_CAME_BY = ("voice", "chat", "sms", "email", "form", "message", "other")

#: What an entry point may lead from.
_LEADS = ("voice", "chat", "sms", "email", "form", "message")

_COME_BY_IT = sa.select(interactions.c.id).where(interactions.c.channel == sa.bindparam("name")).limit(1)
_LEADS_FROM_IT = sa.select(entry_points.c.channel).where(entry_points.c.channel == sa.bindparam("name")).limit(1)


def missing_channels(path: str, names: Iterable[str]) -> Iterator[Wrong]:
    """An error for each of these names by which no work comes."""
    for name in names:
        if name not in CHANNELS:
            why = "forms and what other systems hand in come by message"
            yield path, f"{name} is no channel ({', '.join(CHANNELS)}): {why}"


def missing_in_table(path: str, table: Iterable[str]) -> Iterator[Wrong]:
    """The same of a table by channel: each error has the path of its entry."""
    for name in table:
        yield from missing_channels(f"{path}.{name}", [name])


def missing_in_terms(queue: Queue) -> Iterator[Wrong]:
    """Channels that a queue speaks of and a desk has not: nothing would be due, or taken, by them."""
    yield from missing_in_table("handling", queue.handling)
    yield from missing_in_table("due", queue.due)
    yield from missing_in_table("case_owner", queue.case_owner)
    yield from missing_in_table("last_agent", queue.last_agent)
    yield from missing_channels("auto_accept", queue.auto_accept)


def missing_in_ordering(ordering: Ordering) -> Iterator[Wrong]:
    """Head starts of what is neither a channel nor a kind of work: nothing would have them."""
    for name in ordering.head_start or ():
        if name not in KINDS and name not in CHANNELS:
            why = f"{name} is no channel ({', '.join(CHANNELS)}) and no kind of work ({', '.join(KINDS)})"
            yield f"head_start.{name}", why


def missing_in_limits(limits: Limits) -> Iterator[Wrong]:
    """Channels that limits speak of and a desk has not: misspelt or a kind of work, they would hold nobody back."""
    yield from missing_in_table("weights", limits.weights or ())
    yield from missing_channels("exclusive", limits.exclusive or ())
    for channel, interrupted in (limits.interrupts or {}).items():
        yield from missing_channels(f"interrupts.{channel}", (channel, *interrupted))
    yield from missing_in_table("idle", limits.idle or ())


def missing_in_reopening(rx: Rx, hours: Mapping[str, int], points: Iterable[str]) -> Iterator[Wrong]:
    """Channels by which nothing has ever come, and from which none of the entry points of a file or ours leads."""
    for name in hours:
        if name not in _CAME_BY and name not in points and not _is_used(rx, name):
            why = "nothing has come by it, and no entry point leads from it"
            yield f"reopen_hours.{name}", f"{name} is no channel ({', '.join(_CAME_BY)}): {why}"


def missing_in_entry_points(rx: Rx, channels: Iterable[str]) -> Iterator[Wrong]:
    """Channels from which nothing would ever be led, each by its entry of the section: misspelt, or of another system
    by which nothing has come yet."""
    for index, name in enumerate(channels):
        if name not in _LEADS and not _is_used(rx, name):
            why = "one of your own may be said once something has come by it"
            yield f"entry_points[{index}].channel", f"{name} is no channel ({', '.join(_LEADS)}): {why}"


def _is_used(rx: Rx, name: str) -> bool:
    return bool(rx.all(_LEADS_FROM_IT, name=name) or rx.all(_COME_BY_IT, name=name))
