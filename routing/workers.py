"""routing/workers.py: everybody who works at an instant, as bit sets of what stands of them.

Who may have what is asked of these as of the engine's roster (`routing/standing.py`), which keeps beside it who is free
and where in line, and costs more to fill.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from routing.facts import DELAY, PRIORITY, Fact, standing
from routing.model import AgentView


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
