"""routing/seats.py: an agent as the engine keeps them: what stands, what passes, and where in line.

What *stands* (`routing/facts.py`) changes rarely. What *passes* with every contact is kept small: one state
(`FREE`, or the reason why nothing can be offered at all), and what the hands of the free say to one more
(`routing/hands.py`).
"""

from routing.doors import Opening
from routing.facts import Fact
from routing.hands import Hands, Table
from routing.idle import Entry
from routing.model import AgentView, Exclusion
from routing.presence import Presence

#: The state of an agent to whom something could be offered.
FREE = "free"

RINGING = Exclusion.RINGING.value
_NOT_READY = Exclusion.NOT_READY.value

#: Every other state, in the order in which it is told. Who is coming in or going is in none.
NOT_FREE = (Exclusion.OFFLINE.value, Exclusion.WRAP_UP.value, _NOT_READY, RINGING)

_AVAILABLE = Presence.AVAILABLE.value

#: By presence, if it is not available; one from a newer version is at least not that.
_STATE = {
    Presence.OFFLINE.value: Exclusion.OFFLINE.value,
    Presence.WRAP_UP.value: Exclusion.WRAP_UP.value,
}


def state_of(view: AgentView) -> str:
    """The state that a view tells."""
    if view.presence == _AVAILABLE:
        return RINGING if view.ringing else FREE
    return _STATE.get(view.presence, _NOT_READY)


class Seat:
    """One agent's place in the bit sets."""

    __slots__ = (
        "bit",
        "entries",
        "hands",
        "heard",
        "levels",
        "openings",
        "seen",
        "standing",
        "state",
        "table",
        "view",
    )

    def __init__(self, bit: int, view: AgentView, table: Table, hands: Hands) -> None:
        self.bit = bit
        self.view = view
        self.table = table
        self.hands = hands  #: what they say now; nothing unless free
        self.standing: frozenset[Fact] = frozenset()
        self.levels: frozenset[str] = frozenset()  #: by name, and the empty name
        self.openings: tuple[Opening, ...] = ()
        self.state = ""
        self.entries: tuple[Entry, ...] = ()  #: in the lines, while one more of something fits
        self.seen: tuple[str, ...] = ()  #: when the agent last had room: of these channels nothing waited for them
        self.heard = 0  #: what had begun to wait by then
