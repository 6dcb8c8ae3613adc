"""Which revisions ask for a snippet is found from the snippet, without a look into every body."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_AT_ONCE = 500
_SNIPPET = re.compile(r"\{\{\s*snippet:\s*([a-z0-9][a-z0-9-]{0,59})\s*\}\}")
_ASKING = sa.text(
    "SELECT id, text_id, number, body FROM revisions WHERE id > :after AND body LIKE '%{{%snippet:%}}%'"
    " ORDER BY id LIMIT :most"
)


def upgrade() -> None:
    asks = op.create_table(
        "revision_snippets",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("text_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["text_id"], ["article_texts.id"], name=op.f("fk_revision_snippets_text_id_article_texts")
        ),
        sa.PrimaryKeyConstraint("name", "text_id", "number", name=op.f("pk_revision_snippets")),
        sqlite_with_rowid=False,
    )
    after = ""
    while found := op.get_bind().execute(_ASKING, {"after": after, "most": _AT_ONCE}).all():
        rows = [
            {"name": name, "text_id": said.text_id, "number": said.number}
            for said in found
            for name in dict.fromkeys(_SNIPPET.findall(said.body))
        ]
        if rows:
            op.bulk_insert(asks, rows)
        after = found[-1].id


def downgrade() -> None:
    op.drop_table("revision_snippets")
