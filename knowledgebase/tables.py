"""knowledgebase/tables.py: articles, what they say in each language, and what became of them.

An *article* is one thing to know: who may see it, where it is filed, whose it is. A *text* is the article in one
language: its own slug, stage and times. A *revision* is what a text said once; none is ever changed.
"""

import sqlalchemy as sa

from desk.tables.columns import at, flag, json, key, metadata, number, ref, text
from knowledgebase import index_tables as _index_tables  # noqa: F401  # makes them known to `metadata`
from knowledgebase import learning_tables as _learning_tables  # noqa: F401  # the same

#: Where articles are filed: a tree. `names` and `about` hold words by language.
categories = sa.Table(
    "categories",
    metadata,
    key(),
    ref("parent_id", "categories.id", nullable=True, index=True),
    text("slug", 120),
    json("names"),
    json("about"),
    json("asks", nullable=True),  # `names` and `about` that somebody asks for; without names of its own it is new
    text("asked_by", 36, nullable=True),
    number("position"),
    number("version"),
    number("seen_version"),  # since which everybody sees the same: words that are asked for count in `version` alone
    sa.UniqueConstraint("slug"),
)

articles = sa.Table(
    "articles",
    metadata,
    key(),
    ref("category_id", "categories.id", nullable=True, index=True),
    text("audience", 12),  # public, customers, internal
    text("team", 64, nullable=True),  # an internal article that is for one team only
    text("opens_to", 12, nullable=True),  # an audience to which somebody asks to open it
    text("opens_to_team", 64, nullable=True),
    text("opening_asked_by", 36, nullable=True),
    text("opened_by", 36, nullable=True),  # who let others in alone; whoever approves its words next is somebody else
    text("language", 16),  # of the original; the other texts translate it
    text("owner_id", 36, nullable=True),  # who keeps it right
    at("review_due_at", nullable=True),
    at("checked_at", nullable=True),  # when somebody last looked it through and found it right
    at("created_at"),
    number("edition", default=1),  # counts changes of its words and of what is true of it, and nothing else
    number("used"),  # times inserted, linked, sent or read out
    number("settled"),  # contacts that were closed with its help
    number("version"),
    sa.Index("ix_articles_review_due_at", "review_due_at"),
    sa.Index("ix_articles_opens_to", "opens_to"),
)

#: An article in one language. `newest` is the latest revision, `published` the one that readers see.
article_texts = sa.Table(
    "article_texts",
    metadata,
    key(),
    ref("article_id", "articles.id"),
    text("language", 16),
    text("slug", 160),
    number("called_after", default=1),  # the revision whose title made the slug, or for which one was chosen
    text("title", 300),  # of the newest revision, for lists
    text("stage", 12),  # of the newest revision: draft, in_review, approved, published; archived
    number("newest", default=1),
    number("published", nullable=True),
    number("translates", nullable=True),  # the revision of the original that this one says
    text("submitted_by", 36, nullable=True),
    text("approved_by", 36, nullable=True),
    text("sent_back"),  # why, until the next revision; may be empty
    text("not_published"),  # why nothing was done at the time that was planned; may be empty
    at("publish_at", nullable=True),
    at("expire_at", nullable=True),
    at("published_at", nullable=True),
    at("published_first_at", nullable=True),  # when readers saw it for the first time, where that is known
    at("changed_at"),
    number("helpful"),
    number("unhelpful"),
    number("views"),
    number("version"),
    sa.UniqueConstraint("article_id", "language"),
    sa.UniqueConstraint("slug"),
    sa.Index("ix_article_texts_stage_changed_at", "stage", "changed_at"),
    sa.Index("ix_article_texts_published_at", "published_at"),
    sa.Index("ix_article_texts_language", "language"),
)

revisions = sa.Table(
    "revisions",
    metadata,
    key(),
    ref("text_id", "article_texts.id"),
    number("number"),
    text("title", 300),
    text("summary"),  # what it says in short; may be empty
    text("body"),  # Markdown
    text("author_id", 36),
    text("note", 300),  # why it was changed
    at("at"),
    sa.UniqueConstraint("text_id", "number"),
)

#: Slugs that a text has or had: they lead to it for ever.
former_slugs = sa.Table(
    "former_slugs",
    metadata,
    sa.Column("slug", sa.String(160), primary_key=True),
    ref("text_id", "article_texts.id", index=True),
)

article_tags = sa.Table(
    "article_tags",
    metadata,
    key(),
    ref("article_id", "articles.id"),
    text("tag", 60),
    sa.UniqueConstraint("article_id", "tag"),
    sa.Index("ix_article_tags_tag", "tag"),
)

#: A piece that many articles say alike, by a name: `{{snippet:opening-hours}}`.
snippets = sa.Table(
    "snippets",
    metadata,
    key(),
    text("name", 60),
    text("language", 16),
    text("body"),
    at("changed_at"),
    number("version"),
    sa.UniqueConstraint("name", "language"),
)

#: The snippets for which a revision asks: found from the snippet, without a look into every body.
revision_snippets = sa.Table(
    "revision_snippets",
    metadata,
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("text_id", sa.String(64), sa.ForeignKey("article_texts.id"), primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),  # of the revision
    sqlite_with_rowid=False,
)

#: Pictures and papers that articles show: the bytes are a blob.
article_files = sa.Table(
    "article_files",
    metadata,
    key(),
    ref("article_id", "articles.id", index=True),
    text("name", 200),
    text("type", 100),
    number("size"),
    text("blob", 120),
    text("added_by", 36),
    at("added_at"),
)

#: What the published revision of a text shows: pictures and papers by their ids, snippets that it puts in by name.
article_shows = sa.Table(
    "article_shows",
    metadata,
    sa.Column("kind", sa.String(12), primary_key=True),  # file, snippet
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("language", sa.String(16), primary_key=True),  # of the text
    sa.Column("text_id", sa.String(64), sa.ForeignKey("article_texts.id"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)

#: What a reader said of a text: once each, by whoever holds the same cookie.
article_feedback = sa.Table(
    "article_feedback",
    metadata,
    key(),
    ref("text_id", "article_texts.id"),
    number("revision"),
    flag("helpful"),
    text("comment"),
    text("reader", 64),
    at("at"),
    sa.UniqueConstraint("text_id", "reader"),
    sa.Index("ix_article_feedback_text_id_at", "text_id", "at"),
)

#: Which article helped which contact, and how: inserted, linked, sent, read_out.
article_uses = sa.Table(
    "article_uses",
    metadata,
    key(),
    ref("article_id", "articles.id", index=True),
    ref("text_id", "article_texts.id"),
    ref("interaction_id", "interactions.id"),
    text("how", 12),
    text("user_id", 36, nullable=True),
    at("at"),
    flag("settled"),  # the contact was closed with it and stayed closed
    sa.Index("ix_article_uses_interaction_id_at", "interaction_id", "at"),
)

#: What was asked of the knowledge base, and whether that was the end of it. Words go after a while.
questions = sa.Table(
    "questions",
    metadata,
    key(),
    text("door", 12),  # help, widget, contact, console, api, voice
    text("audience", 12),
    text("language", 16),
    text("words", 300),
    number("hits"),
    text("opened", 36, nullable=True),  # the text that was opened from it
    text("outcome", 12),  # empty, solved, gave_up (asked a person after all)
    text("reader", 64),
    text("claimed_by", 64),  # a mark of the browser that speaks for who asked
    at("at"),
    sa.Index("ix_questions_at", "at"),
    sa.Index("ix_questions_reader_at", "reader", "at"),
)
