"""routing/askable.py: whether an agent could have an item, one by one: the rule that the engine applies to sets."""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from routing.capacity import Limits, Room, room
from routing.facts import standing
from routing.model import AgentView
from routing.needs import Need
from routing.presence import WORKS, Presence

_FITS = frozenset({Room.FREE, Room.INTERRUPTS})


class Want(StrEnum):
    """What an agent can lack, so that they may not have an item whatever they do."""

    CHANNEL = "channel"  #: they do not take it
    QUEUE = "queue"  #: they do not serve it, and no step of the wait lets them in
    SKILL = "skill"  #: they do not have its level
    REST = "rest"  #: they declined it or passed it on a moment ago
    NAMED = "named"  #: it is kept for somebody else


class Lack(NamedTuple):
    """One thing that an agent lacks: which channel, queue or skill, at which level."""

    what: Want
    name: str = ""
    level: int = 0


def lacks(need: Need, agent: AgentView, limits: Limits) -> Iterator[Lack]:
    """Why an agent may not have it, by what stands; nothing if they may."""
    if room(need.channel, capacity=agent.capacity, load={}, limits=limits) is Room.NO_CHANNEL:
        yield Lack(Want.CHANNEL, need.channel)
    service = agent.queues.get(need.queue)
    serves = service is not None and service.delay_ms <= need.delay_ms
    if not serves and need.guests.isdisjoint(standing(agent)):
        yield Lack(Want.QUEUE, need.queue)
    yield from (Lack(Want.SKILL, skill, level) for skill, level in need.levels if agent.skills.get(skill, 0) < level)
    if agent.id in need.without:
        yield Lack(Want.REST)
    if need.only not in (None, agent.id):
        yield Lack(Want.NAMED)


def may_have(need: Need, agent: AgentView, limits: Limits) -> bool:
    """Whether an agent may have it by what stands, whatever they do just now."""
    return next(lacks(need, agent, limits), None) is None


def works_for(need: Need, agent: AgentView, limits: Limits) -> bool:
    """Whether an agent may have it who works, or does as soon as a contact is written up."""
    return agent.presence in WORKS and may_have(need, agent, limits)


def could_be_offered(need: Need, agent: AgentView, limits: Limits) -> bool:
    """Whether an agent may have it now: available, nothing rings there, and there is room for one more."""
    is_free = agent.presence == Presence.AVAILABLE and not agent.ringing
    return is_free and works_for(need, agent, limits) and _fits(need, agent, limits)


def _fits(need: Need, agent: AgentView, limits: Limits) -> bool:
    return room(need.channel, capacity=agent.capacity, load=agent.load, limits=limits) in _FITS
