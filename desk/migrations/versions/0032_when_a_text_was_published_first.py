"""A text says when readers saw it for the first time; of one that was published before, the log does."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_TEXTS = sa.table("article_texts", *map(sa.column, ("id", "article_id", "published_at", "published_first_at")))
_EVENTS = sa.table("events", *map(sa.column, ("at", "name", "subject")), sa.column("data", sa.JSON))
_FIRST = (
    sa.select(sa.func.min(_EVENTS.c.at))
    .where(
        _EVENTS.c.subject == _TEXTS.c.article_id,
        _EVENTS.c.name == "article.changed",
        _EVENTS.c.data["what"].as_string() == "published",
        _EVENTS.c.data["text_id"].as_string() == _TEXTS.c.id,
    )
    .scalar_subquery()
)


def upgrade() -> None:
    op.add_column("article_texts", sa.Column("published_first_at", sa.BigInteger(), nullable=True))
    was_published = _TEXTS.c.published_at.is_not(None)
    op.execute(sa.update(_TEXTS).where(was_published).values(published_first_at=_FIRST))


def downgrade() -> None:
    op.drop_column("article_texts", "published_first_at")
