"""knowledgebase/contents.py: what an article may hold, and what is told of what it may not. Pure.

Lengths of bodies are in bytes of UTF-8, as files and databases count; everything else in characters.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from unicodedata import normalize

from channels.characters import seen, why_no_name
from desk.kernel.errors import Invalid

MOST_BODY = 500_000
MOST_TITLE = 300
MOST_SUMMARY = 1000
MOST_NOTE = 300
MOST_TAGS = 20
MOST_TAG = 60
#: Different pictures and papers that one body may show or link to.
MOST_FILES = 2000
#: Snippets that one body may ask for.
MOST_SNIPPETS = 200
MOST_SNIPPET = 20_000

#: `{{snippet:opening-hours}}` in a body.
SNIPPET = re.compile(r"\{\{\s*snippet:\s*([a-z0-9][a-z0-9-]{0,59})\s*\}\}")
#: Where the pictures and papers of articles are.
FILES = "/help/files/"
_FILE = re.compile(re.escape(FILES) + r"([A-Za-z0-9_-]{1,64})")
#: What people put between tags that they write on one line, in whatever script: commas and semicolons.
_BETWEEN_TAGS = re.compile("[,;，；、､﹐﹑﹔،؛]")
#: What may stand between words of what is kept on one line.
_BLANK = re.compile(r"[\t\n\v\f\r]")


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a revision says, as it is kept."""

    title: str
    body: str
    summary: str
    note: str


def words(*, title: str, body: str, summary: str = "", note: str = "") -> Words:
    """What somebody wrote, as it is kept: one line for a title, no characters that nobody sees.

    Raises:
        Invalid: names each field that cannot be kept, and why.
    """
    lines = {"title": (title, MOST_TITLE), "summary": (summary, MOST_SUMMARY), "note": (note, MOST_NOTE)}
    errors = [(field, why) for field, (text, most) in lines.items() for why in _wrong_in_line(text, most)]
    if not _line(title) and not any(field == "title" for field, _ in errors):
        errors.append(("title", "an article has a title"))
    errors += [("body", why) for why in _wrong_in_body(body)]
    if errors:
        raise Invalid.many(errors)
    return Words(title=_line(title), body=seen(body), summary=_line(summary), note=_line(note))


def tags_in(text: str) -> list[str]:
    """The tags that somebody wrote on one line. A space parts none: a name of two words is one."""
    return [tag.strip() for tag in _BETWEEN_TAGS.split(text) if tag.strip()]


def tag_as_kept(tag: str) -> str:
    """A tag in small letters, the same however its letters are encoded: as it is kept, and looked for."""
    return normalize("NFKC", _line(tag)).casefold()


def tags(given: Iterable[str]) -> list[str]:
    """Tags as they are kept: small letters, each once however its letters are encoded, in the order given.

    Raises:
        Invalid: too many, or one that is none.
    """
    found = list(dict.fromkeys(map(tag_as_kept, given)))
    if len(found) > MOST_TAGS:
        raise Invalid("tags", f"at most {MOST_TAGS}")
    for tag in found:
        if len(tag) > MOST_TAG or why_no_name(tag) or _BETWEEN_TAGS.search(tag):
            told = f"a tag is a word or a few, at most {MOST_TAG} characters, without commas and semicolons"
            raise Invalid("tags", f"{told}: “{tag[:MOST_TAG]}” is none")
    return found


def snippets_in(body: str) -> list[str]:
    """The names of the snippets that a body asks for, each once."""
    return list(dict.fromkeys(SNIPPET.findall(body)))


def files_in(body: str) -> list[str]:
    """The ids of the pictures and papers that a body shows or links to, each once."""
    return list(dict.fromkeys(_FILE.findall(body)))


def _wrong_in_line(text: str, most: int) -> Iterator[str]:
    if len(text) > most:
        yield f"at most {most} characters"
    elif text.strip() and (why := why_no_name(_BLANK.sub(" ", text))):
        yield why


def _wrong_in_body(body: str) -> Iterator[str]:
    size = len(body) if body.isascii() else len(body.encode("utf-8", "surrogatepass"))
    if size > MOST_BODY:
        yield f"{size:,} bytes; at most {MOST_BODY:,}: a longer article is several"
    elif len(SNIPPET.findall(body)) > MOST_SNIPPETS:
        yield f"asks for more than {MOST_SNIPPETS} snippets"
    elif len(files_in(body)) > MOST_FILES:
        yield f"shows more than {MOST_FILES:,} pictures and papers"


def _line(text: str) -> str:
    """A text of one line."""
    return " ".join(seen(text).split())
