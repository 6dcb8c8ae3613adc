"""desk/organization/rules.py: the rules of routing as the organization file and the administration pages say them.

A queue says who may serve it and how; `ordering` says what is served first over all queues; `limits`
say what fits beside what. An agent's `queues` are a list of keys, or say of each how soon it is served.
What an error is about is a path within its part: `rings[1].after`.
"""

from collections.abc import Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, PlainSerializer

from desk.organization.callbacks import QueueCallbacks, wrong_in_callbacks
from desk.organization.values import TIERS, Duration, Key, Level, Name, Span, in_words, wrong_in_name
from routing.model import LIVE, Strategy

#: (path, why)
Wrong = tuple[str, str]

#: More steps than this are not read by anybody.
MOST_RINGS = 10
#: An offer that rings longer, or a wrap-up beyond a shift, is a slip of a unit; so is a delay of more than a day.
LONGEST_OFFER_S, LONGEST_WRAP_UP_S, LONGEST_DELAY_S = 600, 8 * 3600, 86_400


class Target(BaseModel, extra="forbid", frozen=True):
    """Service level: this share answered within so long."""

    within: Duration = 20
    share: float = Field(default=0.8, gt=0, le=1)


class Ring(BaseModel, extra="forbid", frozen=True):
    """From `after` on, counted from the item's place: these levels instead, and these agents too.

    What a ring lets in stays let in by those after it. Level 0 drops a skill.
    """

    after: Duration
    skills: dict[Key, Annotated[int, Field(ge=0, le=5)]] = {}
    queues: list[Key] = []
    teams: list[Key] = []


class Overflow(BaseModel, extra="forbid", frozen=True):
    """When what waits goes to another queue: all that is said must hold.

    `after` so long in the queue; `wait`: likely to wait longer than this; `nobody` works here; `closed`; `full`.
    """

    to: Key
    after: Duration | None = None
    wait: Duration | None = None
    nobody: bool = False
    closed: bool = False
    full: bool = False
    #: Only while the receiver answers this share of its own in time.
    protect: float | None = Field(default=None, gt=0, le=1)


class Queue(BaseModel, extra="forbid", frozen=True):
    """A queue: who may serve it, in which order, how soon, and how long an offer rings."""

    name: Name
    skills: dict[Key, Level] = {}
    priority: int = Field(default=0, ge=-100, le=100)
    target: Target = Target()
    offer: Duration = 20
    wrap_up: Span = 60
    strategy: Strategy = Strategy.LONGEST_IDLE
    rings: list[Ring] = Field(default=[], max_length=MOST_RINGS)
    #: By channel: how long a contact takes, as far as the ordering is concerned.
    handling: dict[Key, Duration] = {}
    #: By channel: when an item without a deadline of its own is due; else the target's `within`.
    due: dict[Key, Duration] = {}
    #: Channels whose offers are taken as they are made.
    auto_accept: list[Key] = []
    #: After so many offers in vain an item is more urgent, and supervisors are told.
    declines: int = Field(default=3, ge=1, le=100)
    #: A calendar of `hours`; without one it is always open.
    hours: Key | None = None
    #: More do not wait here: flows and steps of overflow can ask for it.
    max_length: int | None = Field(default=None, ge=1, le=1_000_000)
    overflow: list[Overflow] = Field(default=[], max_length=MOST_RINGS)
    #: By channel: how long a new contact is kept for the owner of its customer's open complaint; 0 for not at all.
    case_owner: dict[Key, Span] = {}
    #: By channel: the same for the agent who had the customer last.
    last_agent: dict[Key, Span] = {}
    #: So long after a contact its agent is still the last one.
    last_agent_within: Span = 86_400
    #: How its customers are rung back, where that is otherwise than in the section `callbacks`.
    callbacks: QueueCallbacks | None = None


#: How long a contact is kept for who knows the customer where its queue says nothing: while somebody waits on the
#: line, and of written work.
_KEPT_ON_THE_LINE_S, _KEPT_IN_WRITING_S = 10, 60


