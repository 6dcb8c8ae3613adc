"""The newest articles with a word are found among the newest of all, by the thousands that their numbers are in.

On PostgreSQL, which else brings every text with the word before it knows which are the newest; FTS5 brings them in
this order.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

#: The price, the list that nothing waits in, and the names are those of revision 0016.
_INDEX = """CREATE INDEX article_index_fts_gin ON article_index USING gin ({vector}) WITH (fastupdate = off)"""
_VIEW = """CREATE VIEW article_index_fts AS SELECT number AS rowid, {vector} AS article_index_fts FROM article_index"""
_FUNCTION = """CREATE FUNCTION article_index_vector({parameters}) RETURNS tsvector LANGUAGE plpgsql
    IMMUTABLE STRICT PARALLEL SAFE COST 100000
    AS $$ BEGIN RETURN array_to_tsvector(array_remove(string_to_array(words, ' '), ''){more}); END $$"""
#: `index_statements.py` asks for this.
_THOUSANDS = " || ('__n' || number / 1024)"


def upgrade() -> None:
    _made_anew(("words text", ""), ("words text, number bigint", _THOUSANDS))


def downgrade() -> None:
    _made_anew(("words text, number bigint", _THOUSANDS), ("words text", ""))


def _made_anew(before: tuple[str, str], after: tuple[str, str]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    parameters, more = after
    vector = f"article_index_vector({', '.join(one.split()[0] for one in parameters.split(', '))})"
    for statement in (
        "DROP VIEW article_index_fts",
        "DROP INDEX article_index_fts_gin",
        f"DROP FUNCTION article_index_vector({before[0]})",
        _FUNCTION.format(parameters=parameters, more=more),
        _INDEX.format(vector=vector),
        _VIEW.format(vector=vector),
    ):
        op.execute(sa.text(statement))
