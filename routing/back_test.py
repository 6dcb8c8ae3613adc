"""routing/back_test.py: how estimates of waits came out, ours beside what others use.

Every method is held against the same waits: those of which a range was told, and which an agent ended. Ours is
the range that was told. The others are one figure each, from the waits of the same queue and channel that had ended
when the customer came:

    last_wait   the wait of the last customer who entered service
    last_ten    the mean wait of the last ten
    smoothed    h = (3 h + new) / 4

METRICS calls `bias_ms` bias (above 0: people waited longer than was said), `off_ms` the mean absolute error.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from routing.estimates import Wait, record

#: The mean is of so many.
TEN = 10
#: A range should hold this share of all waits.
MEANT = 0.8


class Method(StrEnum):
    """What foretells a wait."""

    TOLD = "told"  #: the range that we told
    LAST_WAIT = "last_wait"
    LAST_TEN = "last_ten"
    SMOOTHED = "smoothed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Waited:
    """A wait that an agent ended, and what was told at `told_ms`, if anything was."""

    channel: str
    from_ms: int
    until_ms: int
    told_ms: int = 0
    told: Wait | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How `count` estimates came out; a figure that is no range has no coverage."""

    count: int
    bias_ms: int
    off_ms: int
    coverage: float | None = None


def back_test(waits: Iterable[Waited]) -> dict[Method, Outcome]:
    """How each method did in one queue on the waits of which a range was told.

    The others, and what came before, are the past of the other methods.
    """
    by_channel: dict[str, list[Waited]] = defaultdict(list)
    for one in waits:
        by_channel[one.channel].append(one)
    told: list[Waited] = []
    misses: dict[Method, list[int]] = defaultdict(list)
    for of_channel in by_channel.values():
        tested = sorted(
            (one for one in of_channel if one.told is not None),
            key=lambda one: (one.from_ms, one.until_ms),
        )
        told += tested
        for method, figures in _figures(tested, of_channel).items():
            misses[method] += [
                one.until_ms - one.from_ms - figure
                for one, figure in zip(tested, figures, strict=True)
                if figure is not None
            ]
    found = {Method.TOLD: _told(told)} if told else {}
    return found | {method: _outcome(misses[method]) for method in Method if misses[method]}


def _figures(tested: Sequence[Waited], past: Iterable[Waited]) -> Mapping[Method, list[int | None]]:
    """What each of the others would have said to each, as of when they came."""
    ended = deque(sorted((one.until_ms, one.until_ms - one.from_ms) for one in past))
    latest: deque[int] = deque(maxlen=TEN)
    smoothed: int | None = None
    said: dict[Method, list[int | None]] = {method: [] for method in Method if method is not Method.TOLD}
    for one in tested:
        while ended and ended[0][0] <= one.from_ms:
            _, wait_ms = ended.popleft()
            latest.append(wait_ms)
            smoothed = wait_ms if smoothed is None else (3 * smoothed + wait_ms) // 4
        said[Method.LAST_WAIT].append(latest[-1] if latest else None)
        said[Method.LAST_TEN].append(sum(latest) // len(latest) if latest else None)
        said[Method.SMOOTHED].append(smoothed)
    return said


def _told(waits: Sequence[Waited]) -> Outcome:
    known = record((one.told, one.until_ms - one.told_ms) for one in waits if one.told is not None)
    assert known is not None, "something was told"
    return Outcome(count=known.count, bias_ms=known.bias_ms, off_ms=known.off_ms, coverage=known.coverage)


def _outcome(misses: Sequence[int]) -> Outcome:
    count = len(misses)
    return Outcome(count=count, bias_ms=round(sum(misses) / count), off_ms=round(sum(map(abs, misses)) / count))
