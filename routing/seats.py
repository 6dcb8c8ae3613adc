"""routing/seats.py: an agent as the engine keeps them: what stands, what passes, and where in line.

What *stands* (`routing/facts.py`) changes rarely. What *passes* with every contact is kept small: one object
that is the state and what hands say to one more (`routing/hands.py`).
"""

from typing import Any

from routing.doors import Opening
from routing.facts import Fact
from routing.hands import NOT_READY, OFFLINE, READY, RINGING, WRAP_UP, Hands, Table
from routing.model import AgentView
from routing.presence import Presence

#: Where an agent stands in a line: (what the order is by, …, agent id, the agent's number, the agent's seat). All
#: entries of one line have one shape.
Entry = tuple[Any, ...]

#: By presence; one from a newer version is at least not ready.
_STATE = {Presence.OFFLINE.value: OFFLINE, Presence.WRAP_UP.value: WRAP_UP, Presence.AVAILABLE.value: READY}


def state_of(view: AgentView) -> int:
    """The state that a view tells."""
    state = _STATE.get(view.presence, NOT_READY)
    return RINGING if state == READY and view.ringing else state


class Seat:
    """One agent's place in the bit sets. Its bit is made when it is needed: kept, those of twenty thousand agents would
    be 27 MB, each as long as its number, and never at hand."""

    __slots__ = (
        "entries",
        "hands",
        "heard",
        "invited",
        "levels",
        "number",
        "openings",
        "seen",
        "sieve",
        "standing",
        "table",
        "view",
    )

    def __init__(self, number: int, view: AgentView, table: Table, hands: Hands) -> None:
        self.number = number
        self.view = view
        self.table = table
        self.hands = hands  #: what they say now, and the agent's state
        self.standing: frozenset[Fact] = frozenset()
        self.levels: frozenset[str] = frozenset()  #: by name, and the empty name
        self.sieve = 0  #: of them
        self.openings: tuple[Opening, ...] = ()
        self.invited: tuple[Opening, ...] = ()  #: openings as a guest
        self.entries: tuple[Entry, ...] = ()  #: in the lines, if the agent stands there
        self.seen: tuple[str, ...] = ()  #: when the agent last had room: of these channels nothing waited for them
        self.heard = 0  #: what had begun to wait by then

    @property
    def bit(self) -> int:
        """The agent as a set of one."""
        return 1 << self.number
