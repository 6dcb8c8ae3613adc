"""knowledgebase/search/index_statements.py: what the index asks of each database in its own words.

Lists are one parameter, whatever their length. What finds texts by their words is `matching`, of an expression that
both databases understand: groups of alternatives, all of which must be met.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from desk.kernel.statements import Ids, among
from knowledgebase.index_tables import article_index_fts
from knowledgebase.search.finding import Wanted


class Matching(sa.types.TypeDecorator[Wanted]):
    """An expression over words, as the database says it. Words come from the analysis; they are quoted all the same."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Wanted | None, dialect: Dialect) -> str:
        quote, both, either = ("'", " & ", " | ") if dialect.name == "postgresql" else ('"', " AND ", " OR ")
        groups = (either.join(_quoted(word, quote) for word in group) for group in value or ())
        return both.join(f"({group})" for group in groups)


def _quoted(word: str, quote: str) -> str:
    return quote + word.replace(quote, quote * 2).replace("\\", "\\\\") + quote


class matching(sa.ColumnElement[bool]):  # noqa: N801 # reads as the word of a condition
    """Whether a text of `article_index_fts` has the words of the expression in `wanted`, on SQLite."""

    inherit_cache = False

    def __init__(self, wanted: sa.BindParameter[Any]) -> None:
        self.wanted = wanted


@compiles(matching)
def _in_fts(element: matching, compiler: SQLCompiler, **kw: Any) -> str:
    return f"article_index_fts MATCH {compiler.process(element.wanted, **kw)}"


class _Parameters:
    """What one expression is looked up with: the parameters `wanted0`, `weight0`, `most0` and `texts0`, and so on."""

    def __init__(self, number: int) -> None:
        self.wanted: sa.BindParameter[Any] = sa.bindparam(f"wanted{number}", type_=Matching())
        self.weight: sa.BindParameter[Any] = sa.bindparam(f"weight{number}", type_=sa.BigInteger())
        self.most: sa.BindParameter[Any] = sa.bindparam(f"most{number}", type_=sa.Integer())
        self.texts: sa.BindParameter[Any] = sa.bindparam(f"texts{number}", type_=sa.BigInteger())


class _Met(sa.TableClause):
    """Numbers of texts that meet expressions, of each the newest, and what each weighs."""

    inherit_cache = False

    def __init__(self, clauses: int) -> None:
        super().__init__("found", sa.column("number", sa.BigInteger()), sa.column("weight", sa.BigInteger()))
        self.each = [_Parameters(number) for number in range(clauses)]


@compiles(_Met)
def _one_after_the_other(element: _Met, compiler: SQLCompiler, **kw: Any) -> str:
    """FTS5 brings the newest first, and stops."""
    every = [_newest(one) for one in element.each]
    return compiler.process(sa.union_all(*every).subquery(element.name), **kw)


def _newest(one: _Parameters) -> sa.Select[Any]:
    rowid = article_index_fts.c.rowid
    rows = sa.select(rowid).where(matching(one.wanted)).order_by(rowid.desc()).limit(one.most).subquery()
    return sa.select(rows.c.rowid.label("number"), one.weight.label("weight"))


#: PostgreSQL brings all that meet an expression before it knows which are the newest. So where one or two times 1,024
#: numbers are likely to have a fifth of what is wanted it looks among these first; where they have, among eight times
#: as many before these; and then among the rest, which are few where the first had hardly any. Each text is found by
#: its number in thousands too (`__n117`; revision 0027). `rowid + 0` keeps the planner from the index of all numbers.
_IN_STEPS = """(WITH thousands AS MATERIALIZED (
    SELECT greatest(max(rowid) / 1024, 1) AS n FROM article_index_fts
), step AS MATERIALIZED (
    SELECT n, CAST('__n' || n || ' | __n' || n - 1 AS tsquery) AS newest, (n - 1) * 1024 AS first,
        CAST((SELECT string_agg('__n' || one, ' | ') FROM generate_series(greatest(n - 9, 0), n - 2) AS one) AS tsquery)
        AS older, (n - 9) * 1024 AS first_older
    FROM thousands
)
SELECT one.number, clause.weight
FROM (VALUES {clauses}) AS clause (wanted, weight, most, texts)
CROSS JOIN step
CROSS JOIN LATERAL (
    WITH newest AS MATERIALIZED (
        SELECT rowid AS number FROM article_index_fts
        WHERE clause.texts * 10 > clause.most * step.n AND article_index_fts @@ (clause.wanted && step.newest)
        ORDER BY rowid + 0 DESC LIMIT clause.most
    ), seen AS MATERIALIZED (SELECT count(*) * 5 >= clause.most AS are_many FROM newest)
    SELECT number FROM (
        SELECT number FROM newest
        UNION ALL
        (SELECT rowid FROM article_index_fts
            WHERE (SELECT are_many FROM seen) AND article_index_fts @@ (clause.wanted && step.older)
            ORDER BY rowid + 0 DESC LIMIT clause.most)
        UNION ALL
        (SELECT rowid FROM article_index_fts
            WHERE article_index_fts @@ clause.wanted AND (clause.texts * 10 <= clause.most * step.n
                OR rowid + 0 < CASE WHEN (SELECT are_many FROM seen) THEN step.first_older ELSE step.first END)
            ORDER BY rowid + 0 DESC LIMIT clause.most)
    ) AS steps LIMIT clause.most
) AS one) AS {name}"""


