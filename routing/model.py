"""routing/model.py: what the engine is told, and what it answers.

Frozen values; what every decision makes anew is a named tuple, which is made in two thirds of the
time. Instants and durations are integer milliseconds: at today's Unix time a float timer can fire
and find its own instant not yet reached.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, NamedTuple, Protocol

from routing.capacity import Limits
from routing.order import STRICT, Ordering

#: Skill levels run from 1 to this; a higher one is read as this.
TOP_LEVEL: Final = 5


class Exclusion(StrEnum):
    """Why an agent could not have the item: the first reason that applies, in this order."""

    OFFLINE = "offline"  #: not signed in
    WRAP_UP = "wrap_up"  #: finishing the contact before
    NOT_READY = "not_ready"  #: signed in, but not taking work
    RINGING = "ringing"  #: has an offer already
    NO_RULES = "no_rules"  #: the queue has no rules, so nobody can be asked
    OTHER_QUEUE = "other_queue"  #: does not serve this queue, and no ring has let them in
    DELAY = "delay"  #: serves this queue only after a longer wait
    SKILL = "skill"  #: lacks a skill, or its level
    NO_CHANNEL = "no_channel"  #: does not take this channel
    ON_CALL = "on_call"  #: on the phone, and nothing goes beside a call
    FULL = "full"  #: has as much of this channel as fits
    WEIGHT = "weight"  #: what is in hand weighs too much for one more
    DECLINED = "declined"  #: said no to this item a moment ago
    WANTED_OTHER = "wanted_other"  #: the item waits for one agent by name


class Wanted(StrEnum):
    """As what an agent is wanted for an item."""

    NAMED = "named"  #: a person gave it to them by name
    OWNER = "owner"  #: the customer's open complaint is theirs
    LAST = "last_agent"  #: they had the customer last


#: Channels on which somebody waits on the line.
LIVE = frozenset({"voice", "chat"})


class Strategy(StrEnum):
    """Who of several agents is asked: `routing/strategy.py` has the ranks."""

    LONGEST_IDLE = "longest_idle"  #: who has been without work for longest
    FEWEST_HANDLED = "fewest_handled"  #: who has taken the fewest contacts today
    BEST_SKILLED = "best_skilled"  #: the highest levels in what the item asks for
    LEAST_FLEXIBLE = "least_flexible"  #: who can do the least else
    ROUND_ROBIN = "round_robin"  #: whose last offer is longest ago
    RING_ALL = "ring_all"  #: everybody at once, at most ten; the first to accept has it


class Service(NamedTuple):
    """How an agent serves a queue."""

    priority: int = 1  #: 1 is served first; a smaller number is before every larger one
    delay_ms: int = 0  #: serves only items that have waited for so long


@dataclass(frozen=True, kw_only=True, slots=True)
class Ring:
    """What a queue asks for less, or whom it lets in, once an item has waited for `after_ms`.

    Rings add up. `skills` caps the level that is needed, 0 drops the skill. The agents of
    `queues` and `teams` may serve too, after all who serve the queue themselves.
    """

    after_ms: int
    skills: Mapping[str, int] = field(default_factory=dict)
    queues: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """A work item that waits.

    Its wait, and so its rings, count from `placed_ms`. `wanted_agent_id` is preferred whenever
    free; until `wanted_until_ms` the item is kept for that agent alone, while present. `wanted_as`
    says why that one, a `Wanted` or nothing. `excluded` maps an agent to the instant until which the
    item stays away. `language` is a preference, never a requirement. `due_ms` is its own deadline, before that of its
    queue.
    """

    id: str
    kind: str
    channel: str
    queue: str
    priority: int
    placed_ms: int
    skills: Mapping[str, int] = field(default_factory=dict)
    wanted_agent_id: str | None = None
    wanted_until_ms: int | None = None
    wanted_as: str = ""
    excluded: Mapping[str, int] = field(default_factory=dict)
    language: str = ""
    due_ms: int | None = None
    tier: str = ""

    @property
    def waits_out_breaks(self) -> bool:
        """Whether it is kept for its agent on a break too: a person gave it to them, and nobody waits on the line."""
        return self.wanted_as == Wanted.NAMED and self.channel not in LIVE


#: Added to `idle_since_ms` of who has something in hand: not idle, they stand behind everybody who is,
#: in the order in which they last took something or let go of it.
NOT_IDLE_MS: Final = 1 << 52


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentView:
    """An agent as the database has it.

    `load` is the active work by channel, `handled` the contacts taken today, `offered_ms` the
    instant of the last offer.
    """

    id: str
    name: str
    presence: str
    skills: Mapping[str, int]
    queues: Mapping[str, Service]
    capacity: Mapping[str, int]
    load: Mapping[str, int]
    ringing: bool
    idle_since_ms: int
    languages: frozenset[str]
    teams: frozenset[str] = frozenset()
    handled: int = 0
    offered_ms: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class QueuePolicy:
    """The rules of one queue: who may serve it, how urgent it is, how long an offer rings.

    `handling_ms` is the expected work by channel, `due_in_ms` the time by channel within which
    an item should be served, else `target_ms`. `rings` rise in `after_ms`.
    """

    key: str
    skills: Mapping[str, int]
    priority: int
    offer_ms: int
    target_ms: int
    strategy: Strategy = Strategy.LONGEST_IDLE
    rings: tuple[Ring, ...] = ()
    handling_ms: Mapping[str, int] = field(default_factory=dict)
    due_in_ms: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """All rules of a deployment."""

    queues: tuple[QueuePolicy, ...]
    ordering: Ordering = STRICT
    limits: Limits = field(default_factory=Limits)


class Candidate(NamedTuple):
    """An agent who could have had the item; `score` is what the rule looks at: the time without
    work or since the last offer in ms, contacts taken, levels, or queues and skills."""

    agent: str
    score: int
    reasons: tuple[str, ...]


class Why(NamedTuple):
    """Why this agent: of all agents known, `considered` could have had the item and the rest
    are counted once each in `excluded`; the two add up to everybody."""

    rule: str
    considered: int
    best: tuple[Candidate, ...]
    excluded: Mapping[str, int]

    def as_dict(self) -> dict[str, Any]:
        """The explanation as plain data, in an order that never varies."""
        return {
            "rule": self.rule,
            "considered": self.considered,
            "best": [{"agent": c.agent, "score": c.score, "reasons": list(c.reasons)} for c in self.best],
            "excluded": dict(self.excluded),
        }


class Grounds(Protocol):
    """What a decision was made on, as it was at that instant: what is said of it later is still of then."""

    def why(self) -> Why:
        """Says it."""


class Decision(NamedTuple):
    """Offer this work to this agent, for so long.

    `also` are the others of a round, who ring at the same time. `interrupts`: it fits only when
    what may be interrupted is parked; the same is true of every agent in the round.
    """

    work_id: str
    agent_id: str
    offer_ms: int
    grounds: Grounds
    also: tuple[str, ...] = ()
    interrupts: bool = False

    @property
    def why(self) -> Why:
        """Why this agent; worked out when it is asked for, from what was true when it was decided."""
        return self.grounds.why()


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """Why an item waits: `ring` rings are reached, the next comes at `next_ring_ms`.

    `considered` agents could have it at the next `decide`, none after it; the rest are counted
    once each in `excluded`, and the two add up to everybody.
    """

    work_id: str
    rule: str
    position: int
    excluded: Mapping[str, int]
    ring: int = 0
    next_ring_ms: int | None = None
    considered: int = 0

    def as_dict(self) -> dict[str, Any]:
        """The explanation as plain data, in an order that never varies."""
        return {
            "rule": self.rule,
            "position": self.position,
            "ring": self.ring,
            "next_ring_ms": self.next_ring_ms,
            "considered": self.considered,
            "excluded": dict(self.excluded),
        }


def requirements(*demands: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """The least levels that meet every demand, by skill; levels below 1 ask for nothing."""
    asking = [demand for demand in demands if demand]
    if len(asking) == 1 and min(asking[0].values()) > 0 and max(asking[0].values()) <= TOP_LEVEL:
        return tuple(sorted(asking[0].items()))
    needed: dict[str, int] = {}
    for demand in asking:
        for skill, level in demand.items():
            if level > needed.get(skill, 0):
                needed[skill] = level if level < TOP_LEVEL else TOP_LEVEL  # noqa: FURB136 asked for every item
    return tuple(sorted(needed.items()))
