"""routing/by_name.py: what rules out each agent in particular.

Whoever is counted in an explanation is counted by `narrow`; asked of one agent alone, it says under which
reason that one was counted. So what is said by name adds up to the counts.
"""

from routing.hands import AWAY, READY
from routing.model import AgentView, Exclusion
from routing.presence import Presence
from routing.ready import Free
from routing.roster import Roster
from routing.standing import Standing
from routing.why import Crowd, narrow

#: Why nothing can be offered to somebody at all, whatever it is.
SILENT = tuple(
    [reason.value for reason in (Exclusion.OFFLINE, Exclusion.WRAP_UP, Exclusion.NOT_READY, Exclusion.RINGING)]
)

#: How many are in which state where one agent, who is ready, is everybody.
_ALONE = tuple([int(state == READY) for state in range(AWAY + 1)])

_NO_RULES = Exclusion.NO_RULES.value
_STATES = {Presence.OFFLINE.value: SILENT[0], Presence.WRAP_UP.value: SILENT[1], Presence.AVAILABLE.value: SILENT[3]}


def each(roster: Roster, everybody: Crowd, who: Standing | None) -> dict[str, str]:
    """The reason that rules out each agent, by id; nothing of who could have it. Without rules nobody could."""
    reasons: dict[str, str] = {}
    for seat in roster.each(roster.everyone):
        if not seat.bit & everybody.free.agents:
            reasons[seat.view.id] = _silent(seat.view)
        elif who is None:
            reasons[seat.view.id] = _NO_RULES
        else:
            _, counts = narrow(everybody._replace(states=_ALONE, free=Free(seat.bit, {})), who)
            reasons[seat.view.id] = next(iter(counts), "")
    return reasons


def _silent(view: AgentView) -> str:
    """Why nothing can be offered to who is not free; whoever is available has an offer."""
    return _STATES.get(view.presence, SILENT[2])
