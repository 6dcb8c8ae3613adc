"""knowledgebase/search/fusing.py: what words found and what meaning found, in one order. Pure.

Each of the two says in which order it would put articles, and an article is worth what its places are:

    1 / (10 + place by its words)  +  1 / (10 + place by its meaning)         places from 0; nothing where it has none

Only places count (reciprocal rank fusion), for what one says in numbers the other cannot read. Where meaning says
nothing, all stays as it is by words. What was published a moment ago and that no model has read yet has its place by
words for both: else it would stand behind all that share its words, and be missing from the first page.
"""

from collections.abc import Collection, Sequence

#: How little the first places are worth more than those after them.
_FLAT = 10


def fused(by_words: Sequence[str], by_meaning: Sequence[str], unread: Collection[str] = ()) -> list[tuple[str, float]]:
    """Ids and what they are worth, from 0 to 1, best first; between equals, what words put first."""
    worth: dict[str, float] = {}
    for order in (by_words, by_meaning):
        for place, id in enumerate(dict.fromkeys(order)):
            worth[id] = worth.get(id, 0.0) + _FLAT / (_FLAT + place) / 2
    for id in set(unread).intersection(by_words).difference(by_meaning):
        worth[id] *= 2
    return sorted(worth.items(), key=lambda pair: -round(pair[1], 6))
