"""A database that has not counted what is in its tables yet, as after an import, finds words as fast as any."""

from itertools import product
from typing import Any

import sqlalchemy as sa

from desk.kernel.statements import Prepared
from desk.kernel.transaction import Rx, Tx
from knowledgebase.readers import PUBLIC
from knowledgebase.search import typos, vocabulary
from knowledgebase.search.near import WORDS_ALONE
from knowledgebase.search.search import search
from tests.integration.kernel.conftest import TEST, a_desk
from tests.integration.knowledgebase.shelf import shelve

WORDS = ["".join(letters) for letters in product("bcdf", "aeio", "lmnr", "aeio", "stvw", "aeio")]


def shelf(tx: Tx) -> None:
    for table in ("article_index", "article_index_words", "article_index_typos"):
        tx.execute(sa.text(f"ALTER TABLE {table} SET (autovacuum_enabled = off)"))
    for begin in range(0, len(WORDS), 128):
        shelve(tx, f"Refund {begin}", " ".join(WORDS[begin : begin + 128]))


def gone_through(plan: dict[str, Any]) -> float:
    """Rows that a plan had in its hands."""
    rows = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Join Filter", 0)
    return rows * plan["Actual Loops"] + sum(map(gone_through, plan.get("Plans", [])))


async def test_a_mistyped_word_is_looked_up_at_a_bounded_price_before_anything_is_counted(
    postgres_url, tmp_path, manual_clock
):
    def rows(rx: Rx) -> float:
        ready = Prepared(vocabulary._NEAR, None, rx._connection.dialect)
        asked = {"keys": typos.keys("refnud"), "scopes": ["public"], "families": ["en"]}
        ((told, *_),) = rx._connection.fetch(f"EXPLAIN (ANALYZE, FORMAT JSON) {ready.text}", ready.parameters(asked))
        return gone_through(told[0]["Plan"])

    async with a_desk(postgres_url, tmp_path, manual_clock) as desk:
        await desk.transact(TEST, shelf)
        assert await desk.read(TEST, rows) < 1_000  # of some 30,000
        found = await desk.read(TEST, search, words="refnud", reader=PUBLIC, meaning=WORDS_ALONE)
        assert found.did_you_mean == "refund" and found.hits
