"""knowledgebase/excerpts.py: the piece of a text that says what was asked, and where in it. Pure.

Only what looks like an asked word is looked at closely, so a long text costs little more than a short one.
"""

from collections.abc import Collection, Iterable

from knowledgebase import analysis

Marks = tuple[tuple[int, int], ...]

LENGTH = 180
_MOST_MARKS = 40
_SENTENCE_ENDS = ".!?。！？;；"


def marks(text: str, terms: Collection[str], language: str) -> Marks:
    """Where in `text` one of `terms` is said: ranges that do not overlap, in order."""
    found: list[tuple[int, int]] = []
    for run in analysis.runs(text):
        if run.packed:
            found += _packed(run, terms)
        else:
            word = analysis.spelling(analysis.fold(run.text))
            if word in terms or analysis.stem(word, language) in terms:
                found.append((run.start, run.end))
        if len(found) >= _MOST_MARKS:
            break
    return _merged(found)


def excerpt(plain: str, terms: Collection[str], language: str, length: int = LENGTH) -> tuple[str, Marks]:
    """The piece of about `length` characters that says most of `terms`, and where."""
    found = marks(plain, terms, language)
    start = _best_start(found, length)
    start = _at_a_sentence(plain, start, length // 3) if start else 0
    end = min(len(plain), start + length)
    if end < len(plain) and (space := plain.rfind(" ", start + length // 2, end)) > 0:
        end = space
    before, after = "… " if start else "", " …" if end < len(plain) else ""
    shift = len(before) - start
    inside = tuple((a + shift, b + shift) for a, b in found if a >= start and b <= end)
    return f"{before}{plain[start:end].rstrip()}{after}", inside


def _packed(run: analysis.Run, terms: Collection[str]) -> Iterable[tuple[int, int]]:
    folded = analysis.fold(run.text)
    if len(folded) != len(run.text):
        return
    if folded in terms:
        yield run.start, run.end
    for at, pair in enumerate(analysis.pairs(folded)):
        if pair in terms:
            yield run.start + at, run.start + at + len(pair)


def _merged(found: Iterable[tuple[int, int]]) -> Marks:
    together: list[tuple[int, int]] = []
    for start, end in found:
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
