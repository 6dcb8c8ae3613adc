"""routing/facts.py: what can be true of an agent, as names for sets of agents.

Facts that *stand* (queues, levels, teams, channels, languages) change rarely. Levels are
thermometers: level 3 makes the facts of levels 1 to 3 true.
"""

from functools import lru_cache

from routing.capacity import Room
from routing.model import TOP_LEVEL, AgentView
from routing.strategy import base_language

#: Something true of an agent: (sort of fact, about what, a number or nothing).
Fact = tuple[str, str, int]

#: Who is asked for stands with those who serve the queue first.
ASKED_FOR = 1

#: Where guests stand among the priorities: after everybody who serves the queue.
GUESTS = 1 << 40

#: The sorts of fact of which the numbers in use are known: how agents serve a queue.
PRIORITY = "priority"
DELAY = "delay"


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


@lru_cache(maxsize=4096)  # one object for each, so that sets of facts compare quickly
def has_level(skill: str, level: int) -> Fact:
    return ("level", skill, level)


def takes(channel: str) -> Fact:
    return ("takes", channel, 0)


def speaks(language: str) -> Fact:
    return ("speaks", base_language(language), 0)


def has_room(channel: str, answer: Room) -> Fact:
    return (answer, channel, 0)


#: How an agent comes to serve: the queue, the fact that lets a guest in, or the agent's own name.
Door = tuple[str, Fact]


def own_door(queue: str) -> Door:
    """For who serves the queue."""
    return ("own", serves(queue))


def guest_door(fact: Fact) -> Door:
    """For whom a ring lets in."""
    return ("guest", fact)


def name_door(agent_id: str) -> Door:
    """For who is asked for."""
    return ("name", is_agent(agent_id))


#: A door that is open to an agent, the priority behind it, and the wait from which it is open.
Opening = tuple[int, Door, int]


def openings(view: AgentView) -> tuple[Opening, ...]:
    """The doors of an agent, the first to look behind first."""
    found = [(ASKED_FOR, name_door(view.id), 0)]
    for queue, service in view.queues.items():
        found.append((max(1, service.priority), own_door(queue), service.delay_ms))
        found.append((GUESTS, guest_door(serves(queue)), 0))
    found += [(GUESTS, guest_door(is_in_team(team)), 0) for team in view.teams]
    return tuple(sorted(found))


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
