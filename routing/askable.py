"""routing/askable.py: whether an agent could have an item, one by one: the rule that the engine applies to sets."""

from routing.capacity import Limits, Room, room
from routing.facts import standing
from routing.model import AgentView
from routing.needs import Need
from routing.presence import Presence

#: Who works: takes work, or does as soon as a contact is written up.
WORKS = frozenset({Presence.AVAILABLE.value, Presence.WRAP_UP.value})
_FITS = frozenset({Room.FREE, Room.INTERRUPTS})


def may_have(need: Need, agent: AgentView, limits: Limits) -> bool:
    """Whether an agent may have it by what stands, whatever they do just now."""
    service = agent.queues.get(need.queue)
    serves = service is not None and service.delay_ms <= need.delay_ms
    return (
        (serves or not need.guests.isdisjoint(standing(agent)))
        and all(agent.skills.get(skill, 0) >= level for skill, level in need.levels)
        and room(need.channel, capacity=agent.capacity, load={}, limits=limits) is not Room.NO_CHANNEL
        and agent.id not in need.without
        and need.only in (None, agent.id)
    )


def works_for(need: Need, agent: AgentView, limits: Limits) -> bool:
    """Whether an agent may have it who works, or does as soon as a contact is written up."""
    return agent.presence in WORKS and may_have(need, agent, limits)


def could_be_offered(need: Need, agent: AgentView, limits: Limits) -> bool:
    """Whether an agent may have it now: available, nothing rings there, and there is room for one more."""
    is_free = agent.presence == Presence.AVAILABLE and not agent.ringing
    return is_free and works_for(need, agent, limits) and _fits(need, agent, limits)


def _fits(need: Need, agent: AgentView, limits: Limits) -> bool:
    return room(need.channel, capacity=agent.capacity, load=agent.load, limits=limits) in _FITS
