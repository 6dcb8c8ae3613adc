"""An article says to whom somebody asks to open it, until a second person has done so."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_COLUMNS = {"opens_to": 12, "opens_to_team": 64, "opening_asked_by": 36}


def upgrade() -> None:
    for name, length in _COLUMNS.items():
        op.add_column("articles", sa.Column(name, sa.String(length), nullable=True))
    op.create_index("ix_articles_opens_to", "articles", ["opens_to"])


def downgrade() -> None:
    op.drop_index("ix_articles_opens_to", "articles")
    for name in _COLUMNS:
        op.drop_column("articles", name)
