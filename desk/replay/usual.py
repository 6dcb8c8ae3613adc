"""desk/replay/usual.py: how long it would have rung, and taken, where nobody took it and so nothing of it tells.

As such contacts did in the span; where there were none, as in the day before, by which waits are estimated; where there
were none either, as the rules expect of the queue and channel. Then as the channel did in other queues, in the span or
before; in the end `A_CONTACT_MS`. Nothing takes no time at all: by rules that ask for such a contact first, agents
would have had it for nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from routing.recorded import End, Handled, Visit

#: How long a contact takes of which nothing at all tells.
A_CONTACT_MS = 5 * 60_000

#: How long the rules expect a contact to take, by queue and channel.
Expected = Mapping[tuple[str, str], int]
NOTHING: Expected = {}


class Usual:
    """How long it usually rings and is worked on, by queue and channel."""

    def __init__(self, visits: Iterable[Visit], past: Iterable[Handled] = (), expected: Expected = NOTHING) -> None:
        self._answered: dict[tuple[str, str], list[Visit]] = defaultdict(list)
        for visit in visits:
            if visit.end is End.ANSWERED:
                for key in _keys(visit.work.queue, visit.work.channel):
                    self._answered[key].append(visit)
        self._before: dict[tuple[str, str], list[int]] = defaultdict(list)
        for one in past:
            for key in _keys(one.queue, one.channel):
                self._before[key].append(one.handle_ms)
        self._expected = expected

    def give(self, visit: Visit, answered_later: Visit | None = None) -> Visit:
        """A visit that nobody answered, as it would have been; as later where it was."""
        here, anywhere = _keys(visit.work.queue, visit.work.channel)
        handle_ms = self._handle_ms(here, anywhere) if answered_later is None else answered_later.handle_ms
        silences = () if answered_later is None else answered_later.silences
        rings = sorted(one.ring_ms for one in self._answered.get(here) or self._answered.get(anywhere, []))
        ring_ms = rings[(len(rings) - 1) // 2] if rings else 0
        # Who left while it rang was not answered within that time.
        return replace(
            visit,
            handle_ms=handle_ms,
            silences=silences,
            ring_ms=max(ring_ms, visit.ring_ms + 1 if visit.ring_ms else 0),
        )

    def _handle_ms(self, here: tuple[str, str], anywhere: tuple[str, str]) -> int:
        told = (self._taken(here), self._before.get(here), [self._expected.get(here, 0)])
        of_the_channel = (self._taken(anywhere), self._before.get(anywhere))
        means = (sum(times) // len(times) for times in (*told, *of_the_channel) if times)
        return next((mean_ms for mean_ms in means if mean_ms), A_CONTACT_MS)

    def _taken(self, key: tuple[str, str]) -> Sequence[int]:
        return [one.handle_ms for one in self._answered.get(key, ())]


def with_usual(visits: Sequence[Visit], usual: Usual) -> list[Visit]:
    """The same; who was not answered would have rung and been handled as is usual."""
    later: dict[str, Visit] = {visit.after: visit for visit in visits if visit.after}
    return [
        visit if visit.end is End.ANSWERED else usual.give(visit, _answered_later(visit, later)) for visit in visits
    ]


def _answered_later(visit: Visit, later: Mapping[str, Visit]) -> Visit | None:
    """The visit in which a contact that went elsewhere was answered."""
    while (following := later.get(visit.id)) is not None and visit.end is End.LEFT:
        if following.end is End.ANSWERED:
            return following
        visit = following
    return None


def _keys(queue: str, channel: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """This queue's, and any queue's."""
    return (queue, channel), ("", channel)
