"""web/pages/help/waits.py: how long it takes now until a person answers, by chat and by telephone.

It is the range that somebody who begins a chat is told, for who would come next. Where there is no basis, and while a
queue is closed, nothing is said. It is believed for a few seconds, so that a page costs no more for it.
"""

import time
from collections.abc import Callable, Mapping
from math import ceil

import sqlalchemy as sa

from desk.contacts.closed_to_customers import queue_of_chat
from desk.floor.lookout import Lookout
from desk.floor.waiting import wait_of_next
from desk.kernel.transaction import Rx
from desk.organization.openings import ALWAYS, keeps_of_queues
from desk.tables import entry_points
from routing.estimates import Wait

#: Seconds for which what was reckoned is believed.
BELIEVED_S = 15.0

_NUMBERS = (
    sa.select(entry_points.c.queue).where(entry_points.c.channel == "voice").order_by(entry_points.c.address).limit(1)
)


class Waits:
    """What was reckoned last, in this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: tuple[Mapping[str, Wait], float] = ({}, -BELIEVED_S)

    def now(self, rx: Rx, lookout: Lookout) -> Mapping[str, Wait]:
        """The likely waits of who would come now, by channel."""
        known, at = self._known
        if self._clock() - at >= BELIEVED_S:
            known = _waits(rx, lookout)
            self._known = known, self._clock()
        return known


def in_words(wait: Wait | None, words: Mapping[str, str]) -> str:
    """A wait as people say it, in whole minutes; nothing where nobody knows."""
    if wait is None:
        return ""
    low, high = wait.low_ms // 60_000, ceil(wait.high_ms / 60_000)
    if high <= 1:
        return words["wait_short"]
    said = "wait_most" if low < 1 else "wait" if low >= high else "wait_range"
    return words[said].format(low=low, high=high)


def _waits(rx: Rx, lookout: Lookout) -> dict[str, Wait]:
    keeps = keeps_of_queues(rx)
    come = [("chat", queue_of_chat(rx)), *(("voice", row.queue) for row in rx.all(_NUMBERS))]
    found = {
        channel: wait_of_next(rx, queue, channel, lookout)
        for channel, queue in come
        if keeps.get(queue, ALWAYS).at(rx.now).open
    }
    return {channel: wait for channel, wait in found.items() if wait is not None}
