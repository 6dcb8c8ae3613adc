"""Which published texts show a picture or paper, or put in a snippet, is found from the file and the snippet."""

import re
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_AT_ONCE = 500
_FILE = re.compile(r"/help/files/([A-Za-z0-9_-]{1,64})")
_SNIPPET = re.compile(r"\{\{\s*snippet:\s*([a-z0-9][a-z0-9-]{0,59})\s*\}\}")
_PUBLISHED = sa.text(
    "SELECT article_texts.id, article_texts.language, revisions.body FROM article_texts"
    " JOIN revisions ON revisions.text_id = article_texts.id AND revisions.number = article_texts.published"
    " WHERE article_texts.id > :after ORDER BY article_texts.id LIMIT :most"
)


def upgrade() -> None:
    shows = op.create_table(
        "article_shows",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("text_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["text_id"], ["article_texts.id"], name=op.f("fk_article_shows_text_id_article_texts")),
        sa.PrimaryKeyConstraint("kind", "name", "language", "text_id", name=op.f("pk_article_shows")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_article_shows_text_id"), "article_shows", ["text_id"])
    after = ""
    while texts := op.get_bind().execute(_PUBLISHED, {"after": after, "most": _AT_ONCE}).all():
        if rows := [row for text in texts for row in _shown(text)]:
            op.bulk_insert(shows, rows)
        after = texts[-1].id


def _shown(text: Any) -> list[dict[str, str]]:
    about = {"language": text.language, "text_id": text.id}
    files = [{"kind": "file", "name": id} for id in dict.fromkeys(_FILE.findall(text.body))]
    return [one | about for one in files + [{"kind": "snippet", "name": name} for name in _names(text.body)]]


def _names(body: str) -> list[str]:
    return list(dict.fromkeys(_SNIPPET.findall(body)))


def downgrade() -> None:
    op.drop_table("article_shows")
