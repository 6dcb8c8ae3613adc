"""routing/paces.py: how fast the queues of a replay have moved lately, and what is likely from that.

As on the desk: the mean handling time of a queue's latest contacts of a channel, the wait of the last of them who
was answered, and who works there now: `routing/estimates.py` makes a wait of it.
"""

from collections import defaultdict, deque
from collections.abc import Iterable
from fractions import Fraction

from routing.estimates import Wait, estimate
from routing.recorded import Handled

#: So many of a queue's latest contacts of a channel, of a day at most, say how long one takes.
RECENT, DAY_MS = 50, 24 * 3_600_000


class Paces:
    """What is known of each queue and channel."""

    def __init__(self, past: Iterable[Handled]) -> None:
        self._latest: dict[tuple[str, str], deque[Handled]] = defaultdict(lambda: deque(maxlen=RECENT))
        for one in sorted(past, key=lambda handled: handled.freed_ms):
            self.handled(one)

    def handled(self, one: Handled) -> None:
        """An agent is done with a contact."""
        self._latest[one.queue, one.channel].append(one)

    def likely(self, queue: str, channel: str, *, position: int, agents: Fraction, now_ms: int) -> Wait | None:
        """The likely wait of who stands at `position`; None where there is no basis."""
        known = [one for one in self._latest[queue, channel] if one.freed_ms > now_ms - DAY_MS]
        if not known:
            return estimate(position=position, aht_ms=None, agents=agents, last_wait_ms=None)
        aht_ms = sum(one.freed_ms - one.answered_ms for one in known) // len(known)
        last = max(known, key=lambda one: one.answered_ms)
        return estimate(position=position, aht_ms=aht_ms, agents=agents, last_wait_ms=last.wait_ms)
