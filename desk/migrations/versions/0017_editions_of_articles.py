"""An article says how often its words or what is true of it were changed, and when somebody last found it right; a text
says why it was sent back."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("articles", sa.Column("edition", sa.BigInteger(), server_default="1", nullable=False))
    op.add_column("articles", sa.Column("checked_at", sa.BigInteger(), nullable=True))
    op.add_column("article_texts", sa.Column("sent_back", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("article_texts", "sent_back")
    op.drop_column("articles", "checked_at")
    op.drop_column("articles", "edition")
