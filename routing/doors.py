"""routing/doors.py: how an agent comes to serve an item: by queue, as a guest, or asked for by name.

Agents who do not stand at a door cannot have what waits behind it.
"""

from functools import lru_cache

from routing.facts import ASKED_FOR, GUESTS, Fact, is_in_team, serves
from routing.model import AgentView, Service
from routing.needs import Own

#: Names a door; a plain word, so that it is found quickly.
Door = str

#: A door that is open to an agent: the priority behind it, the door, and the wait from which it is open.
Opening = tuple[int, Door, int]

#: Doors, and the fact that is true of who stands there; None behind a door for one agent.
Doors = tuple[tuple[Door, Fact | None], ...]


def own_door(queue: str) -> Door:
    """For who serves the queue."""
    return f"own {queue}"


def guest_door(fact: Fact) -> Door:
    """For whom a ring lets in."""
    return f"guest {fact[0]} {fact[1]}"


def name_door(agent_id: str) -> Door:
    """For who is asked for."""
    return f"name {agent_id}"


def openings(view: AgentView) -> tuple[Opening, ...]:
    """The doors of an agent who is no guest, the first to look behind first: that for this agent alone, then those
    for all who serve a queue."""
    return ((ASKED_FOR, name_door(view.id), 0), *_openings(tuple(sorted(view.queues.items()))))


def invitations(view: AgentView) -> tuple[Opening, ...]:
    """The doors of an agent as a guest."""
    return _invitations(tuple(sorted(view.queues)), view.teams)


@lru_cache(maxsize=4096)
def _openings(queues: tuple[tuple[str, Service], ...]) -> tuple[Opening, ...]:
    """One object for all who have the same."""
    return tuple(
        sorted(_opening(max(1, service.priority), own_door(queue), service.delay_ms) for queue, service in queues)
    )


@lru_cache(maxsize=4096)
def _invitations(queues: tuple[str, ...], teams: frozenset[str]) -> tuple[Opening, ...]:
    """One object too."""
    facts = [*map(serves, queues), *map(is_in_team, sorted(teams))]
    return tuple([_opening(GUESTS, guest_door(fact), 0) for fact in facts])


@lru_cache(maxsize=4096)
def _opening(behind: int, door: Door, delay_ms: int) -> Opening:
    """One object too, and one door: thousands of agents look at the same few, which stay close at hand."""
    return (behind, door, delay_ms)


def doors_of(queue: str, guests: frozenset[Fact], own: Own) -> Doors:
    """The doors behind which items of a queue wait that ask for this of their own."""
    if own.only is not None:
        return ((name_door(own.only), None),)
    doors = _doors_of_all(queue, guests)
    if own.prefers is None:
        return doors
    return (*doors, (name_door(own.prefers), None))


@lru_cache(maxsize=4096)
def _doors_of_all(queue: str, guests: frozenset[Fact]) -> Doors:
    """Those for agents who are not asked for."""
    return ((own_door(queue), serves(queue)), *[(guest_door(fact), fact) for fact in sorted(guests)])
