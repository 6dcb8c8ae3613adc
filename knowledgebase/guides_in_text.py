"""knowledgebase/guides_in_text.py: the guides that stand in a body, as fenced blocks called `guide`. Pure.

    ```guide
    ? start: Is the lamp dead, or does it flicker?
    …
    ```

The name is read in any case. A guide stands by itself: in a list or a quote, or within another block, it is shown as
it is written.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from knowledgebase import guides

#: What the block is called.
CALLED = "guide"
#: Guides of one body. Those behind them are not read: they are shown as they are written.
MOST_GUIDES = 10

_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])[ \t]")
#: How a block begins within a quote or an item of a list, on its line or below it.
_WITHIN_ANOTHER = re.compile(r"[ \t]{0,12}(?P<marks>(?:(?:>|[-*+]|\d{1,9}[.)])[ \t]{0,4}){0,6})(?:`{3,}|~{3,})")
_WITHIN = (
    "> [!WARNING]\n> **A guide in a list or a quote is only shown.** "
    "Begin it at the margin, so that readers can walk it.\n\n"
)
_FENCE = re.compile(r"( {0,3})(`{3,}|~{3,})([^\n]*)")


@dataclass(frozen=True, kw_only=True)
class Block:
    """A guide in a body: from where to where, and what is written in it."""

    begin: int
    end: int
    text: str


def found(body: str) -> list[Block]:
    """The guides of a body, in order, up to one more than may stand in it. One that is not closed goes to the end."""
    return list(islice(_blocks(body), MOST_GUIDES + 1)) if _may_hold(body) else []


def is_guide(info: str) -> bool:
    """Whether a block that is called so is a guide."""
    return info.casefold().split()[:1] == [CALLED]


def wrong(body: str) -> list[str]:
    """What keeps the guides of a body from being followed, in words that say where."""
    blocks = found(body)
    told = [
        f"guide {number}, line {problem.line}: {problem.why}"
        for number, block in enumerate(blocks[:MOST_GUIDES], 1)
        for problem in guides.read(block.text).problems
    ]
    return told + ([f"more than {MOST_GUIDES} guides"] if len(blocks) > MOST_GUIDES else [])


def marked(body: str) -> str:
    """A body in which each guide that cannot be followed says why, above it, and where one is too many, that."""
    number = 0

    def told(block: Block) -> str:
        nonlocal number
        number += 1
        problems = guides.read(block.text).problems
        lines = [f"> - Line {problem.line}: {_unmarked(problem.why)}" for problem in problems]
        head = f"> [!WARNING]\n> **Guide {number} cannot be followed yet.**\n>\n"
        return (head + "\n".join(lines) + "\n\n" if lines else "") + body[block.begin : block.end]

    blocks = found(body)
    says = _with_each(body, blocks[:MOST_GUIDES], told)
    if _is_within(body):
        says = f"{_WITHIN}{says}"
    if len(blocks) <= MOST_GUIDES:
        return says
    behind = len(body) - blocks[MOST_GUIDES].begin
    warning = (
        f"> [!WARNING]\n> **More than {MOST_GUIDES} guides.** From here on they are shown as they are written.\n\n"
    )
    return f"{says[:-behind]}{warning}{says[-behind:]}"


def in_words(body: str) -> str:
    """A body whose guides say only what they ask and answer, in Markdown; those beyond the bound stand as written."""
    return _with_each(body, found(body)[:MOST_GUIDES], lambda block: f"\n{guides.words(block.text)}\n")


def without(body: str) -> str:
    """A body without its guides: their answers hold only for who has been asked."""
    return _with_each(body, _blocks(body), lambda _: "\n") if _may_hold(body) else body


def _is_within(body: str) -> bool:
    """Whether what is meant as a guide stands in a list or a quote."""
    if not _may_hold(body):
        return False
    outside = _with_each(body, _blocks(body, every=True), lambda _: "\n")
    is_item = False
    for line in outside.split("\n"):
        begins = _WITHIN_ANOTHER.match(line)
        if begins is not None and (begins["marks"] or is_item) and is_guide(line[begins.end() :]):
            return True
        if line[:1].strip():
            is_item = _ITEM.match(line) is not None
    return False


def _may_hold(body: str) -> bool:
    return CALLED in body.casefold()


def _with_each(body: str, blocks: Iterable[Block], put: Callable[[Block], str]) -> str:
    parts, at = [], 0
    for block in blocks:
        parts += [body[at : block.begin], put(block)]
        at = block.end
    return "".join([*parts, body[at:]])


def _blocks(body: str, *, every: bool = False) -> Iterator[Block]:
    """The guides of a body; with `every`, all of its blocks."""
    fence: re.Match[str] | None = None
    lines: list[str] = []
    at = begin = 0
    for line in body.split("\n"):
        says = line.rstrip("\r")
        here = _FENCE.fullmatch(says)
        if fence is None:
            if here is not None and not (here[2][0] == "`" and "`" in here[3]):
                fence, begin, lines = here, at, []
        elif here is not None and _closes(here, fence):
            if every or is_guide(fence[3]):
                yield Block(begin=begin, end=at + len(says), text="\n".join(lines))
            fence = None
        else:
            lines.append(says[len(fence[1]) :] if says.startswith(fence[1]) else says.lstrip(" "))
        at += len(line) + 1
    if fence is not None and (every or is_guide(fence[3])):
        yield Block(begin=begin, end=len(body), text="\n".join(lines))


def _closes(here: re.Match[str], fence: re.Match[str]) -> bool:
    return here[2][0] == fence[2][0] and len(here[2]) >= len(fence[2]) and not here[3].strip()


def _unmarked(why: str) -> str:
    """Words of a writer's, which are no Markdown here."""
    return re.sub(r"([\\`*_\[\]<>&~|!#])", r"\\\1", why)
