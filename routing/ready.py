"""routing/ready.py: who is ready, and how many of them serve each queue.

Every explanation says how many serve another queue. To count a set as long as the floor takes a microsecond and more
of a very large one; to keep the number takes next to nothing, as ringing and accepting undo each other.
"""

from collections.abc import Mapping

from routing.hands import FREE, Answers
from routing.seats import Seat
from routing.standing import Counted, Standing


class Free:
    """The agents who are free, and how many of them are `serving` each queue. Nobody changes that, who changes
    something makes another: so what has been `counted` of them, by who may have what, is good as long as they are."""

    __slots__ = ("agents", "counted", "serving")

    def __init__(self, agents: int, serving: Mapping[str, int]) -> None:
        self.agents = agents
        self.serving = serving
        self.counted: dict[Standing, Counted] = {}


class Ready(Answers):
    """The agents who are available and without an offer: they answer `FREE`, whatever fits. Those who are filed are
    `free`."""

    __slots__ = ("_sitting", "free")

    def __init__(self, sitting: list[Seat | None]) -> None:
        super().__init__()
        self._sitting = sitting  # all seats by number
        self.free = Free(0, {})

    def settle(self) -> tuple[int, ...]:
        """Everybody is filed where they are, and counted."""
        if self.moved:
            free = super().settle()[FREE]
            by = 1 if free > self.free.agents else -1
            seat = self._sitting[self.mover]
            assert seat is not None, "somebody sits there"
            serving = dict(self.free.serving)
            for queue in seat.view.queues:
                number = serving.pop(queue, 0) + by
                if number:
                    serving[queue] = number
            self.free = Free(free, serving)
        return self.filed.agents
