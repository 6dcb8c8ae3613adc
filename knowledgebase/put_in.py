"""knowledgebase/put_in.py: the snippets that a body asks for, put where it asks for them.

A reader gets a snippet in the language of the article, or the nearest there is. What is put in for all of a body stays
within what a body may hold.
"""

import re
from collections.abc import Mapping

import sqlalchemy as sa

from desk.kernel.statements import among
from desk.kernel.transaction import Rx
from knowledgebase.contents import MOST_BODY, SNIPPET, snippets_in
from knowledgebase.languages import chosen
from knowledgebase.tables import snippets

NAMED = sa.select(snippets).where(among(snippets.c.name, "names")).order_by(snippets.c.name, snippets.c.language)


def missing(rx: Rx, body: str) -> list[str]:
    """The snippets that a body asks for and that nobody has written."""
    names = snippets_in(body)
    known = {row.name for row in rx.all(NAMED, names=names)} if names else set()
    return [name for name in names if name not in known]


def filled_in(rx: Rx, body: str, language: str, *, for_writers: bool = False) -> str:
    """A body with its snippets put in. Writers see where one stands that nobody has written."""
    names = snippets_in(body)
    if not names:
        return body
    said: dict[str, dict[str, str]] = {}
    for row in rx.all(NAMED, names=names):
        said.setdefault(row.name, {})[row.language] = row.body
    marks = {name: f"**⚠ There is no snippet “{name}”.**" for name in names} if for_writers else {}
    return put_in(body, marks | {name: texts[chosen(language, texts, "en")] for name, texts in said.items()})


def put_in(body: str, says: Mapping[str, str]) -> str:
    """The same with the words at hand. What nobody wrote, and what there is no more room for, is left out."""
    room = MOST_BODY - len(body.encode())

    def words(found: re.Match[str]) -> str:
        nonlocal room
        text = says.get(found[1], "")
        room -= len(text.encode())
        return text if room >= 0 else ""

    return SNIPPET.sub(words, body)
