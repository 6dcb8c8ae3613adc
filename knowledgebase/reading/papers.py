"""knowledgebase/reading/papers.py: the papers to which a body links, as far as a reader may have them.

Papers go with the rights of the article to which they were added, whichever text links to them.
"""

import re

import sqlalchemy as sa

from channels.papers import ENDINGS, called
from desk.kernel.statements import among
from desk.kernel.transaction import Rx
from knowledgebase.readers import Reader, visible
from knowledgebase.reading.markdown import FILES, MOST
from knowledgebase.reading.paper_links import Paper
from knowledgebase.tables import article_files, article_texts, articles

#: So many files of one body are looked up.
MOST_FILES = 200

_ADDRESS = re.compile(re.escape(FILES) + r"([A-Za-z0-9_-]{1,64})")
_PUBLISHED = sa.exists().where(article_texts.c.article_id == articles.c.id, article_texts.c.published.is_not(None))
_NAMED = (
    sa.select(article_files.c.id, article_files.c.name, article_files.c.type, article_files.c.size)
    .join(articles, articles.c.id == article_files.c.article_id)
    .where(among(article_files.c.id), article_files.c.type.in_(sorted(ENDINGS)))
)


def file_ids(body: str) -> list[str]:
    """The ids of the files that a body shows or links to, each once."""
    return list(dict.fromkeys(found[1] for found in _ADDRESS.finditer(body)))


def papers_in(rx: Rx, body: str, reader: Reader) -> tuple[Paper, ...]:
    """The papers to which a body links, in the order in which it does."""
    if FILES not in body:
        return ()
    ids = file_ids(body[:MOST])[:MOST_FILES]
    theirs = _NAMED.where(visible(reader)) if reader.writes else _NAMED.where(visible(reader), _PUBLISHED)
    rows = {row.id: row for row in rx.all(theirs, ids=ids)} if ids else {}
    known = [rows[id] for id in ids if id in rows]
    return tuple(Paper(id=row.id, name=row.name, kind=called(row.type), size=row.size) for row in known)


def in_text(id: str, name: str, type: str) -> str:
    """How a text shows a file: a picture as itself, a paper as a link to it."""
    return f"{'' if is_paper(type) else '!'}[{_label(name)}]({FILES}{id})"


def is_paper(type: str) -> bool:
    """Whether a file of this type is handed out; else it is shown."""
    return type in ENDINGS


def _label(name: str) -> str:
    """A name as the words of a picture or a link: what would end them is left out."""
    return "".join(sign for sign in name.rpartition(".")[0] or name if sign not in "[]()\\`<>!")