@compiles(_Met, "postgresql")
def _in_steps(element: _Met, compiler: SQLCompiler, **_kw: Any) -> str:
    return _IN_STEPS.format(name=element.name, clauses=", ".join(_row_of(one, compiler) for one in element.each))


def _row_of(one: _Parameters, compiler: SQLCompiler) -> str:
    wanted, *others = (compiler.process(bind) for bind in (one.wanted, one.weight, one.most, one.texts))
    return f"(CAST({wanted} AS tsquery), {', '.join(others)})"


@cache
def weighed(clauses: int) -> sa.Select[Any]:
    """The numbers of texts that meet `clauses` expressions, the best `most` first.

    Of each: `wanted0`, `weight0`, how many of the texts that meet it (`most0`), and about how many do (`texts0`).
    """
    found = _Met(clauses)
    score = sa.func.sum(found.c.weight)
    return (
        sa.select(found.c.number, score.label("score"))
        .group_by(found.c.number)
        .order_by(score.desc(), found.c.number.desc())
        .limit(sa.bindparam("most", type_=sa.Integer()))
    )


class Numbers(Ids):
    """Several numbers in one parameter."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        kind: sa.types.TypeEngine[Any] = (
            postgresql.ARRAY(sa.BigInteger()) if dialect.name == "postgresql" else sa.Text()
        )
        return dialect.type_descriptor(kind)


class Pairs(sa.types.TypeDecorator[Sequence[tuple[str, Any]]]):
    """Pairs in one parameter."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[tuple[str, Any]] | None, dialect: Dialect) -> str:
        return orjson.dumps(value or []).decode()


class among_numbers(among):  # noqa: N801 # reads as the words of a condition
    """Whether `column` is one of the numbers in the parameter `name`."""

    inherit_cache = False

    def __init__(self, column: sa.ColumnElement[Any], name: str) -> None:
        super().__init__(column, name)
        self.wanted = sa.bindparam(name, type_=Numbers())


class _Write(sa.Executable, sa.ClauseElement):
    """A write of a whole list at once, in the words of each database."""

    inherit_cache = False

    def __init__(self, sqlite: str, postgres: str, **parameters: sa.types.TypeEngine[Any]) -> None:
        self.texts = {"sqlite": sqlite, "postgresql": postgres}
        self.binds = {name: sa.bindparam(name, type_=kind) for name, kind in parameters.items()}


@compiles(_Write)
def _write(element: _Write, compiler: SQLCompiler, **kw: Any) -> str:
    binds = {name: compiler.process(bind, **kw) for name, bind in element.binds.items()}
    return element.texts[compiler.dialect.name].format(**binds)


#: So many more texts of `in_scope` and `in_family` have each word as the pairs of word and number say.
COUNT_WORDS = _Write(
    "INSERT INTO article_index_words (word, scope, family, texts) "
    "SELECT json_extract(value, '$[0]'), {in_scope}, {in_family}, json_extract(value, '$[1]') "
    "FROM json_each({pairs}) WHERE true "
    "ON CONFLICT (word, scope, family) DO UPDATE SET texts = texts + excluded.texts",
    "INSERT INTO article_index_words (word, scope, family, texts) "
    "SELECT value ->> 0, {in_scope}, {in_family}, CAST(value ->> 1 AS bigint) "
    "FROM json_array_elements(CAST({pairs} AS json)) "
    "ON CONFLICT (word, scope, family) DO UPDATE SET texts = article_index_words.texts + excluded.texts",
    pairs=Pairs(),
    in_scope=sa.String(),
    in_family=sa.String(),
)
#: Words are kept under keys, as the pairs of key and word say.
NEW_TYPOS = _Write(
    "INSERT INTO article_index_typos (key, word) SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') "
    "FROM json_each({pairs}) WHERE true ON CONFLICT DO NOTHING",
    "INSERT INTO article_index_typos (key, word) SELECT value ->> 0, value ->> 1 "
    "FROM json_array_elements(CAST({pairs} AS json)) ON CONFLICT DO NOTHING",
    pairs=Pairs(),
)