def kept_s(said: Mapping[str, int], channel: str) -> int:
    """How long a contact of a channel is kept, as a queue's `case_owner` or `last_agent` says."""
    return said.get(channel, _KEPT_ON_THE_LINE_S if channel in LIVE else _KEPT_IN_WRITING_S)


#: Fields of a queue that have a column of their own; `queues.rules` holds all others.
COLUMNS = frozenset({"name", "skills", "priority", "target", "offer", "wrap_up"})


class Served(BaseModel, extra="forbid", frozen=True):
    """How an agent serves a queue: 1 first, and only what has waited `delay`."""

    priority: int = Field(default=1, ge=1, le=100)
    delay: Span = 0


class Ordering(BaseModel, extra="forbid", frozen=True):
    """What is served first, over all queues and channels. What is left out is as documented.

    `slack`: time to the deadline less handling time, head starts and tiers count as time.
    `priority`: the higher first and the earliest of equals, or, where a point is worth a time, by age.
    """

    kind: Literal["slack", "priority"] = "slack"
    #: What a point of priority is worth.
    priority: Span | None = None
    #: By channel or by kind of work.
    head_start: dict[Key, Span] | None = None
    #: By the customer's tier.
    tiers: dict[Key, Span] | None = None


class Limits(BaseModel, extra="forbid", frozen=True):
    """What fits beside what, on top of each agent's capacity. What is left out is as documented."""

    #: By channel: how many hundredths of an agent an item takes.
    weights: dict[Key, Annotated[int, Field(ge=0, le=100)]] | None = None
    #: Nothing new goes beside these.
    exclusive: list[Key] | None = None
    #: An item of this channel may interrupt these, which are parked meanwhile.
    interrupts: dict[Key, list[Key]] | None = None
    #: By channel: a contact whose customer has been silent for so long takes no room until they write.
    idle: dict[Key, Duration] | None = None


def _served(value: Any) -> Any:
    """A list of keys serves each alike."""
    if not isinstance(value, list):
        return value
    if len({str(key) for key in value}) != len(value):
        raise ValueError("a queue is listed twice")
    return {key: {} for key in value}


def _briefly(queues: Mapping[str, Served]) -> list[str] | dict[str, Any]:
    """A list where nothing more is said."""
    if all(served == Served() for served in queues.values()):
        return list(queues)
    return {key: served.model_dump(mode="json") for key, served in queues.items()}


ServedQueues = Annotated[dict[Key, Served], BeforeValidator(_served), PlainSerializer(_briefly)]


def _with_message(capacity: dict[str, int]) -> dict[str, int]:
    """What other systems hand in takes the room of mail where nothing else is said."""
    return capacity if "message" in capacity else capacity | {"message": capacity.get("email", 0)}


#: How much of each channel fits an agent; `message` is every channel without a name of its own here.
Capacity = Annotated[dict[Key, Annotated[int, Field(ge=0, le=100)]], AfterValidator(_with_message)]


class AgentRules(BaseModel, extra="forbid", frozen=True):
    """The part of an agent that is rules of routing."""

    queues: ServedQueues = {}
    skills: dict[Key, Level] = {}
    #: Not said: as it is.
    capacity: Capacity | None = None


@dataclass(frozen=True, kw_only=True)
class Known:
    """What rules may speak of."""

    queues: AbstractSet[str]
    skills: AbstractSet[str]
    teams: AbstractSet[str]
    calendars: AbstractSet[str]

    def missing(
        self, path: str, names: Collection[str], kind: Literal["queue", "skill", "team", "calendar"]
    ) -> Iterator[Wrong]:
        """An error for each of these names that nothing has."""
        known = {"queue": self.queues, "skill": self.skills, "team": self.teams, "calendar": self.calendars}[kind]
        yield from ((path, f"there is no {kind} {name[:64]}") for name in names if name not in known)


