"""routing/estimates.py: how long until it is my turn?

Two views, blended: the wait of the last customer who entered service (LES), which knows what
really happens, and (k + 1) * AHT / N_eff, which knows what changed since. k items stand ahead,
each of N_eff agents finishes one per AHT.

What is told is a range. k + 1 finishes of exponential length have a known spread, so the range
is meant to hold four waits in five, wide for who is next and narrow deep in the queue. What
people hear, its end, is rounded up; its beginning is rounded down, for rounding both up left two
waits in five outside. What one customer is told rises at most once. No basis: None.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, sqrt

from routing.model import AgentView, QueuePolicy, requirements
from routing.presence import Presence

#: Nine waits in ten are shorter than this many standard deviations above the middle.
_Z = 1.2816

#: Ranges are rounded to steps that people would say: (up to, in steps of), in seconds.
_STEPS = ((60, 10), (600, 60), (3600, 300))
_LARGEST_STEP = 900


@dataclass(frozen=True, kw_only=True)
class Wait:
    """From `low_ms` to `high_ms`, both whole steps."""

    low_ms: int
    high_ms: int


@dataclass(frozen=True, kw_only=True)
class Announced:
    """What a customer has been told, and whether it has risen already."""

    wait: Wait
    raised: bool = False


def is_able(skills: Mapping[str, int], policy: QueuePolicy) -> bool:
    """Whether somebody with these skills may have the queue's work from the beginning, before any ring asks for less.

    Who counts by this in an estimate counts in "somebody works there", so that the two never contradict each other.
    """
    return all(skills.get(skill, 0) >= level for skill, level in requirements(policy.skills))


def effective_agents(agents: Iterable[AgentView], policy: QueuePolicy, channel: str) -> Fraction:
    """N_eff: who works for this queue and channel, in agents of its own.

    Counted are agents who take work or wrap up and have the skills; one with k queues counts
    1/k, and as many times as they can hold items of this channel at once.
    """
    total = Fraction(0)
    for agent in agents:
        working = agent.presence in (Presence.AVAILABLE, Presence.WRAP_UP) and policy.key in agent.queues
        if working and is_able(agent.skills, policy):
            total += Fraction(max(0, agent.capacity.get(channel, 0)), len(agent.queues))
    return total


def estimate(*, position: int, aht_ms: int | None, agents: Fraction, last_wait_ms: int | None) -> Wait | None:
    """The wait of who stands at `position` (the first being 1), or None when there is no basis.

    Without agents nobody is served, so what happened before says nothing. A missing average
    handling time or last wait leaves the other alone to speak.
    """
    if agents <= 0:
        return None
    views = [] if last_wait_ms is None else [Fraction(last_wait_ms)]
    if aht_ms is not None:
        views.append(position * aht_ms / agents)
    if not views:
        return None
    middle = float(sum(views) / len(views))
    return Wait(
        low_ms=_rounded(middle * _quantile(position, -_Z), floor),
        high_ms=_rounded(middle * _quantile(position, _Z), ceil),
    )


def announce(told: Announced | None, fresh: Wait) -> Announced:
    """What to tell now: better news always, worse news once, then what was told before."""
    if told is None:
        return Announced(wait=fresh)
    if fresh.high_ms <= told.wait.high_ms:
        return Announced(wait=fresh, raised=told.raised)
    return told if told.raised else Announced(wait=fresh, raised=True)


@dataclass(frozen=True, kw_only=True)
class Record:
    """How `count` past estimates came out.

    `coverage` is the share of waits that lay within their range, ends included; `bias_ms` the mean of wait
    less the middle of the range (above 0: people waited longer than was said), `off_ms` the mean of its size.
    """

    count: int
    coverage: float
    bias_ms: int
    off_ms: int


def record(outcomes: Iterable[tuple[Wait, int]]) -> Record | None:
    """The record of (what was expected, how long it took in ms); None without any."""
    known = list(outcomes)
    if not known:
        return None
    misses = [took_ms - (wait.low_ms + wait.high_ms) // 2 for wait, took_ms in known]
    within = sum(wait.low_ms <= took_ms <= wait.high_ms for wait, took_ms in known)
    return Record(
        count=len(known),
        coverage=within / len(known),
        bias_ms=round(sum(misses) / len(known)),
        off_ms=round(sum(map(abs, misses)) / len(known)),
    )


def _quantile(finishes: int, z: float) -> float:
    """A quantile of the sum of so many exponential times whose mean is 1 (Wilson and Hilferty)."""
    ninth = 1 / (9 * finishes)
    return max(0.0, 1 - ninth + z * sqrt(ninth)) ** 3


def _rounded(wait_ms: float, whole: Callable[[float], int]) -> int:
    """To whole steps, in the direction of `whole`: floor or ceil."""
    seconds = whole(wait_ms / 1000)
    step = next((step for limit, step in _STEPS if seconds <= limit), _LARGEST_STEP)
    return whole(seconds / step) * step * 1000
