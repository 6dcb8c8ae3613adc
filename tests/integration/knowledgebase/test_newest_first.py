"""Of what many texts say the newest are found, and no database goes through all of them for that."""

from typing import Any

from desk.kernel.desk import Desk
from desk.kernel.statements import Prepared
from desk.kernel.transaction import Later, Rx, Tx
from knowledgebase.index_tables import article_index
from knowledgebase.search.index_statements import weighed
from knowledgebase.tables import article_texts, articles
from tests.integration.kernel.conftest import TEST, a_desk

#: More than the newest two thousand numbers and the eight thousand before them, among which is looked first.
TEXTS = 14_000
MOST = 100
WORDS = {
    "everywhere": lambda number: True,
    "of_old": lambda number: number < 900,
    "now_and_then": lambda number: number % 20 == 0,
    "seldom": lambda number: number % 200 == 0,
    "seldom_of_late": lambda number: number < 9_000 or number % 40 == 0,
    "hardly_of_late": lambda number: number < 3_500 or number % 60 == 0,
}


def shelf(tx: Tx) -> None:
    """Only what the index has of a text."""
    article_id = tx.new_id()
    tx.insert(articles, id=article_id, audience="public", language="en", created_at=tx.now)
    rows = Later(tx)
    for number in range(TEXTS):
        id = f"text {number:05}"
        rows.insert(article_texts, id=id, article_id=article_id, language=str(number), slug=id, changed_at=tx.now)
    rows.write()
    for number in range(TEXTS):
        words = " ".join(word for word, has in WORDS.items() if has(number))
        rows.insert(article_index, text_id=f"text {number:05}", words=words, published_at=tx.now)
    rows.write()


def asked(word: str, *, texts: int) -> dict[str, Any]:
    nothing = {"wanted": [[word]], "weight": 0, "most": 0, "texts": 0}
    one = nothing | {"weight": 1, "most": MOST, "texts": texts}
    every = [one, *[nothing] * 5]
    return {"most": MOST} | {f"{name}{at}": value for at, each in enumerate(every) for name, value in each.items()}


async def found(desk: Desk, word: str, *, texts: int) -> list[int]:
    def ask(rx: Rx) -> list[int]:
        return [row.number for row in rx.all(weighed(6), **asked(word, texts=texts))]

    return await desk.read(TEST, ask)


async def test_the_newest_with_a_word_are_found_wherever_they_stand(database_url, tmp_path, manual_clock):
    async with a_desk(database_url, tmp_path, manual_clock) as desk:
        await desk.transact(TEST, shelf)
        for word, has in WORDS.items():
            every = [number + 1 for number in range(TEXTS) if has(number)]
            for texts in (TEXTS, len(every)):
                assert await found(desk, word, texts=texts) == every[: -MOST - 1 : -1]


async def test_postgresql_brings_no_more_of_a_word_that_many_have_than_the_newest_of_all(
    postgres_url, tmp_path, manual_clock
):
    def rows(rx: Rx, word: str, texts: int = TEXTS) -> float:
        ready = Prepared(weighed(6), None, rx._connection.dialect)
        values = ready.parameters(asked(word, texts=texts))
        ((told, *_),) = rx._connection.fetch(f"EXPLAIN (ANALYZE, FORMAT JSON) {ready.text}", values)
        return brought(told[0]["Plan"])

    async with a_desk(postgres_url, tmp_path, manual_clock) as desk:
        await desk.transact(TEST, shelf)
        assert MOST <= await desk.read(TEST, rows, "everywhere") <= 2 * 1_024
        assert MOST <= await desk.read(TEST, rows, "now_and_then") <= 10 * 1_024 / 20 < TEXTS / 20
        assert await desk.read(TEST, rows, "now_and_then", TEXTS // 20) <= 10 * 1_024 / 20


def brought(plan: dict[str, Any]) -> float:
    """Rows of the table of texts that a plan had in its hands."""
    mine = plan.get("Relation Name") == article_index.name and plan["Node Type"] != "Index Only Scan"
    rows = plan["Actual Rows"] * plan["Actual Loops"] if mine else 0.0
    return rows + sum(map(brought, plan.get("Plans", [])))
