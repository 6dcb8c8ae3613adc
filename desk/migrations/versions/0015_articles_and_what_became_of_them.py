"""Articles of the knowledge base: their texts, revisions, files and tags, and what became of them."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "categories",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("parent_id", sa.String(length=64), nullable=True),
        sa.Column("slug", sa.String(length=120), server_default="", nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["categories.id"], name=op.f("fk_categories_parent_id_categories")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_categories")),
        sa.UniqueConstraint("slug", name=op.f("uq_categories_slug")),
    )
    with op.batch_alter_table("categories", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_categories_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "questions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("door", sa.String(length=12), server_default="", nullable=False),
        sa.Column("audience", sa.String(length=12), server_default="", nullable=False),
        sa.Column("language", sa.String(length=16), server_default="", nullable=False),
        sa.Column("words", sa.String(length=300), server_default="", nullable=False),
        sa.Column("hits", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("opened", sa.String(length=36), nullable=True),
        sa.Column("outcome", sa.String(length=12), server_default="", nullable=False),
        sa.Column("reader", sa.String(length=64), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.create_index("ix_questions_at", ["at"], unique=False)
        batch_op.create_index("ix_questions_reader_at", ["reader", "at"], unique=False)

    op.create_table(
        "snippets",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=60), server_default="", nullable=False),
        sa.Column("language", sa.String(length=16), server_default="", nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snippets")),
        sa.UniqueConstraint("name", "language", name=op.f("uq_snippets_name_language")),
    )
    op.create_table(
        "articles",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("category_id", sa.String(length=64), nullable=True),
        sa.Column("audience", sa.String(length=12), server_default="", nullable=False),
        sa.Column("team", sa.String(length=64), nullable=True),
        sa.Column("language", sa.String(length=16), server_default="", nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=True),
        sa.Column("review_due_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("settled", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["category_id"], ["categories.id"], name=op.f("fk_articles_category_id_categories")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
    )
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_articles_category_id"), ["category_id"], unique=False)
        batch_op.create_index("ix_articles_review_due_at", ["review_due_at"], unique=False)

    op.create_table(
        "article_files",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("article_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("type", sa.String(length=100), server_default="", nullable=False),
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("blob", sa.String(length=120), server_default="", nullable=False),
        sa.Column("added_by", sa.String(length=36), server_default="", nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_article_files_article_id_articles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_files")),
    )
    with op.batch_alter_table("article_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_article_files_article_id"), ["article_id"], unique=False)

    op.create_table(
        "article_tags",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("article_id", sa.String(length=64), nullable=False),
        sa.Column("tag", sa.String(length=60), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_article_tags_article_id_articles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_tags")),
        sa.UniqueConstraint("article_id", "tag", name=op.f("uq_article_tags_article_id_tag")),
    )
    with op.batch_alter_table("article_tags", schema=None) as batch_op:
        batch_op.create_index("ix_article_tags_tag", ["tag"], unique=False)

    op.create_table(
        "article_texts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("article_id", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), server_default="", nullable=False),
        sa.Column("slug", sa.String(length=160), server_default="", nullable=False),
        sa.Column("title", sa.String(length=300), server_default="", nullable=False),
        sa.Column("stage", sa.String(length=12), server_default="", nullable=False),
        sa.Column("newest", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("published", sa.BigInteger(), nullable=True),
        sa.Column("translates", sa.BigInteger(), nullable=True),
        sa.Column("submitted_by", sa.String(length=36), nullable=True),
        sa.Column("approved_by", sa.String(length=36), nullable=True),
        sa.Column("publish_at", sa.BigInteger(), nullable=True),
        sa.Column("expire_at", sa.BigInteger(), nullable=True),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("helpful", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("unhelpful", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("views", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_article_texts_article_id_articles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_texts")),
        sa.UniqueConstraint("article_id", "language", name=op.f("uq_article_texts_article_id_language")),
        sa.UniqueConstraint("slug", name=op.f("uq_article_texts_slug")),
    )
    with op.batch_alter_table("article_texts", schema=None) as batch_op:
        batch_op.create_index("ix_article_texts_stage_changed_at", ["stage", "changed_at"], unique=False)

    op.create_table(
        "article_feedback",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("text_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("helpful", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("reader", sa.String(length=64), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["text_id"], ["article_texts.id"], name=op.f("fk_article_feedback_text_id_article_texts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_feedback")),
        sa.UniqueConstraint("text_id", "reader", name=op.f("uq_article_feedback_text_id_reader")),
    )
    with op.batch_alter_table("article_feedback", schema=None) as batch_op:
        batch_op.create_index("ix_article_feedback_text_id_at", ["text_id", "at"], unique=False)

    op.create_table(
        "article_uses",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("article_id", sa.String(length=64), nullable=False),
        sa.Column("text_id", sa.String(length=64), nullable=False),
        sa.Column("interaction_id", sa.String(length=64), nullable=False),
        sa.Column("how", sa.String(length=12), server_default="", nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("settled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_article_uses_article_id_articles")),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interactions.id"], name=op.f("fk_article_uses_interaction_id_interactions")
        ),
        sa.ForeignKeyConstraint(["text_id"], ["article_texts.id"], name=op.f("fk_article_uses_text_id_article_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_uses")),
    )
    with op.batch_alter_table("article_uses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_article_uses_article_id"), ["article_id"], unique=False)
        batch_op.create_index("ix_article_uses_interaction_id_at", ["interaction_id", "at"], unique=False)

    op.create_table(
        "former_slugs",
        sa.Column("slug", sa.String(length=160), nullable=False),
        sa.Column("text_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["text_id"], ["article_texts.id"], name=op.f("fk_former_slugs_text_id_article_texts")),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_former_slugs")),
    )
    with op.batch_alter_table("former_slugs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_former_slugs_text_id"), ["text_id"], unique=False)

    op.create_table(
        "revisions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("text_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("title", sa.String(length=300), server_default="", nullable=False),
        sa.Column("summary", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("author_id", sa.String(length=36), server_default="", nullable=False),
        sa.Column("note", sa.String(length=300), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["text_id"], ["article_texts.id"], name=op.f("fk_revisions_text_id_article_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
        sa.UniqueConstraint("text_id", "number", name=op.f("uq_revisions_text_id_number")),
    )


def downgrade() -> None:
    op.drop_table("questions")
    op.drop_table("article_uses")
    op.drop_table("article_feedback")
    op.drop_table("article_files")
    op.drop_table("snippets")
    op.drop_table("article_tags")
    op.drop_table("former_slugs")
    op.drop_table("revisions")
    op.drop_table("article_texts")
    op.drop_table("articles")
    op.drop_table("categories")
