"""routing/facts.py: what can be true of an agent, as names for sets of agents.

Facts that *stand* (queues, levels, teams, channels, languages) change rarely. Levels are
thermometers: level 3 makes the facts of levels 1 to 3 true.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from routing.model import TOP_LEVEL, AgentView
from routing.strategy import base_language

#: Something true of an agent: (sort of fact, about what, a number or nothing).
Fact = tuple[str, str, int]

#: Who is asked for stands with those who serve the queue first.
ASKED_FOR: Final = 1

#: Where guests stand among the priorities: after everybody who serves the queue.
GUESTS: Final = 1 << 40

#: So many bits has a sieve: all of them fit into one word of the machine.
_BITS: Final = 61

#: The sorts of fact of which the numbers in use are known: how agents serve a queue.
PRIORITY: Final = "priority"
DELAY: Final = "delay"


def is_agent(agent_id: str) -> Fact:
    return ("agent", agent_id, 0)


def serves(queue: str) -> Fact:
    return ("serves", queue, 0)


def serves_with_priority(queue: str, priority: int) -> Fact:
    return (PRIORITY, queue, priority)


def serves_after(queue: str, delay_ms: int) -> Fact:
    return (DELAY, queue, delay_ms)


def is_in_team(team: str) -> Fact:
    return ("team", team, 0)


def has_level(skill: str, level: int) -> Fact:
    return ("level", skill, level)


def takes(channel: str) -> Fact:
    return ("takes", channel, 0)


def speaks(language: str) -> Fact:
    return ("speaks", base_language(language), 0)


@lru_cache(maxsize=4096)
def level_name(skill: str, level: int) -> str:
    """A level as one word: sets of words are compared more quickly than sets of facts."""
    return f"{skill} {level}"


def level_names(skills: Mapping[str, int]) -> frozenset[str]:
    """Every level that an agent has, and the empty name; one object for all who have the same."""
    return _level_names(tuple(sorted(skills.items())))


@lru_cache(maxsize=4096)
def _level_names(skills: tuple[tuple[str, int], ...]) -> frozenset[str]:
    levels = [level_name(skill, n) for skill, level in skills for n in range(1, min(level, TOP_LEVEL) + 1)]
    return frozenset(["", *levels])


def sieve(names: frozenset[str]) -> int:
    """A few bits of levels: who has all of some has at least the bits of theirs. Most who lack one are told so by that
    before names are compared. The bits differ from process to process, and decide nothing."""
    bits = 0
    for name in names:
        bits |= 1 << hash(name) % _BITS
    return bits


def standing(view: AgentView) -> frozenset[Fact]:
    """All that stands of an agent."""
    facts = [is_agent(view.id)]
    for queue, service in view.queues.items():
        facts += (
            serves(queue),
            serves_with_priority(queue, max(1, service.priority)),
            serves_after(queue, max(0, service.delay_ms)),
        )
    facts += map(is_in_team, view.teams)
    facts += map(speaks, view.languages)
    facts += [takes(channel) for channel, units in view.capacity.items() if units > 0]
    for skill, level in view.skills.items():
        facts += [has_level(skill, n) for n in range(1, min(level, TOP_LEVEL) + 1)]
    return frozenset(facts)
