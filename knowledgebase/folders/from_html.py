"""knowledgebase/folders/from_html.py: an HTML page as Markdown. What runs, looks or tracks is left out, the words stay.

The page is made harmless first (`nh3`), so that what is read here is whole and known: headings, paragraphs, lists,
tables, quotes, code, links, pictures and stress. A link keeps its address only where that opens a page, a mail or a
call.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

import nh3

from desk.kernel.errors import Invalid
from knowledgebase.folders.html_places import Places
from knowledgebase.folders.html_tables import Cell, Rows, lines_of, table_of

#: A page of more tags, or of tags deeper within one another, is no article; and reading it would have no end.
MOST_TAGS = 50_000
MOST_LEVELS = 200
MOST_SIGNS = 100_000

_TAGS = {
    *("a", "b", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("hr", "i", "img", "li", "ol", "p", "pre", "s", "strike", "strong", "table", "tbody", "td", "tfoot", "th"),
    *("thead", "tr", "ul", "sub", "sup", "caption", "article", "section", "main", "figure", "figcaption", "span"),
    *("address", "center", "details", "dialog", "fieldset", "hgroup", "legend", "summary"),
}
_DROPPED = {"script", "style", "head", "title", "noscript", "template", "svg", "math", "iframe", "object", "nav"} | {
    *("form", "button", "select", "textarea", "header", "footer", "aside"),
}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^>]{0,4000}>")
#: Signs that begin nothing. The parser takes each for a text of its own, and its time grows with the square of those.
_BARE = re.compile(r"&(?!#[0-9]{1,7};|#[xX][0-9A-Fa-f]{1,6};|[A-Za-z][A-Za-z0-9]{1,30};)|<(?![A-Za-z/!?])")
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,600})", re.IGNORECASE)
#: Tags that need no end.
_VOID = frozenset({"br", "hr", "img", "meta", "link", "input", "col", "wbr", "p", "li", "td", "th", "tr", "dt", "dd"})
_STRESS = {"b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "del": "~~", "strike": "~~"}
_HEADS = ("h1", "h2", "h3", "h4", "h5", "h6")
#: Signs above and below the line, for which Markdown knows no marks.
_SHIFTED = {
    "sup": str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ"),
    "sub": str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎"),
}
_GROUPS = ("thead", "tbody", "tfoot")
_BLOCKS = {"p", "div", "article", "section", "main", "figure", "figcaption", "dl", "caption"} | {
    *("address", "center", "details", "dialog", "fieldset", "hgroup", "legend", "summary"),
}
_SPECIAL = re.compile(r"([\\`*_\[\]<>])")
#: What would begin something else at the start of a line.
_BEGINS = re.compile(r"^(\s*)([#>+-]|\d+[.)])(?=\s)", re.MULTILINE)
_SPACES = re.compile(r"[ \t\n\r\f]+")
_BLANK = re.compile(r"^[ \t]+$", re.MULTILINE)
_EMPTY_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page in words; its title is that of its first heading, or the one in its head. `parts` are the headings at
    which what it names for links begins (`reading/parts.py`), none for what stands above them."""

    title: str
    body: str
    parts: Mapping[str, str]


def from_html(html: str) -> Page:
    """The page as Markdown.

    Raises:
        Invalid: it has too many tags, or they are too deep within one another.
    """
    _look_over(html)
    html = _BARE.sub(lambda sign: "&amp;" if sign[0] == "&" else "&lt;", html)
    titled = _TITLE.search(html)
    clean = nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_DROPPED,
        attributes={"*": {"id"}, "a": {"href", "name"}, "img": {"src", "alt"}, "ol": {"start"}, "code": {"class"}}
        | {cell: {"colspan", "rowspan"} for cell in ("td", "th")},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    writer = _Writer()
    writer.feed(clean)
    writer.close()
    title = writer.title or (" ".join(unescape(titled[1]).split()) if titled else "")
    body = writer.markdown()
    return Page(title=title, body=body, parts=writer.places.parts(body))


def _look_over(html: str) -> None:
    if html.count("&") + html.count("<") > MOST_SIGNS:
        raise Invalid("body", f"more than {MOST_SIGNS:,} signs of markup")
    depth = 0
    for tags, found in enumerate(_TAG.finditer(html), 1):
        if found[2].lower() not in _VOID:
            depth = max(depth + (-1 if found[1] else 1), 0)
        if tags > MOST_TAGS or depth > MOST_LEVELS:
            raise Invalid("body", f"more than {MOST_TAGS:,} tags, or {MOST_LEVELS} within one another")


@dataclass
class _Block:
    """Something that is being read: `kind` is its tag, `parts` what it says so far."""

    kind: str
    parts: list[str] = field(default_factory=list)
    number: int = 1  #: of a list's next item
    href: str = ""
    rows: Rows = field(default_factory=list)
    across: int = 1  #: columns of a cell, and its rows
    down: int = 1

    def text(self) -> str:
        return "".join(self.parts)


