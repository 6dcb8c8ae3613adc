"""knowledgebase/reading/markdown.py: Markdown as our writers use it, read into tokens: pure.

CommonMark with tables, ~~struck~~ words and bare addresses as links; HTML in it is text, but for `<br>`, without which
a cell of a table has one line. Beyond that, what this house adds: headings begin under the page's title and have ids,
`> [!NOTE]` is a callout, an ordered list is a list of steps, a picture from elsewhere is a link to it, a film that
stands alone is a link with its name, a block called `guide` is walked step by step (`guided.py`).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, blockquote, list_block
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from knowledgebase.contents import FILES
from knowledgebase.reading.guided import guided
from knowledgebase.reading.inline import added, link, said, text
from knowledgebase.reading.parts import Parts, lead_to_parts, part_id

#: Characters of a body that are read: no article that people write is longer.
MOST = 500_000
#: Marks of a body that are looked at, so that none takes longer than half a second; behind them, words are only words.
MOST_MARKS = 20_000
#: Columns of a table: a wider one is no table. Short rows of it would be filled up.
MOST_COLUMNS = 60
#: Lists in quotes in lists, and words in links in words: marks that lie deeper are words.
DEEPEST = 20
#: What is read within itself, and how many levels it adds: a list and its item.
_WITHIN = (("list", list_block, 2), ("blockquote", blockquote, 1))

_MARK = re.compile(
    r"(?P<item>(?:(?<=[\s>])|\A)(?:\d{1,9}[.)]|[-+*])(?=\s))|(?P<address>://)|(?P<light>[-+:=$%@^{}])"
    r"|[\[\]!*_~`<>&\\|#\n]"
)
#: Marks that take longer: a link is looked for to its end, emphasis to its beginning; so do items of lists, also of
#: lists in lists on one line. Others are hardly looked at, but each is where words end.
_DEAR = {"[": 5, "!": 2, "*": 2, "_": 2, "~": 2}
_KINDS = {"item": 2, "address": 2, "light": 0.2}
_CALLOUT = re.compile(r"\[!(NOTE|TIP|WARNING)\][ \t]*")
_CALLED = {"NOTE": "note", "TIP": "note ok", "WARNING": "note warn"}
_OUR_FILE = re.compile(re.escape(FILES) + r"[A-Za-z0-9_-]{1,64}")
_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s<>\"'`，。；：！？、（）「」《》]{1,2000}", re.IGNORECASE)
#: Browsers read an address as if these were not there.
_UNREAD = re.compile(r"[\x00-\x1f]")
_HOSTLESS = re.compile(r"https?:(?!//[^/])", re.IGNORECASE)
_AFTER_ADDRESS = ".,;:!?*_~)]"
_FILMS = (
    ("YouTube", re.compile(r"(www\.|m\.)?youtube\.com|youtu\.be|(www\.)?youtube-nocookie\.com")),
    ("Vimeo", re.compile(r"(www\.|player\.)?vimeo\.com")),
)


_Rule = Callable[[StateBlock, int, int, bool], bool]


def parsed(body: str, labels: Mapping[str, str], language: str) -> tuple[list[Token], list[str]]:
    """The tokens of `body`, ready to be written as HTML, and the paragraphs of plain words behind too many marks.

    `labels` are the words that the house adds.
    """
    marked, unmarked = _within_reason(_narrow(body[:MOST]))
    tokens = list(guided(READER.parse(marked), READER, labels, language))
    _callouts(tokens, labels)
    _headings(tokens)
    _tables(tokens)
    _steps(tokens)
    for token in tokens:
        if token.type == "inline" and token.children is not None:
            token.children = list(_addresses(token.children))
            token.children = list(_pictures(token.children, labels))
    _films(tokens, labels)
    lead_to_parts(tokens)
    return tokens, [part.strip() for part in unmarked.split("\n\n", MOST_MARKS) if part.strip()]


def _narrow(body: str) -> str:
    if body.count("|") <= MOST_COLUMNS:
        return body
    lines = body.split("\n")
    return "\n".join(line if line.count("|") <= MOST_COLUMNS + 1 else line.replace("|", " ") for line in lines)


def _within_reason(body: str) -> tuple[str, str]:
    """What is read for its marks, and the rest of a body that has more of them than any article needs."""
    left: float = MOST_MARKS
    for found in _MARK.finditer(body):
        left -= _KINDS[found.lastgroup] if found.lastgroup else _DEAR.get(found[0], 1)
        if left < 0:
            return body[: found.start()], body[found.start() :]
    return body, ""


def _break(state: StateInline, silent: bool) -> bool:
    """A rule of the reader: `<br>` is where a line breaks."""
    found = _BREAK.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("hardbreak", "br", 0)
    state.pos = found.end()
    return True


def _shallow(rule: _Rule, levels: int) -> _Rule:
    """A rule of the reader, for what is not too deep. Without it the reader would skip what is, and all behind it that
    nothing ends before: the rest of the article."""

    def within(state: StateBlock, begin: int, end: int, silent: bool) -> bool:
        # Asked in silence whether a line ends the words before it: one further out is none of this depth.
        further_out = silent and state.sCount[begin] < state.blkIndent
        return (further_out or state.level + levels < DEEPEST) and rule(state, begin, end, silent)

    return within


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST, "breaks": False})
    known = reader.validateLink

    def valid(url: str) -> bool:
        return known(url) and not is_foreign(url)

    reader.validateLink = valid  # type: ignore[method-assign]
    reader.inline.ruler.before("autolink", "break", _break)
    for name, rule, levels in _WITHIN:
        alt = ["paragraph", "reference", "blockquote"] + (["list"] if rule is blockquote else [])
        reader.block.ruler.at(name, _shallow(rule, levels), {"alt": alt})
    return reader.enable(["table", "strikethrough"]).disable(["html_block", "html_inline"])


#: Reads Markdown; its options are those by which tokens are written.
READER = _reader()


def _callouts(tokens: list[Token], labels: Mapping[str, str]) -> None:
    """`> [!TIP] Words` is a box that says what it is."""
    open_ones: list[bool] = []
    for at, token in enumerate(tokens):
        if token.type == "blockquote_open":
            kind = _callout_at(tokens, at)
            open_ones.append(bool(kind))
            if kind:
                token.tag, token.attrs = "div", {"class": _CALLED[kind]}
                _name_it(tokens[at + 2], labels[kind.lower()])
        elif token.type == "blockquote_close" and open_ones.pop():
            token.tag = "div"


def _callout_at(tokens: list[Token], at: int) -> str:
    inline = tokens[at + 2] if at + 2 < len(tokens) and tokens[at + 1].type == "paragraph_open" else None
    found = _CALLOUT.match(inline.content) if inline is not None and inline.type == "inline" else None
    return found[1] if found else ""


def _name_it(inline: Token, name: str) -> None:
    """Puts the name of a callout where its mark stood."""
    children = inline.children or []
    # The mark may have been read in pieces: what it took is counted off the beginning.
    mark = _CALLOUT.match(inline.content)
    left = len(mark[0].rstrip()) if mark else 0
    while children and left > 0 and children[0].type == "text":
        taken = min(left, len(children[0].content))
        children[0].content = children[0].content[taken:].lstrip()
        left -= taken
        if not children[0].content:
            children.pop(0)
    if children and children[0].type == "softbreak":
        children.pop(0)
    begins = Token("strong_open", "strong", 1), added(name), Token("strong_close", "strong", -1), added(" ")
    inline.children = [*begins, *children]


def _headings(tokens: list[Token]) -> None:
    """Levels from 2 without a gap, so that they are an outline under the page's title; an id each."""
    parts = Parts()
    above: list[int] = []
    for at, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        written = int(token.tag[1])
        while above and above[-1] >= written:
            above.pop()
        above.append(written)
        token.tag = tokens[at + 2].tag = f"h{min(len(above) + 1, 6)}"
        token.attrs["id"] = part_id(parts.add(said(tokens[at + 1])))


