"""knowledgebase/drafting/articles.py: a draft of an article, from what a language model wrote. Pure.

A box above it says where it is from, and which of its words from where; a person takes it out, last of all.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from channels.characters import undirected
from knowledgebase.contents import MOST_NOTE, MOST_TITLE
from knowledgebase.drafting.answers import Draft
from knowledgebase.drafting.prompts import Kind
from knowledgebase.guides_in_text import CALLED

_MARKS = re.compile(r"([\\`*_{}\[\]<>|~])")
_GUIDE = re.compile(rf"(`{{3,}}|~{{3,}})(?:[^\S\n]*{CALLED}(?!\S))+")
_HEADED = re.compile(r"\A[\s#*_>]+|[\s#*_]+\Z")


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a draft begins with."""

    title: str
    body: str
    note: str


def written(draft: Draft, *, model: str, about: str, title: str) -> Written:
    """The article as it is kept for its writer. `about` says what it was drafted from; `title` stands in for none."""
    first, _, rest = draft.text.partition("\n")
    found = _HEADED.sub("", undirected(first))[:MOST_TITLE].strip()
    body = _harmless(rest.strip() or draft.text)
    return Written(
        title=found or title,
        body=f"{_box(draft, model, about, first)}\n\n{body}\n",
        note=f"Drafted by the language model {model} from {about}"[:MOST_NOTE],
    )


def _box(draft: Draft, model: str, about: str, first: str) -> str:
    links = [
        f"[{_escaped(one.title)}](/help/a/{one.slug})" for one in draft.sources if one.kind is Kind.ARTICLE and one.slug
    ]
    also = f" and {', '.join(links)}" if links else ""
    said = " An address or a number that none of them has was left out." if draft.left_out else ""
    return (
        f"> [!WARNING]\n> Drafted by the language model {_escaped(model)} from {about}{also}.{said} It may be "
        "wrong. Check each sentence against what it is from; say it for everybody, "
        f"then take out this box.\n>\n{_from_where(draft, first)}"
    )


def _from_where(draft: Draft, title: str) -> str:
    """A line for each source: what the draft says to have from it; and one for what it has from none."""
    lines = []
    for source in draft.sources:
        words = [words for words, behind in draft.statements if source in behind]
        lines.append(f"> - {_escaped(source.title)}: {_quoted(words) or 'no words of their own'}")
    unsourced = [words for words in draft.unsourced if words not in title]
    if unsourced:
        lines.append(f"> - **Without a source**: {_quoted(unsourced)}")
    return "\n".join(lines)


def _quoted(words: Iterable[str]) -> str:
    return " · ".join(f"“{_escaped(_harmless(one))}”" for one in words)


def _harmless(text: str) -> str:
    """What looks like a snippet of ours, like a box or like a guide, is none."""
    return _GUIDE.sub(r"\1", text).replace("{{", "{ {").replace("[!", "[ !")


def _escaped(words: str) -> str:
    return _MARKS.sub(r"\\\1", " ".join(words.split()))
