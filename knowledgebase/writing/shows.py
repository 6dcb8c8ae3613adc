"""knowledgebase/writing/shows.py: what a text shows, kept so that it is found from the file and from the snippet.

Files stand there also before they are: an import takes the words first. Which language of a snippet a text puts in is
asked when it is read (`reading/open_files.py`), as snippets change under the texts that ask for them.
"""

import sqlalchemy as sa

from desk.kernel.transaction import Later, Tx
from knowledgebase.contents import MOST_FILES, files_in, snippets_in
from knowledgebase.tables import article_shows, revision_snippets

FILE, SNIPPET = "file", "snippet"

_GO = sa.delete(article_shows).where(article_shows.c.text_id == sa.bindparam("text"))


def put(tx: Tx, text_id: str, language: str, body: str) -> None:
    """Writes down what readers of a text are shown now, by a body as it was written; by an empty one: nothing."""
    tx.execute(_GO, {"text": text_id})
    rows = Later(tx)
    for id in files_in(body)[:MOST_FILES]:
        rows.insert(article_shows, kind=FILE, name=id, language=language, text_id=text_id)
    for name in snippets_in(body):
        rows.insert(article_shows, kind=SNIPPET, name=name, language=language, text_id=text_id)
    rows.write()


def asks(tx: Tx, text_id: str, number: int, body: str) -> None:
    """Writes down for which snippets a new revision asks."""
    rows = Later(tx)
    for name in snippets_in(body):
        rows.insert(revision_snippets, name=name, text_id=text_id, number=number)
    rows.write()
