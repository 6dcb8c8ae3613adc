"""routing/erlang.py: how many agents, by formula: Erlang B and C, and the cap and shrinkage of a roster.

One queue, calls at random, exponential handling, callers who wait for ever. The load is calls a
second times handling time, in erlangs: so many agents would be busy all the time. Callers who hang
up are `routing/erlang_a.py`; what has skills is simulated, not added up.

A load that the agents cannot carry has no average wait: P(wait) 1, service level 0, and None.
"""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from math import ceil, exp


def offered_load(*, calls: float, interval_s: float, aht_s: float) -> float:
    """The load of so many calls in an interval, in erlangs."""
    return calls * aht_s / interval_s


def erlang_b(*, load: float, agents: int) -> float:
    """The share of calls refused where nobody waits. By recursion: factorials overflow."""
    blocked = 1.0
    for busy in range(1, agents + 1):
        blocked = load * blocked / (busy + load * blocked)
    return blocked


def erlang_c(*, load: float, agents: int) -> float:
    """The share of calls that wait."""
    if load == 0:
        return 0.0
    if load >= agents:
        return 1.0
    blocked = erlang_b(load=load, agents=agents)
    return blocked / (1 - load / agents * (1 - blocked))


def service_level(*, load: float, agents: int, aht_s: float, within_s: float) -> float:
    """The share of calls answered within so long."""
    if load >= agents:
        return 0.0 if load else 1.0
    return 1 - erlang_c(load=load, agents=agents) * exp(-(agents - load) * within_s / aht_s)


def asa_s(*, load: float, agents: int, aht_s: float) -> float | None:
    """The average wait of all calls, those included that do not wait."""
    if load >= agents:
        return None if load else 0.0
    return erlang_c(load=load, agents=agents) * aht_s / (agents - load)


def occupancy(*, load: float, agents: int) -> float | None:
    """The share of time that agents are busy."""
    if agents == 0:
        return None
    return min(1.0, load / agents)


def agents_for(*, load: float, aht_s: float, within_s: float, share: float, most_busy: float = 1.0) -> int:
    """The fewest agents who answer that share within so long, and are busy no more than `most_busy`.

    Raises:
        ValueError: no number of agents does: the share is not below 1, or nobody may be busy.
    """
    if not 0 <= share < 1:
        raise ValueError("a share of 1 or more takes more agents than there are")
    if not 0 < most_busy <= 1:
        raise ValueError("agents may be busy for a share above 0, and 1 at most")

    def enough(agents: int) -> bool:
        reached = service_level(load=load, agents=agents, aht_s=aht_s, within_s=within_s)
        return reached >= share and load <= most_busy * agents

    return _fewest(enough, at_least=max(0, ceil(load / most_busy) - 1))


def shrinkage(*parts: Decimal) -> Decimal:
    """Parts of paid time lost one after the other: 10 % and then 20 % of the rest are 28 %, not 30 %."""
    left = Decimal(1)
    for part in parts:
        left *= 1 - part
    return 1 - left


def roster(agents: int, *, lost: Decimal) -> int:
    """How many to schedule so that `agents` are there when that share of paid time is lost.

    Exact: with binary floats 175 at 30 % would be 251.

    Raises:
        ValueError: all of the time is lost, or less than none.
    """
    if not 0 <= lost < 1:
        raise ValueError("shrinkage lies between 0 and 1")
    return ceil(agents / (1 - Fraction(lost)))


def _fewest(enough: Callable[[int], bool], *, at_least: int) -> int:
    """The least number that is enough, as every greater one is: doubling steps, then halving."""
    if enough(at_least):
        return at_least
    low, step = at_least, 1
    while not enough(low + step):
        low, step = low + step, 2 * step
    high = low + step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
