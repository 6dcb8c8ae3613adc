"""routing/erlang_a.py: Erlang A: how one queue does whose callers hang up.

Calls at random, exponential handling and patience. The calls present are a birth-death chain: up at
the rate of calls, down at one agent's rate for each who is busy, and one caller's for each who waits.
Whoever arrives walks an absorbing chain through those ahead, to an agent or out of patience.

With patience every number of agents is stable. Without end of patience it is `routing/erlang.py`.
"""

from dataclasses import dataclass
from math import exp, fsum, lgamma, log

from routing.erlang import erlang_b

#: States that hold less than this share of the time are left out.
_NEGLIGIBLE = 1e-17

#: So far beyond the mean of a Poisson number, in standard deviations, nothing is left.
_FAR = 10


@dataclass(frozen=True, kw_only=True)
class Queue:
    """The shares of all calls, times in seconds. What is over nothing is None."""

    wait_share: float  #: have to wait
    abandon_share: float  #: hang up
    in_time_share: float  #: are answered within the target, of all offered (V2)
    service_level: float | None  #: the same, short hang-ups left out (V5)
    wait_mean_s: float  #: of all offered
    asa_s: float | None  #: of the answered
    occupancy: float | None


def erlang_a(
    *, calls_per_s: float, aht_s: float, patience_s: float, agents: int, within_s: float, short_s: float = 5
) -> Queue:
    """How the queue does. All rates and times are above 0.

    Raises:
        ValueError: a time that is not above 0.
    """
    if min(calls_per_s, aht_s, patience_s) <= 0:
        raise ValueError("calls, handling time and patience must be above 0")
    chain = _Chain(serve=agents / aht_s, leave=1 / patience_s)
    ahead = _waiting_states(load=calls_per_s * aht_s, agents=agents, calls_per_s=calls_per_s, chain=chain)
    wait_share = fsum(ahead)
    abandon_share = fsum(share * chain.gives_up(n) for n, share in enumerate(ahead))
    wait_mean_s = abandon_share * patience_s  # who waits hangs up at the rate of patience
    waits_of_answered = chain.waits_of_served(ahead)
    answered = 1 - abandon_share
    served, _ = chain.within(ahead, within_s)
    _, short = chain.within(ahead, short_s)
    in_time = 1 - wait_share + served
    return Queue(
        wait_share=wait_share,
        abandon_share=abandon_share,
        in_time_share=in_time,
        service_level=in_time / (1 - short) if short < 1 else None,
        wait_mean_s=wait_mean_s,
        asa_s=waits_of_answered / answered if answered > 0 else None,
        occupancy=calls_per_s * aht_s * answered / agents if agents else None,
    )


@dataclass(frozen=True, kw_only=True)
class _Chain:
    """The way of one who waits: from n ahead to n - 1 when an agent frees or one ahead hangs up."""

    serve: float  #: all agents are busy, so they free at this rate
    leave: float

    def gives_up(self, ahead: int) -> float:
        """How likely one with so many ahead hangs up before an agent comes."""
        return (ahead + 1) * self.leave / (self.serve + (ahead + 1) * self.leave)

    def waits_of_served(self, start: list[float]) -> float:
        """The mean wait, counted for those only who are served."""
        total = wait = 0.0
        served = 1.0  # of those one place further
        for ahead, share in enumerate(start):
            moves = self.serve + ahead * self.leave
            ends = moves + self.leave
            wait = moves / ends * (served / ends + wait)
            served = self.serve / (self.serve + (ahead + 1) * self.leave)
            total += share * wait
        return total

    def within(self, start: list[float], seconds: float) -> tuple[float, float]:
        """The shares of those who are served, and of those who hang up, within a time.

        Uniformized: steps come at the rate of the busiest state, and most of them change nothing.
        """
        if not start:
            return 0.0, 0.0
        # The state with n ahead ends at the rate at which the one with n + 1 ahead moves into it.
        ends = [self.serve + (ahead + 1) * self.leave for ahead in range(len(start))]
        rate = ends[-1]
        moves = [end / rate for end in ends]
        steps = _at_least(rate * seconds)
        here = list(start)
        served = left = 0.0
        for n in range(1, len(steps)):
            served += here[0] * self.serve / rate * steps[n]
            left += sum(here) * self.leave / rate * steps[n]
            above = [*here[1:], 0.0]
            here = [share + move * (more - share) for share, move, more in zip(here, moves, above, strict=True)]
        return served, left


def _waiting_states(*, load: float, agents: int, calls_per_s: float, chain: _Chain) -> list[float]:
    """How much of the time all agents are busy and so many wait: what an arrival finds ahead."""
    # Relative to "all busy, nobody waits", in logarithms: a day's rush would overflow.
    logs = [0.0]
    top = 0.0
    while True:
        step = calls_per_s / (chain.serve + len(logs) * chain.leave)
        logs.append(logs[-1] + log(step))
        top = max(top, logs[-1])
        if step < 1 and logs[-1] - log(1 - step) < top + log(_NEGLIGIBLE):
            break
    waiting = [exp(value - top) for value in logs]
    blocked = erlang_b(load=load, agents=agents)
    if blocked == 0:
        return []  # so many agents that nobody ever waits
    # 1 / B is the weight of all states up to "all busy"; that one itself is in `waiting` already.
    below = (1 / blocked - 1) * exp(-top)
    total = fsum([below, *waiting])
    return [share / total for share in waiting]


def _at_least(mean: float) -> list[float]:
    """How likely a Poisson number is at least 0, 1, 2, …, until nothing is left."""
    if mean == 0:
        return [1.0]
    most = int(mean + _FAR * (mean**0.5 + 3))
    exactly = [exp(n * log(mean) - mean - lgamma(n + 1)) for n in range(most + 1)]
    tail = [0.0] * (most + 2)
    for n in range(most, -1, -1):
        tail[n] = min(1.0, tail[n + 1] + exactly[n])
    return tail
