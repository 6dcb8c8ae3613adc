"""desk/screens/audience.py: who may see what happened. Asked at the moment of telling, for every event alike.

    agents       by id: who holds the contact, who just lost it, whom an offer rings
    colleagues   every console: only that somebody signed in, became ready, went
    supervisors  every floor
    visitor      the customer at the other end of a chat, by their own address

A room, a card that was seen before, an id that was guessed: none of them is a permission. What is
not named here is told to nobody.
"""

from dataclasses import dataclass

from desk.callbacks.events import CallbackNotDialled
from desk.complaints.events import ComplaintDeadlineMissed, ComplaintLogged
from desk.kernel.events import (
    AlertDismissed,
    ArrivalMisaddressed,
    CallbackGaveUp,
    CallChanged,
    Event,
    InteractionAbandoned,
    InteractionAnswered,
    InteractionArrived,
    InteractionChanged,
    InteractionClosed,
    InteractionLeftQueue,
    InteractionLetGo,
    InteractionQueued,
    JobPutAside,
    MessageAdded,
    MessageChanged,
    OfferEnded,
    OfferMade,
    OrganizationChanged,
    PresenceChanged,
    WorkItemChanged,
    WorkItemEscalated,
    WorkItemQueued,
)

_OF_INTERACTIONS = (
    InteractionArrived,
    InteractionQueued,
    InteractionAnswered,
    InteractionAbandoned,
    InteractionChanged,
    InteractionLeftQueue,
    InteractionClosed,
    CallChanged,
)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is true of the event's contact or work item now, as the rows say."""

    holder: str | None = None  #: the agent who has it
    visitor: str | None = None  #: the chat address of its customer; None on every other channel
    internal: bool = False  #: a message that colleagues wrote to each other


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Who is told."""

    agents: frozenset[str] = frozenset()
    colleagues: bool = False
    supervisors: bool = False
    visitor: str | None = None


NOBODY = Audience()


def audience(event: Event, facts: Facts) -> Audience:
    """Who may see `event`, given what is true of its subject now."""
    if isinstance(event, _OF_INTERACTIONS):
        return Audience(
            agents=_known(facts.holder, getattr(event, "agent_id", None), getattr(event, "former_agent_id", None)),
            supervisors=True,
            visitor=facts.visitor,
        )
    match event:
        case MessageAdded() | MessageChanged():
            internal = facts.internal or getattr(event, "internal", False)
            # What is said between customer and agent is theirs: a supervisor reads it by opening it.
            return Audience(agents=_known(facts.holder), visitor=None if internal else facts.visitor)
        case OfferMade() | OfferEnded():
            return Audience(agents=_known(event.agent_id), supervisors=True)
        case WorkItemQueued() | WorkItemChanged():
            return Audience(agents=_known(facts.holder, getattr(event, "agent_id", None)), supervisors=True)
        case CallbackNotDialled():
            return Audience(agents=_known(event.agent_id))
        case PresenceChanged():
            return Audience(agents=_known(event.id), colleagues=True, supervisors=True)
        case OrganizationChanged():
            return Audience(colleagues=True, supervisors=True)
        case ComplaintLogged() | ComplaintDeadlineMissed() | WorkItemEscalated() | CallbackGaveUp():
            return Audience(supervisors=True)
        case InteractionLetGo() | JobPutAside() | ArrivalMisaddressed() | AlertDismissed():
            return Audience(supervisors=True)
        case _:
            return NOBODY


def _known(*agents: str | None) -> frozenset[str]:
    return frozenset(agent for agent in agents if agent)
