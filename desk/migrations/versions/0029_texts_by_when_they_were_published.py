"""Texts are found by when they were published, for who does not see what is worked on."""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_article_texts_published_at", "article_texts", ["published_at"])


def downgrade() -> None:
    op.drop_index("ix_article_texts_published_at", "article_texts")
