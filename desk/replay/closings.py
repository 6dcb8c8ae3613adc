"""desk/replay/closings.py: when calendars were closed at once, from what the log says of the rules."""

import re
from collections.abc import Iterable, Mapping

from desk.kernel.events import Logged, OrganizationChanged
from desk.tables import to_ms

#: By calendar, the spans in which it was closed at once.
Closings = Mapping[str, tuple[tuple[int, int], ...]]

_CLOSED = re.compile(r"hours\.(.+)\.closed")
_OF_CLOSING = re.compile(r"hours\.(.+)\.closed(_told)?")
#: What a replay plays by: who is called what, and what a canned reply says, it does not.
_PLAYED = re.compile(
    r"(?:ordering|limits|callbacks|hours|queues|teams)\..+|agents\..+\.(?:queues|skills|capacity|languages)"
    r"|holidays|time_zone|more"
)


def closings(logged: Iterable[Logged], closed_now: Iterable[str], *, begins_ms: int, until_ms: int) -> Closings:
    """The spans within; `logged` is all that has changed since it began, `closed_now` what is closed today.

    What was closed when it began is told by the first change, or by today where there was none.
    """
    found: dict[str, list[tuple[int, int]]] = {}
    since: dict[str, int | None] = {}
    for at_ms, calendar, was, became in _changes(logged):
        shut_ms = since.setdefault(calendar, begins_ms if was else None)
        if became:
            since[calendar] = at_ms if shut_ms is None else shut_ms
            continue
        if shut_ms is not None and shut_ms < until_ms:
            found.setdefault(calendar, []).append((shut_ms, at_ms))
        since[calendar] = None
    for calendar in closed_now:
        since.setdefault(calendar, begins_ms)
    for calendar, shut_ms in since.items():
        if shut_ms is not None and shut_ms < until_ms:
            found.setdefault(calendar, []).append((shut_ms, until_ms))
    return {
        calendar: tuple((begin, min(end, until_ms)) for begin, end in spans)
        for calendar, spans in sorted(found.items())
    }


def only_closes(changed: OrganizationChanged) -> bool:
    """Whether a change is only that, or of what is no rule: nothing that a replay would play otherwise."""
    return not any(_PLAYED.fullmatch(path) and not _OF_CLOSING.fullmatch(path) for path in changed.changes)


def _changes(logged: Iterable[Logged]) -> Iterable[tuple[int, str, bool, bool]]:
    for entry in logged:
        event = entry.event
        if isinstance(event, OrganizationChanged):
            for path, (was, became) in event.changes.items():
                if found := _CLOSED.fullmatch(path):
                    yield to_ms(entry.at), found[1], bool(was), bool(became)
