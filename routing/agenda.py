"""routing/agenda.py: what is to happen in a replay, and what happens first of what happens at one instant."""

from collections.abc import Callable
from enum import IntEnum
from heapq import heappop, heappush
from itertools import count

#: Is told the instant at which it happens.
Act = Callable[[int], None]


class Stage(IntEnum):
    """The order within an instant."""

    FREE = 0  #: agents come, go, and are done with something
    ANSWER = 1  #: offers end
    LEAVE = 2  #: customers have had enough
    ARRIVE = 3  #: others come
    LOOK = 4  #: it is looked at who goes to another queue


class Agenda:
    """Acts by instant and stage, those of one stage in the order in which they were written down."""

    def __init__(self) -> None:
        self._acts: list[tuple[int, Stage, int, Act]] = []
        self._numbers = count()

    def later(self, at_ms: int, stage: Stage, act: Act) -> None:
        """Writes an act down."""
        heappush(self._acts, (at_ms, stage, next(self._numbers), act))

    def next_ms(self) -> int | None:
        """When something happens next."""
        return self._acts[0][0] if self._acts else None

    def is_left(self, now_ms: int, stage: Stage) -> bool:
        """Whether anything up to this stage is still to happen now."""
        return bool(self._acts) and self._acts[0][:2] <= (now_ms, stage)

    def do(self, now_ms: int, stage: Stage) -> None:
        """Lets happen what is up to this stage, and what comes of it at once."""
        while self.is_left(now_ms, stage):
            self._acts[0][3](heappop(self._acts)[0])
