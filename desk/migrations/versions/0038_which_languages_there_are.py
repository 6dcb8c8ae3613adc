"""The languages in which articles are written are found without looking at all of them."""

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_article_texts_language", "article_texts", ["language"])


def downgrade() -> None:
    op.drop_index("ix_article_texts_language", "article_texts")
