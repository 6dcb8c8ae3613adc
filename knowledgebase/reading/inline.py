"""knowledgebase/reading/inline.py: tokens within a line: what they say, and those that the house puts in. Pure."""

from collections.abc import Iterator, Sequence

from markdown_it.token import Token

#: Marks words that the house adds: they are not the writer's.
_OURS = "ours"


def said(token: Token) -> str:
    """What an inline token says, without its marks."""
    return "".join(_plain(token.children or [])).strip()


def text(words: str) -> Token:
    """Words of the writer's."""
    return Token("text", "", 0, content=words)


def added(words: str) -> Token:
    """Words that the house adds."""
    return Token("text", "", 0, content=words, meta={_OURS: True})


def link(address: str, *words: Token) -> Iterator[Token]:
    """A link around `words`."""
    yield Token("link_open", "a", 1, attrs={"href": address})
    yield from words
    yield Token("link_close", "a", -1)


def _plain(children: Sequence[Token]) -> Iterator[str]:
    for child in children:
        if child.meta.get(_OURS):
            continue
        if child.type in ("text", "code_inline", "image"):
            yield child.content
        elif child.type in ("softbreak", "hardbreak"):
            yield " "
