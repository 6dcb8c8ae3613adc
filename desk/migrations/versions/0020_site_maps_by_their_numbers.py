"""What everybody may read is found by its number in the index: a site map is a stretch of these."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_article_index_scope_number", "article_index", ["scope", "number"])


def downgrade() -> None:
    op.drop_index("ix_article_index_scope_number", "article_index")
