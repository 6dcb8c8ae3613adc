"""knowledgebase/drafting/answers.py: what is taken of what a language model wrote. Pure.

    names a source that it was not given ──▶ refused: it makes things up, or follows somebody's words
    names none                           ──▶ refused: nobody could check it
    names only what customers asked      ──▶ refused: a question answers nothing
    says that the sources do not say it  ──▶ nothing
    else ──▶ the text without the numbers, and which sources they were

It is text and nothing else, whatever it looks like. Addresses, and numbers of six digits and more, that stand in no
source are left out, however they are written: whoever talks a model into naming one talks it into nothing. What turns
the direction of text around and what nobody sees is left out too: an agent sends what they read.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from unicodedata import category, normalize

from channels.characters import seen, undirected
from knowledgebase.drafting.prompts import ASKED, NO_SOURCE, Source, What
from knowledgebase.drafting.statements import CITED, Statement, numbers_named, statements
from knowledgebase.masking.addresses import addresses, handles, same, told_mail
from knowledgebase.masking.numbers import apart, bare, numbers
from knowledgebase.masking.plain_writing import GONE, Written, written

#: Characters of a draft.
MOST = {What.REPLY: 4_000, What.SUMMARY: 2_000, What.ARTICLE: 20_000}
LEFT_OUT = GONE

_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
#: What nobody sees and no script needs: it hides words from who reads, and splits addresses.
_HIDDEN = re.compile("[\u00ad\u034f\u180e\u200b\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")
#: Digits of a number that must be a source's.
_LEAST = 6


class Flaw(StrEnum):
    """Why nothing is taken."""

    INVENTED = "invented"  #: it cites what it was not given
    UNCITED = "uncited"  #: it cites nothing
    ASKED = "asked"  #: it cites nothing but what customers asked
    UNKNOWN = "unknown"  #: the sources do not say it
    TOO_LONG = "too_long"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a person gets to read."""

    text: str
    sources: tuple[Source, ...]  # those that it cites, in the order of their numbers
    statements: tuple[tuple[str, tuple[Source, ...]], ...] = ()  # its sentences, and which of them they are from
    left_out: bool = False  # an address or a number that no source has

    @property
    def unsourced(self) -> tuple[str, ...]:
        """The sentences that name no source."""
        return tuple(words for words, sources in self.statements if not sources)


def taken(what: What, answer: str, sources: Sequence[Source]) -> Draft | Flaw:
    """What is taken of `answer`, which was given these sources."""
    text = normalize("NFC", _HIDDEN.sub("", undirected(seen(_THOUGHTS.sub("", answer))))).strip()
    if len(text) > MOST[what]:
        return Flaw.TOO_LONG
    if text.strip(" .[]*\"'").upper() == NO_SOURCE:
        return Flaw.UNKNOWN
    cited = numbers_named(text)
    if not cited:
        return Flaw.UNCITED
    if not cited <= set(range(1, len(sources) + 1)):
        return Flaw.INVENTED
    if all(sources[number - 1].kind in ASKED for number in cited):
        return Flaw.ASKED
    plain = CITED.sub("", text).strip()
    known = _Known("\n".join(source.words for source in sources))
    kept = _without_inventions(plain, known)
    if not kept.strip(f"{LEFT_OUT} \n"):
        return Flaw.UNCITED
    return Draft(
        text=kept,
        sources=tuple(sources[number - 1] for number in sorted(cited)),
        statements=tuple(
            (_as_kept(one, kept, known), tuple(sources[number - 1] for number in one.sources))
            for one in statements(text, headed=what is What.ARTICLE)
        ),
        left_out=kept != plain,
    )


def _as_kept(said: Statement, kept: str, known: "_Known") -> str:
    """The words of a statement as the draft has them; of what it has in no such words only that something stood."""
    words = said.words if said.words in kept else _without_inventions(said.words, known)
    return words if words in kept else LEFT_OUT


class _Known:
    """The addresses and numbers that sources say."""

    def __init__(self, words: str) -> None:
        plain = written(normalize("NFC", words)).plain
        found = (*_addresses(plain), *handles(plain))
        self.named = frozenset(one for at in found for one in same(plain[slice(*at)]))
        self.dialled = frozenset(_dialled(plain))


def _without_inventions(text: str, known: _Known) -> str:
    said = written(text)
    for named in _addresses, handles:
        said = said.without(at for at in named(said.plain) if not _is_named(said, slice(*at), known.named))
    made_up = (at for at in numbers(said.plain, _LEAST) if not _is_told(said.plain[slice(*at)], known.dialled))
    return said.without(made_up).text


def _addresses(plain: str) -> Iterator[tuple[int, int]]:
    """Where addresses stand, and where they are told; *look at example.org* tells none but that of the web."""
    found = list(addresses(plain))
    within = {place for at in found for place in range(*at)}
    yield from found
    yield from (at for at in told_mail(plain) if at[1] - 1 not in within)


def _is_named(said: Written, at: slice, known: Collection[str]) -> bool:
    """Whether a source names it so. With a mark on a letter it is another address."""
    marked = any(category(char) in ("Mn", "Me") for char in "".join(said.shown[at]))
    return not marked and any(one in known for one in same(said.plain[at]))


def _dialled(plain: str) -> Iterator[str]:
    for begin, end in numbers(plain, _LEAST):
        number = plain[begin:end]
        yield bare(number)
        yield from (part for part in apart(number) if len(part) >= _LEAST)


def _is_told(number: str, known: Collection[str]) -> bool:
    """Whether a source says it: all of it, or numbers beside which a few digits stand, as of hours."""
    if bare(number) in known:
        return True
    parts = apart(number)
    others = [part for part in parts if part not in known]
    return len(others) < len(parts) and sum(map(len, others)) < _LEAST
