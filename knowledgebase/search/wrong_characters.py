"""knowledgebase/search/wrong_characters.py: Chinese words of three characters and more in which one is wrong, or two
have changed places.

The index knows such words by their pairs. A wrong character within a word makes two pairs that nobody wrote, and what
was meant makes two that somebody did. That is not enough, as people ask in words that no article has: the characters on
both sides of it, two each where there are as many, must stand so together in a text that this reader may see, which is
looked up before anything is said. A word that is known to say the same as others (`synonyms.py`) is right: 软件 is not
软体 misspelled. What is asked is answered as it stands; this is only what is offered beside it. The last character of
all is not corrected, as too many others fit there, nor the first, as pairs are not found by their ends.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from desk.kernel.transaction import Rx
from knowledgebase.search import analysis
from knowledgebase.search.question import Question
from knowledgebase.search.synonyms import lengths_by_beginning, synonyms
from knowledgebase.search.vocabulary import Vocabulary

#: Characters of a question that are looked at, wrong ones among them, others that are tried for each, and words that
#: are looked up in the texts: so much one question costs at most.
MOST_CHARACTERS, MOST_WRONG, MOST_TRIED, MOST_LOOKED_UP = 24, 2, 60, 4
SHORTEST = 3
#: Characters on each side that must stand beside the one that was meant.
_BESIDE = 2
_FAMILY = "zh"


class _Slip(NamedTuple):
    """From where in a question other characters stand instead, and those that must be found together then."""

    at: int
    instead: str
    word: str


def meant(rx: Rx, asked: Question, known: Vocabulary, is_written: Callable[[str], bool]) -> str | None:
    """The question with the word that was probably meant; None where nothing is wrong, or nobody knows what.

    `is_written` says whether characters stand together in a text that the reader may see.
    """
    words, runs = asked.written or asked.folded, list(_runs(asked))
    known.learn_of_texts(rx, pairs(asked))
    slips = (slip for find in (_changed_places, _wrong) for slip in find(rx, runs, known))
    for slip in islice(slips, MOST_LOOKED_UP):
        if is_written(slip.word):
            return _put(words, slip.at, slip.instead)
    return None


def pairs(asked: Question) -> list[str]:
    """What has to be known of a question: all pairs of characters that are looked at."""
    return [pair for _, text in _runs(asked) for pair in analysis.pairs(text)]


def _runs(asked: Question) -> Iterator[tuple[int, str]]:
    """What is written together, and where it begins."""
    left = MOST_CHARACTERS
    for run in analysis.runs(asked.folded):
        if run.packed and min(len(run.text), left) >= SHORTEST:
            yield run.start, run.text[:left]
            left -= len(run.text)


def _changed_places(rx: Rx, runs: Sequence[tuple[int, str]], known: Vocabulary) -> Iterator[_Slip]:
    slips = []
    for start, text in runs:
        right = _right(text)
        for at in range(len(text) - 1):
            if text[at] != text[at + 1] and right.isdisjoint((at, at + 1)) and not known.has(text[at : at + 2]):
                turned = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
                begin = min(max(0, at - 1), len(text) - SHORTEST)
                slips.append(_Slip(start + at, turned[at : at + 2], turned[begin : max(at + 3, begin + SHORTEST)]))
    known.learn_of_texts(rx, dict.fromkeys(pair for slip in slips for pair in analysis.pairs(slip.word)))
    yield from (slip for slip in slips if all(map(known.has, analysis.pairs(slip.word))))


def _wrong(rx: Rx, runs: Sequence[tuple[int, str]], known: Vocabulary) -> Iterator[_Slip]:
    wrong = [
        (start, text, at)
        for start, text in runs
        for at in sorted({*range(1, len(text) - 1)} - _right(text))
        if not known.has(text[at - 1 : at + 1]) and not known.has(text[at : at + 2])
    ]
    for start, text, at in wrong[:MOST_WRONG]:
        before, after = text[max(0, at - _BESIDE) : at], text[at + 1 : at + 1 + _BESIDE]
        if not all(map(known.has, (*_whole_pairs(before), *_whole_pairs(after)))):
            continue
        begun = [pair for pair in known.beginning(rx, before[-1], MOST_TRIED) if len(pair) == 2]
        known.learn_of_texts(rx, [*begun, *(pair[1] + after[0] for pair in begun)])
        fit = [pair[1] for pair in begun if known.has(pair[1] + after[0])]
        fit.sort(key=lambda one: (-min(known.counts[before[-1] + one], known.counts[one + after[0]]), one))
        yield from (_Slip(start + at, one, before + one + after) for one in fit)


def _right(text: str) -> set[int]:
    """Where in it words stand that say the same as others."""
    pairs, words, lengths = analysis.pairs(text), synonyms(_FAMILY), lengths_by_beginning(_FAMILY)
    found: set[int] = set()
    for start, pair in enumerate(pairs):
        for length in lengths.get(pair, ()):
            if tuple(pairs[start : start + length]) in words:
                found.update(range(start, start + length + 1))
    return found


def _whole_pairs(text: str) -> list[str]:
    return analysis.pairs(text) if len(text) > 1 else []


def _put(words: str, at: int, instead: str) -> str:
    """`words` with others from there on, in the script in which they are written."""
    if analysis.simplified(words) != words:
        instead = analysis.traditional(instead)
    return words[:at] + instead + words[at + len(instead) :]
