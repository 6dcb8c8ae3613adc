"""What no model has read yet is found by its language and number in the index, without its words."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_article_index_family_number", "article_index", ["family", "number"])


def downgrade() -> None:
    op.drop_index("ix_article_index_family_number", "article_index")
