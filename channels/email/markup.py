"""channels/email/markup.py: HTML mail made harmless, and read as text with its quoted part set aside.

`sanitize` keeps structure and words. Scripts, styles, forms and frames go, links keep only schemes
that open a page, a mail or a call, and pictures from elsewhere lose their address: a mail that is
opened must tell nobody. What remains is the same when sanitized again.
"""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

import nh3

from channels.email.charsets import clean
from channels.email.quotes import Split, is_attribution, is_forwarded, is_marker
from channels.email.quotes import split as split_text

#: Longer HTML is cut; nobody reads it, and the original is kept.
MAX_HTML = 256 * 1024
_MAX_TAGS = 12_000
_MAX_DEPTH = 400
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,20})")
_ANY_TAG = re.compile(r"<[^<>]{0,2000}>")
#: Signs that begin nothing. The parser takes each for a text of its own, and its time grows with the square of those.
_BARE_AMPERSAND = re.compile(
    r"&(?!#[0-9]{1,7};|#[xX][0-9A-Fa-f]{1,6};|[A-Za-z][A-Za-z0-9]{1,30};|(?:nbsp|amp|lt|gt|quot)(?![A-Za-z0-9=]))"
)
_BARE_BRACKET = re.compile(r"<(?![A-Za-z/!?])")
#: Tags that need no end, and so say nothing about depth.
_SHALLOW = {"p", "li", "td", "th", "tr", "dt", "dd", "br", "hr", "img", "col", "meta", "link", "input", "option", "wbr"}

_TAGS = {
    "a", "abbr", "b", "bdi", "bdo", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup",
    "dd", "del", "details", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6",
    "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "small",
    "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt",
    "u", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"alt", "title", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
    "bdo": {"dir"},
    "*": {"dir", "lang"},
}
_SCHEMES = {"http", "https", "mailto", "tel"}
_DROPPED = {
    "script",
    "style",
    "title",
    "head",
    "noscript",
    "template",
    "svg",
    "math",
    "iframe",
    "object",
    "xml",
    "textarea",
}
_BLOCKS = {
    "p",
    "div",
    "table",
    "tr",
    "ul",
    "ol",
    "dl",
    "blockquote",
    "pre",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "center",
}
_VOID = {"br", "hr", "img", "col"}


@dataclass(frozen=True, kw_only=True)
class Reading:
    """HTML as text. `split` is None where no mark of a quoting client was found."""

    text: str
    split: Split | None


def sanitize(html: str) -> str:
    """The harmless part of a mail's HTML. Idempotent."""
    return nh3.clean(
        _cut(html),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        clean_content_tags=_DROPPED,
        url_schemes=_SCHEMES,
        attribute_filter=_absolute,
        link_rel="noopener noreferrer nofollow",
    )


def read(html: str) -> Reading:
    """The text of a mail's HTML, quoted parts set aside by the marks that clients leave.

    Gmail, Yahoo, QQ and NetEase wrap the quotation; Apple, Thunderbird and others use
    `blockquote type=cite`; Outlook puts `divRplyFwdMsg` or `appendonsend` before it.
    """
    shaped = nh3.clean(
        _cut(html),
        tags=_TAGS,
        attributes={"*": {"class", "id", "type", "name"}, "img": {"alt"}},
        clean_content_tags=_DROPPED,
        link_rel=None,
    )
    reader = _Reader()
    reader.feed(shaped)
    reader.close()
    text = _tidy("".join(piece for piece, _ in reader.pieces))
    if not reader.marked:
        return Reading(text=text, split=None)
    new = _tidy("".join(piece for piece, quoted in reader.pieces if not quoted))
    old = _tidy("".join(piece for piece, quoted in reader.pieces if quoted))
    if not new:
        return Reading(text=text, split=Split(new=text, quoted=""))
    # What stands outside the marks may still quote in plain text, the way of another client.
    again = split_text(new)
    return Reading(text=text, split=Split(new=again.new, quoted=f"{again.quoted}\n{old}".strip("\n")))


def _absolute(tag: str, attribute: str, value: str) -> str | None:
    """Links must name their scheme: a relative one would lead into our own pages."""
    if attribute != "href":
        return value
    scheme, colon, _ = value.strip().partition(":")
    return value if colon and scheme.lower() in _SCHEMES else None


def _cut(html: str) -> str:
    """HTML of bearable size and depth. What is deeper keeps its words and loses its tags.

    Nobody writes so deep; the time that a tree takes grows with the square of its depth. Signs that
    begin no entity and no tag are written as what they stand for.
    """
    html = _BARE_BRACKET.sub("&lt;", _BARE_AMPERSAND.sub("&amp;", html[:MAX_HTML]))[:MAX_HTML]
    depth = 0
    for count, tag in enumerate(_TAG.finditer(html)):
        if tag[2].lower() not in _SHALLOW:
            depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > _MAX_DEPTH or count > _MAX_TAGS:
            return html[: tag.start()] + _ANY_TAG.sub(" ", html[tag.start() :]).replace("<", "&lt;")
    return html


