"""desk/floor/touched.py: what an entry of the log changes for who matches agents and work: only that is read."""

from desk.kernel.events import (
    Event,
    InteractionAbandoned,
    InteractionAnswered,
    InteractionChanged,
    InteractionClosed,
    InteractionLeftQueue,
    InteractionQueued,
    OfferEnded,
    OfferMade,
    PresenceChanged,
    WorkItemChanged,
    WorkItemQueued,
)


def touched(event: Event) -> tuple[set[str], set[str]]:
    """(work items, agents) of which something may be true now that was not before."""
    match event:
        case InteractionQueued() | InteractionAbandoned() | InteractionLeftQueue() | WorkItemQueued():
            return {event.id}, set()
        case InteractionAnswered():
            return {event.id}, {event.agent_id}
        case InteractionChanged():
            return {event.id}, {agent for agent in (event.agent_id, event.former_agent_id) if agent}
        case InteractionClosed() | WorkItemChanged():
            return {event.id}, {event.agent_id} if event.agent_id else set()
        case OfferMade() | OfferEnded():
            return {event.work_item_id}, {event.agent_id}
        case PresenceChanged():
            return set(), {event.id}
        case _:
            return set(), set()
