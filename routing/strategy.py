"""routing/strategy.py: the ranks of agents by each strategy, and what an explanation says of them.

| strategy | first |
|---|---|
| longest idle, ring all | the longest idle |
| fewest handled | the fewest contacts taken today, then the longest idle |
| best skilled | the highest sum of levels in the skills asked for, then the longest idle |
| least flexible | the fewest queues and skills together, then the longest idle |
| round robin | the longest since the last offer, then the longest idle |

Among equals one who shares the customer's language, then by id.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from routing.model import TOP_LEVEL, AgentView, Strategy, Work

#: Strategies whose rank is of the agent alone and more than the idle time.
WITH_A_LINE = (Strategy.FEWEST_HANDLED, Strategy.LEAST_FLEXIBLE, Strategy.ROUND_ROBIN)


def standing_in_line(agent: AgentView, strategy: Strategy) -> tuple[int, ...]:
    """Where an agent stands among all who are free, apart from what an item asks for."""
    if strategy is Strategy.FEWEST_HANDLED:
        return (agent.handled, agent.idle_since_ms)
    if strategy is Strategy.LEAST_FLEXIBLE:
        return (flexibility(agent), agent.idle_since_ms)
    if strategy is Strategy.ROUND_ROBIN:
        return (agent.offered_ms, agent.idle_since_ms)
    return (agent.idle_since_ms,)


def rank(agent: AgentView, work: Work, strategy: Strategy, asked: Iterable[str]) -> tuple[Any, ...]:
    """Where `agent` stands among those who could have `work`; `asked` are the skills asked for."""
    skilled = -levels(agent, asked) if strategy is Strategy.BEST_SKILLED else 0
    return (skilled, *standing_in_line(agent, strategy), not shares_language(agent, work), agent.id)


def score(strategy: Strategy, skilled: int, in_line: int, *, now_ms: int) -> int:
    """What the strategy looks at, as a number to show: of the agent's `levels` in the skills asked for
    and the first that `standing_in_line` says."""
    if strategy is Strategy.BEST_SKILLED:
        return skilled
    if strategy is Strategy.FEWEST_HANDLED or strategy is Strategy.LEAST_FLEXIBLE:
        return in_line
    return max(0, now_ms - in_line)


def levels(agent: AgentView, asked: Iterable[str]) -> int:
    """The sum of the agent's levels in the skills asked for."""
    return sum(min(max(0, agent.skills.get(skill, 0)), TOP_LEVEL) for skill in asked)


def flexibility(agent: AgentView) -> int:
    """How many queues and skills an agent has."""
    return len(agent.queues) + sum(level > 0 for level in agent.skills.values())


def shares_language(agent: AgentView, work: Work) -> bool:
    """Whether they can talk; regional variants of one language count as the same."""
    return bool(work.language) and base_language(work.language) in map(base_language, agent.languages)


@lru_cache(maxsize=1024)
def base_language(tag: str) -> str:
    """`pt-BR` is `pt`."""
    return tag.replace("_", "-").split("-", 1)[0].lower()