def _tables(tokens: list[Token]) -> None:
    """The heads of columns and rows say that they are; one that is empty is none. A cell's alignment would be a style:
    it is left out."""
    first = in_head = False
    for at, token in enumerate(tokens):
        if token.type in ("thead_open", "thead_close"):
            in_head = token.nesting == 1
        elif token.type == "tr_open":
            first = True
        elif token.type == "th_open":
            token.attrs = {"scope": "col"}
            if not tokens[at + 1].content.strip():
                token.tag, token.attrs = "td", {}
                tokens[at + 2].tag = "td"
        elif token.type == "td_open":
            token.attrs = {}
            if first and not in_head and tokens[at + 1].content.strip():
                token.tag, token.attrs = "th", {"scope": "row"}
                tokens[at + 2].tag = "th"
            first = False


def _steps(tokens: list[Token]) -> None:
    """An ordered list from 1 that stands by itself is a list of steps."""
    for token in tokens:
        if token.type == "ordered_list_open" and token.level == 0 and "start" not in token.attrs:
            token.attrs["class"] = "steps"


def _addresses(children: Sequence[Token]) -> Iterator[Token]:
    """Bare addresses become links, where they are not in one."""
    inside = 0
    for child in children:
        inside += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        if child.type == "text" and not inside and "://" in child.content:
            yield from _linked(child.content)
        else:
            yield child


