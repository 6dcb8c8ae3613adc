"""knowledgebase/reading/lines.py: Markdown as lines of plain words, for a reply, which shows no marks: pure.

Items of lists keep their signs, and links to elsewhere in the web their addresses.
"""

from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from knowledgebase.reading.inline import said, text
from knowledgebase.reading.markdown import READER, is_web


def in_lines(markdown: str) -> str:
    """What `markdown` says, a paragraph or item a line."""
    return "\n".join(line for line in _lines(READER.parse(markdown)) if line.strip())


def _lines(tokens: Sequence[Token]) -> Iterator[str]:
    numbers: list[int | None] = []
    sign = ""
    for token in tokens:
        if token.type == "bullet_list_open":
            numbers.append(None)
        elif token.type == "ordered_list_open":
            numbers.append(int(token.attrs.get("start", 1)))
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            numbers.pop()
        elif token.type == "list_item_open":
            number = numbers[-1]
            sign = "- " if number is None else f"{number}. "
            numbers[-1] = None if number is None else number + 1
        elif token.type == "inline":
            token.children = list(_with_addresses(token.children or []))
            yield sign + said(token)
            sign = ""
        elif token.type in ("fence", "code_block"):
            yield token.content.rstrip()


def _with_addresses(children: Sequence[Token]) -> Iterator[Token]:
    address, words = "", ""
    for child in children:
        yield child
        if child.type == "link_open":
            address, words = str(child.attrs.get("href", "")), ""
        elif child.type == "link_close" and is_web(address) and address != words:
            yield text(f" ({address})")
        else:
            words += child.content
