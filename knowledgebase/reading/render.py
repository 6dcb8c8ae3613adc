"""knowledgebase/reading/render.py: what an article's Markdown looks like, safely: pure.

    rendered(body, language, papers)   the HTML, the outline, the words, how long it takes to read
    render(body, language)     the HTML alone · outline(body) · plain(body) · told(body) · reading_minutes(body)

Whatever a body says, its HTML holds no script, no style, no handler, no picture from elsewhere and no address that
runs: `knowledgebase/reading/markdown.py` makes none, and nh3 has the last word over all that has a mark. Pictures and
papers of articles are at `/help/files/{id}`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Any

import nh3
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from ivr.languages import nearest
from knowledgebase.guides_in_text import without
from knowledgebase.reading.inline import said
from knowledgebase.reading.markdown import MOST, READER, is_foreign, is_our_file, parsed
from knowledgebase.reading.paper_links import Paper, say_what_they_are
from knowledgebase.reading.parts import part_name

__all__ = ["MOST", "Heading", "Rendered", "outline", "plain", "reading_minutes", "render", "rendered", "told"]

#: What people read in a minute: words of letters, and Han characters.
WORDS_A_MINUTE, HAN_A_MINUTE = 200, 400

_LABELS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "note": "Good to know.",
        "tip": "Tip.",
        "warning": "Please note.",
        "table": "Table {number}",
        "picture": "Picture",
        "picture_at": "picture at {host}",
        "film": "Film",
        "paper": "{kind}, {size}",
        "guide": "Find your answer",
        "question": "Question",
        "answer": "Answer",
        "back_to": "Back to “{question}”",
        "start_again": "Start again",
    },
    "zh": {
        "note": "说明：",
        "tip": "提示：",
        "warning": "请注意：",
        "table": "表 {number}",
        "picture": "图片",
        "picture_at": "图片位于 {host}",
        "film": "视频",
        "paper": "{kind}，{size}",
        "guide": "一步步找到答案",
        "question": "问题",
        "answer": "答案",
        "back_to": "回到“{question}”",
        "start_again": "重新开始",
    },
    "zh-Hant": {
        "note": "說明：",
        "tip": "提示：",
        "warning": "請注意：",
        "table": "表 {number}",
        "picture": "圖片",
        "picture_at": "圖片位於 {host}",
        "film": "影片",
        "paper": "{kind}，{size}",
        "guide": "一步步找到答案",
        "question": "問題",
        "answer": "答案",
        "back_to": "回到「{question}」",
        "start_again": "重新開始",
    },
}
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_INLINE = ("a", "br", "code", "em", "img", "s", "strong")
_BLOCKS = ("blockquote", "div", "hr", "li", "ol", "p", "pre", "ul")
_TABLES = ("table", "tbody", "td", "th", "thead", "tr")
_CLASSES = {
    "div": {"note", "ok", "warn", "scroll", "guide", "step", "answer"},
    "ol": {"steps", "choices"},
    "p": {"film", "nth", "back"},
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "loading"},
    "ol": {"start"},
    "th": {"scope"},
    "div": {"id", "tabindex", "role", "aria-label"},
    "pre": {"tabindex"},
    **{name: {"id"} for name in _HEADINGS},
}
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[^\W\d_\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff][\w'’]*")


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A part of an article, and where it is on the page."""

    level: int
    id: str
    text: str

    @property
    def name(self) -> str:
        """What links call it (`reading/parts.py`)."""
        return part_name(self.id)


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """An article's body, ready to be shown."""

    html: str
    outline: tuple[Heading, ...]
    plain: str
    minutes: int


@lru_cache(maxsize=64)
def rendered(body: str, language: str = "en", papers: tuple[Paper, ...] = ()) -> Rendered:
    """Everything that a page shows of `body`, whose links to `papers` say what these are. What lies behind its first
    500,000 characters is left out."""
    labels = _LABELS[nearest(language, _LABELS)]
    tokens, unmarked = parsed(body, labels, language)
    say_what_they_are(tokens, papers, labels["paper"])
    text = " ".join(" ".join([*_pieces(tokens), *unmarked]).split())
    html = _CLEANER.clean(_Writer(labels).render(tokens, READER.options, {}))
    # Plain words have nothing that could be cleaned, and a cleaner takes seconds for half a million of `&`.
    html += "".join(f"<p>{_escaped(words)}</p>\n" for words in unmarked)
    return Rendered(html=html, outline=tuple(_outline(tokens)), plain=text, minutes=_minutes(text))


def render(body: str, language: str = "en", papers: tuple[Paper, ...] = ()) -> str:
    """The HTML of `body`: safe to stand in any page of ours as it is."""
    return rendered(body, language, papers).html


def outline(body: str) -> tuple[Heading, ...]:
    """The headings of `body`, from level 2."""
    return rendered(body).outline


def plain(body: str) -> str:
    """The words of `body` without any mark, on one line."""
    return rendered(body).plain


def told(body: str) -> str:
    """What of `body` holds for everybody, as `plain` says it: the answers of a guide are for who was asked."""
    return plain(without(body))


def reading_minutes(body: str) -> int:
    """How many minutes it takes to read `body`, at least one."""
    return rendered(body).minutes


class _Writer(RendererHTML):
    """Writes tokens; a table can be scrolled, by keyboard too, and has a name of its own."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        super().__init__()
        self._labels, self._tables = labels, 0

    def table_open(self, *_: Any) -> str:
        """The region around a table."""
        self._tables += 1
        name = self._labels["table"].format(number=self._tables)
        return f'<div class="scroll" tabindex="0" role="region" aria-label="{name}"><table>'

    def table_close(self, *_: Any) -> str:
        """Its end."""
        return "</table></div>"

    def fence(self, tokens: Any, idx: int, options: Any, env: Any) -> str:
        """Lines as they are: wider ones can be scrolled to by keyboard."""
        return self.code_block(tokens, idx, options, env)

    def code_block(self, tokens: Any, idx: int, options: Any, env: Any) -> str:
        """The same."""
        del options, env
        return f'<pre tabindex="0"><code>{_escaped(tokens[idx].content)}</code></pre>\n'


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _kept(tag: str, name: str, value: str) -> str | None:
    """A value that may stand: pictures are our files, no address hides its host, only what is ours has a role."""
    if (tag, name) == ("img", "src"):
        return value if is_our_file(value) else None
    if (tag, name) == ("a", "href"):
        return None if is_foreign(value) else value
    if name == "role":
        return value if value in ("region", "group") else None
    return value


_CLEANER = nh3.Cleaner(
    tags={*_HEADINGS, *_INLINE, *_BLOCKS, *_TABLES},
    clean_content_tags={"script", "style"},
    attributes=_ATTRIBUTES,
    attribute_filter=_kept,
    allowed_classes=_CLASSES,
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel="noopener noreferrer",
)


def _outline(tokens: Iterable[Token]) -> Iterator[Heading]:
    opened: Token | None = None
    for token in tokens:
        if token.type == "heading_open":
            opened = token
        elif opened is not None and token.type == "inline":
            text = said(token)
            if text:
                yield Heading(level=int(opened.tag[1]), id=str(opened.attrs["id"]), text=text)
            opened = None


def _pieces(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            yield said(token)
        elif token.type in ("code_block", "fence"):
            yield token.content


def _minutes(text: str) -> int:
    read = len(_WORD.findall(text)) / WORDS_A_MINUTE + len(_HAN.findall(text)) / HAN_A_MINUTE
    return max(1, ceil(read - 0.2))
