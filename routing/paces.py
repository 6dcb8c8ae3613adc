"""routing/paces.py: how fast the queues of a replay have moved lately, and what is likely from that.

As on the desk: the mean handling time of a queue's latest contacts of a channel, the wait of the last of them who
was answered, and who works there now: `routing/estimates.py` makes a wait of it.
"""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable
from fractions import Fraction
from functools import lru_cache

from routing.estimates import Wait, estimate
from routing.recorded import Handled

#: So many of a queue's latest contacts of a channel, of a day at most, say how long one takes.
RECENT, DAY_MS = 50, 24 * 3_600_000


class Paces:
    """What is known of each queue and channel."""

    def __init__(self, past: Iterable[Handled]) -> None:
        self._latest: dict[tuple[str, str], deque[Handled]] = defaultdict(lambda: deque(maxlen=RECENT))
        #: (mean handling time, last wait), until another contact is done with.
        self._known: dict[tuple[str, str], tuple[int | None, int | None]] = {}
        for one in sorted(past, key=lambda handled: handled.freed_ms):
            self.handled(one)

    def handled(self, one: Handled) -> None:
        """An agent is done with a contact."""
        self._latest[one.queue, one.channel].append(one)
        self._known.pop((one.queue, one.channel), None)

    def likely(self, queue: str, channel: str, *, position: int, agents: Fraction, now_ms: int) -> Wait | None:
        """The likely wait of who stands at `position`; None where there is no basis."""
        latest = self._latest[queue, channel]
        if (queue, channel) not in self._known or (latest and latest[0].freed_ms <= now_ms - DAY_MS):
            while latest and latest[0].freed_ms <= now_ms - DAY_MS:
                latest.popleft()
            self._known[queue, channel] = _pace(latest)
        aht_ms, last_wait_ms = self._known[queue, channel]
        return _estimate(position, aht_ms, agents, last_wait_ms)


@lru_cache(maxsize=100_000)
def _estimate(position: int, aht_ms: int | None, agents: Fraction, last_wait_ms: int | None) -> Wait | None:
    """The same is asked of a whole line, second after second."""
    return estimate(position=position, aht_ms=aht_ms, agents=agents, last_wait_ms=last_wait_ms)


def _pace(known: Collection[Handled]) -> tuple[int | None, int | None]:
    """(mean handling time, last wait)."""
    if not known:
        return None, None
    last = max(known, key=lambda one: one.answered_ms)
    return sum(one.freed_ms - one.answered_ms for one in known) // len(known), last.wait_ms
