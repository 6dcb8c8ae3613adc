"""routing/model.py: what the engine is told, and what it answers.

Frozen values. Instants and durations are integer milliseconds: at today's Unix time a float
timer can fire and find its own instant not yet reached.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

#: Skill levels run from 1 to this; a higher one is read as this.
TOP_LEVEL = 5


class Exclusion(StrEnum):
    """Why an agent could not have the item: the first reason that applies, in this order."""

    OFFLINE = "offline"  #: not signed in
    WRAP_UP = "wrap_up"  #: finishing the contact before
    NOT_READY = "not_ready"  #: signed in, but not taking work
    RINGING = "ringing"  #: has an offer already
    OTHER_QUEUE = "other_queue"  #: does not serve this queue
    SKILL = "skill"  #: lacks a skill, or its level
    NO_CHANNEL = "no_channel"  #: does not take this channel
    ON_CALL = "on_call"  #: on the phone, and nothing goes beside a call
    FULL = "full"  #: has as much of this channel as fits
    DECLINED = "declined"  #: said no to this item a moment ago
    WANTED_OTHER = "wanted_other"  #: the item waits for one agent by name


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """A work item that waits.

    `wanted_agent_id` is preferred whenever free; until `wanted_until_ms` the item is kept for
    that agent alone. `excluded` maps an agent to the instant until which the item stays away.
    `language` is a preference, never a requirement.
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
    excluded: Mapping[str, int] = field(default_factory=dict)
    language: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentView:
    """An agent as the database has it: `load` is the active work by channel."""

    id: str
    name: str
    presence: str
    skills: Mapping[str, int]
    queues: frozenset[str]
    capacity: Mapping[str, int]
    load: Mapping[str, int]
    ringing: bool
    idle_since_ms: int
    languages: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class QueuePolicy:
    """The rules of one queue: who may serve it, how urgent it is, how long an offer rings."""

    key: str
    skills: Mapping[str, int]
    priority: int
    offer_ms: int
    target_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """An agent who could have had the item; `score` is the time without work, in ms."""

    agent: str
    score: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Why:
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """Offer this work to this agent, for so long."""

    work_id: str
    agent_id: str
    offer_ms: int
    why: Why


def requirements(*demands: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """The least levels that meet every demand, by skill; levels below 1 ask for nothing."""
    needed: dict[str, int] = {}
    for demand in demands:
        for skill, level in demand.items():
            if level > needed.get(skill, 0):
                needed[skill] = min(level, TOP_LEVEL)
    return tuple(sorted(needed.items()))
