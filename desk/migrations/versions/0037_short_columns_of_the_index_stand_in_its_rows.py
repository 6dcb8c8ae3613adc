"""Ids and titles stand in the rows of the index, where PostgreSQL kept them beside these with the long columns.

Each was brought from there by itself for every text that was found: a third of what reading forty texts took. The
table is written anew, once, in the order of its numbers.
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_SHORT = ("text_id", "article_id", "language", "family", "scope")


def upgrade() -> None:
    _keep({**dict.fromkeys(_SHORT, "PLAIN"), "title": "MAIN"})


def downgrade() -> None:
    _keep(dict.fromkeys((*_SHORT, "title"), "EXTENDED"))


def _keep(storage: dict[str, str]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    told = ", ".join(f"ALTER {column} SET STORAGE {kind}" for column, kind in storage.items())
    op.execute(sa.text(f"ALTER TABLE article_index {told}"))
    op.execute(sa.text("CLUSTER article_index USING pk_article_index"))
    op.execute(sa.text("ALTER TABLE article_index SET WITHOUT CLUSTER"))
