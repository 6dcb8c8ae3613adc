"""knowledgebase/put_in.py: the snippets that a body asks for, put where it asks for them; what it lacks to be whole.

A reader gets a snippet in the language of the article, or the nearest there is. What is put in for all of a body stays
within what a body may hold.
"""

import re
from collections.abc import Mapping

import sqlalchemy as sa

from desk.kernel.statements import among
from desk.kernel.transaction import Rx
from knowledgebase.contents import MOST_BODY, SNIPPET, snippets_in
from knowledgebase.guides_in_text import marked, wrong
from knowledgebase.languages import chosen
from knowledgebase.tables import snippets

NAMED = sa.select(snippets).where(among(snippets.c.name, "names")).order_by(snippets.c.name, snippets.c.language)


def lacking(rx: Rx, body: str, language: str) -> list[str]:
    """Why a body is not fit for readers: snippets that nobody has written, guides that cannot be followed."""
    names = snippets_in(body)
    known = {row.name for row in rx.all(NAMED, names=names)} if names else set()
    if missing := [name for name in names if name not in known]:
        return [f"there is no snippet called {', '.join(missing)}"]
    return wrong(filled_in(rx, body, language))


def filled_in(rx: Rx, body: str, language: str, *, for_writers: bool = False) -> str:
    """A body with its snippets put in. Writers see where one stands that nobody has written, and what a guide lacks."""
    says = _filled_in(rx, body, language, for_writers=for_writers)
    return marked(says) if for_writers else says


def said_by_snippets(rx: Rx, body: str, language: str) -> dict[str, str | None]:
    """What each snippet for which a body asks says in its language or the nearest; None: nobody has written it."""
    names = snippets_in(body)
    said: dict[str, dict[str, str]] = {}
    for row in rx.all(NAMED, names=names) if names else ():
        said.setdefault(row.name, {})[row.language] = row.body
    return {name: texts[chosen(language, texts, "en")] if (texts := said.get(name)) else None for name in names}


def _filled_in(rx: Rx, body: str, language: str, *, for_writers: bool) -> str:
    says = said_by_snippets(rx, body, language)
    if not says:
        return body
    marks = {name: f"**⚠ There is no snippet “{name}”.**" if for_writers else "" for name in says}
    return put_in(body, {name: marks[name] if words is None else words for name, words in says.items()})


def put_in(body: str, says: Mapping[str, str]) -> str:
    """The same with the words at hand. What nobody wrote, and what there is no more room for, is left out."""
    room = MOST_BODY - len(body.encode())

    def words(found: re.Match[str]) -> str:
        nonlocal room
        text = says.get(found[1], "")
        room -= len(text.encode())
        return text if room >= 0 else ""

    return SNIPPET.sub(words, body)