class _Writer(HTMLParser):
    """Reads clean HTML and writes Markdown: each block is written when it ends, into the one around it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open = [_Block("")]
        self.title = ""
        self.places = Places()

    def markdown(self) -> str:
        while len(self._open) > 1:
            self._end(self._open[-1].kind)
        return _tidy(self._open[0].text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.places.names(given.get("id"), given.get("name"))
        if tag == "br":
            self._say("  \n" if self._within("pre") is None else "\n")
        elif tag == "hr":
            self._say("\n\n---\n\n")
        elif tag == "img":
            alt = _SPECIAL.sub(r"\\\1", " ".join(given.get("alt", "").split()))
            self._say(f"![{alt}]({_address(given['src'])})" if given.get("src") else alt)
        else:
            if tag in ("tr", *_GROUPS) and (table := self._within("table")):
                table.rows.append([] if tag == "tr" else None)
            across, down = _number(given, "colspan"), _number(given, "rowspan")
            block = _Block(tag, number=_number(given, "start"), href=given.get("href", ""), across=across, down=down)
            self._open.append(block)

    def handle_endtag(self, tag: str) -> None:
        if any(block.kind == tag for block in self._open[1:]):
            while self._open[-1].kind != tag:
                self._end(self._open[-1].kind)
            self._end(tag)

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(self._within(tag) for tag in _HEADS):
            self.places.words()
        if self._within("pre") is not None:
            self._say(data)
        elif self._within("code") is not None:
            self._say(_SPACES.sub(" ", data))
        elif self._open[-1].kind not in ("ul", "ol", "table", "tr", *_GROUPS):
            self._say(_SPECIAL.sub(r"\\\1", _SPACES.sub(" ", data)))

    def _within(self, kind: str) -> _Block | None:
        return next((block for block in reversed(self._open) if block.kind == kind), None)

    def _say(self, text: str) -> None:
        self._open[-1].parts.append(text)

    def _end(self, tag: str) -> None:
        block = self._open.pop()
        said = _shifted(block.text(), tag)
        if tag in _STRESS:
            self._say(_around(said, _STRESS[tag]))
        elif tag == "a":
            self._say(f"[{said.strip()}]({_address(block.href)})" if block.href and said.strip() else said)
        elif tag == "code":
            self._say(said if self._within("pre") is not None else _code(said))
        elif tag == "pre":
            fence = "```" if "```" not in said else "~~~~~"
            self._say(f"\n\n{fence}\n{said.strip(chr(10))}\n{fence}\n\n")
        elif tag in _HEADS:
            self._heading(int(tag[1]), _one_line(said))
        elif tag == "blockquote":
            self._say("\n\n" + _indented(_tidy(said), "> ") + "\n\n")
        elif tag == "li":
            self._item(_tidy(said))
        elif tag in ("td", "th"):
            self._cell(Cell(said=said.strip(), across=block.across, down=block.down))
        elif tag == "tr":
            pass
        elif tag == "table":
            self._say(f"{said}\n\n{table_of(block.rows)}\n\n")
        elif tag == "dt":
            self._say(f"\n\n**{_one_line(said)}**\n\n" if said.strip() else "")
        elif tag in ("ul", "ol"):
            nested = self._within("li") is not None
            self._say(("\n" if nested else "\n\n") + said.strip("\n") + ("\n" if nested else "\n\n"))
        elif tag in _BLOCKS or tag == "dd":
            self._say(f"\n\n{_BEGINS.sub(_escaped, said.strip())}\n\n")
        else:
            self._say(said)

    def _heading(self, level: int, words: str) -> None:
        if not words:
            return
        if level == 1 and not self.title and len(self._open) < 20:
            self.title = re.sub(r"\\(.)", r"\1", words).replace("*", "")
            self.places.words()
            return
        self.places.heading(words)
        self._say(f"\n\n{'#' * level} {words}\n\n")

    def _item(self, words: str) -> None:
        around = self._open[-1]
        mark = f"{around.number}. " if around.kind == "ol" else "- "
        around.number += 1
        self._say(mark + _indented(words, " " * len(mark)).lstrip(" ") + "\n")

    def _cell(self, cell: Cell) -> None:
        table = self._within("table")
        row = table.rows[-1] if table is not None and table.rows else None
        if row is None:
            self._say(f" {lines_of(cell.said)} ")
        else:
            row.append(cell)


def _number(given: Mapping[str, str], name: str) -> int:
    number = given.get(name, "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1


def _around(said: str, mark: str) -> str:
    """Stress, without the spaces at its ends: Markdown knows none with them."""
    words = said.strip()
    if not words or "\n" in words:
        return said
    begin, end = len(said) - len(said.lstrip()), len(said) - len(said.rstrip())
    return said[:begin] + mark + words + mark + (said[len(said) - end :] if end else "")


def _shifted(said: str, tag: str) -> str:
    signs = _SHIFTED.get(tag, {})
    return said.translate(signs) if all(ord(sign) in signs for sign in said) else said


def _code(said: str) -> str:
    ticks = "``" if "`" in said else "`"
    return f"{ticks}{said}{ticks}" if said.strip() else said


def _address(href: str) -> str:
    return href.strip().replace(" ", "%20").replace("(", "%28").replace(")", "%29").replace("\n", "")


def _one_line(said: str) -> str:
    return _SPACES.sub(" ", said).strip()


def _tidy(said: str) -> str:
    return _EMPTY_LINES.sub("\n\n", _BLANK.sub("", said)).strip()


def _indented(text: str, by: str) -> str:
    return "\n".join(f"{by}{line}".rstrip() if line.strip() or by.strip() else "" for line in text.split("\n"))


def _escaped(found: re.Match[str]) -> str:
    mark = found[2]
    return f"{found[1]}{mark[:-1]}\\{mark[-1]}"
