"""knowledgebase/guides_in_text.py: the guides that stand in a body, as fenced blocks called `guide`. Pure.

    ```guide
    ? start: Is the lamp dead, or does it flicker?
    …
    ```

A guide stands by itself: in a list or a quote, or within another block, it is shown as it is written.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from knowledgebase import guides

#: What the block is called.
CALLED = "guide"
#: Guides of one body. What lies behind them is shown as words.
MOST_GUIDES = 10

_FENCE = re.compile(r"( {0,3})(`{3,}|~{3,})([^\n]*)")


@dataclass(frozen=True, kw_only=True)
class Block:
    """A guide in a body: from where to where, and what is written in it."""

    begin: int
    end: int
    text: str


def found(body: str) -> list[Block]:
    """The guides of a body, in order. One that is not closed goes to the end."""
    return list(_blocks(body)) if CALLED in body else []


def is_guide(info: str) -> bool:
    """Whether a block that is called so is a guide."""
    return info.split()[:1] == [CALLED]


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
    """A body in which each guide that cannot be followed says why, above it."""
    number = 0

    def told(block: Block) -> str:
        nonlocal number
        number += 1
        problems = guides.read(block.text).problems
        lines = [f"> - Line {problem.line}: {_unmarked(problem.why)}" for problem in problems]
        head = f"> [!WARNING]\n> **Guide {number} cannot be followed yet.**\n>\n"
        return (head + "\n".join(lines) + "\n\n" if lines else "") + body[block.begin : block.end]

    return _with_each(body, told)


def in_words(body: str) -> str:
    """A body whose guides say only what they ask and answer, in Markdown."""
    return _with_each(body, lambda block: f"\n{guides.words(block.text)}\n")


def without(body: str) -> str:
    """A body without its guides: their answers hold only for who has been asked."""
    return _with_each(body, lambda _: "\n")


def _with_each(body: str, put: Callable[[Block], str]) -> str:
    parts, at = [], 0
    for block in found(body):
        parts += [body[at : block.begin], put(block)]
        at = block.end
    return "".join([*parts, body[at:]])


def _blocks(body: str) -> Iterator[Block]:
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
            if is_guide(fence[3]):
                yield Block(begin=begin, end=at + len(says), text="\n".join(lines))
            fence = None
        else:
            lines.append(says[len(fence[1]) :] if says.startswith(fence[1]) else says.lstrip(" "))
        at += len(line) + 1
    if fence is not None and is_guide(fence[3]):
        yield Block(begin=begin, end=len(body), text="\n".join(lines))


def _closes(here: re.Match[str], fence: re.Match[str]) -> bool:
    return here[2][0] == fence[2][0] and len(here[2]) >= len(fence[2]) and not here[3].strip()


def _unmarked(why: str) -> str:
    """Words of a writer's, which are no Markdown here."""
    return re.sub(r"([\\`*_\[\]<>&~|!#])", r"\\\1", why)
