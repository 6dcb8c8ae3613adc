"""knowledgebase/reading/open_files.py: which pictures and papers are open to a reader.

A file is open exactly while a published text that this reader may read shows it or links to it, itself or by a snippet
that it puts in, whichever article the file was added to. What is drafted or planned, and what was taken back by
publishing without it, is for who writes: everything is open to them.

    file ──▶ texts that show it (article_shows, by its id) ──▶ one of them is for this reader
         └─▶ snippets that show it ──▶ texts that ask for such a one ──▶ one of them, in whose language it is put in
"""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from desk.kernel.statements import among
from desk.kernel.transaction import Row, Rx
from knowledgebase.contents import FILES, files_in
from knowledgebase.languages import chosen
from knowledgebase.put_in import NAMED
from knowledgebase.readers import Reader, visible
from knowledgebase.tables import article_files, article_shows, article_texts, articles, snippets
from knowledgebase.writing.shows import FILE, SNIPPET

_SNIPPETS = sa.select(snippets.c.name, snippets.c.body).where(snippets.c.body.contains(FILES))


def open_to(rx: Rx, file_ids: Collection[str], reader: Reader) -> set[str]:
    """Those of `file_ids` that are open to a reader."""
    if reader.writes or not file_ids:
        return set(file_ids)
    shown = {str(row.id) for row in rx.all(_shown_to(reader), ids=file_ids)}
    left = set(file_ids) - shown
    return shown | _put_in(rx, left, reader) if left else shown


def _put_in(rx: Rx, file_ids: Collection[str], reader: Reader) -> set[str]:
    """Those that a snippet shows to a reader."""
    names = {row.name for row in rx.all(_SNIPPETS) if not set(files_in(row.body)).isdisjoint(file_ids)}
    said: dict[str, list[Row]] = {}
    for row in rx.all(NAMED, names=names) if names else ():
        said.setdefault(row.name, []).append(row)
    shown = (files_in(row.body) for rows in said.values() for row in _read(rx, rows, reader))
    return {id for ids in shown for id in ids}.intersection(file_ids)


def _read(rx: Rx, rows: Sequence[Row], reader: Reader) -> list[Row]:
    """Of a snippet in several languages those in which a text for this reader puts it in. The languages of texts are
    found one after the other: so it takes no longer for a snippet that every article asks for."""
    written = {row.language: row for row in rows}
    found: dict[str, Row] = {}
    after = ""
    while asking := rx.all(_next_language(reader), asked=rows[0].name, after=after):
        after = asking[0].language
        nearest = chosen(after, written, "en")
        found[nearest] = written[nearest]
    return list(found.values())


def _open(reader: Reader, kind: str) -> sa.Select[Any]:
    """What the published texts that a reader may read show of a kind."""
    shown = sa.select(article_shows.c.name, article_shows.c.language)
    shown = shown.join(article_texts, article_texts.c.id == article_shows.c.text_id)
    shown = shown.join(articles, articles.c.id == article_texts.c.article_id)
    return shown.where(article_shows.c.kind == kind, article_texts.c.published.is_not(None), visible(reader))


@lru_cache(maxsize=1024)
def _shown_to(reader: Reader) -> sa.Select[Any]:
    some = _open(reader, FILE).where(article_shows.c.name == article_files.c.id).exists()
    return sa.select(article_files.c.id).where(among(article_files.c.id), some)


@lru_cache(maxsize=1024)
def _next_language(reader: Reader) -> sa.Select[Any]:
    asking = _open(reader, SNIPPET).where(
        article_shows.c.name == sa.bindparam("asked"), article_shows.c.language > sa.bindparam("after")
    )
    return asking.order_by(article_shows.c.language).limit(1)
