"""knowledgebase/learning_tables.py: what the knowledge base learns of itself at night, and what was decided about it.

question_groups         questions that were not answered, by what they ask; the night counts them anew
article_watch           a row a published text: when it was last of use, what readers think of it, how far behind
article_contradictions  sentences of two texts that say different figures about the same
article_sources         closed contacts from which a draft was made, or none is to be
cause_articles          articles that are our answer to a cause, or to a category, of complaints
"""

import sqlalchemy as sa

from desk.tables.columns import at, flag, json, key, metadata, number, ref, text

#: `terms` are those of the question that began the group; what is asked alike joins it, night after night.
question_groups = sa.Table(
    "question_groups",
    metadata,
    key(),
    text("family", 8),  # the language without script and country
    json("terms"),
    text("title", 300),  # as it was asked most often
    text("language", 16),
    json("examples"),
    json("doors"),  # {help: 12, widget: 3}
    number("times"),
    at("last_at"),
    at("aside_at", nullable=True),  # not for us: it comes back when asked `again_after` times more
    number("again_after"),
    number("since_aside"),
    ref("article_id", "articles.id", nullable=True),  # the draft that was begun for it
    number("version"),
)

article_watch = sa.Table(
    "article_watch",
    metadata,
    sa.Column("text_id", sa.String(64), sa.ForeignKey("article_texts.id"), primary_key=True),
    number("seen"),  # times opened and used, when somebody last counted
    at("seen_at"),  # when that was last more than before
    number("bad"),  # how surely readers find it unhelpful, in thousandths
    number("behind"),  # revisions of the original that a translation does not say yet
    number("paired"),  # the revision that was last held against others about the same
    sa.Index("ix_article_watch_seen_at", "seen_at"),
    sa.Index("ix_article_watch_bad", "bad"),
    sa.Index("ix_article_watch_behind", "behind"),
)

#: `says` is a digest of both sentences: what was found to be right stays so until one of them is another.
article_contradictions = sa.Table(
    "article_contradictions",
    metadata,
    key(),
    ref("text_id", "article_texts.id"),
    ref("other_id", "article_texts.id", index=True),
    text("kind", 24),  # days, clock, amount EUR: what the figures count
    text("sentence"),
    text("other_sentence"),
    text("says", 64),
    number("revision"),
    number("other_revision"),
    at("found_at"),
    flag("dismissed"),
    text("dismissed_by", 36),
    sa.UniqueConstraint("text_id", "other_id", "says"),
    sa.Index("ix_article_contradictions_dismissed_found_at", "dismissed", "found_at"),
)

#: Without an article: nobody is to propose it again.
article_sources = sa.Table(
    "article_sources",
    metadata,
    key(),
    ref("interaction_id", "interactions.id"),
    ref("article_id", "articles.id", nullable=True, index=True),
    text("by", 36),
    at("at"),
    sa.UniqueConstraint("interaction_id"),
)

cause_articles = sa.Table(
    "cause_articles",
    metadata,
    key(),
    text("kind", 12),  # cause, category: as in the taxonomy
    text("code", 64),
    ref("article_id", "articles.id", index=True),
    text("by", 36),
    at("at"),
    sa.UniqueConstraint("kind", "code", "article_id"),
)
