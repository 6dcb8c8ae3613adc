"""routing/estimates.py: how long until it is my turn?

Two views, blended: the wait of the last customer who entered service and had to wait (LES), which knows what really
happens, and (k + 1) * AHT / N_eff, which knows what changed since. k items stand ahead, less the hands that are free;
the others, N_eff, finish what they have in hand, each in its own time: `routing/outlook.py`. The first to finish has
been at it for a while already.

What is told is a range. k + 1 finishes of exponential length have a known spread, so the range
is meant to hold four waits in five, wide for who is next and narrow deep in the queue. What
people hear, its end, is rounded up; its beginning is rounded down, for rounding both up left two
waits in five outside. What one customer is told rises at most once. No basis: None.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, sqrt
from statistics import pvariance
from typing import NamedTuple

from routing.outlook import Turn

#: Nine waits in ten are shorter than this many standard deviations above the middle.
_Z = 1.2816

#: So many handling times at least say how uneven they are.
_FEW = 5

#: Ranges are rounded to steps that people would say: (up to, in steps of), in seconds.
_STEPS = ((60, 10), (600, 60), (3600, 300))
_LARGEST_STEP = 900


@dataclass(frozen=True, kw_only=True)
class Wait:
    """From `low_ms` to `high_ms`, both whole steps."""

    low_ms: int
    high_ms: int

    @property
    def middle_ms(self) -> int:
        """The likely wait: as often longer as shorter, near enough."""
        return (self.low_ms + self.high_ms) // 2


class Handling(NamedTuple):
    """How long work of a kind takes on average, and how uneven that is: the square of deviation over mean.

    What is in hand already is done with sooner the more even it is: after half the mean if all takes the same (0), and
    after the whole mean still if it has no memory (1).
    """

    mean_ms: int
    unevenness: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Announced:
    """What a customer has been told, and whether it has risen already."""

    wait: Wait
    raised: bool = False


def handling_of(times_ms: Sequence[int]) -> Handling | None:
    """How long these took; a few say nothing of how uneven they are."""
    if not times_ms:
        return None
    mean_ms = sum(times_ms) // len(times_ms)
    if len(times_ms) < _FEW or not mean_ms:
        return Handling(mean_ms)
    return Handling(mean_ms, min(1.0, pvariance(times_ms) / mean_ms**2))


def estimate(
    turn: Turn, handling: Mapping[str, Handling | None], last_wait_ms: int | None, *, channel: str, offer_ms: int
) -> Wait | None:
    """The wait of an item of `channel` at its turn, or None when there is no basis.

    Without hands nobody is served, so what happened before says nothing. For whom there is room, it is as long as an
    offer rings, and before that, the one that keeps the hand just now. A last wait that was no longer says only that
    there was room then. A missing handling time or last
    wait leaves the other alone to speak.
    """
    if not turn.works:
        return None
    needed = turn.ahead + 1 - turn.free
    if turn.rings or needed <= 0 or not turn.busy:
        return _from(turn, 0, offer_ms if turn.rings else 2 * offer_ms)
    pace, finishes, views = _pace(turn, handling, channel), max(1.0, needed), []
    if pace is not None:
        finishes = max(1.0, needed / pace.opens)
        views.append((finishes - 1 + pace.first) * pace.each_ms)
    if last_wait_ms is not None and (last_wait_ms > 2 * offer_ms or not views):
        views.append(float(last_wait_ms))
    if not views:
        return None
    middle = sum(views) / len(views)
    # Nobody is told less at most than who has room already: when hands are free it rings there first.
    high_ms = max(2 * offer_ms, middle * _quantile(finishes, _Z))
    return _from(turn, middle * _quantile(finishes, -_Z), high_ms)


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
    misses = [took_ms - wait.middle_ms for wait, took_ms in known]
    within = sum(wait.low_ms <= took_ms <= wait.high_ms for wait, took_ms in known)
    return Record(
        count=len(known),
        coverage=within / len(known),
        bias_ms=round(sum(misses) / len(known)),
        off_ms=round(sum(map(abs, misses)) / len(known)),
    )


class _Pace(NamedTuple):
    """How long from one finish to the next, what share of that until the first, and how many fit then."""

    each_ms: float
    first: float
    opens: float


def _pace(turn: Turn, handling: Mapping[str, Handling | None], channel: str) -> _Pace | None:
    """How fast the busy hands are done; what is not known of one kind of work is taken from the item's own."""
    rate = opens = uneven = 0.0
    for (held, fit), number in turn.busy.items():
        known = handling.get(held) or handling.get(channel)
        if known is None:
            return None
        finishes = number / max(1, known.mean_ms)
        rate += finishes
        opens += finishes * fit
        uneven += finishes * known.unevenness
    hands = sum(turn.busy.values())
    return _Pace(each_ms=1 / rate, first=1 - (1 - uneven / rate) / (hands + 1), opens=opens / rate)


def _from(turn: Turn, low_ms: float, high_ms: float) -> Wait:
    """Between these, counted from when there are hands; what is kept may be taken sooner."""
    low_ms = 0 if turn.kept else turn.from_ms + low_ms
    return Wait(low_ms=_rounded(low_ms, floor), high_ms=_rounded(turn.from_ms + high_ms, ceil))


def _quantile(finishes: float, z: float) -> float:
    """A quantile of the sum of so many exponential times whose mean is 1 (Wilson and Hilferty)."""
    ninth = 1 / (9 * finishes)
    return max(0.0, 1 - ninth + z * sqrt(ninth)) ** 3


def _rounded(wait_ms: float, whole: Callable[[float], int]) -> int:
    """To whole steps, in the direction of `whole`: floor or ceil."""
    seconds = whole(wait_ms / 1000)
    step = next((step for limit, step in _STEPS if seconds <= limit), _LARGEST_STEP)
    return whole(seconds / step) * step * 1000
