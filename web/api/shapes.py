"""web/api/shapes.py: what the API answers with, as models: for documents and for the tests that hold it to them.

The cards themselves are made in `desk/`; one shape has the fields that a caller may rely on.
"""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel


class Handed(BaseModel):
    """Where a contact that was handed in is kept."""

    interaction_id: str
    message_id: str


class Made(BaseModel):
    """What was made."""

    id: str


class Reachable(BaseModel):
    """One way to a customer: `kind` is email, phone, chat, or the name of a channel."""

    kind: str
    value: str


class Customer(BaseModel):
    id: str
    external_id: str | None
    name: str
    tier: str
    language: str
    time_zone: str
    note: str
    vulnerable: bool
    contact_safety: Any
    addresses: list[Reachable]
    created_at: datetime
    version: int


class CustomerInBrief(BaseModel):
    id: str
    name: str
    tier: str
    language: str
    certainty: Literal["certain", "maybe", "new"]


class AgentInBrief(BaseModel):
    id: str
    name: str


class Step(BaseModel):
    """What a caller did in the call flow, or what came of it.

    They `chose` a `key` that is called `name`, or `missed` with one that leads nowhere; were `silent`; `said` some
    `words`; `heard` an article or were `sent` it, which is called `title`; `asked` for a person; said that it is
    `solved`.
    """

    did: Literal["chose", "missed", "silent", "said", "heard", "sent", "asked", "solved"]
    at: datetime
    key: str
    name: str
    words: str
    title: str
    article_id: str | None
    #: Of what was said or sent: the message in the thread, and how far it has come.
    message_id: str | None
    delivery: Literal["queued", "handed_over", "delivered", "read", "failed", "bounced"] | None
    delivery_reason: str


class Call(BaseModel):
    state: Literal["menu", "waiting", "connecting", "dialling", "talking", "hold", "ended"]
    since: datetime | None
    #: Once it is over: customer, agent, flow, or why a customer whom we rang was not reached.
    ended_by: str
    #: What the caller did before an agent had them, in the order in which it happened.
    way: list[Step]


class Interaction(BaseModel):
    """One contact, as screens and programs see it."""

    id: str
    channel: str
    direction: Literal["in", "out"]
    queue: str | None
    state: Literal[
        "self_service", "queued", "offered", "active", "on_hold", "wrap_up", "snoozed", "closed", "abandoned"
    ]
    subject: str
    preview: str
    language: str
    reply_to: str
    arrived_at: datetime
    queued_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    closed_at: datetime | None
    last_message_at: datetime | None
    last_author: str | None
    unread: int
    disposition: str
    wrap_up_until: datetime | None
    call: Call | None
    customer: CustomerInBrief
    agent: AgentInBrief | None
    version: int


class Segment(BaseModel):
    """One stay of an interaction in one place."""

    id: str
    kind: str
    queue: str
    agent_id: str | None
    entry: str
    from_at: datetime
    to_at: datetime | None
    outcome: str
    duration_s: float | None


class Entry(BaseModel):
    """One entry of the log: what happened, to what, by whom."""

    position: int
    at: datetime
    name: str
    actor: str
    subject: str
    data: dict[str, Any]


class View(BaseModel):
    """Who saw what."""

    id: str
    at: datetime
    actor: str
    action: str
    object: str


class File(BaseModel):
    id: str
    name: str
    type: str
    size: int
    url: str


class Author(BaseModel):
    kind: Literal["customer", "agent", "system", "bot"]
    name: str


class Message(BaseModel):
    id: str
    client_id: str | None
    author: Author
    text: str
    html: str | None
    quoted: str | None
    attachments: list[File]
    internal: bool
    sent_at: datetime
    delivery: str | None
    delivery_reason: str | None


class WorkItem(BaseModel):
    id: str
    kind: Literal["interaction", "callback", "promise", "complaint_step", "recovery_action", "task"]
    title: str
    queue: str
    state: Literal["scheduled", "waiting", "offered", "active", "done"]
    due_at: datetime | None
    agent_id: str | None
    customer: CustomerInBrief
    reference: str
    outcome: str
    note: str
    version: int


