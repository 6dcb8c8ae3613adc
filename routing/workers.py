"""routing/workers.py: everybody who works at an instant, as bit sets of what stands of them.

Who may have what is asked of these as of the engine's roster (`routing/standing.py`), which keeps beside it who is free
and where in line, and costs more to fill.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from copy import copy

from routing.facts import DELAY, PRIORITY, Fact, standing
from routing.model import AgentView


def _stands_alike(one: AgentView, other: AgentView) -> bool:
    """Whether the same stands of both: they are the same agent, and may have the same work."""
    return one is other or (
        one.id == other.id
        and one.capacity == other.capacity
        and one.queues == other.queues
        and one.skills == other.skills
        and one.teams == other.teams
        and one.languages == other.languages
    )


class Workers:
    """These agents, by the bits that they have here."""

    version = 0  #: nothing of them changes

    def __init__(self, agents: Iterable[AgentView]) -> None:
        self.agents = list(agents)  #: by their bits, the lowest first
        self._ids = {agent.id for agent in self.agents}
        self.everyone = (1 << len(self.agents)) - 1
        self.facts: dict[Fact, int] = defaultdict(int)
        numbers: dict[tuple[str, str], set[int]] = defaultdict(set)
        for at, agent in enumerate(self.agents):
            for fact in standing(agent):
                self.facts[fact] |= 1 << at
        for sort, queue, number in self.facts:
            if sort in (PRIORITY, DELAY):
                numbers[sort, queue].add(number)
        self._numbers = {kind: sorted(known) for kind, known in numbers.items()}

    def as_now(self, agents: Sequence[AgentView]) -> "Workers | None":
        """The same agents as they are now, with other things in hand; None where others work, or something else
        stands of one of them."""
        if len(agents) != len(self.agents) or not all(map(_stands_alike, agents, self.agents)):
            return None
        now = copy(self)
        now.agents = list(agents)
        return now

    def works(self, agent_id: str) -> bool:
        """Whether the agent is one of them."""
        return agent_id in self._ids

    def having(self, fact: Fact) -> int:
        """Those of whom a standing fact is true."""
        return self.facts.get(fact, 0)

    def priorities(self, queue: str) -> list[int]:
        """The priorities at which they serve the queue, rising."""
        return self._numbers.get((PRIORITY, queue), [])

    def delays(self, queue: str) -> list[int]:
        """The delays after which they serve the queue, rising."""
        return self._numbers.get((DELAY, queue), [])

    def each(self, among: int) -> Iterator[AgentView]:
        """Those of a set."""
        while among:
            at = among.bit_length() - 1
            yield self.agents[at]
            among ^= 1 << at
