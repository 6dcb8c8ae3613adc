"""routing/clocks.py: how groups of one channel grow old, for whom it matters.

A group asks for less at each stage that its first item reaches, but nobody need know before somebody could
have it. Who becomes free looks at the groups themselves, which say what they ask for at that instant. So only
while somebody has room and waits for what time brings, or comes as a guest whom a stage lets in, are the
groups of a channel set to the instants at which they reach their next stages.
"""

from routing.groups import NEVER_MS, Group
from routing.hands import Answers
from routing.roster import Roster
from routing.timers import Timers


class Clock:
    """The groups of one channel that grow old; `answers` says who has room for them."""

    __slots__ = ("_answers", "_roster", "_timers", "unset")

    def __init__(self, roster: Roster, answers: Answers) -> None:
        self._roster = roster
        self._answers = answers
        self.unset: dict[Group, None] = {}  #: those whose first item is another than when they were set
        self._timers: Timers[Group] = Timers()

    @property
    def matters(self) -> bool:
        """Whether anybody has room for an item of the channel."""
        return self._roster.with_room(self._answers) != 0

    def grown(self, now_ms: int) -> list[Group]:
        """The groups whose first items ask for less than when they were last asked about."""
        timers, grown = self._timers, []
        for group in (*self.unset, *timers.due(now_ms)):
            if group.until_ms <= now_ms:
                group.grow(now_ms)
            timers.set(group, group.until_ms if group.until_ms < NEVER_MS else None)
            if group.stage > group.asked_stage and group.head is not None:
                grown.append(group)
        self.unset.clear()
        return grown

    def leave(self, group: Group) -> None:
        """A group has nobody any more."""
        self.unset.pop(group, None)
        if group.timer_ms is not None:
            self._timers.set(group, None)

    def next_ms(self) -> int | None:
        """When the next group grows, of those that are set."""
        return self._timers.next_ms()
