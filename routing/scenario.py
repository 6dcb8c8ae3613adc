"""routing/scenario.py: what a simulation plays: rules, people, traffic, and the time that counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from routing.model import Rules, Service
from routing.traffic import Poisson, Trace


@dataclass(frozen=True, kw_only=True)
class Group:
    """So many agents who are alike, from one instant until another.

    Who leaves finishes what is in hand and takes nothing new.
    """

    count: int
    queues: Mapping[str, Service]
    skills: Mapping[str, int] = field(default_factory=dict)
    channels: Mapping[str, int] = field(default_factory=lambda: {"voice": 1})
    teams: frozenset[str] = frozenset()
    from_ms: int = 0
    until_ms: int | None = None


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """Traffic arrives until the horizon and is played out after it, with the agents staying.

    Figures are of what arrives from `warmup_ms` on, before `horizon_ms`.
    """

    horizon_ms: int
    rules: Rules
    groups: tuple[Group, ...]
    traffic: tuple[Poisson | Trace, ...]
    warmup_ms: int = 0
