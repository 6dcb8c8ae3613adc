"""knowledgebase/drafting/answers.py: what is taken of what a language model wrote. Pure.

    names a source that it was not given ──▶ refused: it makes things up, or follows somebody's words
    names none                           ──▶ refused: nobody could check it
    says that the sources do not say it  ──▶ nothing
    else ──▶ the text without the numbers, and which sources they were

It is text and nothing else, whatever it looks like. Addresses, and numbers of six digits and more, that stand in no
source are left out: whoever talks a model into naming one talks it into nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from channels.characters import seen
from knowledgebase.drafting.prompts import NO_SOURCE, Source, What

#: Characters of a draft.
MOST = {What.REPLY: 4_000, What.SUMMARY: 2_000, What.ARTICLE: 20_000}
LEFT_OUT = "…"

_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_CITED = re.compile(r"[ \t]*[\[【]\s*(?:sources?\s*)?(\d+(?:\s*[,;，、]\s*\d+)*)\s*[\]】]", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>()\[\]\"']+"
    r"|[^\s@<>(),;:\[\]]{1,64}@[^\s@<>(),;:\[\]]{1,190}"
    r"|(?<![\w.@])(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}(?:/[^\s<>()\[\]\"']*)?(?![\w@])",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\+?\d(?:[ \-./()]{0,2}\d){5,30}")


class Flaw(StrEnum):
    """Why nothing is taken."""

    INVENTED = "invented"  #: it cites what it was not given
    UNCITED = "uncited"  #: it cites nothing
    UNKNOWN = "unknown"  #: the sources do not say it
    TOO_LONG = "too_long"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a person gets to read."""

    text: str
    sources: tuple[Source, ...]  # those that it cites, in the order of their numbers
    left_out: bool = False  # an address or a number that no source has


def taken(what: What, answer: str, sources: Sequence[Source]) -> Draft | Flaw:
    """What is taken of `answer`, which was given these sources."""
    text = seen(_THOUGHTS.sub("", answer)).strip()
    if len(text) > MOST[what]:
        return Flaw.TOO_LONG
    if text.strip(" .[]*\"'").upper() == NO_SOURCE:
        return Flaw.UNKNOWN
    cited = {_number(number) for found in _CITED.findall(text) for number in _NUMBER.findall(found)}
    if not cited:
        return Flaw.UNCITED
    if not cited <= set(range(1, len(sources) + 1)):
        return Flaw.INVENTED
    plain = _CITED.sub("", text).strip()
    kept = _without_inventions(plain, "\n".join(source.words for source in sources))
    if not kept.strip(f"{LEFT_OUT} \n"):
        return Flaw.UNCITED
    return Draft(text=kept, sources=tuple(sources[number - 1] for number in sorted(cited)), left_out=kept != plain)


def _number(digits: str) -> int:
    return int(digits) if len(digits) < 5 else 0


def _without_inventions(text: str, known: str) -> str:
    addresses = {found.lower().rstrip(".,;:!?") for found in _ADDRESS.findall(known)}
    numbers = {_bare(found) for found in _DIGITS.findall(known)}

    def address(found: re.Match[str]) -> str:
        bare = found[0].rstrip(".,;:!?")
        return found[0] if bare.lower() in addresses else LEFT_OUT + found[0][len(bare) :]

    def number(found: re.Match[str]) -> str:
        return found[0] if _bare(found[0]) in numbers else LEFT_OUT

    return _DIGITS.sub(number, _ADDRESS.sub(address, text))


def _bare(number: str) -> str:
    return "".join(_NUMBER.findall(number))