class Callback(BaseModel):
    """A promise to ring a customer. `moved`: it is due later than `asked_for`, when they may be phoned; `why` says how
    the latest attempt ended. What has no `first` is made by hand."""

    id: str
    kind: Literal["callback"]
    title: str
    queue: str
    state: Literal["waiting", "offered", "dialling", "reached", "gave_up", "cancelled"]
    number: str | None
    first: Literal["agent", "customer"] | None
    due_at: datetime | None
    asked_for: datetime | None
    moved: bool
    placed_at: datetime
    owner_id: str | None
    agent_id: str | None
    customer: CustomerInBrief
    attempts: int
    why: str
    dialled_at: datetime | None
    ended_at: datetime | None
    interaction_id: str | None
    call_id: str | None
    reference: str
    outcome: str
    note: str
    version: int


class PhoneHours(BaseModel):
    """When a customer may be phoned: in `hours` by the clock of `zone`, and next at `next_at`: with a queue, while
    that is open and the number does not rest; null if never, and `why_never` says why. `others`: another customer has
    the number, whose hours `next_at` keeps as well."""

    number: str
    zone: str
    known_by: Literal["customer", "number", "organization"]
    hours: str
    others: bool
    next_at: datetime | None
    why_never: str | None


class Case(BaseModel):
    """A matter that spans interactions. Every case is a complaint so far."""

    id: str
    kind: Literal["complaint"]
    number: str | None
    title: str
    state: str
    customer_id: str
    owner_id: str | None
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None


class Target(BaseModel):
    within_s: int
    share: float


class Staffed(BaseModel):
    engaged: int
    ringing: int
    wrap_up: int
    available: int
    not_ready: int


class Ring(BaseModel):
    """From `after_s` of waiting on: these levels instead, and the agents of these queues and teams too."""

    after_s: int
    skills: dict[str, int]
    queues: list[str]
    teams: list[str]


class Overflow(BaseModel):
    """A step by which what waits goes to another queue."""

    to: str
    after_s: int | None
    wait_s: int | None
    nobody: bool
    closed: bool
    full: bool
    protect: float | None


class QueueCallbacks(BaseModel):
    """How a queue's customers are rung back; what is null is as in all queues, without a key nobody leaves the line."""

    key: str | None
    after_s: int
    first: Literal["agent", "customer"] | None
    attempts: int | None
    gap_s: int | None


class Queue(BaseModel):
    """A queue with today's figures; `service_level` is null where nothing was offered. One that is closed says why: a
    supervisor's reason, or its hours; and until when, which is null while it is closed at once. `version` is another
    when its rules are."""

    key: str
    version: str
    name: str
    skills: dict[str, int]
    priority: int
    target: Target
    offer_s: int
    wrap_up_s: int
    strategy: str
    rings: list[Ring]
    handling_s: dict[str, int]
    due_s: dict[str, int]
    case_owner_s: dict[str, int]
    last_agent_s: dict[str, int]
    last_agent_within_s: int
    auto_accept: list[str]
    declines: int
    hours: str | None
    max_length: int | None
    overflow: list[Overflow]
    callbacks: QueueCallbacks | None
    waiting: int
    longest_wait_s: float | None
    service_level: float | None
    offered: int
    answered: int
    abandoned: int
    staffed: Staffed
    open: bool
    closed_why: str | None
    closed_until: datetime | None


class Skill(BaseModel):
    key: str
    name: str


class Team(BaseModel):
    key: str
    name: str
    members: list[str]


class Agent(BaseModel):
    id: str
    name: str
    state: Literal["available", "not_ready", "wrap_up", "offline"]
    reason: str
    since: datetime | None
    #: When the oldest offer that waits for their answer was made.
    rings_since: datetime | None
    activity: str
    load: dict[str, int]
    capacity: dict[str, int]
    queues: list[str]
    skills: dict[str, int]
    languages: list[str]
    on: list[dict[str, Any]]


class CannedReply(BaseModel):
    key: str
    title: str
    text: str
    language: str


class Report(BaseModel):
    key: str
    title: str
    months: list[str]
    formats: list[str]
    url: str


class Upload(BaseModel):
    """A file that waits to be sent: its id goes into a message's `attachments`."""

    id: str
    name: str
    type: str
    size: int


class Anything(BaseModel):
    """An object described elsewhere in the contract."""
