"""knowledgebase/search/excerpts.py: the piece of a text that says what was asked, and where in it. Pure.

Only what begins like an asked word is looked at closely, so a long text costs little more than a short one.
"""

import re
from collections.abc import Collection, Iterator

from knowledgebase.search import analysis
from knowledgebase.search.letters import begins, elided, spelling
from knowledgebase.unseen import seen, where_seen

Marks = tuple[tuple[int, int], ...]

LENGTH = 180
#: Marks of one text. More are noise.
_MOST = 40
#: Words that are looked for.
_MOST_WORDS = 120
_SENTENCE_ENDS = ".!?。！？;；"
#: Letters with accents, and other alphabets: these words are read one by one.
_NOT_PLAIN = re.compile("[\u00c0-\u0dff\u1e00-\u1fff]")
_BEGINNING = 3
_REST = re.compile(r"[\w'’]+")


class Marker:
    """Finds the words of one question in texts."""

    def __init__(self, terms: Collection[str]) -> None:
        words = [word for term in terms for word in term.split()][:_MOST_WORDS]
        packed = {word for word in words if _is_packed(word)}
        self._words = frozenset(words) - packed
        self._beginnings = {word[:_BEGINNING] for word in self._words}
        self._packed = [word for word in packed if len(word) > 1]

    def marks(self, text: str, language: str) -> Marks:
        """Where in `text` one of the words is said: ranges that do not overlap, in order."""
        plain = seen(text)
        found = _merged([*self._in_alphabets(plain, language), *self._in_packed(plain)])
        if len(plain) == len(text) or not found:
            return found
        stands = where_seen(text)
        return tuple((stands[start], stands[end - 1] + 1) for start, end in found)

    def excerpt(self, plain: str, language: str, length: int = LENGTH) -> tuple[str, Marks]:
        """The piece of about `length` characters that says most of what is asked, and where."""
        found = self.marks(plain, language)
        start = _best_start(found, length)
        start = _at_a_sentence(plain, start, length // 3) if start else 0
        end = min(len(plain), start + length)
        if end < len(plain) and (space := plain.rfind(" ", start + length // 2, end)) > 0:
            end = space
        before, after = "… " if start else "", " …" if end < len(plain) else ""
        shift = len(before) - start
        inside = tuple((a + shift, b + shift) for a, b in found if a >= start and b <= end)
        return f"{before}{plain[start:end].rstrip()}{after}", inside

    def _in_alphabets(self, text: str, language: str) -> Iterator[tuple[int, int]]:
        if not self._beginnings:
            return
        count = 0
        for found in self._near(text) if _NOT_PLAIN.search(text) is None else analysis.WORD.finditer(text):
            for start, end in self._said(found[0], language):
                yield found.start() + start, found.start() + end
                count += 1
                if count >= _MOST:
                    return

    def _near(self, text: str) -> Iterator[re.Match[str]]:
        """The words of a plain text that begin like one of those, in order."""
        small, end = text.lower(), 0
        for at in sorted(at for first in self._beginnings for at in _places(first, small)):
            if at >= end and not small[at - 1 : at].isalnum() and (word := _REST.match(text, at)):
                end = word.end()
                yield word

    def _said(self, text: str, language: str) -> Iterator[tuple[int, int]]:
        """Where in a word one of the words is said: the whole, or in a name of letters and digits a part of it."""
        folded = analysis.fold(text)
        start = begins(folded, elided(analysis.family(language)))
        if self._is_asked(folded[start:], language):
            yield start, len(text)
        elif any(map(str.isdecimal, text)):
            for piece in analysis.pieces([analysis.Run(text[start:], start, len(text), False)]):
                if self._is_asked(analysis.fold(piece.text), language):
                    yield piece.start, piece.end

    def _is_asked(self, word: str, language: str) -> bool:
        return spelling(word) in self._words or not self._words.isdisjoint(analysis.stems(word, language))

    def _in_packed(self, text: str) -> list[tuple[int, int]]:
        if not self._packed or text.isascii():
            return []
        simple = analysis.simplified(text)
        return sorted((at, at + len(word)) for word in self._packed for at in _places(word, simple))[:_MOST]


def _is_packed(word: str) -> bool:
    first = None if word.isascii() else next(analysis.runs(word), None)
    return first is not None and first.packed


def _places(word: str, text: str) -> list[int]:
    places: list[int] = []
    at = text.find(word)
    while at >= 0:
        places.append(at)
        at = text.find(word, at + 1)
    return places


def _merged(found: list[tuple[int, int]]) -> Marks:
    together: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if together and start <= together[-1][1]:
            together[-1] = (together[-1][0], max(end, together[-1][1]))
        else:
            together.append((start, end))
    return tuple(together)


def _best_start(found: Marks, length: int) -> int:
    """Where the piece begins that holds most of what was found."""
    best, most, last = 0, 0, 0
    for first, (start, _) in enumerate(found):
        last = max(last, first)
        while last < len(found) and found[last][1] <= start + length * 2 // 3:
            last += 1
        if last - first > most:
            best, most = start, last - first
    return best


def _at_a_sentence(plain: str, start: int, back: int) -> int:
    """The beginning of the sentence, where it is near; otherwise of a word a little before."""
    if start <= back:
        return 0
    ends = max(plain.rfind(sign, start - back, start) for sign in _SENTENCE_ENDS)
    if ends >= 0:
        return ends + 1 + (plain[ends + 1 : ends + 2] == " ")
    space = plain.find(" ", max(0, start - back // 2), start)
    return space + 1 if space >= 0 else max(0, start - back // 4)
