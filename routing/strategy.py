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

from collections.abc import Callable, Iterable
from functools import lru_cache
from operator import attrgetter
from typing import Any

from routing.model import TOP_LEVEL, AgentView, Strategy, Work

#: Strategies whose rank is of the agent alone and more than the idle time.
WITH_A_LINE = (Strategy.FEWEST_HANDLED, Strategy.LEAST_FLEXIBLE, Strategy.ROUND_ROBIN)


def standing_in_line(agent: AgentView, strategy: Strategy) -> tuple[int, ...]:
    """Where an agent stands among all who are free, apart from what an item asks for."""
    looks_at = LOOKS_AT[strategy]
    return (looks_at(agent),) if looks_at is _IDLE_SINCE else (looks_at(agent), agent.idle_since_ms)


def rank(agent: AgentView, work: Work, strategy: Strategy, asked: Iterable[str]) -> tuple[Any, ...]:
    """Where `agent` stands among those who could have `work`; `asked` are the skills asked for."""
    skilled = -levels(agent, asked) if strategy is Strategy.BEST_SKILLED else 0
    return (skilled, *standing_in_line(agent, strategy), not shares_language(agent, work), agent.id)


def levels(agent: AgentView, asked: Iterable[str]) -> int:
    """The sum of the agent's levels in the skills asked for."""
    return sum(min(max(0, agent.skills.get(skill, 0)), TOP_LEVEL) for skill in asked)


def flexibility(agent: AgentView) -> int:
    """How many queues and skills an agent has."""
    return len(agent.queues) + sum(level > 0 for level in agent.skills.values())


_IDLE_SINCE: Callable[[AgentView], int] = attrgetter("idle_since_ms")

#: What a strategy looks at first of an agent alone, the smaller the better.
LOOKS_AT: dict[Strategy, Callable[[AgentView], int]] = dict.fromkeys(Strategy, _IDLE_SINCE) | {
    Strategy.FEWEST_HANDLED: attrgetter("handled"),
    Strategy.LEAST_FLEXIBLE: flexibility,
    Strategy.ROUND_ROBIN: attrgetter("offered_ms"),
}


#: Strategies by which an agent's number is shown as it is; an instant is shown as the time since.
NUMBERS = (Strategy.FEWEST_HANDLED, Strategy.LEAST_FLEXIBLE)


def shares_language(agent: AgentView, work: Work) -> bool:
    """Whether they can talk; regional variants of one language count as the same."""
    return bool(work.language) and base_language(work.language) in base_languages(agent.languages)


@lru_cache(maxsize=1024)
def base_language(tag: str) -> str:
    """`pt-BR` is `pt`."""
    return tag.replace("_", "-").split("-", 1)[0].lower()


@lru_cache(maxsize=1024)
def base_languages(tags: frozenset[str]) -> frozenset[str]:
    """Those that somebody speaks who speaks these."""
    return frozenset(map(base_language, tags))
