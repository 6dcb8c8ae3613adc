"""knowledgebase/reading/paper_links.py: a link to a paper says what it leads to: pure.

    [Return form](/help/files/0193…)   ──▶   Return form · PDF, 120 kB

What a paper is its row says, not the text. A picture's mark (`![…]`) before a paper is a link too, and words that are
missing are the paper's name.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from knowledgebase.contents import FILES
from knowledgebase.reading.inline import added, link
from knowledgebase.reading.markdown import is_our_file


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A file that an article hands out."""

    id: str
    name: str
    kind: str  #: PDF, DOCX: what people call it
    size: int  #: bytes

    @property
    def address(self) -> str:
        """Where it is."""
        return f"{FILES}{self.id}"

    @property
    def weight(self) -> str:
        """Its size as people say it."""
        if self.size < 1_000_000:
            return f"{max(1, round(self.size / 1000))} kB"
        return f"{self.size / 1_000_000:.1f} MB"


def say_what_they_are(tokens: Sequence[Token], papers: Sequence[Paper], says: str) -> None:
    """Has every link to one of `papers` say what it is: by the words `says` with `{kind}` and `{size}`."""
    known = {paper.address: paper for paper in papers}
    for token in tokens:
        if known and token.type == "inline" and token.children is not None:
            token.children = list(_links(token.children, known, says))


def _links(children: Sequence[Token], known: Mapping[str, Paper], says: str) -> Iterator[Token]:
    inside: Paper | None = None
    has_words = in_link = False
    for child in children:
        if child.type == "link_open":
            in_link, has_words = True, False
            inside = _leads_to(str(child.attrs.get("href", "")), known)
        elif child.type == "link_close":
            if inside is not None:
                yield from () if has_words else [added(inside.name)]
                yield _what(inside, says)
            inside, in_link = None, False
        elif child.type == "image" and (shown := _leads_to(str(child.attrs.get("src", "")), known)):
            words = Token("text", "", 0, content=child.content) if child.content else added(shown.name)
            yield from [words] if in_link else link(shown.address, words, _what(shown, says))
            has_words = True
            continue
        else:
            has_words = has_words or bool(child.content.strip())
        yield child


def _leads_to(address: str, known: Mapping[str, Paper]) -> Paper | None:
    return known.get(address) if is_our_file(address) else None


def _what(paper: Paper, says: str) -> Token:
    return added(f" · {says.format(kind=paper.kind, size=paper.weight)}")