class _Reader(HTMLParser):
    """Reads well-formed HTML into pieces of text, each new or quoted."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[tuple[str, bool]] = []
        self.marked = False
        self._open: list[tuple[str, str]] = []  # tag, role: "", cite, container
        self._cites = 0
        self._containers = 0
        self._rest = False
        self._cited = False  # inside a container, whether its quotation has begun
        self._since = 0  # where the container begins in `pieces`
        self._pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: (value or "").lower() for name, value in attrs}
        role = self._role(tag, known)
        if role == "rest":
            self._rest = self.marked = True
            role = ""
        if role == "cite":
            self._cites += 1
            if self._containers and not self._cited:
                self.pieces[self._since :] = [(text, True) for text, _ in self.pieces[self._since :]]
            self._drop_attribution()
            self.marked = True
            self._cited = True
        elif role == "container":
            if not self._containers:
                self._cited, self._since = False, len(self.pieces)
            self._containers += 1
        if tag not in _VOID:
            self._open.append((tag, role))
        self._pre += tag == "pre"
        if tag == "br":
            self._say("\n")
        elif tag == "img" and known.get("alt"):
            self._say(f"[{dict(attrs)['alt']}]")
        elif tag == "li":
            self._say("\n- ")
        elif tag in ("td", "th"):
            self._say(" ")
        elif tag in _BLOCKS:
            self._say("\n\n" if tag == "p" else "\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._say("\n\n" if tag == "p" else "\n")
        while self._open:
            name, role = self._open.pop()
            self._cites -= role == "cite"
            self._containers -= role == "container"
            self._pre -= name == "pre"
            if name == tag:
                break

    def handle_data(self, data: str) -> None:
        line = data.strip()
        if line and not self._quoting() and len(line) < 300:
            if self._containers and not self._cited and is_forwarded(line):
                # Forwarded on purpose: this container holds what the sender wants to show.
                self._open = [(name, "" if role == "container" else role) for name, role in self._open]
                self._containers = 0
            elif is_marker(line):
                self._rest = self.marked = True
        self._say(data if self._pre else " ".join(data.split()).join(_edges(data)))

    def _role(self, tag: str, known: dict[str, str]) -> str:
        classes = known.get("class", "").split()
        name = known.get("id", "") or known.get("name", "")
        if any(word in name for word in ("divrplyfwdmsg", "appendonsend", "mail-editor-reference-message-container")):
            return "rest"
        if "outlookmessageheader" in classes or "ms-outlook-mobile-reference-message" in classes:
            return "rest"
        if tag == "blockquote" and (known.get("type") == "cite" or "gmail_quote" in classes or self._containers):
            return "cite"
        if any(word in classes for word in ("yahoo_quoted", "moz-cite-prefix", "zmail_extra", "protonmail_quote")):
            return "cite"
        if name in ("isreplycontent", "ntes-pcmail-quote", "yahoo_quoted", "qqmail_quote") or "qm_quote" in name:
            return "cite"
        if any(word.startswith("gmail_quote") for word in classes) or "gmail_extra" in classes:
            return "container"
        return ""

    def _quoting(self) -> bool:
        return self._rest or self._cites > 0

    def _say(self, text: str) -> None:
        self.pieces.append((text, self._quoting()))

    def _drop_attribution(self) -> None:
        """What introduces a quotation belongs to it: the newest line or two, if they say "On … wrote:"."""
        held = ""
        for back in range(1, min(len(self.pieces), 24) + 1):
            piece, quoted = self.pieces[-back]
            if quoted:
                return
            held = piece + held
            if len(held) > 400:
                return
            if piece.strip() and is_attribution(held) and _opens(self.pieces, back):
                self.pieces[-back:] = [(text, True) for text, _ in self.pieces[-back:]]
                return


def _opens(pieces: list[tuple[str, bool]], back: int) -> bool:
    """Whether the piece `back` from the end begins a line."""
    before = "".join(piece for piece, _ in pieces[-back - 6 : -back])
    return not before.strip(" ") or before.rstrip(" ").endswith("\n") or pieces[-back][0].startswith("\n")


def _edges(data: str) -> tuple[str, str]:
    """One space where the text begins or ends with any, for `str.join`."""
    return (" " if data[:1].isspace() else ""), (" " if data[-1:].isspace() else "")


def _tidy(text: str) -> str:
    out: list[str] = []
    for line in (" ".join(line.split()) for line in clean(text).split("\n")):
        if line or (out and out[-1]):
            out.append(line)
    return "\n".join(out).strip()
