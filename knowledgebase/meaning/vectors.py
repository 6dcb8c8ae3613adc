"""knowledgebase/meaning/vectors.py: what published texts mean, as it is kept: read, written, and what is still to do.

A text is read by a job, some time after it was published: publishing waits for no model. Its vector goes with its row
in the index, so a text that says something else, or is taken back, has none until it is read again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from desk.kernel.jobs import Job
from desk.kernel.statements import among
from desk.kernel.transaction import Row, Rx, Tx
from desk.organization.setting import setting
from knowledgebase.index_tables import article_index, article_meanings
from knowledgebase.search.index_statements import among_numbers
from knowledgebase.search.near import FAMILY

#: The organization's word for it.
SETTING = "articles_by_meaning"
#: Texts that are read between two transactions, and vectors that are fetched by one statement.
AT_ONCE, FETCHED = 16, 2_000
#: Characters of a text, after its title, that the model is given; it reads its first pieces.
_MOST_PLAIN = 800
#: Who fetches what is new looks so far back: one that was written by a slow transaction is not missed.
_AGAIN = timedelta(minutes=1)
_KEY = "meanings"


@dataclass(frozen=True, kw_only=True)
class ReadMeanings(Job):
    """Texts are to be read that no model has read yet."""


#: Their numbers alone are looked for, in an index: rows of the table are large.
_UNREAD_NUMBERS = (
    sa.select(article_index.c.number)
    .where(
        article_index.c.family == FAMILY,
        ~sa.exists().where(
            article_meanings.c.number == article_index.c.number, article_meanings.c.model == sa.bindparam("model")
        ),
    )
    .order_by(article_index.c.number.desc())
    .limit(sa.bindparam("most", type_=sa.Integer()))
)
_COUNTS = sa.select(
    sa.select(sa.func.count())
    .select_from(article_index)
    .where(article_index.c.family == FAMILY)
    .scalar_subquery()
    .label("texts"),
    sa.select(sa.func.count()).select_from(article_meanings).scalar_subquery().label("read"),
)
_UNREAD = (
    sa.select(article_index.c.number, article_index.c.title, article_index.c.plain)
    .where(article_index.c.number.in_(_UNREAD_NUMBERS))
    .order_by(article_index.c.number.desc())
)
_STILL = (
    sa.select(
        article_index.c.number,
        article_index.c.text_id,
        article_index.c.scope,
        article_index.c.title,
        article_index.c.plain,
    )
    .where(among_numbers(article_index.c.number, "numbers"))
    .order_by(article_index.c.number)
    .with_for_update(read=True, key_share=True)
)
_OF_TEXTS = sa.select(
    article_index.c.number, article_index.c.text_id, article_index.c.title, article_index.c.plain
).where(among(article_index.c.text_id, "texts"))
_READ = (
    _OF_TEXTS.add_columns(
        article_meanings.c.scope, article_meanings.c.model, article_meanings.c.vector, article_meanings.c.made_at
    )
    .join(article_meanings, article_meanings.c.number == article_index.c.number)
    .order_by(article_index.c.number)
)
_FORMER = sa.delete(article_meanings).where(among_numbers(article_meanings.c.number, "numbers"))
_SINCE = (
    sa.select(
        article_meanings.c.number,
        article_meanings.c.text_id,
        article_meanings.c.scope,
        article_meanings.c.vector,
        article_meanings.c.made_at,
    )
    .where(
        article_meanings.c.made_at >= sa.bindparam("since"),
        article_meanings.c.number > sa.bindparam("after"),
        article_meanings.c.model == sa.bindparam("model"),
    )
    .order_by(article_meanings.c.number)
    .limit(FETCHED)
)


def is_wanted(rx: Rx) -> bool:
    """Whether the organization searches by meaning too."""
    return bool(setting(rx, SETTING))


def plan(tx: Tx) -> None:
    """Defers the reading of what no model has read, once, however often it is planned."""
    if is_wanted(tx):
        tx.defer(ReadMeanings(), key=_KEY)


def is_unread(rx: Rx) -> bool:
    """Whether there are texts that no model has read: two counts, as looking for them would walk all of them."""
    return _how_many_unread(rx) != 0


def _how_many_unread(rx: Rx) -> int:
    (row,) = rx.all(_COUNTS)
    return int(row.texts - row.read)


def unread(rx: Rx, model: str, most: int = AT_ONCE) -> Mapping[int, str]:
    """Words of texts that `model` has not read, by their numbers in the index, newest first."""
    # Who looks for more than there are walks all of them; what another model has read is found by walking alone.
    left = _how_many_unread(rx)
    most = min(most, left) if left > 0 else most
    return {row.number: _words(row) for row in rx.all(_UNREAD, model=model, most=most)}


def write(tx: Tx, model: str, words: Mapping[int, str], vectors: Mapping[int, bytes]) -> int:
    """Keeps vectors of the texts that still say what was read; how many."""
    still = [row for row in tx.all(_STILL, numbers=sorted(vectors)) if _words(row) == words[row.number]]
    if not still:
        return 0
    tx.execute(_FORMER, {"numbers": [row.number for row in still]})
    common = {"model": model, "made_at": tx.now}
    new = [
        {"number": row.number, "text_id": row.text_id, "scope": row.scope, "vector": vectors[row.number]} | common
        for row in still
    ]
    tx.execute(sa.insert(article_meanings), new)
    return len(new)


def kept_through(tx: Tx, texts: Sequence[str], change: Callable[[], None]) -> None:
    """Does `change`, which puts texts into the index anew, and keeps the vectors of those that still say the same."""
    read = tx.all(_READ, texts=texts)
    change()
    if not read:
        return
    now = {row.text_id: row for row in tx.all(_OF_TEXTS, texts=texts)}
    same = [row for row in read if row.text_id in now and _words(now[row.text_id]) == _words(row)]
    if same:
        kept = ("text_id", "scope", "model", "vector", "made_at")
        new = [{"number": now[row.text_id].number} | {name: getattr(row, name) for name in kept} for row in same]
        tx.execute(sa.insert(article_meanings), new)


def since(rx: Rx, model: str, moment: datetime, after: int) -> Sequence[Row]:
    """Vectors that were made at `moment` or later, by number after `after`: `FETCHED` at most."""
    return rx.all(_SINCE, model=model, since=moment - _AGAIN, after=after)


def _words(row: Row) -> str:
    """What the model is given of a text."""
    return f"{row.title}. {row.plain[:_MOST_PLAIN]}"
