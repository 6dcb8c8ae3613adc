"""desk/kernel/events.py: what happened, as values. The log keeps them in order; readers fold them.

An event holds ids, states and numbers, never names, addresses or what was said. Its name is its
class's: `InteractionQueued` is `interaction.queued`. Its first field, `id`, is what it is about.
"""

import re
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, ClassVar

_registry: dict[str, type["Event"]] = {}
_SPLIT = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
#: Subjects of two words, which stay together: `work_item.queued`, not `work.item_queued`.
_TWO_WORDS = ("WorkItem", "RecoveryAction")


def name_of(class_name: str) -> str:
    """The wire name of an event class: subject, dot, what happened to it."""
    words = _SPLIT.split(class_name)
    size = 2 if class_name.startswith(_TWO_WORDS) else 1
    return "_".join(words[:size]).lower() + "." + "_".join(words[size:]).lower()


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened. Subclasses are frozen dataclasses with keyword arguments."""

    name: ClassVar[str]
    id: str

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.name = name_of(cls.__name__)
        _registry[cls.name] = cls

    def data(self) -> dict[str, Any]:
        """The fields beside `id`, as the log stores them."""
        data = dict(vars(self))
        del data["id"]
        return data


@dataclass(frozen=True, kw_only=True)
class Logged:
    """One entry of the log as a reader gets it."""

    position: int
    at: datetime
    actor: str
    event: Event


def decode(name: str, subject: str, data: dict[str, Any]) -> Event | None:
    """The event that the log stored, or None for a name that this version does not know."""
    kind = _registry.get(name)
    if kind is None:
        return None
    known = {item.name for item in fields(kind)}
    return kind(id=subject, **{key: value for key, value in data.items() if key in known})


# The life of an interaction: `id` is the interaction's.


@dataclass(frozen=True, kw_only=True)
class InteractionArrived(Event):
    channel: str
    customer_id: str
    entry_point_queue: str | None = None


@dataclass(frozen=True, kw_only=True)
class InteractionQueued(Event):
    """`entry` is new, reopened, transfer, callback or returned (an offer failed, an agent was lost).

    `stands` is for whom it is kept and who is not asked (`desk/work/in_line.py`); None in entries of former versions.
    """

    queue: str
    channel: str
    entry: str
    placed_ms: int
    stands: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class InteractionAnswered(Event):
    queue: str
    agent_id: str
    wait_ms: int


@dataclass(frozen=True, kw_only=True)
class InteractionAbandoned(Event):
    queue: str
    wait_ms: int


@dataclass(frozen=True, kw_only=True)
class InteractionChanged(Event):
    """Any other step: dialled, held, resumed, transferred, snoozed, wrap_up, note, customer, moved.

    Where that changes for whom it is kept and who is not asked, or when it is due, `stands` is what they are now.
    """

    what: str
    state: str
    agent_id: str | None = None
    former_agent_id: str | None = None
    stands: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class InteractionLeftQueue(Event):
    """Left a queue unanswered and not abandoned: moved elsewhere or ended by us."""

    queue: str
    outcome: str
    wait_ms: int


@dataclass(frozen=True, kw_only=True)
class InteractionClosed(Event):
    disposition: str
    agent_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class MessageAdded(Event):
    """`id` is the message's."""

    interaction_id: str
    author_kind: str
    internal: bool = False


@dataclass(frozen=True, kw_only=True)
class MessageChanged(Event):
    """Its delivery came further, or its text was read from the raw mail."""

    interaction_id: str
    delivery: str


@dataclass(frozen=True, kw_only=True)
class OfferMade(Event):
    work_item_id: str
    agent_id: str
    expires_ms: int
    why: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class OfferEnded(Event):
    work_item_id: str
    agent_id: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class WorkItemQueued(Event):
    """A work item that is not an interaction waits in its queue: new, due, returned, or in another place.

    `stands` is what counts for its turn, as numbers and ids (`desk/work/in_line.py`); empty in entries of former
    versions.
    """

    kind: str
    queue: str
    channel: str
    stands: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class WorkItemChanged(Event):
    state: str
    agent_id: str | None = None
    outcome: str = ""


@dataclass(frozen=True, kw_only=True)
class WorkItemEscalated(Event):
    """It was declined, or rang out, as often as its queue allows: supervisors are told."""

    queue: str
    declines: int


@dataclass(frozen=True, kw_only=True)
class CallbackGaveUp(Event):
    """Nobody rings the customer any more: supervisors are told.

    `why` is how the latest attempt ended of as many as the queue says; or refused (they are not phoned on this number
    any more) or no_hour (at none in which the queue is open),
    or, of one to make by hand, never_open (the queue).
    """

    queue: str
    attempts: int
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class InteractionLetGo(Event):
    """It stood in line when its queue closed, and nobody was left: `became` is rung_back, ended or kept.

    `closed_ms` is when the queue closed; 0 where nobody knows.
    """

    queue: str
    became: str
    closed_ms: int = 0


@dataclass(frozen=True, kw_only=True)
class InteractionToldClosed(Event):
    """Whoever writes and waits in a queue has been told that it has closed: once in each of their waits."""

    queue: str


@dataclass(frozen=True, kw_only=True)
class JobPutAside(Event):
    """`id` is the job's: it failed as often as it is tried, and waits for a person."""

    job: str


@dataclass(frozen=True, kw_only=True)
class ArrivalMisaddressed(Event):
    """`id` is a channel: what came there named a number of ours that is none, and waits in `queue`."""

    queue: str


@dataclass(frozen=True, kw_only=True)
class AlertDismissed(Event):
    """`id` is the alert's: a supervisor has seen to it."""


@dataclass(frozen=True, kw_only=True)
class PresenceChanged(Event):
    """`id` is the agent's."""

    state: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class OrganizationChanged(Event):
    """Queues, skills, agents' skills or other rules changed; `id` names what.

    `changes` maps the path of each rule of routing that changed to what it was and what it is.
    """

    changes: dict[str, list[Any]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CallChanged(Event):
    """`id` is the interaction's; `state` is menu, waiting, connecting, dialling, talking, hold, ended."""

    state: str


@dataclass(frozen=True, kw_only=True)
class CustomerAdded(Event):
    """`id` is the customer's."""


@dataclass(frozen=True, kw_only=True)
class CustomerChanged(Event):
    """`id` is the customer's; `fields` names what changed, never to what.

    `was` has what the router goes by (tier, language) as it was before, where it is another now.
    """

    fields: list[str]
    was: dict[str, str] = field(default_factory=dict)
