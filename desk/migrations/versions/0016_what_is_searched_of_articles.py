"""What is searched of articles: published texts by their words, and the words themselves.

What finds rows is FTS5 on SQLite and an index of text vectors on PostgreSQL. Both are fed the same words, which the
analysis has made, and keep themselves as `article_index` is written: a later revision that makes that table anew on
SQLite makes the triggers anew too.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

#: A virtual table that keeps no words of its own: it reads those of the row when it forgets it.
_SQLITE = (
    """CREATE VIRTUAL TABLE article_index_fts USING fts5(
        words, content='article_index', content_rowid='number', columnsize=0, detail=none,
        tokenize="ascii tokenchars '_'")""",
    """CREATE TRIGGER article_index_added AFTER INSERT ON article_index BEGIN
        INSERT INTO article_index_fts (rowid, words) VALUES (new.number, new.words); END""",
    """CREATE TRIGGER article_index_removed AFTER DELETE ON article_index BEGIN
        INSERT INTO article_index_fts (article_index_fts, rowid, words) VALUES ('delete', old.number, old.words);
        END""",
    """CREATE TRIGGER article_index_changed AFTER UPDATE OF words ON article_index BEGIN
        INSERT INTO article_index_fts (article_index_fts, rowid, words) VALUES ('delete', old.number, old.words);
        INSERT INTO article_index_fts (rowid, words) VALUES (new.number, new.words); END""",
)
#: The price tells the planner never to read the vectors of all rows: it goes by the index. What waits in a list of its
#: own until it is put in would be read by every question: so nothing waits. Long columns lie beside the rows, so that
#: finding many reads few pages.
_POSTGRES = (
    """CREATE FUNCTION article_index_vector(words text) RETURNS tsvector LANGUAGE plpgsql
        IMMUTABLE STRICT PARALLEL SAFE COST 100000
        AS $$ BEGIN RETURN array_to_tsvector(array_remove(string_to_array(words, ' '), '')); END $$""",
    """CREATE INDEX article_index_fts_gin ON article_index USING gin (article_index_vector(words))
        WITH (fastupdate = off)""",
    """CREATE VIEW article_index_fts AS
        SELECT number AS rowid, article_index_vector(words) AS article_index_fts FROM article_index""",
    "ALTER TABLE article_index SET (toast_tuple_target = 128)",
)


def upgrade() -> None:
    op.create_table(
        "article_index",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text_id", sa.String(length=64), nullable=False),
        sa.Column("article_id", sa.String(length=36), server_default="", nullable=False),
        sa.Column("language", sa.String(length=16), server_default="", nullable=False),
        sa.Column("family", sa.String(length=8), server_default="", nullable=False),
        sa.Column("scope", sa.String(length=40), server_default="", nullable=False),
        sa.Column("length", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=300), server_default="", nullable=False),
        sa.Column("terms", sa.Text(), server_default="", nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("spellings", sa.Text(), server_default="", nullable=False),
        sa.Column("plain", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["text_id"], ["article_texts.id"], name=op.f("fk_article_index_text_id_article_texts")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_article_index")),
        sa.UniqueConstraint("text_id", name=op.f("uq_article_index_text_id")),
    )
    op.create_table(
        "article_index_words",
        sa.Column("word", _word(), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("family", sa.String(length=8), nullable=False),
        sa.Column("texts", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("word", "scope", "family", name=op.f("pk_article_index_words")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "article_index_typos",
        sa.Column("key", _word(), nullable=False),
        sa.Column("word", _word(), nullable=False),
        sa.PrimaryKeyConstraint("key", "word", name=op.f("pk_article_index_typos")),
        sqlite_with_rowid=False,
    )
    for statement in _SQLITE if _is_sqlite() else _POSTGRES:
        op.execute(sa.text(statement))


def downgrade() -> None:
    if _is_sqlite():
        op.execute(sa.text("DROP TABLE article_index_fts"))
    else:
        op.execute(sa.text("DROP VIEW article_index_fts"))
    op.drop_table("article_index_typos")
    op.drop_table("article_index_words")
    op.drop_table("article_index")
    if not _is_sqlite():
        op.execute(sa.text("DROP FUNCTION article_index_vector(text)"))


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _word() -> sa.types.TypeEngine[str]:
    return sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql")
