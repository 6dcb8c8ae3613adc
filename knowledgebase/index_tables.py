"""knowledgebase/index_tables.py: what is searched: texts that are published, and the words in them.

    article_index         a row a published text, with what ranking reads of it
    article_index_fts     finds rows by their words: a virtual table of FTS5 on SQLite, a view of vectors on PostgreSQL
    article_index_words   how many texts of one scope have a word; who may not see a scope learns none of its words
    article_index_typos   words by what is left of them when a letter is missing
    article_meanings      where texts point by their meaning, of those that the model has read; they go with their rows

The second is made by the migration alone, and keeps itself as the first is written.
"""

import sqlalchemy as sa

from desk.tables.columns import at, metadata, number, ref, text


def _word(name: str) -> sa.Column[str]:
    """A word, in the order of its characters on every database."""
    kind = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
    return sa.Column(name, kind, primary_key=True)


def _part(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), primary_key=True)


article_index = sa.Table(
    "article_index",
    metadata,
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
    ref("text_id", "article_texts.id"),
    text("article_id", 36),
    text("language", 16),
    text("family", 8),  # the language without script and country
    text("scope", 40),  # who may see it: an audience, or a team
    # What ranking reads comes first: SQLite reads a row from its beginning.
    number("length"),  # terms of the whole body
    at("published_at"),
    text("title", 300),
    text("terms"),  # of the title, the tags and the body, a line each
    text("words"),  # each term once, and marks of where it belongs: what finds it
    text("spellings"),
    text("plain"),  # what it says, for excerpts
    sa.UniqueConstraint("text_id"),
    sa.Index("ix_article_index_scope_number", "scope", "number"),
    sa.Index("ix_article_index_family_number", "family", "number"),
)

article_index_words = sa.Table(
    "article_index_words",
    metadata,
    _word("word"),
    _part("scope", 40),
    _part("family", 8),
    number("texts"),
    sqlite_with_rowid=False,
)

article_index_typos = sa.Table("article_index_typos", metadata, _word("key"), _word("word"), sqlite_with_rowid=False)

article_meanings = sa.Table(
    "article_meanings",
    metadata,
    sa.Column(
        "number",
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
        sa.ForeignKey("article_index.number", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    text("text_id", 36),
    text("scope", 40),
    text("model", 40),  # that of another is made anew
    sa.Column("vector", sa.LargeBinary(), nullable=False),  # a byte for each of its numbers
    at("made_at", index=True),
)

#: What finds rows by their words. Its second column is compared by `matching` alone.
article_index_fts = sa.table(
    "article_index_fts", sa.column("rowid", sa.BigInteger()), sa.column("article_index_fts", sa.Text())
)
