"""What the knowledge base lacks and learns: questions without an answer, texts that want an eye or contradict each
other, drafts from closed contacts, articles that answer causes of complaints."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "question_groups",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("family", sa.String(length=8), server_default="", nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("title", sa.String(length=300), server_default="", nullable=False),
        sa.Column("language", sa.String(length=16), server_default="", nullable=False),
        sa.Column("examples", sa.JSON(), nullable=False),
        sa.Column("doors", sa.JSON(), nullable=False),
        sa.Column("times", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("aside_at", sa.BigInteger(), nullable=True),
        sa.Column("again_after", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("since_aside", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("article_id", sa.String(length=64), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_question_groups_article_id_articles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_groups")),
    )
    op.create_table(
        "article_watch",
        sa.Column("text_id", sa.String(length=64), nullable=False),
        sa.Column("seen", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("bad", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("behind", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("paired", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["text_id"], ["article_texts.id"], name=op.f("fk_article_watch_text_id_article_texts")),
        sa.PrimaryKeyConstraint("text_id", name=op.f("pk_article_watch")),
    )
    op.create_index("ix_article_watch_seen_at", "article_watch", ["seen_at"])
    op.create_index("ix_article_watch_bad", "article_watch", ["bad"])
    op.create_index("ix_article_watch_behind", "article_watch", ["behind"])
    _contradictions()
    op.create_table(
        "article_sources",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("interaction_id", sa.String(length=64), nullable=False),
        sa.Column("article_id", sa.String(length=64), nullable=True),
        sa.Column("by", sa.String(length=36), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_article_sources_article_id_articles")),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interactions.id"], name=op.f("fk_article_sources_interaction_id_interactions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_sources")),
        sa.UniqueConstraint("interaction_id", name=op.f("uq_article_sources_interaction_id")),
    )
    op.create_index(op.f("ix_article_sources_article_id"), "article_sources", ["article_id"])
    op.create_table(
        "cause_articles",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=12), server_default="", nullable=False),
        sa.Column("code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("article_id", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=36), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_cause_articles_article_id_articles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cause_articles")),
        sa.UniqueConstraint("kind", "code", "article_id", name=op.f("uq_cause_articles_kind_code_article_id")),
    )
    op.create_index(op.f("ix_cause_articles_article_id"), "cause_articles", ["article_id"])
    op.create_index("ix_complaints_closed_at", "complaints", ["closed_at", "state", "cause", "category"])
    op.create_index("ix_surveys_answered_at", "surveys", ["answered_at"])


def _contradictions() -> None:
    op.create_table(
        "article_contradictions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("text_id", sa.String(length=64), nullable=False),
        sa.Column("other_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=24), server_default="", nullable=False),
        sa.Column("sentence", sa.Text(), server_default="", nullable=False),
        sa.Column("other_sentence", sa.Text(), server_default="", nullable=False),
        sa.Column("says", sa.String(length=64), server_default="", nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("other_revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column("dismissed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("dismissed_by", sa.String(length=36), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["text_id"], ["article_texts.id"], name=op.f("fk_article_contradictions_text_id_article_texts")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["article_texts.id"], name=op.f("fk_article_contradictions_other_id_article_texts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_contradictions")),
        sa.UniqueConstraint(
            "text_id", "other_id", "says", name=op.f("uq_article_contradictions_text_id_other_id_says")
        ),
    )
    op.create_index(op.f("ix_article_contradictions_other_id"), "article_contradictions", ["other_id"])
    op.create_index("ix_article_contradictions_dismissed_found_at", "article_contradictions", ["dismissed", "found_at"])


def downgrade() -> None:
    op.drop_index("ix_surveys_answered_at", table_name="surveys")
    op.drop_index("ix_complaints_closed_at", table_name="complaints")
    for table in ("cause_articles", "article_sources", "article_contradictions", "article_watch", "question_groups"):
        op.drop_table(table)
