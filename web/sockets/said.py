"""web/sockets/said.py: what the server says on the sockets, as models that describe it."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel


class Said(BaseModel):
    """What the server says; `seq` is the log position that it speaks of."""

    seq: int


class Snapshot(Said):
    """`model` is the language model that drafts here: its `name`, the `host` where it is asked, what it `may_read`."""

    presence: dict[str, Any]
    interactions: list[dict[str, Any]]
    work_items: list[dict[str, Any]]
    offers: list[dict[str, Any]]
    unsaid: list[dict[str, Any]]
    unsaid_for_s: float
    queues: list[dict[str, Any]]
    agents: list[dict[str, Any]]
    model: dict[str, str] | None


class FloorSnapshot(Said):
    queues: list[dict[str, Any]]
    agents: list[dict[str, Any]]
    interactions: list[dict[str, Any]]
    alerts: list[dict[str, Any]]


class OfferSaid(Said):
    offer_id: str
    work_item: dict[str, Any]
    interaction: dict[str, Any] | None
    customer: dict[str, Any]
    history: list[dict[str, Any]]
    expires_at: datetime
    why: dict[str, Any]


class OfferEndedSaid(Said):
    offer_id: str
    outcome: Literal["accepted", "declined", "timed_out", "withdrawn"]


class InteractionSaid(Said):
    interaction: dict[str, Any]


class WorkItemSaid(Said):
    work_item: dict[str, Any]


class MessageSaid(Said):
    interaction_id: str
    message: dict[str, Any]


class TypingSaid(Said):
    interaction_id: str
    author: dict[str, str]


class PresenceSaid(Said):
    agent_id: str
    state: str
    reason: str
    since: datetime
    activity: str
    load: dict[str, int]


class QueuesSaid(Said):
    as_of: datetime
    definition: str
    queues: list[dict[str, Any]]


class AgentsSaid(Said):
    agents: list[dict[str, Any]]


class NoticeSaid(Said):
    kind: str
    text: str


class AlertSaid(NoticeSaid):
    """It stands until it does not hold any more, is dismissed, or the day is over."""

    id: str


class AlertsSaid(Said):
    """All alerts that stand: some are over."""

    alerts: list[dict[str, Any]]


class Closed(BaseModel):
    """A queue that is closed: why, where customers are told, and until when, if anybody knows."""

    told: str
    until: datetime | None


class Welcome(Said):
    """`closed` has what is closed now by topic; the empty one is that of who names none, or one that is not there.

    `assistant` says when a machine answers first: while a queue is open or closed.
    """

    visitor: str
    closed: dict[str, Closed | None] = {}
    assistant: Literal["never", "open", "closed", "always"] = "never"


class OpeningsSaid(Said):
    """What is closed from now on, as in `welcome`."""

    closed: dict[str, Closed | None]


class ChatChanged(Said):
    state: str
    position: int | None = None
    wait_s: tuple[int, int] | None = None
    agent: dict[str, str] | None = None
    survey: bool = False
    closed: Closed | None = None


class Suggestions(Said):
    articles: list[dict[str, Any]]
