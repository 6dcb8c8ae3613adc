"""knowledgebase/writing/in_common.py: what two rows of lines, or of words, have in common. Pure.

What stands once on either side, and is not blank, holds the two together (patience); between two of those the
shortest way from one to the other is looked for (Myers). Either is done only as long as its share of steps lasts:
what is left then counts as having nothing in common, which is true of no two texts but wrong of none.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

#: As many elements from each place on are the same: before, after, how many.
Run = tuple[int, int, int]
#: A stretch of either side: from and to before, from and to after.
_Box = tuple[int, int, int, int]

#: Steps of the shortest way between two anchors; beyond that it is no way that anybody would want to read.
_MOST_OF_A_WAY = 20_000


class Steps:
    """How many steps are left for looking: what several comparisons share."""

    def __init__(self, most: int) -> None:
        self.left = most

    def take(self, steps: int) -> bool:
        """Whether so many were left. From the first time that they are not there are none."""
        self.left = self.left - steps if steps <= self.left else 0
        return self.left > 0


def in_common(old: Sequence[str], new: Sequence[str], steps: Steps) -> list[Run]:
    """Runs of the same elements, in the order of both sides; no two touch."""
    found: list[Run] = []
    left = [(0, len(old), 0, len(new))]
    while left:
        box, ends = _trimmed(old, new, left.pop())
        found += ends
        a, b, c, d = box
        if a == b or c == d or not steps.take(b - a + d - c):
            continue
        anchors = _anchors(old, new, box)
        if anchors:
            found += [(i, j, 1) for i, j in anchors]
            left += reversed(list(_between(anchors, box)))
        else:
            found += _way(old, new, box, steps)
    return _joined(sorted(found))


def _trimmed(old: Sequence[str], new: Sequence[str], box: _Box) -> tuple[_Box, list[Run]]:
    """What begins and what ends alike is in common at once."""
    a, b, c, d = box
    shorter = min(b - a, d - c)
    begin = next((k for k in range(shorter) if old[a + k] != new[c + k]), shorter)
    rest = shorter - begin
    end = next((k for k in range(rest) if old[b - 1 - k] != new[d - 1 - k]), rest)
    runs = [(a, c, begin), (b - end, d - end, end)]
    return (a + begin, b - end, c + begin, d - end), [run for run in runs if run[2]]


def _anchors(old: Sequence[str], new: Sequence[str], box: _Box) -> list[tuple[int, int]]:
    """What stands once on either side, of it the most that is in the same order on both."""
    a, b, c, d = box
    before, after = Counter(old[a:b]), Counter(new[c:d])
    where = {new[j]: j for j in range(c, d) if after[new[j]] == 1}
    pairs = [(i, where[old[i]]) for i in range(a, b) if before[old[i]] == 1 and old[i] in where and old[i].strip()]
    return _rising(pairs)


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of pairs in the order of their first, the most whose second rises too."""
    ends: list[int] = []  # the lowest with which a row of this length ends
    last: list[int] = []  # and which pair that is
    previous: list[int] = []
    for n, (_, j) in enumerate(pairs):
        at = bisect_left(ends, j)
        previous.append(last[at - 1] if at else -1)
        ends[at : at + 1], last[at : at + 1] = [j], [n]
    found: list[tuple[int, int]] = []
    n = last[-1] if last else -1
    while n >= 0:
        found.append(pairs[n])
        n = previous[n]
    return found[::-1]


def _between(anchors: Sequence[tuple[int, int]], box: _Box) -> Iterator[_Box]:
    a, b, c, d = box
    for i, j in anchors:
        yield a, i, c, j
        a, c = i + 1, j + 1
    yield a, b, c, d


def _way(old: Sequence[str], new: Sequence[str], box: _Box, steps: Steps) -> list[Run]:
    """The runs on a shortest way from one side to the other; none where it is too far."""
    a, b, c, d = box
    most = min(steps.left, _MOST_OF_A_WAY)
    taken = 0
    furthest = {1: 0}  # on each diagonal, how far before
    trace: list[dict[int, int]] = []
    for far in range(b - a + d - c + 1):
        trace.append(dict(furthest))
        for diagonal in range(-far, far + 1, 2):
            down = diagonal == -far or (diagonal != far and furthest[diagonal - 1] < furthest[diagonal + 1])
            x = begin = furthest[diagonal + 1] if down else furthest[diagonal - 1] + 1
            while x < b - a and x - diagonal < d - c and old[a + x] == new[c + x - diagonal]:
                x += 1
            furthest[diagonal] = x
            taken += 1 + x - begin
            if x >= b - a and x - diagonal >= d - c:
                steps.take(taken)
                return _back(trace, box)
        if taken + len(furthest) > most:
            break
    steps.take(taken)
    return []


def _back(trace: Sequence[dict[int, int]], box: _Box) -> list[Run]:
    """The runs on the way that has arrived."""
    a, b, c, d = box
    x, y = b - a, d - c
    found: list[Run] = []
    for far, furthest in reversed(list(enumerate(trace))):
        diagonal = x - y
        down = diagonal == -far or (diagonal != far and furthest[diagonal - 1] < furthest[diagonal + 1])
        came = diagonal + 1 if down else diagonal - 1
        begin = furthest[came] if down else furthest[came] + 1
        if x > begin:
            found.append((a + begin, c + begin - diagonal, x - begin))
        x, y = furthest[came], furthest[came] - came
    return found


def _joined(runs: Sequence[Run]) -> list[Run]:
    joined: list[Run] = []
    for i, j, many in runs:
        if joined and (joined[-1][0] + joined[-1][2], joined[-1][1] + joined[-1][2]) == (i, j):
            joined[-1] = (*joined[-1][:2], joined[-1][2] + many)
        else:
            joined.append((i, j, many))
    return joined