def _linked(words: str) -> Iterator[Token]:
    at = 0
    for found in _ADDRESS.finditer(words):
        address = _without_end(found[0])
        if not is_web(address):
            continue
        if at < found.start():
            yield text(words[at : found.start()])
        yield from link(address, text(address))
        at = found.start() + len(address)
    if at < len(words):
        yield text(words[at:])


def _without_end(address: str) -> str:
    """Without what ends the sentence that it stands in."""
    while address and address[-1] in _AFTER_ADDRESS:
        if address[-1] == ")" and address.count("(") >= address.count(")"):
            break
        address = address[:-1]
    return address


def _pictures(children: Sequence[Token], labels: Mapping[str, str]) -> Iterator[Token]:
    """Our own pictures are shown; others are fetched only by who follows the link to them."""
    inside = 0
    for child in children:
        inside += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        if child.type != "image":
            yield child
            continue
        address = str(child.attrs.get("src", ""))
        if is_our_file(address):
            child.attrs["loading"] = "lazy"
            yield child
        elif is_web(address) and not inside:
            name = text(child.content) if child.content else added(labels["picture"])
            where = labels["picture_at"].format(host=urlsplit(address).hostname)
            yield from link(address, name, added(f" ({where})"))
        elif child.content:
            yield text(child.content)


def is_our_file(address: str) -> bool:
    """Whether it leads to a picture or paper of an article."""
    return _OUR_FILE.fullmatch(address) is not None


def is_foreign(address: str) -> bool:
    """Whether it leads to another host and does not say so: `//host/x`, `https:host/x`, and what browsers take for
    those."""
    seen = _UNREAD.sub("", address).strip().replace("\\", "/")
    return seen.startswith("//") or _HOSTLESS.match(seen) is not None


def is_web(address: str) -> bool:
    """Whether it leads somewhere in the web, with a host."""
    try:
        parts = urlsplit(address)
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _films(tokens: Sequence[Token], labels: Mapping[str, str]) -> None:
    """A link to a film that is a paragraph of its own stands out, and says where the film is."""
    for at, piece in enumerate(tokens):
        if piece.type == "inline" and (where := _film(piece.children or [])):
            children = piece.children or []
            if said(piece) == children[0].attrs["href"]:
                children[1:-1] = [added(labels["film"])]
            children.insert(-1, added(f" · {where}"))
            tokens[at - 1].attrs["class"] = "film"


def _film(children: Sequence[Token]) -> str:
    """Where the film is that is all that a paragraph holds; nothing if it is none."""
    held = [child for child in children if child.type != "text" or child.content.strip()]
    if len(held) < 2 or held[0].type != "link_open" or held[-1].type != "link_close":
        return ""
    if sum(child.type == "link_open" for child in held) != 1 or len(held) != len(children):
        return ""
    return film_at(str(held[0].attrs.get("href", "")))


def film_at(address: str) -> str:
    """Whose film an address leads to: YouTube, Vimeo or a host's own; nothing if to none."""
    if not is_web(address):
        return ""
    parts = urlsplit(address)
    host = (parts.hostname or "").lower()
    named = next((name for name, hosts in _FILMS if hosts.fullmatch(host)), "")
    if named and len(parts.path) > 1:
        return named
    return host if parts.path.lower().endswith((".mp4", ".webm")) else ""