def wrong_in_queue(key: str, queue: Queue) -> Iterator[Wrong]:
    """What a queue's rules say against each other, or beyond all sense."""
    yield from wrong_in_name("name", queue.name)
    if queue.offer > LONGEST_OFFER_S:
        yield "offer", f"at most {in_words(LONGEST_OFFER_S)}: who does not answer holds up who waits"
    if queue.wrap_up > LONGEST_WRAP_UP_S:
        yield "wrap_up", f"at most {in_words(LONGEST_WRAP_UP_S)}"
    asked: dict[str, int] = dict(queue.skills)
    before = 0
    for index, ring in enumerate(queue.rings):
        path = f"rings[{index}]"
        if ring.after <= before:
            yield f"{path}.after", "must be later than the ring before"
        before = ring.after
        if not (ring.skills or ring.queues or ring.teams):
            yield path, "changes nothing: say skills, queues or teams"
        for skill, level in ring.skills.items():
            if skill not in asked:
                yield f"{path}.skills", f"the queue does not ask for {skill}"
            elif level >= asked[skill]:
                yield f"{path}.skills", f"{skill} {level} asks for no less than before"
            else:
                asked[skill] = level
        if key in ring.queues:
            yield f"{path}.queues", "its own agents serve it anyway"
    yield from _wrong_in_overflow(key, queue)
    if queue.callbacks is not None:
        yield from wrong_in_callbacks(queue.callbacks)


def _wrong_in_overflow(key: str, queue: Queue) -> Iterator[Wrong]:
    for index, step in enumerate(queue.overflow):
        path = f"overflow[{index}]"
        if step.to == key:
            yield f"{path}.to", "must be another queue"
        if step.after is None and step.wait is None and not (step.nobody or step.closed or step.full):
            yield path, "say when: after, wait, nobody, closed or full"
        if step.closed and queue.hours is None:
            yield f"{path}.closed", "the queue has no hours, so it is never closed"
        if step.full and queue.max_length is None:
            yield f"{path}.full", "the queue has no max_length, so it is never full"


def wrong_in_served(queues: Mapping[str, Served]) -> Iterator[Wrong]:
    """Queues that an agent would hardly ever serve."""
    for key, how in queues.items():
        if how.delay > LONGEST_DELAY_S:
            yield f"queues.{key}.delay", f"at most {in_words(LONGEST_DELAY_S)}"


def wrong_in_ordering(ordering: Ordering) -> Iterator[Wrong]:
    """What an ordering says that it cannot mean."""
    for name, value in (("head_start", ordering.head_start), ("tiers", ordering.tiers)):
        if value and ordering.kind == "priority":
            yield name, "only with kind slack"
    for tier in ordering.tiers or {}:
        if tier not in TIERS:
            yield f"tiers.{tier}", f"must be one of {', '.join(TIERS)}"


def wrong_in_limits(limits: Limits) -> Iterator[Wrong]:
    """What limits say against each other, or in vain."""
    if "voice" in (limits.idle or {}):
        yield "idle.voice", "a call takes room until it ends: silence makes none"
    exclusive = set(["voice"] if limits.exclusive is None else limits.exclusive)
    for channel, interrupted in (limits.interrupts or {}).items():
        if channel in interrupted:
            yield f"interrupts.{channel}", f"{channel} cannot interrupt itself"
        for name in sorted(exclusive & set(interrupted) - {channel}):
            yield f"interrupts.{channel}", f"nothing goes beside {name}, so nothing interrupts it"


def missing_in_queue(queue: Queue, known: Known) -> Iterator[Wrong]:
    """What a queue's rules speak of that nobody has."""
    yield from known.missing("skills", queue.skills, "skill")
    yield from known.missing("hours", [queue.hours] if queue.hours else [], "calendar")
    for index, step in enumerate(queue.overflow):
        yield from known.missing(f"overflow[{index}].to", [step.to], "queue")
    for index, ring in enumerate(queue.rings):
        yield from known.missing(f"rings[{index}].queues", ring.queues, "queue")
        yield from known.missing(f"rings[{index}].teams", ring.teams, "team")


def within(prefix: str, errors: Iterator[Wrong]) -> Iterator[Wrong]:
    """The same errors with their paths in the file."""
    yield from ((f"{prefix}.{path}", why) for path, why in errors)
