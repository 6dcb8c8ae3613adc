"""knowledgebase/typos.py: words that look alike. Pure.

Two words that differ by one letter, or by two that changed places, have in common what is left of each when one letter
is taken out (or none). So a word is kept under each of these, and a mistyped one is looked up under its own.
"""

from collections.abc import Iterable, Mapping

#: Shorter words are near too many others.
SHORTEST = 4
#: In shorter words than that only letters that changed places are a slip: one wrong makes another word of them.
LONG = 6


def keys(word: str) -> list[str]:
    """What a word is kept and looked up under: itself, and without each of its letters."""
    if len(word) < SHORTEST - 1:
        return []
    return list(dict.fromkeys((word, *(word[:at] + word[at + 1 :] for at in range(len(word))))))


def near(one: str, other: str) -> bool:
    """Whether one slip makes one of the other: a letter more, less or wrong, or two that changed places."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
    return a[1:] == b or b[1:] == a


def best(word: str, known: Mapping[str, int]) -> str | None:
    """Which of the words that are known, with how many texts have them, was most likely meant."""
    close = [other for other in known if near(word, other) and _is_a_slip(word, other)]
    return min(close, key=lambda other: (-_likeness(word, other), -known[other], other), default=None)


def _is_a_slip(word: str, other: str) -> bool:
    return len(word) >= LONG or sorted(word) == sorted(other) or set(word) == set(other)


def _likeness(word: str, other: str) -> int:
    """People seldom miss the first letter; letters that changed places are all there."""
    return 2 * (word[:1] == other[:1]) + (sorted(word) == sorted(other))


def all_keys(words: Iterable[str]) -> list[str]:
    """The keys of several words, each once."""
    return list(dict.fromkeys(key for word in words for key in keys(word)))
