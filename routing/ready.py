"""routing/ready.py: who is ready, and how many of them serve each queue.

Every explanation says how many serve another queue. To count a set as long as the floor takes a microsecond and more
of a very large one; to keep the number takes next to nothing, as ringing and accepting undo each other.
"""

from collections.abc import Mapping

from routing.hands import FREE, Answers
from routing.seats import Seat


class Ready(Answers):
    """The agents who are available and without an offer: they answer `FREE`, whatever fits. Of those who are filed,
    `serving` says how many serve each queue; nobody changes it, who changes something makes another."""

    __slots__ = ("_sitting", "serving")

    def __init__(self, sitting: list[Seat | None]) -> None:
        super().__init__()
        self._sitting = sitting  # all seats by number
        self.serving: Mapping[str, int] = {}

    def settle(self) -> tuple[int, ...]:
        """Everybody is filed where they are, and counted."""
        if self.moved:
            before = self.filed[FREE]
            by = 1 if super().settle()[FREE] > before else -1
            seat = self._sitting[self.mover]
            assert seat is not None, "somebody sits there"
            serving = dict(self.serving)
            for queue in seat.view.queues:
                number = serving.pop(queue, 0) + by
                if number:
                    serving[queue] = number
            self.serving = serving
        return self.filed
