"""knowledgebase/reading/forgotten_files.py: pictures and papers that nothing says any more are let go of at night.

A file goes, with its bytes, when it is older than thirty days and neither a revision of any text, former ones too, nor
a snippet shows it or links to it: going back to what was said once finds everything that it shows.

    old files ──▶ those that what is said now shows stay ──▶ the rest is looked for in everything that was ever said
              ──▶ what is found nowhere goes, unless somebody has written it since the looking began
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from desk.kernel.desk import Desk
from desk.kernel.ids import new_id
from desk.kernel.jobs import Job
from desk.kernel.log import log
from desk.kernel.statements import among
from desk.kernel.transaction import Actor, Rx, Tx
from knowledgebase.contents import FILES, files_in
from knowledgebase.tables import article_files, article_texts, revisions, snippets

#: How long a file waits to be shown.
KEPT = timedelta(days=30)
#: So many files are looked for at once in everything that was said.
MOST = 5_000
#: Rows that are looked at in one statement.
AT_ONCE = 200
#: A transaction that began before the looking has ended an hour later.
_UNDER_WAY = timedelta(hours=1)
_SYSTEM = Actor.system("files")
#: The beginning of an id that is its time.
_TIME_OF_ID = 13

_OLD = (
    sa.select(article_files.c.id)
    .where(article_files.c.added_at < sa.bindparam("before"), article_files.c.id > sa.bindparam("after"))
    .order_by(article_files.c.id)
    .limit(AT_ONCE)
)
_SHOWN_NOW = (
    sa.select(article_files.c.id)
    .distinct()
    .join(article_texts, article_texts.c.article_id == article_files.c.article_id)
    .join(revisions, revisions.c.text_id == article_texts.c.id)
    .where(
        among(article_files.c.id),
        revisions.c.number.in_([article_texts.c.newest, article_texts.c.published]),
        revisions.c.body.like(sa.literal(f"%{FILES}").concat(article_files.c.id).concat("%")),
    )
)
_END = (
    sa.select(revisions.c.id)
    .where(revisions.c.id > sa.bindparam("after"))
    .order_by(revisions.c.id)
    .limit(1)
    .offset(AT_ONCE)
)
_SAID = sa.select(revisions.c.body).where(revisions.c.id > sa.bindparam("after"), revisions.c.body.contains(FILES))
_SAID_UNTIL = _SAID.where(revisions.c.id <= sa.bindparam("end"))
_SNIPPETS = sa.select(snippets.c.body).where(snippets.c.body.contains(FILES))
_GO = sa.delete(article_files).where(among(article_files.c.id))


@dataclass(frozen=True, kw_only=True)
class ForgetFiles(Job):
    """A night has come: what no text shows any more goes."""


async def forget_files(desk: Desk, job: ForgetFiles) -> None:
    """Does `ForgetFiles`; twice comes to the same. The rows first, then the bytes: an orphan after a crash is
    harmless."""
    del job
    began = desk.clock.now()
    after: str | None = ""
    while after is not None:
        unshown, after = await _not_shown_now(desk, began - KEPT, after)
        await _let_go(desk, sorted(await _shown_nowhere(desk, unshown)), began)


async def _let_go(desk: Desk, ids: Sequence[str], began: datetime) -> None:
    for at in range(0, len(ids), AT_ONCE):
        blobs = await desk.transact(_SYSTEM, _forget, ids[at : at + AT_ONCE], began)
        for blob in blobs:
            await desk.blobs.remove(blob)
        log.info("article_files_forgotten", files=len(blobs))


async def _not_shown_now(desk: Desk, before: datetime, after: str) -> tuple[set[str], str | None]:
    """The next old files that what their article says now does not show, at most `MOST`, and the last file that was
    looked at; None: there are no more."""
    found: set[str] = set()
    while len(found) < MOST:
        ids = await desk.read(_SYSTEM, _old, before, after)
        if not ids:
            return found, None
        found |= await desk.read(_SYSTEM, _unshown, ids)
        after = ids[-1]
    return found, after


async def _shown_nowhere(desk: Desk, ids: set[str]) -> set[str]:
    """Those of `ids` that nothing that was ever said shows."""
    left = ids - await desk.read(_SYSTEM, _shown_by_snippets) if ids else ids
    after: str | None = ""
    while left and after is not None:
        shown, after = await desk.read(_SYSTEM, _shown_after, after)
        left -= shown
    return left


def _old(rx: Rx, before: datetime, after: str) -> list[str]:
    return [str(row.id) for row in rx.all(_OLD, before=before, after=after)]


def _unshown(rx: Rx, ids: Sequence[str]) -> set[str]:
    return set(ids).difference(row.id for row in rx.all(_SHOWN_NOW, ids=ids))


def _shown_by_snippets(rx: Rx) -> set[str]:
    return {id for row in rx.all(_SNIPPETS) for id in files_in(row.body)}


def _shown_after(rx: Rx, after: str) -> tuple[set[str], str | None]:
    """The files that the next revisions show, and the last of these; None: there are no more."""
    ends = rx.all(_END, after=after)
    rows = rx.all(_SAID_UNTIL, after=after, end=ends[0].id) if ends else rx.all(_SAID, after=after)
    return {id for row in rows for id in files_in(row.body)}, str(ends[0].id) if ends else None


def _forget(tx: Tx, ids: Sequence[str], began: datetime) -> list[str]:
    """Lets go of files, unless what was written since the looking began shows them; returns their blobs."""
    rows = tx.take(article_files, ids)
    since = new_id(began - _UNDER_WAY)[:_TIME_OF_ID]
    shown = _shown_by_snippets(tx) | {id for row in tx.all(_SAID, after=since) for id in files_in(row.body)}
    gone = [row for row in rows if row.id not in shown]
    if gone:
        tx.execute(_GO, {"ids": [row.id for row in gone]})
    return [str(row.blob) for row in gone]
