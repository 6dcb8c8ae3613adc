"""knowledgebase/reading/papers.py: the papers to which a body links, as far as they are open to a reader."""

import sqlalchemy as sa

from channels.papers import ENDINGS, called
from desk.kernel.statements import among
from desk.kernel.transaction import Rx
from knowledgebase.contents import FILES, files_in
from knowledgebase.readers import Reader
from knowledgebase.reading.markdown import MOST
from knowledgebase.reading.open_files import open_to
from knowledgebase.reading.paper_links import Paper
from knowledgebase.tables import article_files

#: So many files of one body are looked up.
MOST_FILES = 200

_PAPERS = sa.select(article_files.c.id, article_files.c.name, article_files.c.type, article_files.c.size).where(
    among(article_files.c.id), article_files.c.type.in_(sorted(ENDINGS))
)


def papers_in(rx: Rx, body: str, reader: Reader) -> tuple[Paper, ...]:
    """The papers to which a body links, in the order in which it does."""
    if FILES not in body:
        return ()
    ids = files_in(body[:MOST])[:MOST_FILES]
    rows = {row.id: row for row in rx.all(_PAPERS, ids=ids)} if ids else {}
    theirs = open_to(rx, rows.keys(), reader)
    known = [rows[id] for id in ids if id in theirs]
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
