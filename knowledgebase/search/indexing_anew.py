"""knowledgebase/search/indexing_anew.py: what was indexed by other rules is indexed by those of now, without a writer.

    VERSION is not that of the index ──▶ job ──▶ some texts at a time, in the order in which they came ──▶ it is

A text is put in as it is published now, by `index.put_all`. Those that came in since it began are by the rules of now
already, and come after `until`: so it ends, however much is published meanwhile. Readers go on finding everything.
"""

from dataclasses import dataclass, replace

import sqlalchemy as sa

from desk.kernel.errors import Unavailable
from desk.kernel.event_log import cursor
from desk.kernel.jobs import Job
from desk.kernel.transaction import Rx, Tx
from desk.tables import cursors, jobs
from knowledgebase.index_tables import article_index

#: By which rules a text is read (`indexed.py`, `analysis.py`): one more with each change of what comes of them.
VERSION = 8
#: Texts of one transaction: so many hold the writer for some 50 ms.
AT_ONCE = 20
_NAME = "article_index"
_KEY = "index_anew"


@dataclass(frozen=True, kw_only=True)
class IndexAnew(Job):
    """Texts after the number `after`, up to `until`, are to be indexed by the rules of `version`."""

    version: int
    after: int = -1
    until: int


_LAST = sa.select(sa.func.max(article_index.c.number).label("number"))
_NEXT = (
    sa.select(article_index.c.number, article_index.c.text_id)
    .where(article_index.c.number > sa.bindparam("after"), article_index.c.number <= sa.bindparam("until"))
    .order_by(article_index.c.number)
    .limit(AT_ONCE)
)
_WAITING = sa.select(jobs.c.data).where(jobs.c.key == _KEY, jobs.c.failed_at.is_(None))


def version(rx: Rx) -> int:
    """By which rules the whole index is; 0: nobody has said so."""
    return cursor(rx, _NAME)


def plan(tx: Tx) -> None:
    """Defers it where the index is by other rules; what is under way goes on."""
    if version(tx) == VERSION or any(row.data["version"] == VERSION for row in tx.all(_WAITING)):
        return
    last = tx.all(_LAST)[0].number
    if last is None:
        _is_of(tx, VERSION)
    else:
        tx.defer(IndexAnew(version=VERSION, until=last), key=_KEY)


def following(rx: Rx, job: IndexAnew) -> tuple[list[str], IndexAnew | None]:
    """The next texts, and what is left to do after them; None: these were the last.

    Raises:
        Unavailable: this process knows other rules; one that knows those of the job is to do it.
    """
    if job.version != VERSION:
        raise Unavailable("What indexes articles by these rules")
    rows = rx.all(_NEXT, after=job.after, until=job.until)
    is_last = len(rows) < AT_ONCE
    return [row.text_id for row in rows], None if is_last else replace(job, after=rows[-1].number)


def go_on(tx: Tx, left: IndexAnew | None) -> None:
    """Plans what is left; where nothing is, the index is by these rules."""
    if left is not None:
        tx.defer(left, key=_KEY)
    else:
        _is_of(tx, VERSION)


def _is_of(tx: Tx, version: int) -> None:
    if not tx.insert_if_new(cursors, name=_NAME, position=version):
        tx.update(cursors, _NAME, position=version)
