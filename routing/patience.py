"""routing/patience.py: how long those would have waited who were answered.

Whoever hung up has shown their patience; whoever was answered after W has shown that it was longer
than W, and no more. The estimate of Kaplan and Meier uses both: at each wait at which somebody hung
up, the share that goes on is that of those who still waited. What nobody has shown (longer than the
longest wait that ended in hanging up) is taken as waiting for ever.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from operator import neg

from routing.recorded import End, Recording, Visit, overflowed

_ALL = 1 << 48


@dataclass(frozen=True)
class Patience:
    """The share that has not hung up after each of `waits_ms`, which rise."""

    waits_ms: Sequence[int]
    shares: Sequence[float]

    def beyond(self, waited_ms: int, chance: float) -> int | None:
        """The patience of one who has waited so long; `chance` from 0 to below 1. None waits for ever."""
        at = bisect_right(self.waits_ms, waited_ms)
        left = (self.shares[at - 1] if at else 1.0) * (1 - chance)
        first = bisect_right(self.shares, -left, lo=at, key=neg)
        return self.waits_ms[first] if first < len(self.waits_ms) else None


def patience(gave_up_ms: Iterable[int], held_out_ms: Iterable[int]) -> Patience:
    """From the waits of those who hung up, and of those of whom it is only known that they did not."""
    ended = sorted([(wait_ms, True) for wait_ms in gave_up_ms] + [(wait_ms, False) for wait_ms in held_out_ms])
    waits: list[int] = []
    shares: list[float] = []
    share, at = 1.0, 0
    while at < len(ended):
        wait_ms = ended[at][0]
        next_at = bisect_right(ended, (wait_ms, True))
        gone = sum(hung_up for _, hung_up in ended[at:next_at])
        if gone:
            share *= 1 - gone / (len(ended) - at)
            waits.append(wait_ms)
            shares.append(share)
        at = next_at
    return Patience(waits, shares)


def patience_of_each(recording: Recording) -> dict[str, int]:
    """How long each visit waits at most; who is missing waits for ever.

    Whoever hung up or went elsewhere does so after the same wait. Of the others each has a patience
    longer than their wait, by their channel and a number of their own: the same for every set of rules.
    Whom overflow took elsewhere has waited since they came to the first queue: the two are one wait.
    """
    elsewhere = overflowed(recording.visits)
    there = {visit.id for visit in elsewhere.values()}
    by_channel: dict[str, list[tuple[Visit, Visit]]] = {}
    for visit in recording.visits:
        if visit.id not in there:
            by_channel.setdefault(visit.work.channel, []).append((visit, elsewhere.get(visit.id, visit)))
    found: dict[str, int] = {}
    for visits in by_channel.values():
        waits = [
            (last.wait_ms(recording.until_ms) + last.arrived_ms - visit.arrived_ms, last.end is End.ABANDONED)
            for visit, last in visits
        ]
        curve = patience((wait for wait, gone in waits if gone), (wait for wait, gone in waits if not gone))
        for (visit, last), (wait_ms, _) in zip(visits, waits, strict=True):
            if last.end in (End.ABANDONED, End.LEFT):
                found[visit.id] = wait_ms
            elif (longest_ms := curve.beyond(wait_ms, _chance(visit.id))) is not None:
                found[visit.id] = longest_ms
    return found


def _chance(id: str) -> float:
    return int.from_bytes(sha256(id.encode()).digest()[:6]) / _ALL
