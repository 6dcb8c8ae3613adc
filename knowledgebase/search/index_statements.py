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
    """Whether a text of `article_index_fts` has the words of the expression in the parameter `name`."""

    inherit_cache = False

    def __init__(self, name: str) -> None:
        self.wanted: sa.BindParameter[Any] = sa.bindparam(name, type_=Matching())


@compiles(matching)
def _in_fts(element: matching, compiler: SQLCompiler, **kw: Any) -> str:
    return f"article_index_fts MATCH {compiler.process(element.wanted, **kw)}"


@compiles(matching, "postgresql")
def _in_vector(element: matching, compiler: SQLCompiler, **kw: Any) -> str:
    return f"article_index_fts @@ CAST({compiler.process(element.wanted, **kw)} AS tsquery)"


class newest_first(sa.ColumnElement[int]):  # noqa: N801 # reads as the words of an order
    """By number, downwards. PostgreSQL must not walk all rows in this order and try each: it finds them first."""

    inherit_cache = False


@compiles(newest_first)
def _by_rowid(_element: newest_first, _compiler: SQLCompiler, **_kw: Any) -> str:
    return "rowid DESC"


@compiles(newest_first, "postgresql")
def _by_number(_element: newest_first, _compiler: SQLCompiler, **_kw: Any) -> str:
    return "rowid + 0 DESC"


@cache
def weighed(clauses: int) -> sa.Select[Any]:
    """The numbers of texts that meet `clauses` expressions (`wanted0`, `weight0`, `most0` …), the best `most` first."""
    each = [_clause(number) for number in range(clauses)]
    found = sa.union_all(*each).subquery("found") if len(each) > 1 else each[0].subquery("found")
    score = sa.func.sum(found.c.weight)
    return (
        sa.select(found.c.number, score.label("score"))
        .group_by(found.c.number)
        .order_by(score.desc(), found.c.number.desc())
        .limit(sa.bindparam("most", type_=sa.Integer()))
    )


def _clause(number: int) -> sa.Select[Any]:
    rows = (
        sa.select(article_index_fts.c.rowid.label("number"))
        .where(matching(f"wanted{number}"))
        .order_by(newest_first())
        .limit(sa.bindparam(f"most{number}", type_=sa.Integer()))
        .subquery(f"clause{number}")
    )
    return sa.select(rows.c.number, sa.bindparam(f"weight{number}", type_=sa.BigInteger()).label("weight"))


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
