"""routing/paces.py: how fast the queues of a replay have moved lately, and what is likely from that.

As on the desk: the mean handling time of a queue's latest contacts of a channel, the wait of the last who came to an
agent, in hand still or not, and the hands that they wait for: `routing/estimates.py` makes a wait of it.
"""

from collections import defaultdict, deque
from collections.abc import Iterable

from routing.estimates import Handling, Wait, estimate, handling_of
from routing.outlook import Turn
from routing.recorded import Handled

#: So many of a queue's latest contacts of a channel, of a day at most, say how long one takes.
RECENT, DAY_MS = 50, 24 * 3_600_000
#: So long the last wait says how long who comes now will wait.
A_WHILE_MS = 3_600_000


class Paces:
    """What is known of each queue and channel."""

    def __init__(self, past: Iterable[Handled]) -> None:
        self._latest: dict[tuple[str, str], deque[Handled]] = defaultdict(lambda: deque(maxlen=RECENT))
        self._handling: dict[tuple[str, str], Handling | None] = {}  # until another contact is done with
        self._last: dict[tuple[str, str], tuple[int, int]] = {}  # when who came last did, and after which wait
        for one in sorted(past, key=lambda handled: handled.freed_ms):
            self.handled(one)
            if one.wait_ms is not None:
                self.answered(one.queue, one.channel, one.answered_ms, one.wait_ms)

    def answered(self, queue: str, channel: str, now_ms: int, wait_ms: int) -> None:
        """Somebody came to an agent."""
        self._last[queue, channel] = max(self._last.get((queue, channel), (now_ms, wait_ms)), (now_ms, wait_ms))

    def handled(self, one: Handled) -> None:
        """An agent is done with a contact."""
        self._latest[one.queue, one.channel].append(one)
        self._handling.pop((one.queue, one.channel), None)

    def likely(self, turn: Turn, queue: str, channel: str, *, offer_ms: int, now_ms: int) -> Wait | None:
        """The likely wait of who has this turn; None where there is no basis."""
        answered_ms, wait_ms = self._last.get((queue, channel), (now_ms - A_WHILE_MS, 0))
        last_ms = wait_ms if answered_ms > now_ms - A_WHILE_MS else None
        kinds = {channel, *(held for held, _ in turn.busy)}
        handling = {held: self._of((queue, held), now_ms - DAY_MS) for held in kinds}
        return estimate(turn, handling, last_ms, channel=channel, offer_ms=offer_ms)

    def _of(self, here: tuple[str, str], since_ms: int) -> Handling | None:
        latest = self._latest[here]
        if here not in self._handling or (latest and latest[0].freed_ms <= since_ms):
            while latest and latest[0].freed_ms <= since_ms:
                latest.popleft()
            self._handling[here] = handling_of([one.handle_ms for one in latest])
        return self._handling[here]
